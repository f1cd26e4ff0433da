"""Words over columns become header cells: which stand over one column, which over several, in how many rows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from typed import rules, typed

from rendicion_etl.reading.page import Box, Line, Rulings
from rendicion_etl.tables.column_heads import Span, header_cells, header_left_alone
from rendicion_etl.tables.items import items_of
from rendicion_etl.tables.model import Extent

Head = tuple[str, int, int]  # text, first column, columns


def read(text: str, rulings: Rulings | None = None) -> list[list[Head]]:
    """The header of a typed table, row by row from left to right; its last line is the first row of its body."""
    levels = items_of(typed(text, rulings))
    body = levels[-1]
    edges = [body[0].box.x0 - 8, *((a.box.x1 + b.box.x0) / 2 for a, b in pairwise(body))]
    ends = [*edges[1:], body[-1].box.x1 + 8]
    columns = [Span(a, b, i.box.x0, i.box.x1) for a, b, i in zip(edges, ends, body, strict=True)]
    cells, rows = header_cells(levels[:-1], columns, rulings or Rulings(), 1)
    out: list[list[Head]] = [[] for _ in range(rows)]
    for cell in sorted(cells, key=lambda c: c.col):
        out[cell.row].append((cell.text, cell.col, cell.col_span))
    for col in range(len(columns)):
        covering = [r for c in cells if c.col <= col < c.col + c.col_span for r in range(c.row, c.row + c.row_span)]
        assert len(covering) == len(set(covering)), "no two cells lie over each other"
    return out


def test_words_over_a_column_each_are_one_row_their_lines_one_cell() -> None:
    text = """
                            Saldo por     % de
        Grupo    Vigente    devengar    ejecución
        Agua    1,000.00      900.00       90.00
        """
    assert read(text) == [[("Grupo", 0, 1), ("Vigente", 1, 1), ("Saldo por devengar", 2, 1), ("% de ejecución", 3, 1)]]


def test_an_empty_head_is_left_out() -> None:
    assert read("          Vigente    Saldo\nAgua     1,000.00   900.00") == [[("Vigente", 1, 1), ("Saldo", 2, 1)]]


TWO_LEVELS = [
    [("Grupo", 0, 1), ("Financiero", 1, 2), ("Físico", 3, 2)],
    [("Vigente", 1, 1), ("Saldo", 2, 1), ("Meta", 3, 1), ("Avance", 4, 1)],
]


def test_words_centred_over_the_heads_of_several_columns_stand_over_them() -> None:
    text = """
                     Financiero             Físico
        Grupo    Vigente      Saldo       Meta    Avance
        Agua    1,000.00     900.00        500       120
        """
    assert read(text) == TWO_LEVELS


def test_words_stand_over_all_columns_with_their_middle_that_no_others_stand_over() -> None:
    text = """
                                       Físico                    Financiero
        Producto          Meta    Vigente    Hecho    Saldo    Vigente    Gastado
        Agua               500        400      120      280   1,000.00     900.00
        """
    assert read(text)[0] == [("Producto", 0, 1), ("Físico", 1, 4), ("Financiero", 5, 2)]


OFF_CENTRE = """
            Financiero                 Físico
    Grupo    Vigente      Saldo       Meta    Avance
    Agua    1,000.00     900.00        500       120
    """


@pytest.mark.parametrize(
    "rulings",
    [
        rules(vertical=[(6, -1, 3), (32, -1, 3), (52, -1, 3), (20, 0.5, 3), (44, 0.5, 3)]),
        rules(horizontal=[(0.5, 8, 27), (0.5, 33, 50), (1.5, 0, 50)]),
        rules(shaded=[(7, -0.5, 31, 0.5), (31, -0.5, 51, 0.5)]),
    ],
    ids=["rules on both sides", "a rule under them", "shaded cells"],
)
def test_what_is_drawn_says_how_far_words_reach_that_are_not_centred(rulings: Rulings) -> None:
    assert read(OFF_CENTRE, rulings) == TWO_LEVELS
    assert read(OFF_CENTRE) != TWO_LEVELS


THREE_LEVELS = """
                             Presupuesto
                Funcionamiento           Inversión
    Grupo    Vigente      Saldo     Vigente      Saldo
    Agua    1,000.00     900.00    1,000.00     900.00
    """
UNDER_GROUPS = rules(horizontal=[(0.5, 8, 50), (1.5, 8, 27), (1.5, 31, 50), (2.5, 0, 50)])


@pytest.mark.parametrize(
    "rulings",
    [
        UNDER_GROUPS,
        pytest.param(
            rules(),
        ),
    ],
    ids=["rules under the groups", "nothing drawn"],
)
def test_three_levels_of_headers(rulings: Rulings) -> None:
    assert read(THREE_LEVELS, rulings) == [
        [("Grupo", 0, 1), ("Presupuesto", 1, 4)],
        [("Funcionamiento", 1, 2), ("Inversión", 3, 2)],
        [("Vigente", 1, 1), ("Saldo", 2, 1), ("Vigente", 3, 1), ("Saldo", 4, 1)],
    ]


def test_a_frame_around_the_table_spreads_no_words_over_all_of_it() -> None:
    frame = rules(vertical=[(-1, -1, 2), (40, -1, 2)])
    one_line = "Grupo    Vigente    Saldo\nAgua    1,000.00   900.00"
    two_lines = "                   Saldo a\nGrupo    Vigente     fecha\nAgua    1,000.00    900.00"
    assert read(one_line, frame) == read(one_line) == [[("Grupo", 0, 1), ("Vigente", 1, 1), ("Saldo", 2, 1)]]
    assert read(two_lines, frame) == read(two_lines) == [[("Grupo", 0, 1), ("Vigente", 1, 1), ("Saldo a fecha", 2, 1)]]


def test_neighbouring_heads_that_ran_together_are_parted() -> None:
    text = """
        Grupo     Asignado Vigente Devengado    Saldo
        Agua        100.00  200.00    300.00   400.00
        """
    assert [head for head, _, _ in read(text)[0]] == ["Grupo", "Asignado", "Vigente", "Devengado", "Saldo"]


def test_words_over_several_columns_with_heads_below_are_not_parted() -> None:
    text = """
                  Presupuesto de egresos
        Grupo     Asignado       Vigente
        Agua        100.00        200.00
        """
    assert read(text)[0][-1] == ("Presupuesto de egresos", 1, 2)


@pytest.mark.parametrize("marks", ["(1)    (2)      (3=1+2)", " A      B         C=A+B ", " 1      2       3=(1+2)"])
def test_a_row_of_marks_is_a_row_of_its_own_each_mark_over_its_column(marks: str) -> None:
    text = f"""
        Grupo     Inicial    Cambio       Total
                    {marks.replace("    ", "      ", 1)}
        Agua        100.00   200.00      300.00
        """
    heads, numbers = read(text)
    assert [head for head, _, _ in heads] == ["Grupo", "Inicial", "Cambio", "Total"]
    assert numbers == [(mark, k, 1) for k, mark in enumerate(marks.split(), 1)]


def line(text: str, x: float, y: float) -> Line:
    return Line(text, Box(x, y, x + 4.0 * len(text), y + 10), False)


COLUMNS = [Extent(40, 120, False), Extent(150, 200, True), Extent(230, 280, True)]
HEADER = [line("Grupo", 60, 700), line("Vigente", 160, 700), line("Saldo", 245, 700)]


@pytest.mark.parametrize(
    ("end_of_page", "header"),
    [
        (HEADER, [["Grupo", "Vigente", "Saldo"]]),
        ([line("El gasto se detalla a continuación.", 40, 660), *HEADER], [["Grupo", "Vigente", "Saldo"]]),
        ([*HEADER, line("1,234.00", 160, 716), line("999.00", 240, 716)], []),
        (HEADER[:1], []),
        (HEADER[:2], []),
        ([*HEADER, line("El gasto se detalla a continuación.", 40, 716)], []),
    ],
    ids=[
        "a header",
        "below a paragraph",
        "its rows too",
        "over one column",
        "over two of three",
        "a paragraph below it",
    ],
)
def test_a_header_left_alone_at_the_end_of_a_page(end_of_page: list[Line], header: list[list[str]]) -> None:
    assert [[i.text for i in level] for level in header_left_alone(end_of_page, COLUMNS)] == header

"""Lines of words become cells beside their figures: figures at the first line, the last or the middle, or at none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from typed import words

from rendicion_etl.tables.wrapping import Line, WordCell, part_lines

Printed = tuple[float, str] | tuple[float, str, bool]  # height, text, bold
Cell = tuple[str, int | None, int | None]  # text, first and last row

A = ["Servicios de la deuda pública y", "amortización de otros pasivos"]
B = ["Transferencias a entidades que no", "son del sector público y a los", "organismos internacionales"]
C = ["Asignaciones globales"]


def column(printed: Sequence[Printed], x: float = 40.0) -> list[Line]:
    return [Line([words(text, x, y, bool(bold and bold[0]))]) for y, text, *bold in printed]


def read(*columns: Sequence[Printed], rows: Sequence[float], rules: Sequence[float] = ()) -> list[list[Cell]]:
    """Of each column its cells, the lines of each joined."""
    lines = [column(printed, 40.0 + 200 * k) for k, printed in enumerate(columns)]

    def texts(cell: WordCell, of: Sequence[Line]) -> Cell:
        return " ".join(of[n].text for n in cell.lines), cell.first, cell.last

    parted = part_lines(lines, rows, rules)
    return [[texts(cell, of) for cell in cells] for of, cells in zip(lines, parted, strict=True)]


def labels(*cells: Sequence[str], top: float = 100.0, step: float = 11.0, between: float = 0.0) -> list[Printed]:
    """Cells under one another: `step` from line to line, and so much more `between` two cells."""
    out: list[Printed] = []
    y = top
    for cell in cells:
        for text in cell:
            out.append((y, text))
            y += step
        y += between
    return out


def heights(way: str, *cells: Sequence[str], step: float = 11.0, between: float = 0.0) -> list[float]:
    """Where the figures of such cells stand."""
    printed = iter([y for y, _ in labels(*cells, step=step, between=between)])
    ends = [(ys[0], ys[-1]) for ys in ([next(printed) for _ in cell] for cell in cells)]
    return [{"top": first, "middle": (first + last) / 2, "bottom": last}[way] for first, last in ends]


CELLS = [C, A, ["Jornales"], B, ["Agua"]]
WHOLE = [(" ".join(cell), k, k) for k, cell in enumerate(CELLS)]


@pytest.mark.parametrize("between", [0.0, 5.0], ids=["no padding", "padding"])
@pytest.mark.parametrize("way", ["top", "middle", "bottom"])
def test_the_lines_of_a_label_are_one_cell_beside_its_figures(way: str, between: float) -> None:
    rows = heights(way, *CELLS, between=between)
    assert read(labels(*CELLS, between=between), rows=rows) == [WHOLE]


@pytest.mark.parametrize("way", ["top", "middle", "bottom"])
def test_where_every_label_has_as_many_lines_the_small_letters_tell(way: str) -> None:
    cells = [A, ["Materiales y suministros que", "se consumen"], ["Propiedad, planta, equipo e", "intangibles"]]
    assert read(labels(*cells), rows=heights(way, *cells)) == [[(" ".join(c), k, k) for k, c in enumerate(cells)]]


def test_rules_part_cells_whatever_the_texts_look_like() -> None:
    cells = [["Obra", "Puente"], ["Calle", "Muro"], ["Pozo", "Tanque"]]
    printed = labels(*cells)
    rules = [(printed[k][0] + printed[k + 1][0]) / 2 for k in (1, 3)]
    for way in ("top", "middle", "bottom"):
        ruled = read(printed, rows=heights(way, *cells), rules=rules)
        assert ruled == [[("Obra Puente", 0, 0), ("Calle Muro", 1, 1), ("Pozo Tanque", 2, 2)]], way


def test_a_line_without_figures_is_a_heading() -> None:
    printed = [(100.0, "Funcionamiento", True), (114.0, "Sueldos"), (128.0, "Jornales"), (142.0, "Inversión", True)]
    printed += [(156.0, "Obras")]
    assert read(printed, rows=[114.0, 128.0, 156.0]) == [
        [
            ("Funcionamiento", None, None),
            ("Sueldos", 0, 0),
            ("Jornales", 1, 1),
            ("Inversión", None, None),
            ("Obras", 2, 2),
        ]
    ]


@pytest.mark.parametrize(
    ("bold", "first"),
    [
        (False, [("SERVICIOS DE LA DEUDA Y OTROS", 0, 0)]),
        (True, [("SERVICIOS DE LA DEUDA", None, None), ("Y OTROS", 0, 0)]),
    ],
    ids=["the same type", "bold"],
)
def test_another_weight_of_type_speaks_for_a_heading(bold: bool, first: list[Cell]) -> None:
    printed = [(100.0, "SERVICIOS DE LA DEUDA", bold), (112.0, "Y OTROS"), (126.0, "JORNALES"), (140.0, "AGUA")]
    assert read(printed, rows=[112.0, 126.0, 140.0]) == [[*first, ("JORNALES", 1, 1), ("AGUA", 2, 2)]]


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [
        ("MATERIALES Y SUMINISTROS", "para oficina", True),
        ("MATERIALES Y SUMINISTROS", "Para oficina", False),
        ("011 PERSONAL PERMANENTE Y DE CONTRATO", "Para oficina", True),
        ("011 PERSONAL PERMANENTE Y DE CONTRATO", "012 COMPLEMENTOS", False),
        ("A. PERSONAL PERMANENTE Y DE CONTRATO", "B. COMPLEMENTOS", False),
    ],
    ids=["a small letter", "a capital where there was room", "one where there was none", "a code", "a letter"],
)
def test_how_a_line_without_figures_begins_says_whether_it_goes_on(first: str, second: str, goes_on: bool) -> None:
    rest = [(k, f"{k:03d} AGUA POTABLE PARA LAS OFICINAS") for k in range(2, 8)]
    printed = labels([first], [second], *([text] for _, text in rest))
    rows = [y for y, text in printed if text != second]
    own = [(f"{first} {second}", 0, 0)] if goes_on else [(first, 0, 0), (second, None, None)]
    assert read(printed, rows=rows) == [[*own, *((text, k - 1, k - 1) for k, text in rest)]]


@pytest.mark.parametrize(("closing", "goes_on"), [("Total bienes de uso", False), ("Mesas y sillas", True)])
def test_a_line_that_a_total_further_down_names_is_the_heading_of_its_group(closing: str, goes_on: bool) -> None:
    first = "Total servicios no personales y otros"
    printed = labels([first], ["Bienes de uso"], ["Mesas"], [closing])
    rows = [y for y, text in printed if text != "Bienes de uso"]
    own = [(f"{first} Bienes de uso", 0, 0)] if goes_on else [(first, 0, 0), ("Bienes de uso", None, None)]
    assert read(printed, rows=rows) == [[*own, ("Mesas", 1, 1), (closing, 2, 2)]]


def test_a_code_begins_a_cell() -> None:
    printed = [(100.0, "011 Personal permanente de la"), (111.0, "entidad"), (122.0, "012 Complementos del")]
    printed += [(133.0, "personal"), (144.0, "(021) Jornales")]
    (cells,) = read(printed, rows=[100.0, 122.0, 144.0])
    assert [text for text, _, _ in cells] == [
        "011 Personal permanente de la entidad",
        "012 Complementos del personal",
        "(021) Jornales",
    ]


def test_a_row_without_a_label_leaves_the_others_where_they_are() -> None:
    printed = [(100.0, "Sueldos"), (128.0, "Jornales"), (142.0, "Agua")]
    assert read(printed, rows=[100.0, 114.0, 128.0, 142.0]) == [[("Sueldos", 0, 0), ("Jornales", 2, 2), ("Agua", 3, 3)]]


def test_labels_set_half_a_line_off_their_figures_all_alike() -> None:
    names = ["Guatemala", "Petén", "Zacapa", "Jalapa", "Jutiapa"]
    printed = labels(*([name] for name in names))
    assert read(printed, rows=[y - 5.5 for y, _ in printed]) == [[(name, k, k) for k, name in enumerate(names)]]


def test_a_cell_in_the_middle_of_several_rows_reaches_over_them() -> None:
    rows = [100.0 + 20 * k for k in range(6)]
    printed = [(110.0, "Personas atendidas"), (164.5, "Infraestructura vial"), (175.5, "con mantenimiento")]
    assert read(printed, rows=rows) == [
        [("Personas atendidas", 0, 1), ("Infraestructura vial con mantenimiento", 2, 5)],
    ]


def test_two_columns_of_words_may_stand_in_different_ways() -> None:
    rows = [100.0 + 22 * k for k in range(4)]
    names = [line for y in rows for line in ((y, "Ingresos propios de"), (y + 11, "la entidad"))]
    sources = [line for y in rows for line in ((y - 11, "Donaciones"), (y, "externas"))]
    assert read(names, sources, rows=rows) == [
        [("Ingresos propios de la entidad", k, k) for k in range(4)],
        [("Donaciones externas", k, k) for k in range(4)],
    ]


def test_a_column_in_doubt_takes_the_rows_that_another_column_reaches_over() -> None:
    first = [A, B, A, B]
    printed = labels(*first)
    heights_of_lines = [y for y, _ in printed]
    remarks = [(heights_of_lines[n], text) for n, text in [(1, "Obra"), (4, "Sur"), (7, "Este"), (9, "Oeste")]]
    names, beside = read(printed, remarks, rows=heights("middle", *first))
    assert names == [(" ".join(cell), k, k) for k, cell in enumerate(first)]
    assert beside == [("Obra", 0, 0), ("Sur", 1, 1), ("Este Oeste", 3, 3)]


def test_the_order_of_the_print_is_kept_and_no_line_is_lost_or_doubled() -> None:
    cells = [A, C, B, ["Jornales"]] * 10
    lines = column(labels(*cells))
    for way in ("top", "middle", "bottom"):
        (parted,) = part_lines([lines], heights(way, *cells), [])
        assert [n for cell in parted for n in cell.lines] == list(range(len(lines))), way

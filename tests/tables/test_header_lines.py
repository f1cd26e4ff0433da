"""Which lines over the first row are its header: wrapped ones, lines that number the columns, labels set lower."""

from __future__ import annotations

from typed import placed, typed, x_of, y_of

from rendicion_etl.reading.page import Page
from rendicion_etl.tables import aligned
from rendicion_etl.tables.headers import mark_headers


def read(page: Page) -> tuple[list[str], list[list[str]]]:
    """(the texts of the header, the rows) of the table of a page."""
    (table,) = map(mark_headers, aligned.read(None, page, []))  # type: ignore[arg-type]
    body = [[c.text for c in row] for row in table.rows()[table.n_header_rows :]]
    return [c.text for c in table.cells if c.row < table.n_header_rows and c.text], body


def test_a_line_that_numbers_the_columns_ends_the_header_and_is_no_row() -> None:
    text = """
        Grupo        Vigente     Devengado

                        (1)           (2)
        Agua      1,000.00        900.00
        Luz       2,000.00        700.00
        """
    head, body = read(typed(text))
    assert head == ["Grupo", "Vigente", "Devengado", "(1)", "(2)"]
    assert body == [["Agua", "1,000.00", "900.00"], ["Luz", "2,000.00", "700.00"]]


def test_numbers_in_brackets_that_do_not_count_from_one_are_figures() -> None:
    text = """
        Grupo        Vigente     Devengado
        Agua             (2)           (1)
        Luz       2,000.00        700.00
        """
    assert read(typed(text))[1][0] == ["Agua", "(2)", "(1)"]


def test_one_word_over_the_rest_of_its_header_is_part_of_it() -> None:
    text = """
                                            %
        Grupo        Vigente            Ejecución
        Agua      1,000.00        900.00     90.0
        Luz       2,000.00        700.00     35.0
        """
    assert "% Ejecución" in read(typed(text))[0]


def test_labels_set_lower_than_their_figures_keep_their_header() -> None:
    rows = [("Agua", "1,000.00", "900.00"), ("Luz", "2,000.00", "700.00"), ("Gas", "3,000.00", "800.00")]
    texts = [(x_of(0), y_of(0), "Grupo"), (x_of(42), y_of(0), "Vigente"), (x_of(60), y_of(0), "Devengado")]
    for n, (label, *figures) in enumerate(rows):
        texts += [(x_of(42 + 18 * k), y_of(1.5 + 2 * n), figure) for k, figure in enumerate(figures)]
        texts += [(x_of(0), y_of(2 + 2 * n), label)]
    head, body = read(placed(*texts))
    assert head == ["Grupo", "Vigente", "Devengado"]
    assert body == [list(row) for row in rows]


def test_the_second_line_of_a_header_is_known_by_its_middle() -> None:
    text = """
         Grupo del       Vigente     Devengado
           gasto
        Agua            1,000.00        900.00
        Luz             2,000.00        700.00
        """
    head, body = read(typed(text))
    assert head[0] == "Grupo del gasto"
    assert body[0][0] == "Agua"

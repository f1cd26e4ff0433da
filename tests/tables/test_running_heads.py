"""What every page begins with is no part of the header under it; a header that every page prints again is."""

from __future__ import annotations

from typed import placed, typed, x_of, y_of

from rendicion_etl.reading.page import Page
from rendicion_etl.tables import aligned
from rendicion_etl.tables.headers import mark_headers
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.running_heads import drop_running_head


def header(text: str | Page, running: list[str], before: list[RawTable] | None = None) -> list[str]:
    """The header of the table of a page on which the lines `running` are those that every page prints."""
    page = typed(text) if isinstance(text, str) else text
    (table,) = map(mark_headers, aligned.read(None, page, []))  # type: ignore[arg-type]
    furniture = [n for n in page.lines if n.text in running]
    assert {n.text for n in furniture} == set(running)
    drop_running_head(table, furniture, page.lines, before or [])
    return [c.text for c in table.cells if c.row < table.n_header_rows and c.text]


WRAPPED = """
                  Presupuesto               Saldo por
    Grupo           Vigente                 Devengar
    Agua           1,000.00                  900.00
    Luz            2,000.00                  700.00
    """


def test_the_first_line_of_a_header_that_every_page_prints_stays_with_the_second() -> None:
    whole = ["Grupo", "Presupuesto Vigente", "Saldo por Devengar"]
    assert header(WRAPPED, []) == whole
    assert header(WRAPPED, ["Presupuesto", "Saldo por"]) == whole
    assert header(WRAPPED, ["Presupuesto", "Saldo por", "Devengar"]) == whole


def test_a_running_head_close_over_a_header_is_taken_off() -> None:
    texts = [(x_of(0), y_of(0), "Ministerio"), (x_of(24), y_of(0), "Informe")]
    texts += [(x_of(24 * k), y_of(1.2), head) for k, head in enumerate(("Grupo", "Vigente", "Devengado"))]
    texts += [(x_of(24 * k), y_of(2.2 + n), text) for n, row in enumerate(ROWS) for k, text in enumerate(row)]
    assert header(placed(*texts), []) == ["Ministerio Grupo", "Informe Vigente", "Devengado"]
    assert header(placed(*texts), ["Ministerio", "Informe"]) == ["Grupo", "Vigente", "Devengado"]


ROWS = [("Agua", "1,000.00", "900.00"), ("Luz", "2,000.00", "700.00")]
PLAIN = """
    Grupo          Vigente              Devengado
    Agua          1,000.00                 900.00
    Luz           2,000.00                 700.00
    """


def test_a_header_that_every_page_prints_stays_where_the_table_begins() -> None:
    every = ["Grupo", "Vigente", "Devengado"]
    assert header(PLAIN, every) == every
    (first,) = aligned.read(None, typed(PLAIN), [])  # type: ignore[arg-type]
    assert header(PLAIN, every, [first]) == [], "there it goes on"


def test_a_running_head_of_one_line_over_several_columns_is_no_header() -> None:
    text = """
    Secretaria de la Paz y de los Derechos
    Agua          1,000.00        900.00
    Luz           2,000.00        700.00
    """
    assert header(text, ["Secretaria de la Paz y de los Derechos"]) == []

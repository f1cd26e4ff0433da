"""A table as HTML keeps its grid: spans never overlap or leave their section, gaps are filled, names are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from site_examples import Row, cell, cells, finding, table

from rendicion_etl.site.cells import gather
from rendicion_etl.site.tabular import HtmlRow, TableData


def data_of(about: Row, rows: list[Row], *findings: Row, mend: Callable[[str], str] = str) -> TableData:
    return TableData(about, gather([rows], [about], findings).tables[about["table_id"]], list(findings), mend)


def two_level(**more: Any) -> TableData:
    """A title as wide as the table, `Financiero` over two columns, a label merged over two rows."""
    rows = [
        cell(0, 0, "TÍTULO", col_span=3, row_role="header"),
        cell(1, 0, "Producto", row_span=2, row_role="header"),
        cell(1, 1, "Financiero", col_span=2, row_role="header"),
        cell(2, 1, "Vigente", row_role="header"),
        cell(2, 2, "Saldo", row_role="header"),
        cell(3, 0, "Agua", row_span=2),
        cell(3, 1, "Q 1.00", column_role="vigente"),
        cell(3, 2, "Q 2.00", column_role="saldo"),
        cell(4, 1, "Q 3.00", column_role="vigente"),
    ]
    return data_of(table(n_rows=5, n_cols=3, n_header_rows=3, **more), rows)


def width(row: HtmlRow) -> int:
    return sum(slot.col_span for slot in row.slots)


def test_a_column_is_named_by_all_its_headers_but_the_title() -> None:
    assert two_level().column_header(2) == "Financiero · Saldo"
    assert two_level().column_header(0) == "Producto"
    assert two_level().column_header(None) == ""


def test_a_row_is_named_by_its_label_else_by_its_first_words() -> None:
    assert data_of(table(), cells()).row_label(3) == "TOTAL"
    nameless = [cell(0, 0, "Q 1.00", column_role="vigente"), cell(0, 1, "nota", column_role="other")]
    assert data_of(table(), nameless).row_label(0) == "nota"
    assert data_of(table(), nameless[:1]).row_label(0) == ""


def test_merged_cells_keep_their_spans_and_gaps_are_filled() -> None:
    head, rest = two_level().html_rows()
    body = list(rest)
    assert [width(row) for row in head] == [3, 3, 2]
    assert head[1].slots[0].row_span == 2
    assert [slot.text for slot in body[0].slots] == ["Agua", "Q 1.00", "Q 2.00"]
    assert [slot.text for slot in body[1].slots] == ["Q 3.00", ""], "the last cell is missing in the data"


def test_a_span_is_cut_where_another_cell_or_the_section_ends() -> None:
    rows = [
        cell(0, 0, "A", row_span=9, col_span=9, row_role="header"),
        cell(1, 0, "b", col_span=2, row_span=2),
        cell(1, 2, "c"),
        cell(2, 1, "d", col_span=5),
    ]
    head, body = data_of(table(n_rows=3), rows).html_rows()
    assert [(s.row_span, s.col_span) for s in head[0].slots] == [(1, 3)]
    assert [[(s.text, s.row_span, s.col_span) for s in row.slots] for row in body] == [
        [("b", 2, 2), ("c", 1, 1)],
        [("", 1, 1)],
    ]


def test_numbers_headers_and_findings_are_known() -> None:
    head, rest = data_of(table(), cells(), finding(1)).html_rows()
    body = list(rest)
    assert [slot.header for slot in head[0].slots] == ["col", "col", "col"]
    assert [(slot.header, slot.numeric) for slot in body[0].slots] == [("row", False), ("", True), ("", True)]
    assert [bool(slot.findings) for slot in body[2].slots] == [False, True, False]
    assert body[2].role == "total"


def test_a_limit_cuts_rows() -> None:
    head, body = data_of(table(), cells()).html_rows(limit=2)
    assert (len(head), len(list(body))) == (1, 1)


def test_names_are_mended_and_cells_stay_as_printed() -> None:
    rows = [cell(0, 0, "Ejecutad o", row_role="header"), cell(1, 0, "TO TAL")]
    known = {"Ejecutad o": "Ejecutado", "TO TAL": "TOTAL"}
    data = data_of(table(n_rows=2, n_cols=2), rows, mend=known.__getitem__)
    assert (data.column_header(0), data.row_label(1)) == ("Ejecutado", "TOTAL")
    head, body = data.html_rows()
    assert (head[0].slots[0].text, next(body).slots[0].text) == ("Ejecutad o", "TO TAL")

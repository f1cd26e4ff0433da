"""Of a document's cells a page keeps those that it shows or speaks of, however many more there are."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from site_building import Page, built
from site_examples import DOCUMENT_ID, TABLE_ID, Row, box, cell, correction, finding, related, table

from rendicion_etl.reading.page import Box
from rendicion_etl.site import cells as limits
from rendicion_etl.site.cells import Cells, TableCells, gather
from rendicion_etl.site.tabular import TableData

SHOWN = 10
ON_A_PAGE = 50
FAR = 705  # a row of page 15


@pytest.fixture(autouse=True)
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_TABLE_ROWS", SHOWN)


def lines(n_rows: int = 1000) -> list[Row]:
    """Rows of a label and two amounts, page after page; each page begins with the header."""
    out = []
    for row in range(n_rows):
        page, line = 1 + row // ON_A_PAGE, row % ON_A_PAGE
        texts = (f"Grupo {row}", f"Q {row}.00", f"Q {row}.50") if line else ("Grupo", "Vigente", "Saldo")
        for col, text in enumerate(texts):
            about = {"row_role": "detail" if line else "header", "column_role": ("label", "vigente", "saldo")[col]}
            sides = dict(zip(Box._fields, box(line, col), strict=True))
            out.append(cell(row, col, text, page=page, **about, **sides))
    return out


def far(**more: Any) -> Row:
    """A finding far below what the page shows."""
    return finding(1, **{"row": FAR, "col": 1, "page": 15, "related": [], **more})


def gathered(rows: list[Row], *findings: Row, corrections: tuple[Row, ...] = ()) -> Cells:
    batches = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return gather(batches, [table(n_rows=1000)], findings, corrections)


def data_of(rows: list[Row], *findings: Row) -> TableData:
    return TableData(table(n_rows=1000), gathered(rows, *findings).tables[TABLE_ID], list(findings))


def places(cells: TableCells) -> set[tuple[int, int]]:
    return {(cell.row, cell.col) for row in cells.rows.values() for cell in row}


def test_a_longer_table_keeps_no_more_cells_and_counts_all() -> None:
    short, long = gathered(lines(SHOWN)), gathered(lines())
    assert places(long.tables[TABLE_ID]) == places(short.tables[TABLE_ID])
    assert (long.n, long.n_numbers) == (3000, 2 * 1000 - 2 * 1000 // ON_A_PAGE)


def test_of_a_row_beyond_those_shown_what_a_finding_names_is_kept() -> None:
    data = data_of(lines(), far())
    assert places(data.cells) - places(data_of(lines()).cells) == {(FAR, 0), (FAR, 1)}
    assert (data.row_label(FAR), data.column_header(1)) == (f"Grupo {FAR}", "Vigente")
    found = data.cell_at(FAR, 1)
    assert found is not None
    assert found.text == f"Q {FAR}.00"


def test_a_related_cell_is_kept_too_and_of_a_corrected_row_all() -> None:
    beside = {**related(FAR + 2, 2, "1.00"), "page": 15}
    corrected = correction("row_role", FAR + 4, None)
    data = gathered(lines(), far(related=[beside]), corrections=(corrected,)).tables[TABLE_ID]
    assert {col for row, col in places(data) if row == FAR + 2} == {0, 2}
    assert {col for row, col in places(data) if row == FAR + 4} == {0, 1, 2}


def test_where_a_table_lies_is_known_of_the_pages_that_are_named() -> None:
    data = data_of(lines(), far())
    assert data.cells.parts == {15: Box(50.0, 100.0, 350.0, 100.0 + 20 * ON_A_PAGE)}
    assert data.cells.headers == {15: [Box(*box(0, col)) for col in range(3)]}


def test_a_merged_cell_that_begins_far_above_covers_the_place_of_a_finding() -> None:
    rows = [c for c in lines() if not (c["col"] == 0 and 600 <= c["row"] < 800)]
    data = data_of([*rows, cell(600, 0, "Fondo común", row_span=200)], far(col=0))
    found = data.cell_at(FAR, 0)
    assert found is not None
    assert (found.text, found.row) == ("Fondo común", 600)
    assert data.row_label(FAR) == "", "it begins in another row"


def test_a_table_for_which_the_page_has_no_room_keeps_its_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_PAGE_CELLS", 0)
    data = data_of(lines(), far())
    assert places(data.cells) == {(0, 0), (0, 1), (0, 2), (FAR, 0), (FAR, 1)}
    assert data.column_header(1) == "Vigente"


def test_words_are_known_of_cells_that_are_not_kept() -> None:
    rows = lines()
    rows[3 * FAR]["text"] = "Mancomunidad"
    assert gathered(rows).mender.mend("Mancomunida d") == "Mancomunidad"


def test_the_order_of_the_cells_does_not_matter() -> None:
    rows = lines()
    random.Random(1).shuffle(rows)
    ordered, mixed = (gathered(some, far()) for some in (lines(), rows))
    assert mixed.tables[TABLE_ID].rows == ordered.tables[TABLE_ID].rows
    assert mixed.tables[TABLE_ID].parts == ordered.tables[TABLE_ID].parts


def test_a_finding_far_below_what_its_page_shows_has_its_names_and_its_picture(tmp_path: Path) -> None:
    # The PDF has two pages.
    rows = [{**row, "page": min(row["page"], 2)} for row in lines()]
    accused = far(page=2, **dict(zip(Box._fields, box(5, 1), strict=True)), related=[related(FAR + 2, 1, "100.00")])
    site = built(tmp_path, findings=[accused], tables=[table(n_rows=1000)], cells=rows)
    page = Page(site / DOCUMENT_ID / "index.html")
    anchors = {name for name in page.ids if name.startswith("t01-")}
    assert anchors == {f"t01-{row}-{col}" for row in range(SHOWN) for col in range(3)}
    assert f"fila «Grupo {FAR}»" in page.text
    assert f"Grupo {FAR + 2} · Vigente" in page.text
    assert "3,000 celdas" in page.text
    own = next(svg for svg in page.all("svg") if svg["class"] == "pane")
    left, _, width, _ = map(float, own["viewbox"].split())
    assert (left, width) == (50.0 - 8, 300.0 + 2 * 8), "as wide as the table on that page"

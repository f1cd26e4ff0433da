"""Pages whose text says other figures than they show are read from their pixels; a true layer of text is believed.

`tests/fixtures/make_lying.py` makes the files: `.json` has what a page shows.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import scanning
from rendicion_etl.reading.page import Page
from rendicion_etl.tables.model import RawTable

FIXTURES = Path(__file__).parents[1] / "fixtures" / "lying"
SOURCES = {
    "digits_swapped": "ocr",
    "digits_swapped_in_bold": "ocr",
    "digits_as_null": "ocr",
    "digits_without_unicode": "ocr",
    "layer_poor": "ocr",
    "layer_right": "native",
}


@cache
def read(name: str) -> tuple[list[RawTable], list[Page]]:
    return scanning.read(FIXTURES / f"{name}.pdf")


def shown(name: str) -> list[list[list[str]]]:
    tables = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["tables"]
    return [table["rows"] for table in tables]


def test_every_file_is_read_here() -> None:
    assert {path.stem for path in FIXTURES.glob("*.pdf")} == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_cells_say_what_the_page_shows(name: str) -> None:
    cells = [
        [[cell.text for cell in row] for k, row in enumerate(table.rows()) if k not in table.header_rows]
        for table in read(name)[0]
    ]
    assert [[row[1:] for row in table] for table in cells] == [[row[1:] for row in table] for table in shown(name)]
    labels = [
        (row[0], true[0])
        for table, known in zip(cells, shown(name), strict=True)
        for row, true in zip(table, known, strict=True)
    ]
    assert sum(read != true for read, true in labels) <= 1  # a letter may be misread


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_tells_where_its_text_comes_from(name: str) -> None:
    _, (page,) = read(name)
    assert page.source == SOURCES[name]

"""Pages whose text says other figures than they show are read from their pixels; a true layer of text is believed.

`tests/fixtures/make_lying.py` makes the files: `.json` has what a page shows.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

import scanning
from rendicion_etl.reading.page import Page
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
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


def test_the_text_of_every_fixture_is_believed_and_hardly_any_is_looked_at() -> None:
    looked_at = 0
    paths = sorted((FIXTURES.parent / "tables").glob("*.pdf"))
    for path in paths:
        with open_pdf(path, path.name) as pdf:
            reader = PageReader(pdf)
            assert {page.source for page in reader.pages()} == {"native"}, path.name
            looked_at += "_reader" in vars(reader.ocr)
    assert looked_at <= len(paths) // 20


def test_a_page_that_is_read_from_its_pixels_is_told_of_and_can_be_read_again() -> None:
    told: list[tuple[int, int]] = []
    path = FIXTURES / "digits_swapped.pdf"
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf, lambda number, n_pages: told.append((number, n_pages)))
        page = reader.page(1)
        again = reader.look_again(1)
    assert told == [(1, 1), (1, 1)]
    assert again is not None
    assert (page.source, again.source) == ("ocr", "ocr")
    assert {w.text for w in page.words if w.text[:1].isdigit()} == {w.text for w in again.words if w.text[:1].isdigit()}


def test_a_page_whose_text_is_believed_is_not_read_again_from_its_pixels() -> None:
    path = FIXTURES.parent / "tables" / "no_rules.pdf"
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf)
        reader.page(1)
        assert reader.look_again(1) is None


@pytest.mark.parametrize(("struck", "looked_at"), [((), False), ((0,), False), ((0, 1), True)])
def test_a_digit_that_a_rule_strikes_is_looked_for_in_another_place(
    tmp_path: Path, struck: tuple[int, ...], looked_at: bool
) -> None:
    path = tmp_path / "tachado.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("Helvetica", 12)
    for line in range(2):
        canvas.drawString(72, 700 - 30 * line, "Presupuesto vigente Q 1,234,567,890.00")
        if line in struck:  # along the feet of the digits, and through their heads
            for dy in (0, 7):
                canvas.line(60, 700 - 30 * line + dy, 400, 700 - 30 * line + dy)
    canvas.save()
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf)
        assert [page.source for page in reader.pages()] == ["native"]
        assert ("_reader" in vars(reader.ocr)) is looked_at

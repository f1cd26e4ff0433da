"""Scans with known content are read as their digital twins: figures, where they stand, and pages that were turned.

`tests/fixtures/make_scans.py` makes them. Labels are left out: an accent that is misread costs no money.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scanning
from rendicion_etl.reading import scanned
from rendicion_etl.reading.ink import ink_of, part_rules
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.reading.scanned import DPI
from rendicion_etl.reading.straighten import bend_of, straight
from rendicion_etl.tables.model import RawTable

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "scans"
SCANS = sorted(path.stem for path in FIXTURES.glob("*.json"))
PLACED = [name for name in SCANS if name not in ("sample", "stamped_heavily")]  # whose boxes are compared
Row = tuple[str, ...]

# Not read as they are printed yet; whoever mends one takes its line away.
WRONG = {
    "sample": "Huehuetenang0: the last letter of a broken word stands on a line of its own",
    "stamped_heavily": "letters of a stamp over figures: columns run together and a row is lost",
}


@cache
def known(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def scanner(name: str) -> scanning.Scanner:
    how = {key: value for key, value in known(name)["scan"].items() if key != "of"}
    return scanning.Scanner(**how | {"stamp": Box(*how["stamp"]) if how["stamp"] else None})


@cache
def read(name: str) -> tuple[list[RawTable], list[Page]]:
    return scanning.read(FIXTURES / f"{name}.pdf")


@cache
def twin(name: str) -> tuple[list[RawTable], list[Page]]:
    return scanning.read(ROOT / known(name)["scan"]["of"])


def figures(texts: list[str]) -> Row:
    """The texts that hold a digit, white space left out."""
    return tuple("".join(text.split()) for text in texts if any(c.isdigit() for c in text))


def rows(tables: list[RawTable]) -> list[list[Row]]:
    """By table, the figures of the rows below the header."""
    below = [[cells for k, cells in enumerate(t.rows()) if k not in t.header_rows] for t in tables]
    return [[row for cells in table if (row := figures([cell.text for cell in cells]))] for table in below]


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.xfail(strict=False, reason=WRONG[n]) if n in WRONG else ()) for n in SCANS],
)
def test_every_figure_of_every_row_is_read_as_it_is_printed(name: str) -> None:
    printed = [[row for cells in table["rows"] if (row := figures(cells))] for table in known(name)["tables"]]
    assert rows(read(name)[0]) == printed


@pytest.mark.parametrize("name", SCANS)
def test_pages_without_a_text_layer_are_read_from_their_pixels(name: str) -> None:
    _, pages = read(name)
    assert {page.source for page in pages} == {"ocr"}


@pytest.mark.parametrize(
    ("name", "turn"), [("turned_90", 1), ("turned_180", 2), ("turned_270", 3), ("skewed_a_little", 0)]
)
def test_a_turned_scan_is_read_upright_and_gives_the_same_table(name: str, turn: int) -> None:
    tables, (page,) = read(name)
    assert page.turn == turn
    assert [(t.n_rows, t.n_cols, t.header_rows) for t in tables] == [
        (t.n_rows, t.n_cols, t.header_rows) for t in twin(name)[0]
    ]


@pytest.mark.parametrize("name", PLACED)
def test_the_box_of_a_figure_lies_where_its_digital_twin_has_it_on_the_displayed_page(name: str) -> None:
    how = scanner(name)
    path = ROOT / known(name)["scan"]["of"]
    with open_pdf(path, path.name) as pdf:
        words = pdf.page(1).words
        width, height = pdf.page(1).width, pdf.page(1).height
    once = {text for text, times in Counter(word.text for word in words).items() if times == 1}
    there = {w.text: how.moved(w.box, width, height) for w in words if w.text in once and len(w.text) > 7}
    cells = [cell for table in read(name)[0] for cell in table.cells if cell.text in there]
    assert len(cells) >= 8
    for cell in cells:
        box = there[cell.text]
        assert cell.box.overlap(box) >= 0.8 * box.width * box.height, (cell.text, cell.box, box)


@pytest.mark.parametrize("name", PLACED)
def test_the_box_of_a_figure_holds_its_ink_on_the_displayed_page(name: str) -> None:
    path = FIXTURES / f"{name}.pdf"
    scale = 2
    with open_pdf(path, path.name) as pdf:
        ink = pdf.pixels(1, 72 * scale) < 130
    for table in read(name)[0]:
        for cell in table.cells:
            if figures([cell.text]):
                x0, top, x1, bottom = (round(side * scale) for side in cell.box)
                assert np.count_nonzero(ink[top:bottom, x0:x1]) > 8 * len(cell.text), cell


@pytest.mark.parametrize(
    ("trait", "dpi", "skew"),
    [
        ("system_printout", 150, 1),
        ("indent_hierarchy", 150, 1),
        ("shaded_header", 200, 0),
        ("no_rules", 200, 1),
    ],
)
def test_rules_are_found_only_where_the_digital_twin_has_them(
    tmp_path: Path, trait: str, dpi: int, skew: float
) -> None:
    path = ROOT / "tests" / "fixtures" / "tables" / f"{trait}.pdf"
    with open_pdf(path, path.name) as pdf:
        drawn = pdf.page(1).rulings
    how = scanning.Scanner(dpi, skew, jpeg=50)
    scan = scanning.write_pictures(how.pictures(path)[:1], tmp_path / "scan.pdf", how.dpi, how.jpeg)
    with open_pdf(scan, scan.name) as pdf:
        picture = pdf.pixels(1, DPI)
    found, _ = part_rules(ink_of(straight(picture, bend_of(picture, DPI)), DPI), DPI)
    for rules, true in ((found.horizontal, drawn.horizontal), (found.vertical, drawn.vertical)):
        invented = [r for r in rules.tolist() if not any(abs(r[0] - t[0]) < 4 for t in true.tolist())]
        assert invented == []


def test_a_page_in_small_pale_print_is_not_taken_for_a_blank_one(tmp_path: Path) -> None:
    how = scanning.Scanner(150, skew=1, jpeg=50)
    path = ROOT / "tests" / "fixtures" / "tables" / "system_printout.pdf"
    scan = scanning.write_pictures(how.pictures(path)[:1], tmp_path / "scan.pdf", how.dpi, how.jpeg)
    _, (page,) = scanning.read(scan)
    assert page.source == "ocr"


def test_a_place_in_a_table_that_could_not_be_read_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    path = FIXTURES / "turned_180.pdf"
    ((table, *_), _) = read("turned_180")
    figure = max((c.text for c in table.cells if figures([c.text])), key=len)
    header = next(c.text for c in table.cells if c.row < table.n_header_rows and c.text)
    assert table.n_unread == 0
    look = scanned.read_scanned

    def reading(pdf, number, ocr, dpi=DPI):  # type: ignore[no-untyped-def]
        page = look(pdf, number, ocr, dpi)
        page.unread = [next(w.box for w in page.words if w.text == text.split()[-1]) for text in (figure, header)]
        return page

    monkeypatch.setattr("rendicion_etl.reading.page_reader.read_scanned", reading)
    assert scanning.read(path)[0][0].n_unread == 1


def test_a_table_that_a_stamp_made_illegible_in_places_says_so() -> None:
    assert sum(table.n_unread or 0 for table in read("stamped_heavily")[0]) > 0

"""Pages whose content is turned are read upright, and what was found is brought back to where it is displayed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import Pdf, open_pdf
from rendicion_etl.tables.extract import read_tables

ROWS = [["Grupo", "Vigente", "Saldo"], ["Agua", "1,234.00", "900.00"], ["Luz", "566.00", "100.00"]]
SIZE = (300.0, 200.0)  # points, of the page as it is to be read


def turned_table(path: Path, quarters: int, rotation: int = 0, ruled: bool = True) -> Path:
    """A table that is drawn turned by so many quarter turns, clockwise, on a page with /Rotate."""
    width, height = SIZE if quarters % 2 == 0 else SIZE[::-1]
    displayed = (width, height) if rotation % 180 == 0 else (height, width)
    canvas = Canvas(str(path), pagesize=displayed, invariant=1)  # reportlab swaps the sides where the page is rotated
    canvas.setPageRotation(rotation)
    canvas.translate(*{0: (0, 0), 1: (0, height), 2: (width, height), 3: (width, 0)}[quarters])
    canvas.rotate(-90 * quarters)
    canvas.setFont("Helvetica", 9)
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            canvas.drawRightString(90 + c * 80, 146 - r * 20, text)
            if ruled:
                canvas.rect(15 + c * 80, 140 - r * 20, 80, 20)
    canvas.save()
    return path


TURNS = [(quarters, rotation) for quarters in (0, 1, 2, 3) for rotation in (0, 90, 270)]


@pytest.mark.parametrize(("quarters", "rotation"), TURNS)
def test_the_text_of_a_turned_page_is_read_upright(tmp_path: Path, quarters: int, rotation: int) -> None:
    with open_pdf(turned_table(tmp_path / "a.pdf", quarters, rotation), "a.pdf") as pdf:
        page = pdf.page(1)
    assert page.turn == (quarters + rotation // 90) % 4
    assert (page.width, page.height) == SIZE
    assert [w.text for w in page.words] == [text for row in ROWS for text in row]
    assert not page.chars.turn.any()


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "without rules"])
@pytest.mark.parametrize(("quarters", "rotation"), TURNS)
def test_a_turned_table_is_read_and_its_cells_lie_where_they_are_displayed(
    tmp_path: Path, quarters: int, rotation: int, ruled: bool
) -> None:
    with open_pdf(turned_table(tmp_path / "a.pdf", quarters, rotation, ruled), "a.pdf") as pdf:
        (table,), _ = read_tables(pdf)
        assert [[c.text for c in row] for row in table.rows()] == ROWS
        for cell in table.cells:
            assert_ink_within(pdf, cell.box, cell.text)
        assert_ink_within(pdf, table.regions[0].box, "the table")


def assert_ink_within(pdf: Pdf, box: Box, what: str) -> None:
    """Type is printed in the box as displayed, and the box lies on the page."""
    width, height = pdf.render(1, 1).size
    assert box.x0 >= 0, what
    assert box.top >= 0, what
    assert box.x1 <= width, what
    assert box.bottom <= height, what
    inner = Box(box.x0 + 1, box.top + 1, box.x1 - 1, box.bottom - 1)
    assert pdf.render(1, 2, inner).convert("L").getextrema()[0] < 120, what


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_boxes_brought_back_lie_on_the_characters(tmp_path: Path, quarters: int) -> None:
    with open_pdf(turned_table(tmp_path / "a.pdf", quarters, ruled=False), "a.pdf") as pdf:
        page = pdf.page(1)
        picture = np.asarray(pdf.render(1, 1).convert("L")) < 200
        ink = np.zeros_like(picture)
        for word in page.words:
            x0, top, x1, bottom = (round(v) for v in page.displayed(word.box))
            ink[max(top - 1, 0) : bottom + 1, max(x0 - 1, 0) : x1 + 1] = True
            assert picture[top:bottom, x0:x1].any(), word.text
    assert not (picture & ~ink).any(), "nothing is printed outside of the boxes"


def headers_turned(path: Path, angles: Sequence[int]) -> Path:
    """A few words turned against a page whose text stands upright."""
    canvas = Canvas(str(path), pagesize=SIZE, invariant=1)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(20, 20, "El presupuesto vigente asciende a lo que sigue")
    for k, angle in enumerate(angles):
        canvas.saveState()
        canvas.translate(60 + 60 * k, 120)
        canvas.rotate(angle)
        canvas.drawString(0, 0, "Saldo por devengar")
        canvas.restoreState()
    canvas.save()
    return path


@pytest.mark.parametrize(("angle", "box"), [(90, Box(50, -5, 64, 80)), (270, Box(56, 80, 70, 165))])
def test_words_turned_against_their_page_are_lines_of_their_own(tmp_path: Path, angle: int, box: Box) -> None:
    with open_pdf(headers_turned(tmp_path / "a.pdf", [angle]), "a.pdf") as pdf:
        page = pdf.page(1)
    upright, turned = page.lines
    assert (page.turn, upright.text, turned.text) == (
        0,
        "El presupuesto vigente asciende a lo que sigue",
        "Saldo por devengar",
    )
    assert turned.box.overlap(box) == pytest.approx(turned.box.width * turned.box.height), turned.box
    assert "Saldo" not in {word.text for word in page.words}


@pytest.mark.parametrize("aside", [False, True])
def test_a_page_of_which_only_the_lines_are_kept(aside: bool, tmp_path: Path) -> None:
    with open_pdf(turned_table(tmp_path / "a.pdf", 1), "a.pdf") as pdf:
        page, again = pdf.page(1), pdf.page(1)
    page.keep_lines(page.lines, aside)
    assert page.lines == again.lines
    assert len(page.lines) == len([text for row in ROWS for text in row])
    assert (len(page.chars), page.rulings.horizontal.size, page.rulings.shaded, page.words) == (0, 0, [], [])
    assert (page.number, page.turn, page.width) == (again.number, again.turn, again.width)


def test_the_pages_of_a_read_document_keep_the_lines_that_say_more_than_its_cells(tmp_path: Path) -> None:
    with open_pdf(turned_table(tmp_path / "a.pdf", 0), "a.pdf") as pdf:
        _, (page,) = read_tables(pdf)
    header, first, *others = ROWS
    assert len(page.chars) == 0
    assert {line.text for line in page.lines} == {*header, *first, *(label for label, *_ in others)}

"""The picture of a page with its tables: roles of cells, their colours at their places, tags and legend."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps

from pdfs import Ruled, write_pdf
from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.site.inspection import COLOURS, Role, Tagged, draw_page, on_paper, roles_of, scale_of
from rendicion_etl.site.lettering import lettering
from rendicion_etl.tables.extract import verdicts
from rendicion_etl.tables.model import RawCell, RawTable, Region

FIXTURES = Path(__file__).parents[1] / "fixtures" / "tables"
NAMES: dict[Role, str] = {role: role for role in COLOURS}


def table(*rows: list[str], header: int = 1) -> RawTable:
    box = Box(0, 0, 10, 10)
    cells = [RawCell(r, c, 1, 1, text, 1, box) for r, row in enumerate(rows) for c, text in enumerate(row)]
    headers = frozenset(range(header))
    return RawTable(cells, len(rows), len(rows[0]), "ruled", [Region(1, box)], header_rows=headers)


def roles(*rows: list[str], header: int = 1) -> list[list[str]]:
    out: list[list[str]] = [[] for _ in rows]
    for cell, role in roles_of(table(*rows, header=header)):
        out[cell.row].append(role)
    return out


def test_headers_labels_figures_and_blanks() -> None:
    assert roles(["Grupo", "Vigente", "2021"], ["Grupo 0", "Q 1.00", ""], ["TOTAL", "(5)", "-"]) == [
        ["header", "header", "header"],
        ["label", "figure", "empty"],
        ["label", "figure", "figure"],
    ]


def test_digits_left_of_the_label_are_a_code_and_digits_right_of_it_are_not() -> None:
    assert roles(["011", "Personal", "12"], header=0) == [["code", "label", "figure"]]


def test_a_row_without_a_label_has_its_code_where_other_rows_have_theirs() -> None:
    assert roles(["011", "Personal", "12"], ["012", "", "7"], header=0)[1] == ["code", "empty", "figure"]


def test_a_name_without_figures_is_a_band_with_its_code_or_without() -> None:
    told = roles(["1", "a", "5"], ["", "GASTOS", ""], ["200", "MATERIALES", ""], header=0)
    assert told[1:] == [["empty", "band", "empty"], ["code", "band", "empty"]]


def test_words_beside_the_label_or_without_figures_are_text() -> None:
    assert roles(["Petén", "Caminos", "5"], ["uno", "dos", ""], header=0) == [
        ["label", "text", "figure"],
        ["text", "text", "empty"],
    ]


def drawn(path: Path, tag: str = "1") -> tuple[Image.Image, Image.Image, list[tuple[Role, tuple[int, int, int, int]]]]:
    """Page 1 as it is and with the tables chosen on it, and the places of their cells in pixels by role."""
    with open_pdf(path, path.name) as pdf:
        page = pdf.page(1)
        tables = [t for verdict in verdicts(pdf, page) for t in verdict.tables]
        picture = draw_page(pdf, page, [Tagged(t, tag) for t in tables], NAMES, "título")
        scale = scale_of(page)
        cells = [(role, page.displayed(cell.box)) for t in tables for cell, role in roles_of(t)]
        plain = pdf.render(1, scale).convert("RGB")
    return plain, picture, [(role, tuple(round(edge * scale) for edge in box)) for role, box in cells]  # type: ignore[misc]


def usual_colour(picture: Image.Image, box: tuple[int, int, int, int]) -> object:
    """The colour that most of a cell has, its borders left out."""
    left, top, right, bottom = box
    inside = picture.crop((left + 3, top + 3, right - 2, bottom - 2))
    return max(inside.getcolors(inside.width * inside.height) or [])[1]


def test_cells_have_the_colour_of_their_role(tmp_path: Path) -> None:
    rows = [["Código", "Grupo", "Vigente"], ["000", "Uno", "Q 100.00"], ["", "DOS", ""], ["200", "Tres", "Q 1.00"]]
    path = write_pdf(tmp_path / "a.pdf", Ruled(rows, widths=[80, 120, 100]))
    _, picture, cells = drawn(path)
    body = [(role, box) for role, box in cells if role != "header"]
    assert {role for role, _ in body} == {"code", "label", "figure", "band", "empty"}
    assert [usual_colour(picture, box) for _, box in body] == [on_paper(COLOURS[role]) for role, _ in body]
    assert len({on_paper(colour) for colour in COLOURS.values()}) == len(COLOURS)


@pytest.mark.parametrize("name", ["content_turned", "rotate_90", "rotate_270"])
def test_colours_stand_on_the_page_as_displayed(name: str) -> None:
    _, picture, cells = drawn(FIXTURES / f"{name}.pdf")
    figures = [box for role, box in cells if role == "figure"]
    assert len(figures) > 50
    assert {usual_colour(picture, box) for box in figures} == {on_paper(COLOURS["figure"])}


def test_a_table_has_a_frame_and_a_tag_outside_it_and_the_page_a_legend(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", Ruled([["Grupo", "Vigente"], ["Uno", "Q 100.00"]]))
    plain, picture, cells = drawn(path, tag="1 · ruled")
    assert picture.width == plain.width
    assert picture.height > plain.height
    changed = ImageChops.difference(plain, picture.crop((0, 0, *plain.size))).getbbox()
    assert changed is not None
    top, bottom = min(box[1] for _, box in cells), max(box[3] for _, box in cells)
    height = lettering("1 · ruled", 17, bold=True).height
    assert changed[1] <= top - height or changed[3] >= bottom + height
    legend = picture.crop((0, plain.height, *picture.size))
    assert {on_paper(colour) for colour in COLOURS.values()} <= {c for _, c in legend.getcolors(1 << 24) or []}


def test_a_tag_goes_where_it_hides_least(tmp_path: Path) -> None:
    """Above the table stand words from edge to edge, so that the tag goes below it."""
    words = "palabras " * 60
    path = write_pdf(tmp_path / "a.pdf", Ruled([["Grupo", "Vigente"], ["Uno", "Q 100.00"]], caption=[words]))
    plain, picture, cells = drawn(path, tag="etiqueta")
    top, bottom = min(box[1] for _, box in cells), max(box[3] for _, box in cells)
    above, below = (0, 0, plain.width, top - 8), (0, bottom + 8, *plain.size)
    assert ImageChops.difference(plain.crop(above), picture.crop(above)).getbbox() is None
    assert ImageChops.difference(plain.crop(below), picture.crop(below)).getbbox() is not None


def test_a_page_without_tables_stays_as_it_is() -> None:
    plain, picture, cells = drawn(FIXTURES / "no_table_prose.pdf")
    assert cells == []
    assert ImageChops.difference(plain, picture.crop((0, 0, *plain.size))).getbbox() is None


def test_a_poster_becomes_no_giant_picture(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", Ruled([["Grupo", "Vigente"], ["Uno", "Q 1.00"]]), size=(10_000, 300))
    _, picture, _ = drawn(path)
    assert picture.width == 5000


def test_letters_have_their_accents() -> None:
    accented, bare = (ImageOps.invert(lettering(text, 40)).getbbox() for text in "óo")
    assert accented is not None
    assert bare is not None
    assert accented[1] < bare[1] - 5
    assert abs(accented[3] - bare[3]) <= 1

"""Parts of tables on pages that follow each other: what is joined, and what nobody can be sure is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rendicion_etl.reading.page import Box
from rendicion_etl.tables import joined
from rendicion_etl.tables.joined import Move
from rendicion_etl.tables.model import Caption, Extent, PressedRawCells, RawCell, RawTable, Region
from rendicion_etl.tables.pressed import press
from rendicion_etl.tables.stitch import Surroundings, stitch

COLUMNS = (Extent(40, 140, False), Extent(200, 260, True), Extent(300, 360, True))
NARROWER = (Extent(40, 60, False), Extent(90, 140, False), Extent(180, 220, True), Extent(250, 290, True))
HEADER = ["Departamento", "Vigente 2021", "Devengado 2021"]
FIRST = [["Guatemala", "10.00", "5.00"], ["Petén", "20.00", "6.00"]]
REST = [["Zacapa", "30.00", "7.00"], ["TOTAL", "60.00", "18.00"]]
ALONE = Surroundings(first_on_page=True, last_on_page=True)


def part(page: int, rows: list[list[str]], header: list[str] | None = None, reader: str = "aligned") -> RawTable:
    """A table of one page whose cells stand under each other; `header` is its first row."""
    printed = [*([header] if header else []), *rows]
    columns = COLUMNS if len(printed[0]) == 3 else NARROWER
    cells = [
        RawCell(r, c, 1, 1, text, page, Box(columns[c].x0, 100 + 20 * r, columns[c].x1, 112 + 20 * r))
        for r, row in enumerate(printed)
        for c, text in enumerate(row)
    ]
    return RawTable(
        cells,
        len(printed),
        len(columns),
        reader,
        [Region(page, Box(40, 100, 360, 100 + 20 * len(printed)))],
        n_header_rows=1 if header else 0,
        header_rows=frozenset({0} if header else ()),
        extents=columns,
    )


def whole(*parts: RawTable) -> list[tuple[int, bool]]:
    """How many rows each table has after joining, and whether it is certain to be whole."""
    return [(table.n_rows, table.whole) for table in stitch([(p, ALONE) for p in parts])]


@pytest.mark.parametrize("again", [None, HEADER])
@pytest.mark.parametrize("reader", ["aligned", "ocr-aligned"])
def test_a_table_goes_on_over_the_page_with_or_without_its_header(again: list[str] | None, reader: str) -> None:
    parts = part(1, FIRST, HEADER, reader), part(2, REST, again, reader)
    assert whole(*parts) == [(5, True)]


def test_a_header_that_was_misread_in_a_letter_is_the_same_on_scans_only() -> None:
    misread = ["Departamenlo", *HEADER[1:]]
    assert whole(part(1, FIRST, HEADER, "ocr-aligned"), part(2, REST, misread, "ocr-aligned")) == [(5, True)]
    assert whole(part(1, FIRST, HEADER), part(2, REST, misread)) == [(3, False), (3, False)]


def test_another_year_is_another_table_on_scans_too() -> None:
    other = [HEADER[0], "Vigente 2022", "Devengado 2022"]
    assert len(whole(part(1, FIRST, HEADER, "ocr-aligned"), part(2, REST, other, "ocr-aligned"))) == 2


def test_the_same_header_over_other_columns_leaves_both_in_doubt() -> None:
    """A column more, since a word was broken: the sum under the second part is of both."""
    wider = part(2, [["", *row] for row in REST], ["", *HEADER])
    assert whole(part(1, FIRST, HEADER), wider) == [(3, False), (3, False)]


def test_another_header_begins_another_table() -> None:
    other = part(2, [["", *row] for row in REST], ["No.", "Programa", "Meta", "Avance"])
    assert whole(part(1, FIRST, HEADER), other) == [(3, True), (3, True)]


def test_on_scans_a_table_without_a_caption_that_follows_another_is_in_doubt() -> None:
    """What stands around it may be misread, and then nothing tells that it does not go on."""
    first = part(1, FIRST, HEADER, "ocr-aligned")
    other = part(2, [["", *row] for row in REST], ["No.", "Programa", "Meta", "Avance"], "ocr-aligned")
    titled = replace(other, caption=Caption(("Cuadro No. 2",), "Cuadro No. 2"))
    assert whole(first, other) == [(3, False), (3, False)]
    assert whole(part(1, FIRST, HEADER, "ocr-aligned"), titled) == [(3, True), (3, True)]


def test_places_that_could_not_be_read_are_counted_over_the_parts() -> None:
    first, rest = part(1, FIRST, HEADER, "ocr-aligned"), part(2, REST, HEADER, "ocr-aligned")
    (joined,) = stitch([(replace(first, n_unread=1), ALONE), (replace(rest, n_unread=2), ALONE)])
    assert joined.n_unread == 3


@pytest.mark.parametrize(
    ("again", "above", "joined"),
    [
        (("Cuadro 4", "Gasto por departamento"), True, True),
        (("CUADRO 4", "Gasto por departamento (continuación)"), True, True),
        (("Cuadro 4", "(continúa)"), True, True),
        (("Cuadro 5", "Gasto por departamento"), True, False),
        (("Cuadro 4", "Gasto por municipio"), True, False),
        (("Cuadro 4", "Gasto por departamento"), False, False),
    ],
    ids=["the same", "said to go on", "the number alone", "another number", "another title", "below something else"],
)
def test_a_part_under_the_same_number_and_title_goes_on(again: tuple[str, str], above: bool, joined: bool) -> None:
    first, rest = part(1, FIRST, HEADER), part(2, REST, HEADER)
    first.caption, rest.caption = Caption(("Cuadro 4", "Gasto por departamento"), "Cuadro 4"), Caption(again, again[0])
    around = Surroundings(first_on_page=False, last_on_page=True, caption_first=above)
    assert [t.n_rows for t in stitch([(first, around), (rest, around)])] == ([5] if joined else [3, 3])


def test_a_part_that_begins_with_a_bold_header_of_its_own_has_it_as_a_header() -> None:
    own = part(2, REST, ["A", "B", "C"])
    for cell in own.header():
        cell.bold = True
    own = replace(own, caption=Caption(("Cuadro 1",), "Cuadro 1"), extents=())
    first = replace(part(1, FIRST, HEADER), caption=Caption(("Cuadro 1",), "Cuadro 1"), extents=())
    (table,) = stitch([(first, ALONE), (own, ALONE)])
    assert table.header_rows == {0, 3}
    assert [c.text for c in table.cells if c.row == 3] == ["A", "B", "C"]


@pytest.mark.parametrize("press_it", [False, True])
@pytest.mark.parametrize("drift", [0.0, 0.01])
def test_the_parts_of_a_long_ruled_table_are_renumbered_a_few_times_only(
    monkeypatch: pytest.MonkeyPatch, drift: float, press_it: bool
) -> None:
    moved = 0

    def counting(moves: Sequence[Move], table: RawTable) -> None:
        nonlocal moved
        moved += bool(moves)
        make(moves, table)

    make = joined._make
    monkeypatch.setattr(joined, "_make", counting)
    parts = [replace(part(page, REST, HEADER if page == 1 else None), extents=()) for page in range(1, 61)]
    for n, each in enumerate(parts):
        for cell in each.cells:
            cell.box = cell.box._replace(x0=cell.box.x0 + drift * n, x1=cell.box.x1 + drift * n)
        if press_it:
            each.cells = press(each.cells, PressedRawCells)
    (table,) = stitch([(each, ALONE) for each in parts])
    assert moved <= 2 * len(parts)
    assert (table.n_rows, table.n_cols, table.whole) == (121, 3, True)
    assert [c.text for c in table.cells if c.col == 0] == ["Departamento", *["Zacapa", "TOTAL"] * 60]

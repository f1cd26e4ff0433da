"""From the pages of a document to its tables: read, caption, mark headers, join over pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rendicion_etl.reading.page import Box, Line, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables import ruled
from rendicion_etl.tables.captions import find_caption, find_source_note
from rendicion_etl.tables.furniture import furniture
from rendicion_etl.tables.headers import mark_headers
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.stitch import Surroundings, runs_on, stitch, surroundings


def read_tables(pdf: Pdf, pages: Sequence[Page]) -> list[RawTable]:
    """All tables of a document in reading order."""
    repeated = furniture(pages)
    parts: list[tuple[RawTable, Surroundings]] = []
    loose: dict[int, list[Line]] = {}
    for page in pages:
        tables = [mark_headers(table) for table in ruled.read(pdf, page)]
        skip = {id(line) for line in repeated.get(page.number, ())}
        lines = [line for line in page.lines if id(line) not in skip]
        loose[page.number] = _outside(lines, [t.regions[0].box for t in tables])
        for table in tables:
            _name(table, lines, tables)
        parts += [(t, surroundings(t, lines, tables)) for t in tables]
    _doubt_cut_tables(parts, loose)
    return stitch(parts)


def _doubt_cut_tables(parts: Sequence[tuple[RawTable, Surroundings]], loose: Mapping[int, Sequence[Line]]) -> None:
    """A table is not certain to be whole where figures in its columns stand beyond the page break, outside tables."""
    for table, around in parts:
        page = table.regions[0].page
        after, before = loose.get(page + 1, ()), loose.get(page - 1, ())
        if around.last_on_page and after and runs_on(table, after, min(n.box.top for n in after)):
            table.whole = False
        if around.first_on_page and before and runs_on(table, before, max(n.box.top for n in before)):
            table.whole = False


def _name(table: RawTable, lines: Sequence[Line], tables: Sequence[RawTable]) -> None:
    """Give the table the caption above it and the source note below it."""
    box = table.regions[0].box
    others = [t.regions[0].box for t in tables if t is not table]
    outside = _outside(lines, others)
    table.caption = find_caption(outside, box, others)
    table.source_note = find_source_note(outside, box, others)


def _outside(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Lines that do not stand in any of the boxes."""
    return [n for n in lines if not any(b.overlap(n.box) > 0.5 * n.box.width * n.box.height for b in boxes)]

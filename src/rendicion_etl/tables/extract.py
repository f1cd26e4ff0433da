"""From the pages of a document to its tables: read, caption, mark headers, join over pages."""

from __future__ import annotations

from collections.abc import Sequence

from rendicion_etl.reading.page import Line, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables import ruled
from rendicion_etl.tables.captions import find_caption, find_source_note
from rendicion_etl.tables.furniture import furniture
from rendicion_etl.tables.headers import mark_headers
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.stitch import Surroundings, stitch, surroundings


def read_tables(pdf: Pdf, pages: Sequence[Page]) -> list[RawTable]:
    """All tables of a document in reading order."""
    repeated = furniture(pages)
    parts: list[tuple[RawTable, Surroundings]] = []
    for page in pages:
        tables = [mark_headers(table) for table in ruled.read(pdf, page)]
        skip = {id(line) for line in repeated.get(page.number, ())}
        lines = [line for line in page.lines if id(line) not in skip]
        for table in tables:
            _name(table, lines, tables)
        parts += [(t, surroundings(t, lines, tables)) for t in tables]
    return stitch(parts)


def _name(table: RawTable, lines: Sequence[Line], tables: Sequence[RawTable]) -> None:
    """Give the table the caption above it and the source note below it."""
    box = table.regions[0].box
    others = [t.regions[0].box for t in tables if t is not table]
    ceiling = max((b.bottom for b in others if b.bottom <= box.top + 2 and b.x0 < box.x1 and b.x1 > box.x0), default=0)
    outside = [
        line for line in lines if not any(b.overlap(line.box) > 0.5 * line.box.width * line.box.height for b in others)
    ]
    table.caption = find_caption(outside, box, ceiling)
    table.source_note = find_source_note(outside, box)

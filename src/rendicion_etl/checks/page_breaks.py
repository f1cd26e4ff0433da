"""Whether a table may go on beyond a page break: a part that was not joined to it leaves its set of rows uncertain.

Asked of the second reading, for a table that does not end with its total, or begins without a caption: do figures stand
under its columns on the next page, or on the one before, that are not another table's by its own caption or total?
"""

from __future__ import annotations

from collections.abc import Iterable

from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.second import SecondReading, Word
from rendicion_etl.tables.shape import is_year, looks_numeric

SAME_LINE = 4.0  # points: figures no further apart in height stand on one line
WHOLE_PAGE = Box(0, 0, 1e5, 1e5)


def page_break_doubt(table: Table, document: Document, reading: SecondReading) -> str | None:
    """Why the table may be longer than it was read; None where nothing says so."""
    pages = sorted({region.page for region in table.regions})
    if pages != list(range(pages[0], pages[-1] + 1)):
        return "falta una página en medio de la tabla"
    after, before = table.last_page + 1, table.first_page - 1
    if not _ends_with_total(table) and after <= document.n_pages:
        line = next(iter(_lines_under(table, table.last_page, after, reading)), None)
        owner = _table_at(document, after, line)
        if line and not (owner and _is_captioned(owner)):
            return "la tabla puede seguir en la página siguiente"
    if not _is_captioned(table) and before >= 1:
        line = next(reversed(_lines_under(table, table.first_page, before, reading)), None)
        owner = _table_at(document, before, line)
        if line and not (owner and _ends_with_total(owner)):
            return "la tabla puede venir de la página anterior"
    return None


def _is_captioned(table: Table) -> bool:
    return bool(table.number or table.title)


def _ends_with_total(table: Table) -> bool:
    said = [r.role for r in table.rows if r.role in ("detail", "subtotal", "total")]
    return said[-1:] == ["total"]


def _lines_under(table: Table, own: int, page: int, reading: SecondReading) -> list[Box]:
    """The lines of a page whose figures stand under the columns of figures that a table has on its own page."""
    columns = {c.col: c.box for c in table.of_page(own) if c.value is not None}
    read = reading.region(page, WHOLE_PAGE, reach=0, by_rules=False)
    if read is None or not columns:
        return []
    found: dict[int, list[Word]] = {}
    for word in _figures(read.words):
        found.setdefault(round((word.box.top + word.box.bottom) / 2 / SAME_LINE), []).append(word)
    enough = min(2, len(columns))
    lines = (found[height] for height in sorted(found))
    return [Box.around([w.box for w in line]) for line in lines if len(_under(columns, line)) >= enough]


def _figures(words: Iterable[Word]) -> Iterable[Word]:
    return (w for w in words if looks_numeric(w.text) and any(ch.isdigit() for ch in w.text) and not is_year(w.text))


def _under(columns: dict[int, Box], line: Iterable[Word]) -> set[int]:
    middles = [(w.box.x0 + w.box.x1) / 2 for w in line]
    return {col for col, box in columns.items() if any(box.x0 <= x <= box.x1 for x in middles)}


def _table_at(document: Document, page: int, line: Box | None) -> Table | None:
    """The table of a page that a line is printed in."""
    on_page = [(t, r.box) for t in document.tables for r in t.regions if r.page == page]
    return next((t for t, box in on_page if line and box.overlap(line) > 0), None)

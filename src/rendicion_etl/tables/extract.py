"""From the pages of a document to its tables: read, choose, caption, mark headers, join over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rendicion_etl.reading.page import Box, Line, Page, Rulings
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables import aligned, camelot, jury, ruled
from rendicion_etl.tables.captions import find_caption, find_caption_below, find_source_note, stand_below
from rendicion_etl.tables.column_heads import Span, header_cells, header_left_alone
from rendicion_etl.tables.furniture import furniture, without
from rendicion_etl.tables.headers import mark_headers
from rendicion_etl.tables.items import items_of
from rendicion_etl.tables.model import OCR, Caption, PressedRawCells, RawTable, Region
from rendicion_etl.tables.pressed import Pressed, edited, press
from rendicion_etl.tables.running_heads import drop_running_head
from rendicion_etl.tables.shape import looks_numeric
from rendicion_etl.tables.stitch import Surroundings, runs_on, stitch, surroundings

PRESS_FROM = 8192  # cells and lines of a document: so many are no burden as they are

# In order of preference: of two that read a region equally well, the first is taken. The one after them, camelot, is
# asked only where they are in doubt.
READERS: dict[str, Callable[[Pdf, Page, Sequence[RawTable]], list[RawTable]]] = {
    ruled.NAME: ruled.read,
    aligned.NAME: aligned.read,
}


def read_tables(pdf: Pdf, reader: PageReader | None = None) -> tuple[list[RawTable], list[Page]]:
    """All tables of a document in reading order, and its pages, of which only lines are kept."""
    pages: list[Page] = []
    found: list[list[RawTable]] = []
    n_kept = 0
    for page in (reader or PageReader(pdf)).pages():
        found.append([table for verdict in verdicts(pdf, page, found[-1] if found else ()) for table in verdict.tables])
        if page.source == "ocr":
            for table in found[-1]:
                _tell_certainty(table, page)
        lines = _without_figures(page.lines, found[-1])
        n_kept += len(lines) + sum(len(table.cells) for table in found[-1])
        page.keep_lines(lines, aside=n_kept > PRESS_FROM)
        for table in found[-1] if n_kept > PRESS_FROM else ():
            table.cells = press(table.cells, PressedRawCells)
        pages.append(page)
    tables = _whole_tables(pages, found)
    for table in tables:
        _as_displayed(table, pages)
    return tables, pages


def _without_figures(lines: Sequence[Line], tables: Sequence[RawTable]) -> list[Line]:
    """The lines of a page but for the figures in its tables: most lines, and their cells say the same.

    A header and the row after it are left: they may be of the head of the page.
    """
    rows = [[c.box for c in t.cells if c.row > t.n_header_rows] for t in tables]
    bodies = [Box.around(boxes) for boxes in rows if boxes]
    return [n for n in lines if not (looks_numeric(n.text) and any(body.holds(n.box) for body in bodies))]


def _tell_certainty(table: RawTable, page: Page) -> None:
    """Note in a table that it was read from pixels, how sure each of its cells is, and how much was not read."""
    table.reader = OCR + table.reader
    header = [c.box.bottom for c in table.header()]
    body = table.regions[0].box._replace(top=max(header, default=table.regions[0].box.top))
    table.n_unread = sum(body.holds(box) for box in page.unread)
    for cell in table.cells:
        inside = [line.sure for line in page.read_lines if cell.box.overlap(line.box) > 0]
        cell.certainty = min(inside, default=None) if cell.text else None


def verdicts(pdf: Pdf, page: Page, before: Sequence[RawTable] = (), every: bool = False) -> list[jury.Verdict]:
    """What each reader makes of each region of a page that holds a table, and whose tables are taken.

    `before` are the tables of the page before: one of them may go on here. `every`: ask all readers, also where the
    first leaves nothing to do.
    """
    candidates: dict[str, list[RawTable]] = {}
    # Rules of a scan have gaps, and none on dark ground: there the reader that needs none is asked first.
    for name, read in list(READERS.items())[:: -1 if page.source == "ocr" else 1]:
        candidates[name] = [mark_headers(t) for t in read(pdf, page, before)]
        if not every and len(candidates) < len(READERS) and _all_in_cells(page, candidates[name]):
            break
    judged = jury.judge(candidates)
    if any(verdict.in_doubt for verdict in judged):
        heard = [mark_headers(t) for t in camelot.read(pdf, page, before)]
        for verdict in judged:
            if verdict.in_doubt:
                verdict.hear(camelot.NAME, heard)
    return judged


def _all_in_cells(page: Page, tables: Sequence[RawTable]) -> bool:
    """Whether a reader leaves nothing to do: each figure of the page in a cell of its own, a page number aside."""
    if not tables or any(jury.ran_together(c) for t in tables for c in t.cells):
        return False
    boxes = [t.regions[0].box for t in tables]
    figures = [i for level in items_of(page) for i in level if i.figure]
    outside = [i for i in figures if not any(b.holds(i.box) for b in boxes)]
    if len(outside) > 1 or not all(i.plain for i in outside):
        return False
    return sum(looks_numeric(c.text) for t in tables for c in t.cells) >= len(figures) - len(outside)


def _whole_tables(pages: Sequence[Page], found: Sequence[list[RawTable]]) -> list[RawTable]:
    """Tables with captions and notes, joined where they go on over the page."""
    repeated = furniture(pages)
    parts: list[tuple[RawTable, Surroundings]] = []
    loose = _Loose(pages, found, repeated)
    below = stand_below(loose.beside_tables())
    for before, page, tables in zip([[], *found], pages, found, strict=False):
        every = page.lines
        running = [every[k] for k in repeated[page.number]]
        lines = without(every, repeated[page.number])
        with _unpressed(tables):
            for table in tables:
                drop_running_head(table, running, every, before)
                _name(table, lines, tables)
                if below:
                    table.caption = Caption()
            around = [surroundings(t, lines, tables) for t in tables]
            for table, where in zip(tables, around, strict=True):
                if where.first_on_page and page.number - 1 in loose:
                    _take_header_from(loose[page.number - 1], page.number - 1, table)
        parts += list(zip(tables, around, strict=True))
    _doubt_cut_tables(parts, loose)
    whole = stitch(parts)
    for table in whole if below else ():
        table.caption = find_caption_below(loose[table.regions[-1].page], table.regions[-1].box)
    return whole


class _Loose(Mapping[int, Sequence[Line]]):
    """Page number -> its lines outside furniture and tables; found anew for whoever asks, as pages may be many."""

    def __init__(
        self, pages: Sequence[Page], found: Sequence[Sequence[RawTable]], repeated: Mapping[int, Sequence[int]]
    ) -> None:
        self._pages = {page.number: page for page in pages}
        self._boxes = {p.number: [t.regions[0].box for t in tables] for p, tables in zip(pages, found, strict=True)}
        self._repeated = repeated
        self._last: tuple[int, list[Line]] | None = None

    def __getitem__(self, number: int) -> list[Line]:
        if self._last is None or self._last[0] != number:
            lines = without(self._pages[number].lines, self._repeated[number])
            self._last = number, _outside(lines, self._boxes[number])
        return self._last[1]

    def __iter__(self) -> Iterator[int]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def beside_tables(self) -> Iterator[tuple[list[Line], list[Box]]]:
        """Of each page such lines, and where its tables are."""
        return ((self[number], boxes) for number, boxes in self._boxes.items())


@contextmanager
def _unpressed(tables: Sequence[RawTable]) -> Iterator[None]:
    """Within, the tables of a page have their cells as they are."""
    pressed = [table for table in tables if isinstance(table.cells, Pressed)]
    for table in pressed:
        table.cells = [*table.cells]
    yield
    for table in pressed:
        table.cells = press(table.cells, PressedRawCells)


def _take_header_from(lines: list[Line], page: int, table: RawTable) -> None:
    """Give a table without a header the one that was left alone at the end of the page before, with its caption."""
    if table.n_header_rows or table.caption.lines or not table.extents:
        return
    head = header_left_alone(lines, table.extents)
    if not head:
        return
    columns = [Span(a.x0, a.x1, a.x0, a.x1) for a in table.extents]
    cells, rows = header_cells(head, columns, Rulings(), page)
    for cell in table.cells:
        cell.row += rows
    box = Box.around([c.box for c in cells])
    table.cells = [*cells, *table.cells]
    table.n_rows, table.n_header_rows = table.n_rows + rows, rows
    table.header_rows = frozenset(range(rows)) | {r + rows for r in table.header_rows}
    table.regions = [Region(page, box), *table.regions]
    used = {id(i) for line in head for i in line}
    table.caption = find_caption([n for n in lines if id(n) not in used], box, ())


def _as_displayed(table: RawTable, pages: Sequence[Page]) -> None:
    """Bring the boxes of a table to the page as displayed, where the page was turned to be read."""
    if any(pages[region.page - 1].turn or pages[region.page - 1].bend for region in table.regions):
        table.regions = [Region(r.page, pages[r.page - 1].displayed(r.box)) for r in table.regions]
        for cell in edited(table.cells):
            cell.box = pages[cell.page - 1].displayed(cell.box)


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

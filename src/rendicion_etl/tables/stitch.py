"""Tables that go on over the page, with or without their header printed again, become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from rendicion_etl.reading.digits import digits_in
from rendicion_etl.reading.page import Floats, Line, misalignment, shared_width
from rendicion_etl.tables.captions import says_the_same
from rendicion_etl.tables.grid import edges_of, nearest
from rendicion_etl.tables.headers import header_texts
from rendicion_etl.tables.model import Extent, RawCell, RawTable, is_ocr
from rendicion_etl.tables.shape import is_year, looks_numeric

SAME_COLUMN = 4.0  # points by which a column edge may move from page to page
ALIKE = 0.9  # how alike two readings of one header are at least
ALIGNED = 0.6  # of the columns of figures must stand where they stood


@dataclass
class Surroundings:
    """What stands around a part of a table on its page: whether anything is printed above or below it.

    `caption_first`: whether anything is printed above its caption.
    """

    first_on_page: bool
    last_on_page: bool
    caption_first: bool = True


def surroundings(table: RawTable, lines: Sequence[Line], others: Sequence[RawTable]) -> Surroundings:
    """Look above and below the table within its width; `lines` are those of its page without furniture."""
    box = table.regions[0].box
    near = [line.box for line in lines if line.box.x0 < box.x1 and line.box.x1 > box.x0]
    near += [t.regions[0].box for t in others if t is not table and _same_strip(t, table)]
    return Surroundings(
        not any(b.bottom <= box.top + 2 for b in near),
        not any(b.top >= box.bottom - 2 for b in near),
        not any(b.bottom <= min(box.top, table.caption.top) + 2 for b in near),
    )


def _same_strip(a: RawTable, b: RawTable) -> bool:
    one, two = a.regions[0].box, b.regions[0].box
    return one.x0 < two.x1 and one.x1 > two.x0


def column_edges(table: RawTable) -> Floats:
    """Positions of the column edges: n_cols + 1 values, from left to right."""
    edges = np.full(table.n_cols + 1, np.nan)
    for cell in table.cells:
        edges[cell.col] = cell.box.x0
        edges[cell.col + cell.col_span] = cell.box.x1
    known: Floats = edges[~np.isnan(edges)]
    return known


def continues(head: RawTable, part: RawTable) -> bool:
    """Whether the columns of `part` are those of `head`, some perhaps merged throughout or blank in one of them."""
    if head.extents and part.extents:
        return column_map(head, part) is not None and (not part.n_header_rows or _same_header(head, part))
    a, b = column_edges(head), column_edges(part)
    few, many = sorted((a, b), key=len)
    if len(few) < 3 or abs(a[0] - b[0]) > SAME_COLUMN or abs(a[-1] - b[-1]) > SAME_COLUMN:
        return False
    return all(np.abs(many - edge).min() <= SAME_COLUMN for edge in few)


def column_map(head: RawTable, part: RawTable) -> list[int | None] | None:
    """Of each column of `part`, the column of `head` that it goes on (None: one of its own); None where they differ.

    Figures go on a column whose right edges, left edges or middles they share; words one that they overlap.
    """
    out: list[int | None] = []
    aligned = figures = 0
    for column in part.extents:
        k = max(range(len(head.extents)), key=lambda n: shared_width(head.extents[n], column))
        over = head.extents[k]
        same = shared_width(over, column) > 0 and over.figures == column.figures and k not in out
        out.append(k if same else None)
        figures += column.figures
        aligned += column.figures and same and misalignment(over, column) <= SAME_COLUMN
    known = [k for k in out if k is not None]
    return out if figures and aligned >= ALIGNED * figures and known == sorted(known) else None


def join(head: RawTable, part: RawTable) -> None:
    """Append `part` to `head` in place; a header printed again at its top is left out."""
    repeated = bool(head.n_header_rows) and _same_header(head, part)
    again = part.n_header_rows if repeated else 0
    if head.extents and part.extents:
        _onto_one_set(head, part)
    else:
        edges = edges_of([*column_edges(head), *column_edges(part)], SAME_COLUMN)
        _onto(head, edges)
        _onto(part, edges)
    offset = head.n_rows - again
    for cell in part.cells:
        if cell.row >= again:
            cell.row += offset
            head.cells.append(cell)
    own_header = frozenset(range(part.n_header_rows)) if repeated or _has_own_header(part) else frozenset()
    later = (part.header_rows - frozenset(range(part.n_header_rows))) | own_header
    head.header_rows |= frozenset(r + offset for r in later if r >= again)
    head.n_rows += part.n_rows - again
    head.regions = [*head.regions, *part.regions]
    head.source_note = part.source_note or head.source_note
    head.whole = head.whole and part.whole
    if head.n_unread is not None or part.n_unread is not None:
        head.n_unread = (head.n_unread or 0) + (part.n_unread or 0)


def _same_header(head: RawTable, part: RawTable) -> bool:
    """Whether two parts print one header; where letters were read from pixels, one of them may be wrong in a few."""
    one, two = _header(head), _header(part)
    if one == two or not (is_ocr(head.reader) and is_ocr(part.reader)) or len(one) != len(two):
        return one == two
    return digits_in("".join(one)) == digits_in("".join(two)) and _alike(head, part)


def _alike(a: RawTable, b: RawTable) -> bool:
    """Whether the headers of two tables say nearly the same, however they are cut into cells."""
    one, two = ("".join(_header(table)) for table in (a, b))
    return bool(one) and SequenceMatcher(None, one, two, autojunk=False).ratio() >= ALIKE


def _header(table: RawTable) -> tuple[str, ...]:
    """The texts of the leading header, to know one that is printed again."""
    return tuple(text for row in header_texts(table) for text in row if text)


def _onto_one_set(head: RawTable, part: RawTable) -> None:
    """Renumber the columns of both to one set; a column that only `part` prints is put in its place."""
    mapped = column_map(head, part)
    assert mapped
    columns = [(extent.x0, k, None) for k, extent in enumerate(head.extents)]
    own = [(part.extents[n].x0, None, n) for n, k in enumerate(mapped) if k is None]
    order = sorted([*columns, *own], key=lambda c: c[0])
    of_head = {k: at for at, (_, k, _) in enumerate(order) if k is not None}
    of_part = {n: of_head[k] for n, k in enumerate(mapped) if k is not None}
    of_part |= {n: at for at, (_, _, n) in enumerate(order) if n is not None}
    for table, at in ((head, of_head), (part, of_part)):
        if all(n == k for n, k in at.items()):
            continue  # nearly always, and the head of a long table has many cells
        for cell in table.cells:
            end = at[cell.col + cell.col_span - 1]
            cell.col = at[cell.col]
            cell.col_span = max(end - cell.col + 1, 1)
    extents: list[Extent] = []
    for _, k, n in order:
        extent = head.extents[k] if k is not None else part.extents[n or 0]
        again = next((part.extents[m] for m, other in enumerate(mapped) if k is not None and other == k), extent)
        extents.append(Extent(min(extent.x0, again.x0), max(extent.x1, again.x1), extent.figures))
    head.extents = part.extents = tuple(extents)
    head.n_cols = part.n_cols = len(extents)


def _may_go_on(before: RawTable, table: RawTable) -> bool:
    """Whether a table is the first on its page, has no caption, and follows one on the page before."""
    return not table.caption.lines and before.regions[-1].page == table.regions[0].page - 1


def _captioned_alike(open_ends: Sequence[RawTable], table: RawTable) -> RawTable | None:
    """The table of the page before whose number and title are printed again over a part with its columns."""
    return next((t for t in open_ends if says_the_same(t.caption, table.caption) and continues(t, table)), None)


def runs_on(table: RawTable, lines: Sequence[Line], edge: float) -> bool:
    """Whether figures stand in the table's columns on the first (or last) printed line of the page next to it.

    `lines` are that page's lines outside tables and furniture, `edge` the height (of its top or bottom line) to look
    at: then a part of the table was printed without rules, and not read.
    """
    columns = {c.col: c.box for c in table.cells if looks_numeric(c.text)}
    figures = [n for n in lines if abs(n.box.top - edge) < 3 and looks_numeric(n.text) and not is_year(n.text)]
    centres = [(n.box.x0 + n.box.x1) / 2 for n in figures]
    under = sum(any(box.x0 <= x <= box.x1 for x in centres) for box in columns.values())
    return bool(columns) and under >= min(2, len(columns))


def _has_own_header(part: RawTable) -> bool:
    """A part that begins with bold rows and is no mere continuation prints a header of its own."""
    first: list[RawCell] = [c for c in part.cells if c.row < part.n_header_rows and c.text]
    return len(first) > 1 and all(c.bold for c in first)


def _onto(table: RawTable, edges: Floats) -> None:
    """Renumber the columns of a table to the given edges."""
    for cell in table.cells:
        cell.col = nearest(edges, cell.box.x0)
        cell.col_span = max(nearest(edges, cell.box.x1) - cell.col, 1)
    table.n_cols = len(edges) - 1


def stitch(parts: Sequence[tuple[RawTable, Surroundings]]) -> list[RawTable]:
    """Join parts in reading order into whole tables.

    A part that begins a page, has no caption, and stands under nothing is the rest of a table that ends the page
    before, where the columns agree; so is one that prints the number and title of that table again. Where it cannot be
    joined though it prints no header of its own, or the same one again, neither part is certain to be whole; nor is one
    that was read from pixels, where what stands around it may be misread.
    """
    out: list[RawTable] = []
    open_ends: list[RawTable] = []  # tables that run to the end of the page before
    ends_here: list[RawTable] = []
    page = 0
    for table, around in parts:
        if table.regions[0].page != page:
            open_ends = ends_here if table.regions[0].page == page + 1 else []
            ends_here, page = [], table.regions[0].page
        home = table
        if around.caption_first and (head := _captioned_alike(open_ends, table)):
            join(head, table)
            open_ends.remove(head)
            home = head
        elif around.first_on_page and not table.caption.lines and open_ends:
            head = next((t for t in open_ends if continues(t, table)), None)
            if head:
                join(head, table)
                open_ends.remove(head)
                home = head
            else:
                for other in open_ends:
                    if not table.n_header_rows or _alike(other, table):
                        table.whole = other.whole = False
        if home is table and out and is_ocr(table.reader) and _may_go_on(out[-1], table):
            table.whole = out[-1].whole = False
        if home is table:
            out.append(table)
        if around.last_on_page:
            ends_here.append(home)
    return [table for table in out if table.n_rows > 1]  # one row alone is a boxed figure, or a shaded line of a table

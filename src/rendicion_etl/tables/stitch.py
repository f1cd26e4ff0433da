"""Tables that go on over the page, with or without their header printed again, become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from rendicion_etl.reading.digits import digits_in
from rendicion_etl.reading.page import Line
from rendicion_etl.tables.captions import says_the_same
from rendicion_etl.tables.headers import header_texts
from rendicion_etl.tables.joined import SAME_COLUMN, Joined, column_edges, column_map
from rendicion_etl.tables.model import RawTable, is_ocr
from rendicion_etl.tables.shape import is_year, looks_numeric

ALIKE = 0.9  # how alike two readings of one header are at least


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


def continues(joined: Joined, part: RawTable) -> bool:
    """Whether the columns of `part` are those of a table, some perhaps merged throughout or blank in one of them."""
    head = joined.head
    if head.extents and part.extents:
        return column_map(head, part) is not None and (not part.n_header_rows or _same_header(head, part))
    a, b = joined.edges(), column_edges(part)
    few, many = sorted((a, b), key=len)
    if len(few) < 3 or abs(a[0] - b[0]) > SAME_COLUMN or abs(a[-1] - b[-1]) > SAME_COLUMN:
        return False
    return all(np.abs(many - edge).min() <= SAME_COLUMN for edge in few)


def join(joined: Joined, part: RawTable) -> None:
    """Go on with `part`; a header printed again at its top is left out."""
    repeated = bool(joined.head.n_header_rows) and _same_header(joined.head, part)
    joined.add(part, part.n_header_rows if repeated else 0, repeated or _has_own_header(part))


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


def _may_go_on(before: RawTable, table: RawTable) -> bool:
    """Whether a table is the first on its page, has no caption, and follows one on the page before."""
    return not table.caption.lines and before.regions[-1].page == table.regions[0].page - 1


def _captioned_alike(open_ends: Sequence[Joined], table: RawTable) -> Joined | None:
    """The table of the page before whose number and title are printed again over a part with its columns."""
    return next((t for t in open_ends if says_the_same(t.head.caption, table.caption) and continues(t, table)), None)


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
    first = [c for c in part.header() if c.text]
    return len(first) > 1 and all(c.bold for c in first)


def stitch(parts: Sequence[tuple[RawTable, Surroundings]]) -> list[RawTable]:
    """Join parts in reading order into whole tables.

    A part that begins a page, has no caption, and stands under nothing is the rest of a table that ends the page
    before, where the columns agree; so is one that prints the number and title of that table again. Where it cannot be
    joined though it prints no header of its own, or the same one again, neither part is certain to be whole; nor is one
    that was read from pixels, where what stands around it may be misread.
    """
    out: list[Joined] = []
    open_ends: list[Joined] = []  # tables that run to the end of the page before
    ends_here: list[Joined] = []
    page = 0
    for table, around in parts:
        if table.regions[0].page != page:
            open_ends = ends_here if table.regions[0].page == page + 1 else []
            ends_here, page = [], table.regions[0].page
        head = _captioned_alike(open_ends, table) if around.caption_first else None
        if not head and around.first_on_page and not table.caption.lines and open_ends:
            head = next((t for t in open_ends if continues(t, table)), None)
            for other in () if head else open_ends:
                if not table.n_header_rows or _alike(other.head, table):
                    table.whole = other.head.whole = False
        if head:
            join(head, table)
            open_ends.remove(head)
        else:
            if out and is_ocr(table.reader) and _may_go_on(out[-1].head, table):
                table.whole = out[-1].head.whole = False
            head = Joined(table)
            out.append(head)
        if around.last_on_page:
            ends_here.append(head)
    # One row alone is a boxed figure, or a shaded line of a table.
    return [joined.whole() for joined in out if joined.head.n_rows > 1]

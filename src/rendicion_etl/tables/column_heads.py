"""Header lines -> header cells: which words stand over which columns, and which stand over several.

What is drawn decides first: a shaded cell, vertical rules on both sides, a rule under the words. Where nothing is
drawn, words stand over the columns whose own headers they are centred on. The lines of one header are one cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rendicion_etl.reading.page import Box, Line, Rulings
from rendicion_etl.tables.items import Item
from rendicion_etl.tables.model import Extent, RawCell
from rendicion_etl.tables.shape import is_column_mark, looks_numeric

CENTRED = 14.0  # points by which words may miss the middle of the columns they stand over
UNDER = 1.3  # of a line's height: how far below its words a rule may stand
EDGE = 2.0  # points
MOST_LINES = 6  # of a header at the end of a page
HEADED = 0.7  # of the columns must stand under it


@dataclass(frozen=True, slots=True)
class Span:
    """Where a column begins and ends, and where what is printed in it does."""

    start: float
    end: float
    x0: float
    x1: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


@dataclass(eq=False)
class _Head:
    """Words of the header, with the columns that they stand over: from `first` up to `end`, left out."""

    items: list[Item]
    first: int
    end: int

    @property
    def top(self) -> float:
        return self.items[0].box.top

    @property
    def wide(self) -> bool:
        return self.end - self.first > 1


def header_cells(
    lines: Sequence[Sequence[Item]], columns: Sequence[Span], rulings: Rulings, page: int
) -> tuple[list[RawCell], int]:
    """(cells, number of rows) of the header whose lines are given from top to bottom."""
    marks = [line for line in lines if len(line) > 1 and all(is_column_mark(i.text) for i in line)]
    words = [i for line in lines if line not in marks for i in line]
    heads = _joined([_Head([i], *_columns_under(i, words, columns, rulings)) for i in words])
    tiers = _tiers([h for h in heads if h.wide])
    cells = [_cell(h, tier, 1, page) for tier, group in enumerate(tiers) for h in group]
    for col in range(len(columns)):
        over = [tier for tier, group in enumerate(tiers) if any(h.first <= col < h.end for h in group)]
        own = [h for h in heads if not h.wide and h.first == col]
        row = max(over, default=-1) + 1
        if own:
            items = sorted((i for h in own for i in h.items), key=lambda i: (i.level, i.box.x0))
            cells.append(_cell(_Head(items, col, col + 1), row, len(tiers) + 1 - row, page))
    rows = len(tiers) + any(not h.wide for h in heads)
    for line in marks:
        for item in line:
            first = _nearest(item, columns)
            cells.append(_cell(_Head([item], first, first + 1), rows, 1, page))
        rows += 1
    return cells, rows


def header_left_alone(lines: Sequence[Line], columns: Sequence[Extent]) -> list[list[Item]]:
    """The header at the end of a page whose rows begin the next one, from top to bottom; [] where there is none.

    lines: those of the page that ends. columns: those of the table that begins the next page without a header.
    """
    levels: list[list[Item]] = []
    for line in sorted(lines, key=lambda n: n.box.top):
        item = Item(line.text, line.box, False, line.bold, len(levels))
        if levels and item.middle - levels[-1][0].middle < 0.5 * line.box.height:
            item.level -= 1
            levels[-1].append(item)
        else:
            levels.append([item])
    out: list[list[Item]] = []
    for level in reversed(levels[-MOST_LINES:]):
        level.sort(key=lambda i: i.box.x0)
        over = sum(any(min(c.x1, i.box.x1) - max(c.x0, i.box.x0) > 1 for i in level) for c in columns)
        if any(i.text.endswith(".") or looks_numeric(i.text) for i in level):
            break
        if len(level) < 2 and not (out and level[0].box.width < 0.3 * (columns[-1].x1 - columns[0].x0)):
            break
        if len(level) > 1 and over < 2:
            break
        out.append(level)
    headed = {k for level in out for i in level for k, c in enumerate(columns) if min(c.x1, i.box.x1) > max(c.x0, i.box.x0)}
    return out[::-1] if len(headed) >= HEADED * len(columns) else []


def _cell(head: _Head, row: int, rows: int, page: int) -> RawCell:
    text = " ".join(i.text for i in head.items)
    box = Box.around([i.box for i in head.items])
    bold = all(i.bold for i in head.items)
    return RawCell(row, head.first, max(rows, 1), head.end - head.first, text, page, box, bold, head.items[0].box.x0)


def _columns_under(item: Item, words: Sequence[Item], columns: Sequence[Span], rulings: Rulings) -> tuple[int, int]:
    drawn = _drawn_over(item, rulings)
    if drawn is not None:
        inside = [k for k, c in enumerate(columns) if drawn[0] - EDGE < (c.x0 + c.x1) / 2 < drawn[1] + EDGE]
        if inside:
            return inside[0], inside[-1] + 1
    nearest = _nearest(item, columns)
    below = [i for i in words if i.level > item.level]
    over = [k for k, c in enumerate(columns) if min(c.x1, item.box.x1) - max(c.x0, item.box.x0) > 0]
    aligned = [i for i in below if _aligned(item, i)]
    if not below or (aligned and len(over) < 2):
        return nearest, nearest + 1
    leaves = {k: i.centre for i in below for k in [_nearest(i, columns)]}
    ranges = [
        (abs(item.centre - (leaves[a] + leaves[b]) / 2), a, b)
        for a in leaves
        for b in leaves
        if b > a and a <= nearest <= b and all(k in leaves for k in range(a, b + 1))
    ]
    off, first, last = min(ranges, default=(CENTRED, nearest, nearest))
    if off < CENTRED and not (aligned and off > 2):
        return first, last + 1
    return nearest, nearest + 1


def _drawn_over(item: Item, rulings: Rulings) -> tuple[float, float] | None:
    """Left and right end of what is drawn around or under words; None where nothing tells."""
    cells = [s for s in rulings.shaded if s.holds(item.box) and s.height < 6 * item.box.height]
    if cells:
        cell = min(cells, key=lambda s: s.width)
        if sum(abs(s.top - cell.top) < EDGE and s.height < 6 * item.box.height for s in rulings.shaded) > 1:
            return cell.x0, cell.x1  # one ground for each column, and not one for the whole header
    x, top, bottom = rulings.vertical.T
    across = x[(top < item.middle) & (bottom > item.middle)]
    left, right = across[across < item.centre], across[across > item.centre]
    if len(left) and len(right):
        return float(left.max()), float(right.min())
    under = [
        (y, x0, x1)
        for y, x0, x1 in rulings.horizontal.tolist()
        if 0 <= y - item.middle < UNDER * item.box.height and x0 < item.centre < x1
    ]
    others = rulings.horizontal[:, 2] - rulings.horizontal[:, 1]
    if under:
        _, x0, x1 = min(under)
        if x1 - x0 < 0.85 * others.max():
            return x0, x1
    return None


def _nearest(item: Item, columns: Sequence[Span]) -> int:
    """The column that words stand over most."""
    return max(
        range(len(columns)),
        key=lambda k: (
            min(columns[k].end, item.box.x1) - max(columns[k].start, item.box.x0),
            -abs(columns[k].middle - item.centre),
        ),
    )


def _aligned(a: Item, b: Item) -> bool:
    return abs(a.centre - b.centre) < 3 or abs(a.box.x0 - b.box.x0) < 1.5 or abs(a.box.x1 - b.box.x1) < 1.5


def _joined(heads: Sequence[_Head]) -> list[_Head]:
    """The lines of one header over several columns are one."""
    out: list[_Head] = []
    for head in sorted(heads, key=lambda h: h.top):
        above = next((h for h in out if head.wide and (h.first, h.end) == (head.first, head.end)), None)
        if above and head.top - above.items[-1].box.bottom < 0.6 * head.items[0].box.height:
            above.items += head.items
        else:
            out.append(head)
    return out


def _tiers(heads: Sequence[_Head]) -> list[list[_Head]]:
    """Headers over several columns by height: each below those of the tier before that it stands under."""
    tiers: list[list[_Head]] = []
    for head in sorted(heads, key=lambda h: h.top):
        tier = next((t for t in tiers if not any(h.first < head.end and head.first < h.end for h in t)), None)
        if tier is None:
            tiers.append([head])
        else:
            tier.append(head)
    return tiers

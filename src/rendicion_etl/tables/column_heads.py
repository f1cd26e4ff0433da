"""Header lines -> header cells: which words stand over which columns, and which stand over several.

What is drawn decides first: a shaded cell, vertical rules on both sides, a rule under the words. Where nothing is
drawn, words stand over the columns whose own headers they are centred on. The lines of one header are one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rendicion_etl.reading.page import Box, Line, Rulings, misalignment, shared_width
from rendicion_etl.tables.items import Item, lined_up, parted_at
from rendicion_etl.tables.model import Extent, RawCell
from rendicion_etl.tables.shape import is_column_mark, looks_numeric

CENTRED = 14.0  # points by which words may miss the middle of the columns they stand over
AS_CENTRED = 3.0  # the same, more than those on whose middle they are best
UNDER = 1.3  # of a line's height: how far below its words a rule may stand
EDGE = 2.0  # points
WIDE = 0.6  # of the table's width: narrower words inside its frame do not stand over all of it
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
    lines = [_parted(line, lines[n + 1 :], columns) for n, line in enumerate(lines) if line not in marks]
    words = [i for line in lines for i in line]
    heads = _joined([head for line in lines for head in _over_columns(line, words, columns, rulings)])
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
        of_column: dict[int, list[Item]] = {}
        for item, col in zip(line, _in_order(line, columns), strict=True):
            of_column.setdefault(col, []).append(item)
        cells += [_cell(_Head(items, col, col + 1), rows, 1, page) for col, items in of_column.items()]
        rows += 1
    return cells, rows


def header_left_alone(lines: Sequence[Line], columns: Sequence[Extent]) -> list[list[Item]]:
    """The header at the end of a page whose rows begin the next one, from top to bottom; [] where there is none.

    lines: those of the page that ends. columns: those of the table that begins the next page without a header.
    """
    levels: list[list[Item]] = []
    upright = [n for n in lines if n.box.height < max(n.box.width, 2 * n.box.height / max(len(n.text), 1))]
    for line in sorted(upright, key=lambda n: n.box.top):
        item = Item(line.text, line.box, False, line.bold, len(levels))
        if levels and item.middle - levels[-1][0].middle < 0.5 * line.box.height:
            item.level -= 1
            levels[-1].append(item)
        else:
            levels.append([item])
    out: list[list[Item]] = []
    for level in reversed(levels[-MOST_LINES:]):
        level.sort(key=lambda i: i.box.x0)
        over = sum(any(shared_width(c, i.box) > 1 for i in level) for c in columns)
        if any(i.text.endswith(".") or looks_numeric(i.text) for i in level):
            break
        from_top = len(out) > 1 and len(out[-1]) > len(out[0])  # headers begin on one line: no text above is theirs
        goes_on = out and not from_top and level[0].box.width < 0.3 * (columns[-1].x1 - columns[0].x0)
        if len(level) < 2 and not (goes_on and any(lined_up(level[0], i) for i in out[-1])):
            break
        if len(level) > 1 and over < 2:
            break
        out.append(level)
    headed = sum(any(shared_width(c, i.box) > 0 for level in out for i in level) for c in columns)
    return out[::-1] if headed >= HEADED * len(columns) else []


def _cell(head: _Head, row: int, rows: int, page: int) -> RawCell:
    text = " ".join(i.text for i in head.items)
    box = Box.around([i.box for i in head.items])
    bold = all(i.bold for i in head.items)
    return RawCell(row, head.first, max(rows, 1), head.end - head.first, text, page, box, bold, head.items[0].box.x0)


def _parted(line: Sequence[Item], below: Sequence[Sequence[Item]], columns: Sequence[Span]) -> list[Item]:
    """A line whose neighbouring headers ran together, as headers of a column each: where none stands below them."""
    out: list[Item] = []
    for item in (part for whole in line for part in _before_percent(whole)):
        covered = [c for c in columns if item.box.x0 - EDGE < (c.x0 + c.x1) / 2 < item.box.x1 + EDGE]
        over = any(
            i.box.x1 > item.box.x0 and i.box.x0 < item.box.x1 and not is_column_mark(i.text)
            for row in below
            for i in row
        )
        ends = [c.end for c in covered[:-1]]
        parts = [item]
        for x in ends if not over else ():
            gaps = [
                (abs((a.box.x1 + b.box.x0) / 2 - x), (a.box.x1 + b.box.x0) / 2) for a, b in pairwise(parts[-1].pieces)
            ]
            parts[-1:] = parted_at(parts[-1], min(gaps)[1]) if gaps else parts[-1:]
        out += parts
    return out


def _before_percent(item: Item) -> list[Item]:
    """A header that begins with a percent sign is one of its own."""
    k = next((k for k, p in enumerate(item.pieces) if k and p.text.startswith("%")), None)
    return parted_at(item, (item.pieces[k - 1].box.x1 + item.pieces[k].box.x0) / 2) if k else [item]


def _over_columns(
    line: Sequence[Item], words: Sequence[Item], columns: Sequence[Span], rulings: Rulings
) -> Iterator[_Head]:
    """The headers of one line, each with the columns it stands over."""
    alone: list[Item] = []
    for item in line:
        spanned = _drawn_columns(item, line, columns, rulings) or _spanned(item, line, words, columns)
        if spanned:
            yield _Head([item], *spanned)
        else:
            alone.append(item)
    for item, col in zip(alone, _in_order(alone, columns), strict=True):
        yield _Head([item], col, col + 1)


def _drawn_columns(
    item: Item, line: Sequence[Item], columns: Sequence[Span], rulings: Rulings
) -> tuple[int, int] | None:
    """The columns inside of what is drawn around or under words; None where nothing tells but the table's frame."""
    drawn = _drawn_over(item, rulings)
    if drawn is None or any(drawn[0] < other.centre < drawn[1] for other in line if other is not item):
        return None  # a frame round several headers tells nothing of one
    inside = [k for k, c in enumerate(columns) if drawn[0] - EDGE < (c.x0 + c.x1) / 2 < drawn[1] + EDGE]
    framed = len(inside) == len(columns) > 1 and item.box.width < WIDE * (columns[-1].x1 - columns[0].x0)
    return (inside[0], inside[-1] + 1) if inside and not framed else None


def _spanned(
    item: Item, line: Sequence[Item], words: Sequence[Item], columns: Sequence[Span]
) -> tuple[int, int] | None:
    """The columns that words reach over, or on whose headers below they are centred; None for words over one."""
    covered = [k for k, c in enumerate(columns) if item.box.x0 - EDGE < (c.x0 + c.x1) / 2 < item.box.x1 + EDGE]
    if len(covered) > 1:
        middle = (columns[0].start + columns[-1].end) / 2
        return (0, len(columns)) if abs(item.centre - middle) < CENTRED else (covered[0], covered[-1] + 1)
    below = sorted((i for i in words if i.level > item.level or i.box.top > item.box.bottom), key=lambda i: i.box.x0)
    if any(lined_up(item, i) for i in below):
        return None
    leaves: dict[int, Item] = {}
    for leaf in sorted(below, key=lambda i: -i.box.top):
        leaves.setdefault(_nearest(leaf, columns), leaf)
    nearest = _nearest(item, columns)
    ranges = [
        (abs(item.centre - (leaves[a].centre + leaves[b].centre) / 2), a, b)
        for a in leaves
        for b in leaves
        if a < b and a <= nearest <= b and all(k in leaves for k in range(a, b + 1))
    ]
    off, first, last = min(ranges, default=(CENTRED, 0, 0))
    if off >= CENTRED:
        return None
    # Of the ranges with this middle the widest, as far as the heads are of one line and no other words stand over them.
    level = leaves[first].level
    line = [i for i in line if i is item or not any(lined_up(i, leaf) for leaf in below)]
    for more, a, b in ranges:
        wider = 0 < a <= first and last <= b and more < off + AS_CENTRED  # the first column is that of the labels
        if wider and all(leaves[k].level == level and _nearest_head(leaves[k], line) is item for k in range(a, b + 1)):
            first, last = a, b
    return first, last + 1


def _nearest_head(leaf: Item, line: Sequence[Item]) -> Item:
    """Of the words of a line those that stand nearest over a head below."""
    return min(line, key=lambda i: max(i.box.x0 - leaf.centre, leaf.centre - i.box.x1, 0.0))


def _in_order(line: Sequence[Item], columns: Sequence[Span]) -> list[int]:
    """Of each word of a line the one column it stands over: each its own, from left to right, all as near as can be."""
    nowhere: tuple[float, list[int]] = (float("inf"), [])
    best: list[tuple[float, list[int]]] = [(0.0, []), *[nowhere] * len(columns)]
    for n, item in enumerate(line):
        row = [nowhere] * (len(columns) + 1)
        for k in range(len(columns)):
            before = min(best[: k + 1], key=lambda b: b[0])
            if len(before[1]) == n:
                row[k + 1] = (before[0] + _off(item, columns[k]), [*before[1], k])
        best = row
    cost, places = min(best, key=lambda b: b[0])
    return places if len(places) == len(line) and cost < float("inf") else [_nearest(i, columns) for i in line]


def _off(item: Item, column: Span) -> float:
    """How far words miss the edges or the middle of what is printed in a column, in points; less where they overlap."""
    return misalignment(item.box, column) + 10 * max(column.start - item.box.x1, item.box.x0 - column.end, 0.0)


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

"""Where on a page figures stand in columns: the blocks that tables without rules are made of.

A figure belongs to the column of the figure above it that it overlaps; columns that share their baselines belong to
one block. What parts two blocks: a caption, a source note, a header over several columns; side by side, two captions,
or rules and shades that end before the gap and begin again behind it.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

from rendicion_etl.reading.page import Box, Rulings, misalignment, reading_order, shared_width
from rendicion_etl.tables.captions import CAPTION_NUMBER
from rendicion_etl.tables.items import Item
from rendicion_etl.tables.lanes import ASIDE, MINUS, SAME_EDGE, Lane, join_minus_to, lanes_of, unsigned, without_axis
from rendicion_etl.tables.model import Extent

ONE_LINE = 6.0  # points
SHARED = 0.5  # of the baselines of the shorter of two columns
BESIDE = 0.45  # of a figure's height: figures of one row may be set off so far
NEARLY_ALL = 0.8  # of the figures must then stand so
NEXT_TO = 2.5  # of a figure's height: a label stands no further from its code
LEAST_ALONE = 3  # amounts that make a row of a table by themselves
LEAST_IN_COLUMN = 2  # figures that make a table of one column
LEAST_BETWEEN = 10.0  # points between two tables printed side by side
CAPTION_REACH = 150.0  # points: captions stand no further above their figures


@dataclass(eq=False)
class Block:
    """Lanes that share their baselines, from left to right.

    `before`: the columns of the table of the page before that they go on; () where they go on none.
    """

    lanes: list[Lane]
    before: Sequence[Extent] = ()

    @property
    def figures(self) -> list[Item]:
        return [f for lane in self.lanes for f in lane.figures]

    @property
    def box(self) -> Box:
        return Box.around([f.box for f in self.figures])


def blocks_of(levels: Sequence[list[Item]], rulings: Rulings, before: Sequence[Sequence[Extent]] = ()) -> list[Block]:
    """The blocks of figures of a page, from top to bottom; in `levels` a minus set apart is joined to its figure.

    before: the columns of each table of the page before.
    """
    lanes = [part for lane in lanes_of(levels, rulings) for part in without_axis(lane)]
    blocks = [part for block in _grouped(lanes) for part in _side_by_side(block, levels, rulings)]
    for block in blocks:
        _join_minus(block, levels, rulings)
    first = min((b.box.top for b in blocks), default=0.0)
    out = []
    for block in blocks:
        parts = _going_on(block, before) if block.box.top < first + ONE_LINE else []
        out += parts or [block]
    out = [b for b in out if b.before or _is_table(b)]
    out = [b for b in out if not any(_are_codes_of(b, other, levels) for other in out if other is not b)]
    return reading_order(out, lambda b: b.box)


def _are_codes_of(block: Block, other: Block, levels: Sequence[list[Item]]) -> bool:
    """Whether plain numbers in one column are the codes of the labels of a larger block on their right."""
    if len(block.lanes) > 1 or not all(f.plain for f in block.figures) or len(other.figures) < len(block.figures):
        return False
    beside = min(block.box.bottom, other.box.bottom) - max(block.box.top, other.box.top)
    if beside < SHARED * block.box.height or block.box.x1 > other.box.x0:
        return False
    before = sum(any(not i.figure and i.box.x1 <= f.box.x0 for i in levels[f.level]) for f in block.figures)
    near = sum(
        any(not i.figure and 0 <= i.box.x0 - f.box.x1 < NEXT_TO * f.box.height for i in levels[f.level])
        for f in block.figures
    )
    return not before and near >= NEARLY_ALL * len(block.figures)


def _going_on(block: Block, before: Sequence[Sequence[Extent]]) -> list[Block]:
    """The first block of a page as parts that go on tables of the page before; [] where it goes on none.

    Every lane must stand under a column of figures of one of them.
    """
    for extents in before:
        if all(any(_under(n, e) for e in extents if e.figures) for n in block.lanes):
            return [Block(block.lanes, extents)]
    edges = sorted((extents[0].x0, extents[-1].x1) for extents in before)
    if any(a[1] > b[0] for a, b in pairwise(edges)):
        return []  # not side by side
    parts: dict[int, list[Lane]] = defaultdict(list)
    for lane in block.lanes:
        home = next((k for k, extents in enumerate(before) if any(_under(lane, e) for e in extents if e.figures)), None)
        if home is None:
            return []
        parts[home].append(lane)
    return [Block(lanes, before[home]) for home, lanes in parts.items()]


def _under(lane: Lane, extent: Extent) -> bool:
    return misalignment(lane, extent) < 2 * SAME_EDGE and shared_width(lane, extent) > 0


def _is_table(block: Block) -> bool:
    """Enough figures in rows and columns to be no accident; a single row may be the rest of a table."""
    figures = block.figures
    if sum(f.prose for f in figures) > len(figures) / 2:
        return False
    if len({f.level for f in figures}) == 1:
        return sum(not f.plain for f in figures) >= LEAST_ALONE
    columns = sum(len(lane.figures) > 1 for lane in block.lanes)
    return columns > 1 or max(len(lane.figures) for lane in block.lanes) >= LEAST_IN_COLUMN


def _grouped(lanes: Sequence[Lane]) -> Iterator[Block]:
    """Lanes that share most of their baselines, directly or through others, make a block."""
    root = list(range(len(lanes)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for a, b in combinations(range(len(lanes)), 2):
        if _side_by_side_rows(lanes[a], lanes[b]):
            root[find(b)] = find(a)
    members: dict[int, list[Lane]] = defaultdict(list)
    for k, lane in enumerate(lanes):
        members[find(k)].append(lane)
    for group in members.values():
        yield Block(_merged(group))


def _side_by_side_rows(one: Lane, two: Lane) -> bool:
    """Whether most figures of the shorter lane stand beside one of the other, on its baseline or just off it."""
    few, many = sorted((one, two), key=lambda n: len(n.figures))
    if few.figures[0].middle > many.figures[-1].middle + 9 or few.figures[-1].middle < many.figures[0].middle - 9:
        return False
    shared = len(few.levels & many.levels)
    if shared >= SHARED * len(few.levels):
        return True
    heights = [f.middle for f in many.figures]
    near = 0
    for figure in few.figures:
        k = bisect(heights, figure.middle)
        near += any(abs(y - figure.middle) < BESIDE * figure.box.height for y in heights[max(k - 1, 0) : k + 1])
    return near >= NEARLY_ALL * len(few.figures)


def _join_minus(block: Block, levels: Sequence[list[Item]], rulings: Rulings) -> None:
    """Give a minus that is printed apart to its figure: dashes beside some of the figures on their right.

    Where vertical rules make a box around both, that is certain. Else the dashes must have no header of their own, and
    some of the figures no dash: dashes beside all of them are a column of zeros.
    """
    for k in range(len(block.lanes) - 2, -1, -1):
        signs, lane = block.lanes[k], block.lanes[k + 1]
        beside = {f.level: f for f in lane.figures}
        pairs = [(f, beside[f.level]) for f in signs.figures if f.level in beside and unsigned(beside[f.level])]
        if len(pairs) < len(signs.figures) or not all(f.dash and f.text in MINUS for f in signs.figures):
            continue
        boxed = [_one_box(dash, figure, rulings) for dash, figure in pairs]
        by_type = len(pairs) < len(lane.figures) and not _has_header(signs, lane, block, levels)
        if all(boxed) or (by_type and not any(box is False for box in boxed)):
            for dash, figure in pairs:
                lane.figures[lane.figures.index(figure)] = join_minus_to(levels[figure.level], dash, figure)
            block.lanes.remove(signs)


def _one_box(dash: Item, figure: Item, rulings: Rulings) -> bool | None:
    """Whether rules make one box around a dash and a figure (True), part them (False), or do neither (None)."""
    x, top, bottom = rulings.vertical.T
    across = x[(top < figure.middle) & (bottom > figure.middle)]
    if ((across > dash.centre) & (across < figure.centre)).any():
        return False
    near = (
        (across < dash.centre) & (across > dash.box.x0 - 40),
        (across > figure.centre) & (across < figure.box.x1 + 40),
    )
    return True if near[0].any() and near[1].any() else None


def _has_header(signs: Lane, lane: Lane, block: Block, levels: Sequence[list[Item]]) -> bool:
    """Whether words stand over a lane of dashes that do not reach the lane on its right."""
    above = [i for level in levels for i in level if not i.figure and 0 < block.box.top - i.middle < CAPTION_REACH / 2]
    return any(signs.x0 - 12 < i.centre < signs.x1 + 12 and i.box.x1 < lane.x0 for i in above)


def _merged(group: Sequence[Lane]) -> list[Lane]:
    """Lanes over one another become one; a small overlap of long figures is none."""
    out: list[Lane] = []
    for lane in sorted(group, key=lambda n: n.x0):
        if out and lane.x0 < out[-1].x1 - 1.0 and not (lane.levels & out[-1].levels):
            out[-1] = Lane(out[-1].figures + lane.figures)
        else:
            out.append(lane)
    return sorted(out, key=lambda n: n.x0)


def _side_by_side(block: Block, levels: Sequence[list[Item]], rulings: Rulings) -> Iterator[Block]:
    """Two tables printed beside each other on the same baselines are two blocks."""
    lanes = block.lanes
    gaps = [(max(n.x1 for n in lanes[:k]), lanes[k].x0, k) for k in range(1, len(lanes))]
    gaps = [gap for gap in gaps if gap[1] - gap[0] >= LEAST_BETWEEN]
    parted = {k for start, end, k in gaps if _frames_end(start, end, block, rulings)}
    for left, right in pairwise(_captions_over(block.box, levels)):
        over_both = left.box.x1 > lanes[0].x0 - ASIDE and right.box.x0 < lanes[-1].x1 + ASIDE
        between = [g for g in gaps if over_both and left.centre < (g[0] + g[1]) / 2 < right.centre]
        if between and not any(g[2] in parted for g in between):
            parted.add(max(between, key=lambda gap: gap[1] - gap[0])[2])
    for start, end in pairwise([0, *sorted(parted), len(lanes)]):
        yield Block(lanes[start:end])


def _frames_end(start: float, end: float, block: Block, rulings: Rulings) -> bool:
    """Whether the rules and shades of a block end in the gap and begin again behind a white space in it."""
    box = block.box
    height = median(f.box.height for f in block.figures)
    top, bottom = box.top - 4 * height, box.bottom + height
    near = [(x0, x1) for y, x0, x1 in rulings.horizontal.tolist() if top < y < bottom]
    near += [(s.x0, s.x1) for s in rulings.shaded if s.top < bottom and s.bottom > top]
    upright = rulings.vertical[:, 0].tolist()
    reached = -1e9
    for x0, x1 in sorted(near):
        boxed = any(abs(x - reached) < 2 for x in upright) and any(abs(x - x0) < 2 for x in upright)
        least = LEAST_BETWEEN / 5 if boxed else LEAST_BETWEEN / 2
        if x0 - reached > least and reached >= start - 2 and x0 <= end + 2:
            return True
        reached = max(reached, x1)
    return False


def _captions_over(box: Box, levels: Sequence[list[Item]]) -> list[Item]:
    """The captions on the nearest baseline above the block that holds one, from left to right."""
    for level in reversed(levels):
        if not level or level[0].box.bottom > box.top:
            continue
        named = [i for i in level if CAPTION_NUMBER.match(i.text)]
        if named:
            return named
        if box.top - level[0].box.bottom > CAPTION_REACH:
            break
    return []

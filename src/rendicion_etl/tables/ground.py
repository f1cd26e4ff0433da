"""The ground on which a table without rules is made: one block of figures, its rows and columns, and what is near.

It says how far words may stand from the figures and still belong to the table, where what is drawn parts columns, and
which rules run over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from rendicion_etl.reading.page import Box, Page, shared_width
from rendicion_etl.tables.blocks import LEAST_BETWEEN, Block
from rendicion_etl.tables.captions import is_caption
from rendicion_etl.tables.items import Item
from rendicion_etl.tables.lanes import Lane
from rendicion_etl.tables.shape import numbers_columns

ONE_ROW = 0.7  # of a figure's height: figures in different columns no further apart are one row
HALVES = 0.7  # of the columns: two baselines with as many between them may be halves of one row
HALF_STEP = 0.75  # of the usual step between rows
SURE_REACH = 6.0  # the same for a line that stands over half of the columns
CLOSE = 0.45  # the same for words and the row of figures they stand on
HEADER_APART = 150.0  # points: a header further right of the figures is none of theirs
JOINTS = 0.5  # of the rules over the table: as many are drawn in pieces that meet where a column ends
RUNS_THROUGH = 0.7  # of the table's height: a vertical rule as long parts columns


@dataclass(eq=False)
class Column:
    """A column on the way to a table: the x-range of what stands in it, and how far it reaches."""

    x0: float
    x1: float
    figures: bool
    start: float = 0.0
    end: float = 0.0


@dataclass(eq=False)
class RowOfItems:
    """A row on the way to a table: its figures (none in a heading), and the words of its columns.

    merged: words of a cell that begins in this row and reaches down to the row given beside them.
    """

    y: float
    figures: list[Item] = field(default_factory=list)
    words: list[Item] = field(default_factory=list)
    merged: list[tuple[list[Item], RowOfItems]] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return self.figures + self.words


class Ground:
    """One block of figures on its page.

    page, levels: the page and its items by baseline; turned: its words that are turned. rows: the rows of figures;
    columns: those of figures, and later of words, from left to right. own, taken: ids of the figures of this block and
    of others. top, bottom: heights of the first and the last row; left, right: how far words may stand; cuts: where
    what is drawn parts columns. height: that of a usual figure.
    """

    def __init__(
        self,
        page: Page,
        levels: Sequence[Sequence[Item]],
        block: Block,
        others: Sequence[Block],
        turned: Sequence[Item],
    ) -> None:
        self.page, self.levels, self.turned = page, levels, turned
        self.block = block = _without_indented_codes(_without_marks(block, levels), levels)
        self.height = median(f.box.height for f in block.figures)
        self.own = {id(f) for f in block.figures}
        self.taken = {id(f) for b in others for f in b.figures}
        self.rows = _rows(block, self.height)
        self.top, self.bottom = self.rows[0].y, self.rows[-1].y
        self.cuts = self._drawn_edges()
        self.left, self.right = self._limits(others)
        self.columns = [Column(n.x0, n.x1, True) for n in block.lanes]
        self.column_of_figure = {id(f): c for n, c in zip(block.lanes, self.columns, strict=True) for f in n.figures}

    def _limits(self, others: Sequence[Block]) -> tuple[float, float]:
        """How far to the left and right words may belong to this block.

        To the left up to the block beside it; to the right as far as its rules and shades go, or its header does,
        but with a block beside it not past two upright rules, where one frame ends and the next begins.
        """
        box = self.block.box
        beside = [o for o in (b.box for b in others) if o.top < box.bottom and o.bottom > box.top]
        behind = min((o.x0 for o in beside if o.x0 >= box.x1), default=1e9)
        left = max((o.x1 for o in beside if o.x1 <= box.x0), default=-1e9)
        if behind == 1e9:
            return left, max(self._frame_end(), self._header_end())
        frames = (a for a, b in pairwise(self.cuts) if box.x1 - 2 <= a and b <= behind and b - a < LEAST_BETWEEN)
        return left, min(self._frame_end(), next(frames, behind))

    def _frame_end(self) -> float:
        """Right end of the horizontal rules and shades that begin over the figures, and of those that go them on."""
        box, rulings = self.block.box, self.page.rulings
        top, bottom = self.top - 4 * self.height, self.bottom + self.height
        spans = [(x0, x1) for y, x0, x1 in rulings.horizontal.tolist() if top < y < bottom]
        spans += [(s.x0, s.x1) for s in rulings.shaded if s.top < bottom and s.bottom > top]
        end = box.x1
        for x0, x1 in sorted(spans):
            if x0 <= end + 2:
                end = max(end, x1)
        return end + 3

    def _header_end(self) -> float:
        """Right end of the words that stand right of the figures under a header of their own."""
        box = self.block.box
        top, bottom = self.top - self.height, self.bottom + self.height
        heads = [
            i
            for level in self.levels
            if level
            and top - SURE_REACH * self.height < level[0].middle < top + 0.5 * self.height
            and sum(i.box.x1 > box.x0 and i.box.x0 < box.x1 for i in level) > 1
            for i in level
            if i.box.x0 >= box.x1 - 1 and not i.figure and i.box.x0 - box.x1 < HEADER_APART and not is_caption(i.text)
        ]
        start, end = min((i.box.x0 for i in heads), default=1e9), max((i.box.x1 for i in heads), default=0.0)
        under = [
            i
            for level in self.levels
            if level and top < level[0].middle < bottom
            for i in level
            if i.box.x0 >= box.x1 - 1 and i.box.x0 < end + 10 and i.box.x1 > start - 10
        ]
        return max((i.box.x1 for i in under), default=box.x1) + 3

    def _drawn_edges(self) -> list[float]:
        """Where what is drawn parts columns: rules along most rows, joints of the rules under them, shaded heads."""
        rulings, box = self.page.rulings, self.block.box
        top, bottom = self.top - self.height, self.bottom + self.height
        lengths: dict[float, float] = defaultdict(float)
        for x, start, end in rulings.vertical.tolist():
            lengths[round(x)] += max(0.0, min(end, bottom) - max(start, top))
        need = RUNS_THROUGH * max(self.bottom - self.top, self.height)
        edges = [x for x, length in lengths.items() if length >= need]
        joints = [x for x, y in rulings.joints.tolist() if top < y < bottom]
        lines = sum(top < y < bottom and x0 < box.x1 and x1 > box.x0 for y, x0, x1 in rulings.horizontal.tolist())
        least = max(2, JOINTS * lines)
        edges += [x for x in set(map(round, joints)) if sum(abs(x - other) <= 1 for other in joints) >= least]
        heads = [s for s in rulings.shaded if top - 6 * self.height < s.top < self.top and s.height < 8 * self.height]
        edges += [a.x1 for a in heads for b in heads if abs(a.x1 - b.x0) < 1 and abs(a.top - b.top) < 1]
        out: list[float] = []
        for x in sorted(edges):
            if not out or x - out[-1] > 2:
                out.append(float(x))
        return out

    def rules_over(self, x0: float, x1: float, above: float = 6.0) -> list[float]:
        """Heights of the horizontal rules that run over most of the way from x0 to x1, ascending.

        They reach up to so many heights of a figure `above` the rows.
        """
        out: list[float] = []
        for y, a, b in self.page.rulings.horizontal.tolist():
            near = self.top - above * self.height < y < self.bottom + 6 * self.height
            if near and min(b, x1) - max(a, x0) > 0.6 * (x1 - x0) and (not out or y - out[-1] > 2):
                out.append(y)
        return out

    def beside(self, item: Item) -> bool:
        """Whether an item stands no further left or right than the table may reach."""
        return self.left - 1 < item.centre < self.right + 1

    def between_columns(self, item: Item) -> bool:
        """Whether an item stands clear of the columns of figures."""
        return not any(shared_width(c, item.box) > 2 for c in self.columns)

    def columns_under(self, items: Sequence[Item]) -> set[int]:
        """The columns of figures that words stand over."""
        return {k for k, c in enumerate(self.columns) if c.figures and any(shared_width(c, i.box) > 1 for i in items)}

    def column_of(self, box: Box) -> int:
        """The column that a box shares most with."""
        return max(
            range(len(self.columns)),
            key=lambda k: (
                min(self.columns[k].end, box.x1) - max(self.columns[k].start, box.x0),
                -abs(self.columns[k].x0 - box.x0),
            ),
        )


def _without_marks(block: Block, levels: Sequence[Sequence[Item]]) -> Block:
    """The block without its first row where that numbers the columns, `(1) (2) (3=1+2)`: it ends the header."""
    first = min(f.level for f in block.figures)
    box = block.box
    line = sorted((i for i in levels[first] if box.x0 < i.box.x1 and i.box.x0 < box.x1), key=lambda i: i.box.x0)
    if not numbers_columns([i.text for i in line]):
        return block
    lanes = [Lane([f for f in n.figures if f.level != first]) for n in block.lanes]
    kept = [n for n in lanes if n.figures]
    return Block(kept, block.before) if kept else block


def _without_indented_codes(block: Block, levels: Sequence[Sequence[Item]]) -> Block:
    """The block without lanes of plain numbers that texts of other rows run across: numbers at the head of labels."""
    rows = {f.level for f in block.figures}
    first, last = min(rows), max(rows)
    words = [i for level in levels[first : last + 1] for i in level if not i.figure]

    def crossed(lane: Lane) -> bool:
        if not all(f.plain for f in lane.figures):
            return False
        start, end = lane.x0 + 2, lane.x1 + 2
        return len({i.level for i in words if i.box.x0 < start and i.box.x1 > end} - lane.levels) > 1

    kept = [lane for lane in block.lanes if not crossed(lane)]
    return Block(kept, block.before) if kept else block


def _rows(block: Block, height: float) -> list[RowOfItems]:
    """Figures by row: baselines close together, where no column has a figure on both, are one row.

    Cells of one row may be set at the top and at the bottom of a high row; then two baselines that each have some of
    the columns make one row, closer together than rows are.
    """
    lane_of = {id(f): k for k, lane in enumerate(block.lanes) for f in lane.figures}
    levels: dict[int, list[Item]] = defaultdict(list)
    for figure in block.figures:
        levels[figure.level].append(figure)
    rows = sorted((RowOfItems(median(f.middle for f in fs), fs) for fs in levels.values()), key=lambda r: r.y)
    pitch = median([b.y - a.y for a, b in pairwise(rows)] or [height])
    out: list[RowOfItems] = []
    for row in rows:
        lanes = {lane_of[id(f)] for f in row.figures}
        before = {lane_of[id(f)] for f in out[-1].figures} if out else lanes
        step = row.y - out[-1].y if out else 0.0
        amounts = out and all(any(not f.plain for f in half.figures) for half in (out[-1], row))
        halves = amounts and len(before) + len(lanes) >= HALVES * len(block.lanes) and step < HALF_STEP * pitch
        if not before & lanes and (step < ONE_ROW * height or halves):
            out[-1].figures += row.figures
        else:
            out.append(row)
    return out

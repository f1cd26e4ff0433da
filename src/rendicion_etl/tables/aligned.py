"""The reader of tables without rules, or with some: figures one under the other, words left of them.

Columns are where figures stand one under the other over the whole table, rows where they stand side by side. Words
between two columns of figures make columns of their own. Rules and shades are taken where they part columns or rows.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import median

from rendicion_etl.reading.lines import turned_lines
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.blocks import Block, Lane, blocks_of
from rendicion_etl.tables.captions import is_caption, is_note
from rendicion_etl.tables.column_heads import Span, header_cells
from rendicion_etl.tables.items import Item, items_of, parted_at
from rendicion_etl.tables.model import Extent, RawCell, RawTable, Region
from rendicion_etl.tables.shape import is_column_mark, is_year, looks_numeric
from rendicion_etl.tables.wrapping import Line, part_lines

NAME = "aligned"

ONE_ROW = 0.7  # of a figure's height: figures in different columns no further apart are one row
HALVES = 0.7  # of the columns: two baselines with as many between them may be halves of one row
HALF_STEP = 0.75  # of the usual step between rows
CLOSE = 0.45  # the same for words and the row of figures they stand on
LABEL_REACH = 1.9  # of a line's height: how far above the first row, or below the last, its words may begin
HEAD_REACH = 1.8  # white space between the first row and the header
SURE_REACH = 6.0  # the same for a line that stands over half of the columns
FRAMED = 2.5  # of a line's height: a rule so near above words makes them a cell of the header
BOX_REACH = 12.0  # of a figure's height: how far above the first row the box of the header may end
HEADER_APART = 150.0  # points: a header further right of the figures is none of theirs
HEAD_STEP = 1.0  # white space between its lines
ON_ROW = 0.2  # the same for words that must be those of the row
MERGED_STEP = 1.4  # of a line's height: the lines of a merged cell stand no further apart
LEAST_BAND = 0.5  # points: no row is lower
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


def read(pdf: Pdf, page: Page, before: Sequence[RawTable]) -> list[RawTable]:
    """The tables of one page that its figures give away, top to bottom.

    `before` are the tables of the page before: one of them may go on here with few figures, or beside another.
    """
    levels = items_of(page)
    last = max((t.regions[-1].box for t in before), key=lambda box: box.bottom, default=None)
    open_ends = [t for t in before if last and t.extents and t.regions[-1].box.bottom > last.top]
    blocks = blocks_of(levels, page.rulings, [t.extents for t in open_ends])
    turned = _turned_heads(page)
    out = []
    for block in blocks:
        table = _Builder(page, levels, block, [b for b in blocks if b is not block], turned).table()
        if table is not None and (_names_its_figures(table) or block.goes_on):
            out.append(table)
    return out


def _without_indented_codes(block: Block, levels: Sequence[Sequence[Item]]) -> Block:
    """The block without lanes of plain numbers that texts of other rows run across: numbers at the head of labels."""
    rows = {f.level for f in block.figures}
    first, last = min(rows), max(rows)
    words = [i for level in levels[first : last + 1] for i in level if not i.figure]

    def crossed(lane: Lane) -> bool:
        over = {i.level for i in words if i.box.x0 < lane.x0 + 2 and i.box.x1 > lane.x1 + 2 and i.level not in lane.levels}
        return all(f.plain for f in lane.figures) and len(over) > 1

    kept = [lane for lane in block.lanes if not crossed(lane)]
    return Block(kept, block.goes_on) if kept else block


def _turned_heads(page: Page) -> list[Item]:
    """The words turned against the page, from left to right; lines beside one another are one text."""
    out: list[Item] = []
    for line in sorted(turned_lines(page.chars), key=lambda n: n.box.x0):
        last = out[-1].box if out else None
        beside = last and line.box.x0 - last.x1 < 0.35 * line.box.width and line.box.top < last.bottom and line.box.bottom > last.top
        if last and beside:
            text, box = f"{out[-1].text} {line.text}", Box.around([last, line.box])
            out[-1] = Item(text, box, False, line.bold, -1)
        else:
            out.append(Item(line.text, line.box, False, line.bold, -1))
    return out


def _names_its_figures(table: RawTable) -> bool:
    """Whether words or codes say what the figures are, in front of them; a small table needs a header too."""
    rows = [[c for c in row if c.text] for row in table.rows()[table.n_header_rows :]]
    rows = [row for row in rows if any(looks_numeric(c.text) for c in row)]
    named = sum(not looks_numeric(row[0].text) or (row[0].text.isdigit() and len(row) > 1) for row in rows)
    headed = len({c.col for c in table.cells if c.row < table.n_header_rows and c.text}) > 1
    return named >= 0.5 * len(rows) and (headed or len(rows) > 2 or table.n_cols > 2)


class _Builder:
    """Makes the table of one block of figures."""

    def __init__(
        self,
        page: Page,
        levels: Sequence[Sequence[Item]],
        block: Block,
        others: Sequence[Block],
        turned: Sequence[Item],
    ) -> None:
        self.page, self.levels, self.turned = page, levels, turned
        self.block = block = _without_indented_codes(block, levels)
        self.height = median(f.box.height for f in block.figures)
        self.own = {id(f) for f in block.figures}
        self.taken = {id(f) for b in others for f in b.figures}
        self.rows = _rows(block, self.height)
        self.top, self.bottom = self.rows[0].y, self.rows[-1].y
        self.left, self.right = self._limits(others)
        self.cuts = self._drawn_edges()
        self.columns = [Column(n.x0, n.x1, True) for n in block.lanes]
        self.column_of_figure = {id(f): c for n, c in zip(block.lanes, self.columns, strict=True) for f in n.figures}

    def table(self) -> RawTable | None:
        head, between = self._head()
        words = self._parted_under(head, self._body_words(between))
        self._add_word_columns(words)
        self._set_edges()
        self._place_words(words, headed=bool(head))
        return self._raw(head)

    # ------------------------------------------------------------ where the table ends
    def _limits(self, others: Sequence[Block]) -> tuple[float, float]:
        """How far to the left and right words may belong to this block.

        To the left up to the block beside it; to the right as far as its rules and shades go, or its header does.
        """
        box = self.block.box
        beside = [o for o in (b.box for b in others) if o.top < box.bottom and o.bottom > box.top]
        behind = min((o.x0 for o in beside if o.x0 >= box.x1), default=1e9)
        right = self._frame_end() if behind < 1e9 else max(self._frame_end(), self._header_end())
        return max((o.x1 for o in beside if o.x1 <= box.x0), default=-1e9), min(right, behind)

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
            if level and top - SURE_REACH * self.height < level[0].middle < top + 0.5 * self.height
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
        for x in sorted(set(map(round, joints))):
            if sum(abs(x - other) <= 1 for other in joints) >= max(2, JOINTS * lines):
                edges.append(x)
        heads = [s for s in rulings.shaded if top - 6 * self.height < s.top < self.top and s.height < 8 * self.height]
        edges += [a.x1 for a in heads for b in heads if abs(a.x1 - b.x0) < 1 and abs(a.top - b.top) < 1]
        out: list[float] = []
        for x in sorted(edges):
            if not out or x - out[-1] > 2:
                out.append(float(x))
        return out

    def _rules_over(self, x0: float, x1: float, above: float = 6.0) -> list[float]:
        """Heights of the horizontal rules that run over most of the way from x0 to x1, ascending.

        They reach up to so many heights of a figure `above` the rows.
        """
        out: list[float] = []
        for y, a, b in self.page.rulings.horizontal.tolist():
            near = self.top - above * self.height < y < self.bottom + 6 * self.height
            if near and min(b, x1) - max(a, x0) > 0.6 * (x1 - x0) and (not out or y - out[-1] > 2):
                out.append(y)
        return out

    # ------------------------------------------------------------ words and their columns
    def _body_words(self, above: Sequence[Item]) -> list[Item]:
        """The words at the height of the rows, those `above` them, and the lines just below."""
        reach = LABEL_REACH * self.height
        out = list(above)
        edge = self.bottom
        left_of = min(c.x0 for c in self.columns)
        for level in self.levels:
            words = [i for i in level if id(i) not in self.own and id(i) not in self.taken and self._beside(i)]
            words = [i for i in words if not any(i is other for other in above)]
            if not words:
                continue
            y = words[0].middle
            if y < self.top - CLOSE * self.height:
                continue
            if y > self.bottom + CLOSE * self.height:
                label_like = all(i.box.x1 < left_of + 2 or self._between_columns(i) for i in words)
                if y - edge > reach or any(is_note(i.text) or is_caption(i.text) for i in words):
                    break
                if not label_like or y - self.bottom > 4 * reach:
                    break
                edge = y
            out += words
        return out

    def _parted_under(self, head: Sequence[Sequence[Item]], words: Sequence[Item]) -> list[Item]:
        """Runs of words parted where, under two headers, white space runs down between them through all rows."""
        out = list(words)
        for line in head:
            for left, right in pairwise(line):
                if not self._between_columns(left) and not self._between_columns(right):
                    continue
                drawn = [x for x in self.cuts if left.centre < x < right.centre]
                x = drawn[0] if len(drawn) == 1 else self._river(left.box.x1 - 2, right.box.x0 + 2, out)
                if x is not None:
                    out = [part for i in out for part in (parted_at(i, x) if i.box.x0 < x < i.box.x1 else [i])]
        return out

    def _river(self, start: float, end: float, words: Sequence[Item]) -> float | None:
        """Where between two places no letter of any row stands; None where there is no such place."""
        taken = sorted(
            (p.box.x0, p.box.x1)
            for i in words
            if i.box.x1 > start and i.box.x0 < end
            for p in (i.pieces or (i,))
        )
        reached = start
        best: tuple[float, float] | None = None
        for x0, x1 in [*taken, (end, end)]:
            if x0 - reached > 0.5 and reached > start and (best is None or x0 - reached > best[1] - best[0]):
                best = (reached, x0)
            reached = max(reached, x1)
        if best is None:
            return None
        crossing = {i.level for i in words if i.box.x0 < best[0] and i.box.x1 > best[1]}
        left, right = ({i.level for i in words if side(i)} for side in (
            lambda i: start < i.box.x1 and i.box.x0 < best[0], lambda i: i.box.x1 > best[1] and i.box.x0 < end
        ))
        both = len(left & right | crossing)
        enough = both >= 0.5 * len(left | right) or len(left & right - crossing) >= 3
        return (best[0] + best[1]) / 2 if crossing and both >= 3 and enough else None

    def _beside(self, item: Item) -> bool:
        return self.left - 1 < item.centre < self.right + 1

    def _between_columns(self, item: Item) -> bool:
        return not any(min(c.x1, item.box.x1) - max(c.x0, item.box.x0) > 2 for c in self.columns)

    def _add_word_columns(self, words: Sequence[Item]) -> None:
        """Columns of words stand in the slots between the columns of figures."""
        slots: dict[int, list[Item]] = defaultdict(list)
        starts = [c.x0 for c in self.columns]
        for item in words:
            if self._between_columns(item):
                slots[bisect(starts, item.centre)].append(item)
        on_row = {i.level for r in self.rows for i in r.figures}
        for items in slots.values():
            self.columns += self._word_columns(items, on_row)
        self.columns.sort(key=lambda c: c.x0)

    def _word_columns(self, items: Sequence[Item], on_row: set[int]) -> Iterator[Column]:
        """One slot: as many columns as rules part, or as its rows show texts side by side."""
        between: dict[int, list[Item]] = defaultdict(list)
        for item in items:
            first, last = bisect(self.cuts, item.box.x0 + 3), bisect(self.cuts, item.box.x1 - 3)
            if first == last:
                between[first].append(item)
            elif len(items) == 1:
                between[bisect(self.cuts, item.centre)].append(item)
        for inside in between.values():
            apart = Counter(i.level for i in inside)
            several = [i for i in inside if apart[i.level] > 1]
            parts = [inside]
            if len({i.level for i in several}) >= max(1, 0.2 * len(apart.keys() & on_row)):
                parts = _side_by_side([i for i in inside if apart[i.level] > 1 or i.level in on_row])
            for part in parts:
                yield Column(min(i.box.x0 for i in part), max(i.box.x1 for i in part), False)

    def _set_edges(self) -> None:
        """Each column reaches to the edge drawn between it and its neighbour, or halfway."""
        for a, b in pairwise(self.columns):
            drawn = [x for x in self.cuts if (a.x0 + a.x1) / 2 < x < (b.x0 + b.x1) / 2]
            a.end = b.start = min(drawn, key=lambda x: abs(2 * x - a.x1 - b.x0), default=(a.x1 + b.x0) / 2)
        first, last = self.columns[0], self.columns[-1]
        first.start, last.end = first.x0 - 3, last.x1 + 3

    def column_of(self, box: Box) -> int:
        """The column that a box shares most with."""
        return max(
            range(len(self.columns)),
            key=lambda k: (
                min(self.columns[k].end, box.x1) - max(self.columns[k].start, box.x0),
                -abs(self.columns[k].x0 - box.x0),
            ),
        )

    def _place_words(self, words: Sequence[Item], headed: bool) -> None:
        """Give words to the rows of figures; what belongs to none makes a row of its own."""
        by_column: dict[int, dict[int, list[Item]]] = defaultdict(lambda: defaultdict(list))
        loose: list[Item] = []
        ys = [r.y for r in self.rows]
        for item in words:
            k = self.column_of(item.box)
            if self.columns[k].figures:
                loose.append(item)
            else:
                by_column[k][item.level].append(item)
        headings: list[RowOfItems] = []
        for items, row, last in self._cells_of_words(by_column):
            if row is None:
                headings.append(RowOfItems(items[0].middle, words=items))
            elif last is not None and last > row:
                self.rows[row].merged.append((items, self.rows[last]))
            else:
                self.rows[row].words += items
        for item in loose:
            k = min(range(len(ys)), key=lambda n: abs(ys[n] - item.middle))
            if abs(ys[k] - item.middle) < CLOSE * self.height:
                self.rows[k].words.append(item)
            else:
                headings.append(RowOfItems(item.middle, words=[item]))
        headings = [h for h in headings if h.y < self.bottom and (headed or h.y > self.top)]
        self.rows = sorted(self.rows + _same_height(headings, self.height), key=lambda r: r.y)

    def _cells_of_words(self, by_column: Mapping[int, Mapping[int, list[Item]]]) -> Iterator[tuple[list[Item], int | None, int | None]]:
        """The words of each cell, with the first and the last row of figures it belongs to (None for headings)."""
        ys = [r.y for r in self.rows]
        order = sorted(by_column)
        lines = [[Line(sorted(items, key=lambda i: i.box.x0)) for items in by_column[k].values()] for k in order]
        for column in lines:
            column.sort(key=lambda n: n.middle)
        rules = self._rules_over(self.block.box.x0, self.block.box.x1)
        bands = [bisect(rules, y) for y in ys]
        by_rules = len(set(bands)) > 0.8 * len(ys) and len(ys) > 2
        if not by_rules:
            rules = []
        for k, column, parting in zip(order, lines, part_lines(lines, ys, rules) if lines else [], strict=True):
            merged = self._merged_cells(self.columns[k], column, ys, rules) if by_rules else {}
            for cell in parting:
                rest = [n for n in cell.lines if n not in merged]
                if rest:
                    yield [i for n in rest for i in column[n].items], cell.first, cell.last
            for first, last in dict.fromkeys(merged.values()):
                lines_of = [n for n, rows in merged.items() if rows == (first, last)]
                yield [i for n in lines_of for i in column[n].items], first, last

    def _merged_cells(self, at: Column, lines: Sequence[Line], ys: Sequence[float], rules: Sequence[float]) -> dict[int, tuple[int, int]]:
        """Line -> first and last row, for lines that stand in a cell which the rules merge over several rows."""
        own = self._rules_over((at.x0 + at.x1) / 2 - 1, (at.x0 + at.x1) / 2 + 1)
        out: dict[int, tuple[int, int]] = {}
        for top, bottom in pairwise([-1e9, *own, 1e9]):
            rows = [k for k, y in enumerate(ys) if top < y < bottom]
            inside = [n for n, line in enumerate(lines) if top < line.middle < bottom]
            if len(rows) < 2 or not inside or len({bisect(rules, ys[k]) for k in rows}) < len(rows):
                continue
            if all(any(abs(lines[n].middle - ys[k]) < ON_ROW * self.height for n in inside) for k in rows):
                continue  # each row has its own
            steps = [lines[b].middle - lines[a].middle for a, b in pairwise(inside)]
            tight = all(step < MERGED_STEP * lines[inside[0]].height for step in steps)
            if tight and lines[inside[-1]].middle - lines[inside[0]].middle < bottom - top - self.height:
                out |= {n: (rows[0], rows[-1]) for n in inside}
        return out

    # ------------------------------------------------------------ the header
    def _head(self) -> tuple[list[list[Item]], list[Item]]:
        """The lines of the header from top to bottom, and the words between it and the first row."""
        lines = list(self._lines_above())
        box = self._header_box()
        if box:
            inside = [line for line in lines if box[0] < line[0].middle < box[1]]
            return inside[::-1], [i for line in lines if line[0].middle > box[1] for i in line]
        lowest = next((k for k, line in enumerate(lines) if self._heads(line)), None)
        if lowest is None:
            return [], [i for line in lines for i in line]
        between, own = self._parted_from(lines[lowest], lines[:lowest])
        head = own + lines[lowest:]
        while len(head) > 1 and not self._heads(head[-1]) and len(head[-1]) == 1 and not self._in_shade(head[-1][0]):
            head.pop()
        return head[::-1], between

    def _header_box(self) -> tuple[float, float] | None:
        """Top and bottom of the box that rules draw round the header: words over half of the columns, and no figures."""
        box = self.block.box
        first = min(i.box.top for i in self.rows[0].figures) + 1
        rules = [y for y in self._rules_over(box.x0, box.x1, 2 * BOX_REACH) if y < first][::-1]
        for bottom, top in pairwise(rules):
            inside = [i for level in self.levels for i in level if top < i.middle < bottom and self._beside(i)]
            if not inside and bottom == rules[0]:
                continue
            amounts = any(i.figure and not is_column_mark(i.text) and not is_year(i.text) for i in inside)
            turned = [i for i in self.turned if top < i.middle < bottom and self._beside(i)]
            over = self._columns_under([*inside, *turned])
            if amounts or not over or len(over) < 0.5 * len(self.columns) or first - bottom > BOX_REACH * self.height:
                return None
            return self._whole_box(top, rules), bottom
        return None

    def _whole_box(self, top: float, rules: Sequence[float]) -> float:
        """The upper rule of a header that rules part into levels, from the upper rule of its lowest level."""
        for higher in (y for y in rules if y < top):
            inside = [i for level in self.levels for i in level if higher < i.middle < top and self._beside(i)]
            if not inside or top - higher > FRAMED * 2 * self.height or any(_ends_head(i.text) for i in inside):
                break
            top = higher
        return top

    def _lines_above(self) -> Iterator[list[Item]]:
        """The lines over the first row that may be its header, from the lowest up; turned words are one line."""
        beside = [i for r in self.rows for i in self.levels[r.figures[0].level] if self._beside(i)]
        start = min(i.box.x0 for i in beside)
        end = max(self.block.box.x1, min(self.right, max(i.box.x1 for i in beside)))
        edge = min(i.box.top for i in self.rows[0].figures)
        first = min(i.level for i in self.rows[0].figures)
        lowest = edge - SURE_REACH * self.height
        turned = [i for i in self.turned if i.box.top < edge - self.height and lowest < i.box.bottom < edge + self.height]
        found: list[list[Item]] = []
        box = self._header_box()
        for level in sorted([*self.levels[:first], turned], key=lambda line: -max((i.box.bottom for i in line), default=0)):
            items = [i for i in level if start - 40 < i.centre < end + 40 and self._beside(i)]
            items = [i for i in items if id(i) not in self.own and id(i) not in self.taken]
            items = [i for i in items if set(i.text) - set("-=_ ")]
            if not items:
                continue
            gap = edge - max(i.box.bottom for i in items)
            over = self._columns_under(items)
            headed = [line for line in found if self._heads(line)]
            if box and items[0].middle < box[0]:
                return
            many = len(items) > 1 and len(over) > 1 and len(over) >= 0.5 * len(self.columns)
            sure = not headed and (many or (over and len(self.cuts) > 1))  # rules make high cells
            reach = SURE_REACH if sure else HEAD_STEP if headed else HEAD_REACH
            if not box and gap > reach * max(self.height, items[0].box.height):
                return
            if not box and (any(_ends_head(i.text) or i.prose or i.text.endswith(':') for i in items) or self._is_title(items, headed, start, end)):
                return
            edge = min(edge, *(i.box.top for i in items))
            found.append(items)
            yield items

    def _heads(self, items: Sequence[Item]) -> bool:
        """Whether words stand over columns of figures, or are about as many as there are columns."""
        if any(i.figure and not is_column_mark(i.text) and not is_year(i.text) for i in items):
            return False
        return bool(self._columns_under(items)) or len(items) >= max(2, 0.6 * (len(self.columns) + 1))

    def _columns_under(self, items: Sequence[Item]) -> set[int]:
        """The columns of figures that words stand over."""
        return {
            k
            for k, c in enumerate(self.columns)
            if c.figures and any(min(c.x1, i.box.x1) - max(c.x0, i.box.x0) > 1 for i in items)
        }

    def _parted_from(
        self, head: Sequence[Item], below: Sequence[Sequence[Item]]
    ) -> tuple[list[Item], list[list[Item]]]:
        """Lines between the lowest header over figures and the first row: (words of the rows, lines of the header)."""
        own: list[list[Item]] = []
        rows: list[Item] = []
        y = head[0].middle
        first = self.levels[self.rows[0].figures[0].level]
        body_bold = any(i.bold for i in first)
        for items in below[::-1]:  # from the header downwards
            ruled = any(y < r < items[0].middle for r in self._rules_over(items[0].box.x0, items[0].box.x1))
            same_shade = any(s.holds(items[0].box) and s.holds(head[0].box) for s in self._shades())
            same_type = items[0].bold and head[0].bold and not body_bold
            if not rows and not ruled and (self._in_shade(items[0]) or same_shade or same_type):
                own.insert(0, list(items))
            else:
                rows += items
        return rows, own

    def _is_title(self, items: Sequence[Item], below: Sequence[Sequence[Item]], start: float, end: float) -> bool:
        """One text over the table's middle or most of its width, that goes on no header below it."""
        item = items[0]
        if len(items) > 1 or self._in_shade(item) or item.box.x1 < self.columns[0].x0:
            return False
        if below and self._outside_head(item, below[-1]):
            return True
        if below and not item.bold and all(i.bold for i in below[-1]):
            return True
        centred = abs(item.centre - (start + end) / 2) < 8
        if below and not centred and item.box.width < 0.45 * (end - start):
            return False
        over = [c for c in self.columns if min(c.x1, item.box.x1) - max(c.x0, item.box.x0) > 1]
        goes_on = any(
            abs(item.centre - i.centre) < 3 or abs(item.box.x0 - i.box.x0) < 1.5 or abs(item.box.x1 - i.box.x1) < 1.5
            for i in (below[-1] if below else ())
        )
        narrow = len(over) == 1 and item.box.width < over[0].x1 - over[0].x0 + 3 * self.height
        return not (goes_on and narrow) and (centred or item.box.width > 0.45 * (end - start))

    def _outside_head(self, item: Item, below: Sequence[Item]) -> bool:
        """Whether a rule or the edge of a ground parts a line from the header below it."""
        box = self.block.box
        rules = self._rules_over(box.x0, box.x1)
        ruled = any(item.middle < y < below[0].middle for y in rules)
        ruled = ruled and not any(0 < item.middle - y < FRAMED * item.box.height for y in rules)
        return ruled or all(map(self._in_shade, below))

    def _shades(self) -> list[Box]:
        return [s for s in self.page.rulings.shaded if s.height < 8 * self.height]

    def _in_shade(self, item: Item) -> bool:
        """Whether words stand on a ground that the first row does not stand on."""
        first = self.rows[0].figures[0].box
        return any(s.holds(item.box) and not s.holds(first) for s in self._shades())

    # ------------------------------------------------------------ the table
    def _raw(self, head: Sequence[Sequence[Item]]) -> RawTable | None:
        if len(self.columns) < 2:
            return None
        spans = [Span(c.start, c.end, c.x0, c.x1) for c in self.columns]
        cells, n_head = header_cells(head, spans, self.page.rulings, self.page.number)
        if not self.rows:
            return None
        bands = self._bands(max((c.box.bottom for c in cells), default=-1e9))
        for r, row in enumerate(self.rows):
            cells += self._cells(r, row, bands, n_head)
        region = Region(self.page.number, Box.around([c.box for c in cells]))
        table = RawTable(cells, n_head + len(self.rows), len(spans), NAME, [region], n_header_rows=n_head)
        table.extents = tuple(Extent(c.x0, c.x1, c.figures) for c in self.columns)
        return table

    def _bands(self, ceiling: float) -> list[tuple[float, float]]:
        """Top and bottom of each row: halfway between what is printed in it and in the next one."""
        tops = [min(i.box.top for i in row.items) for row in self.rows]
        bottoms = [max(i.box.bottom for i in row.items) for row in self.rows]
        between = [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]
        edges = [max(tops[0], min(ceiling, self.rows[0].y)), *between, bottoms[-1]]
        return list(pairwise(accumulate(edges, lambda above, edge: max(edge, above + LEAST_BAND))))

    def _cells(
        self, r: int, row: RowOfItems, bands: Sequence[tuple[float, float]], n_head: int
    ) -> Iterator[RawCell]:
        """The cells of a row, blank ones too."""
        by_column: dict[int, list[Item]] = defaultdict(list)
        for item in row.figures:
            by_column[self.columns.index(self.column_of_figure[id(item)])].append(item)
        for item in row.words:
            by_column[self.column_of(item.box)].append(item)
        last_row = {}
        for items, last in row.merged:
            col = self.column_of(items[0].box)
            by_column[col] += items
            last_row[col] = self.rows.index(last)
        under = {  # cells that reach down from rows above
            self.column_of(items[0].box)
            for k, other in enumerate(self.rows[:r])
            for items, last in other.merged
            if self.rows.index(last) >= r
        }
        for col, column in enumerate(self.columns):
            if col in under and col not in by_column:
                continue
            parts = sorted(by_column.get(col, ()), key=lambda i: (i.level, i.box.x0))
            end = last_row.get(col, r)
            box = Box(column.start, bands[r][0], column.end, bands[end][1])
            text = " ".join(i.text for i in parts)
            bold = sum(i.bold for i in parts) * 2 > len(parts)
            indent = min((i.box.x0 for i in parts), default=0.0)
            yield RawCell(r + n_head, col, end - r + 1, 1, text, self.page.number, box, bold, indent)


def _side_by_side(items: Sequence[Item]) -> list[list[Item]]:
    """Texts parted where white space runs through between them."""
    parts: list[list[Item]] = []
    for item in sorted(items, key=lambda i: i.box.x0):
        if parts and item.box.x0 < max(i.box.x1 for i in parts[-1]) + 0.5:
            parts[-1].append(item)
        else:
            parts.append([item])
    return parts


def _ends_head(text: str) -> bool:
    return is_caption(text) or is_note(text)


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


def _same_height(rows: Sequence[RowOfItems], height: float) -> list[RowOfItems]:
    """Headings in several columns on one baseline are one row."""
    out: list[RowOfItems] = []
    for row in sorted(rows, key=lambda r: r.y):
        if out and row.y - out[-1].y < CLOSE * height:
            out[-1].words += row.words
        else:
            out.append(row)
    return out

"""The reader of tables without rules, or with some: figures one under the other, words left of them.

Columns are where figures stand one under the other over the whole table, rows where they stand side by side. Words
between two columns of figures make columns of their own. Rules and shades are taken where they part columns or rows.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from rendicion_etl.reading.lines import turned_lines
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.blocks import blocks_of
from rendicion_etl.tables.column_heads import Span, header_cells
from rendicion_etl.tables.ground import CLOSE, Column, Ground, RowOfItems
from rendicion_etl.tables.header_lines import header_lines
from rendicion_etl.tables.items import Item, items_of
from rendicion_etl.tables.model import Extent, RawCell, RawTable, Region
from rendicion_etl.tables.shape import looks_numeric
from rendicion_etl.tables.word_columns import place_word_columns
from rendicion_etl.tables.wrapping import Line, part_lines

NAME = "aligned"

ON_ROW = 0.2  # the same for words that must be those of the row
MERGED_STEP = 1.4  # of a line's height: the lines of a merged cell stand no further apart
LEAST_BAND = 0.5  # points: no row is lower


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
        ground = Ground(page, levels, block, [b for b in blocks if b is not block], turned)
        table = _Builder(ground).table()
        if table is not None and (_names_its_figures(table) or block.before):
            out.append(table)
    return out


def _turned_heads(page: Page) -> list[Item]:
    """The words turned against the page, from left to right; lines beside one another are one text."""
    out: list[Item] = []
    for line in sorted(turned_lines(page.chars), key=lambda n: n.box.x0):
        last = out[-1].box if out else None
        beside = (
            last
            and line.box.x0 - last.x1 < 0.35 * line.box.width
            and line.box.top < last.bottom
            and line.box.bottom > last.top
        )
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
    headed = len({c.col for c in table.header() if c.text}) > 1
    return named >= 0.5 * len(rows) and (headed or len(rows) > 2 or table.n_cols > 2)


class _Builder:
    """Makes the table of one block of figures."""

    def __init__(self, ground: Ground) -> None:
        self.at = ground

    def table(self) -> RawTable | None:
        head, between = header_lines(self.at)
        words = place_word_columns(self.at, head, between)
        self._place_words(words, headed=bool(head))
        return self._raw(head)

    def _place_words(self, words: Sequence[Item], headed: bool) -> None:
        """Give words to the rows of figures; what belongs to none makes a row of its own."""
        by_column: dict[int, dict[int, list[Item]]] = defaultdict(lambda: defaultdict(list))
        loose: list[Item] = []
        ys = [r.y for r in self.at.rows]
        for item in words:
            k = self.at.column_of(item.box)
            if self.at.columns[k].figures:
                loose.append(item)
            else:
                by_column[k][item.level].append(item)
        headings: list[RowOfItems] = []
        for items, row, last in self._cells_of_words(by_column):
            if row is None:
                headings.append(RowOfItems(items[0].middle, words=items))
            elif last is not None and last > row:
                self.at.rows[row].merged.append((items, self.at.rows[last]))
            else:
                self.at.rows[row].words += items
        for item in loose:
            k = min(range(len(ys)), key=lambda n: abs(ys[n] - item.middle))
            if abs(ys[k] - item.middle) < CLOSE * self.at.height:
                self.at.rows[k].words.append(item)
            else:
                headings.append(RowOfItems(item.middle, words=[item]))
        headings = [h for h in headings if h.y < self.at.bottom and (headed or h.y > self.at.top)]
        self.at.rows = sorted(self.at.rows + _same_height(headings, self.at.height), key=lambda r: r.y)

    def _cells_of_words(
        self, by_column: Mapping[int, Mapping[int, list[Item]]]
    ) -> Iterator[tuple[list[Item], int | None, int | None]]:
        """The words of each cell, with the first and the last row of figures it belongs to (None for headings)."""
        ys = [r.y for r in self.at.rows]
        order = sorted(by_column)
        lines = [[Line(sorted(items, key=lambda i: i.box.x0)) for items in by_column[k].values()] for k in order]
        for column in lines:
            column.sort(key=lambda n: n.middle)
        rules = self.at.rules_over(self.at.block.box.x0, self.at.block.box.x1)
        bands = [bisect(rules, y) for y in ys]
        by_rules = len(set(bands)) > 0.8 * len(ys) and len(ys) > 2
        if not by_rules:
            rules = []
        for k, column, parting in zip(order, lines, part_lines(lines, ys, rules) if lines else [], strict=True):
            merged = self._merged_cells(self.at.columns[k], column, ys, rules) if by_rules else {}
            for cell in parting:
                rest = [n for n in cell.lines if n not in merged]
                if rest:
                    yield [i for n in rest for i in column[n].items], cell.first, cell.last
            for first, last in dict.fromkeys(merged.values()):
                lines_of = [n for n, rows in merged.items() if rows == (first, last)]
                yield [i for n in lines_of for i in column[n].items], first, last

    def _merged_cells(
        self, at: Column, lines: Sequence[Line], ys: Sequence[float], rules: Sequence[float]
    ) -> dict[int, tuple[int, int]]:
        """Line -> first and last row, for lines that stand in a cell which the rules merge over several rows."""
        own = self.at.rules_over((at.x0 + at.x1) / 2 - 1, (at.x0 + at.x1) / 2 + 1)
        out: dict[int, tuple[int, int]] = {}
        for top, bottom in pairwise([-1e9, *own, 1e9]):
            rows = [k for k, y in enumerate(ys) if top < y < bottom]
            inside = [n for n, line in enumerate(lines) if top < line.middle < bottom]
            if len(rows) < 2 or not inside or len({bisect(rules, ys[k]) for k in rows}) < len(rows):
                continue
            beside = all(any(abs(lines[n].middle - ys[k]) < ON_ROW * self.at.height for n in inside) for k in rows)
            if beside and len(inside) <= len(rows):
                continue  # each row has its own
            steps = [lines[b].middle - lines[a].middle for a, b in pairwise(inside)]
            height = max(self.at.height, *(lines[n].height for n in inside))
            tight = all(step < MERGED_STEP * height for step in steps)
            if tight and lines[inside[-1]].middle - lines[inside[0]].middle < bottom - top - self.at.height:
                out |= dict.fromkeys(inside, (rows[0], rows[-1]))
        return out

    def _raw(self, head: Sequence[Sequence[Item]]) -> RawTable | None:
        if len(self.at.columns) < 2:
            return None
        spans = [Span(c.start, c.end, c.x0, c.x1) for c in self.at.columns]
        cells, n_head = header_cells(head, spans, self.at.page.rulings, self.at.page.number)
        if not self.at.rows:
            return None
        bands = self._bands(max((c.box.bottom for c in cells), default=-1e9))
        for r, row in enumerate(self.at.rows):
            cells += self._cells(r, row, bands, n_head)
        region = Region(self.at.page.number, Box.around([c.box for c in cells]))
        table = RawTable(cells, n_head + len(self.at.rows), len(spans), NAME, [region], n_header_rows=n_head)
        table.extents = tuple(Extent(c.x0, c.x1, c.figures) for c in self.at.columns)
        return table

    def _bands(self, ceiling: float) -> list[tuple[float, float]]:
        """Top and bottom of each row: halfway between what is printed in it and in the next one."""
        tops = [min(i.box.top for i in row.items) for row in self.at.rows]
        bottoms = [max(i.box.bottom for i in row.items) for row in self.at.rows]
        between = [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]
        edges = [max(tops[0], min(ceiling, self.at.rows[0].y)), *between, bottoms[-1]]
        return list(pairwise(accumulate(edges, lambda above, edge: max(edge, above + LEAST_BAND))))

    def _cells(self, r: int, row: RowOfItems, bands: Sequence[tuple[float, float]], n_head: int) -> Iterator[RawCell]:
        """The cells of a row, blank ones too."""
        by_column: dict[int, list[Item]] = defaultdict(list)
        for item in row.figures:
            by_column[self.at.columns.index(self.at.column_of_figure[id(item)])].append(item)
        for item in row.words:
            by_column[self.at.column_of(item.box)].append(item)
        last_row = {}
        for items, last in row.merged:
            col = self.at.column_of(items[0].box)
            by_column[col] += items
            last_row[col] = self.at.rows.index(last)
        under = {  # cells that reach down from rows above
            self.at.column_of(items[0].box)
            for k, other in enumerate(self.at.rows[:r])
            for items, last in other.merged
            if self.at.rows.index(last) >= r
        }
        for col, column in enumerate(self.at.columns):
            if col in under and col not in by_column:
                continue
            parts = sorted(by_column.get(col, ()), key=lambda i: (i.level, i.box.x0))
            end = last_row.get(col, r)
            box = Box(column.start, bands[r][0], column.end, bands[end][1])
            text = " ".join(i.text for i in parts)
            bold = sum(i.bold for i in parts) * 2 > len(parts)
            indent = min((i.box.x0 for i in parts), default=0.0)
            yield RawCell(r + n_head, col, end - r + 1, 1, text, self.at.page.number, box, bold, indent)


def _same_height(rows: Sequence[RowOfItems], height: float) -> list[RowOfItems]:
    """Headings in several columns on one baseline are one row."""
    out: list[RowOfItems] = []
    for row in sorted(rows, key=lambda r: r.y):
        if out and row.y - out[-1].y < CLOSE * height:
            out[-1].words += row.words
        else:
            out.append(row)
    return out

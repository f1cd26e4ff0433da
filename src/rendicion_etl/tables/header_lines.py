"""Which lines over a table without rules are its header, and which belong to its first row or to its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rendicion_etl.tables.captions import is_caption, is_note, is_title
from rendicion_etl.tables.ground import SURE_REACH, Ground
from rendicion_etl.tables.items import Item, lined_up
from rendicion_etl.tables.shape import is_column_mark, is_year, numbers_columns

HEAD_REACH = 1.8  # white space between the first row and the header
HEAD_STEP = 1.0  # white space between its lines
WRAPPED = 0.6  # of a line's height: the lines of one header stand no further apart
CENTRED = 1.5  # points by which the middles of two lines may miss one another
FRAMED = 2.5  # of a line's height: a rule so near above words makes them a cell of the header
BOX_REACH = 12.0  # of a figure's height: how far above the first row the box of the header may end


def header_lines(ground: Ground) -> tuple[list[list[Item]], list[Item]]:
    """The lines of the header from top to bottom, and the words between it and the first row."""
    return _Finder(ground).head()


class _Finder:
    def __init__(self, ground: Ground) -> None:
        self.at = ground
        self.shades = [s for s in ground.page.rulings.shaded if s.height < 8 * ground.height]
        self.box = self._header_box()

    def head(self) -> tuple[list[list[Item]], list[Item]]:
        """The lines of the header from top to bottom, and the words between it and the first row."""
        lines = list(self._lines_above())
        if box := self.box:
            inside = [line for line in lines if box[0] < line[0].middle < box[1]]
            return inside[::-1], [i for line in lines if line[0].middle > box[1] for i in line]
        lowest = next((k for k, line in enumerate(lines) if self._heads(line)), None)
        if lowest is None:
            return [], [i for line in lines for i in line]
        between, own = self._parted_from(lines[lowest], lines[:lowest])
        head = own + lines[lowest:]
        while len(head) > 1 and len(head[-1]) == 1 and self._stands_apart(head[-1][0], head[:-1]):
            head.pop()
        return head[::-1], between

    def _stands_apart(self, item: Item, below: Sequence[Sequence[Item]]) -> bool:
        """Whether one text over the header heads no column and is not the first line of a header below it either."""
        if self._heads([item]) or self._in_shade(item):
            return False
        under = [i for line in below for i in line if i.box.top > item.middle and lined_up(item, i)]
        step = min((i.box.top - item.box.bottom for i in under), default=HEAD_STEP * self.at.height)
        widest = max((i.box.width for i in under), default=0.0)
        return step > WRAPPED * item.box.height or item.box.width > widest + 3 * self.at.height

    def _header_box(self) -> tuple[float, float] | None:
        """Top and bottom of the box that rules draw round the header: words over half of the columns, no figures."""
        box = self.at.block.box
        first = min(i.box.top for i in self.at.rows[0].figures) + 1
        rules = [y for y in self.at.rules_over(box.x0, box.x1, 2 * BOX_REACH) if y < first][::-1]
        for bottom, top in pairwise(rules):
            inside = [i for level in self.at.levels for i in level if top < i.middle < bottom and self.at.beside(i)]
            if not inside and bottom == rules[0]:
                continue
            other = _holds_figures(inside) or any(_ends_head(i.text) or is_title(i.text) for i in inside)
            turned = [i for i in self.at.turned if top < i.middle < bottom and self.at.beside(i)]
            over = self.at.columns_under([*inside, *turned])
            if other or len(over) < 0.5 * len(self.at.columns) or first - bottom > BOX_REACH * self.at.height:
                return None
            return self._whole_box(top, rules), bottom
        return None

    def _whole_box(self, top: float, rules: Sequence[float]) -> float:
        """The upper rule of a header that rules part into levels, from the upper rule of its lowest level."""
        for higher in (y for y in rules if y < top):
            inside = [i for level in self.at.levels for i in level if higher < i.middle < top and self.at.beside(i)]
            if not inside or top - higher > FRAMED * 2 * self.at.height or any(_ends_head(i.text) for i in inside):
                break
            top = higher
        return top

    def _lines_above(self) -> Iterator[list[Item]]:
        """The lines over the first row that may be its header, from the lowest up; turned words are one line."""
        beside = [i for r in self.at.rows for i in self.at.levels[r.figures[0].level] if self.at.beside(i)]
        start = min(i.box.x0 for i in (beside if any(not i.figure for i in beside) else self._labels() or beside))
        end = max(self.at.block.box.x1, min(self.at.right, max(i.box.x1 for i in beside)))
        edge = min(i.box.top for i in self.at.rows[0].figures)
        first = min(i.level for i in self.at.rows[0].figures)
        lowest = edge - SURE_REACH * self.at.height
        turned = [
            i
            for i in self.at.turned
            if i.box.top < edge - self.at.height and lowest < i.box.bottom < edge + self.at.height
        ]
        found: list[list[Item]] = []
        for level in sorted(
            [*self.at.levels[:first], turned], key=lambda line: -max((i.box.bottom for i in line), default=0)
        ):
            items = [i for i in level if start - 40 < i.centre < end + 40 and self.at.beside(i)]
            items = [i for i in items if id(i) not in self.at.own and id(i) not in self.at.taken]
            items = [i for i in items if set(i.text) - set("-=_ ")]
            if not items:
                continue
            gap = edge - max(i.box.bottom for i in items)
            over = self.at.columns_under(items)
            headed = [n for n in found if self._heads(n) and not numbers_columns([i.text for i in n])]
            if self.box and items[0].middle < self.box[0]:
                return
            many = len(items) > 1 and len(over) > 1 and len(over) >= 0.5 * len(self.at.columns)
            sure = not headed and (many or (over and len(self.at.cuts) > 1))  # rules make high cells
            reach = SURE_REACH if sure else HEAD_STEP if headed else HEAD_REACH
            if not self.box and gap > reach * max(self.at.height, items[0].box.height):
                return
            if not self.box and (
                any(_ends_head(i.text) or i.prose or i.text.endswith(":") for i in items)
                or (len(items) == 1 and is_title(items[0].text))
                or self._is_title(items, headed, start, end)
            ):
                return
            edge = min(edge, *(i.box.top for i in items))
            found.append(items)
            yield items

    def _labels(self) -> list[Item]:
        """The words left of the figures of a table none of whose rows has words on the line of its figures."""
        first, last = (self.at.rows[k].figures[0].level for k in (0, -1))
        levels = self.at.levels[first : last + 1]
        return [
            i
            for level in levels
            for i in level
            if not i.figure and self.at.beside(i) and i.box.x1 < self.at.block.box.x0
        ]

    def _heads(self, items: Sequence[Item]) -> bool:
        """Whether words stand over columns of figures, or are about as many as there are columns."""
        if _holds_figures(items):
            return False
        return bool(self.at.columns_under(items)) or len(items) >= max(2, 0.6 * (len(self.at.columns) + 1))

    def _parted_from(
        self, head: Sequence[Item], below: Sequence[Sequence[Item]]
    ) -> tuple[list[Item], list[list[Item]]]:
        """Lines between the lowest header over figures and the first row: (words of the rows, lines of the header)."""
        own: list[list[Item]] = []
        rows: list[Item] = []
        y = head[0].middle
        first = self.at.levels[self.at.rows[0].figures[0].level]
        body_bold = any(i.bold for i in first)
        for items in below[::-1]:  # from the header downwards
            ruled = any(y < r < items[0].middle for r in self.at.rules_over(items[0].box.x0, items[0].box.x1))
            same_shade = any(s.holds(items[0].box) and s.holds(head[0].box) for s in self.shades)
            same_type = items[0].bold and head[0].bold and not body_bold
            centred = len(items) == 1 and any(_is_centred_under(items[0], i) for i in head)
            if not rows and not ruled and (self._in_shade(items[0]) or same_shade or same_type or centred):
                own.insert(0, list(items))
            else:
                rows += items
        return rows, own

    def _is_title(self, items: Sequence[Item], below: Sequence[Sequence[Item]], start: float, end: float) -> bool:
        """One text over the table's middle or most of its width, that goes on no header below it."""
        item = items[0]
        if len(items) > 1 or self._in_shade(item) or item.box.x1 < self.at.columns[0].x0:
            return False
        if below and self._outside_head(item, below[-1]):
            return True
        if below and not item.bold and all(i.bold for i in below[-1]):
            return True
        centred = abs(item.centre - (start + end) / 2) < 8
        if below and not centred and item.box.width < 0.45 * (end - start):
            return False
        over = [self.at.columns[k] for k in self.at.columns_under([item])]
        goes_on = any(lined_up(item, i) for i in (below[-1] if below else ()))
        narrow = len(over) == 1 and item.box.width < over[0].x1 - over[0].x0 + 3 * self.at.height
        return not (goes_on and narrow) and (centred or item.box.width > 0.45 * (end - start))

    def _outside_head(self, item: Item, below: Sequence[Item]) -> bool:
        """Whether a rule or the edge of a ground parts a line from the header below it."""
        box = self.at.block.box
        rules = self.at.rules_over(box.x0, box.x1)
        ruled = any(item.middle < y < below[0].middle for y in rules)
        ruled = ruled and not any(0 < item.middle - y < FRAMED * item.box.height for y in rules)
        return ruled or all(map(self._in_shade, below))

    def _in_shade(self, item: Item) -> bool:
        """Whether words stand on a ground that the first row does not stand on."""
        first = self.at.rows[0].figures[0].box
        return any(s.holds(item.box) and not s.holds(first) for s in self.shades)


def _ends_head(text: str) -> bool:
    return is_caption(text) or is_note(text)


def _is_centred_under(item: Item, head: Item) -> bool:
    """Whether words are the next line of a header, by their middle: labels begin at one edge."""
    tight = 0 <= item.box.top - head.box.bottom < WRAPPED * item.box.height
    return tight and abs(item.centre - head.centre) < CENTRED < abs(item.box.x0 - head.box.x0)


def _holds_figures(items: Sequence[Item]) -> bool:
    """Whether a figure stands among words: no mark of a column and no year, which headers print too."""
    return any(i.figure and not is_column_mark(i.text) and not is_year(i.text) for i in items)

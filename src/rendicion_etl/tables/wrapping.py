"""Which printed lines of a column of words make one cell, and which row of figures that cell belongs to.

A label of several lines has its figures beside the first line, the last one or the middle, and the same way all over a
table. The way is chosen, and with it the parting of the lines, under which the whole column fits best: what speaks for
one cell is a small step, a line that had no room for the next word, a small letter at the beginning; what speaks
against is a rule in between, another weight of type, a code at the beginning. Lines that belong to no row of figures
are rows of their own: headings of what follows.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Literal

from rendicion_etl.tables.items import Item

Way = Literal["top", "middle", "bottom"]
WAYS: tuple[Way, ...] = ("top", "middle", "bottom")
MOST_LINES = 8
NEAR = 0.3  # of a line's height: lines no further apart stand on one baseline
MOST_OFF = 0.6  # of a line's height: figures set further off belong to another line
OWN_WAY = 2.5  # what a column must save to stand another way than the others
DOUBT = 0.3  # for each line: a parting that costs less is not in doubt
SAME_MIDDLE = 0.4  # of a line's height: how far a cell over several rows may stand from their middle
MOST_TOTALS = 2  # rows below the last such cell
SAME_OFF = 0.08  # of a line's height
WINDOW = 4.5  # of a line's height: no label reaches further from its figures
LEAST_NAME = 6  # letters that a total and the heading of its group have in common
_TOTAL = re.compile(r"(?i)(?:sub[- ]?)?total(?:es)?\b[\s:]*(?:de\s+)?(?=\w)")
_CODE = re.compile(r"\(?(?:\d[\d.\-]*[.)\s-]|[A-Za-z]\d?[.)]|[IVX]{1,5}[.)-])")

# What is paid for a parting, in units of a doubtful one.
OFF = 5.0  # for each line height between a label and its figures
ALONE = 1.6  # a row of figures without a label
LEFT_OUT = 1.6  # more for it, where nearly all rows have one
HEADING = 1.0  # a line without figures
RULED = 40.0  # a rule within a cell
HEAVY = 1.5  # another weight of type within a cell
CODED = 1.5  # a code at the beginning of a line that goes on a cell
NAMED = 3.0  # a line that goes on a cell says what a total further down says that it closes
INDENTED = 1.2  # another indent, and not centred
ROOM = 1.2  # the next word would have found room on the line before
CAPITAL = 0.25  # a capital at the beginning of a line that goes on a cell
SMALL = 1.6  # a small letter at the beginning of a cell
STEP = 4.0  # for each line height by which a step within a cell exceeds the usual one
TOGETHER = 1.2  # a step between cells as small as within one, where others are larger


@dataclass(slots=True)
class Line:
    """The words of a column on one baseline. `coded`: something else on the baseline begins a row there.

    `shift`: points by which the column is moved to stand beside its figures. `named`: a total further down names it, as
    `part_lines` finds out.
    """

    items: list[Item]
    coded: bool = False
    shift: float = 0.0
    named: bool = False

    @property
    def text(self) -> str:
        return " ".join(i.text for i in self.items)

    @property
    def middle(self) -> float:
        return self.items[0].middle + self.shift

    @property
    def height(self) -> float:
        return self.items[0].box.height

    @property
    def x0(self) -> float:
        return self.items[0].box.x0

    @property
    def x1(self) -> float:
        return max(i.box.x1 for i in self.items)


Solved = tuple[float, tuple[tuple[int, int, int], ...]]  # cost; of each cell its first line, its end, and its row
Parting = list[tuple[list[int], int | None]]  # lines of a cell, and the row of figures it belongs to


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of words: its lines by number, and the first and last row of figures it belongs to; None for a heading."""

    lines: list[int]
    first: int | None
    last: int | None


def part_lines(
    columns: Sequence[Sequence[Line]], rows: Sequence[float], rules: Sequence[float]
) -> list[list[WordCell]]:
    """Part the lines of each column of words into cells.

    columns: the lines of each, from top to bottom. rows: heights of the rows of figures. rules: heights of the rules
    that part rows. Returns, for each column, its cells from top to bottom.
    """
    for lines in columns:
        _mark_named(lines)
    if all(_one_to_one(lines, rows) for lines in columns):
        return [[WordCell(cell, row, row) for cell, row in _part(lines, rows, rules, "top")[1]] for lines in columns]
    ways = {way: [_best_part(lines, rows, rules, way) for lines in columns] for way in WAYS}
    together = ways[min(WAYS, key=lambda way: sum(paid for paid, _ in ways[way]))]
    parted = [
        min([whole, *(ways[way][k] for way in WAYS)], key=lambda p: p[0] + (p is not whole) * OWN_WAY)
        for k, whole in enumerate(together)
    ]
    out = []
    for k, lines in enumerate(columns):
        paid, parting = parted[k]
        in_doubt = paid > DOUBT * len(lines)
        merged = _over_several(lines, rows) if in_doubt else None
        others = [(columns[n], parted[n][1]) for n in range(len(columns)) if n != k]
        beside = _in_bands(lines, _bands(others, rows)) if in_doubt else None
        out.append(merged or beside or [WordCell(cell, row, row) for cell, row in parting])
    return out


def _best_part(lines: Sequence[Line], rows: Sequence[float], rules: Sequence[float], way: Way) -> tuple[float, Parting]:
    """The cheapest parting of a column, where it stands or moved beside its figures."""
    shifts = [0.0, *_usual_shift(lines, rows)]
    tried = [_part([replace(n, shift=-shift) for n in lines], rows, rules, way) for shift in shifts]
    return min(tried, key=lambda t: t[0])


def _bands(columns: Sequence[tuple[Sequence[Line], Parting]], rows: Sequence[float]) -> list[tuple[float, float]]:
    """Of each row, from where to where its figures and the words of some columns reach."""
    out = [(y, y) for y in rows]
    for lines, parting in columns:
        for cell, row in parting:
            if row is not None:
                reach = [*out[row], *(lines[n].middle for n in cell)]
                out[row] = (min(reach), max(reach))
    return out


def _in_bands(lines: Sequence[Line], bands: Sequence[tuple[float, float]]) -> list[WordCell] | None:
    """Each line in the row that the words of other columns reach over; None where one lies in none, or in two."""
    out: dict[int, list[int]] = {}
    for n, line in enumerate(lines):
        slack = NEAR * line.height
        inside = [r for r, (top, bottom) in enumerate(bands) if top - slack < line.middle < bottom + slack]
        if len(inside) != 1:
            return None
        out.setdefault(inside[0], []).append(n)
    return [WordCell(cell, row, row) for row, cell in sorted(out.items())]


def _over_several(lines: Sequence[Line], rows: Sequence[float]) -> list[WordCell] | None:
    """Cells that stand in the middle of several rows each; None where they do not fill the rows one after the other."""
    blocks: list[list[int]] = []
    leading = min((b.middle - a.middle for a, b in pairwise(lines)), default=0.0)
    tight = leading < 1.35 * lines[0].height
    for n, line in enumerate(lines):
        if blocks and tight and line.middle - lines[n - 1].middle < 1.2 * leading:
            blocks[-1].append(n)
        else:
            blocks.append([n])
    on_rows = [sum(_row_at(lines[n], rows) is not None for n in block) for block in blocks]
    if len(blocks) < 2 or max(on_rows) > 1:
        return None
    out: list[WordCell] = []
    first, off_rows = 0, False
    for block in blocks:
        middle = (lines[block[0]].middle + lines[block[-1]].middle) / 2
        slack = SAME_MIDDLE * lines[block[0]].height
        ends = [r for r in range(first, len(rows)) if abs((rows[first] + rows[r]) / 2 - middle) < slack]
        if not ends:
            return None
        out.append(WordCell(block, first, ends[0]))
        off_rows = off_rows or all(abs(y - middle) > slack for y in rows)
        first = ends[0] + 1
    return out if off_rows and len(rows) - first <= MOST_TOTALS else None


def _usual_shift(lines: Sequence[Line], rows: Sequence[float]) -> list[float]:
    """What most lines are off the figures beside them, where they are: cells of a row may be set at other heights."""
    height = median(line.height for line in lines)
    off = [d for line in lines if abs(d := _off_the_nearest(line.middle, rows)) < MOST_OFF * height]
    usual = max(off, key=lambda d: (sum(abs(d - other) < SAME_OFF * height for other in off), -abs(d)), default=0.0)
    agree = sum(abs(d - usual) < SAME_OFF * height for d in off)
    return [usual] if agree >= max(3, 0.3 * len(lines)) and abs(usual) > SAME_OFF * height else []


def _off_the_nearest(middle: float, rows: Sequence[float]) -> float:
    """How far a line is off the row nearest to it; `rows` ascend."""
    k = bisect(rows, middle)
    return min((middle - y for y in rows[max(k - 1, 0) : k + 1]), key=abs)


def _one_to_one(lines: Sequence[Line], rows: Sequence[float]) -> bool:
    return all(_row_at(line, rows) is not None for line in lines)


def _row_at(line: Line, rows: Sequence[float]) -> int | None:
    """The row of figures on a line's own baseline; `rows` ascend."""
    middle, near = line.middle, NEAR * line.height
    k = bisect(rows, middle - near)
    return k if k < len(rows) and rows[k] < middle + near else None


def _part(lines: Sequence[Line], rows: Sequence[float], rules: Sequence[float], way: Way) -> tuple[float, Parting]:
    """(cost, cells) of the cheapest parting of one column.

    It is sought stretch by stretch: between two lines that each stand on a row of their own nothing is in doubt.
    """
    at = [_row_at(line, rows) for line in lines]
    costs = _Costs(lines, rows, rules, way)
    total = 0.0
    out: Parting = []
    start, row = 0, 0
    for k in range(1, len(lines) + 1):
        if k == len(lines):
            end_row = len(rows)
        else:
            before, after = at[k - 1], at[k]
            if before is None or after is None or after == before:
                continue
            end_row = before + 1
        paid, parting = costs.cheapest(start, k, row, end_row)
        total, out = total + paid, out + parting
        start, row = k, end_row
    return total, out


class _Costs:
    """What each parting of one column costs, the figures standing one way."""

    def __init__(self, lines: Sequence[Line], rows: Sequence[float], rules: Sequence[float], way: Way) -> None:
        self.lines, self.rows, self.rules, self.way = lines, rows, rules, way
        self.middles, self.heights = [n.middle for n in lines], [n.height for n in lines]
        self.ruled = [any(a < y < b for y in rules) for a, b in pairwise(self.middles)]
        apart = [b - a for a, b in pairwise(self.middles)]
        steps = sorted(step for step, height in zip(apart, self.heights, strict=False) if step > 0.5 * height)
        self.leading = steps[len(steps) // 20] if steps else 12.0  # no row is set tighter than the lines of a cell
        pitches = sorted(b - a for a, b in pairwise(rows))
        self.pitch = pitches[len(pitches) // 4] if pitches else 0.0
        self.alone = ALONE + LEFT_OUT * (len(lines) >= 0.8 * len(rows))
        self.edge = max((n.x1 for n in lines), default=0.0)
        self.width = max((n.x1 - n.x0 for n in lines), default=0.0)

    def cheapest(self, start: int, end: int, first: int, last: int) -> tuple[float, Parting]:
        rows, middles, heights = self.rows, self.middles, self.heights

        @cache
        def solve(i: int, k: int) -> Solved:
            if i == end:
                return self.alone * (last - k), ()
            if k < last and rows[k] < middles[i] - WINDOW * heights[i]:
                cost, cells = solve(i, k + 1)
                return cost + self.alone, cells
            best: Solved = (float("inf"), ())
            inner = 0.0
            for j in range(i + 1, min(i + MOST_LINES, end) + 1):
                if j > i + 1:
                    inner += self._within(j - 2)
                    if inner > RULED:
                        break
                between = self._between(j - 1) if j < end else 0.0
                for r, paid in ((-1, self._heading(i)), *self._places(i, j, k, last)):
                    cost, cells = solve(j, k if r < 0 else r + 1)
                    if cost + inner + between + paid < best[0]:
                        best = (cost + inner + between + paid, ((i, j, r), *cells))
            return best

        cost, cells = solve(start, first)
        return cost, [(list(range(i, j)), r if r >= 0 else None) for i, j, r in cells]

    def _places(self, i: int, j: int, first: int, last: int) -> Iterator[tuple[int, float]]:
        """The rows that the lines i..j-1 may belong to as one cell, and what that and rows left out before cost."""
        left_out = 0.0
        for row in range(first, last):
            if self.rows[row] > self.middles[j - 1] + WINDOW * self.heights[i]:
                break
            off = self._off(i, j, row)
            if off < 3 * OFF:
                yield row, off + left_out
            left_out += self.alone

    def _off(self, i: int, j: int, row: int) -> float:
        """How far the figures stand from where they should, for the lines i..j-1 of one cell."""
        first, last, y = self.middles[i], self.middles[j - 1], self.rows[row]
        place = first if self.way == "top" else last if self.way == "bottom" else (first + last) / 2
        if any(y < rule < first or last < rule < y for rule in self.rules):
            return 4 * OFF
        return OFF * max(0.0, abs(place - y) / self.heights[i] - 0.2)

    def _heading(self, i: int) -> float:
        return HEADING + (SMALL if self.lines[i].text[:1].islower() else 0.0)

    def _within(self, k: int) -> float:
        """What it costs that line k + 1 goes on the cell of line k."""
        a, b = self.lines[k], self.lines[k + 1]
        if self.ruled[k]:
            return 2 * RULED
        cost = STEP * max(0.0, (self.middles[k + 1] - self.middles[k]) / self.leading - 1.15)
        cost += HEAVY * (a.items[0].bold != b.items[0].bold)
        cost += CODED * bool(_CODE.match(b.text)) + 2 * CODED * b.coded
        cost += CAPITAL * b.text[:1].isupper() + NAMED * b.named
        cost += INDENTED * (abs(a.x0 - b.x0) > 2 and abs(a.x0 + a.x1 - b.x0 - b.x1) > 6)
        cost += ROOM * (self._room(a, b) and not a.text.endswith("-"))
        return cost

    def _room(self, a: Line, b: Line) -> bool:
        """Whether the first word of line b would have found room at the end of line a."""
        first = b.items[0]
        word = first.box.width * len(first.text.split(" ")[0]) / max(len(first.text), 1) + 0.25 * a.height
        centred = abs(a.x0 - b.x0) > 2 and abs(a.x0 + a.x1 - b.x0 - b.x1) < 4
        left = self.width - (a.x1 - a.x0) if centred else self.edge - a.x1
        return word < left - 0.1 * a.height

    def _between(self, k: int) -> float:
        """What it costs that line k + 1 begins another cell than line k."""
        if self.ruled[k]:
            return 0.0
        begins = self.lines[k + 1].text[:1]
        cost = SMALL * (begins.islower() or begins in "(,;")
        step = self.middles[k + 1] - self.middles[k]
        tight = step < 1.15 * self.leading and self.pitch > 1.3 * self.leading
        return cost + TOGETHER * tight


def _mark_named(lines: Sequence[Line]) -> None:
    """Mark the lines that a total further down names: "Servicios básicos" before "Total servicios básicos"."""
    closed: list[str] = []
    for line in reversed(lines):
        text = line.text.casefold()
        total = _TOTAL.match(text)
        line.named = any(_one_begins_the_other(text, name) for name in closed)
        if total:
            closed.append(text[total.end() :])


def _one_begins_the_other(a: str, b: str) -> bool:
    n = min(len(a), len(b))
    return n >= LEAST_NAME and a[:n] == b[:n]

"""Which reader's tables are taken where several read one region of a page.

Every figure printed in a table should stand alone in exactly one cell (conservation), rows should sum to the totals
printed under them (closure), and readers that part a region in different ways should see the same rows (agreement).
The reader that keeps most figures wins; where that is equal, the one whose sums close; then the one whose cells are
drawn on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rendicion_etl.reading.page import Box, reading_order
from rendicion_etl.tables.model import RawCell, RawTable
from rendicion_etl.tables.shape import digits_of, holds_several_figures, looks_numeric, squash

SAME_REGION = 0.2  # of the smaller of two tables
SEVERAL = 3  # what a cell costs in which several figures ran together
COMPARABLE = 0.5  # of the figures kept: a reader that keeps fewer did not read the same tables
AGREED = Decimal("0.8")  # of the figures in the same rows
LONGEST_SUM = 60  # rows: no total is sought over more


@dataclass
class Verdict:
    """One region of a page: what each reader made of it, and which was taken.

    scores: reader -> (figures that stand alone less what ran together, sums that close).
    """

    chosen: str
    candidates: dict[str, list[RawTable]]
    scores: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def tables(self) -> list[RawTable]:
        return self.candidates[self.chosen]

    @property
    def in_doubt(self) -> bool:
        """Whether another reader should be asked: figures ran together, or readers disagree and no sum decides."""
        if any(ran_together(c) for t in self.tables for c in t.cells if c.row >= t.n_header_rows):
            return True
        agreed = [t.agreement for t in self.tables if t.agreement is not None]
        return any(a < AGREED for a in agreed) and not any(map(closing_sums, self.tables))

    def hear(self, reader: str, tables: Sequence[RawTable]) -> None:
        """Take the tables of another reader if they keep the figures and more of their sums close."""
        mine = [t for t in tables if any(_overlap(t, other) for other in self.tables)]
        kept, closed = sum(map(_conserved, mine)), sum(map(closing_sums, mine))
        self.candidates[reader], self.scores[reader] = mine, (kept, closed)
        before = self.scores[self.chosen][0], sum(map(closing_sums, self.tables))
        if mine and kept >= before[0] and closed > before[1]:
            self.chosen = reader
            _note_agreement(self)


def judge(candidates: Mapping[str, Sequence[RawTable]]) -> list[Verdict]:
    """One verdict for each region of a page, in reading order.

    candidates: reader -> its tables, the preferred first.
    """
    out = []
    for region in _regions([t for tables in candidates.values() for t in tables]):
        of_reader = {name: [t for t in tables if any(t is r for r in region)] for name, tables in candidates.items()}
        out.append(_choose({name: tables for name, tables in of_reader.items() if tables}))
    return reading_order(out, lambda v: v.tables[0].regions[0].box)


def _regions(tables: Sequence[RawTable]) -> list[list[RawTable]]:
    """Tables that overlap, directly or through others."""
    out: list[list[RawTable]] = []
    for table in tables:
        touching = [group for group in out if any(_overlap(table, other) for other in group)]
        out = [group for group in out if group not in touching] + [[table, *(t for group in touching for t in group)]]
    return out


def _overlap(a: RawTable, b: RawTable) -> bool:
    one, two = a.regions[0].box, b.regions[0].box
    return one.overlap(two) > SAME_REGION * min(_area(one), _area(two))


def _area(box: Box) -> float:
    return max(box.width * box.height, 1.0)


def _choose(candidates: dict[str, list[RawTable]]) -> Verdict:
    kept = {name: sum(map(_conserved, tables)) for name, tables in candidates.items()}
    best = [name for name in candidates if kept[name] == max(kept.values())]
    closed = {name: sum(map(closing_sums, candidates[name])) if len(best) > 1 else 0 for name in best}
    chosen = max(best, key=lambda name: closed[name])  # the first of equals: readers come in order of preference
    scores = {name: (kept[name], closed.get(name, 0)) for name in candidates}
    verdict = Verdict(chosen, candidates, scores)
    _note_agreement(verdict)
    return verdict


def _conserved(table: RawTable) -> int:
    """Figures that stand alone in a cell of the body, less what cells cost that hold several."""
    body = [c for c in table.cells if c.row >= table.n_header_rows and c.text]
    alone = sum(looks_numeric(c.text) for c in body)
    return alone - SEVERAL * sum(map(ran_together, body))


def ran_together(cell: RawCell) -> bool:
    """Whether a cell holds several figures."""
    return holds_several_figures([cell.text]) and not looks_numeric(cell.text)


def closing_sums(table: RawTable) -> int:
    """How many figures are the sum of figures that stand right above them in their column."""
    columns: dict[int, list[int]] = {}
    for cell in sorted((c for c in table.cells if looks_numeric(c.text)), key=lambda c: c.row):
        columns.setdefault(cell.col, []).append(digits_of(cell.text))
    return sum(_closing(values) for values in columns.values())


def _closing(values: Sequence[int]) -> int:
    closed = 0
    for k, total in enumerate(values):
        running = 0
        for n, value in enumerate(reversed(values[max(0, k - LONGEST_SUM) : k]), 1):
            running += value
            if n > 1 and running == total and total:
                closed += 1
                break
    return closed


def _note_agreement(verdict: Verdict) -> None:
    """Of each table taken, the share of its figures that another reader has in a row of the same figures."""
    least = COMPARABLE * verdict.scores[verdict.chosen][0]
    others = [
        t
        for name, tables in verdict.candidates.items()
        if name != verdict.chosen and verdict.scores[name][0] >= least
        for t in tables
    ]
    if not others:
        return
    theirs = Counter(row for table in others for row in _figure_rows(table))
    for table in verdict.tables:
        rows = _figure_rows(table)
        figures = sum(map(len, rows))
        same = sum(len(row) for row in rows if theirs[row])
        table.agreement = Decimal(same) / figures if figures else None


def _figure_rows(table: RawTable) -> list[tuple[str, ...]]:
    rows: dict[int, list[RawCell]] = {}
    for cell in table.cells:
        if cell.row >= table.n_header_rows and looks_numeric(cell.text):
            rows.setdefault(cell.row, []).append(cell)
    return [tuple(squash(c.text) for c in sorted(row, key=lambda c: c.col)) for row in rows.values()]

"""Which lines of a report are printed in an earlier one of the same year too. An uncertain match is no match.

Two reports are of one budget where they print some asignado or vigente alike, to the last of its many digits: the units
of a ministry report in its name too. Of such, tables are paired where both say that they speak of their own report's
time, break the same kind of budget down, print mostly the same lines and are surely of one scope: the same asignado or
vigente in total, or the whole institution in both, or the same caption. A line is the same where its code (its label
where it has no code) occurs once in each table and the labels agree, and it is compared only where the sums that it
enters close in both tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.checks.context import flow_of, speaks_of_its_report, subject_of
from rendicion_etl.checks.lines import SHARED_LINES, Line, budget_lines, is_telling
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.normalize.text import key
from rendicion_etl.normalize.units import factor_of

MOSTLY = 0.6  # of the lines of the smaller table stand in the other too
NEARLY = 0.8  # of two labels are the same letters
PLANNED = ("asignado", "vigente")


@dataclass(frozen=True)
class Sheet:
    """A table whose lines can be looked for in another report: its grand total, and its lines by their names."""

    table: Table
    total: Line
    named: dict[str, Line]

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """Row -> the rows whose figures it contains."""
        out: dict[int, list[int]] = defaultdict(list)
        for row in self.table.rows:
            if row.parent is not None:
                out[row.parent].append(row.row)
        return out

    @cached_property
    def _added_up(self) -> dict[tuple[int, int], bool]:
        return {}

    def closes(self, line: Line, phase: str) -> bool:
        """Whether every sum that a line enters (the grand total: its own) is what its parts add up to."""
        col = line.cell(phase).col
        above, at = [], line.row.row if line is self.total else line.row.parent
        while at is not None and at not in above:
            above.append(at)
            at = self.table.row(at).parent
        return bool(above) and above[-1] == self.total.row.row and all(self._adds_up(row, col) for row in above)

    def _adds_up(self, row: int, col: int) -> bool:
        if (row, col) not in self._added_up:
            self._added_up[row, col] = self._sums(row, col)
        return self._added_up[row, col]

    def _sums(self, row: int, col: int) -> bool:
        total, parts = self.table.cell(row, col), [self.table.cell(r, col) for r in self.children.get(row, ())]
        known = [c for c in parts if c is not None and c.value is not None]
        if total is None or total.value is None or len(known) < 2:
            return False
        off = total.value - sum((c.value for c in known if c.value is not None), Decimal(0))
        return abs(off) <= sum((half_unit(self.table, c) for c in [total, *known]), Decimal(0))


@dataclass(frozen=True)
class Comparison:
    """A table beside its counterpart in an earlier report: the lines that both print, the grand total last.

    `whole`: both totals are those of the whole institution, whatever lines make them up.
    """

    later: Sheet
    earlier: Sheet
    report: Document
    pairs: list[tuple[Line, Line]]
    whole: bool


def comparisons(document: Document) -> dict[str, list[Comparison]]:
    """Table -> its counterparts in reports of earlier periods, the nearest first."""
    out: dict[str, list[Comparison]] = {}
    end = document.period_end
    before = [e for e in document.history if end and e.period_end and e.period_end < end]
    if not before:
        return out
    sheets = sheets_of(document)
    for report in sorted(before, key=lambda e: str(e.period_end), reverse=True):
        others = sheets_of(report)
        if len(_planned(sheets) & _planned(others)) < SHARED_LINES:
            continue
        for sheet in sheets:
            other = _counterpart(sheet, others, sheets)
            if other and _counterpart(other, sheets, others) is sheet:
                whole = any(_both_whole(sheet, other, phase, sheets, others) for phase in PLANNED)
                found = Comparison(sheet, other, report, _pairs(sheet, other), whole)
                out.setdefault(sheet.table.table_id, []).append(found)
    return out


def slack(line: Line, phase: str) -> Decimal:
    """By how much the true amount may differ from its print, in whole currency units."""
    return half_unit(line.table, line.cell(phase)) * factor_of(line.table)


def sheets_of(document: Document) -> list[Sheet]:
    """The tables of a report that may be compared with those of another."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in budget_lines(document):
        lines[line.table.table_id].append(line)
    out = []
    for table in document.tables:
        total = next((line for line in lines[table.table_id] if line.is_total), None)
        if total is None or table.copy_of or table.kind in ("text", "other"):
            continue
        if speaks_of_its_report(table, document):
            names = Counter(_name(line) for line in lines[table.table_id])
            named = {n: line for line in lines[table.table_id] if line is not total and names[n := _name(line)] == 1}
            out.append(Sheet(table, total, {name: line for name, line in named.items() if name}))
    return out


def _name(line: Line) -> str:
    return line.row.code or key(line.row.label or "")


def _counterpart(sheet: Sheet, others: Sequence[Sheet], own: Sequence[Sheet]) -> Sheet | None:
    """The one table of another report that is this one; where several could be, the one with the same caption."""
    fits = [o for o in others if _alike(sheet, o) and _one_scope(sheet, o, own, others)]
    if len(fits) > 1:
        fits = [o for o in fits if subject_of(o.table.title) == subject_of(sheet.table.title)]
    return fits[0] if len(fits) == 1 else None


def _alike(one: Sheet, two: Sheet) -> bool:
    flows = {flow_of(one.table), flow_of(two.table)}
    shared, fewer = len(one.named.keys() & two.named.keys()), min(len(one.named), len(two.named))
    same_kind = (one.table.kind, _money(one.table)) == (two.table.kind, _money(two.table))
    return same_kind and flows != {"income", "spending"} and shared >= max(2, MOSTLY * fewer)


def _money(table: Table) -> str:
    """The currency of a table: money among counts is in quetzales."""
    return "GTQ" if table.unit == "mixed" else (table.unit or "").partition("_")[0]


def _planned(sheets: Sequence[Sheet]) -> set[Decimal]:
    """Every amount of asignado or vigente that has enough digits not to be equal by chance."""
    lines = [line for sheet in sheets for line in (*sheet.named.values(), sheet.total)]
    return {v for line in lines for phase in PLANNED if (v := line.amounts.get(phase)) is not None and is_telling(v)}


def _one_scope(one: Sheet, two: Sheet, own: Sequence[Sheet], others: Sequence[Sheet]) -> bool:
    for phase in PLANNED:
        a, b = one.total.amounts.get(phase), two.total.amounts.get(phase)
        if a is None or b is None:
            continue
        same = is_telling(a) and abs(a - b) <= slack(one.total, phase) + slack(two.total, phase)
        if same or _both_whole(one, two, phase, own, others):
            return True
    subject = subject_of(one.table.title)
    return bool(subject) and subject == subject_of(two.table.title)


def _both_whole(one: Sheet, two: Sheet, phase: str, own: Sequence[Sheet], others: Sequence[Sheet]) -> bool:
    totals = one.total.amounts.get(phase), two.total.amounts.get(phase)
    return None not in totals and totals == (_whole(own, phase), _whole(others, phase))


def _whole(sheets: Sequence[Sheet], phase: str) -> Decimal | None:
    """What the institution as a whole has: the largest total of a report, where two kinds of table print it."""
    kinds: dict[Decimal, set[str]] = defaultdict(set)
    for sheet in sheets:
        if phase in sheet.total.amounts:
            kinds[sheet.total.amounts[phase]].add(sheet.table.kind)
    largest = max(kinds, default=None)
    return largest if largest is not None and len(kinds[largest]) > 1 else None


def _pairs(one: Sheet, two: Sheet) -> list[tuple[Line, Line]]:
    lines = [(line, two.named[name]) for name, line in one.named.items() if name in two.named]
    return [(a, b) for a, b in lines if _same_label(a, b)] + [(one.total, two.total)]


def _same_label(one: Line, two: Line) -> bool:
    a, b = key(one.row.label or ""), key(two.row.label or "")
    return not (a and b) or a in b or b in a or SequenceMatcher(None, a, b, autojunk=False).ratio() >= NEARLY

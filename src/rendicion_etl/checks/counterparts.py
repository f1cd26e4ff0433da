"""Which lines of tables a statement of the prose can be compared with, and whether they leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.checks.context import span_of
from rendicion_etl.checks.lines import Line, budget_lines, groups
from rendicion_etl.normalize.model import ENTITY, Document, Scope, Statement
from rendicion_etl.normalize.units import factor_of

# Tables of these kinds part the whole budget of an institution, unless their caption says otherwise.
WHOLES = (
    "grupo_gasto",
    "fuente_financiamiento",
    "finalidad",
    "funcion",
    "programa",
    "unidad_ejecutora",
    "ubicacion_geografica",
    "region",
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_IN_QUETZALES = ("GTQ", "GTQ_thousands", "GTQ_millions", "mixed")


@dataclass(frozen=True)
class Interval:
    """A figure in whole units and by how much the true one may differ from its print."""

    value: Decimal
    slack: Decimal

    def meets(self, other: Interval) -> bool:
        return abs(self.value - other.value) <= self.slack + other.slack


def stated(statement: Statement) -> Interval:
    return Interval(statement.value, statement.slack)


def agrees(statement: Statement, other: Interval | None) -> bool:
    """Whether a statement may stand for a figure: rounded to its last digit, or cut off there.

    Modifications are stated without their sign ("una reducción por Q 5.00").
    """
    if other is None:
        return False
    if statement.concept == "modificaciones":
        other = Interval(abs(other.value) if statement.value >= 0 else other.value, other.slack)
    cut_off = Interval(statement.value + statement.slack, statement.slack)
    return stated(statement).meets(other) or cut_off.meets(other)


def printed(line: Line, phase: str) -> Interval:
    return Interval(line.amounts[phase], half_unit(line.table, line.cell(phase)) * factor_of(line.table))


class Counterparts:
    """The lines of one document by the scope that they are of."""

    def __init__(self, document: Document) -> None:
        self._document = document
        lines = budget_lines(document)
        self._lines = [n for n in lines if n.table.unit in _IN_QUETZALES and self._is_of_year(n)]
        self._groups = groups(lines)
        self.shared = self._shared_totals()
        self._amounts: list[Interval] | None = None

    def of(self, scope: Scope, phase: str) -> list[Line]:
        """The lines of a scope that print a phase, accumulated; [] where none is certain to be of it."""
        own = [n for n in self._lines if self._is_line(n, scope)]
        found = self.shared if scope == ENTITY else self._with_same(own)
        return [n for n in found if phase in n.amounts and span_of(_header(n, phase)) != "period"]

    def single_totals(self) -> list[Line]:
        """The grand totals of tables that part a whole budget, for where no two tables share one."""
        return [n for n in self._lines if n.is_total and n.table.kind in WHOLES and not n.table.copy_of]

    def is_elsewhere(self, statement: Statement) -> bool:
        """Whether any table prints that amount, whatever it is of."""
        if self._amounts is None:
            self._amounts = [
                Interval(abs(c.value) * factor_of(t), half_unit(t, c) * factor_of(t))
                for t in self._document.tables
                for c in t.cells
                if c.value is not None and c.value_type in ("amount", "count")
            ]
        return any(agrees(replace(statement, value=abs(statement.value)), other) for other in self._amounts)

    def prints_percentage(self, statement: Statement) -> bool:
        """Whether any table prints that percentage."""
        return any(
            agrees(statement, Interval(c.value, half_unit(t, c)))
            for t in self._document.tables
            for c in t.cells
            if c.value is not None and c.value_type == "percent"
        )

    def _shared_totals(self) -> list[Line]:
        """The grand totals of the largest scope that tables share; [] where one table alone has a larger one."""
        known = {(n.table.table_id, n.row.row) for n in self._lines}
        best: list[Line] = []
        for group in self._groups:
            totals = [n for n in group if n.is_total and (n.table.table_id, n.row.row) in known]
            own = {n.table.table_id for n in totals if not n.table.copy_of}
            if len(own) > 1 and any(n.table.kind in WHOLES for n in totals) and _largest(totals) > _largest(best):
                best = totals
        inside = {n.table.table_id for n in best}
        larger = [n for n in self.single_totals() if n.table.table_id not in inside and _exceeds(n, best)]
        return [] if larger else best

    def _is_line(self, line: Line, scope: Scope) -> bool:
        if line.table.kind != scope.kind or line.is_total:
            return False
        shared = {n.table.table_id for n in self.shared}
        if shared and line.table.table_id not in shared:
            return False
        code = line.row.department_code if scope.kind == "ubicacion_geografica" else line.row.code
        return code == scope.code and not line.row.municipality_code

    def _with_same(self, lines: Sequence[Line]) -> list[Line]:
        """These lines and those of other tables that are the same; [] where one table has several."""
        if len({n.table.table_id for n in lines}) < len(lines):
            return []
        keys = {_key(n) for n in lines}
        same = [n for g in self._groups if any(_key(m) in keys for m in g) for n in g]
        return list({_key(n): n for n in (*lines, *same)}.values())

    def _is_of_year(self, line: Line) -> bool:
        years = set(_YEAR.findall(line.table.title or ""))
        return not years or str(self._document.fiscal_year) in years


def agree(lines: Sequence[Line], phase: str) -> bool:
    """Whether all of them print the same."""
    return all(printed(a, phase).meets(printed(b, phase)) for a, b in combinations(lines, 2))


def is_derived(statement: Statement, lines: Sequence[Line]) -> bool:
    """Whether a sum or difference of two phases of a line gives the amount: another notion of the same word."""
    for line in lines:
        for one, two in combinations(line.amounts, 2):
            a, b = printed(line, one), printed(line, two)
            slack = a.slack + b.slack
            if any(agrees(statement, Interval(v, slack)) for v in (a.value + b.value, abs(a.value - b.value))):
                return True
    return False


def _key(line: Line) -> tuple[str, int]:
    return line.table.table_id, line.row.row


def _header(line: Line, phase: str) -> str:
    return line.table.columns[line.cell(phase).col].header


def _largest(lines: Sequence[Line]) -> Decimal:
    return max((v for n in lines for v in n.amounts.values()), default=Decimal(0))


def _exceeds(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a total is larger than the shared one in a phase that both print."""
    return any(line.amounts[p] > n.amounts[p] for n in lines for p in line.amounts if p in n.amounts)

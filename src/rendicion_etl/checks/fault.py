"""A broken sum or formula as the fault of one of its cells: what is printed there, what the others make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import place, role_of
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.identity import Terms
from rendicion_etl.checks.model import Finding, Severity
from rendicion_etl.checks.relations import Key, Linear, key_of, linear
from rendicion_etl.normalize.model import Cell, Table


@dataclass(frozen=True)
class Fault:
    """The accused cell of a broken linear relation; `terms` are its cells by their signs, the result first."""

    table: Table
    terms: Terms
    relation: Linear
    cell: Cell
    sign: int
    printed: Decimal
    expected: Decimal

    @staticmethod
    def of(table: Table, terms: Terms, accused: Key) -> Fault:
        """The relation of `terms` as the fault of the cell `accused`, which prints a number."""
        relation = linear(table, terms)
        cell, sign = next((c, s) for c, s in terms if key_of(table, c) == accused)
        assert cell.value is not None
        return Fault(table, terms, relation, cell, sign, cell.value, relation.mended(accused))

    def told(
        self,
        check: tuple[str, str],
        severity: Severity,
        message: tuple[str, str],
        accuse: Callable[[Key], Finding],
        *,
        beside: Sequence[Cell] = (),
        whole: bool = True,
    ) -> Finding:
        """The finding.

        check: id and version. message: in Spanish and English. accuse: tells the same of another cell. beside: cells
        that the hint may name. whole: the set of rows must be certain too.
        """
        hints = hint(self.printed, self.expected, self.table, beside)
        return Finding(
            check_id=check[0],
            check_version=check[1],
            severity=severity,
            place=place(self.table, self.cell),
            printed=self.printed,
            expected=self.expected,
            tolerance=self.relation.slack,
            printed_text=self.cell.text,
            expected_text=None,
            message_es=message[0],
            message_en=message[1],
            related=tuple(place(self.table, c, -s * self.sign) for c, s in self.terms if c is not self.cell),
            column_role=role_of(self.table, self.cell),
            hint_es=hints[0] if hints else None,
            hint_en=hints[1] if hints else None,
            whole_tables=(self.table.table_id,) if whole else (),
            relation=self.relation,
            accuse=accuse,
        )

"""What a column of percentages divides: decided from the rows, never from the header alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rendicion_etl.normalize.model import Cell, Column, Row, Table
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.text import squash
from rendicion_etl.normalize.units import half_unit

Base = Literal["row", "table_total"]
ENOUGH_ROWS = 3
ENOUGH_SHARE = Decimal("0.7")


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with what it should be: `computed` from the part and the base, in percent."""

    row: int
    cell: Cell
    part: Cell
    base: Cell
    computed: Decimal
    slack: Decimal = Decimal(0)

    @property
    def unit(self) -> Decimal:
        """One unit of the last printed digit."""
        return Decimal(1).scaleb(-self.cell.decimals)

    def holds(self, truncated: bool = False) -> bool:
        """Whether the print is the computed share rounded (or cut off) to its digits; a half may go either way.

        Where part or base are rounded prints, any share that they can stand for will do.
        """
        assert self.cell.value is not None
        gap = self.computed - self.cell.value
        if truncated:
            return Decimal(0) <= gap < self.unit if self.computed >= 0 else -self.unit < gap <= 0
        return abs(gap) <= self.unit / 2 + self.slack

    @property
    def tells(self) -> bool:
        """Whether it can tell what the column divides: not where half is spent, as much as is left, or nothing."""
        return bool(self.computed or self.cell.value) and abs(self.computed - 50) > self.unit


def shares(table: Table, column: Column, part: int, base: int, mode: Base) -> Iterator[Share]:
    """The percentages of a column whose part and base are printed and not zero at the base."""
    total = total_row(table)
    for row in table.rows:
        if not is_line(row) or is_memo(row.label):
            continue
        base_row = row.row if mode == "row" else total
        cell, over = table.cell(row.row, column.col), table.cell(row.row, part)
        under = table.cell(base_row, base) if base_row is not None else None
        if not (cell and over and under) or None in (cell.value, over.value, under.value) or not under.value:
            continue
        assert over.value is not None
        computed = over.value / under.value * 100
        rounding = half_unit(table, over) + abs(computed) / 100 * half_unit(table, under)
        slack = rounding / abs(under.value) * 100 if rounding else Decimal(0)
        yield Share(row.row, cell, over, under, computed, slack)


def total_row(table: Table) -> int | None:
    """The row of the grand total; None where there is none, or more than one claims to be it."""
    top = [r.row for r in table.rows if r.role == "total" and r.level == 0]
    return top[0] if len(top) == 1 else None


def decide_bases(table: Table) -> None:
    """Set `part`, `base` and `percent_base` of every column of percentages that its rows explain."""
    for column in table.columns:
        if not _is_percentage(table, column):
            continue
        best: tuple[int, int, int, Base] | None = None
        for part, base, mode in _candidates(table, column):
            found = list(shares(table, column, part, base, mode))
            telling = [s for s in found if s.tells]
            held = sum(s.holds() or s.holds(truncated=True) for s in telling)
            if held >= ENOUGH_ROWS and held >= ENOUGH_SHARE * len(telling) and (best is None or held > best[0]):
                best = held, part, base, mode
        if best:
            _, column.part, column.base, column.percent_base = best


def _is_percentage(table: Table, column: Column) -> bool:
    typed = [c.value_type for c in table.cells if c.col == column.col and c.value is not None]
    return column.role == "pct" or (bool(typed) and typed.count("percent") > len(typed) / 2)


def _candidates(table: Table, column: Column) -> Iterator[tuple[int, int, Base]]:
    """(part, base, mode) in the order of trust: execution of the row, share of the table's total, other quotients."""
    same = [c for c in table.columns if c.half == column.half and c.col != column.col]
    by_phase = {c.phase: c.col for c in same if c.phase}
    modes: tuple[Base, Base] = ("row", "table_total")
    if any(word in squash(column.header) for word in ("porejec", "pordeveng", "sinejec", "noejec", "pendiente")):
        yield from (
            (by_phase["saldo"], by_phase[b], "row") for b in ("vigente", "asignado") if {"saldo", b} <= by_phase.keys()
        )
        return
    for mode in modes:
        for base in ("vigente", "asignado"):
            for part in ("devengado", "pagado", "comprometido"):
                if base in by_phase and part in by_phase:
                    yield by_phase[part], by_phase[base], mode
    for part in ("vigente", "devengado", "asignado"):
        if part in by_phase:
            yield by_phase[part], by_phase[part], "table_total"
    for other in same:
        if other.role in ("count", "other") and not other.phase:
            yield other.col, other.col, "table_total"


def is_line(row: Row) -> bool:
    """A row that prints figures of its own: a detail, a subtotal or a total."""
    return row.role in ("detail", "subtotal", "total")

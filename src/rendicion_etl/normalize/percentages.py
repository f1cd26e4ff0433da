"""Printed percentages beside what they should be, were they quotients of two columns of their row or table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rendicion_etl.normalize.model import Cell, Column, Row, Table
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.units import half_unit

Base = Literal["row", "table_total"]
FIRM = 20  # a percentage must be so many times what rounding can make up, or its holding proves nothing
Rounded = tuple[Decimal, Decimal]
"""A figure, and half a unit of its last digit where it is rounded."""


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
        """Whether it can tell what the column divides: not where half is spent, as much as is left, or nothing.

        Nor where part and base are so small beside their last digit that many percentages would do.
        """
        firm = abs(self.computed) >= FIRM * self.slack
        return firm and bool(self.computed or self.cell.value) and abs(self.computed - 50) > self.unit

    @property
    def digits(self) -> int:
        """How many digits would have to agree by chance."""
        assert self.cell.value is not None
        return len(str(int(abs(self.cell.value) / (self.unit / 2 + self.slack))))


def shares(table: Table, column: Column, part: int, base: int, mode: Base) -> Iterator[Share]:
    """The percentages of a column whose part and base are printed; the base is not zero, nor a zero rounded up."""
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
        slack = rounding((over.value, half_unit(table, over)), (under.value, half_unit(table, under)))
        if slack is not None:
            yield Share(row.row, cell, over, under, over.value / under.value * 100, slack)


def rounding(part: Rounded, base: Rounded) -> Decimal | None:
    """By how many percent the share that two prints stand for may differ from theirs; None where any share may be it.

    The base may be far smaller than its print: 0.02 of 0.03 million may be 99 %.
    """
    (over, half_over), (under, half_under) = part, base
    least = abs(under) - half_under
    return None if least <= 0 else ((abs(over) + half_over) / least - abs(over / under)) * 100


def total_row(table: Table) -> int | None:
    """The row of the grand total; None where there is none, or more than one claims to be it."""
    top = [r.row for r in table.rows if r.role == "total" and r.level == 0]
    return top[0] if len(top) == 1 else None


def is_line(row: Row) -> bool:
    """A row that prints figures of its own: a detail, a subtotal or a total."""
    return row.role in ("detail", "subtotal", "total")

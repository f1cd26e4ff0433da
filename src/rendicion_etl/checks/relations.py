"""What must hold between printed figures, whether it does or not: sums, equal amounts, shares.

A relation knows its cells by place, so that it can be asked whether it would hold if one of them said something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.normalize.percentages import rounding

Key = tuple[str, int, int]
"""table_id, row and column of a cell."""

NOTHING: Mapping[Key, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Linear:
    """The sum of factor * value over some cells is zero, within `slack`; `terms` are (cell, value, factor)."""

    terms: tuple[tuple[Key, Decimal, Decimal], ...]
    slack: Decimal

    @property
    def keys(self) -> Iterable[Key]:
        return (key for key, _, _ in self.terms)

    def holds(self, changed: Mapping[Key, Decimal] = NOTHING) -> bool:
        return abs(sum((changed.get(k, v) * f for k, v, f in self.terms), Decimal(0))) <= self.slack

    def mended(self, key: Key) -> Decimal:
        """The value with which this cell alone would make it hold."""
        factor = next(f for k, _, f in self.terms if k == key)
        return -sum((v * f for k, v, f in self.terms if k != key), Decimal(0)) / factor


@dataclass(frozen=True, slots=True)
class Quotient:
    """A percentage is 100 * part / base, give or take one `unit` of its last digit; each is (cell, value).

    `halves`: by how much the figures that part and base stand for may differ from their print.
    """

    percent: tuple[Key, Decimal]
    part: tuple[Key, Decimal]
    base: tuple[Key, Decimal]
    unit: Decimal
    halves: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))

    @property
    def keys(self) -> Iterable[Key]:
        return self.percent[0], self.part[0], self.base[0]

    def holds(self, changed: Mapping[Key, Decimal] = NOTHING) -> bool:
        percent, part, base = (changed.get(k, v) for k, v in (self.percent, self.part, self.base))
        room = rounding((part, self.halves[0]), (base, self.halves[1]))
        return room is not None and abs(part / base * 100 - percent) <= self.unit + room


Relation = Linear | Quotient


def key_of(table: Table, cell: Cell) -> Key:
    return table.table_id, cell.row, cell.col


def linear(table: Table, cells: Iterable[tuple[Cell, int]]) -> Linear:
    """Cells of one table, with their signs, that make zero."""
    known = [(c, s) for c, s in cells if c.value is not None]
    terms = tuple((key_of(table, c), c.value, Decimal(s)) for c, s in known if c.value is not None)
    return Linear(terms, sum((half_unit(table, c) for c, _ in known), Decimal(0)))

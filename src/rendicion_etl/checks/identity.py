"""One identity between the columns of a table, and what its cells make in a row."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.normalize.model import Cell, Table

TELLING = 3  # digits that a figure needs to be taken for a term that makes up a gap

Terms = list[tuple[Cell, int]]
"""The cells of an identity in one row with their signs, the result first: they make zero."""


@dataclass(frozen=True, slots=True)
class Identity:
    """result = sum of sign * term, by column; `learned`: nothing but the rows says so, no word of the header."""

    result: int
    terms: tuple[tuple[int, int], ...]
    learned: bool = False

    def cells(self, table: Table, row: int) -> Terms | None:
        """The result (sign -1) and the terms of a row; None where one is not printed or not read."""
        found = [(table.cell(row, col), sign) for col, sign in ((self.result, -1), *self.terms)]
        return (
            [(c, s) for c, s in found if c and c.value is not None]
            if all(c and c.value is not None for c, _ in found)
            else None
        )

    def cells_but_one(self, table: Table, row: int) -> Terms | None:
        """The cells of a row that leaves one term blank, which may stand for nothing; None where it does not."""
        blank = [term for term in self.terms if (c := table.cell(row, term[0])) is not None and not c.text]
        rest = tuple(term for term in self.terms if term not in blank)
        return Identity(self.result, rest).cells(table, row) if len(blank) == 1 and rest else None


def signed(cells: Terms) -> Decimal:
    """The sum of cells, each with its sign: zero where an identity holds."""
    return sum((c.value * s for c, s in cells if c.value is not None), Decimal(0))


def gap(cells: Terms) -> Decimal:
    return abs(signed(cells))


def slack(table: Table, cells: Terms) -> Decimal:
    return sum((half_unit(table, c) for c, _ in cells), Decimal(0))


def holds(table: Table, cells: Terms) -> bool:
    return gap(cells) <= slack(table, cells)


def has_another_term(table: Table, identity: Identity, failing: list[Terms]) -> bool:
    """Whether one more column of money, added or taken away, makes a failing row hold: a term not known."""
    known = {identity.result, *(col for col, _ in identity.terms)}
    half = table.columns[identity.result].half
    for column in table.columns:
        if column.col in known or column.half != half or column.percent or column.role in ("pct", "code", "label"):
            continue
        values = [(table.value(cells[0][0].row, column.col) or 0, gap(cells)) for cells in failing]
        made_up = [abs(v) == off for v, off in values]
        if all(made_up) or any(
            m and len(off.normalize().as_tuple().digits) >= TELLING for m, (_, off) in zip(made_up, values, strict=True)
        ):
            return True
    return False

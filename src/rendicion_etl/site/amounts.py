"""An amount of money with its place in print, and how amounts stand together: a line, a period, a division."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

SHOWN = ("asignado", "vigente", "devengado")
"""The phases that charts show; `PHASES` has all."""

Basis = Literal["printed", "total", "sum"]


@dataclass(frozen=True)
class Place:
    """Where a number is printed; `row` and `col` are None for a table as a whole."""

    document_id: str
    table_id: str
    row: int | None
    col: int | None
    page: int | None

    @property
    def anchor(self) -> str:
        """The fragment of the document's page at which it stands: `t03-5-2`, or `t03`."""
        table = self.table_id.rpartition("/")[2]
        return table if self.row is None or self.col is None else f"{table}-{self.row}-{self.col}"


@dataclass(frozen=True)
class Amount:
    """A number: `printed` in a line, the printed `total` of a table, or our `sum` of its lines (place: the table)."""

    value: Decimal
    basis: Basis
    classification: str
    place: Place


@dataclass(frozen=True)
class Line:
    """Amounts by phase. `code` and `label` name what they are for; a phase that is not printed is missing."""

    code: str
    label: str
    amounts: Mapping[str, Amount] = field(default_factory=dict)

    def value(self, phase: str) -> Decimal | None:
        amount = self.amounts.get(phase)
        return amount.value if amount else None

    @property
    def execution(self) -> Decimal | None:
        """devengado as a percentage of vigente; None unless both are known and vigente is above zero."""
        spent, budget = self.value("devengado"), self.value("vigente")
        return None if spent is None or budget is None or budget <= 0 else 100 * spent / budget


@dataclass(frozen=True)
class Period:
    """What an institution had and spent up to the end of a period.

    accumulates: devengado counts from January, as the law has it; False where the report names another beginning.
    """

    fiscal_year: int
    period: str
    total: Line
    accumulates: bool


@dataclass(frozen=True)
class Division:
    """The money of one period by one classification; elsewhere: by department, lines without one (`Multirregional`)."""

    fiscal_year: int
    period: str
    lines: tuple[Line, ...]
    total: Line
    elsewhere: tuple[Line, ...] = ()

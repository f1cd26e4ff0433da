"""What the checks share: intervals of printed figures, places, the tally of a table, amounts as words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rendicion_etl.checks.model import Finding, Outcome, Place, Result
from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.normalize.units import half_unit as half_unit

if TYPE_CHECKING:
    from rendicion_etl.checks.relations import Relation

HALF = Decimal("0.5")
HALF_CENT = Decimal("0.005")


def place(table: Table, cell: Cell, sign: int = 1) -> Place:
    return Place(table.table_id, cell.row, cell.col, cell.page, cell.box, cell.value, cell.text, sign)


NOT_WHOLE = "puede faltar una parte de la tabla, o hay filas que se leyeron juntas"


def role_of(table: Table, cell: Cell) -> str:
    return table.columns[cell.col].role


def name_of(table: Table) -> str:
    """How a message names a table: its printed number, else the first line of its title, else its place."""
    if table.number:
        return table.number
    if table.title:
        return f"«{table.title.splitlines()[0]}»"
    return f"tabla de la página {table.first_page}"


def header_of(table: Table, cell: Cell) -> str:
    return table.columns[cell.col].header or f"columna {cell.col + 1}"


def label_of(table: Table, cell: Cell) -> str:
    row = next((r for r in table.rows if r.row == cell.row), None)
    return (row.label or row.code or row.label_printed if row else None) or f"fila {cell.row + 1}"


def amount(value: Decimal | None) -> str:
    """A figure in a message: thousands with commas, decimals as they are, trailing noise of a quotient cut to two."""
    if value is None:
        return "—"
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > 9:
        value = value.quantize(Decimal("0.01"))
    return f"{value:,f}"


@dataclass
class Tally:
    """Counts the comparisons of one check on one table and keeps its findings."""

    check_id: str
    version: str
    table_id: str | None
    applied: int = 0
    passed: int = 0
    findings: list[Finding] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    holding: list[Callable[[], Iterable[Relation]]] = field(default_factory=list)

    def ok(self, relation: Callable[[], Relation] | None = None) -> None:
        """Count a comparison that holds; `relation` makes it, for those who ask.

        One comparison of many is better asked for with the others: add what makes all of them to `holding`.
        """
        self.applied += 1
        self.passed += 1
        if relation:
            self.holding.append(lambda: (relation(),))

    def fail(self, finding: Finding) -> None:
        self.applied += 1
        self.findings.append(finding)

    def skip(self, reason: str) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)

    def result(self, otherwise: str) -> Result:
        """The outcome; where nothing was compared, `not_applicable` with the reasons met, or `otherwise`."""
        reason = None if self.applied else "; ".join(self.reasons) or otherwise
        outcome: Outcome = "fail" if self.findings else "pass" if self.applied else "not_applicable"
        return Result(
            check_id=self.check_id,
            check_version=self.version,
            table_id=self.table_id,
            outcome=outcome,
            reason=reason,
            n_applied=self.applied,
            n_passed=self.passed,
            findings=self.findings,
            holding=self.holding,
        )


def figures(table: Table, rows: Iterable[int], col: int) -> tuple[list[Cell], bool, bool]:
    """The cells with a value of a column in some rows; whether any is blank, and whether any has text but no value."""
    cells = [c for r in rows if (c := table.cell(r, col)) is not None]
    blank = len(cells) < len(list(rows)) or any(not c.text for c in cells)
    unread = any(c.text and c.value is None for c in cells)
    return [c for c in cells if c.value is not None], blank, unread

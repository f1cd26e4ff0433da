"""Where each number of a table goes: to its budget line, or else to the indicators. Never to both, never nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from rendicion_etl.curated.field import CURRENCY_SIGNS, LINE_ROLES, NUMERIC_TYPES, PHASES
from rendicion_etl.curated.values import clean, fit, percentage, times
from rendicion_etl.normalize.model import Cell, Column, Document, Row, Table
from rendicion_etl.normalize.numbers import parse_number
from rendicion_etl.normalize.units import factor_of

_MONEY = re.compile(r"([A-Z]{3})(?:_(?:thousands|millions))?")
_QUETZAL_NAME = re.compile(r"\bquetzales\b", re.IGNORECASE)
# Of several percentages the one whose numerator is the money spent is the execution.
_SPENT = ("devengado", "pagado", "comprometido")


@dataclass
class Ledger:
    """A table seen as budget lines.

    slots: phase (or `pct`, the percentage of execution) -> its column; empty where the table shows no money by
    phase. factor: whole currency units in one unit of the table.
    """

    table: Table
    slots: dict[str, int] = field(init=False)
    factor: Decimal = field(init=False)

    def __post_init__(self) -> None:
        self.factor = factor_of(self.table)
        self.slots = {}
        if self.table.unit in ("count", "percent"):
            return
        # One column a phase; were there two, the numbers of the other go to the indicators as of any column.
        self.slots = {column.role: column.col for column in reversed(self.table.columns) if column.role in PHASES}
        if self.slots and (execution := self._execution()):
            self.slots["pct"] = execution.col

    @cached_property
    def currency(self) -> str | None:
        """ISO code of the table's money; None where neither the unit nor the amounts name one.

        Money among counts (unit `mixed`) is in quetzales like any other, unless the signs beside it say otherwise.
        """
        if money := _MONEY.fullmatch(self.table.unit or ""):
            return money[1]
        columns = {self.slots[phase] for phase in PHASES if phase in self.slots}
        signs = {sign for cell in self.table.cells if cell.col in columns and (sign := _sign(cell))}
        if not signs:
            return "GTQ" if self.table.unit == "mixed" else None
        return CURRENCY_SIGNS.get(signs.pop()) if len(signs) == 1 else None

    def takes(self, cell: Cell) -> bool:
        """Is this number in the budget line of its row?

        A percentage in a column of money is not, nor is a number too long for its field: both are indicators.
        """
        return any(col == cell.col and self._fitted(cell, slot) is not None for slot, col in self.slots.items())

    def amount(self, row: int, phase: str) -> Decimal | None:
        """The amount of a phase in whole currency units; None where it is not printed."""
        return self._printed(row, phase)

    def percent(self, row: int) -> Decimal | None:
        """The printed percentage of execution."""
        return self._printed(row, "pct")

    def computed(self, row: Row) -> Decimal | None:
        """devengado / vigente * 100, of the row or of the table's total as the percentage column has it."""
        part, base = self.amount(row.row, "devengado"), self.amount(row.row, "vigente")
        column = self._columns.get(self.slots.get("pct", -1))
        if column and column.percent_base == "table_total":
            total = self._total(row)
            base = None if total is None else self.amount(total.row, "vigente")
        return None if part is None or base is None else percentage(part, base)

    @cached_property
    def _columns(self) -> dict[int, Column]:
        return {column.col: column for column in self.table.columns}

    def _printed(self, row: int, slot: str) -> Decimal | None:
        cell = self.table.cell(row, self.slots[slot]) if slot in self.slots else None
        return self._fitted(cell, slot) if cell and is_number(cell) else None

    def _fitted(self, cell: Cell, slot: str) -> Decimal | None:
        """The number as the field of its slot holds it; None where it does not belong there or does not fit."""
        if cell.value is None or cell.own_header or (slot != "pct" and cell.value_type == "percent"):
            return None
        return fit(cell.value, 18, 8) if slot == "pct" else fit(times(cell.value, self.factor), 18, 2)

    def _execution(self) -> Column | None:
        """The column with the percentage of execution, or None."""
        phase_of = {col: phase for phase, col in self.slots.items()}
        ranked = []
        for column in self.table.columns_of("pct"):
            part = column.phase or "" if column.part is None else phase_of.get(column.part, "none")
            # A percentage beside phases that says nothing of its numerator reads as execution, if none is known.
            order = {**{phase: i for i, phase in enumerate(_SPENT)}, "": len(_SPENT)}
            if column.half != "physical" and part in order:
                ranked.append((order[part], column.col, column))
        return min(ranked)[2] if ranked else None

    def _total(self, row: Row) -> Row | None:
        """The grand total that a row belongs to: at the top of its parents, or the only one of the table."""
        seen = set()
        while row.parent is not None and row.row not in seen:
            seen.add(row.row)
            row = self.table.row(row.parent)
        if row.role == "total":
            return row
        totals = [r for r in self.table.rows if r.role == "total"]
        return totals[0] if len(totals) == 1 else None


def is_number(cell: Cell) -> bool:
    """Does the cell hold a number that measures something (no code, no date)?"""
    return cell.value is not None and cell.value_type in NUMERIC_TYPES


def is_percentage(cell: Cell, column: Column) -> bool:
    """Does the cell hold a number that is a percentage, by its own sign or by its column?"""
    return cell.value is not None and (cell.value_type == "percent" or column.role == "pct" or column.percent)


def _sign(cell: Cell) -> str | None:
    """The sign of currency beside a number: `Q`, `US$`."""
    number = parse_number(cell.text) if is_number(cell) else None
    return number.currency if number else None


def budget_lines(document: Document, ledger: Ledger, partition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One record per detail, subtotal and total of a table that shows money by phase."""
    if not ledger.slots:
        return
    table = ledger.table
    for row in table.rows:
        if row.role not in LINE_ROLES:
            continue
        yield {
            **_where(document, table, row, partition),
            "classification": table.kind,
            "code": clean(row.code),
            "label_printed": clean(row.label_printed),
            "level": row.level,
            "parent_row": row.parent,
            **{phase: ledger.amount(row.row, phase) for phase in PHASES},
            "currency": ledger.currency,
            "pct_printed": ledger.percent(row.row),
            "pct_computed": ledger.computed(row),
        }


def indicators(document: Document, ledger: Ledger, partition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One record per number in a line of the table that no budget line takes; codes and labels measure nothing."""
    table = ledger.table
    columns = {column.col: column for column in table.columns}
    for cell in table.cells:
        row, column = table.row(cell.row), columns.get(cell.col) or Column(cell.col, "other", "")
        if row.role not in LINE_ROLES or column.role in ("code", "label"):
            continue
        value = fit(cell.value, 38, 12) if is_number(cell) and not ledger.takes(cell) else None
        if value is None:
            continue
        yield {
            **_where(document, table, row, partition),
            "col": cell.col,
            "page": cell.page,
            "measure": clean(cell.own_header or column.header) or column.role,
            "unit": _unit(table, column, cell),
            "value": value,
        }


def _unit(table: Table, column: Column, cell: Cell) -> str | None:
    """What the number counts; None for an amount whose currency nothing names."""
    if is_percentage(cell, column):
        return "percent"
    money = _MONEY.fullmatch(table.unit or "")
    if currency := CURRENCY_SIGNS.get(_sign(cell) or ""):
        return table.unit if money and money[1] == currency else currency
    if cell.value_type == "count" or column.role == "count" or table.unit == "count":
        return "count"
    if money:
        return table.unit
    return "GTQ" if _QUETZAL_NAME.search(cell.own_header or column.header) else None


def _where(document: Document, table: Table, row: Row, partition: dict[str, Any]) -> dict[str, Any]:
    return {
        "document_id": document.document_id,
        "table_id": table.table_id,
        "row": row.row,
        "page": row.page,
        **partition,
        "period": document.period,
        "label": clean(row.label),
        "row_role": row.role,
        "department_code": row.department_code,
        "municipality_code": row.municipality_code,
        "iso_3166_2": row.iso_3166_2,
        "region_code": row.region_code,
    }

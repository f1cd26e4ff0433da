"""Regions as a report lists them, and what its table by department gives for each: geography.region compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.normalize import places
from rendicion_etl.normalize.model import PHASES, Cell, Column, Document, Row, Table


@dataclass(frozen=True, slots=True)
class Region:
    """A row of a table by region: what its number and its name say, as Roman codes."""

    row: Row
    name: Cell
    code: Cell | None
    by_number: str | None
    by_name: str | None

    @property
    def meant(self) -> str | None:
        """The number says which region is meant; without a number, the name."""
        return self.by_number or self.by_name


def regions_of(table: Table) -> list[Region]:
    """The rows of a table that name a region."""
    label_col = table.first_column("label")
    code_col = table.first_column("code")
    if label_col is None or table.kind not in ("region", "ubicacion_geografica", "other"):
        return []
    out = []
    for row in (r for r in table.rows if r.role == "detail"):
        name, code = table.cell(row.row, label_col), None
        if name is None:
            continue
        by_number, by_name = places.region_parts(name.text)
        if code_col is not None and (code := table.cell(row.row, code_col)) is not None:
            found = places.from_code(code.text, "region")
            by_number = by_number or (found.region_code if found else None)
        if by_name:
            out.append(Region(row, name, code, by_number, by_name))
    return out


def department_table(document: Document, table: Table) -> Table | None:
    """The one whole table by department of the document; None where there is none, or more than one."""
    found = [t for t in document.tables if t.kind == "ubicacion_geografica" and t is not table and not t.copy_of]
    return found[0] if len(found) == 1 and found[0].whole else None


@dataclass(frozen=True, slots=True)
class Pair:
    """A region's printed figure and what its departments give."""

    cell: Cell
    expected: Decimal
    slack: Decimal
    departments: Table
    addends: tuple[Cell, ...]

    @property
    def agrees(self) -> bool:
        return self.cell.value is not None and abs(self.cell.value - self.expected) <= self.slack


def sums(table: Table, departments: Table, regions: Sequence[Region], column: Column, other: Column) -> list[Pair]:
    out = []
    for region in regions:
        cells = _cells_of(departments, region.meant, other.col)
        cell = _own_cell(table, region, column)
        if cell is None or cells is None:
            continue
        expected = sum((c.value for c in cells if c.value is not None), Decimal(0))
        slack = sum((half_unit(departments, c) for c in [cell, *cells]), Decimal(0))
        out.append(Pair(cell, expected, slack, departments, tuple(cells)))
    return out


def executions(table: Table, departments: Table, regions: Sequence[Region], column: Column) -> list[Pair]:
    phases = {c.role: c.col for c in departments.columns if c.role in ("vigente", "devengado")}
    if len(phases) < 2 or any(c.role in PHASES for c in table.columns) or column.percent_base == "table_total":
        return []  # a table with money of its own is judged by that money
    out = []
    for region in regions:
        base = _cells_of(departments, region.meant, phases["vigente"])
        part = _cells_of(departments, region.meant, phases["devengado"])
        cell = _own_cell(table, region, column)
        if cell is None or not base or not part:
            continue
        total = sum((c.value for c in base if c.value is not None), Decimal(0))
        spent = sum((c.value for c in part if c.value is not None), Decimal(0))
        if total:
            unit = Decimal(1).scaleb(-cell.decimals)
            out.append(Pair(cell, spent / total * 100, unit / 2, departments, (*part, *base)))
    return out


def _own_cell(table: Table, region: Region, column: Column) -> Cell | None:
    cell = table.cell(region.row.row, column.col)
    return cell if cell and cell.value is not None else None


def _cells_of(departments: Table, region: str | None, col: int) -> list[Cell] | None:
    """The cells of a region's departments in a column; None where one is missing, twice there, or not readable."""
    if region is None:
        return None
    named = [r for r in departments.rows if r.role == "detail" and r.department_code and not r.municipality_code]
    rows = {r.department_code: r.row for r in named}
    if len(rows) < len(named):
        return None  # which of two rows is the department is not certain, nor whose the others are
    wanted = places.departments_of(region)
    found = [departments.cell(rows[d], col) for d in wanted if d in rows]
    cells = [c for c in found if c and c.value is not None]
    return cells if len(cells) == len(wanted) else None

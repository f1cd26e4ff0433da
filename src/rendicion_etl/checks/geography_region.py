"""Region number, name and departments belong together, and region figures agree with the departments'.

Numbers and names are those of the Ley Preliminar de Regionalización (Decreto 70-86). Figures of a region are compared
with the sum of its departments in the same document's table by department: amounts where most regions agree; execution
percentages recomputed from the departments' vigente and devengado where at least one region of the table agrees to
the printed digits.

Does not apply:
1. to a table that lists no regions (fewer than three rows name one);
2. to a region whose number or name cannot be resolved;
3. to figures, where the document has not exactly one table by department, or where that table may miss a part, leaves
   a department of the region out, or has no vigente and devengado;
4. to figures that no region bears out: then the tables speak of different things.

Legitimate reasons to fail: a region that also holds money not assigned to any of its departments, said so in a note.

Example: region 7 is called Nororiente, the name of region III; 7 is Noroccidente.

---
El número, el nombre y los departamentos de una región corresponden, y sus cifras concuerdan con las departamentales.

Los números y nombres son los de la Ley Preliminar de Regionalización (Decreto 70-86). Las cifras de una región se
comparan con la suma de sus departamentos en la tabla departamental del mismo documento: los montos, si la mayoría de
las regiones concuerda; los porcentajes de ejecución, recalculados con el vigente y el devengado de los departamentos,
si al menos una región concuerda con los dígitos impresos.

No se aplica:
1. a una tabla que no enumera regiones (menos de tres filas nombran una);
2. a una región cuyo número o nombre no se puede resolver;
3. a las cifras, si el documento no tiene exactamente una tabla departamental, o si a esa tabla puede faltarle una
   parte, omite un departamento de la región o no tiene vigente y devengado;
4. a las cifras que ninguna región confirma: entonces las tablas hablan de cosas distintas.

Razones legítimas para fallar: una región que incluye dinero no asignado a ninguno de sus departamentos, dicho en una
nota.

Ejemplo: la región 7 se llama Nororiente, nombre de la región III; la 7 es Noroccidente.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rendicion_etl.checks.compare import Tally, amount, half_unit, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize import places
from rendicion_etl.normalize.model import PHASES, Cell, Column, Document, Row, Table

ID, VERSION = "geography.region", "1"
FEWEST_REGIONS = 3
MOST = Decimal("0.6")


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


def run(document: Document) -> list[Result]:
    """One result per table."""
    results = []
    for table in document.tables:
        tally = Tally(ID, VERSION, table.table_id)
        regions = _regions(table)
        if len(regions) >= FEWEST_REGIONS:
            for region in regions:
                _compare_names(table, region, tally)
            _compare_figures(document, table, regions, tally)
        results.append(tally.result("la tabla no enumera regiones"))
    return results


def _regions(table: Table) -> list[Region]:
    label_col = next((c.col for c in table.columns if c.role == "label"), None)
    code_col = next((c.col for c in table.columns if c.role == "code"), None)
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


# ---------------------------------------------------------------- number and name
def _compare_names(table: Table, region: Region, tally: Tally) -> None:
    if region.by_number is None:
        tally.skip("las regiones no tienen número")
    elif region.by_number == region.by_name:
        tally.ok()
    else:
        right, other = places.region_name(region.by_number), region.by_name
        tally.fail(
            Finding(
                check_id=ID,
                check_version=VERSION,
                severity="warning",
                place=place(table, region.name),
                printed=None,
                expected=None,
                tolerance=None,
                printed_text=region.name.text,
                expected_text=right,
                message_es=(
                    f"{name_of(table)}: la región {region.by_number} se llama {right}, pero dice «{region.name.text}», "
                    f"que es la región {other}."
                ),
                message_en=(
                    f"{name_of(table)}: region {region.by_number} is {right}, but it is called “{region.name.text}”, "
                    f"which is region {other}."
                ),
                related=(place(table, region.code),) if region.code else (),
                column_role=role_of(table, region.name),
            )
        )


# ---------------------------------------------------------------- figures
def _compare_figures(document: Document, table: Table, regions: Sequence[Region], tally: Tally) -> None:
    base = [t for t in document.tables if t.kind == "ubicacion_geografica" and t is not table and not t.copy_of]
    if len(base) != 1 or not base[0].whole or not table.whole:
        tally.skip("no hay exactamente una tabla departamental completa con qué comparar")
        return
    departments = base[0]
    for column in table.columns:
        if column.role in PHASES:
            other = [c for c in departments.columns if c.role == column.role]
            if len(other) == 1 and table.unit == departments.unit:
                _compare_column(table, column, _sums(table, departments, regions, column, other[0]), MOST, tally)
        elif column.role == "pct":
            _compare_column(table, column, _executions(table, departments, regions, column), Decimal(0), tally)


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


def _compare_column(table: Table, column: Column, pairs: list[Pair], most: Decimal, tally: Tally) -> None:
    agreeing = sum(p.agrees for p in pairs)
    if not agreeing or agreeing < most * len(pairs) or len(pairs) < FEWEST_REGIONS:
        tally.skip("ninguna región confirma que las dos tablas hablen de lo mismo")
        return
    for pair in pairs:
        if pair.agrees:
            tally.ok()
        else:
            tally.fail(_finding(table, pair))


def _sums(table: Table, departments: Table, regions: Sequence[Region], column: Column, other: Column) -> list[Pair]:
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


def _executions(table: Table, departments: Table, regions: Sequence[Region], column: Column) -> list[Pair]:
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
    rows = {
        r.department_code: r.row
        for r in departments.rows
        if r.role == "detail" and r.department_code and not r.municipality_code
    }
    wanted = places.departments_of(region)
    found = [departments.cell(rows[d], col) for d in wanted if d in rows]
    cells = [c for c in found if c and c.value is not None]
    return cells if len(cells) == len(wanted) else None


def _finding(table: Table, pair: Pair) -> Finding:
    cell = pair.cell
    percent = cell.value_type == "percent"
    expected = pair.expected.quantize(Decimal(1).scaleb(-cell.decimals), ROUND_HALF_UP) if percent else pair.expected
    where, there = name_of(table), name_of(pair.departments)
    label, header = label_of(table, cell), header_of(table, cell)
    how_es = "devengado entre vigente de sus departamentos" if percent else "suma de sus departamentos"
    how_en = "devengado over vigente of its departments" if percent else "sum of its departments"
    heading_es, heading_en = (f" en «{header}»", f" under “{header}”") if table.columns[cell.col].header else ("", "")
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place(table, cell),
        printed=cell.value,
        expected=expected,
        tolerance=pair.slack,
        printed_text=cell.text,
        expected_text=None,
        message_es=(
            f"{where}, fila «{label}»{heading_es}: dice {cell.text}; según la {there} son {amount(expected)}"
            f"{' %' if percent else ''} ({how_es})."
        ),
        message_en=(
            f"{where}, row “{label}”{heading_en}: prints {cell.text}; by {there} it is {amount(expected)}"
            f"{' %' if percent else ''} ({how_en})."
        ),
        related=tuple(place(pair.departments, c) for c in pair.addends),
        column_role=role_of(table, cell),
        whole_tables=(table.table_id, pair.departments.table_id),
    )

"""Number, name and departments of a region belong together, and its figures agree with those of its departments.

Numbers and names are those of the Ley Preliminar de Regionalización (Decreto 70-86). Figures of a region are compared
with the sum of its departments in the same document's table by department: amounts where most regions agree; execution
percentages recomputed from the departments' vigente and devengado where at least one region of the table agrees to
the printed digits.

Where a table prints the region beside each department, it must be that department's; this is judged where most of its
rows are right.

Does not apply:
1. to a table that lists no regions (fewer than three rows name one);
2. to a region whose number or name cannot be recognised, or where most regions are of the institution's own making;
3. to figures, where the document has not exactly one table by department, or where that table may miss a part, leaves
   a department of the region out, or has no vigente and devengado;
4. to figures that no region bears out: then the tables speak of different things.

Legitimate reasons to fail: a region that also holds money of none of its departments, where a note says so.

Example: region 7 is called Nororiente, the name of region III; 7 is Noroccidente.

---
El número, el nombre y los departamentos de una región se corresponden, y sus cifras concuerdan.

Los números y nombres son los de la Ley Preliminar de Regionalización (Decreto 70-86). Las cifras de una región se
comparan con las de sus departamentos en la tabla por departamento del mismo documento: los montos, con la suma, si la
mayoría de las regiones concuerda; los porcentajes de ejecución, con los que dan el vigente y el devengado de los
departamentos, si al menos una región concuerda hasta el último dígito impreso.

Si una tabla imprime la región junto a cada departamento, debe ser la suya; se juzga cuando la mayoría de sus filas
están bien.

No se aplica:
1. a una tabla que no enumera regiones (menos de tres filas nombran una);
2. a una región cuyo número o nombre no se puede reconocer, o si la mayoría de las regiones son propias de la
   institución;
3. a las cifras, si el documento no tiene exactamente una tabla por departamento, o si a esa tabla puede faltarle una
   parte, le falta un departamento de la región, o no trae vigente y devengado;
4. a las cifras que ninguna región confirma: entonces las tablas hablan de cosas distintas.

Razones legítimas para fallar: una región que incluye dinero que no es de ninguno de sus departamentos, si una
nota lo dice.

Ejemplo: la región 7 se llama Nororiente, nombre de la región III; la 7 es Noroccidente.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from rendicion_etl.checks.compare import Tally, amount, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.checks.regions import Pair, Region, department_table, executions, regions_of, sums
from rendicion_etl.normalize import places
from rendicion_etl.normalize.model import PHASES, Cell, Column, Document, Row, Table
from rendicion_etl.normalize.text import squash

ID, VERSION = "geography.region", "1"
FEWEST_REGIONS = 3
MOST = Decimal("0.6")
TELLING_DECIMALS = 2  # a percentage with fewer can agree by chance


def run(document: Document) -> list[Result]:
    """One result per table."""
    results = []
    for table in document.tables:
        tally = Tally(ID, VERSION, table.table_id)
        _compare_departments(table, tally)
        regions = regions_of(table)
        if len(regions) >= FEWEST_REGIONS:
            numbered = [r for r in regions if r.by_number]
            if sum(r.by_number == r.by_name for r in numbered) >= MOST * len(numbered):
                for region in regions:
                    _compare_names(table, region, tally)
            else:
                tally.skip("las regiones son propias de la institución")
            _compare_figures(document, table, regions, tally)
        results.append(tally.result("la tabla no enumera regiones"))
    return results


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


def _compare_departments(table: Table, tally: Tally) -> None:
    """In a table that prints the region beside each department: is it that department's?"""
    rows = [r for r in table.rows if r.role == "detail" and r.department_code and not r.municipality_code]
    for column in table.columns:
        said = [(r, c, _said(c.text)) for r in rows if (c := table.cell(r.row, column.col)) and c.value_type != "empty"]
        told = [(r, c, code) for r, c, code in said if code]
        right = sum(places.region_of(r.department_code or "") == code for r, _, code in told)
        if right < FEWEST_REGIONS or right < MOST * len(told):
            continue
        for row, cell, code in told:
            if places.region_of(row.department_code or "") == code:
                tally.ok()
            else:
                tally.fail(_department_finding(table, row, cell, code))


def _said(text: str) -> str | None:
    """The region that a text names, by number and name alike; None where it names none, or two."""
    number, name = places.region_parts(text)
    return name if number in (None, name) else None


def _department_finding(table: Table, row: Row, cell: Cell, code: str) -> Finding:
    right = places.region_of(row.department_code or "") or ""
    department = places.department_name(row.department_code or "")
    expected = f"Región {right} {places.region_name(right)}"
    own = next((c for c in table.row_cells(row.row) if c.text == row.label_printed), None)
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place(table, cell),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=cell.text,
        expected_text=expected,
        message_es=f"{name_of(table)}: {department} es de la {expected}, pero está en «{cell.text}» ({code}).",
        message_en=f"{name_of(table)}: {department} belongs to {expected}, but stands in “{cell.text}” ({code}).",
        related=(place(table, own),) if own else (),
        column_role=role_of(table, cell),
    )


# ---------------------------------------------------------------- figures
def _compare_figures(document: Document, table: Table, regions: Sequence[Region], tally: Tally) -> None:
    departments = department_table(document, table)
    if departments is None or not table.whole:
        tally.skip("no hay exactamente una tabla departamental completa con qué comparar")
        return
    for column in table.columns:
        if column.role in PHASES:
            other = [c for c in departments.columns if c.role == column.role]
            if len(other) == 1 and table.unit == departments.unit:
                _compare_column(table, sums(table, departments, regions, column, other[0]), MOST, tally)
        elif column.role == "pct" and _speaks_of_execution(table, column):
            _compare_column(table, executions(table, departments, regions, column), Decimal(0), tally)


def _speaks_of_execution(table: Table, column: Column) -> bool:
    """Whether a percentage is said to be of the money spent: by its header, or by the caption where it has none."""
    said = squash(column.header or table.title or "")
    return "ejec" in said and not any(word in said for word in ("fisic", "meta", "avance"))


def _compare_column(table: Table, pairs: list[Pair], most: Decimal, tally: Tally) -> None:
    agreeing = sum(p.agrees and (most > 0 or p.cell.decimals >= TELLING_DECIMALS) for p in pairs)
    if not agreeing or agreeing < most * len(pairs) or len(pairs) < FEWEST_REGIONS:
        tally.skip("ninguna región confirma que las dos tablas hablen de lo mismo")
        return
    for pair in pairs:
        if pair.agrees:
            tally.ok()
        else:
            tally.fail(_finding(table, pair))


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

"""A table by department names none twice, and one that names nearly all 22 leaves none out that its total includes.

A missing department is a contradiction where the document says itself that it should be there: the printed total
exceeds the sum of the rows, in at least two columns or in the only one, by no more than departments of this table
amount to; or the caption or the total says that the table lists all departments. Else a table of money by department
that names 18 to 21 of them is reported as information only: an institution need not spend everywhere. The finding is
of the table as a whole.

A department named twice is accused at the row that stands out of the order of codes or of names, else at the later.

Does not apply:
1. to a table that names fewer than 18 departments (12, where its caption or total says that it lists all);
2. to a table that may miss a part, or to one that lists municipalities or has no figures;
3. to departments that repeat by a second key (programmes, years, events): several of them are named twice, or one
   more than twice, or the rows stand under different headings, or another column of words, codes or dates tells the
   rows apart;
4. where two rows of one department spell it differently: they may be the city and the rest;
5. to a missing department, where a row may be a department that cannot be resolved, or rows are grouped by anything
   but regions;
6. to a row whose code and name are different departments: geography.code_name says so.

Legitimate reasons to fail: a note explains that the total includes money that is not assigned to a department; a
department has two rows for two offices that only a note tells apart.

Example: 21 departments are printed; the total exceeds their sum by 735,404.00, and Totonicapán is not named.

---
Una tabla por departamento no nombra ninguno dos veces, y si nombra casi los 22 no omite uno que su total incluye.

Un departamento que falta es una contradicción cuando el propio documento dice que debería estar: el total impreso
excede la suma de las filas, en al menos dos columnas o en la única que hay, por no más de lo que suman departamentos
de esa tabla; o el título o el total dicen que la tabla enumera todos los departamentos. En otro caso, una tabla de
dinero por departamento que nombra de 18 a 21 se informa solo como información: una institución no tiene que gastar en
todos. El hallazgo es de la tabla entera.

Un departamento nombrado dos veces se señala en la fila que rompe el orden de los códigos o de los nombres; si no, en
la posterior.

No se aplica:
1. a una tabla que nombra menos de 18 departamentos (12, si su título o su total dice que los enumera todos);
2. a una tabla a la que puede faltarle una parte, o que enumera municipios o no tiene cifras;
3. a departamentos que se repiten por una segunda clave (programas, años, actividades): varios se nombran dos veces, o
   uno más de dos, o las filas están bajo distintos encabezados, o las distingue otra columna de texto, códigos o
   fechas;
4. cuando dos filas de un departamento lo escriben de distinto modo: pueden ser la ciudad y el resto;
5. a un departamento que falta, si una fila puede ser un departamento que no se puede resolver, o si las filas se
   agrupan por algo que no sean regiones;
6. a una fila cuyo código y nombre son de departamentos distintos: lo dice geography.code_name.

Razones legítimas para fallar: una nota explica que el total incluye dinero no asignado a un departamento; un
departamento tiene dos filas por dos sedes que solo una nota distingue.

Ejemplo: hay 21 departamentos impresos; el total excede su suma en 735,404.00, y Totonicapán no se nombra.
"""

from __future__ import annotations

from collections.abc import Sequence

from rendicion_etl.checks.by_department import ALL, Listing, Named, listing, says_all
from rendicion_etl.checks.compare import NOT_WHOLE, Tally, amount, header_of, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Place, Result, Severity
from rendicion_etl.normalize import places
from rendicion_etl.normalize.geography import is_counter
from rendicion_etl.normalize.model import NUMERIC_TYPES, Cell, Document, Row, Table
from rendicion_etl.normalize.percentages import total_row
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.sums import ColumnSum, additive_columns, column_sums
from rendicion_etl.normalize.text import key

ID, VERSION = "geography.coverage", "1"
ENOUGH, ENOUGH_IF_SAID = 18, 12
CAPITAL, LARGEST = "01", 2  # a department other than Guatemala is at most so many times the largest one printed


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    listed, all_said = listing(table), says_all(table)
    if listed is None or len(listed.departments) < (ENOUGH_IF_SAID if all_said else ENOUGH):  # 1, 2
        return tally.result("la tabla no enumera los departamentos")
    if not table.whole:  # 2
        return tally.result(NOT_WHOLE)
    repeated = listed.repeated  # 6
    if repeated:
        _judge_repeated(table, listed, repeated, tally)
        return tally.result("")
    tally.ok()
    if not listed.missing:
        tally.ok()
    elif listed.strange or not _only_regions(table):  # 5
        tally.skip("una fila puede ser el departamento que falta")
    else:
        _judge_missing(table, listed, all_said, tally)
    return tally.result("")


# ---------------------------------------------------------------- a department twice
def _judge_repeated(table: Table, listed: Listing, repeated: dict[str, list[Named]], tally: Tally) -> None:
    (rows, *more) = repeated.values()
    one, two = rows[0], rows[1]
    by_heading = not _only_regions(table) and _heading(table, one.row) != _heading(table, two.row)
    apart = by_heading or _told_apart(table, one, two)
    if more or len(rows) > 2 or apart:  # 3
        tally.skip("los departamentos se repiten por otra clave")
    elif key(one.cell.text) != key(two.cell.text):  # 4
        tally.skip("dos filas de un departamento lo escriben de distinto modo")
    else:
        tally.fail(_twice(table, listed, one, two))


def _heading(table: Table, row: Row) -> Row | None:
    """The last row above that is a band or prints a sum: what a row stands under."""
    return next((r for r in reversed(table.rows[: row.row]) if r.role not in ("detail", "note")), None)


def _told_apart(table: Table, one: Named, two: Named) -> bool:
    """Whether the rows differ in a column that is no figure and neither counts the rows nor names their region."""
    for column in table.columns:
        a, b = table.cell(one.row.row, column.col), table.cell(two.row.row, column.col)
        if column.col == one.cell.col or a is None or b is None or is_counter(table, column.col):
            continue
        figures = {a.value_type, b.value_type} <= {*NUMERIC_TYPES, "empty"}
        if not figures and key(a.text) != key(b.text) and not (_is_region(a) and _is_region(b)):
            return True
    return False


def _is_region(cell: Cell) -> bool:
    return places.region_from_name(cell.text) is not None


def _twice(table: Table, listed: Listing, one: Named, two: Named) -> Finding:
    displaced = [n for n in (one, two) if _in_another_region(table, n)] or [n for n in (one, two) if _fits(listed, n)]
    accused = displaced[0] if len(displaced) == 1 else two
    other = two if accused is one else one
    missing = listed.missing
    name, lost = places.department_name(one.department), _names(missing, "y") if len(missing) == 1 else None
    tail_es, tail_en = (f", y no nombra a {lost}.", f", and does not name {lost}.") if lost else (".", ".")
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place(table, accused.cell),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=accused.cell.text,
        expected_text=lost,
        message_es=f"{name_of(table)}: nombra dos veces a {name}{tail_es}",
        message_en=f"{name_of(table)}: names {name} twice{tail_en}",
        related=(place(table, other.cell),),
        column_role=role_of(table, accused.cell),
        whole_tables=(table.table_id,),
    )


def _in_another_region(table: Table, named: Named) -> bool:
    """Whether the region that a row prints, or stands under, is not its department's."""
    beside = [c.text for c in table.row_cells(named.row.row) if c != named.cell and _is_region(c)]
    heading = _heading(table, named.row)
    above = [heading.label] if heading and heading.label and heading.role in ("band", "subtotal") else []
    said = {code for text in beside or above if (code := places.region_from_name(text))}
    return bool(said) and places.region_of(named.department) not in said


def _fits(listed: Listing, wrong: Named) -> bool:
    """Whether the departments are in order of codes or names once `wrong` is the missing one, or is taken out."""
    instead = listed.missing[0] if len(listed.missing) == 1 else None
    codes = [code for n in listed.named if (code := instead if n is wrong else n.department)]
    names = [key(places.department_name(code) or "") for code in codes]
    return codes == sorted(codes) or names == sorted(names)


# ---------------------------------------------------------------- a department missing
def _only_regions(table: Table) -> bool:
    """Whether what groups the rows, if anything does, are regions."""
    grouping = [r for r in table.rows if r.role in ("band", "subtotal") and r.row >= table.n_header_rows]
    heads = [r for r in grouping if not is_memo(r.label)]
    return all(r.region_code or places.region_from_name(r.label or "") for r in heads)


def _judge_missing(table: Table, listed: Listing, all_said: bool, tally: Tally) -> None:
    excess = _excess(table, listed)
    if excess or all_said:
        tally.fail(_missing(table, listed, excess, "warning"))
    elif table.kind == "ubicacion_geografica":
        tally.fail(_missing(table, listed, [], "info"))
    else:
        tally.skip("nada impreso dice que la tabla enumera todos los departamentos")


def _excess(table: Table, listed: Listing) -> list[ColumnSum]:
    """The columns whose total exceeds the sum of the rows, where together they show a row that was left out."""
    total = total_row(table)
    if total is None:
        return []
    unread = {c.col for c in table.cells if c.row in {*listed.rows, total} and c.text and c.value is None}
    columns = [c for c in additive_columns(table) if c.col not in unread]
    told = [s for s in column_sums(table, columns, total, listed.rows) if s.tells and s.looks_additive]
    over = [s for s in told if abs(s.gap) > s.slack]
    growing = [s for s in over if min(s.total, *s.values.values()) >= 0]  # changes of a budget may also be negative
    if not growing or len(over) < min(2, len(told)):
        return []
    return growing if all(_is_of_departments(s, listed) for s in growing) else []


def _is_of_departments(column: ColumnSum, listed: Listing) -> bool:
    """Whether what a total has too much may be the missing departments: only the capital's is much above the others."""
    most = LARGEST * max(column.values.values()) * len(listed.missing)
    return column.gap > 0 and (CAPITAL in listed.missing or column.gap <= most)


def _missing(table: Table, listed: Listing, excess: Sequence[ColumnSum], severity: Severity) -> Finding:
    where, lost, n, of = name_of(table), listed.missing, len(listed.departments), len(ALL)
    tail_es = tail_en = "."
    related: list[Place] = [place(table, named.cell) for named in listed.named]
    if excess:
        first, total = excess[0], total_row(table)
        cells = [c for r in (total, *listed.rows) if r is not None and (c := table.cell(r, first.column.col))]
        related = [place(table, c) for c in cells if c.value is not None]
        header = header_of(table, cells[0])
        tail_es = f"; en «{header}», el total excede la suma de las filas en {amount(first.gap)}."
        tail_en = f"; under “{header}”, the total exceeds the sum of the rows by {amount(first.gap)}."
    elif severity == "warning":
        tail_es, tail_en = ", pero dice que los enumera todos.", ", but says that it lists all."
    region = table.regions[0]
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity=severity,
        place=Place(table.table_id, None, None, region.page, region.box),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=None,
        expected_text=_names(lost, "y"),
        message_es=f"{where}: nombra {n} de los {of} departamentos y no nombra a {_names(lost, 'ni a')}{tail_es}",
        message_en=f"{where}: names {n} of the {of} departments, but not {_names(lost, 'or')}{tail_en}",
        related=tuple(related),
        whole_tables=(table.table_id,),
    )


def _names(codes: Sequence[str], last: str) -> str:
    """Names as a sentence lists them."""
    names = [places.department_name(code) or code for code in codes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"

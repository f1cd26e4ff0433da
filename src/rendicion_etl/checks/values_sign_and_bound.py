"""Nothing is spent beyond what is available: devengado within vigente, saldo not negative, execution up to 100 %.

Information, not an error: money may be spent ahead of a change of the budget. What one row says in several columns is
told once, at the first of devengado, saldo and percentage, with the others in `related`. Rounded figures are compared
as intervals.

Does not apply:
1. to a table of which a part may be missing, or whose columns are not what their header says;
2. to income, which may exceed what was expected, and to physical targets, which are often surpassed;
3. to a total or subtotal, where a row of its table is already told;
4. to a phase that the table prints in two columns, or of which the budget is of a period and the spending accumulated;
5. where half of the rows or more (and at least three) are beyond: then the columns speak of something else;
6. to percentages that are not of execution (variations, growth);
7. to rows of what is left, not of what is spent ("Disponibilidad final").

Legitimate reasons to fail: spending recorded before the modification that covers it; a saldo that shows an advance.

Example: vigente 1,200,000.00, devengado 1,254,300.00, saldo -54,300.00, 104.53 %.

---
No se gasta más de lo disponible: devengado dentro del vigente, saldo no negativo, ejecución de hasta 100 %.

Es información, no un error: puede gastarse antes de una modificación del presupuesto. Lo que una fila dice en varias
columnas se dice una vez, en la primera de devengado, saldo y porcentaje, con las demás en `related`. Las cifras
redondeadas se comparan como intervalos.

No se aplica:
1. a una tabla a la que puede faltarle una parte, o cuyas columnas no son lo que dice su encabezado;
2. a ingresos, que pueden superar lo esperado, ni a metas físicas, que se superan a menudo;
3. a un total o subtotal, si ya se señala una fila de su tabla;
4. a una fase que la tabla imprime en dos columnas, o con presupuesto de un período y gasto acumulado;
5. si la mitad de las filas o más (y al menos tres) exceden su presupuesto: entonces las columnas hablan de otra cosa;
6. a porcentajes que no son de ejecución (variaciones, crecimiento);
7. a filas de lo que queda, no de lo que se gasta («Disponibilidad final»).

Razones legítimas para fallar: un gasto registrado antes de la modificación que lo cubre; un saldo que muestra un
anticipo.

Ejemplo: vigente 1,200,000.00, devengado 1,254,300.00, saldo -54,300.00, 104.53 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import (
    NOT_WHOLE,
    Tally,
    amount,
    half_unit,
    header_of,
    label_of,
    name_of,
    place,
    role_of,
)
from rendicion_etl.checks.context import of_income, span_of
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.model import PHASES, Cell, Column, Document, Row, Table
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.rows import is_balance, is_memo
from rendicion_etl.normalize.text import squash

ID, VERSION = "values.sign_and_bound", "1"
FEWEST, MOST = 3, Decimal("0.5")
FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that say how much of a budget is spent; None where one is not printed, or twice."""

    vigente: Column | None
    devengado: Column | None
    saldo: Column | None
    percent: Column | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the cells that are beyond a bound; `compared` counts those that could be."""

    row: Row
    compared: int
    beyond: list[Cell]


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    if not table.whole:  # 1
        return tally.result(NOT_WHOLE)
    if of_income(table):  # 2
        return tally.result("la tabla es de ingresos")
    columns = _columns(table)
    n_lines, beyond = 0, []
    for line in (_line(table, row, columns) for row in table.rows if is_line(row)):
        n_lines += bool(line.compared)
        beyond += [line] if line.beyond else []
    if len(beyond) >= FEWEST and len(beyond) >= MOST * n_lines:  # 5
        return tally.result("la mayoría de las filas excede su presupuesto: las columnas hablan de otra cosa")
    detailed = any(line.row.role == "detail" for line in beyond)
    for _ in range(n_lines - len(beyond)):
        tally.ok()
    for line in beyond:
        if line.row.role != "detail" and detailed:  # 3
            tally.skip("ya lo dice una de sus filas")
        else:
            tally.fail(_finding(table, columns, line))
    return tally.result("no hay columnas que digan cuánto se gastó de un presupuesto")


def _columns(table: Table) -> Columns:
    money = [c for c in table.columns if c.half != "physical"]  # 2

    def only(role: str) -> Column | None:
        found = [c for c in money if c.role == role]
        return found[0] if len(found) == 1 else None  # 4

    percents = [c for c in money if c.role == "pct" and _of_execution(table, c)]
    vigente, devengado = only("vigente"), only("devengado")
    if vigente and devengado and "period" in (span_of(vigente.header), span_of(devengado.header)):  # 4
        devengado = None
    return Columns(vigente, devengado, only("saldo"), percents[0] if len(percents) == 1 else None)


def _of_execution(table: Table, column: Column) -> bool:
    """Whether a percentage is of the money spent, by the columns that it divides or by its header."""
    if column.part is not None and (column.percent_base != "row" or table.columns[column.part].role in PHASES):
        return table.columns[column.part].role == "devengado"
    said = squash(column.header)
    return any(word in said for word in ("ejec", "deveng")) and "fisic" not in said  # 6


def _line(table: Table, row: Row, columns: Columns) -> Line:
    if is_memo(row.label) or is_balance(row.label):  # 7
        return Line(row, 0, [])
    cells = list(_compared(table, row, columns))
    return Line(row, len(cells), [cell for cell, is_beyond in cells if is_beyond])


def _compared(table: Table, row: Row, columns: Columns) -> Iterator[tuple[Cell, bool]]:
    """The cells of a row that have a bound, and whether they are beyond it."""
    vigente, devengado = _cell(table, row, columns.vigente), _cell(table, row, columns.devengado)
    if vigente and devengado and vigente.value is not None and devengado.value is not None:
        slack = half_unit(table, vigente) + half_unit(table, devengado)
        yield devengado, devengado.value - vigente.value > slack
    saldo = _cell(table, row, columns.saldo)
    if saldo and saldo.value is not None:
        yield saldo, saldo.value < 0
    percent = _cell(table, row, columns.percent)
    if percent and percent.value is not None:
        yield percent, percent.value - half_unit(table, percent) > FULL


def _cell(table: Table, row: Row, column: Column | None) -> Cell | None:
    cell = table.cell(row.row, column.col) if column else None
    return cell if cell and cell.value is not None and not cell.own_header else None


def _finding(table: Table, columns: Columns, line: Line) -> Finding:
    accused, *others = line.beyond
    vigente = _cell(table, line.row, columns.vigente)
    compared = role_of(table, accused) == "devengado" and vigente is not None
    where, label, header = name_of(table), label_of(table, accused), header_of(table, accused)
    if compared and vigente:
        es = (
            f"«{header}» ({amount(accused.value)}) es mayor que «{header_of(table, vigente)}» ({amount(vigente.value)})"
        )
        en = f"“{header}” ({amount(accused.value)}) exceeds “{header_of(table, vigente)}” ({amount(vigente.value)})"
    elif accused.value is not None and accused.value < 0:
        es, en = f"«{header}» es negativo: {amount(accused.value)}", f"“{header}” is negative: {amount(accused.value)}"
    else:
        es, en = f"«{header}» pasa de 100 %: {accused.text}", f"“{header}” is above 100 %: {accused.text}"
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info",
        place=place(table, accused),
        printed=accused.value,
        expected=None,
        tolerance=None,
        printed_text=accused.text,
        expected_text=None,
        message_es=f"{where}, fila «{label}»: {es}.",
        message_en=f"{where}, row “{label}”: {en}.",
        related=tuple(place(table, c) for c in [*([vigente] if compared and vigente else []), *others]),
        column_role=role_of(table, accused),
    )

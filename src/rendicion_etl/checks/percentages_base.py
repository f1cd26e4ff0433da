"""A percentage that reads as execution is of its own row, not of the table's total.

Information, not an error: under "% Ejecución" a reader expects how much of the row's own budget was spent. Where the
rows show that the table prints shares of its total instead, the column is pointed out once, at the row where the two
differ most.

Does not apply:
1. to a column whose rows do not decide what it divides, or that divides its own total among its rows;
2. to a column whose header does not speak of execution;
3. to a copy of an earlier table, or one of which a part may be missing.

Legitimate reasons to fail: the report explains that its percentages are shares of the total.

Example: Grupo 4 prints 1 % under "% Ejecución", and 99.9 % of its budget was executed.

---
Un porcentaje que se lee como ejecución se calcula sobre su propia fila, no sobre el total de la tabla.

Es información, no un error: bajo «% Ejecución» se espera cuánto se gastó del presupuesto de la propia fila. Cuando
las filas muestran que la tabla imprime participaciones en su total, se señala la columna una vez, en la fila donde
más difieren.

No se aplica:
1. a una columna cuyas filas no dejan claro qué divide, o que reparte su propio total entre sus filas;
2. a una columna cuyo encabezado no habla de ejecución;
3. a una copia de una tabla anterior, o a una tabla a la que puede faltarle una parte.

Razones legítimas para fallar: el informe explica que sus porcentajes son participaciones en el total.

Ejemplo: el Grupo 4 dice 1 % bajo «% Ejecución», y se ejecutó el 99.9 % de su presupuesto.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from rendicion_etl.checks.compare import HALF, NOT_WHOLE, Tally, amount, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.model import Column, Document, Table
from rendicion_etl.normalize.percentages import Share, shares, total_row
from rendicion_etl.normalize.text import squash

ID, VERSION = "percentages.base", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    results = []
    for table in document.tables:
        tally = Tally(ID, VERSION, table.table_id)
        if table.copy_of or not table.whole:
            results.append(tally.result(NOT_WHOLE if not table.whole else "la tabla es copia de otra del documento"))
            continue
        for column in table.columns:
            if column.role == "pct" and column.percent_base and "ejec" in squash(column.header):
                _judge(table, column, tally)
        results.append(tally.result("ninguna columna de ejecución con base decidida"))
    return results


def _judge(table: Table, column: Column, tally: Tally) -> None:
    if column.percent_base == "row" or column.part is None or column.base is None:
        tally.ok()
        return
    if column.part == column.base:
        return  # a share of the column's own total: no execution is printed
    total = total_row(table)
    own = [s for s in shares(table, column, column.part, column.base, "row") if s.row != total and not s.holds()]
    if not own:
        tally.ok()
        return
    tally.fail(_finding(table, max(own, key=lambda s: abs(s.computed - (s.cell.value or 0)))))


def _finding(table: Table, share: Share) -> Finding:
    cell = share.cell
    where, label, header = name_of(table), label_of(table, cell), header_of(table, cell)
    executed = f"{share.computed.quantize(Decimal('0.1'), ROUND_HALF_UP):f}"
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info",
        place=place(table, cell),
        printed=cell.value,
        expected=share.computed.quantize(min(share.unit, Decimal("0.01")), ROUND_HALF_UP),
        tolerance=HALF * share.unit,
        printed_text=cell.text,
        expected_text=None,
        message_es=(
            f"{where}: «{header}» es la participación en el total de la tabla, no la ejecución de cada fila: "
            f"«{label}» dice {cell.text} y ejecutó el {executed} % de lo suyo ({amount(share.part.value)} de "
            f"{amount(share.base.value)})."
        ),
        message_en=(
            f"{where}: “{header}” is the share of the table's total, not the execution of each row: “{label}” prints "
            f"{cell.text} and spent {executed} % of its own ({amount(share.part.value)} of {amount(share.base.value)})."
        ),
        related=(place(table, share.part), place(table, share.base)),
        column_role=role_of(table, cell),
    )

"""In every row, the columns follow their formula: vigente = asignado + modificaciones, saldo = vigente - devengado.

Applies to the formulas that the table's own rows establish (in a table with a financial and a physical half, in each
half by itself). One that the law names, that the header prints (C=A+B) or whose result is called a total must hold in
at least three rows without a zero term, and in three of four of them; for that of vigente, and where the formula is
printed, one such row and two others are enough, with a zero term or a blank one that stands for nothing. What is taken
from vigente to give the saldo (devengado, comprometido or pagado) is therefore learned from the rows, not assumed. A
sum or difference of columns that no header names must hold in at least four rows and in all but one, with figures that
cannot agree by chance, and accuses only where one slip of the pen makes the difference. The accused cell is the one
whose correction mends the most: the sum of its column and the other formulas of its row; where nothing decides, the
result of the formula.

A column that adds another one up, row after row (what was spent in the month, what was spent so far), is judged in the
same way, as no formula but the rows establish it: what has run up is what had in the row above and what the row adds.
At least four rows with different amounts must bear it out, and one place at most may fail. That accuses where one
corrected cell mends all, where one slip of the pen makes the difference, where a row is printed twice, or where the
total exceeds its rows by the same difference: then a row in between seems to be missing.

Does not apply:
1. where the columns of a formula are not all printed;
2. where fewer rows than said above bear it out;
3. to a row with a blank cell or one that cannot be read as a number;
4. to a table of which a part may be missing, or several of whose rows were read as one;
5. where one more column of the table makes up what is missing in a row: it is a term of the formula;
6. to a saldo "por comprometer", or one printed as zero where it would be negative;
7. to a budget phase (vigente, devengado ...) that the table prints in two columns, unless the rows bear out a sum of
   columns by themselves;
8. to what has run up in a row that follows a heading, a subtotal or the end of a page, or that begins anew; and to the
   first row, unless the figures show that nothing was brought forward.

Legitimate reasons to fail: a saldo from which the commitments of one line are taken too, as a note explains; an
adjustment that what has run up and the total include, and that no row prints.

Example: 1,896 planned less 540 done is 1,356; the table prints 1,336.

---
En cada fila, las columnas cumplen su fórmula: vigente = asignado + modificaciones, saldo = vigente - devengado.

Se aplica a las fórmulas que las propias filas de la tabla demuestran (en una tabla con una mitad financiera y otra
física, en cada mitad por separado). La que nombra la ley, la que imprime el encabezado (C=A+B) o aquella cuyo resultado
se llama total debe cumplirse en al menos tres filas sin ningún término en cero, y en tres de cada cuatro de ellas; para
la de vigente, y donde la fórmula está impresa, bastan una fila así y otras dos, con un término en cero o con uno en
blanco que vale por nada. Qué se le resta al vigente para obtener el saldo (devengado, comprometido o pagado) se aprende
de las filas, no se supone. Una suma o resta de columnas que ningún encabezado nombra debe cumplirse en al menos cuatro
filas y en todas menos una, con cifras que no pueden coincidir por azar, y solo acusa donde un único error de escritura
explica la diferencia. Se señala la celda que, corregida, haría cuadrar más cosas: la suma de su columna y las demás
fórmulas de su fila; si nada lo decide, el resultado de la fórmula.

Una columna que acumula otra, fila tras fila (lo gastado en el mes, lo gastado hasta entonces), se juzga igual, pues son
las filas las que lo demuestran: lo acumulado es lo de la fila anterior más lo que agrega la fila. Deben cumplirlo al
menos cuatro filas con montos distintos, y puede fallar en un solo lugar. Se acusa donde una sola celda corregida lo
hace cuadrar todo, donde un único error de escritura explica la diferencia, donde una fila está impresa dos veces, o
donde el total excede la suma de sus filas en la misma diferencia: entonces parece faltar una fila intermedia.

No se aplica:
1. cuando no están impresas todas las columnas de la fórmula;
2. cuando la cumplen menos filas que las dichas;
3. a una fila con una celda en blanco o que no se puede leer como número;
4. a una tabla a la que puede faltarle una parte, o de la que varias filas se leyeron como una sola;
5. cuando otra columna de la tabla completa lo que falta en una fila: es un término más de la fórmula;
6. a un saldo «por comprometer», o impreso como cero donde daría negativo;
7. a un momento del presupuesto (vigente, devengado...) que la tabla imprime en dos columnas, salvo que las filas
   demuestren por sí mismas una suma de columnas;
8. a lo acumulado en una fila que sigue a un encabezado, a un subtotal o a un cambio de página, o que empieza de nuevo;
   ni a la primera fila, salvo que las cifras muestren que nada venía de antes.

Razones legítimas para fallar: un saldo que descuenta además los compromisos de un renglón, según explica una nota;
un ajuste que lo acumulado y el total incluyen y que ninguna fila imprime.

Ejemplo: 1,896 previstos menos 540 ejecutados son 1,356; la tabla dice 1,336.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rendicion_etl.checks.compare import (
    HALF_CENT,
    NOT_WHOLE,
    Tally,
    amount,
    header_of,
    label_of,
    name_of,
)
from rendicion_etl.checks.fault import Fault
from rendicion_etl.checks.identities import established, is_named
from rendicion_etl.checks.identities_running_told import judge_running
from rendicion_etl.checks.identity import Identity, Terms, has_another_term, holds, signed
from rendicion_etl.checks.model import Finding, Result, Severity
from rendicion_etl.checks.relations import Key, Linear, key_of, linear
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.slips import slip
from rendicion_etl.normalize.text import squash

ID, VERSION = "identities.row", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    if not table.whole:
        return tally.result(NOT_WHOLE)
    identities = established(table)
    for identity in identities:
        _compare(table, identity, tally)
    if not identities and is_named(table):
        tally.skip("las filas no confirman la identidad")
    judge_running(table, tally)
    return tally.result("no hay columnas que formen una identidad")


def _compare(table: Table, identity: Identity, tally: Tally) -> None:
    failing = []
    for cells in _lines(table, identity):
        if holds(table, cells):
            tally.ok()
        else:
            failing.append(cells)
    tally.holding.append(partial(_holding, table, identity))
    if failing and has_another_term(table, identity, failing):
        tally.skip("otra columna explica las filas que no cuadran")
        return
    for cells in failing:
        if _is_floored(cells) or "comprometer" in squash(table.columns[identity.result].header):
            tally.skip("el saldo puede restar más de lo impreso, o no imprimirse bajo cero")
        elif identity.learned and not _slipped(table, cells):
            tally.skip("nada más que las otras filas dice que la identidad deba cumplirse")
        else:
            tally.fail(_finding(table, cells, key_of(table, cells[0][0])))


def _lines(table: Table, identity: Identity) -> Iterator[Terms]:
    return (cells for row in table.rows if is_line(row) and (cells := identity.cells(table, row.row)))


def _holding(table: Table, identity: Identity) -> Iterator[Linear]:
    return (linear(table, cells) for cells in _lines(table, identity) if holds(table, cells))


def _is_floored(cells: Terms) -> bool:
    """A result printed as zero where it would be negative: what is overspent is not always printed as such."""
    return cells[0][0].value == 0 and signed(cells) < 0


def _slipped(table: Table, cells: Terms) -> bool:
    """Whether one slip of the pen in one cell makes the whole gap."""
    relation = linear(table, cells)
    return any(c.value is not None and slip(c.value, relation.mended(key_of(table, c))) for c, _ in cells)


def _finding(table: Table, cells: Terms, accused: Key) -> Finding:
    """A row in which the result (the first of `cells`) is not what its terms make, as the fault of one of them."""
    fault = Fault.of(table, cells, accused)
    cell, printed, expected = fault.cell, fault.printed, fault.expected
    result, terms = cells[0][0], cells[1:]
    formula = " ".join(f"{'+' if s > 0 else '-'} {amount(c.value)}" for c, s in terms).lstrip("+ ")
    names = " ".join(f"{'+' if s > 0 else '-'} {header_of(table, c)}" for c, s in terms).lstrip("+ ")
    where, label, made = name_of(table), label_of(table, cell), amount(signed(terms))
    es = (
        f"{where}, fila «{label}»: «{header_of(table, result)}» debería ser {names} = {formula} = {made}, y dice "
        f"{amount(result.value)}"
    )
    en = (
        f"{where}, row “{label}”: “{header_of(table, result)}” should be {names} = {formula} = {made}, and prints "
        f"{amount(result.value)}"
    )
    if cell is not result:
        es += f"; lo que no cuadra es «{header_of(table, cell)}» ({amount(printed)})"
        en += f"; what does not fit is “{header_of(table, cell)}” ({amount(printed)})"
    severity: Severity = "info" if abs(printed - expected) <= HALF_CENT * len(cells) else "critical"
    return fault.told((ID, VERSION), severity, (f"{es}.", f"{en}."), partial(_finding, table, cells), whole=False)

"""A printed percentage is what the figures give, over the base of its row or over the table's total.

What a column divides (devengado by vigente of the row, by vigente of the whole table, or another quotient) is decided
from its rows: it is what at least three of them, and seven of ten, bear out. Where the header does not say which
columns those are, or names them twice (two periods, two years), at least four rows with percentages that cannot agree
by chance must bear it out, and all others but one (one of ten in a long table); columns under the same heading or of
the same year come first, and with others only a percentage with the mark of a slip (a digit, two digits swapped) is
accused. A percentage stands for ± half a unit of its last digit, and so do amounts that are printed rounded (millions);
a column that cuts its percentages off instead of rounding them is read as it prints. Where only the last digit is off
by one, the finding is information.

Does not apply:
1. to a column that no quotient explains, or where another, or one more column, explains the row that fails;
2. to a row where the part or the base is blank or cannot be read, or the base is zero or may be, as it is rounded;
3. to a blank percentage, a row of averages, or a total that prints the mean of the percentages above it;
4. to a table of which a part may be missing, or several of whose rows were read as one.

Legitimate reasons to fail: a percentage taken over from another system, of another date.

Example: 540 of 1,896 is 28 %; the table prints 30 %.

---
Un porcentaje impreso es el que dan las cifras, sobre la base de su fila o sobre el total de la tabla.

Qué divide cada columna (devengado entre el vigente de la fila, entre el vigente de toda la tabla, u otro cociente) lo
deciden sus filas: es lo que confirman al menos tres de ellas, y siete de cada diez. Donde el encabezado no dice qué
columnas son, o las nombra dos veces (dos períodos, dos años), deben confirmarlo al menos cuatro filas con porcentajes
que no pueden coincidir por azar, y todas las demás menos una (una de cada diez en una tabla larga); van primero las
columnas bajo el mismo encabezado o del mismo año, y con otras solo se señala un porcentaje con la marca de un error de
escritura (una cifra, dos cifras intercambiadas). Un porcentaje se toma con un margen de media unidad de su último
dígito, y así también los montos impresos con redondeo (millones); si la columna corta los decimales en vez de
redondearlos, se lee así. Cuando solo el último dígito difiere en uno, el hallazgo es informativo.

No se aplica:
1. a una columna que ningún cociente explica, o si otro, o una columna más, explica la fila que no cuadra;
2. a una fila donde la parte o la base está en blanco o no se puede leer, o la base es cero o puede serlo por redondeo;
3. a un porcentaje en blanco, a una fila de promedios, o a un total que imprime el promedio de los porcentajes;
4. a una tabla a la que puede faltarle una parte, o de la que varias filas se leyeron como una sola.

Razones legítimas para fallar: un porcentaje tomado de otro sistema, de otra fecha.

Ejemplo: 540 de 1,896 es 28 %; la tabla dice 30 %.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from rendicion_etl.checks.compare import (
    HALF,
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
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.checks.relations import Quotient, key_of
from rendicion_etl.normalize.model import Column, Document, Table
from rendicion_etl.normalize.percentages import Share, shares, total_row

ID, VERSION = "percentages.execution", "1"
MEAN_DECIMALS = 2  # with fewer, a total may equal the mean of its rows by chance


def run(document: Document) -> list[Result]:
    """One result per table."""
    results = []
    for table in document.tables:
        tally = Tally(ID, VERSION, table.table_id)
        if not table.whole:
            tally.skip(NOT_WHOLE)
        for column in table.columns if table.whole else ():
            if column.percent_base:
                _judge(table, column, tally)
            elif column.role == "pct":
                tally.skip("ningún cociente explica la columna de porcentajes")
        results.append(tally.result("la tabla no tiene porcentajes"))
    return results


def _judge(table: Table, column: Column, tally: Tally) -> None:
    assert column.part is not None
    assert column.base is not None
    assert column.percent_base
    found = partial(shares, table, column, column.part, column.base, column.percent_base)
    total, better, above = total_row(table), 0, []
    for share in found():
        better += share.holds(truncated=True) - share.holds()
        if share.row != total and share.cell.value is not None:
            above.append(share.cell.value)
    truncated = better > 0
    mean = sum(above, Decimal(0)) / max(len(above), 1)
    tally.holding.append(lambda: (_relation(table, share) for share in found() if share.holds(truncated)))
    for share in found():
        if share.holds(truncated):
            tally.ok()
        elif (
            share.row == total
            and share.cell.decimals >= MEAN_DECIMALS
            and abs((share.cell.value or Decimal(0)) - mean) <= share.unit
        ):
            tally.skip("el total imprime el promedio de los porcentajes")
        else:
            tally.fail(_finding(table, column, share))


def _relation(table: Table, share: Share) -> Quotient:
    """The share as what must hold: within one unit of the last digit, however it was rounded."""
    percent, part, base = ((key_of(table, c), c.value or Decimal(0)) for c in (share.cell, share.part, share.base))
    return Quotient(percent, part, base, share.unit, (half_unit(table, share.part), half_unit(table, share.base)))


def _finding(table: Table, column: Column, share: Share) -> Finding:
    cell = share.cell
    assert cell.value is not None
    expected = share.computed.quantize(min(share.unit, Decimal("0.01")), ROUND_HALF_UP)
    last_digit = abs(share.computed - cell.value) <= share.unit + share.slack or (
        cell.value == 100 < share.computed  # printed no further than 100
    )
    base_es = "del total de la tabla" if column.percent_base == "table_total" else "de su fila"
    base_en = "of the table's total" if column.percent_base == "table_total" else "of its row"
    where, label, header = name_of(table), label_of(table, cell), header_of(table, cell)
    part, base = amount(share.part.value), amount(share.base.value)
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info" if last_digit else "warning",
        place=place(table, cell),
        printed=cell.value,
        expected=expected,
        tolerance=HALF * share.unit,
        printed_text=cell.text,
        expected_text=None,
        message_es=(
            f"{where}, fila «{label}»: «{header}» dice {cell.text}, pero {part} es el {_percent(share.computed)} % de "
            f"{base} ({base_es})."
        ),
        message_en=(
            f"{where}, row “{label}”: “{header}” prints {cell.text}, but {part} is {_percent(share.computed)} % of "
            f"{base} ({base_en})."
        ),
        related=(place(table, share.part), place(table, share.base)),
        column_role=role_of(table, cell),
        relation=_relation(table, share),
    )


def _percent(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"

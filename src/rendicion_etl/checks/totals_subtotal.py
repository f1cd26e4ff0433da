"""A printed subtotal equals the sum of its group.

Applies to rows that sum a part of the table: those called subtotal, and group rows printed before their parts
(upper-case or bold names, shorter codes) where this way of grouping closes for most groups of the table. Only the rows
of the level just below are summed, so that no amount counts twice. A group that is less than its subtotal in every
column is judged where it is the only one of its table, and at least two others close in all columns.

Does not apply:
1. where a part of the table may be missing, or several rows were read as one;
2. where it is not certain which rows belong to the group;
3. to a column without a printed subtotal, or with a cell that cannot be read as a number;
4. to a column with blank cells that does not close.

Legitimate reasons to fail: the group lists its main lines only, and a note says so.

Example: below 276,137.02 and 5,145,952.18, SUBTOTAL prints 5,422,809.20; they sum to 5,422,089.20.

---
Un subtotal impreso es igual a la suma de su grupo.

Se aplica a las filas que suman una parte de la tabla: las llamadas subtotal, y las filas de grupo impresas antes de
sus partes (nombres en mayúsculas o negrita, códigos más cortos) cuando esa agrupación cuadra en la mayoría de los
grupos de la tabla. Solo se suman las filas del nivel inmediato inferior, para que ningún monto cuente dos veces. Un
grupo que suma menos que su subtotal en todas las columnas se juzga si es el único de su tabla y al menos otros dos
cuadran en todas ellas.

No se aplica:
1. cuando a la tabla puede faltarle una parte, o varias de sus filas se leyeron como una sola;
2. cuando no es seguro qué filas pertenecen al grupo;
3. a una columna sin subtotal impreso, o con una celda que no se puede leer como número;
4. a una columna con celdas en blanco que no cuadra.

Razones legítimas para fallar: el grupo enumera solo sus renglones principales, y una nota lo dice.

Ejemplo: debajo de 276,137.02 y 5,145,952.18, SUBTOTAL dice 5,422,809.20; suman 5,422,089.20.
"""

from __future__ import annotations

from rendicion_etl.checks.model import Result
from rendicion_etl.checks.sums import judge_sums
from rendicion_etl.normalize.model import Document

ID, VERSION = "totals.subtotal", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    return judge_sums(document, ID, VERSION, "subtotal", "warning", "la tabla no tiene subtotales")

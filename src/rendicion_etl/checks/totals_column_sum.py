"""A printed total equals the sum of its rows.

Applies to every amount or count of a total row whose parts are certain: the rows above it, or the subtotals above
it where the rows are grouped. Figures printed to the cent and counts must agree exactly; where print is rounded,
each figure stands for ± half a unit of its last digit and the intervals must meet. A difference within half a cent
per row is reported as information ("redondeo").

Does not apply:
1. where a part of the table may be missing, or rows were read together;
2. where it is not certain which rows the total sums: neither a column that closes nor the table's form proves it;
3. to a column without a printed total, or with a cell that cannot be read as a number;
4. to a column with blank cells that does not close: what a blank stands for is not printed.

Legitimate reasons to fail: a row left out on purpose and explained in a note; a total taken over from another
system at another date.

Example: Físico ejecutado prints 540; its seven rows sum to 560.

---
Un total impreso es igual a la suma de sus filas.

Se aplica a cada monto o conteo de una fila de total cuyas partes son seguras: las filas que la preceden, o los
subtotales cuando las filas están agrupadas. Los montos con centavos y los conteos deben coincidir exactamente; donde
lo impreso está redondeado, cada cifra vale ± media unidad de su último dígito y los intervalos deben tocarse. Una
diferencia de hasta medio centavo por fila se informa como «redondeo».

No se aplica:
1. cuando puede faltar una parte de la tabla, o hay filas que se leyeron juntas;
2. cuando no es seguro qué filas suma el total: no lo prueba ninguna columna que cuadre ni la forma de la tabla;
3. a una columna sin total impreso, o con una celda que no se puede leer como número;
4. a una columna con celdas en blanco que no cuadra: no está impreso qué vale un blanco.

Razones legítimas para fallar: una fila omitida a propósito y explicada en una nota; un total tomado de otro sistema
con otra fecha.

Ejemplo: Físico ejecutado dice 540; sus siete filas suman 560.
"""

from __future__ import annotations

from rendicion_etl.checks.model import Result
from rendicion_etl.checks.sums import judge_sums
from rendicion_etl.normalize.model import Document

ID, VERSION = "totals.column_sum", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    return judge_sums(document, ID, VERSION, "total", "critical", "la tabla no tiene fila de total")

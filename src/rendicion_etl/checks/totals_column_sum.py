"""A printed total equals the sum of its rows.

Applies to every amount or count of a total row where it is certain which rows it sums: those above it or, where they
are grouped, their subtotals. Figures printed to the cent and counts must agree exactly; where print is rounded, each
figure stands for ± half a unit of its last digit, and the total must lie within what the sum may then be. A difference
within half a cent per row is reported as information ("redondeo").

Does not apply:
1. where a part of the table may be missing, or several rows were read as one;
2. where it is not certain which rows the total sums: neither a column that closes nor the table's form proves it;
3. to a column without a printed total, or with a cell that cannot be read as a number;
4. to a column with blank cells that does not close: what a blank stands for is not printed.

Legitimate reasons to fail: a row left out on purpose and explained in a note; a total taken over from another
system, of another date.

Example: the total of "Físico ejecutado" prints 540; its seven rows sum to 560.

---
Un total impreso es igual a la suma de sus filas.

Se aplica a cada monto o conteo de una fila de total cuando es seguro qué filas suma: las que la preceden o, si están
agrupadas, sus subtotales. Los montos con centavos y los conteos deben coincidir exactamente; donde las cifras están
redondeadas, cada una se toma con un margen de media unidad de su último dígito, y el total debe caber en el margen que
resulta para la suma. Una diferencia de hasta medio centavo por fila es solo informativa («redondeo»).

No se aplica:
1. cuando a la tabla puede faltarle una parte, o varias de sus filas se leyeron como una sola;
2. cuando no es seguro qué filas suma el total: ni una columna que cuadre ni la forma de la tabla lo demuestran;
3. a una columna sin total impreso, o con una celda que no se puede leer como número;
4. a una columna con celdas en blanco que no cuadra: el informe no dice cuánto vale un espacio en blanco.

Razones legítimas para fallar: una fila omitida a propósito y explicada en una nota; un total tomado de otro sistema,
de otra fecha.

Ejemplo: el total de «Físico ejecutado» dice 540; sus siete filas suman 560.
"""

from __future__ import annotations

from rendicion_etl.checks.model import Result
from rendicion_etl.checks.sums import judge_sums
from rendicion_etl.normalize.model import Document

ID, VERSION = "totals.column_sum", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    return judge_sums(document, ID, VERSION, "total", "critical", "la tabla no tiene fila de total")

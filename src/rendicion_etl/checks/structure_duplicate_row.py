"""No row of a table is there twice: the same code, label and place in the table, and the same amounts.

Two rows are the same where every cell says the same (a column that counts the rows aside), they stand under the same
heading and at least one amount has six digits or more (trailing zeros aside). The table itself must show that they
are two of its lines: its total is too large by just this row if both are printed, or it sums both and the rows are
budget lines (two budget phases or more); without a total, budget lines must also print a code. The accused row is the
later one.

Does not apply:
1. to a table of which a part may be missing, or whose rows were read together;
2. to lists of payments, purchases, people or events, of which two may be alike: tables that classify no budget, and
   transfers;
3. to totals, subtotals and carried sums ("Van", "Vienen");
4. to a row printed last on a page and again first on the next: it is carried over;
5. where the total neither includes nor excludes the second row: what the rows are to each other is not certain.

Legitimate reasons to fail: two offices or works with one name, code and budget that only a note tells apart.

Example: renglón 029 is printed in two rows with vigente 1,254,300.00; the total includes it once.

---
Ninguna fila está dos veces en una tabla: el mismo código, nombre y lugar en la tabla, y los mismos montos.

Dos filas son la misma si todas sus celdas dicen lo mismo (salvo una columna que numera las filas), están bajo el mismo
encabezado y al menos un monto tiene seis cifras o más (sin contar los ceros finales). La propia tabla debe mostrar que
son dos de sus líneas: impresas ambas, el total queda corto justo en esa fila; o el total suma ambas y las filas son
líneas de presupuesto (dos fases o más); sin total, las líneas de presupuesto deben imprimir además un código. Se señala
la fila posterior.

No se aplica:
1. a una tabla a la que puede faltarle una parte, o cuyas filas se leyeron juntas;
2. a listas de pagos, compras, personas o actividades, donde dos pueden ser iguales: tablas que no clasifican
   presupuesto, y transferencias;
3. a totales, subtotales y sumas que se arrastran («Van», «Vienen»);
4. a una fila impresa al final de una página y otra vez al inicio de la siguiente: se arrastra;
5. si el total ni incluye ni excluye la segunda fila: no es seguro qué relación tienen las filas.

Razones legítimas para fallar: dos sedes u obras con un mismo nombre, código y presupuesto que solo una nota distingue.

Ejemplo: el renglón 029 está en dos filas con vigente 1,254,300.00; el total lo incluye una vez.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from rendicion_etl.checks.compare import NOT_WHOLE, Tally, amount, name_of, place, role_of
from rendicion_etl.checks.lines import is_telling
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.geography import is_counter
from rendicion_etl.normalize.model import NUMERIC_TYPES, PHASES, Cell, Document, Row, Table
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.sums import additive_columns, column_sums
from rendicion_etl.normalize.text import squash

ID, VERSION = "structure.duplicate_row", "1"
LISTS = ("other", "text", "transferencias")
OTHERWISE = "la tabla no clasifica un presupuesto"

_SAYS = {
    "once": ("; el total la incluye una sola vez.", "; the total includes it once."),
    "both": ("; el total suma ambas.", "; the total sums both."),
    "none": (".", "."),
}


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    budget = len({c.role for c in table.columns if c.role in PHASES}) > 1
    if table.kind in LISTS and not (budget and table.kind == "other"):  # 2
        return tally.result(OTHERWISE)
    if not table.whole:  # 1
        return tally.result(NOT_WHOLE)
    for alike in _alike(table):
        first = alike[0]
        tally.ok()
        for before, row in pairwise(alike):
            if row.row == before.row + 1 and row.page != before.page:  # 4
                tally.skip("la fila se repite al cambiar de página")
                continue
            said = _total_says(table, first, row)
            if said == "once" or (budget and (said == "both" or (said == "none" and row.code))):
                tally.fail(_finding(table, first, row, said))
            else:  # 5
                tally.skip("no es seguro qué relación tienen las filas iguales")
    return tally.result("ninguna fila tiene un monto de seis cifras")


def _alike(table: Table) -> Iterator[list[Row]]:
    """The rows with a telling amount, those that say the same together; under another heading they are others."""
    columns = [c.col for c in table.columns if not is_counter(table, c.col)]
    same: dict[tuple[str | Decimal, ...], list[Row]] = defaultdict(list)
    merged = {(row, c.col): c for c in table.cells for row in range(c.row + 1, c.row + c.row_span)}
    above: dict[int, str] = {}  # what a column of words said last: it holds for the blank cells below
    for row in table.rows:
        if row.role != "detail":
            yield from same.values()
            same.clear()
            continue
        cells = [c for col in columns if (c := table.cell(row.row, col) or merged.get((row.row, col)))]
        for cell in cells:
            if cell.text and cell.value is None:
                above[cell.col] = squash(cell.text)
        figures = [c.value for c in cells if c.value is not None and c.value_type in NUMERIC_TYPES]
        if any(is_telling(v) for v in figures) and not is_memo(row.label):  # 3
            said = tuple(above.get(c.col, "") if c.value is None else c.value for c in cells)
            same[said].append(row)
    yield from same.values()


def _total_says(table: Table, one: Row, two: Row) -> str:
    """Whether a printed sum includes a row `once` or `both` times; `none` where no sum is printed, "" if neither."""
    sums = [r for r in table.rows if one.row in r.parts or two.row in r.parts]
    if not sums:
        return "" if any(r.role in ("total", "subtotal") for r in table.rows) else "none"
    told = set()
    for whole in sums:
        for column in column_sums(table, additive_columns(table), whole.row, sorted({*whole.parts, one.row, two.row})):
            value = column.values.get(two.row)
            if column.tells and value:
                told.add("both" if column.closes else "once" if abs(column.gap + value) <= column.slack else "")
    told.discard("")
    return told.pop() if len(told) == 1 else ""


def _finding(table: Table, one: Row, two: Row, said: str) -> Finding:
    first, second = _cells(table, one), _cells(table, two)
    accused = next((c for c in second if c.text == two.label_printed), second[0])
    figures = [c.value for c in second if c.value is not None and is_telling(c.value)]
    largest: Decimal = max(figures, key=abs)
    label = two.label or two.code or two.label_printed or ""
    code = f"{two.code} " if two.code and two.code != label else ""
    told_es, told_en = _SAYS[said]
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place(table, accused),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=accused.text,
        expected_text=None,
        message_es=(
            f"{name_of(table)}: la fila «{code}{label}», con {amount(largest)}, está dos veces con los mismos "
            f"montos{told_es}"
        ),
        message_en=(
            f"{name_of(table)}: the row “{code}{label}”, with {amount(largest)}, is there twice with the same "
            f"amounts{told_en}"
        ),
        related=tuple(place(table, c) for c in [*first, *second] if c is not accused),
        column_role=role_of(table, accused),
        whole_tables=(table.table_id,),
    )


def _cells(table: Table, row: Row) -> list[Cell]:
    return [c for col in table.columns if (c := table.cell(row.row, col.col)) and c.text]

"""Devengado to date never falls from one report of a year to the next.

Compares each line of a report (and the grand totals) with the same line of the nearest earlier report of the same
institution and year that prints it: tables of one kind and scope, lines with the same code or label, once in each.
Rounded prints agree when their intervals meet. Accused is the later report, at the line that fell; a total that fell
with it is its consequence.

Does not apply:
1. where no earlier report of the year and budget is known, or none prints the same table;
2. to a line whose match is uncertain: printed twice, under another label, in a table of another scope or currency;
3. to a line in a sum that does not close in both reports: one of its figures may be wrong, or misread;
4. to figures of the period alone: the caption or the header says so, or the report does not begin in January;
5. where nothing proves that the report accumulates: neither caption nor header, nor a saldo that is vigente minus
   devengado;
6. where a third or more of the lines of a table fell: then it is not certain that the tables speak of the same;
7. to a total that fell though no line did, since it sums other lines, unless it is the whole institution's;
8. to tables that name another year or period than their report's, and to copies.

Legitimate reasons to fail: an entry of an earlier period was reversed or moved to another line (reclasificación,
regularización), said so in a note.

Example: at the end of August Grupo 2 has 913,801.46 devengado; at the end of April it had 1,054,566.33.

---
Lo devengado acumulado nunca baja de un informe del año al siguiente.

Compara cada línea de un informe (y los totales generales) con la misma línea del informe anterior más cercano de la
misma institución y el mismo año que la imprime: tablas del mismo tipo y alcance, líneas con igual código o nombre, una
sola vez en cada una. Lo redondeado concuerda si sus intervalos se tocan. Se señala el informe posterior, en la línea
que bajó; un total que bajó con ella es su consecuencia.

No se aplica:
1. cuando no se conoce un informe anterior del año y del mismo presupuesto, o ninguno imprime la misma tabla;
2. a una línea cuya correspondencia no es segura: impresa dos veces, con otro nombre, en una tabla de otro alcance o
   de otra moneda;
3. a una línea dentro de una suma que no cuadra en los dos informes: alguna cifra puede estar mal, o mal leída;
4. a cifras del período solo: lo dice el título o el encabezado, o el informe no empieza en enero;
5. cuando nada prueba que el informe acumula: ni el título ni el encabezado, ni un saldo que sea vigente menos
   devengado;
6. cuando bajó la tercera parte o más de las líneas de una tabla: entonces no es seguro que hablen de lo mismo;
7. a un total que bajó sin que bajara una línea, porque suma otras, salvo que sea el de toda la institución;
8. a tablas que nombran otro año o período que el de su informe, y a copias.

Razones legítimas para fallar: un registro de un período anterior se revirtió o pasó a otra línea (reclasificación,
regularización), dicho en una nota.

Ejemplo: a fines de agosto el Grupo 2 tiene 913,801.46 devengados; a fines de abril tenía 1,054,566.33.
"""

from __future__ import annotations

from decimal import Decimal

from rendicion_etl.checks.compare import Tally, header_of
from rendicion_etl.checks.context import span_of, time_of
from rendicion_etl.checks.earlier import Comparison, Sheet, comparisons, sheets_of, slack
from rendicion_etl.checks.model import Result
from rendicion_etl.checks.over_time import Pair, accused, comparable, finding, once, results
from rendicion_etl.normalize.model import Document

ID, VERSION = "periods.cumulative", "1"
PHASE = "devengado"
FELL = (
    "Lo devengado se acumula desde enero y no puede bajar.",
    "Devengado accumulates from January and cannot fall.",
)


def run(document: Document) -> list[Result]:
    """One result per table with a counterpart in an earlier report; one of the document where there is none."""
    tallies: list[Tally] = []
    fallen = []
    sheets = sheets_of(document) if document.history else []
    for table_id, found in comparisons(document).items():
        nearest = next((c for c in found if comparable(c, PHASE)), found[0])
        tally = Tally(ID, VERSION, table_id)
        tallies.append(tally)
        if _accumulates(nearest.later, sheets, document):  # 4, 5
            fallen += [(pair, nearest, tally) for pair in _compare(nearest, tally)]
        else:
            tally.skip("no es seguro que sus cifras sean acumuladas desde enero")
    for pair, comparison, tally, others in once(fallen, PHASE):
        tally.findings.append(finding((ID, VERSION), pair, PHASE, comparison, others, FELL, None))
    return results((ID, VERSION), document, tallies)


def _compare(comparison: Comparison, tally: Tally) -> list[Pair]:
    pairs = comparable(comparison, PHASE)  # 2, 3
    fell = [(a, b) for a, b in pairs if a.amounts[PHASE] + slack(a, PHASE) < b.amounts[PHASE] - slack(b, PHASE)]
    return accused(comparison, pairs, fell, tally)  # 6


def _accumulates(sheet: Sheet, sheets: list[Sheet], document: Document) -> bool:
    """Whether the figures of a table are surely those since January."""
    if PHASE not in sheet.total.amounts:
        return False
    start = document.period_start
    said = span_of(header_of(sheet.table, sheet.total.cell(PHASE))), time_of(sheet.table)
    if "period" in said or start is None or start.month != 1:
        return False
    return "accumulated" in said or any(
        s.total.amounts.get(PHASE) == sheet.total.amounts[PHASE] and _leaves_saldo(s) for s in sheets
    )


def _leaves_saldo(sheet: Sheet) -> bool:
    line = sheet.total
    if not {"vigente", "saldo"} <= line.amounts.keys():
        return False
    off = line.amounts["vigente"] - line.amounts[PHASE] - line.amounts["saldo"]
    return abs(off) <= sum((slack(line, phase) for phase in ("vigente", PHASE, "saldo")), Decimal(0))

"""Asignado does not change within a year.

What was approved for the year stays; what is moved later stands in modificaciones. Compares each line of a report
(and the grand totals) with the same line of earlier reports of the same institution and year: tables of one kind and
scope, lines with the same code or label, once in each. Rounded prints agree when their intervals meet. Accused is the
later report where it prints what no earlier one does; a total that changed with its lines is their consequence.

Does not apply:
1. where no earlier report of the year and budget is known, or none prints the same table;
2. to a line whose match is uncertain: printed twice, under another label, in a table of another scope or currency;
3. to a line in a sum that does not close in both reports: one of its figures may be wrong, or misread;
4. where a third or more of the lines of a table changed, unless its total stayed and half of them did: then it is not
   certain that the tables speak of the same;
5. to a total that changed though no line did, since it sums other lines, unless it is the whole institution's;
6. to tables that name another year or period than their report's, and to copies.

Legitimate reasons to fail: a budget that came into force anew within the year, said so in a note.

Example: the report to April prints 6,104,908.00 as asignado of Grupo 2, the report to August 6,014,908.00.

---
Lo asignado no cambia dentro del año.

Lo aprobado para el año queda; lo que se mueve después está en modificaciones. Compara cada línea de un informe (y los
totales generales) con la misma línea de informes anteriores de la misma institución y el mismo año: tablas del mismo
tipo y alcance, líneas con igual código o nombre, una sola vez en cada una. Lo redondeado concuerda si sus intervalos
se tocan. Se señala el informe posterior cuando dice lo que ninguno anterior dice; un total que cambió con sus líneas
es su consecuencia.

No se aplica:
1. cuando no se conoce un informe anterior del año y del mismo presupuesto, o ninguno imprime la misma tabla;
2. a una línea cuya correspondencia no es segura: impresa dos veces, con otro nombre, en una tabla de otro alcance o
   de otra moneda;
3. a una línea dentro de una suma que no cuadra en los dos informes: alguna cifra puede estar mal, o mal leída;
4. cuando cambió la tercera parte o más de las líneas de una tabla, salvo que su total haya quedado y la mitad de ellas
   también: entonces no es seguro que hablen de lo mismo;
5. a un total que cambió sin que cambiara una línea, porque suma otras, salvo que sea el de toda la institución;
6. a tablas que nombran otro año o período que el de su informe, y a copias.

Razones legítimas para fallar: un presupuesto que entró en vigor de nuevo dentro del año, dicho en una nota.

Ejemplo: el informe a abril dice 6,104,908.00 asignados al Grupo 2; el informe a agosto, 6,014,908.00.
"""

from __future__ import annotations

from rendicion_etl.checks.compare import Tally
from rendicion_etl.checks.earlier import Comparison, comparisons, slack
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.lines import Line
from rendicion_etl.checks.model import Result
from rendicion_etl.checks.over_time import FEW, HALF, Pair, accused, comparable, finding, once, results
from rendicion_etl.normalize.model import Document
from rendicion_etl.normalize.units import factor_of

ID, VERSION = "periods.asignado", "1"
PHASE = "asignado"
CHANGED = (
    "Lo asignado no cambia dentro del año: lo que se mueve está en modificaciones.",
    "Asignado does not change within the year: what is moved stands in modificaciones.",
)


def run(document: Document) -> list[Result]:
    """One result per table with a counterpart in an earlier report; one of the document where there is none."""
    tallies: list[Tally] = []
    changed = []
    for table_id, found in comparisons(document).items():
        tally = Tally(ID, VERSION, table_id)
        tallies.append(tally)
        compared = [c for c in found if comparable(c, PHASE)]
        if compared:
            changed += [(pair, compared[0], tally) for pair in _compare(compared, tally)]
    for pair, comparison, tally, others in once(changed, PHASE):
        printed, expected = pair[0].cell(PHASE).value, pair[1].amounts[PHASE] / factor_of(pair[0].table)
        slip = hint(printed, expected) if printed is not None else None
        tally.findings.append(finding((ID, VERSION), pair, PHASE, comparison, others, CHANGED, slip))
    return results((ID, VERSION), document, tallies)


def _compare(compared: list[Comparison], tally: Tally) -> list[Pair]:
    pairs = comparable(compared[0], PHASE)  # 2, 3
    known = {a.row.row for c in compared for a, b in comparable(c, PHASE) if _same(a, b)}
    other = [(a, b) for a, b in pairs if a.row.row not in known]
    total_stays = bool(pairs) and pairs[-1][0].is_total and pairs[-1][0].row.row in known
    return accused(compared[0], pairs, other, tally, HALF if total_stays else FEW)  # 4


def _same(one: Line, two: Line) -> bool:
    return abs(one.amounts[PHASE] - two.amounts[PHASE]) <= slack(one, PHASE) + slack(two, PHASE)

"""The same thing printed in two tables has the same amount.

These are the same thing: grand totals of tables of the same money (they agree in two phases of the budget; or in one
that spending makes: comprometido, devengado, pagado or saldo; or in vigente and that of two lines); lines of tables of
one kind and the same money with the same code or label; lines with the same vigente, where that amount has at least six
telling digits and occurs once in each table. Rounded figures agree where they may stand for one amount. The accused
value is the one that the others outvote, on a tie the later table's. Between grand totals a failure is critical.

Does not apply:
1. to a line printed in one table only;
2. to a phase of the budget that only one of the tables prints;
3. to a table with two columns for one phase;
4. to a table of which a part may be missing, or several of whose rows were read as one;
5. to tables whose captions or headers speak of different years, periods, or of income and of spending;
6. to a figure of the period alone beside one accumulated over the year.

Legitimate reasons to fail: tables taken from the accounting system on different days, where a note says so.

Example: Tabla No. 4 prints Q 9,873,197.24 as executed; Tabla No. 3 prints Q 9,973,167.22 for the same line.

---
Lo mismo impreso en dos tablas tiene el mismo monto.

Son lo mismo: los totales generales de tablas del mismo dinero (coinciden en dos momentos del presupuesto; o en uno que
depende del gasto: comprometido, devengado, pagado o saldo; o en el vigente y en el de dos líneas); las líneas de tablas
de la misma clase y del mismo dinero con igual código o nombre; y las líneas con el mismo vigente, si ese monto tiene al
menos seis cifras significativas y aparece una sola vez en cada tabla. Las cifras redondeadas concuerdan si pueden venir
del mismo monto. Se señala el valor que los demás contradicen por mayoría; en caso de empate, el de la tabla posterior.
Entre totales generales, el incumplimiento es crítico.

No se aplica:
1. a una línea impresa en una sola tabla;
2. a un momento del presupuesto que solo una de las tablas imprime;
3. a una tabla con dos columnas para un mismo momento del presupuesto;
4. a una tabla a la que puede faltarle una parte, o de la que varias filas se leyeron como una sola;
5. a tablas cuyos títulos o encabezados hablan de años o períodos distintos, o de ingresos y de gastos;
6. a una cifra de solo el período junto a una acumulada en el año.

Razones legítimas para fallar: tablas tomadas del sistema contable en fechas distintas, si una nota lo dice.

Ejemplo: según la Tabla No. 4 se ejecutaron Q 9,873,197.24; según la Tabla No. 3, Q 9,973,167.22 en la misma línea.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from rendicion_etl.checks.compare import Tally, amount, half_unit, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.lines import Line, budget_lines, groups, majority, runs_apart
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.checks.relations import Linear, key_of
from rendicion_etl.normalize.model import PHASES, Document
from rendicion_etl.normalize.units import factor_of

ID, VERSION = "agreement.across_tables", "1"


def run(document: Document) -> list[Result]:
    """One result per table."""
    tallies = {t.table_id: Tally(ID, VERSION, t.table_id) for t in document.tables}
    for group in groups(budget_lines(document)):
        for phase in PHASES:
            printed = [line for line in group if phase in line.amounts and not runs_apart(group, line, phase)]
            if len({line.table.table_id for line in printed}) > 1:
                _compare(printed, phase, tallies)
    return [t.result("ninguna línea de la tabla está también en otra") for t in tallies.values()]


def _compare(lines: list[Line], phase: str, tallies: dict[str, Tally]) -> None:
    expected = majority(line.amounts[phase] for line in lines)
    witness = next(line for line in lines if expected is None or line.amounts[phase] == expected)
    for line in lines:
        tally = tallies[line.table.table_id]
        if abs(line.amounts[phase] - witness.amounts[phase]) <= _slack(line, phase) + _slack(witness, phase):
            tally.ok(partial(_relation, line, witness, phase) if line is not witness else None)
        else:
            tally.fail(_finding(line, witness, lines, phase))


def _relation(line: Line, witness: Line, phase: str) -> Linear:
    """Both amounts, in whole units, are one."""
    one, two = line.cell(phase), witness.cell(phase)
    terms = (
        (key_of(line.table, one), one.value or Decimal(0), factor_of(line.table)),
        (key_of(witness.table, two), two.value or Decimal(0), -factor_of(witness.table)),
    )
    return Linear(terms, _slack(line, phase) + _slack(witness, phase))


def _slack(line: Line, phase: str) -> Decimal:
    return half_unit(line.table, line.cell(phase)) * factor_of(line.table)


def _finding(line: Line, witness: Line, lines: list[Line], phase: str) -> Finding:
    cell, other = line.cell(phase), witness.cell(phase)
    factor = factor_of(line.table)
    printed, expected = cell.value, witness.amounts[phase] / factor
    assert printed is not None
    told = hint(printed, expected)
    where, there = name_of(line.table), name_of(witness.table)
    label, same = label_of(line.table, cell), label_of(witness.table, other)
    header = header_of(line.table, cell)
    pages = f"(páginas {cell.page} y {other.page})", f"(pages {cell.page} and {other.page})"
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="critical" if line.is_total and witness.is_total else "warning",
        place=place(line.table, cell),
        printed=printed,
        expected=expected,
        tolerance=_slack(line, phase) + _slack(witness, phase),
        printed_text=cell.text,
        expected_text=None,
        message_es=(
            f"{where}, fila «{label}»: «{header}» dice {amount(printed)}; {there} dice {amount(other.value)} para lo "
            f"mismo («{same}») {pages[0]}."
        ),
        message_en=(
            f"{where}, row “{label}”: “{header}” prints {amount(printed)}; {there} prints {amount(other.value)} for "
            f"the same (“{same}”) {pages[1]}."
        ),
        related=tuple(place(n.table, n.cell(p)) for n, p in _counterparts(line, lines, phase)),
        column_role=role_of(line.table, cell),
        hint_es=told[0] if told else None,
        hint_en=told[1] if told else None,
        relation=_relation(line, witness, phase),
        accuse=lambda key: _finding(witness, line, lines, phase),
    )


def _counterparts(line: Line, lines: list[Line], phase: str) -> list[tuple[Line, str]]:
    """The other prints of the amount, and the vigente by which the lines were recognised where both print it."""
    others = [(n, phase) for n in lines if n is not line]
    known = [(n, "vigente") for n in lines if phase != "vigente" and "vigente" in n.amounts]
    return others + known

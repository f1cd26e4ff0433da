"""An amount in prose that names a concept agrees with the tables that it speaks of.

A sentence, or a figure in a box with its label, that says what its amount is of (asignado, vigente, devengado...) is
compared with the grand totals that the tables of the whole institution share, or with the line that it names (a grupo
de gasto, a programme, a department). Within a sentence, percentages agree with the amounts beside them, and shares
with their counts ("204 mujeres (40 %) y 301 hombres (60 %)"); a list of grupos de gasto names all those that make up
its amount. Rounded prints ("Q 63.0 millones", rounded or cut off) agree when their intervals meet. The
sentence is accused.

Does not apply:
1. to a sentence with a word, or under a heading with a word, that may say that it speaks of something else: another
   scope, year or period, a difference, "more than", "about";
2. to a sentence that was cut, or an amount that names no concept, or several;
3. where no table prints the concept for that scope, or those that do differ among themselves;
4. to an amount that any table prints, whatever it is of, or that is a sum or difference of two figures of the line:
   the sentence may mean that;
5. where no other amount of the same passage agrees, unless it is the only one, two tables at least contradict it, and
   it is within a fifth of what they print, or one slip away (a digit, two digits swapped, the unit);
6. to a figure in a box without another one of the same passage that agrees;
7. to percentages and lists whose base, parts or whole are not certain.

Legitimate reasons to fail: prose written before the tables were last taken from the accounting system.

Example: "Presupuesto devengado: Q 71,121,577.13"; five tables print 71,211,577.13.

---
Un monto en el texto que nombra un concepto concuerda con las tablas de las que habla.

Una oración, o una cifra en un recuadro con su rótulo, que dice de qué es su monto (asignado, vigente, devengado...) se
compara con los totales generales que comparten las tablas de toda la institución, o con la línea que nombra (un grupo
de gasto, un programa, un departamento). Dentro de una oración, los porcentajes concuerdan con los montos que los
acompañan, y las proporciones con sus cantidades ("204 mujeres (40 %) y 301 hombres (60 %)"); una lista de grupos de
gasto nombra todos los que componen su monto. Lo redondeado o truncado ("Q 63.0 millones") concuerda si sus
intervalos se tocan. Se señala la oración.

No se aplica:
1. a una oración con una palabra, o bajo un título con una palabra, que puede decir que habla de otra cosa: otro
   alcance, año o período, una diferencia, "más de", "alrededor de";
2. a una oración cortada, o a un monto que no nombra ningún concepto, o varios;
3. si ninguna tabla imprime el concepto para ese alcance, o las que lo imprimen difieren entre sí;
4. a un monto que alguna tabla imprime, sea de lo que sea, o que es suma o diferencia de dos cifras de la línea: la
   oración puede referirse a eso;
5. si ningún otro monto del mismo pasaje concuerda, salvo que sea el único, al menos dos tablas lo contradigan, y esté a
   menos de un quinto de lo que ellas imprimen, o a un desliz (una cifra, dos cifras intercambiadas, la unidad);
6. a una cifra en un recuadro sin otra del mismo pasaje que concuerde;
7. a porcentajes y listas cuya base, partes o total no son seguros.

Razones legítimas para fallar: texto redactado antes de que las tablas se tomaran por última vez del sistema contable.

Ejemplo: «Presupuesto devengado: Q 71,121,577.13»; cinco tablas dicen 71,211,577.13.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks import narrative_parts
from rendicion_etl.checks.compare import Tally, amount, header_of, label_of, name_of, place
from rendicion_etl.checks.counterparts import Counterparts, agree, agrees, is_derived, printed
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.lines import Line
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.checks.narrative_parts import place_of
from rendicion_etl.normalize.model import ENTITY, PHASES, Document, Statement

ID, VERSION = "agreement.narrative", "1"
PASSAGE = 4  # sentences further apart belong to different passages
LEAST = 2  # tables that contradict an amount that stands alone
NEAR = Decimal("0.2")  # of the amount that they print


@dataclass(frozen=True)
class Compared:
    """A statement with its counterparts, and whether it agrees with one of them."""

    statement: Statement
    lines: Sequence[Line]
    holds: bool


def run(document: Document) -> list[Result]:
    """One result for the whole document: prose belongs to no table."""
    tally = Tally(ID, VERSION, None)
    tables = Counterparts(document)
    compared = [c for s in document.statements if (c := _compare(s, tables, document.statements, tally))]
    for each in compared:
        if each.holds:
            tally.ok()
        elif why := _doubt(each, compared, tables):
            tally.skip(why)
        else:
            tally.fail(_finding(each))
    narrative_parts.judge(document, tables, tally, ID, VERSION)
    return [tally.result("ninguna oración nombra un concepto y un monto que alguna tabla imprima")]


def _compare(
    statement: Statement, tables: Counterparts, statements: Iterable[Statement], tally: Tally
) -> Compared | None:
    """A statement beside its counterparts; None where it has none (1, 2, 3)."""
    phase = statement.concept
    if statement.unit != "GTQ" or statement.scope is None or phase not in PHASES:
        return None
    lines = tables.of(statement.scope, phase)
    if not lines and statement.scope == ENTITY and not tables.shared:
        lines = _recognised(statement, tables, statements)
    if not lines:
        return None
    holds = any(agrees(statement, printed(n, phase)) for n in lines)
    if not holds and not agree(lines, phase):
        tally.skip("las tablas no dicen lo mismo entre sí")
        return None
    return Compared(statement, lines, holds)


def _recognised(statement: Statement, tables: Counterparts, statements: Iterable[Statement]) -> list[Line]:
    """The one grand total that an amount of the same passage names, where no two tables share one."""
    phase = statement.concept
    near = [s for s in statements if s.unit == "GTQ" and _same_passage(s, statement)]
    found = [
        n
        for n in tables.single_totals()
        if any((c := s.concept) and c in n.amounts and agrees(s, printed(n, c)) for s in near)
    ]
    return [n for n in found if phase in n.amounts] if len(found) == 1 else []


def _same_passage(one: Statement, two: Statement) -> bool:
    near = abs(one.sentence - two.sentence) <= PASSAGE and abs(one.page - two.page) <= 1
    return near and one.scope == two.scope


def _doubt(each: Compared, compared: Sequence[Compared], tables: Counterparts) -> str | None:
    """Why a statement that differs from its counterparts accuses nobody (4, 5, 6); None where it does."""
    if tables.is_elsewhere(each.statement) or is_derived(each.statement, each.lines):
        return "una tabla imprime ese monto para otra cosa"
    others = [c for c in compared if c is not each and _same_passage(c.statement, each.statement)]
    agreeing, failing = sum(c.holds for c in others), sum(not c.holds for c in others)
    if agreeing and agreeing > failing:
        return None
    contradicting = {n.table.table_id for n in each.lines if not n.table.copy_of}
    lone = not others and not each.statement.boxed and len(contradicting) >= LEAST
    if not (lone and _is_slip(each)):
        return "ningún otro monto del mismo pasaje confirma de qué habla"
    return None


def _is_slip(each: Compared) -> bool:
    """Whether an amount is close to what the tables print, or one slip of the pen away: not that of something else."""
    assert each.statement.concept
    expected = each.lines[0].amounts[each.statement.concept]
    near = abs(each.statement.value - expected) <= NEAR * abs(expected)
    return near or hint(each.statement.value, expected) is not None


def _finding(each: Compared) -> Finding:
    statement, phase = each.statement, each.statement.concept
    assert phase
    line = each.lines[0]
    cell = line.cell(phase)
    expected = line.amounts[phase]
    told = hint(statement.value, expected)
    where = f"{name_of(line.table)}, «{label_of(line.table, cell)}», «{header_of(line.table, cell)}»"
    where_en = f"{name_of(line.table)}, “{label_of(line.table, cell)}”, “{header_of(line.table, cell)}”"
    more = len({n.table.table_id for n in each.lines}) - 1
    also = f", como {more} {'tabla' if more == 1 else 'tablas'} más" if more else ""
    also_en = f", as do {more} more {'table' if more == 1 else 'tables'}" if more else ""
    also_en = also_en.replace("as do 1", "as does 1")
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place_of(statement),
        printed=statement.value,
        expected=expected,
        tolerance=statement.slack + printed(line, phase).slack,
        printed_text=statement.printed,
        expected_text=None,
        message_es=(
            f"El texto de la página {statement.page} dice «{statement.text}»; {where}, dice {amount(expected)} "
            f"(página {cell.page}){also}."
        ),
        message_en=(
            f"The text of page {statement.page} says “{statement.text}”; {where_en}, prints {amount(expected)} "
            f"(page {cell.page}){also_en}."
        ),
        related=tuple(place(n.table, n.cell(phase)) for n in each.lines),
        column_role=phase,
        hint_es=told[0] if told else None,
        hint_en=told[1] if told else None,
    )

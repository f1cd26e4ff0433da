"""What a sentence says of parts and wholes: percentages beside amounts, shares beside counts, lists of groups.

Part of the rule of `agreement_narrative`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from rendicion_etl.checks.compare import Tally, amount, half_unit, name_of, place
from rendicion_etl.checks.counterparts import Counterparts, Interval, agrees, printed, stated
from rendicion_etl.checks.lines import Line
from rendicion_etl.checks.model import Finding, Place
from rendicion_etl.normalize.model import ENTITY, Document, Statement
from rendicion_etl.normalize.units import factor_of

SPENT, GIVEN = ("devengado", "pagado", "comprometido"), ("vigente", "asignado")
HUNDRED = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Said:
    """What is wrong with a sentence: what it prints, what it should, in words, with what it was compared."""

    statement: Statement
    printed: Decimal | None
    expected: Decimal | None
    tolerance: Decimal | None
    printed_text: str
    expected_text: str | None
    es: str
    en: str
    related: tuple[Place, ...] = ()
    role: str | None = None


def judge(document: Document, tables: Counterparts, tally: Tally, check_id: str, version: str) -> None:
    """Every sentence of a document that states parts or shares."""
    for _, found in groupby(document.statements, key=lambda s: (s.page, s.sentence)):
        sentence = sorted(found, key=lambda s: s.start)
        for outcome in (*_executions(sentence, tables), *_shares(sentence, tables), *_counts(sentence)):
            _note(tally, outcome, check_id, version)
        for outcome in _lists(sentence, tables):
            _note(tally, outcome, check_id, version)


def place_of(statement: Statement) -> Place:
    """The place of a sentence: its page and box, of no table."""
    return Place("", None, None, statement.page, statement.box, statement.value, statement.text)


def _note(tally: Tally, said: Said | None, check_id: str, version: str) -> None:
    if said is None:
        tally.ok()
        return
    statement = said.statement
    tally.fail(
        Finding(
            check_id=check_id,
            check_version=version,
            severity="warning",
            place=place_of(statement),
            printed=said.printed,
            expected=said.expected,
            tolerance=said.tolerance,
            printed_text=said.printed_text,
            expected_text=said.expected_text,
            message_es=f"El texto de la página {statement.page} dice «{statement.text}»; {said.es}.",
            message_en=f"The text of page {statement.page} says “{statement.text}”; {said.en}.",
            related=said.related,
            column_role=said.role,
        )
    )


# ---------------------------------------------------------------- percentages


def _share(part: Interval, base: Interval) -> Interval | None:
    """part / base in percent; None where the base is zero."""
    if not base.value:
        return None
    value = part.value / base.value * HUNDRED
    slack = (part.slack + abs(value) / HUNDRED * base.slack) / abs(base.value) * HUNDRED
    return Interval(value, slack)


def _executions(sentence: Sequence[Statement], tables: Counterparts) -> Iterator[Said | None]:
    """ "... de los cuales se devengaron Q 5.00, equivalentes al 50 % de ejecución"."""
    by_concept = {s.concept: s for s in sentence if s.unit == "GTQ"}
    percentages = [s for s in sentence if s.share_of == "execution" and s.scope]
    spent, given = by_concept.get("devengado"), by_concept.get("vigente")
    if len(percentages) != 1 or not spent or not given or len(by_concept) < sum(s.unit == "GTQ" for s in sentence):
        return
    percentage, own = percentages[0], _share(stated(spent), stated(given))
    if own is None or not spent.scope == given.scope == percentage.scope:
        return
    if agrees(percentage, own):
        yield None
        return
    assert percentage.scope
    lines = [n for phase in (*SPENT, *GIVEN) for n in tables.of(percentage.scope, phase)]
    meant = any(agrees(percentage, s) for n in lines for s in _quotients(n, n))
    if not (meant or not lines or tables.prints_percentage(percentage)):
        shown = own.value.quantize(CENT)
        yield Said(
            percentage,
            percentage.value,
            shown,
            percentage.slack + own.slack,
            percentage.printed,
            None,
            f"{spent.printed} es el {shown} % de {given.printed}",
            f"{spent.printed} is {shown} % of {given.printed}",
            (place_of(spent), place_of(given)),
            "pct",
        )


def _quotients(part: Line, base: Line) -> Iterator[Interval | None]:
    for over in part.amounts:
        for under in base.amounts:
            yield _share(printed(part, over), printed(base, under))


def _shares(sentence: Sequence[Statement], tables: Counterparts) -> Iterator[Said | None]:
    """ "El grupo 0 representa el 86 % del presupuesto vigente": of a line, of the grand total of its table."""
    percentages = [s for s in sentence if s.share_of == "share" and s.scope and s.scope != ENTITY]
    if len(percentages) != 1 or len(sentence) > 1:
        return
    percentage = percentages[0]
    assert percentage.scope
    lines = tables.of(percentage.scope, "vigente")
    totals = [n for n in tables.shared if "vigente" in n.amounts]
    pairs = [(n, t) for n in lines for t in totals if n.table is t.table]
    quotients = [q for n, t in pairs for q in (*_quotients(n, t), *_quotients(n, n), *_quotients(t, t))]
    if not pairs:
        return
    if any(agrees(percentage, q) for q in quotients):
        yield None
    elif not tables.prints_percentage(percentage):
        line, total = pairs[0]
        own = _share(printed(line, "vigente"), printed(total, "vigente"))
        assert own
        shown = own.value.quantize(CENT)
        cells = [(n.table, n.cell("vigente")) for n in (line, total)]
        figures = amount(cells[0][1].value), amount(cells[1][1].value)
        yield Said(
            percentage,
            percentage.value,
            shown,
            percentage.slack + own.slack,
            percentage.printed,
            None,
            f"según {name_of(line.table)}, {figures[0]} de {figures[1]} es el {shown} %",
            f"by {name_of(line.table)}, {figures[0]} of {figures[1]} is {shown} %",
            tuple(place(table, cell) for table, cell in cells),
            "pct",
        )


# ---------------------------------------------------------------- counts and their shares


def _counts(sentence: Sequence[Statement]) -> Iterator[Said | None]:
    """ "505 personas: 204 mujeres (40 %) y 301 hombres (60 %)": shares that make up the whole, each of its count."""
    pairs = [
        (count, share)
        for count, share in pairwise(sentence)
        if count.unit == "count"
        and share.unit == "percent"
        and count.text[count.start + len(count.printed) : share.start].strip() == "("
    ]
    others = [s for s in sentence if s.unit == "count" and not any(s is count for count, _ in pairs)]
    whole = sum(count.value for count, _ in pairs)
    shares = sum(share.value for _, share in pairs)
    if len(pairs) < 2 or not whole or abs(shares - HUNDRED) > sum(share.slack for _, share in pairs):
        return
    if others and [s.value for s in others] != [whole]:
        return  # the parts may not be all that the sentence counts
    for count, share in pairs:
        own = _share(stated(count), Interval(Decimal(whole), Decimal(0)))
        assert own
        if agrees(share, own):
            yield None
            continue
        shown = own.value.quantize(CENT)
        yield Said(
            share,
            share.value,
            shown,
            share.slack,
            share.printed,
            None,
            f"{count.printed} es el {shown} % de {amount(Decimal(whole))}",
            f"{count.printed} is {shown} % of {amount(Decimal(whole))}",
            (place_of(count),),
            "pct",
        )
        return  # the other shares are the rest


# ---------------------------------------------------------------- lists of groups


def _lists(sentence: Sequence[Statement], tables: Counterparts) -> Iterator[Said | None]:
    """ "Q 63,000,000.00 en los grupos de gasto 1, 2, 3, 4 y 9": all groups that make up the amount are named."""
    amounts = [s for s in sentence if s.unit == "GTQ"]
    if len(amounts) != 1 or not amounts[0].groups or amounts[0].concept is None or amounts[0].scope != ENTITY:
        return
    statement, phase, named = amounts[0], amounts[0].concept, amounts[0].groups
    for total in tables.of(ENTITY, phase) or tables.single_totals():
        if total.table.kind != "grupo_gasto" or phase not in total.amounts:
            continue
        if not agrees(statement, printed(total, phase)):
            continue
        column, factor = total.cell(phase).col, factor_of(total.table)
        parts = [(r, c) for r in total.table.rows if r.row in total.row.parts if (c := total.table.cell(r.row, column))]
        figures = {r.code: c for r, c in parts if r.code and c.value}
        added = sum((c.value for c in figures.values() if c.value), Decimal(0)) * factor
        slack = sum((half_unit(total.table, c) for c in figures.values()), Decimal(0)) * factor
        if not Interval(added, slack).meets(printed(total, phase)):
            return  # its rows are not all, or not all are known by their code
        missing = sorted(set(figures) - set(named))
        if not missing:
            yield None
            return
        cells = [figures[code] for code in missing]
        said = ", ".join(f"{code} ({amount(figures[code].value)})" for code in missing)
        yield Said(
            statement,
            None,
            None,
            None,
            ", ".join(named),
            ", ".join(sorted(figures)),
            f"el monto es el de todos los grupos de {name_of(total.table)}, también el {said}",
            f"the amount is that of all groups of {name_of(total.table)}, group {said} too",
            tuple(place(total.table, c) for c in (*cells, total.cell(phase))),
            phase,
        )
        return

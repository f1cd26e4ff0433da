"""What the rules over periods share: when a change accuses, which change is the root, how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from rendicion_etl.checks.compare import Tally, amount, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.earlier import Comparison, slack
from rendicion_etl.checks.hints import Hint
from rendicion_etl.checks.lines import Line
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.model import Document
from rendicion_etl.normalize.units import factor_of

Pair = tuple[Line, Line]
NO_HISTORY = "no se conoce un informe anterior de la misma institución y el mismo año"
NO_LINE = "ninguna línea está con certeza también en un informe anterior del mismo año"
FEW, HALF = Fraction(1, 3), Fraction(51, 100)
NOT_SURE = "demasiadas líneas difieren: no es seguro que las tablas hablen de lo mismo"


def comparable(comparison: Comparison, phase: str) -> list[Pair]:
    """The lines that both reports print in a phase, in sums that close in both; the grand total last."""
    return [
        (a, b)
        for a, b in comparison.pairs
        if phase in a.amounts
        and phase in b.amounts
        and not (a.cell(phase).own_header or b.cell(phase).own_header)
        and comparison.later.closes(a, phase)
        and comparison.earlier.closes(b, phase)
    ]


def accused(
    comparison: Comparison, pairs: Sequence[Pair], changed: Sequence[Pair], tally: Tally, at_most: Fraction = FEW
) -> list[Pair]:
    """The changes to accuse, counted with what held; what follows from them is no comparison of its own.

    Nor is a total that changed though no line did, because it sums other lines now, unless it is the whole
    institution's. None where they are not fewer than `at_most` of all: then it is not certain that the tables speak
    of the same.
    """
    found = [(a, b) for a, b in _roots(changed) if comparison.whole or not a.is_total]
    held = len(pairs) - len(changed)
    if pairs and len(found) >= at_most * (held + len(found)):
        tally.skip(NOT_SURE)
        return []
    tally.passed += held
    tally.applied += held + len(found)
    return found


def _roots(changed: Sequence[Pair]) -> list[Pair]:
    """The changes that no other explains: a grand total changes with its lines, a group with those in it."""
    above: set[tuple[int, int]] = set()
    for a, _ in changed:
        at = a.row.parent
        while at is not None and (id(a.table), at) not in above:
            above.add((id(a.table), at))
            at = a.table.row(at).parent
    return [(a, b) for a, b in changed if (id(a.table), a.row.row) not in above]


def once(
    found: Iterable[tuple[Pair, Comparison, Tally]], phase: str
) -> list[tuple[Pair, Comparison, Tally, list[Pair]]]:
    """Grand totals that changed alike in several tables are one story: told at the first, with the others beside it."""
    out: list[tuple[Pair, Comparison, Tally, list[Pair]]] = []
    seen: dict[tuple[Decimal, Decimal], list[Pair]] = {}
    for (a, b), comparison, tally in found:
        amounts = a.amounts[phase], b.amounts[phase]
        if a.is_total and amounts in seen:
            seen[amounts].append((a, b))
            tally.applied -= 1
            continue
        others: list[Pair] = []
        out.append(((a, b), comparison, tally, others))
        if a.is_total:
            seen[amounts] = others
    return out


def told(document: Document) -> tuple[str, str]:
    """The time up to which a report speaks, in Spanish and English."""
    end = document.period_end
    assert end
    return f"al {end:%d/%m/%Y}", f"to {end:%Y-%m-%d}"


def finding(
    rule: tuple[str, str],
    pair: Pair,
    phase: str,
    comparison: Comparison,
    others: Sequence[Pair],
    verdict: Hint,
    hint: Hint | None,
) -> Finding:
    """A changed line at the later report; `verdict` ends the message in Spanish and English."""
    line, before = pair
    cell, old = line.cell(phase), before.cell(phase)
    printed, expected = cell.value, before.amounts[phase] / factor_of(line.table)
    assert printed is not None
    report = comparison.report
    where, there = name_of(line.table), name_of(before.table)
    label, header = label_of(line.table, cell), header_of(line.table, cell)
    es, en = told(report)
    return Finding(
        check_id=rule[0],
        check_version=rule[1],
        severity="warning",
        place=place(line.table, cell),
        printed=printed,
        expected=expected,
        tolerance=(slack(line, phase) + slack(before, phase)) / factor_of(line.table),
        printed_text=cell.text,
        expected_text=None,
        message_es=(
            f"{where}, fila «{label}»: «{header}» dice {amount(printed)}; en el informe anterior, {es} "
            f"({report.document_id}, {there}, página {old.page}), la misma línea dice {amount(old.value)}. {verdict[0]}"
        ),
        message_en=(
            f"{where}, row “{label}”: “{header}” prints {amount(printed)}; in the earlier report, {en} "
            f"({report.document_id}, {there}, page {old.page}), the same line prints {amount(old.value)}. {verdict[1]}"
        ),
        related=(
            place(before.table, old),
            *(place(n.table, n.cell(phase)) for both in others for n in both),
        ),
        column_role=role_of(line.table, cell),
        hint_es=hint[0] if hint else None,
        hint_en=hint[1] if hint else None,
        whole_tables=(line.table.table_id, before.table.table_id),
    )


def results(rule: tuple[str, str], document: Document, tallies: Iterable[Tally]) -> list[Result]:
    """One result per table that has a counterpart; where none has, one of the document."""
    found = [t.result(NO_LINE) for t in tallies]
    if found:
        return found
    return [Tally(*rule, None).result(NO_LINE if document.history else NO_HISTORY)]

"""Applies the rules of the registry to every document of a run, one document in memory at a time.

Keeps what the verdict needs and nothing of the documents: counts, failing places, exact amounts as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rendicion_etl.checks.causes import settle
from rendicion_etl.checks.model import Finding, Result, Rule
from rendicion_etl.normalize.model import Document

PlaceKey = tuple[str, str | None, int | None, int | None, int]
"""check_id, table_id, row, col, page: what tells one finding from another within a document."""

ResultKey = tuple[str, str | None, str, int, int]
"""check_id, table_id, outcome, n_applied, n_passed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A finding as a verdict shows it; amounts are exact, as text."""

    document_id: str
    table_id: str | None
    row: int | None
    col: int | None
    page: int
    severity: str
    printed: str | None
    expected: str | None
    difference: str | None
    message_es: str
    message_en: str


@dataclass
class Tally:
    """What one rule found over all documents."""

    check_id: str
    n_applied: int = 0
    failures: list[Failure] = field(default_factory=list)
    failed_in: Counter[str] = field(default_factory=Counter)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Judgement:
    """All rules over all documents. A document that could not be loaded stands in `unloadable` only."""

    tallies: dict[str, Tally]
    places: dict[str, Counter[PlaceKey]] = field(default_factory=dict)
    results: dict[str, Counter[ResultKey]] = field(default_factory=dict)
    unloadable: dict[str, str] = field(default_factory=dict)


def judge(document_ids: Sequence[str], load_document: Callable[[str], Document], rules: Sequence[Rule]) -> Judgement:
    """Runs every rule on every document. An exception is noted for its rule and document; the others go on."""
    judgement = Judgement({rule.check_id: Tally(rule.check_id) for rule in rules})
    for document_id in document_ids:
        try:
            document = load_document(document_id)
        except Exception as error:
            judgement.unloadable[document_id] = _told(error)
            continue
        judgement.places[document_id] = Counter()
        judgement.results[document_id] = Counter()
        said: dict[str, list[Result]] = {}
        for rule in rules:
            try:
                said[rule.check_id] = rule.run(document)
            except Exception as error:
                judgement.tallies[rule.check_id].errors[document_id] = _told(error)
        settle([result for results in said.values() for result in results])
        for check_id, results in said.items():
            _note(judgement, document_id, check_id, results)
    return judgement


def _note(judgement: Judgement, document_id: str, check_id: str, results: list[Result]) -> None:
    tally = judgement.tallies[check_id]
    for result in results:
        judgement.results[document_id][
            (check_id, result.table_id, result.outcome, result.n_applied, result.n_passed)
        ] += 1
        tally.n_applied += result.n_applied
        if result.n_applied > result.n_passed:
            tally.failed_in[document_id] += result.n_applied - result.n_passed
        for finding in result.findings:
            judgement.places[document_id][place_key(finding)] += 1
            tally.failures.append(_failure(document_id, finding))


def place_key(finding: Finding) -> PlaceKey:
    """Where a finding stands; one in prose belongs to no table and has no row or column."""
    place = finding.place
    if not place.table_id:
        return (finding.check_id, None, None, None, place.page)
    return (finding.check_id, place.table_id, place.row, place.col, place.page)


def _failure(document_id: str, finding: Finding) -> Failure:
    place = finding.place
    return Failure(
        document_id=document_id,
        table_id=place.table_id or None,
        row=place.row,
        col=place.col,
        page=place.page,
        severity=finding.severity,
        printed=finding.printed_text if finding.printed is None else _exact(finding.printed),
        expected=finding.expected_text if finding.expected is None else _exact(finding.expected),
        difference=_exact(finding.difference),
        message_es=finding.message_es,
        message_en=finding.message_en,
    )


def _exact(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

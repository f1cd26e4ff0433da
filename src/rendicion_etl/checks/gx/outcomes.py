"""Reads a result of Great Expectations for what it is: pass, fail, not applicable or error, document by document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rendicion_etl.checks.gx.staged import Breach, breaches_of
from rendicion_etl.checks.gx.suite_files import Entry, SuiteFile
from rendicion_etl.checks.gx.verdict import ExpectationResult, Outcome


def result_of(
    entry: Entry, file: SuiteFile, answer: Any, n_rows: int, document_ids: Sequence[str]
) -> ExpectationResult:
    """What `answer` (an ExpectationValidationResult) says of `entry` over a dataset of `n_rows` rows."""
    crashed = _crash(answer.exception_info)
    if crashed is not None:
        return unanswered(entry, file, crashed)
    result = answer.result
    n_applied = _applied(result, n_rows)
    details = result.get("details") or {}
    errors: dict[str, str] = details.get("errors", {})
    breaches = _breaches(result, details)
    n_failed = result.get("unexpected_count", 0) or sum(breach.n for breach in breaches)
    if not answer.success and not breaches and not errors:
        breaches = [_whole_dataset(document_id, details) for document_id in document_ids]
        n_failed = n_failed or n_applied or 1
    if n_applied < entry.minimum_applied:
        breaches += [_uncovered(document_id, n_applied, entry) for document_id in document_ids]
        n_failed = n_failed or 1
    outcome: Outcome = "pass" if n_applied else "not_applicable"
    if errors:
        outcome = "error"
    elif breaches:
        outcome = "fail"
    return _result(entry, file, outcome, n_applied, n_failed, breaches, errors)


def unanswered(entry: Entry, file: SuiteFile, why: str | None) -> ExpectationResult:
    """An expectation that crashed, or that Great Expectations gave no result for."""
    said = why or "Great Expectations no devolvió resultado."
    return _result(entry, file, "error", 0, 0, [], {"": said})


def _result(
    entry: Entry,
    file: SuiteFile,
    outcome: Outcome,
    n_applied: int,
    n_failed: int,
    breaches: list[Breach],
    errors: dict[str, str],
) -> ExpectationResult:
    return ExpectationResult(
        entry.id,
        entry.type,
        file.dataset,
        outcome,
        n_applied,
        n_failed,
        entry.text_es,
        entry.text_en,
        breaches,
        errors,
    )


def _crash(info: Any) -> str | None:
    """The message of the exception behind a result, None if there was none.

    Great Expectations gives one record, or one per metric that raised.
    """
    info = dict(info or {})
    records = [info] if "raised_exception" in info else [v for v in info.values() if isinstance(v, dict)]
    for record in records:
        if record.get("raised_exception"):
            return str(record.get("exception_message"))
    return None


def _applied(result: dict[str, Any], n_rows: int) -> int:
    """How many cases an expectation looked at: nulls are none, and neither is a dataset without rows."""
    if "element_count" not in result:
        return n_rows
    return int(result["element_count"] or 0) - int(result.get("missing_count") or 0)


def _breaches(result: dict[str, Any], details: dict[str, Any]) -> list[Breach]:
    if "breaches" in details:
        return [Breach(**breach) for breach in details["breaches"]]
    failing = [
        (str(place.get("document_id") or ""), {name: _plain(value) for name, value in place.items()})
        for place in result.get("unexpected_index_list") or []
    ]
    return breaches_of(failing, "Filas que no cumplen.", "Rows that do not comply.")


def _plain(value: Any) -> Any:
    """A value that JSON can hold exactly; numpy and Decimal become text."""
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _whole_dataset(document_id: str, details: dict[str, Any]) -> Breach:
    mismatched = details.get("mismatched") or {}
    said = f" {mismatched}" if mismatched else ""
    return Breach(document_id, 1, f"No lo cumple el conjunto de datos.{said}", f"The dataset does not comply.{said}")


def _uncovered(document_id: str, n_applied: int, entry: Entry) -> Breach:
    n = entry.minimum_applied
    return Breach(
        document_id,
        1,
        f"Sin cobertura: se aplicó {n_applied} veces, mínimo {n}.",
        f"Not covered: applied {n_applied} times, minimum {n}.",
    )

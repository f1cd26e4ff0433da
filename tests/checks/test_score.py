"""The score of a document: comparisons that hold of those that could be made, and no doubt of ours lowers it."""

from __future__ import annotations

from typing import Any

from rendicion_etl.checks.score import Score, scores


def result(check_id: str, n_applied: int, n_passed: int) -> dict[str, Any]:
    return {"check_id": check_id, "n_applied": n_applied, "n_passed": n_passed}


def finding(check_id: str, severity: str, confidence: str = "confirmed") -> dict[str, Any]:
    return {"check_id": check_id, "severity": severity, "confidence": confidence}


def test_comparisons_are_counted_by_the_severity_of_their_rule() -> None:
    results = [result("totals.column_sum", 5, 5), result("identities.row", 10, 9), result("totals.subtotal", 2, 2)]
    assert scores(results, [finding("identities.row", "critical")]) == [
        Score("critical", 15, 14, 0),
        Score("warning", 2, 2, 0),
        Score("info", 0, 0, 0),
    ]


def test_a_failure_that_is_only_rounding_counts_as_information() -> None:
    found = scores([result("totals.column_sum", 5, 4)], [finding("totals.column_sum", "info")])
    assert found == [Score("critical", 4, 4, 0), Score("warning"), Score("info", 1, 0, 0)]


def test_a_failure_graver_than_its_rule_counts_as_grave_as_it_is() -> None:
    found = scores([result("agreement.across_tables", 8, 7)], [finding("agreement.across_tables", "critical")])
    assert found == [Score("critical", 1, 0, 0), Score("warning", 7, 7, 0), Score("info")]


def test_what_is_unconfirmed_is_in_neither_number_and_is_told_of() -> None:
    found = [finding("totals.column_sum", "critical"), finding("totals.column_sum", "critical", "unconfirmed")]
    assert scores([result("totals.column_sum", 5, 3)], found)[0] == Score("critical", 4, 3, 1)


def test_nothing_applicable_is_nothing_of_nothing() -> None:
    assert scores([result("totals.column_sum", 0, 0)], []) == [Score("critical"), Score("warning"), Score("info")]


def test_a_failure_told_within_another_finding_still_counts() -> None:
    found = scores([result("totals.column_sum", 5, 3)], [finding("totals.column_sum", "critical")])
    assert found[0] == Score("critical", 5, 3, 0)


def test_a_rule_that_is_no_more_accuses_nobody_gravely() -> None:
    assert scores([result("totals.gone", 3, 2)], [])[2] == Score("info", 3, 2, 0)

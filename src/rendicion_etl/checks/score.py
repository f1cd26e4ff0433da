"""The score of a document: of the comparisons that could be made, how many hold, by severity.

A comparison that holds counts with the severity of its rule, one that fails with the severity of its finding (a
difference of rounding is no critical failure). One whose finding is unconfirmed is our doubt: it counts neither as
made nor as failed, but it is told of. Nothing applicable is 0 of 0, which is no score and never 100 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from rendicion_etl.checks.model import Severity
from rendicion_etl.checks.registry import RULES

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
UNKNOWN: Severity = "info"  # of a rule that is no longer in the registry


@dataclass(frozen=True, slots=True)
class Score:
    """Comparisons of one severity: `n_passed` of `n_applied` hold; `n_unconfirmed` more are in neither number."""

    severity: Severity
    n_applied: int = 0
    n_passed: int = 0
    n_unconfirmed: int = 0


def rule_severities() -> dict[str, Severity]:
    """check_id -> the severity of a rule."""
    return {rule.check_id: rule.severity for rule in RULES}


def scores(check_results: Iterable[Mapping[str, Any]], findings: Iterable[Mapping[str, Any]]) -> list[Score]:
    """The scores of one document from its rows of `check_results` and `findings`: one per severity, gravest first."""
    known = rule_severities()
    applied, passed, unconfirmed = (Counter[str]() for _ in range(3))
    for result in check_results:
        severity = known.get(result["check_id"], UNKNOWN)
        applied[severity] += result["n_applied"]
        passed[severity] += result["n_passed"]
    for finding in findings:
        applied[known.get(finding["check_id"], UNKNOWN)] -= 1
        counted = applied if finding["confidence"] == "confirmed" else unconfirmed
        counted[finding["severity"]] += 1
    return [Score(severity, applied[severity], passed[severity], unconfirmed[severity]) for severity in SEVERITIES]

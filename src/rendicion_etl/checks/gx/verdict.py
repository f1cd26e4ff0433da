"""What the suites said of a run, as plain dataclasses; kept beside the data as `validation/<run>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from rendicion_etl.checks.gx.staged import Breach

Outcome = Literal["pass", "fail", "not_applicable", "error"]
Family = Literal["contract", "accountability"]
WORST_FIRST: tuple[Outcome, ...] = ("error", "fail", "pass")


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """The gravest of several outcomes; not_applicable where nothing applied."""
    return next((outcome for outcome in WORST_FIRST if outcome in outcomes), "not_applicable")


@dataclass
class ExpectationResult:
    """What one expectation said: of how many cases (`n_applied`), how many failed, in which documents.

    `errors` are exceptions by document_id; under "" when the expectation as a whole could not be judged.
    """

    expectation_id: str
    type: str
    dataset: str
    outcome: Outcome
    n_applied: int
    n_failed: int
    message_es: str
    message_en: str
    breaches: list[Breach] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class SuiteResult:
    """One suite over its dataset. `n_expected` counts the entries of its file, `n_loaded` what was run of them."""

    name: str
    family: Family
    dataset: str
    n_rows: int
    n_expected: int
    n_loaded: int
    results: list[ExpectationResult]

    @property
    def outcome(self) -> Outcome:
        return worst([result.outcome for result in self.results])


@dataclass
class RunVerdict:
    """All suites over a run. Documents in `failed_documents` must not be published."""

    document_ids: list[str]
    suites: list[SuiteResult]
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def failed_documents(self) -> dict[str, list[str]]:
        """document_id -> why it must not be published, in Spanish."""
        return self.reasons("es")

    @property
    def has_errors(self) -> bool:
        """Whether some rule of either family crashed."""
        return any(result.outcome == "error" for suite in self.suites for result in suite.results)

    def outcome(self, family: Family) -> Outcome:
        return worst([suite.outcome for suite in self.suites if suite.family == family])

    def reasons(self, lang: str = "es") -> dict[str, list[str]]:
        """document_id -> reasons of the contract that it broke, `es` or `en`. Accountability never blocks.

        A breach or an error that names no document blocks all documents of the run: which one is at fault is unknown.
        """
        out: dict[str, list[str]] = {}
        for result in (r for suite in self.suites if suite.family == "contract" for r in suite.results):
            rule = result.message_es if lang == "es" else result.message_en
            said = [(b.document_id, f"{rule} {b.reason_es if lang == 'es' else b.reason_en}") for b in result.breaches]
            crash = "No se pudo comprobar: " if lang == "es" else "Could not be judged: "
            said += [(document_id, f"{rule} {crash}{error}") for document_id, error in result.errors.items()]
            for document_id, reason in said:
                for blocked in [document_id] if document_id in self.document_ids else self.document_ids:
                    out.setdefault(blocked, []).append(f"{result.expectation_id}: {reason}")
        return out

    def to_dict(self) -> dict[str, Any]:
        suites = [{**asdict(suite), "outcome": suite.outcome} for suite in self.suites]
        return {
            "contract": self.outcome("contract"),
            "accountability": self.outcome("accountability"),
            "has_errors": self.has_errors,
            "document_ids": self.document_ids,
            "failed_documents": self.failed_documents,
            "failed_documents_en": self.reasons("en"),
            "versions": self.versions,
            "suites": suites,
        }

    def to_json(self) -> str:
        """The whole verdict; amounts are text, so that no reader rounds them."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, default=str) + "\n"


def merged(verdicts: Sequence[RunVerdict], document_ids: Sequence[str]) -> RunVerdict:
    """The verdicts of the parts of a run as one, documents in the order given; at least one, all by the same suites."""
    place = {name: number for number, name in enumerate(document_ids)}
    judged = {name for verdict in verdicts for name in verdict.document_ids}
    parts = zip(*(verdict.suites for verdict in verdicts), strict=True)
    return RunVerdict(
        document_ids=[name for name in document_ids if name in judged],
        suites=[_suite_of(part, place) for part in parts],
        versions=verdicts[0].versions,
    )


def _suite_of(parts: Sequence[SuiteResult], place: Mapping[str, int]) -> SuiteResult:
    results = zip(*(part.results for part in parts), strict=True)
    n_rows = sum(part.n_rows for part in parts)
    return replace(parts[0], n_rows=n_rows, results=[_result_of(each, place) for each in results])


def _result_of(parts: Sequence[ExpectationResult], place: Mapping[str, int]) -> ExpectationResult:
    """One expectation over all parts. An error of a part as a whole stands for the documents of no other part."""
    breaches = [breach for part in parts for breach in part.breaches]
    errors = {name: error for part in parts for name, error in part.errors.items()}
    return replace(
        parts[0],
        outcome=worst([part.outcome for part in parts]),
        n_applied=sum(part.n_applied for part in parts),
        n_failed=sum(part.n_failed for part in parts),
        breaches=sorted(breaches, key=lambda breach: place.get(breach.document_id, -1)),
        errors={name: errors[name] for name in sorted(errors, key=lambda name: place.get(name, -1))},
    )

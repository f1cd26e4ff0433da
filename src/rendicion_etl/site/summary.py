"""The figures of the summary: what was read, which comparisons were made and held, which checks did not apply."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.public_rule import PublicRule, public_rule
from rendicion_etl.checks.score import UNKNOWN, rule_severities
from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.site.data import Curated, Row
from rendicion_etl.site.words import Words


@dataclass(frozen=True)
class Read:
    """What was read: `compared` tables of `tables` were read twice, `agreeing` of them alike in every number."""

    pages: int
    tables: int
    cells: int
    numbers: int
    compared: int
    agreeing: int
    readers: list[str]


@dataclass(frozen=True)
class CheckLine:
    """One check over the document: `held` of `made` comparisons, `in_doubt` more are in neither.

    `rule` is None for a check that the registry no longer has; `not_applicable` counts the reasons, `refused` their
    tables.
    """

    check_id: str
    title: str
    severity: str
    rule: PublicRule | None
    tables: int
    made: int
    held: int
    in_doubt: int
    not_applicable: list[tuple[str, int]]

    @property
    def refused(self) -> int:
        return sum(n for _, n in self.not_applicable)


def read_of(data: Curated) -> Read:
    agreements = [Decimal(str(t["agreement"])) for t in data.tables if t["agreement"] is not None]
    return Read(
        pages=data.document["n_pages"],
        tables=len(data.tables),
        cells=data.cells.n,
        numbers=data.cells.n_numbers,
        compared=len(agreements),
        agreeing=sum(a == 1 for a in agreements),
        readers=sorted({t["reader"] for t in data.tables}),
    )


def rule_of(check_id: str, words: Words) -> PublicRule | None:
    """The public text of a check; None for one that the registry no longer has."""
    return public_rule(check_id, words.lang) if check_id in rule_severities() else None


def title_of(check_id: str, words: Words) -> str:
    """What a check asserts in one line; its id where the registry no longer has it."""
    rule = rule_of(check_id, words)
    return rule.title if rule else check_id


def check_lines(results: list[Row], findings: list[Row], words: Words) -> list[CheckLine]:
    """One line per check, gravest first."""
    severities = rule_severities()
    doubts = Counter(f["check_id"] for f in findings if f["confidence"] != "confirmed")
    by_check: dict[str, list[Row]] = defaultdict(list)
    for result in results:
        by_check[result["check_id"]].append(result)
    lines = []
    for check_id, rows in by_check.items():
        applied = [r for r in rows if r["outcome"] != "not_applicable"]
        refused = [r for r in rows if r["outcome"] == "not_applicable"]
        reasons = Counter(r["reason"] or words("checks_table.no_reason") for r in refused)
        lines.append(
            CheckLine(
                check_id=check_id,
                title=title_of(check_id, words),
                severity=severities.get(check_id, UNKNOWN),
                rule=rule_of(check_id, words),
                tables=len(applied),
                made=sum(r["n_applied"] for r in applied) - doubts[check_id],
                held=sum(r["n_passed"] for r in applied),
                in_doubt=doubts[check_id],
                not_applicable=reasons.most_common(),
            )
        )
    return sorted(lines, key=lambda line: (SEVERITIES.index(line.severity), line.check_id))

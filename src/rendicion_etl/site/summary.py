"""The figures of the summary: what was read, which comparisons were made and held, which checks did not apply."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.curated.field import NUMERIC_TYPES, SEVERITIES
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
class Tally:
    """Comparisons of all checks of one severity: `held` of `made`."""

    severity: str
    made: int
    held: int


@dataclass(frozen=True)
class CheckLine:
    """One check over the document. `not_applicable` counts the reasons, `refused` their tables."""

    check_id: str
    title: str
    severity: str
    tables: int
    made: int
    held: int
    not_applicable: list[tuple[str, int]]

    @property
    def refused(self) -> int:
        return sum(n for _, n in self.not_applicable)


def read_of(data: Curated) -> Read:
    cells = [cell for group in data.cells.values() for cell in group]
    agreements = [Decimal(str(t["agreement"])) for t in data.tables if t["agreement"] is not None]
    return Read(
        pages=data.document["n_pages"],
        tables=len(data.tables),
        cells=len(cells),
        numbers=sum(c["value_type"] in NUMERIC_TYPES for c in cells),
        compared=len(agreements),
        agreeing=sum(a == 1 for a in agreements),
        readers=sorted({t["reader"] for t in data.tables}),
    )


def check_lines(results: list[Row], severities: dict[str, str], words: Words) -> list[CheckLine]:
    """One line per check, gravest first; `severities` maps check_id to the severity of a failure."""
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
                title=words.get(f"checks.{check_id}", check_id),
                severity=severities.get(check_id, "info"),
                tables=len(applied),
                made=sum(r["n_applied"] for r in applied),
                held=sum(r["n_passed"] for r in applied),
                not_applicable=reasons.most_common(),
            )
        )
    return sorted(lines, key=lambda line: (SEVERITIES.index(line.severity), line.check_id))


def tallies(lines: list[CheckLine]) -> list[Tally]:
    out = []
    for severity in SEVERITIES:
        own = [line for line in lines if line.severity == severity]
        if own:
            out.append(Tally(severity, sum(line.made for line in own), sum(line.held for line in own)))
    return out


def severities() -> dict[str, str]:
    """check_id -> severity of a failure, as the registry of checks has it."""
    from rendicion_etl.checks.registry import RULES

    return {rule.check_id: rule.severity for rule in RULES}

"""What a check is and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.page import Box

if TYPE_CHECKING:
    from rendicion_etl.checks.relations import Key, Relation

Severity = Literal["critical", "warning", "info"]
Outcome = Literal["pass", "fail", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that takes part in a finding (or, with row and col None, a table as a whole)."""

    table_id: str
    row: int | None
    col: int | None
    page: int
    box: Box
    value: Decimal | None = None
    text: str | None = None
    sign: int = 1


@dataclass
class Finding:
    """A contradiction in the document, at the value that the others outvote.

    `printed` and `expected` are amounts as printed (not scaled), None where names are compared; then
    `printed_text` and `expected_text` say it. `related` are the cells that enter the comparison, `sign` telling
    whether a cell is added or subtracted. `whole_tables` are the tables whose set of rows must be certain.
    `evidence` says which readings agreed; `confidence` is raised by confirmation only, never where there is a `doubt`
    that no reading can settle. `relation` is what does not hold, `accuse` tells of it again as the fault of another of
    its cells, and `cause` is the finding that this one follows from.
    """

    check_id: str
    check_version: str
    severity: Severity
    place: Place
    printed: Decimal | None
    expected: Decimal | None
    tolerance: Decimal | None
    printed_text: str | None
    expected_text: str | None
    message_es: str
    message_en: str
    related: tuple[Place, ...] = ()
    column_role: str | None = None
    hint_es: str | None = None
    hint_en: str | None = None
    whole_tables: tuple[str, ...] = ()
    doubt: str | None = None
    confidence: Literal["confirmed", "unconfirmed"] = "unconfirmed"
    evidence: dict[str, Any] = field(default_factory=dict)
    relation: Relation | None = None
    accuse: Callable[[Key], Finding] | None = None
    cause: Finding | None = None

    def point_at(self, other: Finding) -> None:
        """Become another telling of the same contradiction."""
        for name in (f.name for f in fields(self)):
            setattr(self, name, getattr(other, name))

    @property
    def difference(self) -> Decimal | None:
        """printed - expected."""
        return None if self.printed is None or self.expected is None else self.printed - self.expected


@dataclass
class Result:
    """What one check says of one table (or of the document as a whole, table_id None).

    n_applied counts the comparisons made, n_passed those that held; `reason` says why it does not apply. `holding`
    makes the relations that hold, for those who ask what else a figure takes part in.
    """

    check_id: str
    check_version: str
    table_id: str | None
    outcome: Outcome
    reason: str | None
    n_applied: int
    n_passed: int
    findings: list[Finding] = field(default_factory=list)
    holding: list[Callable[[], Iterable[Relation]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of the registry: `run(document)` gives one Result per table it looked at."""

    check_id: str
    version: str
    severity: Severity
    run: Callable[[Document], list[Result]]

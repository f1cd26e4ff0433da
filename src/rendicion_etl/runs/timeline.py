"""Which reports belong beside which: earlier ones of the same institution and year, and the version that one replaces.

What a report is judged beside is a matter of what there is, never of the order in which it came: periods by their last
day, versions by when they were retrieved.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from rendicion_etl.archive.store import addresses_of
from rendicion_etl.checks.context import subject_of
from rendicion_etl.checks.earlier import PLANNED
from rendicion_etl.checks.lines import SHARED_LINES, is_telling
from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.older import Record, read_rows
from rendicion_etl.curated.published import whole_files
from rendicion_etl.curated.writer import HISTORY, Staged, partition_of, published_files
from rendicion_etl.normalize.text import squash

MOST = 0.5  # of the tables of the longer one: more of them,
MANY = 0.25  # and so many of its large amounts, and two reports of a period are versions of one
LARGE = 1000
T = TypeVar("T")
Group = tuple[str, int]
"""Institution and fiscal year, as in the path of a dataset."""


@dataclass(frozen=True)
class Report:
    """A report as its row in `documents` tells of it; `files` are its datasets, staged or published.

    addresses: all at which the archive knows that its bytes were found; the row has the first of the web only.
    """

    group: Group
    row: Record
    files: dict[str, Path]
    addresses: frozenset[str] = frozenset()

    @property
    def document_id(self) -> str:
        return str(self.row["document_id"])

    @property
    def sha256(self) -> str:
        return str(self.row["sha256"])

    @cached_property
    def tables(self) -> Counter[tuple[object, ...]]:
        """Its tables by kind and caption, without what captions say about time."""
        return Counter((t["kind"], subject_of(t["title"])) for t in read_rows(self.files["tables"]))

    @cached_property
    def planned(self) -> set[Decimal]:
        """Its amounts of asignado and vigente that have enough digits not to be equal by chance."""
        lines = read_rows(self.files["budget_execution"], list(PLANNED))
        return {v for line in lines for phase in PLANNED if (v := line[phase]) is not None and is_telling(v)}

    @cached_property
    def amounts(self) -> Counter[str]:
        """Its large amounts, as printed."""
        cells = read_rows(self.files["cells"], ["text", "value", "value_type"])
        return Counter(
            squash(c["text"]) for c in cells if c["value_type"] == "amount" and abs(c["value"] or 0) >= LARGE
        )

    @property
    def judged_beside(self) -> str:
        """The versions of the documents that it was judged beside, as `Beside.mark` gives them."""
        import pyarrow.parquet as pq

        return ((pq.read_metadata(self.files["documents"]).metadata or {}).get(HISTORY.encode()) or b"").decode()

    @property
    def when(self) -> tuple[dt.date, dt.datetime, str]:
        """Later reports come later; of one period, later versions."""
        return self.row["period_end"] or dt.date.min, self.row["retrieved_at"], self.sha256


@dataclass(frozen=True)
class Beside:
    """What a report is to be judged beside: reports of earlier periods, then the version that it replaces."""

    earlier: tuple[Report, ...] = ()
    replaced: Report | None = None

    @property
    def reports(self) -> tuple[Report, ...]:
        return (*self.earlier, *([self.replaced] if self.replaced else []))

    @property
    def supersedes(self) -> str | None:
        return self.replaced.document_id if self.replaced else None

    @property
    def mark(self) -> str:
        """Changes when another judgement may follow from it; "" where there is nothing."""
        said = ";".join(f"{r.document_id} {r.row['pipeline_version']}" for r in self.reports)
        return hashlib.sha256(f"{said};{bool(self.replaced)}".encode()).hexdigest()[:16] if said else ""


def staged_report(staged: Staged, raw: Path) -> Report:
    """A report of this run; `raw` is the archive, which knows its addresses."""
    row = read_rows(staged.files["documents"])[0]
    return Report((staged.institution, staged.fiscal_year), row, staged.files, _addresses(row, raw))


def published_reports(curated: Path, raw: Path, group: Group, least: int = 1) -> list[Report]:
    """The published reports of a group of which every file is there; none where they are fewer than `least`."""
    institution, year = group
    home = curated / "documents" / partition_of(institution, year)
    out: list[Report] = []
    paths = sorted(home.glob("*.parquet"))
    for path in paths if len(paths) >= least else ():
        try:
            row = {**read_rows(path)[0], "institution": institution, "fiscal_year": year}
        except (OSError, ValueError, IndexError):
            continue  # damaged: ingested again, it mends itself
        if files := whole_files(curated, row):
            out.append(Report(group, row, files, _addresses(row, raw)))
    return out


def _addresses(row: Record, raw: Path) -> frozenset[str]:
    return addresses_of(raw, row["sha256"]) | ({row["source_url"]} if row["source_url"] else frozenset())


def groups_of(curated: Path, staged: Staged) -> set[Group]:
    """The group of a staged document, and the one that it leaves if it was published under another."""
    left = published_files(curated, f"{staged.document_id}.parquet")
    return {(staged.institution, staged.fiscal_year), *(group_of(path) for path in left)}


def group_of(path: Path) -> Group:
    """The group in the path of a published file."""
    institution, year = path.parts[-3:-1]
    return institution.partition("=")[2], int(year.partition("=")[2])


def beside(reports: Sequence[Report]) -> dict[str, Beside]:
    """Document -> what it is to be judged beside, for all reports of one group."""
    ordered = sorted(reports, key=lambda r: r.when)
    replaced: dict[str, Report] = {}
    for k, report in enumerate(ordered):
        older = (r for r in reversed(ordered[:k]) if _is_version(r, report))
        if found := next(older, None):
            replaced[report.document_id] = found
    gone = {r.document_id for r in replaced.values()}
    valid = [r for r in ordered if r.document_id not in gone]
    return {
        r.document_id: Beside(tuple(v for v in valid if _is_earlier(v, r)), replaced.get(r.document_id))
        for r in ordered
    }


def has_history(group: Group) -> bool:
    """Whether institution and year are known: of strangers only the address tells what they replace."""
    return group[0] != UNKNOWN_INSTITUTION and group[1] != UNKNOWN_YEAR


def _is_earlier(one: Report, two: Report) -> bool:
    """Whether one report is of an earlier period than the other, and of one budget with it."""
    a, b = one.row["period_end"], two.row["period_end"]
    return bool(has_history(two.group) and a and b and a < b and len(one.planned & two.planned) >= SHARED_LINES)


def _is_version(old: Report, new: Report) -> bool:
    """Whether one file is an older version of the other: of one address, or with most of its tables.

    And with many of their amounts: the units of a ministry report in its name, with the same tables.
    """
    if old.row["period"] != new.row["period"]:
        return False
    if old.addresses & new.addresses:
        return True
    if not (has_history(new.group) and new.row["period"]):
        return False
    return _share(old.tables, new.tables) > MOST and _share(old.amounts, new.amounts) > MANY


def _share(one: Counter[T], two: Counter[T]) -> float:
    """How much of the larger is in the other too."""
    return (one & two).total() / max(one.total(), two.total(), 1)


def stale(reports: Iterable[Report], found: dict[str, Beside]) -> list[Report]:
    """The reports that were judged beside something else than what there is now."""
    return [r for r in reports if r.judged_beside != found[r.document_id].mark]

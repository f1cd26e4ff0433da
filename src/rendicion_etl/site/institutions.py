"""The institutions that published something, and of each its documents, years and periods."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR

if TYPE_CHECKING:
    import duckdb

# The last month of each kind of period; of two that end together the first kind here is shown before the other.
_MONTHS = {"C": 4, "Q": 3, "S": 6, "M": 1, "Y": 12}


def last_month(period: str) -> int:
    """The month with which a period ends: 8 for `C2`, 12 for `Y`."""
    return _MONTHS[period[0]] * int(period[1:] or 1)


def in_time(year: int, period: str) -> tuple[int, int, int]:
    """What years and periods are sorted by."""
    return year, last_month(period), list(_MONTHS).index(period[0])


@dataclass(frozen=True)
class Report:
    """A document of an institution. `superseded_by` names what replaced it; year and period may be unknown."""

    document_id: str
    file_name: str
    source_url: str | None
    retrieved_at: dt.datetime
    fiscal_year: int | None
    period: str | None
    period_end: dt.date | None
    status: str
    n_pages: int
    n_tables: int
    n_findings: int
    superseded_by: str | None


@dataclass(frozen=True)
class Institution:
    """An institution by its slug (`scep`), under the name that its latest report prints; documents newest first."""

    slug: str
    name: str
    documents: tuple[Report, ...]

    @property
    def acronym(self) -> str:
        return self.slug.upper()

    @property
    def years(self) -> list[int]:
        """The years it reported on, earliest first."""
        return sorted({d.fiscal_year for d in self.documents if d.fiscal_year})

    @property
    def periods(self) -> list[tuple[int, str]]:
        """The years and periods of the documents that stand, earliest first."""
        known = {(d.fiscal_year, d.period) for d in self.documents if not d.superseded_by}
        return sorted(((y, p) for y, p in known if y and p), key=lambda when: in_time(*when))

    @property
    def latest(self) -> tuple[int, str] | None:
        """The year and period of the latest report."""
        return self.periods[-1] if self.periods else None


def institutions(connection: duckdb.DuckDBPyConnection) -> list[Institution]:
    """Every known institution of an `open_curated` connection, by slug.

    Documents of unknown institution are not one institution, so they are in none.
    """
    rows = connection.execute(
        """SELECT d.institution, d.institution_name, d.document_id, d.file_name, d.source_url, d.retrieved_at,
            nullif(d.fiscal_year, ?), d.period, d.period_end, d.status, d.n_pages, d.n_tables, d.n_findings,
            (SELECT min(n.document_id) FROM documents n
             WHERE n.supersedes = d.document_id AND n.document_id <> d.document_id)
        FROM documents d WHERE d.institution <> ?
        ORDER BY d.institution, d.period_end DESC NULLS LAST, d.retrieved_at DESC, d.document_id""",
        [UNKNOWN_YEAR, UNKNOWN_INSTITUTION],
    ).fetchall()
    names: dict[str, str] = {}
    documents: dict[str, list[Report]] = defaultdict(list)
    for slug, name, *told in rows:
        if name:
            names.setdefault(slug, name)
        documents[slug].append(Report(*told))
    return [Institution(slug, names.get(slug, slug.upper()), tuple(found)) for slug, found in documents.items()]

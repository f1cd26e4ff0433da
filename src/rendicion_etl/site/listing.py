"""What the pages about all documents list, asked of the curated views: documents, institutions, totals, what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rendicion_etl.curated.field import PERIODS, SEVERITIES, UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.query import named_rows
from rendicion_etl.site.data import Row

if TYPE_CHECKING:
    import duckdb

COUNTS = (*SEVERITIES, "unconfirmed")  # what the findings of a document are counted by
_COUNTED = ", ".join(
    f"count(*) FILTER (WHERE severity = '{severity}' AND confidence = 'confirmed') AS {severity}"
    for severity in SEVERITIES
)
# A remark for information is no fault, so it neither raises nor lowers what of a document holds.
_DOCUMENTS = f"""
WITH found AS (
    SELECT document_id, {_COUNTED}, count(*) FILTER (WHERE confidence <> 'confirmed') AS unconfirmed
    FROM findings GROUP BY document_id
),
score AS (
    SELECT document_id, sum(n_passed)::INTEGER AS held, sum(n_applied)::INTEGER AS made
    FROM scores WHERE severity <> 'info' GROUP BY document_id
)
SELECT
    document_id, nullif(institution, '{UNKNOWN_INSTITUTION}') AS institution, institution_name, file_name,
    nullif(fiscal_year, {UNKNOWN_YEAR}) AS fiscal_year, period, retrieved_at, n_pages, status,
    document_id IN (
        SELECT supersedes FROM documents WHERE supersedes IS NOT NULL AND supersedes <> document_id) AS superseded,
    {", ".join(f"coalesce({name}, 0) AS {name}" for name in (*COUNTS, "held", "made"))}
FROM documents LEFT JOIN found USING (document_id) LEFT JOIN score USING (document_id)
ORDER BY retrieved_at DESC, institution NULLS LAST, fiscal_year DESC NULLS LAST, period DESC NULLS LAST, document_id
"""
# One of each document, so that a single bad table does not fill the list; the root of others before what follows.
_LATEST = """
SELECT finding_id, document_id, severity, message_es, message_en, institution_name, file_name,
    nullif(f.fiscal_year, 0) AS fiscal_year, d.period, retrieved_at,
    (count(*) OVER (PARTITION BY document_id) - 1)::INTEGER AS others
FROM findings f JOIN documents d USING (document_id)
WHERE severity = 'critical' AND confidence = 'confirmed'
    AND document_id NOT IN (SELECT supersedes FROM documents WHERE supersedes IS NOT NULL AND supersedes <> document_id)
QUALIFY row_number() OVER (
    PARTITION BY document_id ORDER BY consequence_of IS NOT NULL, page, table_id, "row", finding_id) = 1
ORDER BY retrieved_at DESC, institution_name NULLS LAST, document_id LIMIT ?
"""

_FINDINGS = """
SELECT finding_id, document_id, severity, message_es, message_en, nullif(f.fiscal_year, 0) AS fiscal_year, d.period
FROM findings f JOIN documents d USING (document_id)
WHERE f.institution = ? AND severity <> 'info' AND confidence = 'confirmed' AND consequence_of IS NULL
    AND document_id NOT IN (SELECT supersedes FROM documents WHERE supersedes IS NOT NULL AND supersedes <> document_id)
ORDER BY f.fiscal_year DESC, d.period_end DESC NULLS LAST, severity, page, table_id, "row", finding_id
"""


@dataclass(frozen=True)
class Totals:
    """What was published: `counts` are the findings by severity, and `unconfirmed`, of documents still in force."""

    documents: int
    superseded: int
    institutions: int
    pages: int
    cells: int
    counts: dict[str, int]


@dataclass
class Institution:
    """An institution as a list shows it; `id` is None for the documents whose institution is not known."""

    id: str | None
    name: str | None
    documents: list[Row] = field(default_factory=list)

    @property
    def years(self) -> dict[int | None, list[Row]]:
        """Its documents by year, newest year first, in the order of their periods; unknown years last."""
        found = {d["fiscal_year"] for d in self.documents}
        years = sorted(found, key=lambda year: -(year or 0))
        in_order = sorted(self.documents, key=lambda d: (period_rank(d["period"]), d["document_id"]))
        return {year: [d for d in in_order if d["fiscal_year"] == year] for year in years}

    @property
    def counts(self) -> dict[str, int]:
        """Its findings by severity, and the unconfirmed ones, of documents still in force."""
        return counted(self.documents)


def documents_of(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """All documents, those received last first: `held` of `made` comparisons, findings by severity, `superseded`."""
    return named_rows(connection, _DOCUMENTS)


def latest_findings(connection: duckdb.DuckDBPyConnection, n: int) -> list[Row]:
    """The critical confirmed findings of the documents received last, one a document, with how many `others` it has."""
    return named_rows(connection, _LATEST, n)


def findings_of(connection: duckdb.DuckDBPyConnection, institution: str) -> list[Row]:
    """The confirmed findings of weight of an institution's reports that stand, root causes only, latest first."""
    return named_rows(connection, _FINDINGS, institution)


def totals_of(connection: duckdb.DuckDBPyConnection, documents: list[Row]) -> Totals:
    (cells,) = connection.execute("SELECT count(*) FROM cells").fetchone() or (0,)
    return Totals(
        documents=len(documents),
        superseded=sum(d["superseded"] for d in documents),
        institutions=len({d["institution"] for d in documents} - {None}),
        pages=sum(d["n_pages"] for d in documents),
        cells=cells,
        counts=counted(documents),
    )


def institutions_of(documents: list[Row]) -> list[Institution]:
    """The institutions by name, each with its documents; those of no known institution last."""
    found: dict[str | None, Institution] = {}
    for document in documents:  # the newest first: its name is the one in use
        key = document["institution"]
        entry = found.setdefault(key, Institution(key, document["institution_name"] if key else None))
        entry.name = entry.name or (document["institution_name"] if key else None)
        entry.documents.append(document)
    return sorted(found.values(), key=lambda i: (i.id is None, (i.name or i.id or "").casefold()))


def counted(documents: list[Row]) -> dict[str, int]:
    """Findings of documents still in force: one that was replaced would accuse its institution of the same twice."""
    total: Counter[str] = Counter()
    for document in documents:
        if not document["superseded"]:
            total.update({name: document[name] for name in COUNTS})
    return {name: total[name] for name in COUNTS}


def period_rank(period: str | None) -> int:
    """The place of a period in the list of the contract; unknown ones after all others."""
    return PERIODS.index(period) if period in PERIODS else len(PERIODS)

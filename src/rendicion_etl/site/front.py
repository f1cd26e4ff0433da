"""The front page: the documents, to search, filter and sort; what is new; totals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.site.pages import write_page
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb

_DOCUMENTS = """
SELECT d.document_id, d.institution, institution_name, d.fiscal_year, d.period, retrieved_at, n_pages,
    count(f.finding_id) FILTER (WHERE severity = 'critical' AND confidence = 'confirmed') AS critical,
    count(f.finding_id) FILTER (WHERE severity = 'warning' AND confidence = 'confirmed') AS warning,
    count(f.finding_id) FILTER (WHERE confidence <> 'confirmed') AS unconfirmed
FROM documents d LEFT JOIN findings f USING (document_id)
GROUP BY ALL ORDER BY retrieved_at DESC, d.document_id
"""


def write_front(home: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the front page in both languages."""
    answer = connection.execute(_DOCUMENTS)
    names = [column[0] for column in answer.description]
    documents = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def context(words: Words) -> dict[str, Any]:
        return {"documents": documents}

    write_page(home, "", "front.html", context, "documents")

"""The list of institutions: of each its documents by year and its findings by severity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.site.listing import COUNTS, Institution, documents_of, institutions_of
from rendicion_etl.site.pages import SECTIONS, drawn, write_json, write_page
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb


def write_institutions(home: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the list of institutions in both languages; each has a page of its own at `instituciones/<id>/`."""
    folder = SECTIONS["institutions"]
    documents = documents_of(connection)
    pages = drawn(home, [d["document_id"] for d in documents])
    every = institutions_of(documents)
    known = [entry for entry in every if entry.id is not None]
    unknown = [entry for entry in every if entry.id is None]

    def context(words: Words) -> dict[str, Any]:
        return {"institutions": known, "unknown": unknown, "severities": COUNTS, "drawn": pages}

    write_page(home, folder, "institutions.html", context, "institutions")
    told = [_plain(entry) for entry in every]
    write_json(home / folder, {"institutions": told})


def _plain(entry: Institution) -> dict[str, Any]:
    ids = [document["document_id"] for document in entry.documents]
    return {"institution": entry.id, "name": entry.name, "findings": entry.counts, "documents": ids}

"""The list of institutions: of each its documents by year and its findings by severity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.query import open_published
from rendicion_etl.site.data import Row
from rendicion_etl.site.institution_page import is_made_of, write_institution
from rendicion_etl.site.listing import COUNTS, Institution, documents_of, institutions_of
from rendicion_etl.site.pages import SECTIONS, drawn, write_json, write_page
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb


def institutions_due(home: Path, documents: Mapping[str, Row], stamps: Mapping[str, str]) -> dict[str, str]:
    """The institutions whose page is to be drawn, and of what: those where a document came, went or changed.

    `documents` are rows by identifier; `stamps` say of each what it is made of.
    """
    pages = drawn(home, documents)
    made_of: dict[str, list[str]] = defaultdict(list)
    for name, row in sorted(documents.items()):
        if row["institution"]:
            made_of[row["institution"]].append(f"{name} {stamps.get(name)} {name in pages}")
    now = {institution: "; ".join(of) for institution, of in sorted(made_of.items())}
    return {name: of for name, of in now.items() if not is_made_of(home, name, of)}


def write_institutions(home: Path, curated: Path, due: Mapping[str, str]) -> None:
    """Write the pages of some institutions, at `instituciones/<id>/`; `due` says of each what it is made of."""
    with open_published(curated) as connection:
        for entry in institutions_of(documents_of(connection)):
            if entry.id and entry.id in due:
                write_institution(home, connection, entry, due[entry.id])


def write_list_of_institutions(home: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the list of institutions in both languages."""
    folder = SECTIONS["institutions"]
    documents = documents_of(connection)
    pages = drawn(home, [d["document_id"] for d in documents])
    every = institutions_of(documents)
    known = [entry for entry in every if entry.id is not None]
    unknown = [entry for entry in every if entry.id is None]

    def context(words: Words) -> dict[str, Any]:
        return {"institutions": known, "unknown": unknown, "severities": COUNTS, "drawn": pages}

    write_page(home, folder, "institutions.html", context, "institutions")
    write_json(home / folder, {"institutions": [_plain(entry) for entry in every]})


def _plain(entry: Institution) -> dict[str, Any]:
    ids = [document["document_id"] for document in entry.documents]
    return {"institution": entry.id, "name": entry.name, "findings": entry.counts, "documents": ids}

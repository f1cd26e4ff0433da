"""The front page: the documents, to search, filter and sort; what is new; totals."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.site.data import Row
from rendicion_etl.site.listing import documents_of, latest_findings, period_rank, totals_of
from rendicion_etl.site.pages import FINDINGS, drawn, write_json, write_page
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb

_NEW_DOCUMENTS, _NEW_FINDINGS = 6, 4


def write_front(home: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the front page in both languages."""
    documents = documents_of(connection)
    totals = totals_of(connection, documents)
    latest = latest_findings(connection, _NEW_FINDINGS)
    pages = drawn(home, [d["document_id"] for d in documents])
    pages |= drawn(home, [f"{FINDINGS}/{f['finding_id']}" for f in latest])

    def context(words: Words) -> dict[str, Any]:
        return {
            "documents": documents,
            "newest": documents[:_NEW_DOCUMENTS],
            "drawn": pages,
            "latest": latest,
            "totals": totals,
            "filters": filters(documents, words),
            "period_rank": period_rank,
            "state_of": state_of,
        }

    write_page(home, "", "front.html", context, "documents")
    write_json(home, {"totals": asdict(totals), "documents": documents, "latest_findings": latest})


def filters(documents: list[Row], words: Words) -> list[dict[str, Any]]:
    """The choices over the list: of each the name in the address, the key of the row, and what may be chosen."""
    institutions = {d["institution"]: d["institution_name"] or d["institution"] for d in documents if d["institution"]}
    years = sorted({d["fiscal_year"] for d in documents if d["fiscal_year"]}, reverse=True)
    periods = sorted({d["period"] for d in documents if d["period"]}, key=period_rank)
    found = [name for name in ("critical", "warning", "info", "unconfirmed") if any(d[name] for d in documents)]
    choices = {
        "institucion": sorted(institutions.items(), key=lambda choice: choice[1].casefold()),
        "anio": [(str(year), str(year)) for year in years],
        "periodo": [(period, words.period(period, None)) for period in periods],
        "gravedad": [(name, words(f"list.with_{name}")) for name in found] + [("none", words("list.with_none"))],
    }
    unknown = {
        "institucion": any(d["institution"] is None for d in documents),
        "anio": any(d["fiscal_year"] is None for d in documents),
        "periodo": any(d["period"] is None for d in documents),
    }
    for name, there_are in unknown.items():
        choices[name] += [("-", words("document.unknown"))] if there_are else []
    return [{"name": name, "label": words(f"list.{name}"), "choices": choice} for name, choice in choices.items()]


def state_of(document: Row) -> str:
    """The words that the filter by severity looks for: what was found in a document, `none` where nothing is held
    against it."""
    found = [name for name in ("critical", "warning", "info", "unconfirmed") if document[name]]
    return " ".join(found if {"critical", "warning"} & set(found) else [*found, "none"])

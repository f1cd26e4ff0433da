"""Pages of what is no longer in the data: what a finding said, that it is withdrawn, when and why.

They are made of the ledger alone. A finding that is still in the data keeps its full page (`document_pages`), with a
notice where its document was replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.export import plain
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.cards import Item
from rendicion_etl.site.data import Row
from rendicion_etl.site.ledger import Entry, Ledger
from rendicion_etl.site.naming import citation, table_name
from rendicion_etl.site.notes import note_of
from rendicion_etl.site.pages import FILES, FINDINGS, SECTIONS, frame, render
from rendicion_etl.site.quantities import compared
from rendicion_etl.site.replies import Reply
from rendicion_etl.site.report import web_address
from rendicion_etl.site.summary import title_of
from rendicion_etl.site.words import Words

_FIGURES = ("printed", "expected", "difference")


def write_withdrawn(home: Path, ledger: Ledger, there: set[str], replies: Mapping[str, list[Reply]]) -> list[str]:
    """Write the pages of documents and findings that are not `there` any more; return their identifiers."""
    documents = {key: entry for key, entry in ledger.documents.items() if key not in there}
    findings = {key: entry for key, entry in ledger.findings.items() if key not in there}
    for key, entry in findings.items():
        _write_finding(home, key, entry, ledger, replies.get(key, []))
    for key, entry in documents.items():
        _write_document(home, key, entry, ledger)
    return [*documents, *findings]


def place_of(row: Row, words: Words) -> str:
    """Where a finding stands: its table, or the prose, and the page."""
    table = {"number": row.get("table_number"), "title": row.get("table_title"), "first_page": row["page"] or "?"}
    name = table_name({**table, "table_id": row["table_id"]}, words) if row["table_id"] else words("finding.in_prose")
    return f"{name}, {words('finding.page', page=row['page'])}" if row["page"] else name


def _write_finding(home: Path, finding_id: str, entry: Entry, ledger: Ledger, replies: list[Reply]) -> None:
    folder, row, note = f"{FINDINGS}/{finding_id}", entry.row, note_of(entry, replies)
    document = ledger.documents[row["document_id"]].row
    for lang in LANGUAGES:
        words = Words(lang)
        around = frame(folder, words, "documents")
        url = around["url"]
        context = {
            **around,
            "document": document,
            "document_page": url(row["document_id"]),
            "place": place_of(row, words),
            "item": _item(finding_id, row, document, words),
            "note": note,
            "rule_href": lambda check_id, url=url: url(f"{SECTIONS['rules']}/{check_id}"),
        }
        _write(home / folder / FILES[lang], render("withdrawn.html", context))
    _write(home / folder / "index.json", _json({**row, "document": document, "note": note}))


def _item(finding_id: str, row: Row, document: Row, words: Words) -> Item:
    """What the finding said, without what only its tables would tell."""
    finding = {**row, "finding_id": finding_id, **{name: _number(row.get(name)) for name in _FIGURES}}
    return Item(
        finding=finding,
        number=1,
        severity=row["severity"],
        confirmed=True,
        check=title_of(row["check_id"], words),
        message=row[f"message_{words.lang}"] or row["message_es"],
        hint=None,
        row="",
        column="",
        compared=compared(finding, None, row.get("table_unit"), words),
        addends=[],
        total=None,
        evidence="",
        citation=citation(finding, None, "", "", document, words),
        cell_href=None,
    )


def _write_document(home: Path, document_id: str, entry: Entry, ledger: Ledger) -> None:
    """The page of a document that is gone, and nothing of the pages and pictures that it had."""
    event = entry.withdrawal
    findings = {key: found for key, found in ledger.findings.items() if found.row["document_id"] == document_id}
    for lang in LANGUAGES:
        around = frame(document_id, Words(lang), "documents")
        context = {
            **around,
            "document": entry.row,
            "source_url": web_address(entry.row.get("source_url")),
            "event": event,
            "findings": [(key, found.row, found.withdrawal) for key, found in sorted(findings.items())],
        }
        _write(home / document_id / FILES[lang], render("withdrawn_document.html", context))
    said = {"reason": event and event.reason, "withdrawn": event and event.at, "findings": sorted(findings)}
    _write(home / document_id / "index.json", _json({"document": entry.row, **said}))
    written = {home / document_id / name for name in (*FILES.values(), "index.json")}
    for path in sorted((home / document_id).rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path not in written:
            path.unlink()


def _number(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))


def _json(value: Mapping[str, Any]) -> str:
    # In an order of its own: a row has another one fresh from the data than read from the ledger.
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=plain)


def _write(path: Path, text: str) -> None:
    """Write a file if it says something new: there may be very many, and most builds change none."""
    content = text.encode("utf-8")
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)

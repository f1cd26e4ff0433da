"""What the site shows of one document: its report, and of each confirmed finding a page with an address of its own.

The report is the one of `report`, in the frame of the site, with each table beside the pictures of its pages. Pictures
are files beside the report; the pages of the findings show the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rendicion_etl.checks.revisions_changed import ID as REVISIONS
from rendicion_etl.curated.downloads import SiteLinks, write_downloads
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.album import Album, Photo, open_album
from rendicion_etl.site.camera import take_pictures
from rendicion_etl.site.cards import Card, Item
from rendicion_etl.site.data import Curated, load
from rendicion_etl.site.downloads import size_in_words
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.pages import FILES, FINDINGS, SECTIONS, frame, write_html, write_json
from rendicion_etl.site.report import photos_of, published_page, report, web_address
from rendicion_etl.site.revision import FOLDER as REVISION
from rendicion_etl.site.revision import write_revision
from rendicion_etl.site.summary import rule_of
from rendicion_etl.site.tabular import TableData, tables_of
from rendicion_etl.site.words import Words


def write_document(home: Path, curated: Path, raw: Path, document_id: str, notes: Mapping[str, Any]) -> None:
    """Write a document's pages into the site at `home`: report, findings, revision, and its workbook beside them.

    `raw` is the archive that holds the PDF. `notes` are what else is known of the document and of its findings, by
    their ids (`notes.Note`). Raises RendicionError when `curated` has no such document.
    """
    data = load(curated, document_id)
    (workbook,) = write_downloads(curated, home / SECTIONS["downloads"], document_id, ["xlsx"], site=SiteLinks(home))
    tables = tables_of(data)
    revised = write_revision(home, curated, data)
    with open_album(raw, data.document["sha256"], data.document["file_name"], home / document_id) as album:
        for lang in LANGUAGES:
            words = Words(lang)
            said = {
                **report(data, tables, album, words),
                "scans": _scans(tables, album),
                "workbook": f"{SECTIONS['downloads']}/{document_id}/{workbook.name}",
                "workbook_size": size_in_words(workbook.size),
                "note": notes.get(document_id),
                "revised": revised,
            }
            write_html(home / document_id / FILES[lang], "report.html", {**_place(data, album, words), **said})
            cards = [card for group in said["sections"].values() for card in group]
            for card in cards:
                for item in card.items if card.section != "unconfirmed" else ():
                    _write_finding(home, data, tables, album, card, item, words, notes)
    for finding in data.findings:
        if finding["confidence"] == "confirmed":
            note = notes.get(finding["finding_id"])
            write_json(home / FINDINGS / finding["finding_id"], {**finding, "document": data.document, "note": note})
    write_json(home / document_id, _plain_document(data))


def _place(data: Curated, album: Album, words: Words) -> dict[str, Any]:
    """The frame of a document's page."""
    around = frame(data.document["document_id"], words, "documents")
    url = around["url"]
    return {
        **around,
        "photo_root": "",
        "document_page": "",
        "page_href": partial(_page_href, data, album, ""),
        "rule_href": lambda check_id: url(f"{SECTIONS['rules']}/{check_id}"),
        "finding_href": lambda item: (
            url(f"{FINDINGS}/{item.finding['finding_id']}") if item.confirmed else f"#{item.finding['finding_id']}"
        ),
    }


def _page_href(data: Curated, album: Album, root: str, page: int | None) -> str | None:
    """Where to see a page: our picture of it, else the document where it was published."""
    photo = album.photo(page)
    return f"{root}{photo.uri}" if photo else published_page(data.document["source_url"], page)


def _scans(tables: Mapping[str, TableData], album: Album) -> dict[str, list[Photo]]:
    """Of each table the pictures of the pages that it stands on."""
    pages = {key: range(t.table["first_page"], t.table["last_page"] + 1) for key, t in tables.items()}
    return {key: [photo for number in on if (photo := album.photo(number))] for key, on in pages.items()}


def _write_finding(
    home: Path,
    data: Curated,
    tables: dict[str, TableData],
    album: Album,
    card: Card,
    item: Item,
    words: Words,
    notes: Mapping[str, Any],
) -> None:
    """Write the page of one finding in one language."""
    finding_id, document_id = item.finding["finding_id"], data.document["document_id"]
    folder = f"{FINDINGS}/{finding_id}"
    around = frame(folder, words, "documents")
    url = around["url"]
    alone = replace(item, number=1)
    shown = Card(card.section, card.title, card.subtitle, item.finding["page"], card.table, [alone])
    take_pictures([shown], tables, album, words)
    confirmed = {f["finding_id"]: f for f in data.findings if f["confidence"] == "confirmed"}
    context = {
        **around,
        "document": data.document,
        "source_url": web_address(data.document["source_url"]),
        "card": shown,
        "item": alone,
        "has_pdf": album.is_open,
        "photos": photos_of([shown], album),
        "photo_root": f"{around['root']}{document_id}/",
        "document_page": url(document_id),
        "page_href": partial(_page_href, data, album, f"{around['root']}{document_id}/"),
        "cell_href": item.cell_href and url(document_id) + item.cell_href,
        "rules": {item.finding["check_id"]},
        "rule_href": lambda check_id: url(f"{SECTIONS['rules']}/{check_id}"),
        "finding_href": lambda _: url(folder),
        "numbers": {},
        "rule": rule_of(item.finding["check_id"], words),
        "root_cause": confirmed.get(item.finding["consequence_of"]),
        "consequences": [f for f in confirmed.values() if f["consequence_of"] == finding_id],
        "said_of": lambda f: f[f"message_{words.lang}"] or f["message_es"],
        "note": notes.get(finding_id),
        "revision": item.finding["check_id"] == REVISIONS and url(f"{document_id}/{REVISION}"),
        "table_name": lambda table: table_name(table, words),
    }
    write_html(home / folder / FILES[words.lang], "finding.html", context)


def _plain_document(data: Curated) -> dict[str, Any]:
    """A document for programs: its record, its tables without their cells, its findings, the outcome of the checks.

    And what people corrected in its reading.
    """
    return {
        "document": data.document,
        "tables": data.tables,
        "findings": data.findings,
        "check_results": data.check_results,
        "corrections": data.corrections,
    }

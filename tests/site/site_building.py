"""A small site built without workers, its pages as a parser sees them, and a check that every link leads somewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from site_examples import DOCUMENT_ID, publish_report

from rendicion_etl.curated.query import open_published
from rendicion_etl.site.document_pages import write_document
from rendicion_etl.site.overall import parts_of_all
from rendicion_etl.site.pages import SITE, write_assets
from rendicion_etl.site.standing import standing

_EMPTY = {"tables": [], "cells": [], "findings": [], "check_results": []}


class Page(HTMLParser):
    """The elements of a page as (tag, attributes), its text, and the text of each table row by cells."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_cell:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}

    @property
    def links(self) -> list[str]:
        return [a[name] for _, a in self.tags for name in ("href", "src") if name in a]


def another(home: Path, document_id: str, institution: str = "scep", fiscal_year: int = 2021, **document: Any) -> None:
    """Publish one more document, without tables, beside the example."""
    about = {"document_id": document_id, "sha256": document_id[-8:] * 8, **document}
    partition = {"institution": institution, "fiscal_year": fiscal_year}
    publish_report(home, partition=partition, document=about, **_EMPTY)


def built(home: Path, **datasets: Any) -> Path:
    """Publish the example (or what `datasets` make of it) and build its site; documents published before have pages
    too. Returns the folder of the site."""
    curated, raw = publish_report(home, **datasets)
    site = curated / SITE
    write_assets(site)
    with open_published(curated) as connection:
        ids = [row[0] for row in connection.execute("SELECT document_id FROM documents").fetchall()]
    for document_id in ids:
        write_document(site, curated, raw, document_id, {})
    write_overall(site)
    assert DOCUMENT_ID in ids
    return site


def write_overall(site: Path) -> None:
    """Write the pages that speak of all documents, those of the institutions too where one was drawn."""
    with open_published(site.parent) as connection:
        documents = standing(connection).documents
    for write in parts_of_all(site, site.parent, documents, {}).values():
        write()


def broken_links(site: Path, *awaited: str) -> list[str]:
    """Links within the site that lead to no file, or to no place on its page; addresses that begin with one of
    `awaited` (from the root of the site) are not followed."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https", "data"}:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            where = to.relative_to(site.resolve()).as_posix() if to.is_relative_to(site.resolve()) else "outside"
            if where.startswith(awaited):
                continue
            target = pages.get(site / where)
            if not to.is_file() or (parts.fragment and target and parts.fragment not in target.ids):
                found.append(f"{path.relative_to(site)} -> {link}")
    return found

"""The quality report of one document: what does not add up, what was checked, every table as data.

By itself it is one HTML page that stands alone, Spanish and English. The page asks nothing of any host and runs no
script: style and pictures are inside it, and its own security policy forbids the rest. Everything that comes from the
PDF is escaped. The site shows the same report in its own frame (`document_pages`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rendicion_etl.checks.public_rule import HEADINGS
from rendicion_etl.checks.score import scores
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.album import Album, Photo, open_album
from rendicion_etl.site.camera import take_pictures
from rendicion_etl.site.cards import SECTIONS, Card, cards_of
from rendicion_etl.site.cells import first_rows
from rendicion_etl.site.corrected import corrections_of
from rendicion_etl.site.data import Curated, load
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.pages import FILES, HERE, SITE, frame, write_html
from rendicion_etl.site.summary import check_lines, read_of
from rendicion_etl.site.tabular import TableData, tables_of
from rendicion_etl.site.words import Words

_OPEN_ROWS = 14  # of a table that needs no click to be seen


def write_report(curated: Path, raw: Path, document_id: str, lang: str = "es") -> Path:
    """Write the report of a document that is in `curated`, in both languages; return the one in `lang`.

    `curated/site/<document_id>/index.html` is Spanish, `index.en.html` English; they link to each other, so both
    are written, from one set of pictures. `raw` is the archive that holds the PDF; without the PDF the page has no
    pictures and says so. Raises RendicionError when `curated` has no such document.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {LANGUAGES}, not {lang!r}")
    data = load(curated, document_id)
    tables = tables_of(data)
    home = curated / SITE / document_id
    with open_album(raw, data.document["sha256"], data.document["file_name"]) as album:
        for language in LANGUAGES:
            write_html(home / FILES[language], "report.html", _alone(data, tables, album, Words(language)))
    return home / FILES[lang]


def _alone(data: Curated, tables: dict[str, TableData], album: Album, words: Words) -> dict[str, Any]:
    """What the template needs for the report as one HTML file."""
    style = (HERE / "assets" / "style.css").read_text(encoding="utf-8")
    return {
        **frame("", words),
        **report(data, tables, album, words),
        "layout": "alone.html",
        "in_site": False,
        "photo_root": "",
        "document_page": "",
        "page_href": lambda page: published_page(data.document["source_url"], page),
        "rule_href": lambda check_id: f"#regla-{check_id}",
        "finding_href": lambda item: f"#{item.finding['finding_id']}",
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
    }


def report(data: Curated, tables: dict[str, TableData], album: Album, words: Words) -> dict[str, Any]:
    """What the report says, for its template: the findings as cards with pictures, the checks, the `tables`."""
    cards = cards_of(data, tables, words)
    take_pictures(cards, tables, album, words)
    read = read_of(data)
    lines = check_lines(data.check_results, data.findings, words)
    items = [item for card in cards for item in card.items]
    return {
        "table_name": lambda table: table_name(table, words),
        "document": data.document,
        "source_url": web_address(data.document["source_url"]),
        "read": read,
        "readers": [words.get(f"readers.{name}", name) for name in read.readers],
        "lines": lines,
        "scores": scores(data.check_results, data.findings),
        "rules": {line.check_id for line in lines if line.rule and line.tables},
        "rule_heads": HEADINGS[words.lang],
        "sections": {name: [c for c in cards if c.section == name] for name in SECTIONS},
        "items": items,
        "numbers": {item.finding["finding_id"]: item.number for item in items},
        "tables": list(_shown(tables)),
        "corrections": corrections_of(data.corrections, tables, words),
        "has_pdf": album.is_open,
        "photos": photos_of(cards, album),
    }


def _shown(tables: dict[str, TableData]) -> Any:
    """Each table with how many of its rows to show and whether to show them open."""
    limits = first_rows(table.table for table in tables.values())
    for table_id, table in tables.items():
        yield table, limits[table_id], table.table["n_rows"] <= _OPEN_ROWS or bool(table.findings)


def photos_of(cards: list[Card], album: Album) -> list[Photo]:
    """The pages that the pictures of some cards show."""
    numbers = {picture.page for card in cards for picture in card.pictures}
    return [photo for number, photo in sorted(album.photos.items()) if number in numbers]


def web_address(url: str | None) -> str | None:
    """A link that a browser may follow: nothing but http and https, whatever the record says."""
    if url is None or re.search(r"[\s<>\"]", url):
        return None
    return url if urlsplit(url).scheme in {"http", "https"} else None


def published_page(url: str | None, page: int | None) -> str | None:
    """The address of a page of the published document, for browsers that open a PDF at a page."""
    address = web_address(url)
    return f"{address}#page={page}" if address and page else None

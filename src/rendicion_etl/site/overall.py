"""The pages that speak of all documents: written at every build, after the documents' own, in parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rendicion_etl.curated.downloads import SiteLinks, write_downloads
from rendicion_etl.curated.query import open_published
from rendicion_etl.site.data import Row
from rendicion_etl.site.downloads import write_downloads_page
from rendicion_etl.site.front import write_front
from rendicion_etl.site.institutions import institutions_due, write_institutions, write_list_of_institutions
from rendicion_etl.site.pages import SECTIONS
from rendicion_etl.site.reference import write_dictionary_page, write_method, write_rules

TOGETHER = 20
"""Institutions whose pages are one part."""


def parts_of_all(
    home: Path, curated: Path, documents: Mapping[str, Row], stamps: Mapping[str, str]
) -> dict[str, Callable[[], None]]:
    """What writes the front page and what it leads to into the site at `home`, by the folders written.

    No part needs another, and each can be sent to a process of its own, which gives back what memory it took.
    `stamps` say of each document what it is made of: an institution is drawn anew where one changed.
    """
    parts: dict[str, Callable[[], None]] = {
        SECTIONS["downloads"]: partial(_write_downloads, home, curated),
        "index": partial(_write_lists, home, curated),
    }
    due = list(institutions_due(home, documents, stamps).items())
    for first in range(0, len(due), TOGETHER):
        some = dict(due[first : first + TOGETHER])
        parts[f"{SECTIONS['institutions']}/{due[first][0]}"] = partial(write_institutions, home, curated, some)
    return parts


def _write_downloads(home: Path, curated: Path) -> None:
    write_downloads_page(home, write_downloads(curated, home / SECTIONS["downloads"], site=SiteLinks(home)))


def _write_lists(home: Path, curated: Path) -> None:
    with open_published(curated) as connection:
        write_front(home, connection)
        write_list_of_institutions(home, connection)
        write_rules(home, connection)
    write_dictionary_page(home)
    write_method(home)

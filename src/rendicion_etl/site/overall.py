"""The pages that speak of all documents: written at every build, after the documents' own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rendicion_etl.curated.downloads import SiteLinks, write_downloads
from rendicion_etl.curated.query import open_published
from rendicion_etl.site.downloads import write_downloads_page
from rendicion_etl.site.front import write_front
from rendicion_etl.site.institutions import write_institutions
from rendicion_etl.site.pages import SECTIONS
from rendicion_etl.site.reference import write_dictionary_page, write_method, write_rules


def write_overall(home: Path, curated: Path, stamps: Mapping[str, str]) -> None:
    """Write the front page and what it leads to into the site at `home`.

    `stamps` say of each document what it is made of.
    """
    with open_published(curated) as connection:
        write_front(home, connection)
        write_institutions(home, connection, stamps)
        write_rules(home, connection)
    write_dictionary_page(home)
    write_method(home)
    write_downloads_page(home, write_downloads(curated, home / SECTIONS["downloads"], site=SiteLinks(home)))

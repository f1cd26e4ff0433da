"""The pages that speak of all documents: written at every build, after the documents' own."""

from __future__ import annotations

from pathlib import Path

from rendicion_etl.curated.query import open_published
from rendicion_etl.site.downloads import write_downloads_page
from rendicion_etl.site.front import write_front
from rendicion_etl.site.institutions import write_institutions
from rendicion_etl.site.reference import write_dictionary_page, write_method, write_rules


def write_overall(home: Path, curated: Path) -> None:
    """Write the front page and what it leads to into the site at `home`."""
    with open_published(curated) as connection:
        write_front(home, connection)
        write_institutions(home, connection)
        write_rules(home, connection)
    write_dictionary_page(home)
    write_method(home)
    write_downloads_page(home, [])  # the one place that says which files there are

"""The pages that speak of all documents: written at every build, after the documents' own."""

from __future__ import annotations

from pathlib import Path

from rendicion_etl.curated.query import open_published
from rendicion_etl.site.front import write_front


def write_overall(home: Path, curated: Path) -> None:
    """Write the front page and what it leads to into the site at `home`."""
    with open_published(curated) as connection:
        write_front(home, connection)

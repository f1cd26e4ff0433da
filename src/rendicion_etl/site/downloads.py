"""The page of the downloads: what lies in `descargas/`, what each file is for, under which terms, how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rendicion_etl.curated.schemas import DATASETS, VIEWS
from rendicion_etl.site.pages import SECTIONS, write_json, write_page
from rendicion_etl.site.words import Words


class Download(Protocol):
    """A file that was written for download; `rows` is None where it has no rows to count."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def rows(self) -> int | None: ...


@dataclass(frozen=True)
class Offer:
    """A file as the page lists it: its address from the page, what is in it, its kind and size in words."""

    href: str
    name: str
    what: str
    kind: str
    size: str
    rows: int | None


def write_downloads_page(home: Path, downloads: Sequence[Download]) -> None:
    """Write the page that lists `downloads`, files below `descargas/` of the site at `home`."""
    folder = SECTIONS["downloads"]

    def context(words: Words) -> dict[str, Any]:
        return {"offers": [_offer(home / folder, download, words) for download in downloads]}

    write_page(home, folder, "downloads.html", context, "downloads")
    told = [{"name": d.name, "path": _href(home / folder, d), "size": d.size, "rows": d.rows} for d in downloads]
    write_json(home / folder, {"downloads": told})


def _offer(folder: Path, download: Download, words: Words) -> Offer:
    dataset = {**DATASETS, **VIEWS}.get(download.path.name.partition(".")[0])
    kind = download.path.suffix.removeprefix(".").lower()
    if dataset:
        what = dataset.title_es if words.lang == "es" else dataset.title_en
    else:
        what = words.get(f"downloads.what_{kind}", download.name)
    return Offer(
        href=_href(folder, download),
        name=download.path.name,
        what=what,
        kind=words.get(f"downloads.kind_{kind}", kind.upper()),
        size=size_in_words(download.size),
        rows=download.rows,
    )


def _href(folder: Path, download: Download) -> str:
    path = download.path
    return (path.relative_to(folder) if path.is_absolute() or path.is_relative_to(folder) else path).as_posix()


def size_in_words(size: int) -> str:
    """A size as people read it, in steps of a thousand.

    >>> size_in_words(999), size_in_words(1500), size_in_words(2_340_000)
    ('999 B', '1.5 kB', '2.3 MB')
    """
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"

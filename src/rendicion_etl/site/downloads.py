"""The page of the downloads: what lies in `descargas/`, what each file is for, under which terms, how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote

from rendicion_etl.curated.schemas import DATASETS, VIEWS
from rendicion_etl.site.pages import SECTIONS, write_json, write_page
from rendicion_etl.site.words import Words

_BESIDE = ("datapackage.json", "LEEME.txt")  # what an export leaves beside its files


class Download(Protocol):
    """A file of an export: `name` is its path in the folder."""

    @property
    def name(self) -> str: ...
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
    """Write the page that lists `downloads`, files in `descargas/` of the site at `home`, and what lies beside them."""
    folder = SECTIONS["downloads"]
    files = [(d.name, d.size, d.rows) for d in downloads]
    beside = [(home / folder / name, name) for name in _BESIDE if files]
    files += [(name, path.stat().st_size, None) for path, name in beside if path.is_file()]

    def context(words: Words) -> dict[str, Any]:
        return {"offers": [_offer(*file, words) for file in files]}

    write_page(home, folder, "downloads.html", context, "downloads")
    told = [{"path": name, "size": size, "rows": rows} for name, size, rows in files]
    write_json(home / folder, {"downloads": told})


def _offer(name: str, size: int, rows: int | None, words: Words) -> Offer:
    path = PurePosixPath(name)
    kind = path.suffix.removeprefix(".").lower()
    dataset = {**DATASETS, **VIEWS}.get(path.stem)
    if dataset:
        what = dataset.title_es if words.lang == "es" else dataset.title_en
    else:
        what = words.get(f"downloads.what_{kind}", "")
    kind = words.get(f"downloads.kind_{kind}", kind.upper())
    return Offer(quote(name), path.name, what, kind, size_in_words(size), rows)


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

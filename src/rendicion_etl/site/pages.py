"""How a page of the site is made: where it lies, its two languages, what every page has around it.

A page is a folder with `index.html` (Spanish) and `index.en.html`, so its address outlives any tool; links are
relative and name the file, so that the site works from a folder (`file://`) as from any web host.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import open_whole, write_whole
from rendicion_etl.curated.export import plain
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.words import Words
from rendicion_etl.version import VERSION

HERE = Path(__file__).parent
FILES = {"es": "index.html", "en": "index.en.html"}
SITE = "site"  # under the curated folder
# What the menu leads to: name of the text, folder of the page. Documents lie in folders of their own beside these.
SECTIONS = {
    "documents": "",
    "institutions": "instituciones",
    "rules": "reglas",
    "dictionary": "diccionario",
    "downloads": "descargas",
    "method": "metodo",
}
FINDINGS = "hallazgos"
ASSETS = "recursos"
FEEDS = {
    "es": {"documents": "feeds/documentos.atom", "findings": "feeds/hallazgos.atom"},
    "en": {"documents": "feeds/documentos.en.atom", "findings": "feeds/hallazgos.en.atom"},
}
_PIECES = 64  # of a page that are written at once
_ASSETS = ("style.css", "site.css", "lists.css", "reference.css", "site.js")


def write_page(
    home: Path, folder: str, template: str, context: Callable[[Words], Mapping[str, Any]], menu: str | None = None
) -> None:
    """Write both languages of the page `folder` of the site that lies in `home`.

    `context` gives what the template needs in one language; `menu` is the entry of the menu that it belongs to.
    """
    for lang in LANGUAGES:
        words = Words(lang)
        write_html(home / folder / FILES[lang], template, {**frame(folder, words, menu), **context(words)})


def write_json(folder: Path, value: Mapping[str, Any]) -> None:
    """`index.json` beside a page; decimals are text, as in every export."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=plain)
    write_whole(folder / "index.json", text.encode("utf-8"))


def read_json(folder: Path) -> dict[str, Any]:
    """What `write_json` left beside a page; nothing where it left nothing, or was cut short."""
    try:
        found = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def drawn(home: Path, folders: Iterable[str]) -> set[str]:
    """Those of `folders` that have a page: what failed to be drawn is named and not linked."""
    return {folder for folder in folders if (home / folder / FILES[LANGUAGES[0]]).is_file()}


def frame(folder: str, words: Words, menu: str | None = None) -> dict[str, Any]:
    """What the frame of a page needs: its language and texts, `url(folder, anchor)` to other pages, the menu."""
    root = "../" * len(Path(folder).parts)
    name = FILES[words.lang]

    def url(to: str, anchor: str = "") -> str:
        return f"{root}{to}{'/' if to else ''}{name}{'#' if anchor else ''}{anchor}"

    return {
        "layout": "site.html",
        "in_site": True,
        "lang": words.lang,
        "t": words,
        "root": root,
        "url": url,
        "twin": next((code, FILES[code]) for code in LANGUAGES if code != words.lang),
        "menu": SECTIONS,
        "menu_here": menu,
        "feeds": FEEDS[words.lang],
        "version": VERSION,
    }


def write_html(path: Path, template: str, context: Mapping[str, Any]) -> None:
    """Write a template filled in, as `render` does, but never with the whole page in memory."""
    pieces = _environment().get_template(template).stream(context)
    pieces.enable_buffering(_PIECES)
    with open_whole(path) as out:
        pieces.dump(out, encoding="utf-8")


def render(template: str, context: Mapping[str, Any]) -> str:
    """A template filled in; everything in it is escaped."""
    html: str = _environment().get_template(template).render(context)
    return html


def write_assets(home: Path) -> None:
    """Write the style and the script that all pages of the site share."""
    for name in _ASSETS:
        write_whole(home / ASSETS / name, (HERE / "assets" / name).read_bytes())


@functools.cache
def _environment() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = lambda value: f"{value:.1f}"
    return environment

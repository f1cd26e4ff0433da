"""One message of all that is to be told: short, in the reader's language, as plain text or as HTML.

What it quotes comes from PDFs, file names and servers: it may mark up nothing, link to nothing and call nobody.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rendicion_etl.curated.values import clean
from rendicion_etl.messages import say
from rendicion_etl.runs.notify.news import Item, News
from rendicion_etl.settings import Settings

_BREAK = "\N{ZERO WIDTH SPACE}"
_LONGEST = 400  # characters of an item
_SHORT = 140
# How many items of each section, of how many characters, are tried in turn until the message fits.
_STEPS = ((12, _LONGEST), (6, _LONGEST), (3, _SHORT), (1, _SHORT), (0, 0))
_ALARMING = ("alarms", "failed", "sources")


@dataclass(frozen=True)
class Message:
    """A message as a service takes it; the title counts in its length."""

    title: str
    body: str
    is_alarming: bool = False


def message_of(news: News, settings: Settings, *, as_html: bool, room: int) -> Message:
    """A message of at most `room` characters: where there is more, it says how many more there are."""
    from rendicion_etl.site.feeds import site_address

    lang, address = settings.lang, site_address(settings.site_url)
    sections = [(name, items) for name, items in news.sections() if items]
    counts = ", ".join(say(f"notify.count.{name}", lang, n=len(items)) for name, items in sections)
    title = say("notify.title", lang, what=counts)
    is_alarming = any(name in _ALARMING for name, _ in sections)

    def link(item: Item) -> str | None:
        return _link(item, address, settings.curated, lang)

    write = _html if as_html else _text
    for most, longest in _STEPS:
        blocks = [
            (
                say(f"notify.section.{name}", lang, n=len(items)),
                [(harmless(item.text(lang), longest), link(item)) for item in items[:most]],
                say("notify.more", lang, n=len(items) - most) if most and len(items) > most else "",
            )
            for name, items in sections
        ]
        body = write(blocks)
        if len(title) + len(body) + 2 <= room:
            return Message(title, body, is_alarming)
    return Message("", title[:room], is_alarming)  # as on a pager: how much of what


def harmless(text: str, longest: int = _LONGEST) -> str:
    """Words of strangers as words and nothing else, at most `longest` characters of them.

    No control characters; no mark-up or call of a chat (`<!channel>`, `@everyone`); nothing that a program would
    take for an address and make a link of. What is put in between has no width: the words read the same.

    >>> harmless("<b>@everyone</b> informe.pdf Q 310.00")
    '‹b›@\\u200beveryone‹/b› informe.pdf Q 310.00'
    """
    text = " ".join(clean(text).split())
    if len(text) > longest:
        text = text[: max(longest - 1, 0)].rstrip() + "…"
    text = text.replace("<", "‹").replace(">", "›").replace("@", f"@{_BREAK}").replace("://", f":{_BREAK}//")
    return re.sub(r"(?<=\w)\.(?=[^\W\d])(?!pdf\b(?![./]))", f".{_BREAK}", text)


def _link(item: Item, address: str | None, curated: Path, lang: str) -> str | None:
    """Where the page of an item is: on the site if that is published, else on this machine if it was drawn."""
    from rendicion_etl.site.pages import FILES, SITE

    if item.page is None:
        return None
    if address:
        return f"{address}{item.page}/{FILES[lang]}"
    page = (curated / SITE / item.page / FILES[lang]).absolute()
    return str(page) if page.is_file() else None


Block = tuple[str, list[tuple[str, str | None]], str]
"""A heading, items with their links, and what is said of those left out."""


def _text(blocks: list[Block]) -> str:
    parts = []
    for heading, items, more in blocks:
        lines = [heading]
        for said, link in items:
            lines += [f"• {said}", *([f"  {link}"] if link else [])]
        parts.append("\n".join([*lines, *([more] if more else [])]))
    return "\n\n".join(parts)


def _html(blocks: list[Block]) -> str:
    escape: Callable[[str], str] = html.escape
    parts = []
    for heading, items, more in blocks:
        parts.append(f"<p><b>{escape(heading)}</b></p>")
        for said, link in items:
            shown = escape(link or "")
            # A page of this machine is no address that another could open.
            anchor = f'<a href="{shown}">{shown}</a>' if "://" in shown else shown
            parts.append(f"<p>• {escape(said)}{f'<br/>{anchor}' if link else ''}</p>")
        parts += [f"<p>{escape(more)}</p>"] if more else []
    return "\n".join(parts)

"""The links of a page or a list, without what else is in it: pages of strangers, of bounded size, in flat memory.

The parser builds no tree, loads nothing that the page names, and takes any HTML, however broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from lxml import etree

_LONGEST_TEXT = 500
_LONGEST_ADDRESS = 2000
_MOST_LINKS = 20_000


@dataclass(frozen=True)
class Link:
    """An address of the web, absolute and without fragment, and the text that stands on it.

    is_next: the page says that it leads to the next one.
    """

    address: str
    text: str = ""
    is_next: bool = False


def links_in_page(page: bytes, address: str, encoding: str | None = None) -> list[Link]:
    """The links of an HTML page that lies at `address`, in their order; at most 20,000.

    encoding: as its server said; else the page's own word counts, else UTF-8.
    """
    collector = _Collector()
    try:
        parser = etree.HTMLParser(target=collector, no_network=True, encoding=encoding or _encoding_of(page))
    except LookupError:  # an encoding that there is not
        parser = etree.HTMLParser(target=collector, no_network=True)
    try:
        parser.feed(page)
        parser.close()
    except etree.LxmlError:  # nested beyond all measure, or empty: what was read until then counts
        collector.end("a")
    base = _joined(address, collector.base) if collector.base else None
    return [
        Link(target, text, is_next)
        for href, text, is_next in collector.found
        if (target := _joined(base or address, href))
    ]


def links_in_list(text: str) -> Iterator[tuple[int, str, str | None]]:
    """The lines of a list of links: (number, as written, the address or None where it is none).

    Empty lines and those that begin with # are passed over.
    """
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if said and not said.startswith("#"):
            yield number, said[:_LONGEST_TEXT], _joined(said, said)


class _Collector:
    """What the parser hands over: (href, text, whether it leads to the next page) and the page's base."""

    def __init__(self) -> None:
        self.base: str | None = None
        self.found: list[tuple[str, str, bool]] = []
        self._open: tuple[str, str, bool] | None = None
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        href = attributes.get("href")
        if href is None or len(href) > _LONGEST_ADDRESS:
            return
        is_next = "next" in attributes.get("rel", "").lower().split()
        if tag == "base" and self.base is None:
            self.base = href
        elif tag == "link" and is_next:
            self._keep(href, "", is_next)
        elif tag in ("a", "area"):
            self.end("a")
            self._open = (href, attributes.get("title") or attributes.get("aria-label") or "", is_next)
            self._text, self._length = [], 0

    def data(self, data: str) -> None:
        if self._open and self._length < _LONGEST_TEXT:
            self._text.append(data[:_LONGEST_TEXT])
            self._length += len(data)

    def end(self, tag: str) -> None:
        if tag == "a" and self._open:
            href, title, is_next = self._open
            self._open = None
            self._keep(href, "".join(self._text) if "".join(self._text).strip() else title, is_next)

    def close(self) -> None:
        self.end("a")

    def _keep(self, href: str, text: str, is_next: bool) -> None:
        if len(self.found) < _MOST_LINKS:
            self.found.append((href, " ".join(text.split())[:_LONGEST_TEXT], is_next))


def _encoding_of(page: bytes) -> str | None:
    """UTF-8 where the page says nothing else of itself and is UTF-8; None leaves it to the parser."""
    if b"charset" in page[:2048].lower():
        return None
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _joined(base: str, href: str) -> str | None:
    """An address of the web that a link means, without its fragment; None for any other kind of address."""
    try:
        url = httpx.URL(base).join(href.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return None
    is_of_web = url.scheme in ("http", "https") and bool(url.host)
    return str(url) if is_of_web and len(str(url)) <= _LONGEST_ADDRESS else None

"""A feed as Atom (RFC 4287): what the entries say as plain text, in an order and with dates that the caller gives."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from uuid import UUID, uuid5

from rendicion_etl.curated.values import clean

_ATOM = "http://www.w3.org/2005/Atom"
# The names of our feeds and entries are made in this one (RFC 4122), so that they need no host and last for ever.
_NAMES = UUID("6f0c1a52-6f86-5c0e-9d35-0d1d4c7e2a10")
# What XML cannot hold, of what `clean` leaves.
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class AtomEntry:
    """An entry. `link` is the address of its page, `data` of the same as JSON; `terms` are its categories."""

    id: str
    title: str
    published: dt.datetime
    updated: dt.datetime
    summary: str
    link: str
    data: str
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AtomFeed:
    """A feed. `itself` and `page` are the addresses of its file and of its page; `base` is what links start from."""

    id: str
    lang: str
    title: str
    subtitle: str
    author: str
    rights: str
    generator: tuple[str, str]
    updated: dt.datetime
    itself: str
    page: str
    base: str | None
    entries: list[AtomEntry]


def name_of(*parts: str) -> str:
    """The lasting name of a feed or an entry: the same parts give the same URN."""
    return uuid5(_NAMES, "/".join(parts)).urn


def atom(feed: AtomFeed) -> bytes:
    """The feed as XML in UTF-8; the same feed gives the same bytes."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.lang, **({"xml:base": feed.base} if feed.base else {})})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated))
    _text(ET.SubElement(root, "author"), "name", feed.author)
    _link(root, "self", "application/atom+xml", feed.itself)
    _link(root, "alternate", "text/html", feed.page, feed.lang)
    _text(root, "rights", feed.rights)
    _text(root, "generator", feed.generator[0]).set("version", feed.generator[1])
    for entry in feed.entries:
        _entry(ET.SubElement(root, "entry"), entry, feed.lang)
    ET.indent(root, " ")
    out: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return out + b"\n"


def _entry(home: ET.Element, entry: AtomEntry, lang: str) -> None:
    _text(home, "id", entry.id)
    _text(home, "title", entry.title)
    _text(home, "published", _moment(entry.published))
    _text(home, "updated", _moment(entry.updated))
    _link(home, "alternate", "text/html", entry.link, lang)
    _link(home, "alternate", "application/json", entry.data)
    for term, label in entry.terms:
        ET.SubElement(home, "category", {"term": _plain(term), "label": _plain(label)})
    _text(home, "summary", entry.summary)


def _text(home: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(home, tag)
    element.text = _plain(text)
    return element


def _link(home: ET.Element, rel: str, media: str, href: str, lang: str | None = None) -> None:
    ET.SubElement(home, "link", {"rel": rel, "type": media, **({"hreflang": lang} if lang else {}), "href": href})


def _plain(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", clean(text, keep_lines=True))


def _moment(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

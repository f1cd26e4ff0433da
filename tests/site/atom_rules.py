"""What RFC 4287 asks of a feed document: the schema of its appendix B, and what its text asks beyond (4.1.1, 4.1.2).

`problems` tells what is wrong, by section. Only what a feed of plain text can hold is admitted.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
# Element -> child -> how often at least and at most (None: any number); "" where it holds text alone.
CHILDREN: dict[str, dict[str, tuple[int, int | None]]] = {
    "feed": {
        "author": (0, None),
        "category": (0, None),
        "contributor": (0, None),
        "generator": (0, 1),
        "icon": (0, 1),
        "id": (1, 1),
        "link": (0, None),
        "logo": (0, 1),
        "rights": (0, 1),
        "subtitle": (0, 1),
        "title": (1, 1),
        "updated": (1, 1),
        "entry": (0, None),
    },
    "entry": {
        "author": (0, None),
        "category": (0, None),
        "content": (0, 1),
        "contributor": (0, None),
        "id": (1, 1),
        "link": (0, None),
        "published": (0, 1),
        "rights": (0, 1),
        "source": (0, 1),
        "summary": (0, 1),
        "title": (1, 1),
        "updated": (1, 1),
    },
    "author": {"name": (1, 1), "uri": (0, 1), "email": (0, 1)},
}
ATTRIBUTES = {
    "link": {"href", "rel", "type", "hreflang", "title", "length"},
    "category": {"term", "scheme", "label"},
    "generator": {"uri", "version"},
    **{name: {"type"} for name in ("title", "subtitle", "rights", "summary", "content")},
}
NEEDED = {"link": {"href"}, "category": {"term"}}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # 3.3, RFC 3339
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")  # 4.2.6: an id is never relative
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
MEDIA = re.compile(r".+/.+")


def problems(content: bytes) -> list[str]:
    """What is wrong with a feed; raises ParseError for what is no XML."""
    root = ET.fromstring(content)
    return list(_problems(root)) if root.tag == f"{ATOM}feed" else [f"2: the document is {root.tag}"]


def _problems(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        yield from _form(element)
    entries = root.findall(f"{ATOM}entry")
    if root.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        yield "4.1.1: no author, of the feed or of each entry"
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        yield "4.1.1: no link to the feed itself"
    ids = Counter(element.text for element in root.iter(f"{ATOM}id"))
    yield from (f"4.1.1: the id {name} {n} times" for name, n in ids.items() if n > 1)
    for home in (root, *entries):
        kinds = Counter(
            (link.get("type"), link.get("hreflang"))
            for link in home.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        )
        yield from (f"4.1.1, 4.1.2: alternate {kind} {n} times" for kind, n in kinds.items() if n > 1)
        if home is not root and not kinds and home.find(f"{ATOM}content") is None:
            yield "4.1.2: neither content nor an alternate link"


def _form(element: ET.Element) -> Iterator[str]:
    name, text = element.tag.removeprefix(ATOM), element.text or ""
    admitted = CHILDREN.get(name, {})
    counts = Counter(child.tag.removeprefix(ATOM) for child in element)
    yield from (f"B: {name} holds {child}" for child in counts if child not in admitted)
    for child, (least, most) in admitted.items():
        if counts[child] < least or (most is not None and counts[child] > most):
            yield f"4.1: {name} has {counts[child]} {child}"
    if admitted and text.strip():
        yield f"B: text in {name}"
    attributes = set(element.attrib) - {f"{XML}lang", f"{XML}base"}
    if wrong := attributes - ATTRIBUTES.get(name, set()):
        yield f"B: {name} has {sorted(wrong)}"
    if missing := NEEDED.get(name, set()) - attributes:
        yield f"B: {name} lacks {sorted(missing)}"
    if not LANGUAGE.fullmatch(element.get(f"{XML}lang", "es")) or not LANGUAGE.fullmatch(element.get("hreflang", "es")):
        yield f"2: language of {name}"
    if name in {"updated", "published"} and not DATE.fullmatch(text):
        yield f"3.3: {name} is {text}"
    if name == "id" and not URI.fullmatch(text):
        yield f"4.2.6: id is {text}"
    if name == "link" and not MEDIA.fullmatch(element.get("type", "text/html")):
        yield f"4.2.7.3: type is {element.get('type')}"
    if name in {"title", "summary", "name"} and not text.strip():
        yield f"4.2: an empty {name}"

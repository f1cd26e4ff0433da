"""Running headers, footers and page numbers: lines that belong to the page, not to what is printed on it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from rendicion_etl.reading.page import Line, Page
from rendicion_etl.tables.captions import CAPTION_NUMBER, LINE_STEP
from rendicion_etl.tables.shape import looks_numeric, squash

MARGIN = 0.14  # of the page's height, at the top and at the bottom
SAME_HEIGHT = 4.0  # points
REPEATED = 0.35  # of the pages: fewer, and it is no running header (left and right pages may differ)
MOST_TITLES = 4  # lines under the number of a table
_PAGE_NUMBER = re.compile(r"(?:p[áa]g(?:ina|\.)?\s*)?(?:no\.?\s*)?\d{1,4}(?:\s*(?:de|/)\s*\d{1,4})?", re.IGNORECASE)


def furniture(pages: Sequence[Page]) -> dict[int, list[Line]]:
    """Page number -> its lines that are furniture: in a margin, and either a page number or repeated on other pages."""
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    candidates: list[tuple[Page, Line, str, float]] = []
    for page in pages:
        for line in page.lines:
            from_edge = _distance_in_margin(page, line)
            if from_edge is None:
                continue
            key = re.sub(r"\d+", "#", squash(line.text))
            seen[key].append((page.number, from_edge))
            candidates.append((page, line, key, from_edge))
    titles = _titles(pages)
    out: dict[int, list[Line]] = defaultdict(list)
    for page, line, key, from_edge in candidates:
        if id(line) in titles:
            continue
        pages_with = {n for n, edge in seen[key] if abs(edge - from_edge) <= SAME_HEIGHT}
        repeated = len(pages_with) >= max(2, REPEATED * len(pages)) and not CAPTION_NUMBER.match(line.text)
        if repeated or _PAGE_NUMBER.fullmatch(line.text.strip()):
            out[page.number].append(line)
    for before, page in pairwise(pages):
        known = {id(line) for line in out[page.number]}
        out[page.number] += [line for line in _repeated_head(before, page) if id(line) not in known | titles]
    return out


def _titles(pages: Sequence[Page]) -> set[int]:
    """Ids of the lines under the number of a table: several may have one title, each at the top of its page."""
    numbered = {page.number: [n for n in page.lines if CAPTION_NUMBER.match(n.text)] for page in pages}
    times = Counter(squash(n.text) for lines in numbered.values() for n in lines)
    out: set[int] = set()
    for page in pages:
        first = {id(n) for n in numbered[page.number] if times[squash(n.text)] == 1}
        if not first:
            continue
        above: Line | None = None
        under = 0
        for line in sorted(page.lines, key=lambda n: n.box.top):
            goes_on = (
                above is not None
                and under < MOST_TITLES
                and line.box.top - above.box.bottom < LINE_STEP * line.box.height
                and line.box.x0 < above.box.x1
                and line.box.x1 > above.box.x0
            )
            if id(line) in first:
                above, under = line, 0
            elif goes_on:
                out.add(id(line))
                above, under = line, under + 1
    return out


def _repeated_head(before: Page, page: Page) -> list[Line]:
    """The lines at the top of a page that the page before begins with too, down to the first other.

    The head of a printout reaches further down than any margin.
    """
    printed = {(_key(line.text), round(line.box.top / SAME_HEIGHT)) for line in before.lines}
    out: list[Line] = []
    for line in sorted(page.lines, key=lambda n: n.box.top):
        height = round(line.box.top / SAME_HEIGHT)
        repeated = any((_key(line.text), height + step) in printed for step in (-1, 0, 1))
        if not repeated or CAPTION_NUMBER.match(line.text):
            break
        out.append(line)
    return out


def _key(text: str) -> str:
    """A line without its numbers, which count pages and hours; a number by itself stays."""
    return squash(text) if looks_numeric(text) else re.sub(r"\d+", "#", squash(text))


def _distance_in_margin(page: Page, line: Line) -> float | None:
    """Distance from the page's edge, negative at the bottom; None for a line outside the margins."""
    if line.box.bottom <= MARGIN * page.height:
        return line.box.top
    if line.box.top >= (1 - MARGIN) * page.height:
        return line.box.bottom - page.height
    return None

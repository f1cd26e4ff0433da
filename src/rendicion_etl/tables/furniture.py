"""Running headers, footers and page numbers: lines that belong to the page, not to what is printed on it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from rendicion_etl.reading.page import Line, Page
from rendicion_etl.tables.captions import CAPTION_NUMBER, LINE_STEP
from rendicion_etl.tables.shape import looks_numeric, squash

MARGIN = 0.14  # of the page's height, at the top and at the bottom
SAME_HEIGHT = 4.0  # points
REPEATED = 0.35  # of the pages: fewer, and it is no running header (left and right pages may differ)
MOST_TITLES = 4  # lines under the number of a table
_PAGE_NUMBER = re.compile(r"(?:p[áa]g(?:ina|\.)?\s*)?(?:no\.?\s*)?\d{1,4}(?:\s*(?:de|/)\s*\d{1,4})?", re.IGNORECASE)


def furniture(pages: Sequence[Page]) -> dict[int, tuple[int, ...]]:
    """Page number -> which of its lines are furniture, counted from 0.

    That are those in a margin that are a page number, or are repeated on other pages, and the head of a printout.
    """
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    times: Counter[str] = Counter()  # each number of a table
    for page in pages:
        for line in page.lines:
            from_edge = _distance_in_margin(page, line)
            if from_edge is not None:
                seen[_numberless(line.text)].append((page.number, from_edge))
            if CAPTION_NUMBER.match(line.text):
                times[squash(line.text)] += 1
    out: dict[int, tuple[int, ...]] = {}
    before: list[Line] = []
    for page in pages:
        lines = page.lines
        titles = _titles(lines, times)
        places = []
        for k, line in enumerate(lines):
            from_edge = _distance_in_margin(page, line)
            if from_edge is None or k in titles:
                continue
            pages_with = {n for n, edge in seen[_numberless(line.text)] if abs(edge - from_edge) <= SAME_HEIGHT}
            repeated = len(pages_with) >= max(2, REPEATED * len(pages)) and not CAPTION_NUMBER.match(line.text)
            if repeated or _PAGE_NUMBER.fullmatch(line.text.strip()):
                places.append(k)
        known = titles.union(places)
        out[page.number] = (*places, *(k for k in _repeated_head(before, lines) if k not in known))
        before = lines
    return out


def without(lines: Sequence[Line], places: Collection[int]) -> list[Line]:
    """The lines of a page but for those at some places: its furniture."""
    return [line for k, line in enumerate(lines) if k not in places]


def _titles(lines: Sequence[Line], times: Counter[str]) -> set[int]:
    """Places of the lines under the number of a table: several may have one title, each at the top of its page."""
    out: set[int] = set()
    first = {k for k, n in enumerate(lines) if CAPTION_NUMBER.match(n.text) and times[squash(n.text)] == 1}
    if first:
        above: Line | None = None
        under = 0
        for k in sorted(range(len(lines)), key=lambda k: lines[k].box.top):
            line = lines[k]
            goes_on = (
                above is not None
                and under < MOST_TITLES
                and line.box.top - above.box.bottom < LINE_STEP * line.box.height
                and line.box.x0 < above.box.x1
                and line.box.x1 > above.box.x0
            )
            if k in first:
                above, under = line, 0
            elif goes_on:
                out.add(k)
                above, under = line, under + 1
    return out


def _repeated_head(before: Sequence[Line], lines: Sequence[Line]) -> list[int]:
    """Places of the lines at the top of a page that the page before begins with too, down to the first other.

    The head of a printout reaches further down than any margin.
    """
    printed = {(_key(line.text), round(line.box.top / SAME_HEIGHT)) for line in before}
    out: list[int] = []
    for k in sorted(range(len(lines)), key=lambda k: lines[k].box.top):
        line = lines[k]
        height = round(line.box.top / SAME_HEIGHT)
        repeated = any((_key(line.text), height + step) in printed for step in (-1, 0, 1))
        if not repeated or CAPTION_NUMBER.match(line.text):
            break
        out.append(k)
    return out


def _key(text: str) -> str:
    """A line without its numbers, which count pages and hours; a number by itself stays."""
    return squash(text) if looks_numeric(text) else _numberless(text)


def _numberless(text: str) -> str:
    return re.sub(r"\d+", "#", squash(text))


def _distance_in_margin(page: Page, line: Line) -> float | None:
    """Distance from the page's edge, negative at the bottom; None for a line outside the margins."""
    if line.box.bottom <= MARGIN * page.height:
        return line.box.top
    if line.box.top >= (1 - MARGIN) * page.height:
        return line.box.bottom - page.height
    return None

"""Lines outside tables -> sentences, each with the heading that it stands under.

What was cut by a column, a table or the end of a page is marked as such: nobody is accused by half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.text import fold
from rendicion_etl.reading.page import Box, Line, Page, shared_width
from rendicion_etl.tables.captions import is_caption
from rendicion_etl.tables.furniture import furniture, without
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.shape import squash

NEXT_LINE = 1.2  # of the height of a line: two of one paragraph stand no further apart
INDENT = 45.0  # points: how far apart lines of one paragraph begin at most
ALIKE = 0.75  # of the height of the line above
LONGEST_HEADING = 160  # characters
LARGER, DEEPEST = 1.15, 3  # a heading over another is so much taller; so many levels count

_END = re.compile(r"[.!?;:][\"”»)]?$")
_STOP = re.compile(r"(?<=[^\s.][.!?])[\"”»)]?\s+(?=[\"“«¿¡(]?[A-ZÁÉÍÓÚÑ])")
_BROKEN = re.compile(r"[-\u00ad\u0002\ufffe]$")
_OF_MONEY = re.compile(r"^[qQ]\.?\s?\d")
_ALONE = re.compile(r"^[qQ]\.?\s?\d[\d.,' ]*\d$")
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?\s+[A-ZÁÉÍÓÚÑ]")
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)[.)]?\s")
_FIGURE = re.compile(r"\d[.,]\d|%|(?<!\w)[qQ]\.?\s?\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one page. `heading` has the headings over it, one a line; `whole`: it was not cut.

    `before` are the sentences of its page since the last heading: they may have said what it goes on about.
    """

    page: int
    text: str
    box: Box
    heading: str
    whole: bool
    before: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that run on from one to the next, in the coordinates of the page as it was read."""

    page: Page
    lines: tuple[Line, ...]
    cut: bool

    @property
    def box(self) -> Box:
        return Box.around([n.box for n in self.lines])

    @property
    def text(self) -> str:
        return _joined(self.lines)[0]


def blocks(pages: Sequence[Page], tables: Sequence[RawTable]) -> Iterator[Block]:
    """The text of a document outside its tables, captions, notes and running heads, top to bottom."""
    repeated = furniture(pages)
    captions = {squash(n) for t in tables for n in (*t.caption.lines, *(t.source_note or "").splitlines())}
    for page in pages:
        regions = [r.box for t in tables for r in t.regions if r.page == page.number]
        own = without(page.lines, repeated[page.number])
        lines = [n for n in own if not _is_of_table(page, n, regions, captions)]
        yield from _paragraphs(page, lines, regions)


def sentences(found: Iterable[Block]) -> Iterator[Sentence]:
    """The sentences of blocks; what has no figure and does not end as a sentence is a heading for what follows."""
    headings: list[Block] = []
    before: list[Sentence] = []
    for block in found:
        text, starts = _joined(block.lines)
        if is_heading(block):
            headings.append(block)
            before = []
            continue
        heading = heading_over(block, headings)
        spans = list(_spans(text))
        for k, (start, end) in enumerate(spans):
            touched = [n for n, at in zip(block.lines, starts, strict=True) if start < at[1] and at[0] < end]
            if not touched:
                continue
            box = block.page.displayed(Box.around([n.box for n in touched]))
            said = text[start:end].strip()
            cut = (block.cut and k == len(spans) - 1) or said[:1].islower()
            passage = " . ".join(s.text for s in before if s.page == block.page.number)
            before.append(Sentence(block.page.number, said, box, heading, not cut, passage))
            yield before[-1]


def is_heading(block: Block) -> bool:
    """Whether a block has no figure and does not end as a sentence; the number of a table heads nothing else."""
    text = block.text
    heads = not _END.search(text) and not _FIGURE.search(text) and len(text) <= LONGEST_HEADING
    return heads and not is_caption(text)


def ends_as_sentence(text: str) -> bool:
    return bool(_END.search(text))


def heading_over(block: Block, headings: Sequence[Block]) -> str:
    """The headings that a block stands under, line by line: the last, and those above it that are larger or number it.

    `headings` are those before it; on its own page only those of its column count.
    """
    out: list[str] = []
    number: str | None = None
    tallest = 0.0
    for heading in reversed(headings):
        if heading.page is block.page and shared_width(heading.box, block.box) <= 0:
            continue
        text, height = heading.text, heading.lines[0].box.height
        own = match[1] if (match := _SECTION.match(text)) else None
        larger = own is None and height > LARGER * tallest
        if not out or larger or (own and (number is None or number.startswith(f"{own}."))):
            out.insert(0, text)
            number, tallest = own or number, max(height, tallest)
        if len(out) == DEEPEST:
            break
    return "\n".join(out)


def _is_of_table(page: Page, line: Line, regions: Sequence[Box], captions: Collection[str]) -> bool:
    box = page.displayed(line.box)
    if any(region.overlap(box) > 0.5 * box.width * box.height for region in regions):
        return True
    return squash(line.text) in captions and not _FIGURE.search(line.text)


def _paragraphs(page: Page, lines: Sequence[Line], regions: Sequence[Box]) -> Iterator[Block]:
    """Lines joined where one runs on in the next: it is full, and the next stands right below it."""
    found: list[list[Line]] = []
    for line in lines:
        above = next((b for b in reversed(found) if _runs_on(b[-1], line, lines, regions)), None)
        if above is not None:
            above.append(line)
        else:
            found.append([line])
    for block in found:
        last = block[-1]
        cut = not _END.search(last.text) and _is_full(last, "", lines, regions) and len(block) > 1
        cut = cut or (not _END.search(last.text) and _is_full(last, "xxxxx", lines, regions))
        yield Block(page, tuple(block), cut)


def _runs_on(above: Line, line: Line, lines: Sequence[Line], regions: Sequence[Box]) -> bool:
    height = above.box.height
    gap = line.box.top - above.box.bottom
    if not -0.5 * height < gap < NEXT_LINE * height or abs(line.box.x0 - above.box.x0) > INDENT:
        return False
    if not ALIKE < line.box.height / height < 1 / ALIKE or shared_width(above.box, line.box) <= 0:
        return False
    begins_anew = line.text[:1].isupper() and not _OF_MONEY.match(line.text)
    if begins_anew and ((above.text[-1:].isdigit() and _FIGURE.search(above.text)) or above.box.x0 > line.box.x0 + 20):
        return False  # a label with its figure, or a title set in the middle
    if _ALONE.match(line.text) or (_NUMBERED.match(line.text) and _END.search(above.text)):
        return False
    return _is_full(above, line.text.split()[0], lines, regions)


def _is_full(line: Line, word: str, lines: Sequence[Line], regions: Sequence[Box]) -> bool:
    """Whether a word has no room at the end of a line, as far as the lines that begin with it reach."""
    column = [b for b in (*(n.box for n in lines), *regions) if abs(b.x0 - line.box.x0) <= INDENT]
    letter = line.box.width / max(len(line.text), 1)
    return line.box.x1 + letter * (len(word) + 1) > max((b.x1 for b in column), default=line.box.x1) - 1


def _joined(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """The text of lines, a word broken by a hyphen mended; and from where to where each line reaches in it."""
    text, at = "", []
    for line in lines:
        said = line.text.strip()
        if text and _BROKEN.search(text) and said[:1].islower():
            text = text[:-1]
        elif text:
            text += " "
        at.append((len(text), len(text) + len(said)))
        text += said
    return text, at


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(vocabulary("statements")["sentences"]["abbreviations"])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text begins and ends."""
    start = 0
    for match in _STOP.finditer(text):
        before = text[start : match.start()].rstrip('"”»)')
        word = fold(before.split()[-1]).rstrip(".") if before.split() else ""
        if word in _abbreviations() or re.fullmatch(r"[\d.]+", before):
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)

"""The lines above a table that name it, and the note below it that says where its figures come from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rendicion_etl.reading.page import Box, Line, misalignment, shared_width
from rendicion_etl.tables.model import Caption
from rendicion_etl.tables.shape import squash

MOST_LINES = 9
LINE_STEP = 1.75  # of a line's height: a wider step upwards ends the caption
NOTE_REACH = 26.0  # points below the table in which its source note begins
CAPTION_NUMBER = re.compile(
    r"((?:tabla|cuadro|anexo|matriz|formato|reporte)\s*(?:n[o°ºu]m?\.?|#)?\s*[.:]?\s*(?:\d{1,3}(?:[.-]\d{1,3})*|[IVX]{1,5})[A-Za-z]?)\b[\s.:\-–—]*(.*)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\(?\*?\s*(?:fuente|elaboraci[óo]n)\b.*", re.IGNORECASE)
_TITLE = re.compile(
    r"\(?(?:(?:(?:primer|segundo|tercer|cuarto)o?\s+(?:cuatrimestre|trimestre|semestre)|(?:al|del|de)\s+\d.*|enero.*)"
    r"(?:\s+(?:de\s+|del\s+)?(?:año\s+)?\d{4})?|(?:(?:cifras|valores|montos|expresad[oa]s?)\s+)?"
    r"en\s+(?:(?:millones|miles)\s+de\s+)?quetzales)\)?\.?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\W*\b(?:contin[uú]a(?:ci[óo]n)?|viene de la p[áa]gina anterior|cont\.)\W*", re.IGNORECASE)
_CHART = re.compile(r"(?:gr[áa]fic[ao]|figura|ilustraci[óo]n|mapa)\s*(?:n[o°ºu]m?\.?|#)?\s*[.:]?\s*\d", re.IGNORECASE)
_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]|[IVX]{1,5}[.)])\s+\S.*")
_PARAGRAPH_END = re.compile(r".*[.;:,]$")


def is_caption(text: str) -> bool:
    """Whether a line begins with the number of a table or a chart: `Cuadro No. 4`, `Gráfica 2`."""
    return bool(CAPTION_NUMBER.match(text) or _CHART.match(text))


def is_title(text: str) -> bool:
    """Whether a line is the period or the unit of a title, `Primer cuatrimestre 2024`, `En millones de quetzales`."""
    return bool(_TITLE.fullmatch(text.strip()))


def is_note(text: str) -> bool:
    """Whether a text says where figures come from, `Fuente: ...`; `Fuente de financiamiento` heads a column."""
    return bool(_NOTE.fullmatch(text)) and ":" in text


def find_caption(lines: Sequence[Line], box: Box, others: Sequence[Box]) -> Caption:
    """The caption of the table at `box`: the lines just above it, not those of the `others` on its page."""
    ceiling = max((b.bottom for b in others if b.bottom <= box.top + 2 and b.x0 < box.x1 and b.x1 > box.x0), default=0)
    above = [n for n in lines if ceiling - 1 <= n.box.top and n.box.bottom <= box.top + 2]
    block: list[Line] = []
    edge = box.top
    for line in _own_lines(above, box, others):
        step = LINE_STEP * max(line.box.height, 6.0)
        if edge - line.box.bottom > (step if block else 2 * step) or len(block) == MOST_LINES:
            break
        if _NOTE.fullmatch(line.text) or _HEADING.fullmatch(line.text):
            break
        block.append(line)
        edge = line.box.top
        if CAPTION_NUMBER.match(line.text):
            return _numbered(block)
    title = _title_lines(block, box)
    return Caption(tuple(line.text for line in reversed(title)), top=min((n.box.top for n in title), default=math.inf))


def find_caption_below(lines: Sequence[Line], box: Box) -> Caption:
    """The caption printed under the table at `box`: its number just below it, and the lines set under that one."""
    block: list[Line] = []
    for line in sorted((n for n in lines if n.box.top > box.bottom - 2), key=lambda n: n.box.top):
        edge = block[-1].box.bottom if block else box.bottom
        height = max(line.box.height, 6.0)
        near = line.box.top - edge < (LINE_STEP - 1 if block else LINE_STEP) * height
        if not near or len(block) == MOST_LINES or _NOTE.fullmatch(line.text) or _HEADING.fullmatch(line.text):
            break
        if bool(block) == bool(CAPTION_NUMBER.match(line.text)) or line.bold != (block or [line])[0].bold:
            break
        if block and misalignment(block[0].box, line.box) > height:
            break
        block.append(line)
    return replace(_numbered(block[::-1]), top=math.inf) if block else Caption()


def stand_below(of_pages: Iterable[tuple[Sequence[Line], Sequence[Box]]]) -> bool:
    """Whether a document prints the captions under its tables: at least two right under one, and none over one.

    `of_pages`: of each page its lines outside tables, and where its tables are.
    """
    under = 0
    for lines, boxes in of_pages:
        for line in (n.box for n in lines if CAPTION_NUMBER.match(n.text)):
            step = LINE_STEP * max(line.height, 6.0)
            across = [b for b in boxes if shared_width(b, line) > 0]
            if any(-2 < line.top - b.bottom < step for b in across):
                under += 1
            elif any(line.bottom - 2 < b.top < line.bottom + MOST_LINES * step for b in across):
                return False
    return under > 1


def says_the_same(caption: Caption, again: Caption) -> bool:
    """Whether the number and title of a table are printed again, or its number alone with `(continuación)`."""
    if not caption.number or squash(caption.number) != squash(again.number or ""):
        return False
    one, two = (_GOES_ON.sub(" ", c.title or "") for c in (caption, again))
    return squash(one) == squash(two) or (not squash(two) and bool(again.title))


def find_source_note(lines: Sequence[Line], box: Box, others: Sequence[Box]) -> str | None:
    """The `Fuente: ...` printed just below the table."""
    for line in lines:
        below = box.bottom - 3 <= line.box.top <= box.bottom + NOTE_REACH
        near = _over(line.box, box) or not any(_over(line.box, other) for other in others)
        if below and near and _NOTE.fullmatch(line.text):
            return line.text
    return None


def _own_lines(above: Sequence[Line], box: Box, others: Sequence[Box]) -> Iterator[Line]:
    """The lines over the table from the nearest upwards; they end at a height where none stands over it."""
    rest = sorted(above, key=lambda n: -n.box.bottom)
    while rest:
        level = [n for n in rest if n.box.bottom > rest[0].box.top]
        alone = not any(_beside(other, box) for other in others)
        own = level if alone else [n for n in level if _over(n.box, box) or _is_beside(n, box, others)]
        if not own and not any(_over(n.box, other) for n in level for other in others):
            return
        yield from own
        rest = rest[len(level) :]


def _over(line: Box, box: Box) -> bool:
    """The line's centre lies above or below the table, or the line covers most of it (a title centred on the page)."""
    centred = box.x0 - 5 <= (line.x0 + line.x1) / 2 <= box.x1 + 5
    return centred or shared_width(line, box) > 0.5 * min(line.width, box.width)


def _beside(other: Box, box: Box) -> bool:
    """Two tables stand side by side."""
    return other.top < box.bottom and other.bottom > box.top


def _is_beside(line: Line, box: Box, others: Sequence[Box]) -> bool:
    """A line over none of the tables that stand side by side, nearest to this one: a title centred on half a page."""
    strip = [other for other in others if _beside(other, box)]
    if any(_over(line.box, other) for other in strip):
        return False
    return all(_apart(line.box, box) <= _apart(line.box, other) for other in strip)


def _apart(a: Box, b: Box) -> float:
    """White space between two boxes along the line; 0 where one stands over the other."""
    return max(a.x0 - b.x1, b.x0 - a.x1, 0.0)


def _numbered(block: list[Line]) -> Caption:
    texts = [line.text for line in reversed(block)]
    match = CAPTION_NUMBER.match(texts[0])
    assert match
    number, rest = re.sub(r"\s+", " ", match[1]).strip(), match[2].strip()
    return Caption((number, *([rest] if rest else []), *texts[1:]), number, block[-1].box.top)


def _title_lines(block: list[Line], box: Box) -> list[Line]:
    """Without a number to start from: the lines nearest the table that are set as a title, not as a paragraph."""
    out: list[Line] = []
    for line in block:
        if (line.box.width > 0.92 * box.width and _PARAGRAPH_END.match(line.text)) or line.text.endswith("."):
            break
        out.append(line)
    return out

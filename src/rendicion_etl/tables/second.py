"""The independent second reading: another parser (pdfminer, through pdfplumber) that segments a region its own way.

It is asked only about regions where something must be confirmed. What it gives is compared with the first reading by
whoever confirms; nothing here knows what the first reading was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.shape import squash

NAME = "pdfplumber"
MARGIN = 3.0  # points around a region, so that its outer rules are seen
COVERS = 0.9  # of the region's area must be cells for its rulings to be trusted


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text without white space, as pdfminer's characters make it."""

    text: str
    box: Box


@dataclass
class RegionReading:
    """A region read a second time.

    cells: text and box of every cell; rows: the texts of each row, blank ones left out; words: every word whose
    centre lies in the region; around: words just above and below it. `by_rules` says whether rulings segmented it;
    where not, each printed line is a row and each word a cell.
    """

    by_rules: bool
    cells: list[Word]
    rows: list[tuple[str, ...]]
    words: list[Word]
    around: list[Word] = field(default_factory=list)


class SecondReading:
    """Reads regions of one document; pages are parsed once and freed by `close`."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._pages: dict[int, Any] = {}

    def region(self, page: int, box: Box, reach: float) -> RegionReading | None:
        """Read `box` of a page; `around` reaches that many points beyond it. None where pdfminer cannot."""
        try:
            handle = self._pages.get(page) or self._pages.setdefault(page, self._pdf.plumber.pages[page - 1])
            words = _words(handle, box, reach)
            tables = handle.crop(_clip(box, MARGIN, handle), strict=False).find_tables()
        except Exception:  # pdfminer fails in many ways on damaged files; a reading that fails confirms nothing
            return None
        inside = [w for w in words if _holds(box, w.box)]
        around = [w for w in words if not _holds(box, w.box)]
        table = max(tables, key=lambda t: Box(*t.bbox).overlap(box), default=None)
        if table is not None and sum(Box(*c).overlap(box) for c in table.cells) >= COVERS * box.width * box.height:
            cells, rows = _ruled(table)
            return RegionReading(True, cells, rows, inside, around)
        return RegionReading(False, inside, _lines(inside), inside, around)

    def close(self) -> None:
        for handle in self._pages.values():
            handle.close()
        self._pages.clear()


def _clip(box: Box, margin: float, handle: Any) -> tuple[float, float, float, float]:
    x0, top, x1, bottom = handle.bbox
    return (
        max(box.x0 - margin, x0),
        max(box.top - margin, top),
        min(box.x1 + margin, x1),
        min(box.bottom + margin, bottom),
    )


def _words(handle: Any, box: Box, reach: float) -> list[Word]:
    near = handle.crop(_clip(Box(box.x0, box.top - reach, box.x1, box.bottom + reach), 0, handle), strict=False)
    return [Word(w["text"], Box(w["x0"], w["top"], w["x1"], w["bottom"])) for w in near.extract_words()]


def _holds(box: Box, inner: Box) -> bool:
    return box.x0 <= (inner.x0 + inner.x1) / 2 <= box.x1 and box.top <= (inner.top + inner.bottom) / 2 <= box.bottom


def _ruled(table: Any) -> tuple[list[Word], list[tuple[str, ...]]]:
    cells, rows = [], []
    for row, texts in zip(table.rows, table.extract(), strict=True):
        filled = [(text, box) for text, box in zip(texts, row.cells, strict=True) if box is not None]
        cells += [Word(text or "", Box(*box)) for text, box in filled]
        rows.append(tuple(squash(text) for text, _ in filled if text and text.strip()))
    return cells, rows


def _lines(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """Words on one baseline, left to right, as one row."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.top + w.box.bottom) / 2):
        centre = (word.box.top + word.box.bottom) / 2
        last = rows[-1][-1].box if rows else None
        if last and abs((last.top + last.bottom) / 2 - centre) < 0.4 * min(last.height, word.box.height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [tuple(squash(w.text) for w in sorted(row, key=lambda w: w.box.x0)) for row in rows]

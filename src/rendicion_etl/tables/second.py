"""The independent second reading: another parser (pdfminer, through pdfplumber) that segments a region its own way.

A page that was read from its pixels is read from other pixels instead.

It is asked only about regions where something must be confirmed. What it gives is compared with the first reading by
whoever confirms; nothing here knows what the first reading was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rendicion_etl.reading.digits import SURE, digits_in
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.shape import squash

NAME, PARSER = "pdfplumber", "pdfminer"
PIXELS = "ocr-again"  # other pixels of a page that was read from its pixels
PICTURED = "ocr-pictured"  # cells of a page that has a text layer, looked at in its picture
PICTURED_DPI = (300, 400)
CLOSEST = "ocr-closest"  # single figures of a page that was read from its pixels, each a picture of its own
COVERS = 0.9  # of the region's area must be cells for its rulings to be trusted
OPEN = 6  # pages that stay read: each takes some 0.5 MB


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
    where not, each printed line is a row and each word a cell. `unread` is where something that looks like text could
    not be read from pixels. `reader` and `parser` name who read it.
    """

    by_rules: bool
    cells: list[Word]
    rows: list[tuple[str, ...]]
    words: list[Word]
    around: list[Word] = field(default_factory=list)
    unread: list[Box] = field(default_factory=list)
    reader: str = NAME
    parser: str = PARSER


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A table as its rules segment it: where its cells stand, what they say, and the texts of each row."""

    box: Box
    boxes: list[Box]
    cells: list[Word]
    rows: list[tuple[str, ...]]

    @staticmethod
    def of(table: Any) -> _Ruled:
        """A table that pdfplumber found."""
        cells, rows = [], []
        for row, texts in zip(table.rows, table.extract(), strict=True):
            filled = [(text, box) for text, box in zip(texts, row.cells, strict=True) if box is not None]
            cells += [Word(text or "", Box(*box)) for text, box in filled]
            rows.append(tuple(squash(text) for text, _ in filled if text and text.strip()))
        return _Ruled(Box(*table.bbox), [Box(*cell) for cell in table.cells], cells, rows)


class _PageReading:
    """One page as pdfminer has it: parsed once, however many regions are asked for."""

    reader, parser = NAME, PARSER
    unread: Sequence[Box] = ()

    def __init__(self, handle: Any) -> None:
        self.words = [Word(w["text"], Box(w["x0"], w["top"], w["x1"], w["bottom"])) for w in handle.extract_words()]
        self._tables = [_Ruled.of(table) for table in handle.find_tables()]
        handle.close()  # parsed, a page takes some 20 MB

    def ruled(self, box: Box) -> _Ruled | None:
        """The table whose cells cover `box`; None where rulings do not segment it."""
        found = max(self._tables, key=lambda t: t.box.overlap(box), default=None)
        if found is None or sum(each.overlap(box) for each in found.boxes) < COVERS * box.width * box.height:
            return None
        return found


class _PixelReading:
    """One page as other pixels of it show it."""

    reader, parser = PIXELS, ""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words = [Word(w.text, page.displayed(w.box)) for w in page.words]
        self.unread = [page.displayed(box) for box in page.unread]

    def lines(self, box: Box) -> list[Box]:
        """The lines of text in a box of the page as displayed, on the page as it was read."""
        return [Box.around([w.box for w in line]) for line in self._by_line(box)]

    def text(self, box: Box) -> str:
        """The words in a box of the page as displayed."""
        return " ".join(w.text for line in self._by_line(box) for w in sorted(line, key=lambda w: w.box.x0))

    def _by_line(self, box: Box) -> list[list[Word]]:
        shown = zip(self.page.words, self.words, strict=True)
        return by_line([Word(w.text, w.box) for w, displayed in shown if box.holds(displayed.box)])

    def ruled(self, box: Box) -> None:
        """Lines of text alone tell its rows."""


class SecondReading:
    """Reads regions of one document; what the pages asked for last say stays at hand until `close`.

    Pages that `reader` read from their pixels are read from other pixels: their text layer, if any, lies.
    """

    def __init__(self, pdf: Pdf, reader: PageReader | None = None) -> None:
        self._pdf, self._reader = pdf, reader
        self._pages: dict[int, _PageReading | _PixelReading] = {}

    def region(self, page: int, box: Box, reach: float, by_rules: bool = True) -> RegionReading | None:
        """Read `box` of a page; `around` reaches that many points above and below. None where pdfminer cannot.

        by_rules: whether rules may segment it; else each printed line is a row.
        """
        try:
            seen = self._page(page)
            ruled = seen.ruled(box) if by_rules else None
        except Exception:  # pdfminer fails in many ways on damaged files; a reading that fails confirms nothing
            return None
        near = box._replace(top=box.top - reach, bottom=box.bottom + reach)
        words = [w for w in seen.words if near.holds(w.box)]
        inside = [w for w in words if box.holds(w.box)]
        around = [w for w in words if not box.holds(w.box)]
        unread = [b for b in seen.unread if box.holds(b)]
        if ruled is None:
            return RegionReading(False, inside, _lines(inside), inside, around, unread, seen.reader, seen.parser)
        cells = [c for c in ruled.cells if box.holds(c.box)]
        return RegionReading(True, cells, ruled.rows, inside, around, unread, seen.reader, seen.parser)

    def other_pixels(self, page: int, box: Box) -> str | None:
        """What other pixels of a cell say, on a page that was read from its pixels; None on any other page."""
        seen = self._page(page)
        return seen.text(box) if isinstance(seen, _PixelReading) else None

    def closest(self, page: int, box: Box) -> str | None:
        """What such a cell says when it is looked at by itself; None on any other page."""
        seen = self._page(page)
        if not isinstance(seen, _PixelReading) or not self._reader:
            return None
        return " ".join(self._reader.look_closest(seen.page, seen.lines(box)))

    def pictured(self, page: int, box: Box, text: str) -> bool | None:
        """Whether the picture of a cell of a page that has a text layer shows the digits of its `text`.

        None where that cannot be told: no look is sure of what it sees. One that sees the same is believed; other
        digits must be seen twice, at two sizes.
        """
        seen = self._page(page)
        if not isinstance(seen, _PageReading) or not self._reader or not digits_in(text):
            return None
        words = [w.box for w in seen.words if box.holds(w.box)]
        lines = [Box.around([w.box for w in line]) for line in by_line([Word("", b) for b in words])]
        denied = 0
        for dpi in PICTURED_DPI if lines else ():
            looks = self._reader.look_at(page, lines, dpi)
            if "".join(digits_in(look.text) for look in looks) == digits_in(text):
                return True
            denied += all(look.certainty >= SURE for look in looks)
        return False if denied == len(PICTURED_DPI) else None

    def _page(self, number: int) -> _PageReading | _PixelReading:
        if number in self._pages:
            self._pages[number] = self._pages.pop(number)  # the last to go
            return self._pages[number]
        scanned = self._reader.look_again(number) if self._reader else None
        seen = _PixelReading(scanned) if scanned else _PageReading(self._pdf.plumber.pages[number - 1])
        self._pages[number] = seen
        parsed = [n for n, page in self._pages.items() if isinstance(page, _PageReading)]
        for n in parsed[:-OPEN]:
            del self._pages[n]
        return seen

    def close(self) -> None:
        self._pages.clear()


def _lines(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """Words on one baseline, left to right, as one row."""
    return [tuple(squash(w.text) for w in sorted(row, key=lambda w: w.box.x0)) for row in by_line(words)]


def by_line(words: Sequence[Word]) -> list[list[Word]]:
    """Words by the baseline that they stand on, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.top + w.box.bottom) / 2):
        centre = (word.box.top + word.box.bottom) / 2
        last = rows[-1][-1].box if rows else None
        if last and abs((last.top + last.bottom) / 2 - centre) < 0.4 * min(last.height, word.box.height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows

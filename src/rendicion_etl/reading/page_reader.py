"""Where the text of each page comes from: its text layer where that says what the page shows, else its pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.digits import DigitCheck, digits_in
from rendicion_etl.reading.ocr import Ocr, Reading
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.reading.scanned import Closer, Sheet, read_scanned
from rendicion_etl.reading.straighten import Bend

AGAIN = 270  # pixels an inch of the picture for a second reading: other pixels than those of the first
CLOSEST = 400  # and for one that looks at single figures
FEW = 60  # characters: a page number, a running head, a stamp
SOME = 400  # characters, beside a picture that covers the page
COVERED = 0.5  # of the page's area
PAD = 0.2  # of the height of a line, around what is looked at
GLANCE = 40  # pixels an inch of the picture that tells whether anything is printed on a page
DARK, LEAST_INK = 200, 0.002  # of 255; of the pixels
UNEXPLAINED = 0.5  # of what is dark: more than what the file tells of
NAMELESS = 0.01  # of the characters: more than bullets and marks
UNSEEN = 0.5  # of the words
ALIKE = 0.97  # of the figures: then the text layer says what the page shows

Watch = Callable[[int, int], None]
"""Told of each page that is read from its pixels, before that begins: its number, and how many pages there are."""
Begin = Callable[[int], None]
"""Told of the number of each page before anything is read of it, and of 0 after the last."""


class PageReader:
    """Reads the pages of one document. Several may share the models of one `ocr`."""

    def __init__(
        self, pdf: Pdf, watch: Watch | None = None, ocr: Ocr | None = None, begin: Begin | None = None
    ) -> None:
        self.pdf, self.ocr = pdf, ocr or Ocr()
        self._digits = DigitCheck(pdf, self.ocr)
        self._scanned: set[int] = set()
        self._turns: dict[int, int] = {}
        self._closest: tuple[Page, Closer] | tuple[None, None] = (None, None)
        self._watch = watch or (lambda number, n_pages: None)
        self._begin = begin or (lambda number: None)

    def pages(self) -> Iterator[Page]:
        """All pages in order, one in memory at a time; what is done with a page before the next is of its time."""
        for number in range(1, self.pdf.n_pages + 1):
            self._begin(number)
            yield self.page(number)
        self._begin(0)

    def page(self, number: int) -> Page:
        """Page `number` (from 1), from its pixels where its text layer is missing or says what is not shown."""
        native = self.pdf.page(number)
        lacking = self._lacks_text(native)
        lying = not lacking and self._digits.lies(native)
        if not (lacking or lying or _in_doubt(native)):
            return native
        self._watch(number, self.pdf.n_pages)
        scanned = read_scanned(self.pdf, number, self.ocr)
        said, shown = _figures(native), _figures(scanned)
        alike = sum((said & shown).values()) >= ALIKE * max(said.total(), shown.total())
        if alike and not lying and (len(native.chars) or not len(scanned.chars)):
            return native
        self._scanned.add(number)
        return scanned

    def look_again(self, number: int) -> Page | None:
        """A page that was read from its pixels, read a second time from others; None for any other page."""
        if number not in self._scanned:
            return None
        self._watch(number, self.pdf.n_pages)
        return read_scanned(self.pdf, number, self.ocr, AGAIN)

    def look_closest(self, page: Page, boxes: Sequence[Box]) -> list[str]:
        """What stands in boxes of a page that was read from its pixels, each read by itself and larger than before."""
        if page is not self._closest[0]:
            sheet = Sheet(page.number, page.turn, page.bend or Bend(), 72)
            self._closest = page, Closer(self.pdf, sheet, CLOSEST / sheet.dpi)
        closer = self._closest[1]
        assert closer
        return [reading.text for _, reading in closer.read(boxes, self.ocr)]

    def look_at(self, number: int, boxes: Sequence[Box], dpi: float) -> list[Reading]:
        """What the picture of a page shows in boxes of it as displayed, whatever its text layer says."""
        if number not in self._turns:
            self._turns[number] = self.pdf.page(number).turn
        pictures = []
        for box in boxes:
            pad = PAD * min(box.width, box.height)
            drawn = self.pdf.pixels(number, dpi, Box(box.x0 - pad, box.top - pad, box.x1 + pad, box.bottom + pad))
            pictures.append(np.ascontiguousarray(np.rot90(drawn, self._turns[number])))
        return self.ocr.read(pictures)

    def _lacks_text(self, page: Page) -> bool:
        """Whether the page shows more than its few characters say."""
        if len(page.chars) >= SOME:
            return False
        if len(page.chars) >= FEW:
            return self.pdf.pictured(page.number) >= COVERED
        dark = self.pdf.pixels(page.number, GLANCE) < DARK
        unexplained = dark & ~_known(page, dark.shape)
        return bool(unexplained.mean() >= LEAST_INK and unexplained.sum() > UNEXPLAINED * dark.sum())


def _known(page: Page, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The pixels, at a glance, where the page is known to have characters, rules or shades."""
    at, drawn = page.chars, page.rulings
    boxes = [Box(*box) for box in zip(at.x0, at.top, at.x1, at.bottom, strict=True)] + drawn.shaded
    boxes += [Box(x0, y, x1, y) for y, x0, x1 in drawn.horizontal] + [Box(x, y0, x, y1) for x, y0, y1 in drawn.vertical]
    out = np.zeros(shape, dtype=bool)
    for box in boxes:
        x0, top, x1, bottom = (side * GLANCE / 72 for side in page.displayed(box))
        out[max(int(top) - 1, 0) : int(bottom) + 2, max(int(x0) - 1, 0) : int(x1) + 2] = True
    return out


def _in_doubt(page: Page) -> bool:
    """Whether a text layer leaves characters without a name, or lies unseen under a picture."""
    layer = page.layer
    return layer is not None and (layer.nameless > NAMELESS * len(page.chars) or layer.unseen > UNSEEN)


def _figures(page: Page) -> Counter[str]:
    """The digits of each word of a page that holds any."""
    return Counter(digits for word in page.words if (digits := digits_in(word.text)))

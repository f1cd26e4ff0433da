"""Where the text of each page comes from: its text layer where that says what the page shows, else its pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rendicion_etl.reading.ocr import Ocr
from rendicion_etl.reading.page import Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.reading.scanned import read_scanned

FEW = 60  # characters: a page number, a running head, a stamp
SOME = 400  # characters, beside a picture that covers the page
COVERED = 0.5  # of the page's area
GLANCE = 40  # pixels an inch of the picture that tells whether anything is printed on a page
DARK, LEAST_INK = 150, 0.002  # of 255; of the pixels

Watch = Callable[[int, int], None]
"""Told of each page that is read from its pixels, before that begins: its number, and how many pages there are."""


class PageReader:
    """Reads the pages of one document."""

    def __init__(self, pdf: Pdf, watch: Watch | None = None) -> None:
        self.pdf, self.ocr = pdf, Ocr()
        self._watch = watch or (lambda number, n_pages: None)

    def pages(self) -> Iterator[Page]:
        """All pages in order, one in memory at a time."""
        return (self.page(number) for number in range(1, self.pdf.n_pages + 1))

    def page(self, number: int) -> Page:
        """Page `number` (from 1), from its pixels where its text layer is missing."""
        native = self.pdf.page(number)
        if not self._lacks_text(native):
            return native
        self._watch(number, self.pdf.n_pages)
        scanned = read_scanned(self.pdf, number, self.ocr)
        return scanned if _figures(scanned) > _figures(native) or not len(native.chars) else native

    def _lacks_text(self, page: Page) -> bool:
        """Whether the page shows more than its few characters say."""
        if len(page.chars) >= SOME:
            return False
        if len(page.chars) >= FEW:
            return self.pdf.pictured(page.number) >= COVERED
        return float((self.pdf.pixels(page.number, GLANCE) < DARK).mean()) >= LEAST_INK


def _figures(page: Page) -> int:
    return int(np.sum([any(c.isdigit() for c in word.text) for word in page.words], dtype=int))

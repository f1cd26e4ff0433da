"""The reader that is asked where the others are in doubt: camelot's hybrid parser, which goes its own way.

It takes a tenth of a second a page, so it reads only pages on which a region is in doubt (see `jury`). Only the
rectangles of its cells are taken: the text comes from the page's own characters.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from rendicion_etl.reading.page import Box, Page, reading_order
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.grid import table_from_boxes
from rendicion_etl.tables.model import RawTable

NAME = "camelot"


def read(pdf: Pdf, page: Page, before: Sequence[RawTable]) -> list[RawTable]:
    """The tables that camelot sees on a page, top to bottom; none on one turned, scanned, or that it fails on."""
    if page.frame.quarters or page.turn or page.source == "ocr":
        return []  # its boxes are those of a page it turned its own way, and it reads no pixels
    import camelot

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = camelot.read_pdf(str(pdf.path), pages=str(page.number), flavor="hybrid", engine="vector")
    except Exception:  # pdfminer fails in many ways on damaged files; a reader that fails has no say
        return []
    grids = [
        [Box(c.x1, page.height - c.y2, c.x2, page.height - c.y1) for row in table.cells for c in row] for table in found
    ]
    tables = [t for grid in grids if (t := table_from_boxes(grid, page.number, page.chars, NAME)) is not None]
    return reading_order(tables, lambda t: t.regions[0].box)

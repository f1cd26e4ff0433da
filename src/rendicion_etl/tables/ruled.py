"""The reader of ruled tables: geometry from tablers (rulings and filled cells), text from pdfium's characters.

tablers finds the cells more often than it reads them right (it joins words and breaks lines inside cells), so
only its rectangles are taken.
"""

from __future__ import annotations

from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.tables.grid import table_from_boxes
from rendicion_etl.tables.model import RawTable

NAME = "ruled"


def read(pdf: Pdf, page: Page) -> list[RawTable]:
    """The ruled tables of one page, top to bottom."""
    from tablers import find_tables

    found = find_tables(pdf.tablers.get_page(page.number - 1), extract_text=False)
    tables = [
        table_from_boxes([Box(*cell.bbox) for cell in table.cells], page.number, page.chars, NAME) for table in found
    ]
    return sorted((t for t in tables if t), key=lambda t: (t.regions[0].box.top, t.regions[0].box.x0))

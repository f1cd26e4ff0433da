"""The reader of ruled tables: geometry from tablers (rulings and filled cells), text from pdfium's characters.

tablers finds the cells more often than it reads them right (it joins words and breaks lines inside cells), so
only its rectangles are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rendicion_etl.reading.page import Box, Page, reading_order
from rendicion_etl.reading.pdf import Pdf, as_read
from rendicion_etl.tables.grid import table_from_boxes
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.shape import looks_numeric

NAME = "ruled"


# Rules alone find the clean grids; where cells are drawn as rectangles or only filled, their borders count too.
STRATEGIES = ("lines_strict", "lines")
SCANNED = 4.0  # points by which the rules of a scanned page may miss one another


def read(pdf: Pdf, page: Page, before: Sequence[RawTable]) -> list[RawTable]:
    """The ruled tables of one page, top to bottom, by the strategy that puts most figures in cells of their own."""
    best: list[RawTable] = []
    seen: set[frozenset[Box]] = set()
    for grids in _scanned_grids(page) if page.source == "ocr" else _drawn_grids(pdf, page):
        geometry = frozenset(box for grid in grids for box in grid)
        if geometry in seen:
            continue
        seen.add(geometry)
        tables = [t for grid in grids if (t := table_from_boxes(grid, page.number, page.chars, NAME)) is not None]
        tables = [t for t in tables if any(ch.isalpha() for c in t.cells for ch in c.text)]  # the grid of a chart
        if not best or _figures(tables) > _figures(best):
            best = tables
    return reading_order(best, lambda t: t.regions[0].box)


def _drawn_grids(pdf: Pdf, page: Page) -> Iterator[list[list[Box]]]:
    """The boxes of the cells of each table, by each strategy."""
    from tablers import find_tables

    for strategy in STRATEGIES:
        found = find_tables(
            pdf.drawn(page.number), extract_text=False, horizontal_strategy=strategy, vertical_strategy=strategy
        )
        yield [_boxes(page, [c.bbox for c in table.cells]) for table in found]


def _scanned_grids(page: Page) -> Iterator[list[list[Box]]]:
    """The same of a page read from its pixels, by the rules among them."""
    from tablers import Edge, find_tables

    flat = [Edge("h", x0, y, x1, y) for y, x0, x1 in page.rulings.horizontal.tolist()]
    upright = [Edge("v", x, top, x, bottom) for x, top, bottom in page.rulings.vertical.tolist()]
    if not flat or not upright:
        return
    found = find_tables(
        extract_text=False,
        horizontal_strategy="explicit",
        vertical_strategy="explicit",
        explicit_h_edges=flat,
        explicit_v_edges=upright,
        intersection_x_tolerance=SCANNED,
        intersection_y_tolerance=SCANNED,
    )
    yield [[Box(*c.bbox) for c in table.cells] for table in found]


def _boxes(page: Page, cells: list[tuple[float, float, float, float]]) -> list[Box]:
    return [Box(*box) for box in as_read(page, np.array(cells)).tolist()]


def _figures(tables: list[RawTable]) -> int:
    """Cells that hold exactly one figure."""
    return sum(looks_numeric(c.text) for t in tables for c in t.cells)

"""Tables as a report prints them, written as text: the examples that tests of normalising and judging read like."""

from __future__ import annotations

from collections.abc import Sequence

from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.headers import mark_headers
from rendicion_etl.tables.model import Caption, RawCell, RawTable, Region

ROW, COL = 12.0, 90.0  # points


def printed(*rows: str, caption: Sequence[str] = (), bold: Sequence[int] = (0,), whole: bool = True) -> RawTable:
    """A table whose rows are written `a | b | c`; `bold` rows as headers and totals are set.

    A cell `<` is merged into the one on its left, `^` into the one above it.
    """
    grid = [[c.strip() for c in row.split("|")] for row in rows]
    cells: list[RawCell] = []
    at: dict[tuple[int, int], RawCell] = {}
    for r, texts in enumerate(grid):
        for c, text in enumerate(texts):
            if text == "<":
                at[r, c] = at[r, c - 1]
                at[r, c].col_span = c - at[r, c].col + 1
            elif text == "^":
                at[r, c] = at[r - 1, c]
                at[r, c].row_span = r - at[r, c].row + 1
            else:
                box = Box(50 + c * COL, 100 + r * ROW, 50 + (c + 1) * COL, 100 + (r + 1) * ROW)
                at[r, c] = RawCell(r, c, 1, 1, text, 1, box, r in bold)
                cells.append(at[r, c])
    whole_box = Box(50, 100, 50 + len(grid[0]) * COL, 100 + len(grid) * ROW)
    number = caption[0] if caption and caption[0].startswith(("Tabla", "Cuadro", "Anexo")) else None
    table = RawTable(
        cells, len(grid), len(grid[0]), "ruled", [Region(1, whole_box)], Caption(tuple(caption), number), whole=whole
    )
    return mark_headers(table)


def document(*tables: RawTable) -> Document:
    """A document with these tables and no prose around them."""
    return understand(Source("0" * 64, "prueba.pdf"), [], tables, None)


def table(*rows: str, caption: Sequence[str] = (), bold: Sequence[int] = (0,), whole: bool = True) -> Table:
    """One table, understood."""
    return document(printed(*rows, caption=caption, bold=bold, whole=whole)).tables[0]

"""Whether the header of a column is its own: an accusation names a figure by it, and tables are compared by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.model import is_ocr
from rendicion_etl.tables.shape import squash

OVER = 0.5  # of the narrower of header and column must stand over the other


def uncertain_columns(table: Table, cells: Iterable[Cell], read: Callable[[Cell], str]) -> set[int]:
    """Columns of figures under a header that does not stand over them, or has other letters when it is read again.

    `cells` are those of one region, `read` gives what the second reading has there. The order of letters is not asked
    for, as headers are turned; nor are the letters of scans.
    """
    heads = [c for c in cells if c.row < table.n_header_rows and c.text]
    boxes = {c.col: box for c in table.columns if (box := _figures(table, c.col))} if heads else {}
    out: set[int] = set()
    for head in heads:
        under = [k for k in range(head.col, head.col + head.col_span) if k in boxes]
        if not under:
            continue
        same = is_ocr(table.reader) or sorted(squash(head.text)) == sorted(read(head))
        if not same or not _over(head.box, Box.around([boxes[k] for k in under])):
            out.update(under)
    return out


def _figures(table: Table, col: int) -> Box | None:
    """What holds all figures of a column; None where it has none."""
    cells = (c for c in table.column(col) if c.value is not None and c.row >= table.n_header_rows)
    boxes = [c.box for c in cells]
    return Box.around(boxes) if boxes else None


def _over(head: Box, column: Box) -> bool:
    shared = min(head.x1, column.x1) - max(head.x0, column.x0)
    return shared > OVER * min(head.width, column.width)

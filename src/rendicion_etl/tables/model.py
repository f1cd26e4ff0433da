"""What a table is once it has been read and before anything in it is understood."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from rendicion_etl.reading.page import Box
from rendicion_etl.tables import pressed
from rendicion_etl.tables.pressed import Flat, Pressed

OCR = "ocr-"  # what the name of a reader begins with where the page was read from its pixels


def is_ocr(reader: str) -> bool:
    """Whether the page of a table that this reader gave was read from its pixels."""
    return reader.startswith(OCR)


class Region(NamedTuple):
    """A rectangle on a given page (pages count from 1)."""

    page: int
    box: Box


@dataclass(slots=True)
class RawCell:
    """A cell as printed. `row` and `col` count from 0 over the whole table; a merged cell appears once.

    `text` joins the printed lines by one space; "" for an empty cell. `indent` is where it begins, in points from
    the left edge of the page. `certainty`, 0 to 1, is how sure its least sure digit is where it was read from pixels.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    page: int
    box: Box
    bold: bool = False
    indent: float = 0.0
    certainty: float | None = None


class PressedRawCells(Pressed[RawCell]):
    """The cells of a long table as printed."""

    @staticmethod
    def flat(cell: RawCell) -> Flat:
        """A cell as numbers and texts."""
        place = (cell.row, cell.col, cell.row_span, cell.col_span, cell.page)
        sure = None if cell.certainty is None else float(cell.certainty)
        return (*map(int, place), cell.text, *map(float, cell.box), bool(cell.bold), float(cell.indent), sure)

    @staticmethod
    def made(flat: Flat) -> RawCell:
        """The cell that was made flat."""
        row, col, row_span, col_span, page, text, x0, top, x1, bottom, bold, indent, sure = flat
        return RawCell(row, col, row_span, col_span, text, page, Box(x0, top, x1, bottom), bold, indent, sure)


class Extent(NamedTuple):
    """How far what is printed in a column reaches, in points; `figures`: it is a column of figures."""

    x0: float
    x1: float
    figures: bool


@dataclass(slots=True)
class Caption:
    """The lines printed above a table, from top to bottom, and the number found among them (`Tabla No. 4`).

    `top`: the height at which they begin, in points.
    """

    lines: tuple[str, ...] = ()
    number: str | None = None
    top: float = math.inf

    @property
    def title(self) -> str | None:
        rest = [line for line in self.lines if line != self.number]
        return "\n".join(rest) or None


@dataclass(slots=True)
class RawTable:
    """A table over one or more pages.

    `regions` are its parts in order, one or more a page. `n_header_rows` counts the leading header rows.
    `header_rows` are all rows that repeat or restart a header, further down too. `whole` is False where a part
    may be missing (a part that begins at the top of a page and could not be joined) or rows ran together in one cell:
    its sums must not be judged. `agreement` is the share of its figures that another reader has in the same rows, None
    where no other read it. `n_unread` counts the places below its header that look like text and could not be read with
    certainty, None where it was not read from pixels. `extents` are those of its columns, () where drawn edges say
    where columns are.
    """

    cells: list[RawCell] | Pressed[RawCell]
    n_rows: int
    n_cols: int
    reader: str
    regions: list[Region]
    caption: Caption = field(default_factory=Caption)
    source_note: str | None = None
    n_header_rows: int = 0
    header_rows: frozenset[int] = frozenset()
    whole: bool = True
    agreement: Decimal | None = None
    n_unread: int | None = None
    extents: tuple[Extent, ...] = ()

    def header(self) -> list[RawCell]:
        """The cells of its leading header."""
        return pressed.rows(self.cells, 0, self.n_header_rows)

    def rows(self) -> list[list[RawCell]]:
        """Cells by row, left to right; a merged cell stands in its first row only."""
        out: list[list[RawCell]] = [[] for _ in range(self.n_rows)]
        for cell in self.cells:
            out[cell.row].append(cell)
        for row in out:
            row.sort(key=lambda c: c.col)
        return out

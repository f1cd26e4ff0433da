"""A document whose tables have been understood: what the checks judge and the datasets are made of."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rendicion_etl.curated.schemas import NUMERIC_TYPES as NUMERIC_TYPES
from rendicion_etl.curated.schemas import PHASES as PHASES
from rendicion_etl.reading.page import Box
from rendicion_etl.tables import pressed
from rendicion_etl.tables.model import Region
from rendicion_etl.tables.pressed import Flat, Pressed

if TYPE_CHECKING:
    from rendicion_etl.normalize.corrections import Applied

RowRole = Literal["header", "band", "detail", "subtotal", "total", "note"]
ValueType = Literal["amount", "count", "percent", "code", "date", "label", "empty"]


@dataclass(slots=True)
class Cell:
    """A cell with its meaning. `value` is as printed (not scaled by the table's unit); a printed dash is 0.

    `decimals` counts the printed digits after the decimal sign: the value stands for ± half a unit of its last
    digit. `own_header` is the header printed further down the table over this cell, where it says something else than
    the column's: then the cell is no figure of that column's role. `certainty` as in RawCell.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    page: int
    box: Box
    value: Decimal | None = None
    value_type: ValueType = "empty"
    decimals: int = 0
    own_header: str | None = None
    certainty: float | None = None


class PressedCells(Pressed[Cell]):
    """The cells of a long table with their meaning."""

    @staticmethod
    def flat(cell: Cell) -> Flat:
        """A cell as numbers and texts."""
        place = (cell.row, cell.col, cell.row_span, cell.col_span, cell.page)
        value = None if cell.value is None else str(cell.value)
        sure = None if cell.certainty is None else float(cell.certainty)
        told = (value, cell.value_type, cell.decimals, cell.own_header, sure)
        return (*map(int, place), cell.text, *map(float, cell.box), *told)

    @staticmethod
    def made(flat: Flat) -> Cell:
        """The cell that was made flat."""
        row, col, row_span, col_span, page, text, x0, top, x1, bottom, printed, *told = flat
        value = None if printed is None else Decimal(printed)
        return Cell(row, col, row_span, col_span, text, page, Box(x0, top, x1, bottom), value, *told)


@dataclass(slots=True)
class Column:
    """A column with its meaning.

    role: the column_role of the contract (`code` `label` `asignado` ... `pct` `count` `other`).
    phase: the budget phase that the header names even where the role is `count` (physical half of a table).
    half: which half of a two-part table (financial, physical) the column belongs to; None in other tables.
    percent_base: for a percentage, `row` or `table_total`, None when undecided.
    percent: the column holds percentages, also where its role is `count` (physical half).
    codes: the column holds codes or counts the rows, though another is the column of codes.
    base, part: for a percentage, the columns that it divides (part / base), None when unknown.
    """

    col: int
    role: str
    header: str
    phase: str | None = None
    half: Literal["financial", "physical"] | None = None
    percent_base: Literal["row", "table_total"] | None = None
    percent: bool = False
    codes: bool = False
    base: int | None = None
    part: int | None = None


@dataclass(slots=True)
class Row:
    """A row with its meaning. `parent` is the row whose figure contains this one; the grand total is level 0.

    `parts` are the rows that a total or subtotal sums, `judged` the columns in which that is certain.
    """

    row: int
    role: RowRole
    code: str | None
    label: str | None
    label_printed: str | None
    page: int
    level: int = 0
    parent: int | None = None
    parts: tuple[int, ...] = ()
    judged: tuple[int, ...] = ()
    department_code: str | None = None
    municipality_code: str | None = None
    region_code: str | None = None
    iso_3166_2: str | None = None


@dataclass
class Table:
    """A table with its meaning; `cells` includes header cells, a merged cell once.

    `whole`: no part of it may be missing and its columns are what their header says, so that it may be judged.
    `n_unread` as in RawTable.
    """

    table_id: str
    index: int
    number: str | None
    title: str | None
    source_note: str | None
    kind: str
    unit: str | None
    regions: list[Region]
    n_rows: int
    n_cols: int
    n_header_rows: int
    reader: str
    columns: list[Column]
    rows: Sequence[Row]
    cells: list[Cell] | Pressed[Cell]
    whole: bool = True
    copy_of: str | None = None
    agreement: Decimal | None = None
    n_unread: int | None = None

    @cached_property
    def _cells_by_row(self) -> dict[int, dict[int, Cell]]:
        out: dict[int, dict[int, Cell]] = defaultdict(dict)
        for cell in self.cells:
            out[cell.row][cell.col] = cell
        return dict(out)

    def cell(self, row: int, col: int) -> Cell | None:
        """The cell at a place: a merged one at its first row and column."""
        if isinstance(self.cells, Pressed):
            return self.cells.at(row, col)
        return self._cells_by_row.get(row, {}).get(col)

    def in_order(self) -> Iterable[Cell]:
        """The cells row by row, from left to right."""
        return pressed.in_order(self.cells)

    def header(self) -> list[Cell]:
        """The cells of its leading header."""
        return pressed.rows(self.cells, 0, self.n_header_rows)

    @cached_property
    def _types(self) -> dict[int, Counter[ValueType]]:
        out: dict[int, Counter[ValueType]] = {}
        for cell in self.cells:
            out.setdefault(cell.col, Counter())[cell.value_type] += 1
        return out

    def types(self, col: int) -> Counter[ValueType]:
        """How many cells of which type begin in a column."""
        return self._types.get(col, Counter())

    def figures(self, col: int) -> Counter[ValueType]:
        """How many figures of which type a column has."""
        return Counter({kind: n for kind, n in self.types(col).items() if kind in NUMERIC_TYPES})

    @cached_property
    def figured(self) -> Sequence[int]:
        """Of each row whether it prints a figure."""
        out = bytearray(self.n_rows)
        for cell in (c for col in self._types if self.figures(col) for c in self.column(col)):
            out[cell.row] |= cell.value is not None
        return out

    def row(self, number: int) -> Row:
        """A row by its number; KeyError where there is none."""
        found = self.rows[number] if number < len(self.rows) else None
        if found is None or found.row != number:  # a table that was restored has no rows without cells
            found = next((r for r in self.rows if r.row == number), None)
        if found is None:
            raise KeyError(number)
        return found

    def row_cells(self, row: int) -> list[Cell]:
        """The cells that begin in a row."""
        return pressed.rows(self.cells, row, row + 1)

    def of_page(self, page: int) -> list[Cell]:
        """The cells of a page."""
        return pressed.of_page(self.cells, page)

    def column(self, col: int) -> Iterable[Cell]:
        """The cells that begin in a column."""
        return pressed.column(self.cells, col)

    def value(self, row: int, col: int) -> Decimal | None:
        cell = self.cell(row, col)
        return cell.value if cell else None

    def first_column(self, role: str) -> int | None:
        """The first column with a role; None where there is none."""
        return next((c.col for c in self.columns if c.role == role), None)

    def columns_of(self, *roles: str) -> list[Column]:
        return [c for c in self.columns if c.role in roles]

    @property
    def first_page(self) -> int:
        return self.regions[0].page

    @property
    def last_page(self) -> int:
        return self.regions[-1].page


@dataclass(frozen=True, slots=True)
class Scope:
    """What a sentence speaks of: the whole institution (kind `entity`), or one line of a table kind."""

    kind: str
    code: str | None = None


ENTITY = Scope("entity")


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a sentence, or a figure in a box with its label, states.

    text: the sentence; printed: its figure as printed; value: in whole units, standing for ± `slack`.
    unit: a currency, `percent` or `count`, None for a currency that is not certain.
    concept: what the figure is of, a column role; None where the sentence does not say or names several.
    scope: what it speaks of, None where that is not certain; then it accuses nobody.
    sentence counts the sentences of the document that state figures, start is where in it the figure begins.
    boxed: a label and a figure that stand apart. groups: the grupos de gasto that the sentence lists.
    share_of: what a percentage says, `execution` or `share` (of something), None where that is not certain.
    """

    page: int
    text: str
    printed: str
    value: Decimal
    slack: Decimal
    unit: str | None
    concept: str | None
    scope: Scope | None
    box: Box
    sentence: int
    start: int
    boxed: bool = False
    groups: tuple[str, ...] = ()
    share_of: str | None = None


@dataclass
class Document:
    """A report. institution, fiscal_year and period are None where the document does not say them.

    `history` are reports of the same institution and year that this one is judged beside, whoever runs the checks
    hands them over: those of earlier periods, and last the version that this one replaces, whose id is `supersedes`.
    `corrections` are those that were applied to it.
    """

    document_id: str
    sha256: str
    file_name: str
    institution: str | None
    institution_name: str | None
    fiscal_year: int | None
    period: str | None
    period_start: dt.date | None
    period_end: dt.date | None
    n_pages: int
    text_source: str
    pdf_producer: str | None
    tables: list[Table] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    history: tuple[Document, ...] = ()
    supersedes: str | None = None
    corrections: tuple[Applied, ...] = ()

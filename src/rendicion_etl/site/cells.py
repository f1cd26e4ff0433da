"""What a page needs of a document's cells, taken while they are read: it shows the least part of a long document."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from rendicion_etl.curated.field import NUMERIC_TYPES
from rendicion_etl.curated.older import Record
from rendicion_etl.normalize.mend import Mender
from rendicion_etl.reading.page import Box

# Beyond these the browser would suffer; the datasets have the rest.
_TABLE_ROWS, _PAGE_CELLS = 1500, 80_000


class Cell(NamedTuple):
    """A cell as a page shows it; fields as in the contract."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    value_type: str
    row_role: str
    column_role: str


_WORDS = ("value_type", "row_role", "column_role")
COLUMNS = ("table_id", "page", *Cell._fields, *Box._fields)


@dataclass
class TableCells:
    """Of a table what was asked for: its `first` rows, places in rows beyond, where it lies on some `pages`.

    `rows` are the cells that cover a row, those from above first, then from left to right. `parts` are the extents of
    the table, `headers` the boxes of its header cells, by page.
    """

    first: int
    named: dict[int | None, set[int | None]] = field(default_factory=dict)
    pages: set[int | None] = field(default_factory=set)
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    parts: dict[int, Box] = field(default_factory=dict)
    headers: dict[int, list[Box]] = field(default_factory=dict)

    def ask(self, place: Record) -> None:
        """Ask for the place of a finding, of a related cell or of a correction: without a column, for the whole row.

        What names the row comes with it.
        """
        self.named.setdefault(place.get("row"), set()).add(place.get("col"))
        self.pages.add(place.get("page"))

    def take(self, record: Record) -> None:
        """Keep of a cell what was asked for."""
        row, page = record["row"], record["page"]
        covered = range(row, row + max(record["row_span"], 1))
        asked = [row for row in covered if row < self.first or self._is_named(record, row)]
        if asked:
            cell = _cell(record)
            for row in asked:
                self.rows.setdefault(row, []).append(cell)
        if page in self.pages and (box := box_of(record)):
            self.parts[page] = Box.around([self.parts.get(page, box), box])
            if record["row_role"] == "header":
                self.headers.setdefault(page, []).append(box)

    def _is_named(self, record: Record, row: int) -> bool:
        if (cols := self.named.get(row)) is None:
            return False
        is_name = record["column_role"] == "label" or record["value_type"] not in NUMERIC_TYPES
        covered = range(record["col"], record["col"] + max(record["col_span"], 1))
        return is_name or None in cols or not cols.isdisjoint(covered)


@dataclass
class Cells:
    """How many cells a document has and how many are numbers, what is kept of each table, and a mender of its words."""

    tables: dict[str, TableCells]
    mender: Mender
    n: int = 0
    n_numbers: int = 0


def gather(
    batches: Iterable[Sequence[Record]],
    tables: Sequence[Record],
    findings: Sequence[Record] = (),
    corrections: Sequence[Record] = (),
) -> Cells:
    """What the page of a document with these tables, findings and corrections needs of its cells, in any order."""
    limits = first_rows(tables)
    # What was corrected of a whole column leads to its first cell.
    asked = {t["table_id"]: TableCells(max(limits[t["table_id"]], t["n_header_rows"], 1)) for t in tables}
    for place in chain(findings, corrections, (related for finding in findings for related in finding["related"])):
        if place.get("table_id") in asked:
            asked[place["table_id"]].ask(place)
    out = Cells(asked, Mender(table["title"] or "" for table in tables))
    for records in batches:
        out.n += len(records)
        out.n_numbers += sum(record["value_type"] in NUMERIC_TYPES for record in records)
        out.mender.learn(record["text"] or "" for record in records)
        for record in records:
            if record["table_id"] in asked:
                asked[record["table_id"]].take(record)
    for cells in chain.from_iterable(table.rows.values() for table in asked.values()):
        cells.sort(key=lambda cell: (cell.row, cell.col))
    return out


def first_rows(tables: Iterable[Record]) -> dict[str, int]:
    """table_id -> how many of its rows a page shows."""
    out: dict[str, int] = {}
    room = _PAGE_CELLS
    for table in tables:
        per_row = max(table["n_cols"], 1)
        limit = out[table["table_id"]] = min(table["n_rows"], _TABLE_ROWS, max(room // per_row, 0))
        room -= limit * per_row
    return out


def box_of(place: Record) -> Box | None:
    """The box of a cell, of a finding or of a related cell; None where it has no place on a page."""
    sides: list[float | None] = place["box"] if "box" in place else [place[side] for side in Box._fields]
    known = [float(side) for side in sides or () if side is not None]
    return Box(*known) if len(known) == len(Box._fields) else None


def _cell(record: Record) -> Cell:
    # The same few words stand in all cells.
    return Cell._make(sys.intern(record[name]) if name in _WORDS else record[name] for name in Cell._fields)

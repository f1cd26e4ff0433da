"""A table of the datasets as a reader sees it: rows for HTML, names of rows and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from rendicion_etl.curated.field import NUMERIC_TYPES
from rendicion_etl.site.cells import Cell, TableCells
from rendicion_etl.site.data import Curated, Row


@dataclass
class Slot:
    """A cell of the HTML table. `header` is the scope of a `<th>` (`col`, `row`) or "" for a `<td>`."""

    text: str
    row_span: int
    col_span: int
    numeric: bool
    header: str
    anchor: str
    findings: list[Row] = field(default_factory=list)


@dataclass
class HtmlRow:
    role: str
    slots: list[Slot]


class TableData:
    """One row of `tables` with its `cells`. `findings` are those whose place is in this table.

    `mend` joins words that a narrow column broke, in the names of rows and columns; the cells stay as printed.
    """

    def __init__(
        self, table: Row, cells: TableCells, findings: list[Row], mend: Callable[[str], str] = lambda text: text
    ) -> None:
        self.table, self.cells, self.findings, self._mend = table, cells, findings, mend
        self.table_id: str = table["table_id"]
        self.anchor = self.table_id.rpartition("/")[2]

    @cached_property
    def _accused(self) -> dict[tuple[int, int], list[Row]]:
        """(row, col) -> the findings about that place."""
        out: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for finding in self.findings:
            out[(finding["row"], finding["col"])].append(finding)
        return out

    def cell_at(self, row: int | None, col: int | None) -> Cell | None:
        """The cell that covers a place; a merged cell covers several."""
        if row is None or col is None:
            return None
        covering = (c for c in self.cells.rows.get(row, []) if c.col <= col < c.col + max(c.col_span, 1))
        return next(covering, None)

    def row(self, row: int) -> list[Cell]:
        """The cells that begin in a row, left to right."""
        return [cell for cell in self.cells.rows.get(row, []) if cell.row == row]

    def row_label(self, row: int | None) -> str:
        """What names a row in print: its label, else its first text, "" where it has none."""
        cells = [c for c in self.row(row) if c.text] if row is not None else []
        named = [c for c in cells if c.column_role == "label"]
        words = [c for c in cells if c.value_type not in NUMERIC_TYPES]
        for cell in (*named, *words):
            return self._mend(cell.text)
        return ""

    def column_header(self, col: int | None) -> str:
        """What names a column in print: the header cells above it, from top to bottom; "" where there are none."""
        if col is None:
            return ""
        names: list[str] = []
        for row in range(self.table["n_header_rows"]):
            cell = self.cell_at(row, col)
            # A header as wide as the table is its title.
            if cell and cell.text and cell.col_span < self.table["n_cols"] and cell.text not in names:
                names.append(cell.text)
        return " · ".join(self._mend(name) for name in names)

    def html_rows(self, limit: int | None = None) -> tuple[list[HtmlRow], Iterator[HtmlRow]]:
        """Rows for `<thead>` and `<tbody>`: spans cut so that cells never overlap, gaps filled by empty cells.

        Those of the body are made while they are written.
        """
        n_rows, n_cols = self.table["n_rows"], self.table["n_cols"]
        shown = n_rows if limit is None else min(limit, n_rows)
        head = min(self.table["n_header_rows"], shown)
        return list(self._section(0, head, n_cols)), self._section(head, shown, n_cols)

    def _section(self, start: int, stop: int, n_cols: int) -> Iterator[HtmlRow]:
        taken: set[tuple[int, int]] = set()
        for row in range(start, stop):
            begin = {c.col: c for c in self.row(row)}
            roles = [c.row_role for c in begin.values()]
            role = roles[0] if roles else "detail"
            slots: list[Slot] = []
            for col in range(n_cols):
                if (row, col) in taken:
                    continue
                cell = begin.get(col)
                down, right = _free_span(cell, row, col, stop, n_cols, taken) if cell else (1, 1)
                taken.update((row + i, col + j) for i in range(down) for j in range(right))
                slots.append(self._slot(cell, row, col, down, right, role))
            yield HtmlRow(role, slots)
            taken = {place for place in taken if place[0] > row}

    def _slot(self, cell: Cell | None, row: int, col: int, down: int, right: int, role: str) -> Slot:
        anchor = f"{self.anchor}-{row}-{col}"
        if cell is None:
            return Slot("", down, right, False, "", anchor)
        header = "col" if role == "header" else "row" if cell.column_role == "label" and cell.text else ""
        accused = self._accused.get((row, col), [])
        return Slot(cell.text, down, right, cell.value_type in NUMERIC_TYPES, header, anchor, accused)


def tables_of(data: Curated) -> dict[str, TableData]:
    """The tables of a document by their id, with their cells and findings."""
    found: dict[str, list[Row]] = defaultdict(list)
    for finding in data.findings:
        found[finding["table_id"]].append(finding)
    ids = {table["table_id"]: table for table in data.tables}
    mend = data.cells.mender.mend
    return {key: TableData(table, data.cells.tables[key], found[key], mend) for key, table in ids.items()}


def _free_span(cell: Cell, row: int, col: int, stop: int, n_cols: int, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """The spans of a cell, cut at the edges of its section and before slots that others cover already."""
    right = 1
    while right < cell.col_span and col + right < n_cols and (row, col + right) not in taken:
        right += 1
    down = 1
    while down < cell.row_span and row + down < stop and not any((row + down, col + j) in taken for j in range(right)):
        down += 1
    return down, right

"""A table whose parts stand on several pages: its rows one after the other, its columns brought to one set.

Each part that is joined may move the columns of those before it. Of hundreds of parts only the last is up to date; the
others make their moves when the table is whole, or when somebody asks where their columns are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rendicion_etl.reading.page import Floats, misalignment, shared_width
from rendicion_etl.tables.grid import edges_of, nearest
from rendicion_etl.tables.model import Extent, PressedRawCells, RawTable
from rendicion_etl.tables.pressed import Pressed, edited, press, together

SAME_COLUMN = 4.0  # points by which a column edge may move from page to page
ALIGNED = 0.6  # of the columns of figures must stand where they stood

Move = Floats | Mapping[int, int]
"""Onto which edges columns go, or which column each becomes."""


class Joined:
    """A table and what goes on it; all but cells and columns of `head` is of the whole at any time."""

    def __init__(self, head: RawTable) -> None:
        self.head = head
        self._parts = [head]
        self._moves: list[Move] = []
        self._made = [0]  # of each part, how many of the moves

    def add(self, part: RawTable, again: int, own_header: bool) -> None:
        """Go on with `part`, without its first `again` rows, which were printed before.

        own_header: its first rows are a header, of the whole or of its own.
        """
        head = self.head
        if head.extents and part.extents:
            mine, its = _one_set(head, part)
            self._move(mine)
            _make([its], part)
        else:
            edges = edges_of([*self.edges(), *column_edges(part)], SAME_COLUMN)
            self._move(edges)
            _make([edges], part)
            head.n_cols = len(edges) - 1
        offset = head.n_rows - again
        _take_rows(part, again, offset)
        self._parts.append(part)
        self._made.append(len(self._moves))
        leading = frozenset(range(part.n_header_rows))
        later = (part.header_rows - leading) | (leading if own_header else frozenset())
        head.header_rows |= frozenset(r + offset for r in later if r >= again)
        head.n_rows += part.n_rows - again
        head.regions += part.regions
        head.source_note = part.source_note or head.source_note
        head.whole = head.whole and part.whole
        if head.n_unread is not None or part.n_unread is not None:
            head.n_unread = (head.n_unread or 0) + (part.n_unread or 0)

    def edges(self) -> Floats:
        """Positions of the column edges: n_cols + 1 values, from left to right; of the last part that has one."""
        found = np.full(self.head.n_cols + 1, np.nan)
        for k in reversed(range(len(self._parts))):
            self._catch_up(k)
            own = _edges(self._parts[k], self.head.n_cols)
            found = np.where(np.isnan(found), own, found)
            if not np.isnan(found).any():
                break
        known: Floats = found[~np.isnan(found)]
        return known

    def whole(self) -> RawTable:
        """The table with the cells of all of its parts."""
        for k in range(len(self._parts)):
            self._catch_up(k)
        self.head.cells = together([part.cells for part in self._parts], PressedRawCells)
        return self.head

    def _move(self, move: Move) -> None:
        if isinstance(move, np.ndarray):
            last = self._moves[-1] if self._moves else None
            if isinstance(last, np.ndarray) and np.array_equal(last, move):
                return
        elif all(n == k for n, k in move.items()):
            return
        self._moves.append(move)

    def _catch_up(self, k: int) -> None:
        todo, self._made[k] = self._moves[self._made[k] :], len(self._moves)
        onto = max((n for n, move in enumerate(todo) if isinstance(move, np.ndarray)), default=0)
        _make(todo[onto:], self._parts[k])  # onto edges, columns go from where they are printed


def _make(moves: Sequence[Move], part: RawTable) -> None:
    """Renumber the columns of a part, once for each move."""
    for cell in edited(part.cells) if moves else ():
        for move in moves:
            if isinstance(move, np.ndarray):
                cell.col = nearest(move, cell.box.x0)
                cell.col_span = max(nearest(move, cell.box.x1) - cell.col, 1)
            else:
                end = move[cell.col + cell.col_span - 1]
                cell.col = move[cell.col]
                cell.col_span = max(end - cell.col + 1, 1)


def _take_rows(part: RawTable, again: int, offset: int) -> None:
    """Leave out the first rows of a part, and number the others as those of the whole."""
    kept = [cell for cell in part.cells if cell.row >= again]
    for cell in kept:
        cell.row += offset
    part.cells = press(kept, PressedRawCells) if isinstance(part.cells, Pressed) else kept


def column_edges(table: RawTable) -> Floats:
    """Positions of the column edges: n_cols + 1 values, from left to right."""
    edges = _edges(table, table.n_cols)
    known: Floats = edges[~np.isnan(edges)]
    return known


def _edges(table: RawTable, n_cols: int) -> Floats:
    """Positions of the column edges, NaN where no cell begins or ends."""
    edges = np.full(n_cols + 1, np.nan)
    for cell in table.cells:
        edges[cell.col] = cell.box.x0
        edges[cell.col + cell.col_span] = cell.box.x1
    return edges


def column_map(head: RawTable, part: RawTable) -> list[int | None] | None:
    """Of each column of `part`, the column of `head` that it goes on (None: one of its own); None where they differ.

    Figures go on a column whose right edges, left edges or middles they share; words one that they overlap.
    """
    out: list[int | None] = []
    aligned = figures = 0
    for column in part.extents:
        k = max(range(len(head.extents)), key=lambda n: shared_width(head.extents[n], column))
        over = head.extents[k]
        same = shared_width(over, column) > 0 and over.figures == column.figures and k not in out
        out.append(k if same else None)
        figures += column.figures
        aligned += column.figures and same and misalignment(over, column) <= SAME_COLUMN
    known = [k for k in out if k is not None]
    return out if figures and aligned >= ALIGNED * figures and known == sorted(known) else None


def _one_set(head: RawTable, part: RawTable) -> tuple[dict[int, int], dict[int, int]]:
    """Bring the extents of both to one set; what each column of `head` and of `part` becomes in it.

    A column that only `part` prints is put in its place.
    """
    mapped = column_map(head, part)
    assert mapped
    columns = [(extent.x0, k, None) for k, extent in enumerate(head.extents)]
    own = [(part.extents[n].x0, None, n) for n, k in enumerate(mapped) if k is None]
    order = sorted([*columns, *own], key=lambda c: c[0])
    of_head = {k: at for at, (_, k, _) in enumerate(order) if k is not None}
    of_part = {n: of_head[k] for n, k in enumerate(mapped) if k is not None}
    of_part |= {n: at for at, (_, _, n) in enumerate(order) if n is not None}
    extents: list[Extent] = []
    for _, k, n in order:
        extent = head.extents[k] if k is not None else part.extents[n or 0]
        again = next((part.extents[m] for m, other in enumerate(mapped) if k is not None and other == k), extent)
        extents.append(Extent(min(extent.x0, again.x0), max(extent.x1, again.x1), extent.figures))
    head.extents = part.extents = tuple(extents)
    head.n_cols = part.n_cols = len(extents)
    return of_head, of_part

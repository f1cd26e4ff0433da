"""What every page begins with, where it was read as the header of the table under it, and headers that look like it.

The header of a table that fills pages is printed at one height on each of them, as a running head is. What tells them
apart: a header names the columns one by one, and its lines stand tight over one another.
"""

from __future__ import annotations

from collections.abc import Sequence

from rendicion_etl.reading.page import Box, Line, misalignment
from rendicion_etl.tables.joined import column_map
from rendicion_etl.tables.model import RawCell, RawTable, Region

TIGHT = 0.6  # of a line's height: the lines of one header stand no further apart
HEADED = 0.6  # of the columns must have a name of their own
FEWEST = 3  # columns that do: a running head may be in two parts


def drop_running_head(
    table: RawTable, furniture: Sequence[Line], lines: Sequence[Line], before: Sequence[RawTable]
) -> None:
    """Take off the top of a table what every page begins with: rows of its header, and lines within them.

    Its own header, printed again on each page, goes too where the table goes on one of those `before` it, on the page
    before. `lines` are those of its page, the furniture among them.
    """
    if not table.extents:
        return
    heads = [c for c in table.header() if c.text]
    rows = sorted({c.row for c in heads})
    begins = not any(t.extents and column_map(t, table) for t in before)
    while rows and all(any(n.box.overlap(c.box) > 0 for n in furniture) for c in heads if c.row == rows[0]):
        if begins and _names_columns(table, [c for c in heads if c.row == rows[0]], furniture):
            break
        del rows[0]
    drop = rows[0] if rows else table.n_header_rows
    if drop:
        table.cells = [c for c in table.cells if c.row >= drop]
        for cell in table.cells:
            cell.row -= drop
        table.n_rows, table.n_header_rows = table.n_rows - drop, table.n_header_rows - drop
        table.header_rows = frozenset(r - drop for r in table.header_rows if r >= drop)
        table.regions = [Region(table.regions[0].page, Box.around([c.box for c in table.cells]))]
    for cell in table.header():
        _drop_running_lines(cell, furniture, lines)


def _names_columns(table: RawTable, cells: Sequence[RawCell], furniture: Sequence[Line]) -> bool:
    """Whether the cells of a row stand over a column each, most columns have one, and no line runs through two."""
    single = [c for c in cells if c.col_span == 1]
    through = any(sum(n.box.overlap(c.box) > 0 for c in cells) > 1 for n in furniture)
    return not through and len(single) == len(cells) >= max(FEWEST, HEADED * table.n_cols)


def _drop_running_lines(cell: RawCell, furniture: Sequence[Line], lines: Sequence[Line]) -> None:
    """Take the running head off a cell of the header that it stands close over."""
    own = _own_lines(cell, furniture, lines)
    for line in furniture:
        rest = cell.text.removeprefix(line.text).lstrip()
        if id(line) not in own and rest and rest != cell.text and cell.box.overlap(line.box) > 0:
            cell.text = rest
            cell.box = cell.box._replace(top=min(line.box.bottom, cell.box.bottom))


def _own_lines(cell: RawCell, furniture: Sequence[Line], lines: Sequence[Line]) -> set[int]:
    """Ids of the lines that every page prints though they are the cell's: tight over one that is, in line with it."""
    running = {id(n) for n in furniture}
    inside = sorted((n for n in lines if n.box.overlap(cell.box) > 0), key=lambda n: n.box.top)
    first = next((k for k, n in enumerate(inside) if id(n) not in running), len(inside) - 1)
    own: set[int] = set()
    for above, below in zip(inside[:first][::-1], inside[1 : first + 1][::-1], strict=True):
        height = above.box.height
        if below.box.top - above.box.bottom > TIGHT * height or misalignment(above.box, below.box) > height / 2:
            break
        own.add(id(above))
    return own

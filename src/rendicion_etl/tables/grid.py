"""Cell rectangles -> a grid of rows and columns whose cells are filled from the page's characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from rendicion_etl.reading.lines import OVERRUN_GAP, SAME_LINE, runs_of, same_word, text_of, texts_by_cell
from rendicion_etl.reading.page import Box, Chars, Floats
from rendicion_etl.tables.model import RawCell, RawTable, Region
from rendicion_etl.tables.shape import holds_several_figures, looks_numeric

_AMOUNT = re.compile(r"\S*\d[.,]\d\d")

TIGHT_GAP = 0.12  # of the font's height: letters of one word stand no further apart
SAME_EDGE = 2.5  # points: edges closer than this are one (double rules, shading beside its rule)


def edges_of(values: Sequence[float], tolerance: float = SAME_EDGE) -> Floats:
    """Distinct edge positions, ascending; those within `tolerance` of their neighbour become their mean."""
    ordered = np.sort(np.asarray(values, dtype=float))
    starts = np.flatnonzero(np.diff(ordered, prepend=-np.inf) > tolerance)
    return np.add.reduceat(ordered, starts) / np.diff(starts, append=len(ordered))


def nearest(edges: Floats, value: float) -> int:
    """Index of the edge closest to a position."""
    return int(np.abs(edges - value).argmin())


def _nearest(edges: Floats, values: Sequence[float]) -> list[int]:
    """The same of many positions."""
    out: list[int] = np.abs(edges - np.asarray(values)[:, None]).argmin(axis=1).tolist()
    return out


def table_from_boxes(boxes: Sequence[Box], page: int, chars: Chars, reader: str) -> RawTable | None:
    """Build a table from the boxes of its cells on one page; None where they do not make two columns.

    A single row may be the rest of a table from the page before: whoever joins parts decides what becomes of it.
    """
    xs = edges_of([x for b in boxes for x in (b.x0, b.x1)])
    ys = edges_of([y for b in boxes for y in (b.top, b.bottom)])
    cells: list[RawCell] = []
    owner = np.full((len(ys) - 1, len(xs) - 1), -1)
    left, top, right, bottom = zip(*boxes, strict=True)
    sides = zip(_nearest(xs, left), _nearest(xs, right), _nearest(ys, top), _nearest(ys, bottom), strict=True)
    at_x, at_y = xs.tolist(), ys.tolist()
    for col, end_col, row, end_row in sides:
        if end_col <= col or end_row <= row or (owner[row:end_row, col:end_col] >= 0).any():
            continue
        owner[row:end_row, col:end_col] = len(cells)
        exact = Box(at_x[col], at_y[row], at_x[end_col], at_y[end_row])
        cells.append(RawCell(row, col, end_row - row, end_col - col, "", page, exact))
    chosen, of_char = _chars_by_cell(chars, xs, ys, owner)
    starts = np.flatnonzero(np.diff(of_char, prepend=-1))
    if len(starts):
        indents = np.minimum.reduceat(chars.x0[chosen], starts).tolist()
        bold = np.add.reduceat(chars.bold[chosen].astype(int), starts) * 2 > np.diff(starts, append=len(chosen))
        for index, indent, heavy in zip(of_char[starts].tolist(), indents, bold.tolist(), strict=True):
            cells[index].indent, cells[index].bold = indent, heavy
    ran_together = False
    for index, lines in texts_by_cell(chars, chosen, of_char).items():
        cells[index].text = " ".join(lines)
        ran_together = ran_together or holds_several_figures(lines)
    region = Region(page, Box(at_x[0], at_y[0], at_x[-1], at_y[-1]))
    return _without_empty_lanes(RawTable(cells, len(ys) - 1, len(xs) - 1, reader, [region], whole=not ran_together))


def _chars_by_cell(chars: Chars, xs: Floats, ys: Floats, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The characters whose centre lies in a cell, and which cell that is, which ascends.

    A word that overflows its cell stays whole.
    """
    cx, cy = (chars.x0 + chars.x1) / 2, (chars.top + chars.bottom) / 2
    inside = np.flatnonzero((cx >= xs[0]) & (cx < xs[-1]) & (cy >= ys[0]) & (cy < ys[-1]))
    of_char = owner[
        np.searchsorted(ys, cy[inside], side="right") - 1,
        np.searchsorted(xs, cx[inside], side="right") - 1,
    ]
    for word in _overflowing(chars, inside, of_char):
        owners = of_char[word][of_char[word] >= 0]
        of_char[word] = np.bincount(owners).argmax() if len(owners) else -1
    for text, home in _running_on(chars, inside, of_char):
        of_char[text] = home
    order = np.argsort(of_char, kind="stable")
    order = order[of_char[order] >= 0]
    return inside[order], of_char[order]


def _overflowing(chars: Chars, inside: np.ndarray, of_char: np.ndarray) -> Iterator[slice]:
    """Words printed across a rule: positions in `inside` whose cells differ though nothing parts their letters."""
    if len(inside) < 2:
        return
    before, after = inside[:-1], inside[1:]
    gap = chars.x0[after] - chars.x1[before]
    height = chars.bottom[after] - chars.top[after]
    joined = (after == before + 1) & same_word(chars)[after]
    across = joined & (gap <= TIGHT_GAP * height) & (of_char[1:] != of_char[:-1])
    breaks = np.flatnonzero(~joined) + 1
    for k in np.unique(np.searchsorted(breaks, np.flatnonzero(across) + 1, side="right")):
        start = breaks[k - 1] if k else 0
        yield slice(int(start), int(breaks[k]) if k < len(breaks) else len(inside))


def _running_on(chars: Chars, inside: np.ndarray, of_char: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Text too long for its cell that goes on, often unseen, over the figure of the next: where, and whose it is."""
    if len(inside) < 2:
        return
    x0, x1, top, bottom = chars.x0[inside], chars.x1[inside], chars.top[inside], chars.bottom[inside]
    height, middle = bottom - top, (top + bottom) / 2
    near = np.abs(x0[1:] - x1[:-1]) < OVERRUN_GAP * height[1:]
    across = near & (of_char[1:] != of_char[:-1]) & (of_char[1:] >= 0) & (of_char[:-1] >= 0)
    if not across.any():
        return
    run = runs_of(chars)[inside]
    crossing = across & (np.diff(run) == 0)
    begins = ~same_word(chars)[inside]
    for k in (np.flatnonzero(crossing) + 1).tolist():
        here = (of_char == of_char[k]) & (np.abs(middle - middle[k]) < SAME_LINE * height[k])
        text = here & (run == run[k])
        for start in np.flatnonzero(text & begins).tolist():
            if _AMOUNT.match(_printed(chars, inside[text & (np.arange(len(inside)) >= start)])):
                text[start:] = False  # the figure follows in the same run
        figure = inside[here & ~text]
        begun = inside[(of_char == of_char[k - 1]) & (run == run[k])]
        whole = _printed(chars, inside[here])  # `Q 5.00` is one figure
        words = text.any() and not looks_numeric(_printed(chars, begun)) and not looks_numeric(whole)
        if words and len(figure) and looks_numeric(_printed(chars, figure)):
            yield text, int(of_char[k - 1])


def _printed(chars: Chars, line: np.ndarray) -> str:
    return text_of(chars, line[np.argsort(chars.x0[line])])


def _without_empty_lanes(table: RawTable) -> RawTable | None:
    """Drop rows and columns in which no cell begins with text: slivers between rules, empty margins."""
    rows = sorted({c.row for c in table.cells if c.text})
    cols = sorted({c.col for c in table.cells if c.text} | _wide_columns(table))
    if not rows or len(cols) < 2:
        return None
    return renumbered(table, rows, cols)


def _wide_columns(table: RawTable) -> set[int]:
    """Columns that are wide enough to be meant, even where no text begins in them."""
    return {c.col for c in table.cells if c.col_span == 1 and c.box.width > 4 * SAME_EDGE}


def renumbered(table: RawTable, rows: Sequence[int], cols: Sequence[int]) -> RawTable:
    """The table with only the given rows and columns, in order, counted from 0; spans shrink with them."""
    row_at = np.searchsorted(rows, np.arange(table.n_rows + 1))
    col_at = np.searchsorted(cols, np.arange(table.n_cols + 1))
    kept: list[RawCell] = []
    for c in table.cells:
        row, end_row = int(row_at[c.row]), int(row_at[c.row + c.row_span])
        col, end_col = int(col_at[c.col]), int(col_at[c.col + c.col_span])
        if end_row > row and end_col > col:
            c.row, c.col, c.row_span, c.col_span = row, col, end_row - row, end_col - col
            kept.append(c)
    table.cells, table.n_rows, table.n_cols = kept, len(rows), len(cols)
    return table

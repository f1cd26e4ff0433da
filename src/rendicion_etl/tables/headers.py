"""Which rows of a table are its header, at the top and where it is printed again further down."""

from __future__ import annotations

from itertools import pairwise

from rendicion_etl.tables.model import RawCell, RawTable
from rendicion_etl.tables.shape import (
    holds_several_figures,
    is_column_mark,
    is_year,
    looks_numeric,
    numbers_columns,
    squash,
)

MOST_HEADER_ROWS = 6


def mark_headers(table: RawTable) -> RawTable:
    """Set `n_header_rows` and `header_rows` from the shape of the rows; returns the same table."""
    rows = table.rows()
    leading = table.n_header_rows or _leading_header(table, rows)
    while table.n_header_rows and leading < table.n_rows - 1 and _marks_columns(rows[leading]):
        leading += 1
    numeric_table = sum(any(_is_figure(c) for c in row) for row in rows) >= len(rows) / 2
    known = {_key(rows[r]) for r in range(leading)} - {()}
    again = {
        r
        for r in range(leading, table.n_rows)
        if _key(rows[r]) in known or _marks_columns(rows[r]) or (numeric_table and _restarts_header(table, rows, r))
    }
    table.n_header_rows = leading
    table.header_rows = frozenset(range(leading)) | again
    return table


def header_texts(table: RawTable) -> tuple[tuple[str, ...], ...]:
    """The leading header's texts row by row, squashed, to compare with a header printed again."""
    cells = sorted(table.header(), key=lambda c: c.col)
    return tuple(tuple(squash(c.text) for c in cells if c.row == r) for r in range(table.n_header_rows))


def _leading_header(table: RawTable, rows: list[list[RawCell]]) -> int:
    first_body = next((r for r, row in enumerate(rows) if _is_body(row)), None)
    if first_body is None or first_body > MOST_HEADER_ROWS:
        return _text_header(table, rows)
    covered = max((c.row + c.row_span for row in rows[:first_body] for c in row), default=0)
    header = max(first_body, min(covered, table.n_rows - 1))
    while header > 1 and _is_band(table, rows[header - 1]) and not _is_band(table, rows[header - 2]):
        header -= 1
    return header


def _text_header(table: RawTable, rows: list[list[RawCell]]) -> int:
    """Header of a table without figures: the bold rows at its top, where what follows is not bold."""
    bold = [bool([c for c in row if c.text]) and all(c.bold for c in row if c.text) for row in rows]
    n = next((r for r, heavy in enumerate(bold) if not heavy), table.n_rows)
    return n if n < table.n_rows and n <= MOST_HEADER_ROWS else min(1, table.n_rows - 1)


def _is_body(row: list[RawCell]) -> bool:
    """A row that holds a figure which is not a year or the number of a column."""
    figures = [c for c in row if _is_figure(c) or holds_several_figures([c.text])]
    return bool(figures) and not _marks_columns(row) and not _names_years(row, figures)


def _names_years(row: list[RawCell], figures: list[RawCell]) -> bool:
    """`Concepto | 2020 | 2021`: years in order name columns; years beside a label below a header are its figures."""
    years = [int(c.text) for c in figures if is_year(c.text)]
    labelled = row[0].row > 0 and row[0].col == 0 and bool(row[0].text) and not _is_figure(row[0]) and not row[0].bold
    return len(years) == len(figures) and all(b - a == 1 for a, b in pairwise(years)) and not labelled


def _marks_columns(row: list[RawCell]) -> bool:
    """`1 | 2 | 3 = (1 + 2) | 4`: a row below the header that only numbers the columns, each in its place."""
    texts = [c.text for c in row if c.text]
    if row and row[0].row and numbers_columns(texts):
        return True
    if len(texts) < 3 or not all(map(is_column_mark, texts)):
        return False
    if not row[0].row and not any("=" in t for t in texts):
        return False
    bare = [t.strip("() ") for t in texts]
    places = [(k, int(t)) for k, t in enumerate(bare) if t.isdigit()]
    if not places:
        return all(t.isalpha() or "=" in t for t in bare)  # A | B | C = A + B
    in_place = len(places) > 1 and {number - k for k, number in places} == {1}
    return in_place and not any(t.isalpha() for t in bare)


def _key(row: list[RawCell]) -> tuple[str, ...]:
    """The texts of a row of several cells, to know a header that is printed again; () for any other row."""
    texts = tuple(squash(c.text) for c in row if c.text)
    return texts if len(texts) > 1 else ()


def _is_figure(cell: RawCell) -> bool:
    return looks_numeric(cell.text)


def _is_band(table: RawTable, row: list[RawCell]) -> bool:
    """One text over the whole width, or one text beside empty cells only."""
    texts = [c for c in row if c.text]
    return len(texts) == 1 and (texts[0].col_span == table.n_cols or (texts[0].col == 0 and len(row) > 1))


def _restarts_header(table: RawTable, rows: list[list[RawCell]], r: int) -> bool:
    """A row of bold words without figures, in most columns, followed by figures: a header within the table."""
    texts = [c for c in rows[r] if c.text]
    if len(texts) < 2 or len(texts) < 0.6 * table.n_cols or any(_is_figure(c) for c in rows[r]):
        return False
    return all(c.bold for c in texts) and r + 1 < table.n_rows and any(_is_figure(c) for c in rows[r + 1])

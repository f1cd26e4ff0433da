"""Which rows of a table sum which others.

Relations come from what the table shows (words, codes, bold or upper-case group rows, bands) and are taken for
certain only where the table's own arithmetic bears them out, or where nothing else is possible. A relation that is
not certain is judged in no column (see `sums`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from rendicion_etl.normalize.grouping import group_rows
from rendicion_etl.normalize.model import Column, Row, RowRole, Table
from rendicion_etl.normalize.rows import is_carried, is_memo, is_plain_total, lists_some
from rendicion_etl.normalize.sums import (
    EVERYTHING,
    NOTHING,
    ColumnSum,
    additive_columns,
    column_sums,
    is_short,
    judged_columns,
    proofs,
)
from rendicion_etl.normalize.text import fold
from rendicion_etl.tables.model import is_ocr
from rendicion_etl.tables.shape import is_column_mark, is_year, looks_numeric

State = Literal["whole", "short"] | None

HALF = Decimal("0.5")
DEEPEST = 127  # level: what the contract has room for
WHOLE_GROUPS = 2  # must close in all columns, for another of the table to be taken for one that lacks a row


def build_hierarchy(
    table: Table, bold: Sequence[int], indent: Sequence[float], given: Mapping[int, RowRole] | None = None
) -> None:
    """Set role, level, parent, parts and judged columns of the rows of a table.

    Of each row `bold`: whether it is set in bold type, and `indent`: where its label begins, in points, infinite where
    it has none; `given`: rows whose role is known already, and stays.
    """
    given = given or {}
    columns = additive_columns(table)
    found = group_rows(table, columns, bold, indent)
    groups = {head: parts for head, parts in found.items() if given.get(head, "subtotal") == "subtotal"}
    for row in table.rows:
        if row.row in groups:
            row.role = "subtotal"
    _assign_parts(table, columns, groups)
    _assign_levels(table)
    for row in table.rows:
        if row.role == "detail" and is_carried(row.label) and row.row not in given:
            row.role = "subtotal"  # it is counted already, by the rows that it sums


def _assign_parts(table: Table, columns: Sequence[Column], groups: dict[int, list[int]]) -> None:
    inside = {child for parts in groups.values() for child in parts}
    states: dict[int, State] = {}
    for head, parts in groups.items():
        sums = column_sums(table, columns, head, parts)
        states[head] = _state(sums)
        table.row(head).parts = tuple(parts)
        table.row(head).judged = judged_columns(sums, only_way=True)
    short = _lacking_a_row(table, states)
    # A word that stands between a group and what follows may be the rest of a label, and rows be lost with it.
    if short is not None and not _before_band(table, _last_within(short, groups)):
        sums = column_sums(table, columns, short, groups[short])
        table.row(short).judged = judged_columns(sums, only_way=True, lacks=EVERYTHING)
    open_rows: list[int] = []  # figures that no total has summed yet
    since: list[int] = []  # those of them after the last total or band
    details: list[int] = []
    flat = not groups and not any(r.role in ("band", "header") for r in table.rows[table.n_header_rows :])
    seen_total = False
    bands: list[tuple[str, int]] = []  # those that no total has closed yet, and after which row they stand
    closing: dict[int, bool] = {}  # totals of all rows since a band or the last total, and whether there was one
    for row in table.rows:
        if row.role in ("band", "header"):
            since = []
            if row.row >= table.n_header_rows:
                bands.append((fold(row.label or ""), row.row))
        elif row.role in ("total", "subtotal") and row.row not in groups:
            begun = _close_band(bands, row)
            named = [r for r in open_rows if begun is not None and r > begun]
            summed = [r for r in open_rows if table.row(r).role in ("total", "subtotal")]
            candidates = (named, since, open_rows, summed, details)
            _choose_parts(table, columns, row, candidates, flat and not seen_total)
            if row.parts in (tuple(named), tuple(since)):
                closing[row.row] = bool(named or bands or seen_total)
            summed_now = set(row.parts)
            open_rows = [r for r in open_rows if r not in summed_now] + [row.row]
            since, seen_total = [], True
        elif row.row not in inside and table.figured[row.row] and not is_memo(row.label):
            open_rows.append(row.row)
            since.append(row.row)
            details.append(row.row)
    short = _lacking_a_row(table, {r: _state(column_sums(table, columns, r, table.row(r).parts)) for r in closing})
    if short is not None and closing[short]:
        sums = column_sums(table, columns, short, table.row(short).parts)
        table.row(short).judged = judged_columns(sums, only_way=True, lacks=EVERYTHING)
    _sum_below(table, columns, open_rows, flat)


def _state(sums: Sequence[ColumnSum]) -> State:
    """Whether a total closes in all columns, one of which can tell, or is more than its rows in those that can."""
    if any(s.tells for s in sums) and all(s.closes for s in sums):
        return "whole"
    return "short" if is_short(sums) else None


def _lacking_a_row(table: Table, states: Mapping[int, State]) -> int | None:
    """The only group of a table that is short of a row, where others close wholly; by the rows that print their sums.

    Where several are short, they may list some of their rows, or be misread.
    """
    short = [head for head, state in states.items() if state == "short"]
    n_whole = sum(state == "whole" for state in states.values())
    return short[0] if len(short) == 1 and n_whole >= WHOLE_GROUPS and _begins_with_words(table) else None


def _close_band(bands: list[tuple[str, int]], row: Row) -> int | None:
    """The row of the innermost open band that a total names ("Total Intereses"); it and those within it are closed."""
    said = fold(row.label or "")
    k = next((k for k in reversed(range(len(bands))) if bands[k][0] and said.endswith(f" {bands[k][0]}")), None)
    if k is None:
        return None
    begun = bands[k][1]
    del bands[k:]
    return begun


def _last_within(head: int, groups: Mapping[int, Sequence[int]]) -> int:
    """The last row of a group, its groups included."""
    while head in groups:
        head = max(groups[head])
    return head


def _before_band(table: Table, row: int) -> bool:
    """Whether the first row after this one that is no part of its group is a band, or none."""
    after = next((r for r in table.rows if r.row > row), None)
    return after is None or after.role in ("band", "note")


def _sum_below(table: Table, columns: Sequence[Column], open_rows: Sequence[int], flat: bool) -> None:
    """Give a total that is printed over all it sums its parts, where they prove to be that."""
    first = table.row(open_rows[0]) if open_rows else None
    if first is None or first.role != "total" or first.parts:
        return
    below = [r for r in open_rows if r != first.row]
    again = [tuple(table.row(r).parts) for r in below if table.row(r).role == "total" and len(table.row(r).parts) > 1]
    for parts in (*again, tuple(below)):
        sums = column_sums(table, columns, first.row, parts)
        judged = judged_columns(sums, only_way=False, lacks=HALF if flat and _is_complete(table, first) else NOTHING)
        if len(parts) > 1 and (proofs(sums) or judged):
            first.parts, first.judged = parts, judged
            return


def _choose_parts(
    table: Table, columns: Sequence[Column], row: Row, candidates: Sequence[Sequence[int]], flat: bool
) -> None:
    """The rows that a total sums: of the ways there are, the one that most columns prove."""
    distinct = list(dict.fromkeys(tuple(c) for c in candidates if c))
    if not distinct:
        return
    row.parts = _most_proven(table, columns, row.row, distinct)
    only_way = flat and len(distinct) == 1 and len(row.parts) > 2 and not _is_partial(table)
    lacks = HALF if only_way and _is_complete(table, row) else NOTHING  # a list of some of many may name less
    row.judged = judged_columns(column_sums(table, columns, row.row, row.parts), only_way, lacks)


def _is_partial(table: Table) -> bool:
    """Whether a table lists only some of what there is, or rows that are no parts of its total."""
    return lists_some(table.title) or any(is_memo(r.label) for r in table.rows if r.role == "detail")


def _is_complete(table: Table, total: Row) -> bool:
    """Whether a table claims by its form to list all that its total sums: it begins here, and the total is of all."""
    begins = bool(table.title or table.number) and _begins_with_words(table)
    return begins and is_plain_total(total.label_printed) and not _is_partial(table)


def _begins_with_words(table: Table) -> bool:
    """Whether no header prints a figure: then none of the rows that a total sums was taken for a header.

    Never so on scans, where what stands around a table may be misread, and a part on another page not be joined.
    """
    if is_ocr(table.reader):
        return False
    headers = {r.row for r in table.rows if r.role == "header"} | set(range(table.n_header_rows))
    cells = (table.cell(row, col) for row in headers for col in range(table.n_cols))
    said = [c.text for c in cells if c and looks_numeric(c.text)]
    return all(is_year(text) or is_column_mark(text) for text in said)


def _most_proven(
    table: Table, columns: Sequence[Column], whole: int, candidates: Sequence[tuple[int, ...]]
) -> tuple[int, ...]:
    """The rows that most columns prove to be the parts; the first that every telling column proves needs no rival."""
    best, most = candidates[0], -1
    for parts in candidates:
        sums = column_sums(table, columns, whole, parts)
        telling = sum(s.tells for s in sums)
        proven = proofs(sums)
        if proven > most:
            best, most = parts, proven
        if proven and proven == telling == len(sums):
            break
    return best


def _assign_levels(table: Table) -> None:
    """Set the parent of every part, and how deep each row stands.

    Where each total sums the one before it, page after page, they stand deeper than anybody may tell (DEEPEST): there
    one of them begins anew as a row that none contains. Its own parts, and whose part it is, are judged all the same.
    """
    for row in table.rows:
        for part in row.parts:
            table.row(part).parent = row.row
    levels: list[int | None] = [None] * table.n_rows
    for row in table.rows:
        at, chain, seen = row, [row], {row.row}
        while at.parent is not None and levels[at.parent] is None and at.parent not in seen:
            at = table.row(at.parent)
            chain.append(at)
            seen.add(at.row)
        for each in reversed(chain):
            above = None if each.parent is None else levels[each.parent]
            level = 0 if above is None else above + 1
            if (each.parent is not None and above is None) or (level >= DEEPEST and each.parts):
                each.parent, level = None, 0
            levels[each.row] = each.level = level

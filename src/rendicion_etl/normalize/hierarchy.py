"""Which rows of a table sum which others.

Relations come from what the table shows (words, codes, bold or upper-case group rows, bands) and are taken for
certain only where the table's own arithmetic bears them out, or where nothing else is possible. A relation that is
not certain is judged in no column (see `sums`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rendicion_etl.normalize.model import NUMERIC_TYPES, Column, Row, Table
from rendicion_etl.normalize.rows import is_memo, lists_some
from rendicion_etl.normalize.sums import additive_columns, column_sums, judged_columns, proofs

ENOUGH_GROUPS = 0.7  # of the groups must close before a way of grouping is believed
FEWEST_GROUPS = 2
INDENT = 2.0  # points: labels further in than this stand under the one before
TRAILING = 3  # rows after the last group that may belong to none


def build_hierarchy(table: Table, bold: set[int], indent: Mapping[int, float]) -> None:
    """Set role, level, parent, parts and judged columns of the rows of a table.

    `bold`: rows set in bold type; `indent`: where the label of a row begins, in points.
    """
    columns = additive_columns(table)
    figured = {c.row for c in table.cells if c.value is not None and c.value_type in NUMERIC_TYPES}
    groups = _group_rows(table, columns, figured, bold, indent)
    for row in table.rows:
        if row.row in groups:
            row.role = "subtotal"
    _assign_parts(table, columns, figured, groups)
    _assign_levels(table)


def _proofs(table: Table, columns: Sequence[Column], whole: int, parts: Sequence[int]) -> int:
    return proofs(column_sums(table, columns, whole, parts))


# ---------------------------------------------------------------- groups: a figure printed before its parts
def _group_rows(
    table: Table, columns: Sequence[Column], figured: set[int], bold: set[int], indent: Mapping[int, float]
) -> dict[int, list[int]]:
    """Group row -> its children, under the reading of the table in which the groups close; {} where none does."""
    if not columns:
        return {}
    outermost = min((indent[r.row] for r in table.rows if r.role == "detail" and r.row in indent), default=0.0)
    signs: list[Callable[[Row], bool]] = [
        lambda r: r.row in indent and indent[r.row] < outermost + INDENT,
        lambda r: _is_upper(r.label),
        lambda r: r.row in bold,
        lambda r: _is_short_code(table, r),
    ]
    best: dict[int, list[int]] = {}
    for sign in signs:
        groups = {head: _trimmed(table, columns, head, parts) for head, parts in _split(table, figured, sign).items()}
        closed = sum(_proofs(table, columns, head, parts) > 0 for head, parts in groups.items())
        if len(groups) >= FEWEST_GROUPS and closed >= ENOUGH_GROUPS * len(groups) and len(groups) > len(best):
            best = groups
    return best


def _split(table: Table, figured: set[int], sign: Callable[[Row], bool]) -> dict[int, list[int]]:
    """Rows that bear the sign, each with the details after it up to the next one; heads without details are none."""
    groups: dict[int, list[int]] = {}
    head: int | None = None
    for row in table.rows:
        if row.role != "detail" or row.row not in figured or is_memo(row.label):
            if row.role in ("total", "subtotal", "band", "header"):
                head = None
            continue
        if sign(row):
            head = row.row
            groups[head] = []
        elif head is not None:
            groups[head].append(row.row)
        else:
            return {}  # a detail before the first head: the sign does not split the table
    return groups if all(groups.values()) else {}


def _trimmed(table: Table, columns: Sequence[Column], head: int, parts: list[int]) -> list[int]:
    """Without the last rows where only so the group closes: a row after the last group belongs to none."""
    for n in range(min(TRAILING, len(parts) - 1) + 1):
        kept = parts[: len(parts) - n]
        if _proofs(table, columns, head, kept):
            return kept
    return parts


def _is_upper(label: str | None) -> bool:
    letters = [ch for ch in label or "" if ch.isalpha()]
    return len(letters) > 2 and all(ch.isupper() for ch in letters)


def _is_short_code(table: Table, row: Row) -> bool:
    """A code that is shorter than most and begins the codes below it: `0` over 011, `01` over 0101."""
    codes = [r.code for r in table.rows if r.code and r.role == "detail" and r.code[0].isdigit()]
    shortest = min(map(len, codes), default=0)
    code = row.code or ""
    below = [c for c in codes if len(c) > shortest and c.startswith(code)]
    return code[:1].isdigit() and len(code) == shortest and bool(below)


# ---------------------------------------------------------------- totals: a figure printed after its parts
def _assign_parts(table: Table, columns: Sequence[Column], figured: set[int], groups: dict[int, list[int]]) -> None:
    by_row = {r.row: r for r in table.rows}
    inside = {child for parts in groups.values() for child in parts}
    for head, parts in groups.items():
        by_row[head].parts = tuple(parts)
        by_row[head].judged = judged_columns(column_sums(table, columns, head, parts), only_way=True)
    open_rows: list[int] = []  # figures that no total has summed yet
    since: list[int] = []  # those of them after the last total or band
    details: list[int] = []
    flat = not groups and not any(r.role in ("band", "header") for r in table.rows[table.n_header_rows :])
    seen_total = False
    for row in table.rows:
        if row.role in ("band", "header"):
            since = []
        elif row.role in ("total", "subtotal") and row.row not in groups:
            candidates = (since, open_rows, [r for r in open_rows if by_row[r].role in ("total", "subtotal")], details)
            _choose_parts(table, columns, row, candidates, flat and not seen_total)
            open_rows = [r for r in open_rows if r not in row.parts] + [row.row]
            since, seen_total = [], True
        elif row.row not in inside and row.row in figured and not is_memo(row.label):
            open_rows.append(row.row)
            since.append(row.row)
            details.append(row.row)


def _choose_parts(
    table: Table, columns: Sequence[Column], row: Row, candidates: Sequence[Sequence[int]], flat: bool
) -> None:
    """The rows that a total sums: of the ways there are, the one that most columns prove."""
    distinct = list(dict.fromkeys(tuple(c) for c in candidates if c))
    if not distinct:
        return
    row.parts = _most_proven(table, columns, row.row, distinct)
    partial = lists_some(table.title) or any(is_memo(r.label) for r in table.rows if r.role == "detail")
    only_way = flat and len(distinct) == 1 and len(row.parts) > 2 and not partial
    row.judged = judged_columns(column_sums(table, columns, row.row, row.parts), only_way)


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
    by_row = {r.row: r for r in table.rows}
    for row in table.rows:
        for part in row.parts:
            by_row[part].parent = row.row
    for row in table.rows:
        level, at, seen = 0, row, {row.row}
        while at.parent is not None and at.parent not in seen:
            seen.add(at.parent)
            at, level = by_row[at.parent], level + 1
        row.level = level

"""Which rows of a table sum which others.

Relations come from what the table shows (words, codes, bold or upper-case group rows, bands) and are taken for
certain only where the table's own arithmetic bears them out, or where nothing else is possible. A relation that is
not certain keeps `parts_known` False, and no check may judge by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.normalize.model import Column, Row, Table

ENOUGH_GROUPS = 0.7  # of the groups must close before a way of grouping is believed
FEWEST_GROUPS = 2
NEAR = (Decimal("0.6"), Decimal("1.4"))  # sum of the parts over the total, where no column closes


@dataclass(frozen=True, slots=True)
class Closing:
    """How the sum of some rows compares with a printed figure, over the columns that can be added up."""

    columns: int
    closed: int

    @property
    def proven(self) -> bool:
        return self.closed > 0


def additive_columns(table: Table) -> list[Column]:
    """Columns whose figures can be added up: amounts and counts, not percentages, codes or text."""
    out = []
    for column in table.columns:
        if column.role in ("code", "label", "pct"):
            continue
        types = [c.value_type for c in table.cells if c.col == column.col and c.value is not None]
        if types and types.count("percent") <= len(types) / 2:
            out.append(column)
    return out


def build_hierarchy(table: Table, bold: set[int]) -> None:
    """Set role, level, parent, parts and parts_known of the rows of a table. `bold`: rows set in bold type."""
    columns = additive_columns(table)
    groups = _group_rows(table, columns, bold)
    for row in table.rows:
        if row.row in groups:
            row.role = "subtotal"
    _assign_parts(table, columns, groups)
    _assign_levels(table)


def closing(table: Table, columns: Sequence[Column], whole: int, parts: Sequence[int]) -> Closing:
    """In how many columns the parts sum to the whole (blank cells count as nothing, all-zero columns not at all)."""
    tried = closed = 0
    for column in columns:
        total = table.value(whole, column.col)
        values = [v for p in parts if (v := table.value(p, column.col)) is not None]
        if total is None or len(values) < 1 or (not total and not any(values)):
            continue
        tried += 1
        closed += abs(sum(values, Decimal(0)) - total) <= _slack(table, column.col, [whole, *parts])
    return Closing(tried, closed)


def _slack(table: Table, col: int, rows: Sequence[int]) -> Decimal:
    """What rounding of amounts printed without cents can make up: half a unit of the last digit per figure."""
    cells = [c for r in rows if (c := table.cell(r, col)) and c.value is not None and c.value_type == "amount"]
    return sum((Decimal("0.5").scaleb(-c.decimals) for c in cells if c.decimals < 2), Decimal(0))


# ---------------------------------------------------------------- groups: a figure printed before its parts
def _group_rows(table: Table, columns: Sequence[Column], bold: set[int]) -> dict[int, list[int]]:
    """Group row -> its children, under the reading of the table in which the groups close; {} where none does."""
    if not columns:
        return {}
    signs: list[Callable[[Row], bool]] = [
        lambda r: _is_upper(r.label),
        lambda r: r.row in bold,
        lambda r: _is_short_code(table, r),
    ]
    best: dict[int, list[int]] = {}
    for sign in signs:
        groups = _split(table, sign)
        closed = sum(closing(table, columns, head, parts).proven for head, parts in groups.items())
        if len(groups) >= FEWEST_GROUPS and closed >= ENOUGH_GROUPS * len(groups) and len(groups) > len(best):
            best = groups
    return best


def _split(table: Table, sign: Callable[[Row], bool]) -> dict[int, list[int]]:
    """Rows that bear the sign, each with the details after it up to the next one; heads without details are none."""
    groups: dict[int, list[int]] = {}
    head: int | None = None
    for row in table.rows:
        if row.role != "detail" or not _has_figures(table, row):
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
    return {h: parts for h, parts in groups.items() if parts} if all(groups.values()) else {}


def _is_upper(label: str | None) -> bool:
    letters = [ch for ch in label or "" if ch.isalpha()]
    return len(letters) > 2 and all(ch.isupper() for ch in letters)


def _is_short_code(table: Table, row: Row) -> bool:
    """A code that is shorter than most and begins the codes below it: `0` over 011, `01` over 0101."""
    lengths = sorted({len(r.code) for r in table.rows if r.code and r.role == "detail"})
    return bool(row.code) and len(lengths) > 1 and len(row.code or "") == lengths[0]


def _has_figures(table: Table, row: Row) -> bool:
    return any(
        c.row == row.row and c.value is not None and c.value_type in ("amount", "count", "percent") for c in table.cells
    )


# ---------------------------------------------------------------- totals: a figure printed after its parts
def _assign_parts(table: Table, columns: Sequence[Column], groups: dict[int, list[int]]) -> None:
    by_row = {r.row: r for r in table.rows}
    inside = {child for parts in groups.values() for child in parts}
    for head, parts in groups.items():
        by_row[head].parts, by_row[head].parts_known = tuple(parts), True
    open_rows: list[int] = []  # figures that no total has summed yet
    since: list[int] = []  # those of them after the last total or band
    details: list[int] = []
    flat = not groups and not any(r.role in ("band", "header") for r in table.rows[table.n_header_rows :])
    seen_total = False
    for row in table.rows:
        if row.role in ("band", "header"):
            since = []
        elif row.role in ("total", "subtotal") and row.row not in groups:
            row.parts, row.parts_known = _best_parts(
                table, columns, row, (since, open_rows, _totals(by_row, open_rows), details), flat and not seen_total
            )
            open_rows = [r for r in open_rows if r not in row.parts] + [row.row]
            since, seen_total = [], True
        elif row.role in ("detail", "subtotal") and row.row not in inside and _has_figures(table, row):
            open_rows.append(row.row)
            since.append(row.row)
            details.append(row.row)


def _totals(by_row: dict[int, Row], rows: Sequence[int]) -> list[int]:
    return [r for r in rows if by_row[r].role in ("total", "subtotal")]


def _best_parts(
    table: Table, columns: Sequence[Column], row: Row, candidates: Sequence[Sequence[int]], flat: bool
) -> tuple[tuple[int, ...], bool]:
    """The rows that a total sums, and whether that is certain: proven by a column, or the only way there is."""
    distinct = list(dict.fromkeys(tuple(c) for c in candidates if c))
    if not distinct:
        return (), False
    best = max(distinct, key=lambda parts: closing(table, columns, row.row, parts).closed)
    result = closing(table, columns, row.row, best)
    if len(best) > 1 and result.proven:
        return best, True
    only_way = flat and len(distinct) == 1 and len(best) > 2
    return best, only_way and _plausible(table, columns, row.row, best)


def _plausible(table: Table, columns: Sequence[Column], whole: int, parts: Sequence[int]) -> bool:
    """Whether rows that close in no column can still be the parts of a total.

    They cannot where the sum is far off (rows at two levels, a list of some), nor where leaving out one row would
    mend every column (a memo row: "de los cuales"), unless that row is printed twice. In a table of several columns
    all must fall short alike, as they do when a row was left out.
    """
    compared = []
    for column in columns:
        total = table.value(whole, column.col)
        values = {p: v for p in parts if (v := table.value(p, column.col)) is not None}
        if total is not None and (total or any(values.values())):
            compared.append((total, sum(values.values(), Decimal(0)), values))
    if not compared or any(not total or not NEAR[0] < value / total < NEAR[1] for total, value, _ in compared):
        return False
    memo = [p for p in parts if all(v.get(p) == value - total for total, value, v in compared)]
    if memo:
        return any(all(v.get(p) == v.get(q) for _, _, v in compared) for p in memo for q in parts if p != q)
    return len(compared) == 1 or all(value < total for total, value, _ in compared)


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

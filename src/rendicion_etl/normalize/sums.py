"""Whether some rows are the parts of a total, and in which columns that is certain enough to judge the print by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.model import Column, Table
from rendicion_etl.normalize.slips import slip
from rendicion_etl.normalize.text import fold
from rendicion_etl.normalize.units import half_unit

SMALL = Decimal("0.1")  # of the total: a gap beyond it is another structure rather than a wrong figure
NOTHING, EVERYTHING = Decimal(0), Decimal(1)
FEWEST_SHORT = 2  # columns in which a total exceeds its rows
FIRM = 20  # the total must be so many times what rounding can make up, or its closing proves nothing


class _Printed(Mapping[int, Decimal]):
    """What some rows, each of which prints a figure, say in a column: read anew for whoever asks.

    Kept, the figures of hundreds of pages in all columns would fill the memory.
    """

    def __init__(self, table: Table, col: int, rows: Sequence[int]) -> None:
        self._table, self._col, self._rows = table, col, rows

    def __getitem__(self, row: int) -> Decimal:
        value = self._table.value(row, self._col)
        if value is None:
            raise KeyError(row)
        return value

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """A printed total beside the figures of some rows and their sum, in one column."""

    column: Column
    total: Decimal
    values: Mapping[int, Decimal]
    sum: Decimal
    slack: Decimal

    @property
    def gap(self) -> Decimal:
        return self.total - self.sum

    @property
    def closes(self) -> bool:
        return abs(self.gap) <= self.slack

    @property
    def tells(self) -> bool:
        """Whether closing would prove anything: figures other than zero, well above what rounding makes up."""
        return bool(self.total) and any(self.values.values()) and abs(self.total) >= FIRM * self.slack

    @property
    def looks_additive(self) -> bool:
        """Not an average, a rate, a running or a repeated figure: those never exceed the largest row."""
        parts = self.values.values()
        if any(v < 0 for v in parts) or sum(v != 0 for v in parts) < 2:
            return True
        *_, last = self.values
        return self.total > max(parts) and self.total != self.values[last]

    def repeats_a_row(self) -> bool:
        """Whether the sum is too large by exactly one row that another row prints alike."""
        over = -self.gap
        return sum(v == over for v in self.values.values()) > 1


def additive_columns(table: Table) -> list[Column]:
    """Columns whose figures may be added up: amounts and counts whose header speaks of no rate, average or balance."""
    out = []
    for column in table.columns:
        if column.role in ("code", "label", "pct") or column.percent or _never_added(column.header):
            continue
        types = table.figures(column.col)
        if types and types["percent"] <= types.total() / 2:
            out.append(column)
    return out


def _never_added(header: str) -> bool:
    said = f" {fold(header)} "
    words: list[str] = vocabulary("columns")["sums"]["never"]
    return any(f" {fold(word)} " in said.replace("/", " ").replace("-", " ") for word in words)


def column_sums(table: Table, columns: Sequence[Column], whole: int, parts: Sequence[int]) -> list[ColumnSum]:
    """The columns in which a total and at least one of its rows print a figure (blank cells count as nothing)."""
    out = []
    for column in columns:
        cell = table.cell(whole, column.col)
        if cell is None or cell.value is None:
            continue
        slack, summed, rows = half_unit(table, cell), Decimal(0), []
        for row in parts:
            part = table.cell(row, column.col)
            if part is not None and part.value is not None:
                slack += half_unit(table, part)
                summed += part.value
                rows.append(row)
        if rows:
            values = _Printed(table, column.col, parts if len(rows) == len(parts) else rows)
            out.append(ColumnSum(column, cell.value, values, summed, slack))
    return out


def proofs(sums: Sequence[ColumnSum]) -> int:
    """How many columns prove that these are the parts."""
    return sum(s.tells and s.closes for s in sums)


def judged_columns(sums: Sequence[ColumnSum], only_way: bool, lacks: Decimal = NOTHING) -> tuple[int, ...]:
    """The columns in which the print may be judged by this sum, () where the structure is not certain.

    Columns that close prove the parts that are not zero in them. A column that does not close is judged where all its
    parts are proven so, its gap is a small one, and no row left out would mend every such column at once (a memo row).
    Where nothing is proven, a table of one column is judged if nothing else is possible and the gap has the mark of a
    slip: one digit, two digits swapped, a row printed twice; and any table whose total closes in all columns if one of
    two equal rows is left out. `lacks` says that by its form the table lists all that its total sums: then a total that
    is more than its rows wherever it does not close, by no more than this share of it, lacks a row.
    """
    told = [s for s in sums if s.tells]
    closed = [s for s in told if s.closes]
    failed = [
        s
        for s in told
        if not s.closes
        and len(s.values) > 1
        and (s.looks_additive or (closed and (s.column.phase or _has_a_multiple(s))))
    ]
    if lacks and is_short(sums, lacks):
        return tuple(sorted(s.column.col for s in told))
    if not closed and _counts_a_row_once(told):
        return tuple(sorted(s.column.col for s in told))
    if not closed:
        alone = len(told) == len(failed) == 1 and only_way
        return (failed[0].column.col,) if alone and _slipped(failed[0]) else ()
    proven = {p for s in closed for p, v in s.values.items() if v} if failed else set()
    sure = [
        s
        for s in failed
        if {p for p, v in s.values.items() if v} <= proven
        and (abs(s.gap) <= SMALL * abs(s.total) or len(closed) >= len(failed))
        and (s.column.phase or _slipped(s, proven=True))
    ]
    if len(failed) > 1 and any(all(abs(s.gap) == abs(s.values.get(p, 0)) for s in failed) for p in proven):
        sure = [s for s in sure if s.repeats_a_row()]
    passing = [s.column.col for s in sums if s.closes and not (s.total == 0 and any(s.values.values()))]
    return tuple(sorted([*passing, *(s.column.col for s in sure)]))


def is_short(sums: Sequence[ColumnSum], most: Decimal = EVERYTHING) -> bool:
    """Whether a total is more than its rows, by such a share of it at most, in each column that can tell.

    That are those that do not close and are never negative: two or more, and more than those that close.
    """
    told = [s for s in sums if s.tells]
    rising = [s for s in told if not s.closes and s.total > 0 and min(s.values.values()) >= 0]
    enough = len(rising) >= max(FEWEST_SHORT, 1 + sum(s.closes for s in told))
    return enough and all(0 < s.gap < s.total * most and len(s.values) > 1 for s in rising)


def _counts_a_row_once(told: Sequence[ColumnSum]) -> bool:
    """Whether a total closes in all its columns, two or more, without one of two rows that print the same in all."""
    if len(told) < FEWEST_SHORT:
        return False
    seen: set[tuple[Decimal, ...]] = set()
    for row in told[0].values:
        amounts = tuple(s.values.get(row, NOTHING) for s in told)
        if all(amounts) and amounts in seen:
            return all(abs(s.gap + v) <= s.slack for s, v in zip(told, amounts, strict=True))
        seen.add(amounts)
    return False


def _has_a_multiple(column: ColumnSum) -> bool:
    """Whether one row is a thousand or a million times what would make the total close, or so small a part of it."""
    made = (slip(v, v + column.gap) for v in column.values.values() if v)
    return any(s is not None and s.kind == "factor" for s in made)


def _slipped(column: ColumnSum, proven: bool = False) -> bool:
    """Whether one slip of the pen, in the total or in one row, makes the whole difference.

    It must be a small one, unless other columns have `proven` what sums what.
    """
    small = abs(column.gap) <= SMALL * abs(column.total)
    if not small and not proven and slip(column.total, column.sum) is None:
        return False
    kinds = ("digit", "swap") if small else ("sign", "factor")
    rows = (v for v in column.values.values() if v)
    return (
        slip(column.total, column.sum) is not None
        or column.repeats_a_row()
        or any((s := slip(v, v + column.gap)) is not None and s.kind in kinds for v in rows)
    )

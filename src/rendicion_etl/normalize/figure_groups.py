"""Groups that no sign tells of, found by their figures: a row that the rows after it add up to, in several columns.

One column could add up by chance. Figures that agree to ten digits and more, over all columns that agree, do not; and a
column in which they do not agree is then a contradiction rather than another structure.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice

from rendicion_etl.normalize.model import Column, Row, Table
from rendicion_etl.normalize.text import squash
from rendicion_etl.normalize.units import half_unit

DIGITS = 10  # that must agree over all columns
MOST = 0.5  # of the columns with figures must agree
MOST_PARTS = 400  # rows: more than the municipalities of the country
REMEMBERED = 512  # rows whose figures are at hand
Amount = tuple[Decimal, Decimal]  # a figure, and by how much it may differ from its print
ZERO = Decimal(0)


@dataclass(slots=True)
class _Sum:
    """Rows added up, by column."""

    amounts: list[Amount]

    def add(self, other: Sequence[Amount]) -> None:
        self.amounts = [(v + w, s + t) for (v, s), (w, t) in zip(self.amounts, other, strict=True)]


def groups_by_figures(table: Table, columns: Sequence[Column], lines: Sequence[Row]) -> dict[int, list[int]]:
    """Row -> the rows after it that it sums, immediate children only; {} where there are none.

    `lines` are the rows with figures in their order; a total or subtotal ends what goes before.
    """
    amounts = lru_cache(REMEMBERED)(partial(_amounts, table, columns))
    rising = [True] * len(columns)
    for line in lines:
        rising = [up and v >= 0 for up, (v, _) in zip(rising, amounts(line.row), strict=True)]
    groups: dict[int, list[int]] = {}
    roots = array("L")  # the rows below that no row sums, the nearest last
    for line in reversed(lines):
        if line.role != "detail":
            roots = array("L")
            continue
        parts = _parts(table, line, roots, amounts, rising)
        if parts:
            groups[line.row] = parts
            del roots[-len(parts) :]
        roots.append(line.row)
    return dict(sorted(groups.items()))


def _amounts(table: Table, columns: Sequence[Column], row: int) -> list[Amount]:
    cells = [table.cell(row, column.col) for column in columns]
    return [(c.value, half_unit(table, c)) if c and c.value is not None else (ZERO, ZERO) for c in cells]


def _parts(
    table: Table, line: Row, roots: Sequence[int], amounts: Callable[[int], list[Amount]], rising: Sequence[bool]
) -> list[int] | None:
    """The rows right after a line that it sums; None where there are none."""
    whole = amounts(line.row)
    sum_ = _Sum([(ZERO, ZERO)] * len(whole))
    for n, part in enumerate(islice(reversed(roots), MOST_PARTS), 1):
        sum_.add(amounts(part))
        if _proves(whole, sum_.amounts) and (n > 1 or _differ(line, table.row(part))):
            return list(reversed(roots[-n:]))
        if _beyond(whole, sum_.amounts, rising):
            return None
    return None


def _proves(whole: Sequence[Amount], sum_: Sequence[Amount]) -> bool:
    told = digits = agreed = 0
    for (v, s), (w, t) in zip(whole, sum_, strict=True):
        told += bool(v or w)
        if v and abs(v - w) <= s + t:
            agreed += 1
            digits += len(str(int(abs(v) / (s + t)))) if s + t else len(v.normalize().as_tuple().digits)
    return agreed > MOST * told and digits >= DIGITS


def _beyond(whole: Sequence[Amount], sum_: Sequence[Amount], rising: Sequence[bool]) -> bool:
    """Whether most columns whose figures are never negative have grown past the whole already."""
    past = [w - t > v + s for (v, s), (w, t), up in zip(whole, sum_, rising, strict=True) if up and (v or w)]
    return sum(past) > MOST * len(past)


def _differ(line: Row, part: Row) -> bool:
    """Whether one row may contain the other alone: a row printed twice has one name."""
    return squash(line.label or "") != squash(part.label or "")

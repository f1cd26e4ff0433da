"""Rows whose figure is printed before its parts: groups, in one level or several.

What a table shows of it are signs: how far its labels are indented, codes that begin other codes (0 over 011, 01 over
0101, 1.2 over 1.2.3, 100 over 110), names in capitals, bold type. Each sign ranks the rows, and a row contains those of
a higher rank that follow it. The reading under which most groups close is the structure, if any closes often enough;
where no sign tells, the figures alone may (see `figure_groups`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rendicion_etl.normalize.figure_groups import groups_by_figures
from rendicion_etl.normalize.model import Column, Row, Table
from rendicion_etl.normalize.pressed_rows import ChosenRows
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.sums import column_sums, proofs

ENOUGH_GROUPS = 0.7  # of the groups of one rank must close before they are believed
FEWEST_GROUPS = 2
INDENT = 2.0  # points: labels further in than this stand under the one before
TRAILING = 3  # rows after the last group that may belong to none

_LINES = ("detail", "subtotal", "total")
_ENDS = ("total", "subtotal", "band", "header")  # rows after which no group goes on
_SEPARATOR = re.compile(r"[-._]")


class Ranking(NamedTuple):
    """Of each row its rank, 0 for the outermost, None for a row that the sign says nothing of.

    strict: a row without one above it denies that the sign means anything, and words between rows end a group. Codes
    are not: they tell by themselves what begins and ends.
    """

    ranks: Sequence[int | None]
    strict: bool


def group_rows(
    table: Table, columns: Sequence[Column], bold: Sequence[int], indent: Sequence[float]
) -> dict[int, list[int]]:
    """Group row -> its immediate children, under the reading in which the groups close; {} where none does.

    `bold` and `indent` as in build_hierarchy.
    """
    best: dict[int, list[int]] = {}
    most = 0
    lines = ChosenRows(
        table, (r for r in table.rows if table.figured[r.row] and r.role in _LINES and not is_memo(r.label))
    )
    details = ChosenRows(table, (r for r in lines if r.role == "detail"))
    for ranking in _rankings(table.n_rows, lines, details, bold, indent) if columns else ():
        groups, closed = _closing(table, columns, _children(table.rows, ranking), ranking)
        if len(groups) >= FEWEST_GROUPS and closed > most:
            best, most = groups, closed
    groups = groups_by_figures(table, columns, lines) if columns else {}
    return groups if len(groups) > most else best


def _rankings(
    n_rows: int, lines: Sequence[Row], details: Sequence[Row], bold: Sequence[int], indent: Sequence[float]
) -> Iterator[Ranking]:
    def ranking(ranked: Iterable[tuple[int, int]], strict: bool = True) -> Ranking:
        ranks: list[int | None] = [None] * n_rows
        for row, rank in ranked:
            ranks[row] = rank
        return Ranking(ranks, strict)

    steps = _steps(indent[r.row] for r in details)
    yield ranking((r.row, sum(indent[r.row] > step + INDENT for step in steps)) for r in details)
    yield ranking((r.row, any(indent[r.row] > step + INDENT for step in steps)) for r in details)
    if lines and lines[0].role != "detail":  # "Total ..." is printed before what it sums
        yield ranking((r.row, r.role == "detail") for r in lines)
    yield ranking((r.row, not _is_upper(r.label)) for r in details)
    yield ranking((r.row, not bold[r.row]) for r in details)
    yield ranking((r.row, 2 - _is_upper(r.label) - bool(bold[r.row])) for r in details)
    yield ranking(_by_code(details, in_parts=True), strict=False)
    yield ranking(_by_code(details, in_parts=False), strict=False)


def _steps(indents: Iterable[float]) -> list[float]:
    """The distinct indents, ascending; those closer than INDENT are one."""
    steps: list[float] = []
    for x in sorted(set(indents) - {math.inf}):
        if not steps or x > steps[-1] + INDENT:
            steps.append(x)
    return steps


def _is_upper(label: str | None) -> bool:
    letters = [ch for ch in label or "" if ch.isalpha()]
    return len(letters) > 2 and all(ch.isupper() for ch in letters)


def _by_code(details: Sequence[Row], in_parts: bool) -> Iterator[tuple[int, int]]:
    """Rows with a code, ranked by how many codes before them begin their own.

    `in_parts`: code 1.1 begins 1.1.2 but not 1.10; else it is digits that begin digits.
    """

    def coded() -> Iterator[tuple[int, str]]:
        return ((r.row, code) for r in details if (code := r.code) and code[0].isdigit())

    one_length = len({len(code) for _, code in coded()}) == 1
    above: list[tuple[str, ...]] = []
    for row, code in coded():
        stem = code.rstrip("0") or code[:1] if one_length else code
        key = tuple(_SEPARATOR.split(code)) if in_parts else tuple(_SEPARATOR.sub("", stem))
        while above and not (len(above[-1]) < len(key) and key[: len(above[-1])] == above[-1]):
            above.pop()
        yield row, len(above)
        above.append(key)


def _children(rows: Sequence[Row], ranking: Ranking) -> dict[int, list[int]]:
    """Row -> the rows one level below it that follow; {} where a strict sign leaves a row without one above it.

    What stands above a row may be a band, which prints no figure.
    """
    groups: dict[int, list[int]] = {}
    above: list[tuple[int, int]] = []  # rows, and their ranks
    under_band = False
    for row in rows:
        rank = ranking.ranks[row.row]
        if rank is None:
            if row.role in _ENDS and (ranking.strict or row.role != "band"):
                above, under_band = [], row.role == "band"
            continue
        while above and above[-1][1] >= rank:
            above.pop()
        if above:
            groups.setdefault(above[-1][0], []).append(row.row)
        elif rank and ranking.strict and not under_band:
            return {}
        above.append((row.row, rank))
    return groups


def _closing(
    table: Table, columns: Sequence[Column], children: Mapping[int, list[int]], ranking: Ranking
) -> tuple[dict[int, list[int]], int]:
    """The groups of those ranks at which enough of them close, and how many do."""
    groups = {head: _trimmed(table, columns, head, parts) for head, parts in children.items()}
    says: dict[int, bool] = {}
    closes: dict[int, bool] = {}
    for head, parts in groups.items():
        sums = column_sums(table, columns, head, parts)
        says[head] = any(s.total or any(s.values.values()) for s in sums)
        closes[head] = proofs(sums) > 0
    out: dict[int, list[int]] = {}
    all_closed = 0
    for rank in sorted({ranking.ranks[head] or 0 for head in groups}):
        heads = [head for head in groups if ranking.ranks[head] == rank]
        told = [head for head in heads if says[head]]
        closed = sum(closes[head] for head in told)
        if closed and closed >= ENOUGH_GROUPS * len(told):
            out |= {head: groups[head] for head in heads}
            all_closed += closed
    return out, all_closed


def _trimmed(table: Table, columns: Sequence[Column], head: int, parts: list[int]) -> list[int]:
    """Without the last rows where only so the group closes: a row after the last group belongs to none."""
    for n in range(min(TRAILING, len(parts) - 1) + 1):
        kept = parts[: len(parts) - n]
        if proofs(column_sums(table, columns, head, kept)):
            return kept
    return parts

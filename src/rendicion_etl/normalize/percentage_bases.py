"""What a column of percentages divides: decided from the rows, never from the header alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import permutations

from rendicion_etl.normalize.model import Column, Table
from rendicion_etl.normalize.percentages import Base, Share, shares
from rendicion_etl.normalize.slips import slip
from rendicion_etl.normalize.text import squash

ENOUGH_ROWS = 3
ENOUGH_SHARE = Decimal("0.7")
LEARNED_ROWS, LEARNED_DIGITS = 4, 12  # of a quotient that no header names
FAILING = 10  # of so many of its rows one may fail
Quotient = tuple[int, int, Base]
"""The column of the part, that of the base, and whose base."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def decide_bases(table: Table) -> None:
    """Set `part`, `base` and `percent_base` of every column of percentages that its rows explain."""
    for column in table.columns:
        if _is_percentage(table, column) and (found := _named(table, column) or _learned(table, column)):
            column.part, column.base, column.percent_base = found


def _named(table: Table, column: Column) -> Quotient | None:
    """Of the quotients of budget phases, and shares of a total, the one that most rows bear out."""
    best: tuple[int, Quotient] | None = None
    for part, base, mode in _candidates(table, column):
        telling = [_holds(s) for s in shares(table, column, part, base, mode) if s.tells]
        held = sum(telling)
        if held >= ENOUGH_ROWS and held >= ENOUGH_SHARE * len(telling) and (best is None or held > best[0]):
            best = held, (part, base, mode)
    return best[1] if best else None


def _learned(table: Table, column: Column) -> Quotient | None:
    """Of any two columns those that nearly all rows bear out: where no header, or the same one twice, names them.

    Columns under the column's own heading (a period, a year) come before others, of which nothing but the rows tells:
    there a row that fails must have the mark of a slip. Where the rows in which a quotient fails bear out another, or
    the same with one more term, what the column divides is not known.
    """
    if any(c.own_header for c in table.cells):  # not all rows are of the columns that the header names
        return None
    same = [c for c in table.columns if c.half == column.half and c.col != column.col and _is_figure(table, c)]
    beside = [c for c in same if _heading(c) and _heading(c) == _heading(column)]
    for columns in (beside, same) if len(beside) < len(same) else (same,):
        proven: list[tuple[Column, Column, list[Share]]] = []
        for part, base in permutations(columns, 2):
            found = _unless_it_fails(table, shares(table, column, part.col, base.col, "row"))
            if _proves(found):
                proven.append((part, base, found))
        if proven:
            part, base, found = min(proven, key=lambda p: _rank(column, *p))
            failing = {s.row: s for s in found if not _holds(s)}
            rivals = any(s.row in failing and _holds(s) for _, _, other in proven for s in other)
            if rivals or any(_has_another_term(table, s, same) for s in failing.values()):
                return None
            named = columns is beside or all(_slipped(s) for s in failing.values())
            return (part.col, base.col, "row") if named else None
    return None


def _heading(column: Column) -> str:
    """What stands above the header of a column, or the year in it: tells columns of one name apart."""
    return column.header.rpartition(" / ")[0] or " ".join(_YEAR.findall(column.header))


def _slipped(share: Share) -> bool:
    """Whether one slip of the pen makes the printed percentage of the right one."""
    assert share.cell.value is not None
    right = {share.computed.quantize(share.unit, how) for how in (ROUND_HALF_UP, ROUND_DOWN)}
    return any(slip(share.cell.value, r) for r in right)


def _unless_it_fails(table: Table, found: Iterable[Share]) -> list[Share]:
    """The shares of a quotient; none where it fails in too many rows, as nearly all do: read no further than needed."""
    out, failing = [], 0
    for share in found:
        out.append(share)
        failing += not _holds(share)
        if failing > max(1, len(table.rows) // FAILING):
            return []
    return out


def _proves(found: Sequence[Share]) -> bool:
    """Whether all rows but one, or one of ten, bear a quotient out, with percentages that cannot agree by chance.

    What is spent to the last cent, or printed twice, proves nothing more.
    """
    held = {s.cell.value: s for s in found if _holds(s) and s.tells and s.computed != 100}
    failing = sum(not _holds(s) for s in found)
    digits = sum(s.digits for s in held.values())
    return len(held) >= LEARNED_ROWS and digits >= LEARNED_DIGITS and failing <= max(1, len(found) // FAILING)


def _rank(column: Column, part: Column, base: Column, found: Sequence[Share]) -> tuple[int, int, int]:
    """Of quotients that explain as much, those of budget phases come first, then the nearest."""
    failing = sum(not _holds(s) for s in found)
    return failing, sum(not c.phase for c in (part, base)), sum(abs(c.col - column.col) for c in (part, base))


def _has_another_term(table: Table, share: Share, columns: Sequence[Column]) -> bool:
    """Whether one more column, added to part or base or taken away, makes a share hold: what ran up before, say."""
    part, base = share.part.value or Decimal(0), share.base.value or Decimal(0)
    for column in columns:
        more = table.value(share.row, column.col)
        if not more or column.col in (share.part.col, share.base.col):
            continue
        for over, under in ((part + more, base), (part - more, base), (part, base + more), (part, base - more)):
            if under and _holds(replace(share, computed=over / under * 100)):
                return True
    return False


def _holds(share: Share) -> bool:
    return share.holds() or share.holds(truncated=True)


def _is_figure(table: Table, column: Column) -> bool:
    """Whether a column holds amounts or counts."""
    named = column.role in ("code", "label", "pct") or column.percent or column.codes
    types = table.figures(column.col)
    return not named and ("amount" in types or "count" in types)


def _is_percentage(table: Table, column: Column) -> bool:
    types = table.figures(column.col)
    return column.role == "pct" or types["percent"] > types.total() / 2


def _candidates(table: Table, column: Column) -> Iterator[Quotient]:
    """(part, base, mode) in the order of trust: execution of the row, share of the table's total, other quotients."""
    same = [c for c in table.columns if c.half == column.half and c.col != column.col]
    by_phase = {c.phase: c.col for c in same if c.phase}
    modes: tuple[Base, Base] = ("row", "table_total")
    if any(word in squash(column.header) for word in ("porejec", "pordeveng", "sinejec", "noejec", "pendiente")):
        yield from (
            (by_phase["saldo"], by_phase[b], "row") for b in ("vigente", "asignado") if {"saldo", b} <= by_phase.keys()
        )
        return
    for mode in modes:
        for base in ("vigente", "asignado"):
            for part in ("devengado", "pagado", "comprometido"):
                if base in by_phase and part in by_phase:
                    yield by_phase[part], by_phase[base], mode
    for part in ("vigente", "devengado", "asignado"):
        if part in by_phase:
            yield by_phase[part], by_phase[part], "table_total"
    for other in same:
        if other.role in ("count", "other") and not other.phase:
            yield other.col, other.col, "table_total"

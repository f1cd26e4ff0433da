"""Sums of columns that no header names: found among all sums of two or three columns, by what the rows bear out.

Of what nothing but the rows tells, more of them are asked than of what a header says, and figures that cannot agree by
chance; and one row at most may fail. A column that is called a total is judged as one that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations, islice, product

from rendicion_etl.checks.compare import half_unit
from rendicion_etl.checks.identity import Identity
from rendicion_etl.normalize.model import Column, Table, ValueType
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.rows import row_word

NAMED_ROWS, NAMED_SHARE, NAMED_DIGITS = 3, Decimal("0.75"), 6
LEARNED_ROWS, LEARNED_DIGITS = 4, 12
MOST_COLUMNS, MOST_FOR_THREE = 16, 9  # columns of a table in which sums of two, and of three, are looked for
KEPT = 1024  # rows
FIRM = 20  # a result must be so many times what rounding can make up, or its holding proves nothing
Amount = tuple[Decimal, Decimal]  # a figure, and by how much it may differ from its print


def learned(table: Table, known: Sequence[Identity]) -> Iterator[Identity]:
    """Sums of two and of three columns that nearly all rows bear out, those without a failing row first.

    One that fails somewhere and differs by one column from one that is known is none: the two columns are nearly
    equal (devengado and pagado), and where they are not, nothing is wrong.
    """
    found = sorted(
        (f for columns in alike(table) if len(columns) > 2 for f in _sums_of(table, columns)), key=lambda f: f[:2]
    )
    accepted = list(known)
    for failed, _, identity in found:
        if not failed or not any(_differ_by_one(identity, other) for other in accepted):
            accepted.append(identity)
            yield identity


def _sums_of(table: Table, columns: Sequence[Column]) -> Iterator[tuple[int, int, Identity]]:
    """(failing rows, terms, identity) of each sum of some columns that the rows bear out."""
    rows = [r.row for r in table.rows if is_line(r)]
    values = {c.col: _Amounts(table, c.col, rows) for c in columns}
    total = {c.col for c in columns if _is_total(c)}
    for size in (2, 3):
        if len(columns) > (MOST_COLUMNS if size == 2 else MOST_FOR_THREE):
            continue
        for chosen in combinations(values, size + 1):
            for signs in product((1, -1), repeat=size):
                yield from _tried(values, chosen, (1, *signs), total)
    for col in total:
        chosen = (col, *(other for other in values if other not in total))
        if len(chosen) > 4:
            yield from _tried(values, chosen, (-1, *[1] * (len(chosen) - 1)), total)


class _Amounts(Iterable[Amount | None]):
    """The figures of a column in some rows, the first kept: there most sums fail, and those of all would be many."""

    def __init__(self, table: Table, col: int, rows: Sequence[int]) -> None:
        self._table, self._col, self._rows = table, col, rows
        self._first = [_amount(table, row, col) for row in rows[:KEPT]]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Amount | None]:
        return chain(self._first, (_amount(self._table, row, self._col) for row in islice(self._rows, KEPT, None)))


def _tried(
    values: Mapping[int, _Amounts], columns: Sequence[int], relation: Sequence[int], total: set[int]
) -> Iterator[tuple[int, int, Identity]]:
    if min(relation) < 0:
        failed = _failing([values[col] for col in columns], relation, bool(total & set(columns)))
        if failed is not None:
            yield failed, len(columns), _as_identity(columns, relation, total)


def alike(table: Table) -> Iterator[list[Column]]:
    """Columns whose figures may be terms of one sum: all amounts or all counts, of one half of the table."""
    groups: dict[tuple[object, ...], list[Column]] = {}
    for column in table.columns:
        if column.role in ("code", "label", "pct") or column.percent or column.codes:
            continue
        types = table.figures(column.col)
        kind: ValueType = "amount" if types["amount"] >= types["count"] else "count"
        if types[kind] > types.total() / 2:
            groups.setdefault((column.half, kind), []).append(column)
    yield from groups.values()


def _is_total(column: Column) -> bool:
    return row_word(column.header.split(" / ")[-1]) == "total"


def _amount(table: Table, row: int, col: int) -> Amount | None:
    cell = table.cell(row, col)
    return None if cell is None or cell.value is None or cell.own_header else (cell.value, half_unit(table, cell))


def _failing(values: Sequence[_Amounts], relation: Sequence[int], named: bool) -> int | None:
    """How many rows fail a sum of columns; None where the other rows do not prove it.

    `values`: of each column, its figures by row. `named`: one of the columns is called a total.
    """
    most = max(1, int((1 - NAMED_SHARE) * len(values[0]))) if named else 1
    held = failed = digits = 0
    for row in zip(*values, strict=True):
        terms = [t for t in row if t is not None and t[0]]
        if len(terms) < len(row):
            continue
        off = abs(sum((v * s for (v, _), s in zip(terms, relation, strict=True)), Decimal(0)))
        largest, room = max(abs(v) for v, _ in terms), sum((h for _, h in terms), Decimal(0))
        if off > room:
            failed += 1
            if failed > most:
                return None
        elif largest >= FIRM * room:
            held += 1
            digits += len(str(int(largest / room))) if room else len(largest.normalize().as_tuple().digits)
    enough = NAMED_ROWS if named else LEARNED_ROWS + LEARNED_ROWS // 2 * failed
    proven = (
        held >= enough
        and held >= NAMED_SHARE * (held + failed)
        and digits >= (NAMED_DIGITS if named else LEARNED_DIGITS)
    )
    return failed if proven else None


def _as_identity(columns: Sequence[int], relation: Sequence[int], total: set[int]) -> Identity:
    """A relation told as a reader would: the total, or else the column printed last, is what the others make."""
    alone = [col for col, s in zip(columns, relation, strict=True) if list(relation).count(s) == 1]
    result = next((col for col in alone if col in total), columns[-1])
    sign = dict(zip(columns, relation, strict=True))
    terms = [(col, -sign[col] * sign[result]) for col in columns if col != result]
    return Identity(result, tuple(sorted(terms, key=lambda t: -t[1])), learned=not total & set(columns))


def _differ_by_one(one: Identity, two: Identity) -> bool:
    a, b = ({i.result, *(col for col, _ in i.terms)} for i in (one, two))
    return len(a) == len(b) == len(a & b) + 1

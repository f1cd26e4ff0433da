"""Which lines of different tables are the same thing printed twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rendicion_etl.checks.context import conflict, span_of
from rendicion_etl.normalize.model import PHASES, Cell, Document, Row, Table
from rendicion_etl.normalize.percentages import is_line, total_row
from rendicion_etl.normalize.text import squash
from rendicion_etl.normalize.units import factor_of
from rendicion_etl.tables.pressed import Pressed

OUTCOMES = ("comprometido", "devengado", "pagado", "saldo")
SHARED_LINES = 2
TELLING_DIGITS = 6  # an amount with fewer digits (trailing zeros aside) can be equal by chance


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line of one table. `phases`: the column of each phase that the table prints."""

    table: Table
    row: Row
    is_total: bool
    phases: Mapping[str, int]
    _kept: dict[str, Decimal] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """The amounts of its phases, in whole currency units."""
        if isinstance(self.table.cells, Pressed):  # kept, those of hundreds of pages would fill the memory
            return self._read()
        if not self._kept:
            self._kept.update(self._read())
        return self._kept

    def _read(self) -> Mapping[str, Decimal]:
        factor = factor_of(self.table)
        printed = ((phase, self.table.value(self.row.row, col)) for phase, col in self.phases.items())
        return {phase: v if factor == 1 else v * factor for phase, v in printed if v is not None}

    def cell(self, phase: str) -> Cell:
        cell = self.table.cell(self.row.row, self.phases[phase])
        assert cell
        return cell


def budget_lines(document: Document) -> list[Line]:
    """Every printed line that has an amount in a budget phase, in reading order."""
    out: list[Line] = []
    for table in (t for t in document.tables if t.whole):
        phases = [(c.role, c.col) for c in table.columns if c.role in PHASES]
        if len({p for p, _ in phases}) < len(phases):
            continue  # two columns of one phase (periods, sources): which is meant is not printed
        top, columns = total_row(table), dict(phases)
        lines = (Line(table, row, row.row == top, columns) for row in table.rows if is_line(row))
        out += (line for line in lines if line.amounts)
    return out


def groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of a document that are the same thing, at least two in different tables; grand totals first."""
    if len({line.table.table_id for line in lines}) < 2:
        return []
    union = _Union(len(lines))
    scope = _scopes(lines, union)
    _by_classification(lines, scope, union)
    _by_vigente(lines, union)
    found: dict[int, list[Line]] = defaultdict(list)
    for k, line in enumerate(lines):
        found[union.root(k)].append(line)
    return [g for g in found.values() if len({line.table.table_id for line in g}) > 1]


class _Union:
    def __init__(self, n: int) -> None:
        self.parent = list(range(n))

    def root(self, k: int) -> int:
        while self.parent[k] != k:
            k = self.parent[k]
        return k

    def join(self, a: int, b: int) -> None:
        one, two = sorted((self.root(a), self.root(b)))
        self.parent[two] = one


def _scopes(lines: Sequence[Line], union: _Union) -> dict[str, int]:
    """Join grand totals of the same scope; table_id -> number of its scope.

    What was planned may be equal in tables of different money (balanced income and spending, the budget of last
    year); what was spent, or two phases at once, or a budget equal line by line, is not.
    """
    totals = [k for k, line in enumerate(lines) if line.is_total]
    for i, a in enumerate(totals):
        for b in totals[i + 1 :]:
            if not conflict(lines[a].table, lines[b].table) and _same_scope(lines, a, b):
                union.join(a, b)
    return {lines[k].table.table_id: union.root(k) for k in totals}


def _same_scope(lines: Sequence[Line], a: int, b: int) -> bool:
    same = [p for p, v in lines[a].amounts.items() if v > 0 and lines[b].amounts.get(p) == v]
    if len(same) > 1 or any(p in OUTCOMES and is_telling(lines[a].amounts[p]) for p in same):
        return True
    if not same:
        return False
    planned = [
        {n.amounts.get("vigente") for n in lines if n.table is lines[k].table and not n.is_total} for k in (a, b)
    ]
    shared = {v for v in planned[0] & planned[1] if v is not None and is_telling(v)}
    return len(shared) >= SHARED_LINES


def _by_classification(lines: Sequence[Line], scope: dict[str, int], union: _Union) -> None:
    """Join lines of tables of one kind and scope that print the same code, or the same label where no code is."""
    seen: dict[tuple[object, ...], int] = {}
    for k, name in _named(lines):
        line = lines[k]
        if line.is_total or line.table.kind in ("other", "text") or line.table.table_id not in scope:
            continue
        first = seen.setdefault((line.table.kind, scope[line.table.table_id], name), k)
        if lines[first].table is not line.table:
            union.join(first, k)


def _named(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Lines with a name that occurs once in their table."""
    names = [_name(line) for line in lines]
    count = Counter((line.table.table_id, name) for line, name in zip(lines, names, strict=True))
    for k, (line, name) in enumerate(zip(lines, names, strict=True)):
        if name and count[line.table.table_id, name] == 1:
            yield k, name


def _by_vigente(lines: Sequence[Line], union: _Union) -> None:
    """Join lines with the same telling vigente where that amount occurs once in each table.

    Lines of one kind must also print the same code or label, and what the tables say of themselves must not conflict.
    """
    count = Counter((line.table.table_id, line.amounts.get("vigente")) for line in lines)
    seen: dict[Decimal, int] = {}
    for k, line in enumerate(lines):
        value = line.amounts.get("vigente")
        if value is None or not is_telling(value) or count[line.table.table_id, value] > 1:
            continue
        first = lines[seen.setdefault(value, k)]
        if first.table is line.table or conflict(first.table, line.table):
            continue
        named = not (first.is_total or line.is_total) and first.table.kind == line.table.kind
        if not named or _name(first) == _name(line):
            union.join(seen[value], k)


def _name(line: Line) -> str:
    return line.row.code or squash(line.row.label or "")


def is_telling(value: Decimal) -> bool:
    """Whether an amount has so many digits, trailing zeros aside, that another is hardly equal by chance."""
    return len(abs(value).normalize().as_tuple().digits) >= TELLING_DIGITS


def majority(values: Iterable[Decimal]) -> Decimal | None:
    """The value that outvotes all others together; None on a tie."""
    count = Counter(values)
    best, votes = count.most_common(1)[0]
    return best if votes * 2 > count.total() else None


def runs_apart(group: Sequence[Line], line: Line, phase: str) -> bool:
    """Whether a figure is of the period alone while others of the group are accumulated, as their headers say."""
    kinds = {id(n): span_of(n.table.columns[n.cell(phase).col].header) for n in group if phase in n.amounts}
    return "period" in kinds.values() and "accumulated" in kinds.values() and kinds[id(line)] == "period"

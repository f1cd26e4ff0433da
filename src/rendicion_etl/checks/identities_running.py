"""Columns that add another one up, row after row: what has run up is what the row above has, and what this row adds.

No word of the header is asked: the rows bear it out, as they do other sums that are learned, and one place at most may
fail. Rows count as one after the other only where nothing stands between them and no page ends there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, permutations

from rendicion_etl.checks.compare import label_of
from rendicion_etl.checks.identities_learned import FIRM, LEARNED_DIGITS, LEARNED_ROWS, alike
from rendicion_etl.checks.identity import Terms, holds, slack
from rendicion_etl.checks.relations import key_of, linear
from rendicion_etl.normalize.model import Cell, Row, Table
from rendicion_etl.normalize.percentages import total_row
from rendicion_etl.normalize.rows import is_memo

MOST_FAILED = 2  # steps, where one cell mends both


@dataclass(frozen=True, slots=True)
class Running:
    """The column `run` adds up the column `added`.

    A step is the cells of a row with their signs: what has run up (-1), what had in the row above, what the row adds.
    The first row of a column that begins with nothing has no row above.
    """

    added: int
    run: int
    held: list[Terms]
    failed: list[Terms]

    def vouched(self, cell: Cell) -> bool:
        """Whether a step that holds says so too."""
        return any(cell == c for terms in self.held for c, _ in terms)


def learned_running(table: Table) -> list[Running]:
    """The running columns of a table.

    One that fails counts only where neither of its columns runs with a third: of two columns that are nearly equal
    (devengado and pagado) the other may be what is added up.
    """
    chains = _chains(table)
    pairs = (pair for columns in alike(table) for pair in permutations((c.col for c in columns), 2))
    found = [r for added, run in pairs if (r := _tried(table, chains, added, run))]
    return [
        r for r in found if not r.failed or not any(o is not r and {o.added, o.run} & {r.added, r.run} for o in found)
    ]


def _chains(table: Table) -> list[list[int]]:
    """Rows that follow each other in the print: details of one parent, on one page, nothing between them."""
    out: list[list[int]] = []
    before: Row | None = None
    for row in table.rows:
        if row.role != "detail" or is_memo(row.label):
            before = None
            continue
        same = before and (before.row + 1, before.page, before.parent) == (row.row, row.page, row.parent)
        if not same:
            out.append([])
        out[-1].append(row.row)
        before = row
    return out


def _tried(table: Table, chains: Sequence[Sequence[int]], added: int, run: int) -> Running | None:
    """A column as the running one of another, where the rows prove it; None where they do not.

    A step proves little where nothing is added, where nothing had run up before (there it is a copy), and where
    another row adds the same: a counter runs so beside a column of ones.
    """
    held: list[Terms] = []
    failed: list[Terms] = []
    digits: dict[Decimal, int] = {}
    for chain in chains:
        for before, row in pairwise(chain):
            terms = _cells(table, (row, run), (before, run), (row, added))
            if terms is None:
                continue
            (reached, _), (above, _), (more, _) = terms
            if not holds(table, terms):
                if not _begins_anew(table, reached, more) or repeats(table, reached, above, more):
                    failed.append(terms)
                    if len(failed) > MOST_FAILED:
                        return None
                continue
            held.append(terms)
            room = slack(table, terms)
            if above.value and more.value and abs(more.value) >= FIRM * room:
                digits[abs(more.value)] = _digits(more.value, room)
        first = _first(table, chain, added, run, alone=len(chains) == 1)
        if first:
            (held if holds(table, first) else failed).append(first)
    proven = len(digits) >= LEARNED_ROWS and sum(digits.values()) >= LEARNED_DIGITS
    if not proven or (len(failed) >= MOST_FAILED and not meeting(table, failed)):
        return None
    return Running(added, run, held, failed)


def _cells(table: Table, *places: tuple[int, int]) -> Terms | None:
    """The cells of a step, the first one as what the others make; None where one says no figure of its column."""
    cells = [c for at in places if (c := table.cell(*at)) and c.value is not None and not c.own_header]
    return [(c, 1 if k else -1) for k, c in enumerate(cells)] if len(cells) == len(places) else None


def _begins_anew(table: Table, reached: Cell, more: Cell) -> bool:
    return holds(table, [(reached, -1), (more, 1)])


def _digits(value: Decimal, room: Decimal) -> int:
    return len(str(int(abs(value) / room))) if room else len(value.normalize().as_tuple().digits)


def _first(table: Table, chain: Sequence[int], added: int, run: int, alone: bool) -> Terms | None:
    """The first row of a column that begins with nothing; None where an amount may be brought forward.

    That it begins with nothing its own figures say, or those of the second row, or the total that is what ran up last.
    """
    first = _cells(table, (chain[0], run), (chain[0], added))
    if not first or holds(table, first):
        return first
    second = _cells(table, (chain[1], run), (chain[0], added), (chain[1], added)) if len(chain) > 1 else None
    total = total_row(table) if alone else None
    last = _cells(table, (total, added), (chain[-1], run)) if total is not None else None
    return first if any(terms and holds(table, terms) for terms in (second, last)) else None


def meeting(table: Table, failed: Sequence[Terms]) -> Cell | None:
    """The cell that what fails twice has in common and that mends both; None where there is none."""
    shared = [c for c, _ in failed[0] if any(c == other for other, _ in failed[1])]
    if len(failed) != MOST_FAILED or len(shared) != 1:
        return None
    key = key_of(table, shared[0])
    mended = linear(table, failed[0]).mended(key)
    return shared[0] if linear(table, failed[1]).holds({key: mended}) else None


def repeats(table: Table, reached: Cell, above: Cell, more: Cell) -> bool:
    """Whether a row is the one above printed again: the same label, nothing more has run up, the same is added."""
    same = reached.value == above.value and more.value == table.value(above.row, more.col)
    return same and label_of(table, reached) == label_of(table, above)

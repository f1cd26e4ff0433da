"""Whether the figures of a table bear out what its header says the columns are.

A header that was read over the wrong columns names every figure wrongly. Budget figures betray that: what is vigente is
asignado plus modificaciones, and a saldo is what is left of vigente. Where most rows of a table deny it, its roles are
in doubt, and nothing of it is judged.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from rendicion_etl.normalize.model import Table

FEWEST = 3  # rows that must print all terms
NEARLY = Decimal("0.005")  # of the largest term: rounding and a wrong figure stay within, another column does not
MOST = 0.5  # of the rows

# Result, and the terms that make it with their signs; identities with one result stand together.
IDENTITIES: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("vigente", (("asignado", 1), ("modificaciones", 1))),
    *(("saldo", (("vigente", 1), (spent, -1))) for spent in ("devengado", "comprometido", "pagado")),
)


def roles_hold(table: Table) -> bool:
    """False where an identity of the budget fails in most rows that print all of its terms."""
    columns = {c.phase: c.col for c in table.columns if c.phase and c.half != "physical"}
    for _, identities in groupby(IDENTITIES, key=lambda identity: identity[0]):
        rows = [_rows_held(table, columns, *identity) for identity in identities]
        told = [(held, count) for held, count in rows if count >= FEWEST]
        if told and all(held < MOST * count for held, count in told):
            return False
    return True


def _rows_held(
    table: Table, columns: dict[str, int], result: str, terms: tuple[tuple[str, int], ...]
) -> tuple[int, int]:
    """(rows that hold, rows that print all terms)."""
    if result not in columns or any(phase not in columns for phase, _ in terms):
        return 0, 0
    held = count = 0
    for row in table.rows:
        values = [table.value(row.row, columns[phase]) for phase in (result, *(phase for phase, _ in terms))]
        figures = [v for v in values if v is not None]
        if len(figures) < len(values) or not any(figures):
            continue
        count += 1
        total = sum((sign * v for (_, sign), v in zip(terms, figures[1:], strict=True)), Decimal(0))
        held += abs(total - figures[0]) <= NEARLY * max(map(abs, figures))
    return held, count

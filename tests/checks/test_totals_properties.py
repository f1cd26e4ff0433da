"""A table whose sums are right is not accused; one total that is changed is, and nothing else."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from printed import document, printed
from rendicion_etl.checks import registry
from rendicion_etl.checks.model import Finding

CENTS = st.integers(1_00, 10**11)
GRIDS = st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(CENTS, min_size=n, max_size=n), min_size=3, max_size=8))
HEADER = ("Grupo de gasto", "Asignado", "Vigente", "Devengado")


def findings(rows: list[list[int]], totals: list[int]) -> list[Finding]:
    """What all rules find in a table of amounts in cents, whose last row is its printed totals."""
    lines = [(f"Grupo {chr(65 + k)}", *row) for k, row in enumerate(rows)] + [("TOTAL", *totals)]
    said = [" | ".join([line[0], *(f"Q {c / 100:,.2f}" for c in line[1:])]) for line in lines]  # type: ignore[operator]
    table = printed(" | ".join(HEADER[: len(totals) + 1]), *said, bold=(0, len(lines)))
    return [f for result in registry.run(document(table)) for f in result.findings if f.check_id.startswith("totals.")]


@given(GRIDS)
def test_sums_that_hold_are_not_accused(rows: list[list[int]]) -> None:
    assert findings(rows, [sum(column) for column in zip(*rows, strict=True)]) == []


@given(GRIDS, st.integers(0, 2), st.integers(1_00, 10**9))
def test_a_changed_total_accuses_no_other_figure(rows: list[list[int]], col: int, by: int) -> None:
    totals = [sum(column) for column in zip(*rows, strict=True)]
    col %= len(totals)
    totals[col] += by
    found = findings(rows, totals)
    assert [(f.place.row, f.place.col, f.difference) for f in found] in (
        [(len(rows) + 1, col + 1, Decimal(by).scaleb(-2))],
        [],  # what a total sums is not certain where nothing but it says so
    )


@given(GRIDS, st.integers(0, 2), st.integers(0, 3), st.integers(1, 9))
def test_one_wrong_digit_in_a_total_is_always_found_where_another_column_holds(
    rows: list[list[int]], col: int, place: int, step: int
) -> None:
    amounts = [amount for row in rows for amount in row]
    assume(len(rows[0]) > 1 and len(set(amounts)) == len(amounts))  # equal rows may be one row and its parts
    totals = [sum(column) for column in zip(*rows, strict=True)]
    col %= len(totals)
    digit = totals[col] // 10**place % 10
    totals[col] += ((digit + step) % 10 - digit) * 10**place
    (finding,) = findings(rows, totals)
    assert (finding.place.row, finding.place.col) == (len(rows) + 1, col + 1)

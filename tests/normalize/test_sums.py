"""When the print of a total may be judged by the sum of some rows, column by column."""

from __future__ import annotations

from decimal import Decimal

from printed import table
from rendicion_etl.normalize.slips import slip
from rendicion_etl.normalize.sums import additive_columns, column_sums, judged_columns, proofs

ROWS = ("Grupo | Asignado | Vigente | Casos | Tasa | % Ejecución", "A | 100.00 | 250.00 | 10 | 5.00 | 1%")
ROWS = (*ROWS, "B | 200.00 | 350.00 | 20 | 6.00 | 2%", "C | 300.00 | 0.00 | 31 | 7.00 | 3%")


def judged(total: str, only_way: bool = False) -> tuple[int, ...]:
    t = table(*ROWS, total)
    return judged_columns(column_sums(t, additive_columns(t), 4, (1, 2, 3)), only_way)


def test_rates_and_percentages_are_never_added_up() -> None:
    assert [c.col for c in additive_columns(table(*ROWS))] == [1, 2, 3]


def test_columns_that_close_are_judged_and_so_is_one_that_is_a_little_off() -> None:
    assert judged("TOTAL | 600.00 | 600.00 | 61 | 18.00 | 2%") == (1, 2, 3)
    assert judged("TOTAL | 600.00 | 620.00 | 61 | 18.00 | 2%") == (1, 2, 3)


def test_a_row_that_is_zero_where_the_sum_closes_is_not_proven_to_be_a_part() -> None:
    """Vigente closes without C, so C may be none of the parts, and asignado cannot be judged."""
    assert judged("TOTAL | 330.00 | 600.00 | 99 | 18.00 | 2%") == (2,)


def test_a_column_that_is_no_budget_phase_is_judged_by_the_mark_of_a_slip_only() -> None:
    assert judged("TOTAL | 600.00 | 600.00 | 16 | 18.00 | 2%") == (1, 2)
    assert judged("TOTAL | 600.00 | 600.00 | 64 | 18.00 | 2%") == (1, 2, 3)


def test_a_row_a_thousand_times_too_large_is_judged_where_the_other_columns_close() -> None:
    rows = ("Grupo | 2021 | 2022", "A | 10.00 | 7,000.00", "B | 20.00 | 8.00", "C | 30.00 | 9.00")
    for total, columns in (("24.00", (1, 2)), ("25.00", (1,))):
        t = table(*rows, f"TOTAL | 60.00 | {total}")
        assert judged_columns(column_sums(t, additive_columns(t), 4, (1, 2, 3)), only_way=False) == columns


def test_nothing_is_proven_by_zeros_nor_by_what_rounding_can_make_up() -> None:
    t = table("Grupo | Modificaciones | Vigente", "A | 5.00 | 9", "B | (5.00) | 8", "TOTAL | 0.00 | 18")
    assert proofs(column_sums(t, additive_columns(t), 3, (1, 2))) == 0


def test_slips_of_the_pen() -> None:
    kinds = {
        (53, 35): "swap",
        (540, 560): "digit",
        (5, -5): "sign",
        (5000, 5): "factor",
        (14916190, 14916290): "digit",
        (540, 573): None,
        (540, 54): None,
        (7, 7): None,
    }
    found = {pair: slip(Decimal(pair[0]), Decimal(pair[1])) for pair in kinds}
    assert {pair: s.kind if s else None for pair, s in found.items()} == kinds

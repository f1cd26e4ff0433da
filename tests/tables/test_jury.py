"""Where several readers read one region: the one that keeps most figures, then the one whose sums close, is taken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from printed import printed
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.jury import Verdict, closing_sums, judge
from rendicion_etl.tables.model import RawTable, Region

WHOLE = ["Grupo | Vigente | Saldo", "A | 10.00 | 1.00", "B | 20.00 | 2.00", "TOTAL | 30.00 | 3.00"]
FEWER = ["Grupo | Vigente | Saldo", "A | 10.00 | 1.00", "B | 20.00 |", "TOTAL | 30.00 | 3.00"]
RAN_TOGETHER = ["Grupo | Vigente | Saldo", "A | 10.00 1.00 | ", "B | 20.00 | 2.00", "TOTAL | 30.00 | 3.00"]
BOTH = ["Grupo | Vigente | Saldo", "A | 10.00 1.00 | 1.00", "B | 20.00 | 2.00", "TOTAL | 30.00 | 3.00"]
TWO_FEWER = ["Grupo | Vigente | Saldo", "A | 10.00 | 1.00", "B | |", "TOTAL | 30.00 | 3.00"]
NOT_CLOSING = ["Grupo | Vigente | Saldo", "A | 10.00 | 1.00", "B | 30.00 | 3.00", "TOTAL | 20.00 | 2.00"]

SWAPPED = ["Grupo | Vigente | Saldo", "A | 10.00 | 2.00", "B | 20.00 | 1.00", "TOTAL | 30.00 | 3.00"]


def at(table: RawTable, x0: float, top: float, width: float = 200.0, height: float = 100.0) -> RawTable:
    """The table at another place of its page."""
    table.regions = [Region(1, Box(x0, top, x0 + width, top + height))]
    return table


def verdict(**rows_of: list[str]) -> Verdict:
    """What is judged of one region, the first reader preferred."""
    (one,) = judge({name: [printed(*rows)] for name, rows in rows_of.items()})
    return one


@pytest.mark.parametrize(
    ("ruled", "aligned", "chosen"),
    [
        (FEWER, WHOLE, "aligned"),
        (WHOLE, FEWER, "ruled"),
        (RAN_TOGETHER, FEWER, "aligned"),
        (BOTH, TWO_FEWER, "aligned"),
        (NOT_CLOSING, WHOLE, "aligned"),
        (WHOLE, NOT_CLOSING, "ruled"),
        (WHOLE, WHOLE, "ruled"),
        (NOT_CLOSING, FEWER, "ruled"),
    ],
    ids=[
        "more figures",
        "more figures, the preferred",
        "figures that ran together",
        "they cost more than one left out",
        "as many, sums that close",
        "as many, the preferred closes",
        "equal: the preferred",
        "figures before sums",
    ],
)
def test_who_is_taken(ruled: list[str], aligned: list[str], chosen: str) -> None:
    assert verdict(ruled=ruled, aligned=aligned).chosen == chosen


def test_the_scores_say_why() -> None:
    scores = verdict(ruled=NOT_CLOSING, aligned=WHOLE).scores
    assert scores == {"ruled": (6, 0), "aligned": (6, 2)}


def test_a_region_that_one_reader_alone_saw_is_his() -> None:
    (only,) = judge({"ruled": [], "aligned": [printed(*WHOLE)]})
    assert (only.chosen, only.tables[0].agreement) == ("aligned", None)


def test_tables_that_do_not_overlap_are_judged_apart_from_top_to_bottom_and_left_to_right() -> None:
    places = [(300.0, 50.0), (50.0, 50.0), (50.0, 400.0)]
    low, left, right = (at(printed(*WHOLE), *place) for place in (places[2], places[1], places[0]))
    weak = at(printed(*FEWER), *places[1])
    found = judge({"ruled": [low, weak], "aligned": [right, left]})
    assert [(v.chosen, v.tables) for v in found] == [("aligned", [left]), ("aligned", [right]), ("ruled", [low])]


def test_a_table_that_spans_two_of_another_reader_is_judged_against_both() -> None:
    one, two = at(printed(*WHOLE), 50, 50), at(printed(*WHOLE), 50, 200)
    both = at(printed(*WHOLE), 50, 50, height=250)
    (single,) = judge({"ruled": [both], "aligned": [one, two]})
    assert (single.chosen, single.tables) == ("aligned", [one, two])


def test_tables_that_only_touch_are_two_regions() -> None:
    upper, lower = at(printed(*WHOLE), 50, 50), at(printed(*WHOLE), 50, 145)
    assert len(judge({"ruled": [upper], "aligned": [lower]})) == 2


@pytest.mark.parametrize(
    ("other", "agreement"),
    [(WHOLE, Decimal(1)), (NOT_CLOSING, Decimal(1)), (FEWER, Decimal(4) / 6), (SWAPPED, Decimal(2) / 6)],
    ids=["all rows", "in another order", "a row with a figure less", "figures of other rows"],
)
def test_agreement_is_the_share_of_figures_in_rows_that_the_other_reader_has_too(
    other: list[str], agreement: Decimal
) -> None:
    assert verdict(ruled=WHOLE, aligned=other).tables[0].agreement == agreement


@pytest.mark.parametrize(
    ("figures", "closed"),
    [
        (["10.00", "20.00", "30.00"], 1),
        (["10.00", "20.00", "30.00", "5.00", "7.00", "12.00", "42.00"], 2),
        (["10.00", "(2.00)", "8.00"], 1),
        (["10.00", "10.00"], 0),
        (["-", "-", "-"], 0),
        (["10.00", "20.00", "31.00"], 0),
    ],
    ids=["a total", "two subtotals", "a negative", "one figure is no sum", "zeros", "wrong"],
)
def test_a_sum_closes_over_two_or_more_figures_right_above_it(figures: list[str], closed: int) -> None:
    rows = [f"R{k} | {figure} | x" for k, figure in enumerate(figures)]
    assert closing_sums(printed("Grupo | Vigente | Nota", *rows)) == closed


NO_SUM = ["Grupo | Vigente | Saldo", "A | 10.00 | 1.00", "B | 20.00 | 2.00", "C | 40.00 | 5.00"]
NO_SUM_SWAPPED = ["Grupo | Vigente | Saldo", "A | 10.00 | 2.00", "B | 20.00 | 1.00", "C | 40.00 | 5.00"]


@pytest.mark.parametrize(
    ("ruled", "aligned", "in_doubt"),
    [
        (WHOLE, WHOLE, False),
        (BOTH, BOTH, True),
        pytest.param(
            *(RAN_TOGETHER, RAN_TOGETHER, True),
        ),
        (NO_SUM, NO_SUM_SWAPPED, True),
        (NO_SUM, NO_SUM, False),
        (WHOLE, SWAPPED, False),
    ],
    ids=[
        "alike",
        "figures ran together",
        "those of the first row",
        "readers disagree",
        "alike, no sum",
        "readers disagree, a sum decides",
    ],
)
def test_where_another_reader_should_be_asked(ruled: list[str], aligned: list[str], in_doubt: bool) -> None:
    assert verdict(ruled=ruled, aligned=aligned).in_doubt is in_doubt


@pytest.mark.parametrize(
    ("heard", "chosen"),
    [(WHOLE, "camelot"), (NO_SUM, "ruled"), (TWO_FEWER, "ruled")],
    ids=["more sums close", "no sum closes", "figures left out"],
)
def test_who_is_heard_is_taken_where_he_keeps_the_figures_and_more_sums_close(heard: list[str], chosen: str) -> None:
    one = verdict(ruled=NO_SUM, aligned=NO_SUM_SWAPPED)
    one.hear("camelot", [printed(*heard), at(printed(*WHOLE), 50, 500)])
    assert (one.chosen, len(one.tables)) == (chosen, 1)

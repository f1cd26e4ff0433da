"""What a report is judged beside: by its period, by when it was retrieved, never by the order in which it came."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl.runs.timeline import Report, beside

ENDS = {"C1": dt.date(2021, 4, 30), "S1": dt.date(2021, 6, 30), "C2": dt.date(2021, 8, 31), "Y": dt.date(2021, 12, 31)}
ENDS["C3"] = ENDS["Y"]
TABLES = ("grupo_gasto", "programa", "region")


def report(
    name: str,
    period: str | None,
    day: int = 1,
    tables: tuple[str, ...] = TABLES,
    amounts: str = "abcdefgh",
    institution: str = "scep",
    planned: str = "pq",
    addresses: tuple[str, ...] = (),
    **more: Any,
) -> Report:
    row = {
        "document_id": name,
        "sha256": name * 8,
        "period": period,
        "period_end": ENDS.get(period or ""),
        "retrieved_at": dt.datetime(2021, 5, day, tzinfo=dt.UTC),
        "pipeline_version": "1",
        **more,
    }
    made = Report((institution, 2021), row, {"documents": Path(name)}, frozenset(addresses))
    made.__dict__.update(planned=set(planned), tables=Counter((kind,) for kind in tables), amounts=Counter(amounts))
    return made


def told(*reports: Report) -> dict[str, tuple[list[str], str | None]]:
    found = beside(reports)
    assert all(beside(order) == found for order in permutations(reports)), "the order of arrival is nothing"
    return {name: ([r.document_id for r in at.earlier], at.supersedes) for name, at in found.items()}


def test_a_report_is_judged_beside_those_of_earlier_periods() -> None:
    assert told(report("c2", "C2"), report("c1", "C1"), report("s1", "S1"), report("y", "Y"), report("c3", "C3")) == {
        "c1": ([], None),
        "s1": (["c1"], None),
        "c2": (["c1", "s1"], None),
        "c3": (["c1", "s1", "c2"], None),
        "y": (["c1", "s1", "c2"], None),
    }


def test_a_report_of_another_budget_is_no_earlier_report() -> None:
    """The units of a ministry report in its name."""
    assert told(report("c1", "C1", planned="xp"), report("c2", "C2"))["c2"] == ([], None)


def test_a_new_version_replaces_the_one_retrieved_before_it_and_stands_in_its_place() -> None:
    versions = report("v1", "C1", 1), report("v2", "C1", 2), report("v3", "C1", 3)
    assert told(*versions, report("c2", "C2")) == {
        "v1": ([], None),
        "v2": ([], "v1"),
        "v3": ([], "v2"),
        "c2": (["v3"], None),
    }


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(report("x", "C1", 2, tables=("transferencias",)), id="an annex"),
        pytest.param(report("x", "C1", 2, amounts="stuvwxyz"), id="another unit of the same ministry"),
        pytest.param(report("x", "S1", 2), id="another period"),
    ],
)
def test_what_is_no_version_replaces_nothing(other: Report) -> None:
    assert told(report("c1", "C1"), other)["x"][1] is None


def test_the_same_address_is_enough_where_it_is_of_the_same_period() -> None:
    url, other = "https://example.gob.gt/informe.pdf", "https://example.gob.gt/copia.pdf"
    old = report("v1", "C1", 1, amounts="abc", addresses=(other, url))
    assert told(old, report("v2", "C1", 2, tables=(), amounts="xyz", addresses=(url,)))["v2"] == ([], "v1")
    assert told(old, report("c2", "C2", 2, addresses=(url,)))["c2"] == (["v1"], None)
    assert told(old, report("v2", "C1", 2, tables=(), amounts="xyz", addresses=("x",)))["v2"] == ([], None)


def test_of_an_unknown_institution_only_the_address_tells() -> None:
    old, new = (report(n, "C1", d, institution="unknown") for n, d in (("v1", 1), ("v2", 2)))
    later = report("c2", "C2", institution="unknown")
    assert told(old, new, later) == {"v1": ([], None), "v2": ([], None), "c2": ([], None)}


def test_the_mark_changes_with_what_there_is_to_be_judged_beside() -> None:
    c1, c2 = report("c1", "C1"), report("c2", "C2")
    marks = [
        beside([c2])["c2"].mark,
        beside([c1, c2])["c2"].mark,
        beside([report("c1", "C1", pipeline_version="2"), c2])["c2"].mark,
        beside([report("v1", "C2"), report("v2", "C2", 2)])["v2"].mark,
    ]
    assert marks[0] == ""
    assert len(set(marks)) == 4

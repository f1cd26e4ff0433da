"""A source that fails, and one that falls silent against what is expected of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rendicion_etl.archive.sources import Source
from rendicion_etl.archive.visits import Visits
from rendicion_etl.runs.monitors.calendar import FAILURES, PATIENCE, Period, awaited, last_day, of_source

SOURCE = Source("ejemplo", "page", ("https://ejemplo.gob.gt/",), institution="scep")
FIRST = dt.datetime(2024, 1, 10, 6, tzinfo=dt.UTC)
LAST = dt.datetime(2024, 6, 1, 6, tzinfo=dt.UTC)
VISITS = Visits("ejemplo", first_visit=FIRST, last_visit=LAST, last_success=LAST, last_new=FIRST)
TODAY = LAST.date()


def said(
    source: Source = SOURCE, visits: Visits = VISITS, reports: list[Period] | None = None, today: dt.date = TODAY
) -> list[tuple[str, str]]:
    return [(alarm.rule, alarm.mark) for alarm in of_source(source, visits, reports or [], today)]


def test_a_source_that_failed_several_times_in_a_row_alarms() -> None:
    failing = replace(VISITS, failures_in_row=FAILURES, last_success=FIRST, reasons=["https://x/: no responde"])
    (alarm,) = of_source(SOURCE, failing, [], TODAY)
    assert (alarm.key, alarm.mark) == ("source_fails ejemplo", "2024-01-10")
    assert alarm.es == (
        "La fuente ejemplo falla: 3 visitas seguidas sin éxito, desde el 10 de enero de 2024. "
        "La última: https://x/: no responde"
    )


def test_it_is_the_same_alarm_until_a_visit_succeeds() -> None:
    failing = replace(VISITS, failures_in_row=FAILURES, last_success=FIRST, reasons=["una"])
    longer = replace(failing, failures_in_row=FAILURES + 1, reasons=["otra"])
    anew = replace(failing, last_success=LAST)
    assert said(visits=failing) == said(visits=longer) != said(visits=anew)


@pytest.mark.parametrize("failures", [0, FAILURES - 1])
def test_a_source_that_failed_less_often_does_not(failures: int) -> None:
    assert said(visits=replace(VISITS, failures_in_row=failures)) == []


def test_a_source_that_was_never_visited_is_not_judged() -> None:
    assert said(replace(SOURCE, expected_days=1), Visits("ejemplo", failures_in_row=9), [(2020, "C1")]) == []


@pytest.mark.parametrize(("days", "expected"), [(142, [("no_new_document", "2024-01-10")]), (143, []), (None, [])])
def test_nothing_new_for_longer_than_expected_alarms(days: int | None, expected: list[tuple[str, str]]) -> None:
    assert (TODAY - FIRST.date()).days == 143
    assert said(replace(SOURCE, expected_days=days)) == expected


def test_a_source_that_never_brought_anything_is_measured_from_its_first_visit() -> None:
    assert said(replace(SOURCE, expected_days=30), replace(VISITS, last_new=None)) == [
        ("no_new_document", "2024-01-10")
    ]


REPORTS = [(2023, "C1"), (2023, "C2"), (2023, "C3")]
DUE = last_day(2024, "C1") + dt.timedelta(PATIENCE)


def test_the_report_of_the_next_period_is_awaited_some_time_after_it_ended() -> None:
    assert said(reports=REPORTS, today=DUE) == []
    (alarm,) = of_source(SOURCE, VISITS, REPORTS, DUE + dt.timedelta(1))
    assert alarm.mark == "2024-C1"
    assert "falta el informe del primer cuatrimestre de 2024, que terminó el 30 de abril de 2024" in alarm.es


def test_a_report_that_is_there_is_not_awaited() -> None:
    assert said(reports=[*REPORTS, (2024, "C1")], today=DUE + dt.timedelta(1)) == []


def test_its_steward_knows_better_than_the_calendar() -> None:
    assert said(replace(SOURCE, expected_days=400), reports=REPORTS, today=DUE + dt.timedelta(99)) == []


@pytest.mark.parametrize("institution", [None, "scep"])
def test_without_institution_or_reports_no_calendar_applies(institution: str | None) -> None:
    source = replace(SOURCE, institution=institution)
    assert said(source, reports=REPORTS if institution is None else [], today=dt.date(2030, 1, 1)) == []


@pytest.mark.parametrize(
    ("reports", "period"),
    [
        ([(2024, "C1")], (2024, "C2")),
        ([(2024, "C3"), (2024, "C1")], (2025, "C1")),
        ([(2024, "Q1"), (2024, "Q2")], (2024, "Q3")),
        ([(2024, "M09")], (2024, "M10")),
        ([(2024, "S1")], (2024, "S2")),
        ([(2024, "Y")], (2025, "Y")),
        ([(2023, "C1"), (2023, "C2"), (2023, "Y")], (2024, "C1")),  # the last of the year came as the year's
        ([(2023, "Y"), (2024, "C1"), (2024, "C2")], (2024, "C3")),
    ],
)
def test_which_report_comes_next(reports: list[Period], period: Period) -> None:
    assert awaited(reports) == period

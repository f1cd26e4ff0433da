"""What an institution had and spent: money once, printed totals first, every number with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from spending_examples import GROUPS, Printed, publish_lines

from rendicion_etl.curated.query import open_curated
from rendicion_etl.site.spending import by_department, by_group, phases_over_time

PURPOSES: list[Printed] = [("detail", "01", "Servicios públicos", ("90.00", "110.00", "45.50"))]


def test_the_printed_total_is_taken_with_the_place_of_each_phase(tmp_path: Path) -> None:
    document_id = publish_lines(tmp_path, ("grupo_gasto", GROUPS))
    (period,) = phases_over_time(open_curated(tmp_path), "scep")
    vigente = period.total.amounts["vigente"]
    assert (vigente.value, vigente.basis, vigente.classification) == (Decimal("121.00"), "total", "grupo_gasto")
    assert (vigente.place.document_id, vigente.place.page, vigente.place.anchor) == (document_id, 2, "t01-3-2")
    assert isinstance(vigente.value, Decimal)


def test_without_a_printed_total_the_lines_are_summed_and_it_says_so(tmp_path: Path) -> None:
    publish_lines(tmp_path, ("grupo_gasto", GROUPS[:2]))
    (period,) = phases_over_time(open_curated(tmp_path), "scep")
    vigente = period.total.amounts["vigente"]
    assert (vigente.value, vigente.basis, vigente.place.anchor) == (Decimal("120.00"), "sum", "t01")


def test_a_table_of_a_part_does_not_stand_for_the_institution(tmp_path: Path) -> None:
    part: list[Printed] = [("detail", "0", "Servicios personales", ("9.00", "10.00", "4.00"))]
    publish_lines(tmp_path, ("grupo_gasto", part), ("finalidad", PURPOSES), ("transferencias", GROUPS))
    (period,) = phases_over_time(open_curated(tmp_path), "scep")
    assert period.total.value("vigente") == 110
    assert period.total.amounts["vigente"].classification == "finalidad"


def test_a_phase_that_no_table_prints_is_missing(tmp_path: Path) -> None:
    publish_lines(tmp_path, ("grupo_gasto", [("detail", "0", "Servicios", (None, "10.00", None))]))
    (period,) = phases_over_time(open_curated(tmp_path), "scep")
    assert set(period.total.amounts) == {"vigente"}
    assert period.total.execution is None


def test_periods_come_in_order_and_those_without_a_report_are_not_there(tmp_path: Path) -> None:
    for year, code in ((2022, "C1"), (2021, "C3"), (2021, "C1")):
        publish_lines(tmp_path, ("grupo_gasto", GROUPS), fiscal_year=year, period=code)
    found = phases_over_time(open_curated(tmp_path), "scep")
    assert [(p.fiscal_year, p.period) for p in found] == [(2021, "C1"), (2021, "C3"), (2022, "C1")]


def test_a_report_that_does_not_begin_in_january_does_not_accumulate(tmp_path: Path) -> None:
    publish_lines(tmp_path, ("grupo_gasto", GROUPS), period="C2", period_start=dt.date(2021, 5, 1))
    assert [p.accumulates for p in phases_over_time(open_curated(tmp_path), "scep")] == [False]


def test_money_of_another_currency_is_left_out(tmp_path: Path) -> None:
    publish_lines(tmp_path, ("grupo_gasto", GROUPS), currency="USD")
    assert phases_over_time(open_curated(tmp_path), "scep") == []
    assert by_group(open_curated(tmp_path), "scep", 2021, "C1") is None


def test_groups_come_by_code_under_their_printed_name_or_the_official_one(tmp_path: Path) -> None:
    publish_lines(tmp_path, ("grupo_gasto", GROUPS))
    found = by_group(open_curated(tmp_path), "scep", 2021, "C1")
    assert found
    assert [(each.code, each.label) for each in found.lines] == [
        ("0", "Servicios personales"),
        ("1", "Servicios no Personales"),
    ]
    assert found.lines[0].execution == 40
    assert found.lines[1].amounts["devengado"].place.anchor == "t01-2-3"
    assert found.total.value("devengado") == Decimal("45.50")


def test_all_departments_come_and_lines_without_one_stand_apart(tmp_path: Path) -> None:
    lines: list[Printed] = [
        ("detail", "17", "Petén", ("1.00", "2.00", "1.00")),
        ("detail", "99", "Multirregional", (None, "5.00", "4.00")),
    ]
    publish_lines(tmp_path, ("ubicacion_geografica", lines))
    found = by_department(open_curated(tmp_path), "scep", 2021, "C1")
    assert found
    assert len(found.lines) == 22
    assert [each.label for each in found.lines if each.amounts] == ["Petén"]
    assert [each.label for each in found.elsewhere] == ["Multirregional"]
    assert found.total.value("vigente") == 7


@pytest.mark.parametrize("kind", ["programa", "metas_fisicas"])
def test_what_no_table_divides_so_is_none(tmp_path: Path, kind: str) -> None:
    publish_lines(tmp_path, (kind, GROUPS))
    connection = open_curated(tmp_path)
    assert by_group(connection, "scep", 2021, "C1") is None
    assert by_department(connection, "scep", 2021, "C1") is None
    assert phases_over_time(connection, "nobody' or 1=1 --") == []

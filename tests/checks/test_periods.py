"""periods.cumulative and periods.asignado: the same line in two reports, and everything that only looks like it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from earlier_reports import CAPTION, GROUPS, HEADER, groups, later, report, total

from rendicion_etl.checks import periods_asignado, periods_cumulative
from rendicion_etl.checks.model import Finding
from rendicion_etl.normalize.model import Document

FELL = {"g2": "1,054,566.33 > 913,801.46; 5,050,341.79 > 5,191,106.66"}
REASSIGNED = {
    "g2": "| 6,104,908.12 | > | 6,014,908.12 |; 1,054,566.33 > 2,054,566.33; 5,050,341.79 > 4,050,341.79",
}


def cumulative(document: Document) -> list[Finding]:
    return [f for r in periods_cumulative.run(document) for f in r.findings]


def asignado(document: Document) -> list[Finding]:
    return [f for r in periods_asignado.run(document) for f in r.findings]


def test_what_rises_and_what_stays_passes() -> None:
    august = report(8, later(), history=[report(4, groups())])
    for rule in (periods_cumulative, periods_asignado):
        (result,) = rule.run(august)
        assert (result.outcome, result.n_applied, result.n_passed) == ("pass", 5, 5)


def test_a_line_that_falls_is_accused_at_the_later_report() -> None:
    april = report(4, groups())
    (finding,) = cumulative(report(8, later(**FELL), history=[april]))
    assert (finding.place.row, finding.place.col, finding.severity) == (3, 3, "warning")
    assert (finding.printed, finding.expected) == (Decimal("913801.46"), Decimal("1054566.33"))
    (other,) = finding.related
    assert other.table_id == april.tables[0].table_id
    assert finding.whole_tables == (finding.place.table_id, other.table_id)
    assert "al 30/04/2023" in finding.message_es
    assert "to 2023-04-30" in finding.message_en


def test_a_total_that_falls_with_its_line_is_a_consequence() -> None:
    less = {"g0": "17,593,018.73 > 7,593,018.73; 36,309,549.44 > 46,309,549.44"}
    (finding,) = cumulative(report(8, later(**less), history=[report(4, groups())]))
    assert finding.place.row == 1
    (result,) = periods_cumulative.run(report(8, later(**less), history=[report(4, groups())]))
    assert (result.n_applied, result.n_passed) == (4, 3), "the total is no comparison of its own"


def test_the_nearest_earlier_report_is_the_measure() -> None:
    april, june = report(4, groups()), report(6, later())
    same = report(8, later(g2="1,054,566.33 > 1,154,566.33; 5,050,341.79 > 4,950,341.79"), history=[april, june])
    (finding,) = cumulative(same)
    assert finding.expected == Decimal("2054566.33")


def test_an_asignado_that_changed_is_accused_with_a_hint() -> None:
    (finding,) = asignado(report(8, later(**REASSIGNED), history=[report(4, groups())]))
    assert (finding.place.row, finding.place.col) == (3, 1)
    assert (finding.printed, finding.expected) == (Decimal("6014908.12"), Decimal("6104908.12"))
    assert "intercambiadas" in (finding.hint_es or "")


def test_an_asignado_that_some_earlier_report_prints_is_not_accused_again() -> None:
    april, june = report(4, groups()), report(6, later(**REASSIGNED))
    assert asignado(report(8, later(), history=[april, june])) == []
    assert asignado(report(8, later(**REASSIGNED), history=[april, june])) == []


def test_rounded_prints_agree_when_their_intervals_meet() -> None:
    millions = (
        HEADER,
        "Grupo 0 | 50.9 | 53.9 | 17.6 | 36.3",
        "Grupo 1 | 9.1 | 9.1 | 2.0 | 7.1",
        "Grupo 2 | 6.1 | 6.1 | 1.0 | 5.1",
        "Grupo 3 | 3.5 | 3.5 | 1.1 | 2.4",
        "TOTAL | 69.6 | 72.6 | 21.7 | 50.9",
    )
    rounded = report(8, millions, groups(), caption=("Tabla No. 1", "por Grupo de Gasto", "En millones de quetzales"))
    rounded.tables[1].unit = "GTQ"
    rounded.tables[1].kind = "programa"  # so that one budget is known by figures, and one table only is alike
    april = report(4, groups(), caption=("Tabla No. 1", "por Grupo de Gasto", "En quetzales"))
    for rule in (periods_cumulative, periods_asignado):
        results = rule.run(rounded_beside(rounded, april))
        assert [f for r in results for f in r.findings] == []


def rounded_beside(document: Document, *history: Document) -> Document:
    document.history = history
    return document


@pytest.mark.parametrize("history", [(), [report(8, groups())], [report(12, groups())]])
def test_without_an_earlier_report_it_does_not_apply(history: Sequence[Document]) -> None:
    for rule in (periods_cumulative, periods_asignado):
        (result,) = rule.run(report(8, later(**FELL), history=history))
        assert (result.outcome, result.table_id, bool(result.reason)) == ("not_applicable", None, True)


# ------------------------------------------------------------------------------------------- what must not accuse

TWICE = (*later(**FELL)[:-1], later(**FELL)[3])
OTHER_BUDGET = tuple(row.replace("8.17", "1.18").replace("2.31", "7.42").replace("8.12", "3.33") for row in groups())


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(groups(), (*later(**FELL)[:-1], total(*later()[:-1])), id="a sum that does not close now"),
        pytest.param((*groups()[:-1], total(*later()[:-1])), later(**FELL), id="nor then"),
        pytest.param(groups(), (*TWICE, total(*TWICE)), id="a line printed twice"),
        pytest.param(groups(), tuple(r.replace("Grupo 2", "Deuda pública") for r in later(**FELL)), id="another label"),
        pytest.param(groups(g0="50,902 > 40,902; 53,902 > 43,902"), OTHER_BUDGET, id="another budget"),
        pytest.param(groups(), groups(**FELL)[:1] + groups(**FELL)[1:2] + groups(**FELL)[-1:], id="a line alone"),
    ],
)
def test_an_uncertain_line_accuses_nobody(before: Sequence[str], now: Sequence[str]) -> None:
    document = report(8, now, history=[report(4, before)])
    assert cumulative(document) == []
    assert asignado(document) == []


def test_where_many_lines_fell_the_tables_may_speak_of_other_things() -> None:
    two = {**FELL, "g3": "1,064,978.45 > 964,978.45; 2,412,259.95 > 2,512,259.95"}
    document = report(8, later(**two), history=[report(4, groups())])
    (result,) = periods_cumulative.run(document)
    assert (result.outcome, result.n_applied) == ("not_applicable", 0)
    assert "no es seguro que las tablas hablen de lo mismo" in (result.reason or "")


@pytest.mark.parametrize(
    "caption",
    [
        (*CAPTION, "En el cuatrimestre"),
        (*CAPTION, "Mayo a agosto de 2023"),
        (*CAPTION, "Primer cuatrimestre 2023"),
        (*CAPTION, "Ejercicio fiscal 2022"),
    ],
)
def test_a_table_of_another_time_accuses_nobody(caption: tuple[str, ...]) -> None:
    april = report(4, groups(), caption=(*CAPTION, "Primer cuatrimestre 2023"))
    assert cumulative(report(8, later(**FELL), caption=(*CAPTION, "Segundo cuatrimestre 2023"), history=[april]))
    assert cumulative(report(8, later(**FELL), caption=caption, history=[april])) == []


def test_figures_of_the_period_alone_do_not_accumulate() -> None:
    april = report(4, groups())
    of_period = tuple(row.replace("Devengado", "Devengado en el período") for row in later(**FELL))
    assert cumulative(report(8, of_period, history=[april])) == []
    since_may = report(8, later(**FELL), history=[april])
    since_may.period_start = dt.date(2023, 5, 1)
    assert cumulative(since_may) == []


def test_without_proof_that_the_figures_accumulate_nobody_is_accused() -> None:
    bare = tuple(" | ".join(row.split(" | ")[:4]) for row in later(**FELL))
    april = report(4, groups())
    (result,) = periods_cumulative.run(report(8, bare, history=[april]))
    assert (result.outcome, result.n_applied) == ("not_applicable", 0)
    assert cumulative(report(8, bare, caption=(*CAPTION, "Al 31 de agosto de 2023"), history=[april])) != []


def test_grand_totals_that_fell_alike_in_several_tables_are_one_finding() -> None:
    places = (
        "Departamento | Asignado | Vigente | Devengado | Saldo",
        *(r.replace("Grupo", "Zona") for r in GROUPS[1:]),
    )
    gone = "Grupo 4 | 1,234,567.89 | 1,234,567.89 | 1,134,567.89 | 100,000.00"
    before = [(*GROUPS, gone, total(*GROUPS, gone)), (*places, gone, total(*places, gone))]
    now = [groups(), (*places, total(*places))]
    april = report(4, *before)
    for document in (april, august := report(8, *now, history=[april])):
        document.tables[1].kind = "programa"
    (finding,) = cumulative(august)
    assert finding.place.table_id.endswith("t01")
    assert len(finding.related) == 3, "the total before, and both totals of the other table"
    assert [r.n_applied - r.n_passed for r in periods_cumulative.run(august)] == [1, 0]

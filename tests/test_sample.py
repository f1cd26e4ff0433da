"""What the sample must show: its tables, its metadata and its contradictions, all of them confirmed, and no others."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from rendicion_etl.checks.model import Finding
from rendicion_etl.pipeline import Processed

RED, TABLA_4, TABLA_5 = 10, 4, 5  # their places among the tables of the document


@pytest.fixture(scope="module")
def findings(sample: Processed) -> list[Finding]:
    return [f for r in sample.results for f in r.findings]


def table_of(finding: Finding) -> int:
    return int(finding.place.table_id[-2:] or 0)  # prose is of none


def test_what_the_document_is(sample: Processed) -> None:
    d = sample.document
    assert (d.institution, d.fiscal_year, d.period, d.n_pages) == ("scep", 2021, "C1", 12)
    assert d.document_id == "scep-2021-c1-bbbbbbbb"
    assert (d.period_start, d.period_end) == (dt.date(2021, 1, 1), dt.date(2021, 4, 30))


def test_its_thirteen_tables(sample: Processed) -> None:
    tables = sample.document.tables
    assert [t.number for t in tables] == [
        *(f"Tabla No. {k}" for k in range(1, 8)),
        "Cuadro No. 2",
        "Tabla No. 8",
        None,
        *(f"Anexo {k}" for k in range(1, 4)),
    ]
    assert [t.copy_of and t.copy_of[-3:] for t in tables[-3:]] == ["t01", "t01", "t02"]
    assert [(t.first_page, t.last_page) for t in tables if t.first_page != t.last_page] == [
        (3, 4),
        (5, 6),
        (6, 7),
        (8, 9),
        (11, 12),
    ]
    assert all(t.whole for t in tables)


def test_every_finding_is_confirmed(findings: list[Finding]) -> None:
    assert {f.confidence for f in findings} == {"confirmed"}


def test_the_totals_of_red_against_their_rows(findings: list[Finding]) -> None:
    sums = {
        (f.printed, f.expected)
        for f in findings
        if f.check_id == "totals.column_sum" and f.severity == "critical" and table_of(f) == RED
    }
    assert sums == {
        (Decimal("63000000.00"), Decimal("62800000.00")),
        (Decimal("19834278.65"), Decimal("19834578.65")),
        (Decimal("43165721.35"), Decimal("42965421.35")),
        (Decimal(540), Decimal(560)),
    }
    assert [
        f for f in findings if f.check_id == "totals.column_sum" and table_of(f) != RED and f.severity != "info"
    ] == []


def test_the_physical_saldo_and_percentage_of_red(findings: list[Finding]) -> None:
    (identity,) = [f for f in findings if f.check_id == "identities.row"]
    assert (table_of(identity), {p.value for p in identity.related}) == (RED, {Decimal(1896), Decimal(1336)})
    (percent,) = [f for f in findings if f.check_id == "percentages.execution"]
    assert (table_of(percent), percent.printed, percent.expected) == (RED, 30, Decimal("28.48"))


def test_what_tables_print_twice_and_differently(findings: list[Finding]) -> None:
    twice = {
        (table_of(f), f.severity, f.printed, f.expected) for f in findings if f.check_id == "agreement.across_tables"
    }
    assert (TABLA_4, "warning", Decimal("9873197.24"), Decimal("9973167.22")) in twice
    assert (TABLA_4, "warning", Decimal("24306928.76"), Decimal("24206958.78")) in twice
    assert (RED, "critical", Decimal("19834278.65"), Decimal("19600925.75")) in twice
    assert {table for table, *_ in twice} == {TABLA_4, RED}


def test_the_regions_of_tabla_5(findings: list[Finding]) -> None:
    regions = [f for f in findings if f.check_id == "geography.region"]
    assert {table_of(f) for f in regions} == {TABLA_5}
    (name,) = [f for f in regions if f.printed is None]
    assert (name.printed_text, name.expected_text) == ("Región Nororiente", "Noroccidente")
    percentages = [f.printed_text for f in regions if f.printed is not None]
    assert percentages == ["25.68%", "28.23%", "28.42%", "30.30%", "32.14%", "26.79%", "30.37%"]


def test_execution_as_a_share_of_the_total_is_information(findings: list[Finding]) -> None:
    shares = [(table_of(f), f.severity) for f in findings if f.check_id == "percentages.base"]
    assert shares == [(1, "info"), (2, "info"), (3, "info"), (RED, "info")]


def test_tabla_6_adds_up_and_is_not_accused(sample: Processed, findings: list[Finding]) -> None:
    """The twenty departments sum to exactly the printed 14,916,190 inhabitants; the money is one cent off: rounding."""
    table = sample.document.tables[5]
    assert sum(table.value(r, 1) or 0 for r in range(1, 21)) == table.value(21, 1) == 14_916_190
    assert [(f.severity, f.difference) for f in findings if table_of(f) == 6] == [("info", Decimal("0.01"))]


def test_every_check_had_something_to_judge(sample: Processed) -> None:
    applied = {r.check_id for r in sample.results if r.n_applied}
    assert len(applied) == 12


def test_the_prose_leaves_out_the_grupo_that_has_most_of_the_budget(sample: Processed) -> None:
    findings = [f for r in sample.results for f in r.findings if f.check_id == "agreement.narrative"]
    assert [(f.place.page, f.printed_text, f.expected_text, f.confidence) for f in findings] == [
        (2, "1, 2, 3, 4, 9", "0, 1, 2, 3, 4, 9", "confirmed")
    ]
    assert len([s for s in sample.document.statements if s.scope]) >= 9

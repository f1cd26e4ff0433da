"""The summary counts comparisons made and held by severity, and keeps apart what did not apply."""

from __future__ import annotations

from decimal import Decimal

from site_examples import TABLE_ID, cells, document, result, table

from rendicion_etl.site.data import Curated
from rendicion_etl.site.summary import CheckLine, Tally, check_lines, read_of, severities, tallies
from rendicion_etl.site.words import Words

SEVERITIES = {"totals.column_sum": "critical", "identities.row": "critical", "percentages.base": "info"}
RESULTS = [
    result(n_applied=5, n_passed=4),
    result(outcome="pass", n_applied=3, n_passed=3),
    result(outcome="not_applicable", reason="sin total", n_applied=0),
    result(outcome="not_applicable", reason="sin total", n_applied=0),
    result(outcome="not_applicable", n_applied=0),
    result("identities.row", outcome="pass", n_applied=10, n_passed=10),
    result("percentages.base", outcome="not_applicable", reason="sin porcentajes", n_applied=0),
]


def lines() -> list[CheckLine]:
    return check_lines(RESULTS, SEVERITIES, Words("es"))


def test_comparisons_are_counted_over_tables() -> None:
    line = next(line for line in lines() if line.check_id == "totals.column_sum")
    assert (line.tables, line.made, line.held, line.refused) == (2, 8, 7, 3)
    assert line.not_applicable == [("sin total", 2), ("sin razón registrada", 1)]


def test_what_did_not_apply_is_not_counted_as_held() -> None:
    assert tallies(lines()) == [Tally("critical", 18, 17), Tally("info", 0, 0)]


def test_gravest_checks_come_first() -> None:
    assert [line.severity for line in lines()] == ["critical", "critical", "info"]


def test_the_registry_says_how_grave_a_rule_is() -> None:
    assert severities()["totals.column_sum"] == "critical"
    assert severities()["percentages.base"] == "info"


def test_what_was_read() -> None:
    tables = [table(), table(agreement=Decimal("0.9")), table(agreement=None, reader="aligned")]
    read = read_of(Curated(document(), tables, {TABLE_ID: cells()}, [], []))
    assert (read.tables, read.cells, read.numbers) == (3, 12, 6)
    assert (read.compared, read.agreeing) == (2, 1)
    assert read.readers == ["aligned", "ruled"]

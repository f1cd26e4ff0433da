"""The summary counts comparisons made and held by check, and keeps apart what did not apply or is in doubt."""

from __future__ import annotations

from decimal import Decimal

from site_examples import cells, document, finding, result, table

from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.site.cells import gather
from rendicion_etl.site.data import Curated
from rendicion_etl.site.summary import CheckLine, check_lines, read_of, title_of
from rendicion_etl.site.words import Words

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
    return check_lines(RESULTS, [finding(1, confidence="unconfirmed")], Words("es"))


def test_comparisons_are_counted_over_tables() -> None:
    line = next(line for line in lines() if line.check_id == "totals.column_sum")
    assert (line.tables, line.made, line.held, line.refused) == (2, 7, 7, 3)
    assert line.not_applicable == [("sin total", 2), ("sin razón registrada", 1)]


def test_what_is_in_doubt_is_counted_apart() -> None:
    assert {line.check_id: line.in_doubt for line in lines()} == {
        "totals.column_sum": 1,
        "identities.row": 0,
        "percentages.base": 0,
    }


def test_gravest_checks_come_first() -> None:
    assert [line.severity for line in lines()] == ["critical", "critical", "info"]


def test_a_check_is_called_by_what_its_rule_asserts() -> None:
    rule = public_rule("totals.column_sum", "es")
    line = next(line for line in lines() if line.check_id == "totals.column_sum")
    assert (line.title, line.rule) == (rule.title, rule)


def test_a_check_that_the_registry_no_longer_has_is_called_by_its_id() -> None:
    (line,) = check_lines([result("totals.gone", outcome="pass", n_passed=2)], [], Words("en"))
    assert (line.title, line.severity, line.rule) == ("totals.gone", "info", None)
    assert title_of("totals.gone", Words("es")) == "totals.gone"


def test_what_was_read() -> None:
    tables = [table(), table(agreement=Decimal("0.9")), table(agreement=None, reader="aligned")]
    read = read_of(Curated(document(), tables, gather([cells()[:4], cells()[4:]], tables), [], []))
    assert (read.tables, read.cells, read.numbers) == (3, 12, 6)
    assert (read.compared, read.agreeing) == (2, 1)
    assert read.readers == ["aligned", "ruled"]

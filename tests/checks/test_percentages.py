"""percentages.execution and percentages.base: the base decided by the rows, rounding, cutting off."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl.checks import percentages_base, percentages_execution
from rendicion_etl.checks.model import Result

HEADER = "Grupo | Vigente | Devengado | % Ejecución"
BY_ROW = (
    "Grupo 0 | 200.00 | 50.00 | 25.00%",
    "Grupo 1 | 300.00 | 100.00 | 33.33%",
    "Grupo 2 | 500.00 | 400.00 | 80.00%",
)
BY_TOTAL = ("Grupo 0 | 200.00 | 50.00 | 5%", "Grupo 1 | 300.00 | 100.00 | 10%", "Grupo 2 | 500.00 | 400.00 | 40%")


def execution(*rows: str) -> Result:
    return percentages_execution.run(document(printed(*rows)))[0]


def base(*rows: str) -> Result:
    return percentages_base.run(document(printed(*rows)))[0]


def test_shares_of_the_row_hold() -> None:
    result = execution(HEADER, *BY_ROW, "TOTAL | 1,000.00 | 550.00 | 55.00%")
    assert (result.outcome, result.n_applied) == ("pass", 4)


def test_shares_of_the_total_hold_too() -> None:
    result = execution(HEADER, *BY_TOTAL, "TOTAL | 1,000.00 | 550.00 | 55%")
    assert (result.outcome, result.n_applied) == ("pass", 4)


def test_a_wrong_percentage_is_accused() -> None:
    rows = [r.replace("33.33%", "43.33%") for r in BY_ROW]
    (finding,) = execution(HEADER, *rows, "TOTAL | 1,000.00 | 550.00 | 55.00%").findings
    assert (finding.severity, finding.place.row, finding.printed, finding.expected) == (
        "warning",
        2,
        Decimal("43.33"),
        Decimal("33.33"),
    )


def test_one_unit_in_the_last_digit_is_information() -> None:
    rows = [r.replace("33.33%", "33.34%") for r in BY_ROW]
    (finding,) = execution(HEADER, *rows, "TOTAL | 1,000.00 | 550.00 | 55.00%").findings
    assert finding.severity == "info"


def test_a_column_that_cuts_off_is_read_as_it_prints() -> None:
    rows = ("A | 300.00 | 200.00 | 66.66%", "B | 600.00 | 500.00 | 83.33%", "C | 900.00 | 800.00 | 88.88%")
    assert execution(HEADER, *rows).outcome == "pass"


def test_does_not_apply_to_a_column_that_no_quotient_explains() -> None:
    result = execution(HEADER, "A | 300.00 | 200.00 | 1%", "B | 600.00 | 500.00 | 2%", "C | 900.00 | 800.00 | 3%")
    assert (result.outcome, result.reason) == ("not_applicable", "ningún cociente explica la columna de porcentajes")


def test_does_not_apply_without_percentages_or_with_a_base_of_zero() -> None:
    assert execution("Grupo | Vigente | Devengado", "A | 1.00 | 1.00", "B | 2.00 | 1.00").outcome == "not_applicable"
    assert execution(HEADER, *BY_ROW, "Grupo 9 | 0.00 | 0.00 | 90.00%").outcome == "pass"


def test_execution_that_is_a_share_of_the_total_is_pointed_out_once() -> None:
    result = base(HEADER, *BY_TOTAL, "TOTAL | 1,000.00 | 550.00 | 55%")
    (finding,) = result.findings
    assert (result.outcome, finding.severity, finding.place.row, finding.expected) == (
        "fail",
        "info",
        3,
        Decimal("80.00"),
    )


def test_a_copy_is_not_pointed_out_again() -> None:
    rows = (HEADER, *BY_TOTAL, "TOTAL | 1,000.00 | 550.00 | 55%")
    first, copy = percentages_base.run(document(printed(*rows), printed(*rows)))
    assert (first.outcome, copy.outcome) == ("fail", "not_applicable")


def test_execution_of_the_row_passes_and_other_headers_do_not_apply() -> None:
    assert base(HEADER, *BY_ROW, "TOTAL | 1,000.00 | 550.00 | 55.00%").outcome == "pass"
    other = HEADER.replace("% Ejecución", "% del total")
    assert base(other, *BY_TOTAL, "TOTAL | 1,000.00 | 550.00 | 55%").outcome == "not_applicable"

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


PERIODS = (
    "Grupo | Enero a abril | < | < | Mayo a agosto | < | <",
    "| Vigente | Devengado | % | Vigente | Devengado | %",
)
TWICE = (
    "A | 800.00 | 200.00 | 25.00% | 900.00 | 300.00 | 33.33%",
    "B | 700.00 | 310.00 | 44.29% | 710.00 | 410.00 | 57.75%",
    "C | 640.00 | 123.00 | 19.22% | 640.00 | 256.00 | 40.00%",
    "D | 555.00 | 444.00 | 80.00% | 555.00 | 500.00 | 90.09%",
    "E | 310.00 | 222.00 | 71.61% | 310.00 | 290.00 | 93.55%",
)


def test_of_two_periods_each_percentage_divides_the_columns_of_its_own() -> None:
    result = execution(*PERIODS, *TWICE)
    assert (result.outcome, result.n_applied) == ("pass", 10)
    (finding,) = execution(*PERIODS, *(r.replace("19.22%", "91.22%") for r in TWICE)).findings
    assert (finding.place.row, finding.place.col, finding.expected) == (4, 3, Decimal("19.22"))


def test_a_wrong_base_of_one_period_is_told_though_the_other_period_prints_it_right() -> None:
    (finding,) = execution(*PERIODS, *(r.replace("640.00 | 123.00", "460.00 | 123.00") for r in TWICE)).findings
    assert [p.value for p in finding.related] == [Decimal("123.00"), Decimal("460.00")]


def test_two_wrong_rows_leave_a_column_that_no_header_names_without_a_quotient() -> None:
    rows = [r.replace("19.22%", "91.22%").replace("25.00%", "52.00%") for r in TWICE]
    assert execution(*PERIODS, *rows).n_applied == 5


def test_what_another_quotient_or_one_more_term_explains_is_no_contradiction() -> None:
    header = "Grupo | Enero | Febrero | Programado | Avance %"
    rows = (
        "A | 0.00 | 200.00 | 800.00 | 25.00",
        "B | 0.00 | 310.00 | 700.00 | 44.29",
        "C | 0.00 | 123.00 | 640.00 | 19.22",
    )
    rows = (*rows, "D | 0.00 | 444.00 | 555.00 | 80.00", "E | 0.00 | 222.00 | 310.00 | 71.61")
    slip, both = "F | 100.00 | 200.00 | 900.00 | 32.22", "F | 150.00 | 200.00 | 900.00 | 38.89"
    assert execution(header, *rows, slip).outcome == "fail"
    assert execution(header, *rows, both).outcome == "not_applicable"
    assert execution(header, *rows, slip.replace("32.22", "47.81")).outcome == "not_applicable", "no slip"


def test_columns_of_one_year_belong_together() -> None:
    header = "Grupo | Vigente 2023 | Devengado 2023 | % ej. 2023 | Vigente 2024 | Devengado 2024 | % ej. 2024"
    (finding,) = execution(header, *(r.replace("640.00 | 123.00", "460.00 | 123.00") for r in TWICE)).findings
    assert [p.value for p in finding.related] == [Decimal("123.00"), Decimal("460.00")]


def test_columns_that_are_spent_to_the_last_cent_say_nothing_of_what_is_divided() -> None:
    rows = [f"{k} | {k}50.00 | {k}50.00 | 100.00%" for k in range(1, 7)]
    result = execution("Obra | Contratado | Facturado | % Físico", *rows, "9 | 950.00 | 950.00 | 60.00%")
    assert result.outcome == "not_applicable"


MILLIONS = (
    "A | 6.51 | 3.79 | 58.26%",
    "B | 3.72 | 1.85 | 49.92%",
    "C | 5.08 | 3.83 | 75.26%",
    "D | 3.32 | 1.16 | 34.82%",
)


def in_millions(*rows: str) -> Result:
    raw = printed(HEADER, *rows, caption=["Cuadro 1", "Ejecución por grupo de gasto (en millones de quetzales)"])
    return percentages_execution.run(document(raw))[0]


def test_rounded_amounts_stand_for_all_that_they_may_be() -> None:
    assert (in_millions(*MILLIONS).outcome, in_millions(*MILLIONS).n_applied) == ("pass", 4)
    (finding,) = in_millions(*(r.replace("34.82%", "32.82%") for r in MILLIONS)).findings
    assert (finding.severity, finding.place.row) == ("warning", 4)


def test_a_base_of_few_units_may_be_far_smaller_than_its_print() -> None:
    """0.0249 of 0.0251 million are 99.20 %, and are printed as 0.02 of 0.03; 0.00 may be any base."""
    result = in_millions(*MILLIONS, "E | 0.03 | 0.02 | 99.20%", "F | 0.01 | 0.01 | 60.00%")
    assert (result.outcome, result.n_applied) == ("pass", 6)
    assert in_millions(*MILLIONS, "E | 0.03 | 0.02 | 10.00%").outcome == "fail"


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

"""totals.column_sum and totals.subtotal: holds, fails, does not apply."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl.checks import totals_column_sum, totals_subtotal
from rendicion_etl.checks.model import Result

HEADER = "Grupo de Gasto | Vigente | Devengado | Saldo por Ejecutar"
ROWS = (
    "Grupo 0 | Q 50.00 | Q 20.00 | Q 30.00",
    "Grupo 1 | Q 40.50 | Q 10.25 | Q 30.25",
    "Grupo 2 | Q 9.50 | Q 4.75 | Q 4.75",
)


def column_sum(*rows: str, whole: bool = True) -> Result:
    return totals_column_sum.run(document(printed(*rows, whole=whole)))[0]


def test_totals_that_hold_pass_in_every_column() -> None:
    result = column_sum(HEADER, *ROWS, "TOTAL | Q 100.00 | Q 35.00 | Q 65.00")
    assert (result.outcome, result.n_applied, result.n_passed) == ("pass", 3, 3)


def test_a_wrong_total_is_accused_with_its_addends() -> None:
    result = column_sum(HEADER, *ROWS, "TOTAL | Q 100.00 | Q 53.00 | Q 65.00")
    (finding,) = result.findings
    assert (result.outcome, finding.severity) == ("fail", "critical")
    assert (finding.printed, finding.expected, finding.difference) == (
        Decimal("53.00"),
        Decimal("35.00"),
        Decimal("18.00"),
    )
    assert (finding.place.row, finding.place.col) == (4, 2)
    assert [p.value for p in finding.related] == [Decimal("20.00"), Decimal("10.25"), Decimal("4.75")]
    assert "53.00" in finding.message_es
    assert "35.00" in finding.message_en
    assert finding.hint_es == "Dos cifras están intercambiadas: 53 por 35."


def test_a_cent_among_rounded_rows_is_information() -> None:
    (finding,) = column_sum(HEADER, *ROWS, "TOTAL | Q 100.01 | Q 35.00 | Q 65.00").findings
    assert finding.severity == "info"


def test_counts_must_agree_exactly() -> None:
    rows = ("Departamento | Número de Habitantes", "Guatemala | 3,515,775", "Zacapa | 267,718", "Petén | 1,000")
    assert column_sum(*rows, "TOTAL | 3,784,493.00").outcome == "pass"
    (finding,) = column_sum(*rows, "TOTAL | 3,784,393.00").findings
    assert finding.difference == -100


def test_amounts_printed_in_whole_units_are_intervals() -> None:
    rows = ("Grupo | Vigente | Saldo", "Grupo 0 | Q 5 | Q 1", "Grupo 1 | Q 6 | Q 1", "Grupo 2 | Q 7 | Q 1")
    assert column_sum(*rows, "TOTAL | Q 20 | Q 3").outcome == "pass"
    assert column_sum(*rows, "TOTAL | Q 25 | Q 3").outcome == "fail"


def test_does_not_apply_without_a_total() -> None:
    result = column_sum(HEADER, *ROWS)
    assert (result.outcome, result.n_applied, result.reason) == ("not_applicable", 0, "la tabla no tiene fila de total")


def test_does_not_apply_where_a_part_of_the_table_may_be_missing() -> None:
    result = column_sum(HEADER, *ROWS, "TOTAL | Q 200.00 | Q 35.00 | Q 65.00", whole=False)
    assert (result.outcome, result.reason) == (
        "not_applicable",
        "puede faltar una parte de la tabla, o hay filas que se leyeron juntas",
    )


def test_does_not_apply_to_a_column_with_a_cell_that_is_no_number() -> None:
    result = column_sum(HEADER, *ROWS, "Grupo 3 | n/d | Q 0.00 | Q 0.00", "TOTAL | Q 200.00 | Q 35.00 | Q 65.00")
    assert (result.outcome, result.n_applied) == ("pass", 2)


def test_does_not_apply_to_a_column_with_blanks_that_does_not_close() -> None:
    result = column_sum(HEADER, *ROWS, "Grupo 3 | | Q 0.00 | Q 0.00", "TOTAL | Q 200.00 | Q 35.00 | Q 65.00")
    assert (result.outcome, result.n_applied) == ("pass", 2)


def test_does_not_apply_where_it_is_not_certain_what_a_total_sums() -> None:
    result = column_sum(
        "Grupo | Vigente | Saldo",
        "Grupo 0 | Q 5.00 | Q 1.00",
        "Grupo 1 | Q 6.00 | Q 1.00",
        "TOTAL | Q 900.00 | Q 40.00",
    )
    assert result.outcome == "not_applicable"


GROUPS = (
    "Departamento/ Municipios | No. de Monitoreo",
    "CHIMALTENANGO | 14",
    "Chimaltenango | 10",
    "El Tejar | 4",
    "CHIQUIMULA | 9",
    "San Juan Ermita | 4",
    "Chiquimula | 5",
    "IZABAL | 5",
    "Los Amates | 3",
    "Morales | 2",
    "ZACAPA | 3",
    "Gualán | 1",
    "Zacapa | 2",
)


def subtotal(*rows: str) -> Result:
    return totals_subtotal.run(document(printed(*rows)))[0]


def test_group_rows_equal_the_rows_below_them() -> None:
    result = subtotal(*GROUPS, "TOTAL GENERAL | 31")
    assert (result.outcome, result.n_applied) == ("pass", 4)


def test_one_wrong_group_among_many_is_accused() -> None:
    rows = [r.replace("IZABAL | 5", "IZABAL | 8") for r in GROUPS]
    (finding,) = subtotal(*rows, "TOTAL GENERAL | 31").findings
    assert (finding.severity, finding.printed, finding.expected) == ("warning", 8, 5)


def test_no_group_is_accused_where_few_close() -> None:
    rows = [r.replace("IZABAL | 5", "IZABAL | 8").replace("ZACAPA | 3", "ZACAPA | 9") for r in GROUPS]
    assert subtotal(*rows, "TOTAL GENERAL | 31").outcome == "not_applicable"

"""identities.row: holds, fails at the cell that does not fit, does not apply."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl.checks import identities_row
from rendicion_etl.checks.identities import established, is_named
from rendicion_etl.checks.model import Result
from rendicion_etl.tables.model import RawTable

HEADER = "Código | Programa | Asignado | Modificaciones | Vigente | Devengado | Saldo por devengar"
ROWS = (
    "01 | Actividades Centrales | 100.00 | (10.00) | 90.00 | 30.00 | 60.00",
    "11 | Fomento | 200.00 | 5.00 | 205.00 | 100.00 | 105.00",
    "12 | Formación | 50.00 | 5.00 | 55.00 | 11.00 | 44.00",
    "13 | Promoción | 60.00 | 7.00 | 67.00 | 12.00 | 55.00",
)
TOTAL = "| TOTAL | 410.00 | 7.00 | 417.00 | 153.00 | 264.00"


def judged(raw: RawTable) -> Result:
    return identities_row.run(document(raw))[0]


def identities(*rows: str) -> Result:
    return judged(printed(*rows))


def test_both_identities_hold_in_every_row() -> None:
    result = identities(HEADER, *ROWS, TOTAL)
    assert (result.outcome, result.n_applied, result.n_passed) == ("pass", 10, 10)


def test_the_result_is_accused_where_nothing_else_decides() -> None:
    rows = ("Grupo | Vigente | Devengado | Saldo", "A | 9.00 | 3.00 | 6.00", "B | 8.00 | 3.00 | 5.00")
    (finding,) = identities(*rows, "C | 7.00 | 2.00 | 5.00", "D | 7.00 | 2.00 | 4.00").findings
    assert (finding.place.row, finding.column_role, finding.expected) == (4, "saldo", Decimal("5.00"))


def test_what_a_saldo_is_left_of_is_learned_from_the_rows() -> None:
    result = identities(
        "Grupo | Vigente | Comprometido | Devengado | Saldo por comprometer",
        "A | 9.00 | 5.00 | 3.00 | 4.00",
        "B | 8.00 | 6.00 | 3.00 | 2.00",
        "C | 7.00 | 4.00 | 2.00 | 3.00",
    )
    assert (result.outcome, result.n_applied) == ("pass", 3)


def test_the_physical_half_has_its_own_identity() -> None:
    result = identities(
        "Producto | Financiero | < | < | Físico | < | <",
        "^ | Vigente | Ejecutado | Saldo | Vigente | Ejecutado | Saldo",
        "A | Q 9.00 | Q 3.00 | Q 6.00 | 12 | 4 | 8",
        "B | Q 8.00 | Q 3.00 | Q 5.00 | 48 | 12 | 36",
        "C | Q 7.00 | Q 2.00 | Q 5.00 | 52 | 13 | 39",
        "D | Q 6.00 | Q 1.00 | Q 5.00 | 52 | 13 | 93",
    )
    (finding,) = result.findings
    assert (finding.printed, finding.expected, finding.column_role) == (93, 39, "count")


def test_does_not_apply_where_the_columns_are_not_all_printed() -> None:
    assert identities("Grupo | Vigente | Devengado", "A | 9.00 | 3.00", "B | 8.00 | 3.00").outcome == "not_applicable"


def test_does_not_apply_where_the_rows_do_not_bear_it_out() -> None:
    rows = ("Grupo | Vigente | Devengado | Saldo", "A | 9.00 | 3.00 | 6.00", "B | 8.00 | 3.00 | 5.00")
    result = identities(*rows, "C | 7.00 | 2.00 | 1.00", "D | 7.00 | 2.00 | 1.50")
    assert (result.outcome, result.reason) == ("not_applicable", "las filas no confirman la identidad")


def test_does_not_apply_to_a_table_that_is_not_whole() -> None:
    raw = printed(HEADER, *(r.replace("(10.00)", "(1.00)") for r in ROWS), TOTAL, whole=False)
    assert identities_row.run(document(raw))[0].outcome == "not_applicable"


def test_does_not_apply_to_a_row_with_a_blank() -> None:
    assert identities(HEADER, *ROWS, "14 | Otros | 5.00 | | 9.00 | 1.00 | 8.00").outcome == "pass"


def test_rows_that_leave_one_term_blank_bear_out_what_the_header_names() -> None:
    header, wrong = "Grupo | Asignado | Modificaciones | Vigente", "D | 82.50 | 8.23 | 90.82"
    blank = ("B | 41.00 | | 41.00", "C | 52.00 | | 52.00")
    (finding,) = identities(header, "A | 35.00 | 4.00 | 39.00", *blank, wrong).findings
    assert (finding.place.row, finding.expected) == (4, Decimal("90.73"))
    assert identities(header, *blank, wrong).outcome == "not_applicable", "no row has all terms"
    other = ("B | 41.00 | | 48.00", "C | 52.00 | | 57.00")
    assert identities(header, "A | 35.00 | 4.00 | 39.00", *other, wrong).outcome == "not_applicable"


SALDO = (
    "Grupo | Vigente | Devengado | Reserva | Saldo",
    "A | 9.00 | 3.00 | 0.00 | 6.00",
    "B | 8.00 | 3.00 | 0.00 | 5.00",
)


def test_a_term_that_the_identity_does_not_know_explains_the_rows_that_fail() -> None:
    rows = (*SALDO, "C | 7.00 | 2.00 | 0.00 | 5.00", "D | 7.00 | 2.00 | 1.00 | 4.00")
    result = identities(*rows)
    assert (result.findings, result.n_applied) == ([], 3)
    (finding,) = identities(*rows[:-1], "D | 7.00 | 2.00 | 1.00 | 3.50").findings
    assert finding.expected == Decimal("5.00")


def test_rows_with_a_term_of_zero_prove_no_identity() -> None:
    rows = ("Grupo | Vigente | Devengado | Saldo", "A | 9.00 | 0.00 | 9.00", "B | 8.00 | 0.00 | 8.00")
    assert identities(*rows, "C | 7.00 | 0.00 | 7.00", "D | 7.00 | 2.00 | 1.00").outcome == "not_applicable"


def test_what_is_overspent_may_be_printed_as_zero_and_por_comprometer_holds_more_than_is_printed() -> None:
    rows = ("Grupo | Vigente | Devengado | Saldo", "A | 9.00 | 3.00 | 6.00", "B | 8.00 | 3.00 | 5.00")
    rows = (*rows, "C | 7.00 | 2.00 | 5.00")
    assert identities(*rows, "D | 7.00 | 9.00 | 0.00").findings == []
    assert (
        identities(rows[0].replace("Saldo", "Saldo por comprometer"), *rows[1:], "D | 7.00 | 2.00 | 1.00").findings
        == []
    )


def test_two_columns_of_one_phase_make_no_identity() -> None:
    rows = ("Grupo | Vigente | Devengado a marzo | Devengado en abril | Saldo", "A | 9.00 | 3.00 | 1.00 | 6.00")
    assert (
        identities(*rows, "B | 8.00 | 3.00 | 1.00 | 5.00", "C | 8.00 | 2.00 | 1.00 | 6.00").outcome == "not_applicable"
    )


def test_an_identity_that_the_header_prints_is_judged_whatever_the_columns_are_called() -> None:
    rows = (
        "Concepto | Techo | Ampliación neta | Final | Uso | Resto",
        "| A | B | C=A+B | D | E=(C-D)",
        "Uno | 100.00 | 20.00 | 120.00 | 50.00 | 70.00",
        "Dos | 200.00 | 30.00 | 230.00 | 60.00 | 170.00",
        "Tres | 300.00 | 0.00 | 300.00 | 70.00 | 230.00",
        "Cuatro | 50.00 | 5.00 | 55.00 | 7.00 | 48.00",
    )
    result = judged(printed(*rows, bold=(0, 1)))
    assert (result.outcome, result.n_applied) == ("pass", 8)
    (finding,) = judged(printed(*rows[:-1], "Cuatro | 50.00 | 5.00 | 55.00 | 7.00 | 84.00", bold=(0, 1))).findings
    assert (finding.printed, finding.expected) == (Decimal("84.00"), Decimal("48.00"))


def test_a_quotient_in_the_header_is_no_sum() -> None:
    table = document(
        printed(
            "Concepto | Uno | Dos | Tres",
            "| A | B | C=A+B/2",
            "x | 1,000.00 | 2.00 | 1,002.00",
            "y | 2,000.00 | 2.00 | 2,002.00",
            "z | 3,000.00 | 2.00 | 3,001.00",
            bold=(0, 1),
        )
    ).tables[0]
    assert not is_named(table)


PEOPLE = (
    "Departamento | Mujeres | Hombres | Total",
    "Guatemala | 1,204 | 1,187 | 2,391",
    "Zacapa | 413 | 209 | 622",
    "Petén | 318 | 577 | 895",
)


def test_a_total_of_columns_is_learned_from_the_rows() -> None:
    assert identities(*PEOPLE).n_passed == 3
    (finding,) = identities(*PEOPLE, "Izabal | 520 | 300 | 802").findings
    assert (finding.printed, finding.expected, finding.place.col) == (802, 820, 3)
    assert "Mujeres + Hombres" in finding.message_es


def test_small_figures_prove_no_identity_that_no_header_names() -> None:
    rows = ("Lugar | Ene | Feb | Mar", "A | 1 | 2 | 3", "B | 2 | 2 | 4", "C | 3 | 2 | 5", "D | 1 | 4 | 5")
    assert identities(*rows).outcome == "not_applicable"


def test_what_nothing_but_the_rows_tells_accuses_one_row_only_and_only_of_a_slip() -> None:
    right = [f"Línea {n} | {n * 11000 + 7}.50 | {n * 1300}.25 | {n * 12300 + 7}.75" for n in range(1, 8)]
    header = "Concepto | Primera | Segunda | Tercera"
    assert identities(header, *right).n_passed == 7
    slip = "Línea 8 | 88007.50 | 10400.25 | 98704.75"  # 98407.75 with two digits swapped
    (finding,) = identities(header, *right, slip).findings
    assert finding.expected == Decimal("98407.75")
    other = "Línea 8 | 88007.50 | 10400.25 | 99999.99"
    assert identities(header, *right, other).findings == []
    assert identities(header, *right, slip, slip.replace("8 |", "9 |")).outcome == "not_applicable"


def test_columns_that_are_nearly_equal_do_not_accuse_each_other() -> None:
    """Pagado follows devengado but in one row: what is left of vigente is told by devengado alone."""
    header = "Grupo | Vigente | Devengado | Pagado | Saldo"
    rows = [f"G{n} | {n * 9000}.00 | {n * 700}.00 | {n * 700}.00 | {n * 8300}.00" for n in range(1, 7)]
    assert identities(header, *rows, "G7 | 5000.00 | 400.00 | 300.00 | 4600.00").outcome == "pass"


def test_an_identity_that_follows_from_others_is_not_judged_again() -> None:
    assert len(established(document(printed(HEADER, *ROWS, TOTAL)).tables[0])) == 2


def test_one_column_that_makes_up_a_gap_in_one_row_is_a_term_in_all() -> None:
    header = "Grupo | Vigente | Devengado | Reserva | Saldo"
    rows = [f"G{n} | {n * 9000}.00 | {n * 700}.00 | 0.00 | {n * 8300}.00" for n in range(1, 7)]
    rows += ["G7 | 5000.00 | 400.00 | 123.00 | 4477.00", "G8 | 5000.00 | 400.00 | 0.00 | 4006.00"]
    assert identities(header, *rows).findings == []

"""totals.column_sum and totals.subtotal: holds, fails, does not apply."""

from __future__ import annotations

from decimal import Decimal

import pytest

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
    rows = ("Grupo | Vigente | Saldo", "Grupo 0 | Q 505 | Q 100", "Grupo 1 | Q 606 | Q 100", "Grupo 2 | Q 707 | Q 100")
    assert column_sum(*rows, "TOTAL | Q 1,820 | Q 300").outcome == "pass"
    assert column_sum(*rows, "TOTAL | Q 1,825 | Q 300").outcome == "fail"


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


def test_of_rounded_figures_a_total_that_closes_without_one_of_two_equal_rows_is_judged() -> None:
    """In millions no column closes to the last digit."""
    header = "Grupo de Gasto | Vigente | Devengado | Saldo por Ejecutar"
    rows = ("A | 2.40 | 1.47 | 0.94", "A | 2.40 | 1.47 | 0.94", "B | 3.02 | 1.42 | 1.60", "C | 8.42 | 7.61 | 0.81")
    total = "TOTAL | 13.85 | 10.49 | 3.36"
    raw = printed(header, *rows, total, caption=["Cuadro 1", "En millones de quetzales"])
    assert len(totals_column_sum.run(document(raw))[0].findings) == 3
    assert column_sum(header, *rows, total).outcome == "not_applicable", "nothing says that they are rounded"


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


HONEST = {
    "children below their programme, which no sign marks": (
        "Programa / actividad | Asignado | Modificaciones | Vigente",
        "Actividades centrales | 10,000.00 | 0.00 | 10,000.00",
        "Dirección superior | 6,000.00 | 250.00 | 6,250.00",
        "Administración | 4,000.00 | (250.00) | 3,750.00",
        "Apoyo | 8,000.00 | 0.00 | 8,000.00",
        "Planificación | 5,000.00 | 100.00 | 5,100.00",
        "Comunicación | 3,000.00 | (100.00) | 2,900.00",
        "TOTAL | 18,000.00 | 0.00 | 18,000.00",
    ),
    "an accumulated column beside the month's": (
        "Mes | Ejecutado en el mes | Ejecutado acumulado",
        "Enero | 1,250.10 | 1,250.10",
        "Febrero | 1,410.35 | 2,660.45",
        "Marzo | 1,198.50 | 3,858.95",
        "TOTAL | 3,858.95 | 3,858.95",
    ),
    "a budget repeated in every row, and what is left running down": (
        "Mes | Presupuesto vigente | Devengado | Saldo por devengar",
        "Enero | 63,000.00 | 1,250.00 | 61,750.00",
        "Febrero | 63,000.00 | 1,410.00 | 60,340.00",
        "Marzo | 63,000.00 | 1,340.00 | 59,000.00",
        "TOTAL | 63,000.00 | 4,000.00 | 59,000.00",
    ),
    "a rate": (
        "Departamento | Población | Casos | Tasa por 100,000",
        "Guatemala | 3,573,179 | 1,420 | 39.74",
        "El Progreso | 207,187 | 61 | 29.44",
        "Sacatepéquez | 417,308 | 144 | 34.51",
        "Total | 4,197,674 | 1,625 | 38.71",
    ),
    "the first five, and the national total": (
        "Departamento | Vigente | Devengado",
        "Guatemala | 20,500.00 | 7,300.50",
        "Quetzaltenango | 4,210.00 | 1,200.00",
        "Alta Verapaz | 3,150.20 | 1,010.75",
        "Total nacional | 40,120.30 | 13,050.40",
    ),
    "a memo row": (
        "Servicio | Personas",
        "Consulta externa | 4,210",
        "Emergencia | 6,250",
        "de los cuales, niños | 2,137",
        "Laboratorio | 9,800",
        "Total | 20,260",
    ),
    "deductions": (
        "Concepto | Monto",
        "Sueldos | 1,200.00",
        "Bonificaciones | 300.00",
        "(-) Descuentos | 137.00",
        "Total | 1,363.00",
    ),
    "percentages of physical targets": (
        "Producto | Financiero | < | Físico | < | <",
        "^ | Vigente | Ejecutado | Vigente | Ejecutado | %",
        "A | Q 90.00 | Q 30.00 | 12 | 3 | 25",
        "B | Q 80.00 | Q 30.00 | 48 | 36 | 75",
        "C | Q 70.00 | Q 20.00 | 52 | 52 | 100",
        "TOTAL | Q 240.00 | Q 80.00 | 112 | 91 | 81",
    ),
    "a group after the last one that belongs to none": (
        "Departamento | Casos",
        "GUATEMALA | 14",
        "Mixco | 10",
        "Amatitlán | 4",
        "IZABAL | 5",
        "Los Amates | 3",
        "Morales | 2",
        "ZACAPA | 7",
        "Gualán | 5",
        "Zacapa | 2",
        "Multidepartamental | 9",
        "TOTAL | 35",
    ),
}


@pytest.mark.parametrize("rows", HONEST.values(), ids=HONEST.keys())
def test_honest_tables_that_naive_sums_would_accuse(rows: tuple[str, ...]) -> None:
    raw = printed(*rows, bold=(0, 1) if "^" in rows[1] else (0,))
    results = [check.run(document(raw))[0] for check in (totals_column_sum, totals_subtotal)]
    assert [f.message_es for r in results for f in r.findings if f.severity != "info"] == []


def test_a_row_proven_in_one_column_is_judged_in_the_others() -> None:
    rows = ("Grupo | Vigente | Devengado", "A | 1,000.00 | 100.00", "B | 2,000.00 | 150.00", "C | 3,000.00 | 0.00")
    (finding,) = column_sum(*rows, "TOTAL | 6,000.00 | 255.00").findings
    assert (finding.printed, finding.expected) == (255, 250)


def test_what_is_not_proven_is_judged_only_where_a_slip_makes_the_difference() -> None:
    rows = ("Departamento | Casos", "Guatemala | 140", "Zacapa | 241", "Petén | 342")
    assert column_sum(*rows, "TOTAL | 713").findings
    assert column_sum(*rows, "TOTAL | 736").outcome == "not_applicable"

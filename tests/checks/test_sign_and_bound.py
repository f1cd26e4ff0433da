"""values.sign_and_bound: spent within the budget, beyond it (told once a row), and what it says nothing of."""

from __future__ import annotations

from collections.abc import Sequence

from printed import document, printed
from rendicion_etl.checks import values_sign_and_bound
from rendicion_etl.checks.model import Result

HEADER = "Grupo de gasto | Vigente | Devengado | Saldo | % Ejecución"
ROWS = (
    "Servicios personales | 900.00 | 300.00 | 600.00 | 33.33",
    "Servicios no personales | 400.00 | 400.00 | 0.00 | 100.00",
    "Materiales | 300.00 | 30.00 | 270.00 | 10.00",
    "Transferencias | 200.00 | 20.00 | 180.00 | 10.00",
)
OVER = "Equipo | 100.00 | 120.00 | (20.00) | 120.00"


def judge(*rows: str, caption: Sequence[str] = ("Ejecución por grupo de gasto",), whole: bool = True) -> Result:
    return values_sign_and_bound.run(document(printed(*rows, caption=caption, whole=whole)))[0]


def places(result: Result) -> list[tuple[int | None, str | None]]:
    assert all(f.severity == "info" for f in result.findings)
    return [(f.place.row, f.column_role) for f in result.findings]


def test_rows_within_their_budget() -> None:
    result = judge(HEADER, *ROWS)
    assert (result.outcome, result.n_applied) == ("pass", 4)


def test_what_a_row_says_three_times_is_told_once() -> None:
    result = judge(HEADER, *ROWS, OVER)
    assert places(result) == [(5, "devengado")]
    (finding,) = result.findings
    assert [p.text for p in finding.related] == ["100.00", "(20.00)", "120.00"]
    assert "«Devengado» (120.00) es mayor que «Vigente» (100.00)" in finding.message_es


def test_a_negative_saldo_is_told_where_nothing_else_is_printed() -> None:
    result = judge("Grupo de gasto | Saldo", "A | 5.00", "B | -3.00", "C | 7.00")
    assert places(result) == [(2, "saldo")]


def test_a_percentage_of_execution_above_100_is_told() -> None:
    result = judge("Grupo de gasto | % Ejecución", "A | 45.10%", "B | 100.4%", "C | 100%")
    assert places(result) == [(2, "pct")]


def test_a_variation_above_100_is_none_of_its_business() -> None:
    result = judge("Grupo de gasto | % de variación", "A | 45.10%", "B | 240.0%", "C | 1.0%")
    assert result.outcome == "not_applicable"


def test_a_total_is_not_told_beside_its_row() -> None:
    rows = (
        *ROWS,
        "Equipo | 100.00 | 1,500.00 | -1,400.00 | 1,500.00",
        "TOTAL | 1,900.00 | 2,250.00 | -350.00 | 118.42",
    )
    assert places(judge(HEADER, *rows)) == [(5, "devengado")]


def test_rounded_figures_are_compared_as_intervals() -> None:
    caption = ("Ejecución por grupo de gasto", "En millones de quetzales")
    rows = ("Grupo | Vigente | Devengado", "A | 9.4 | 3.1", "B | 1.2 | 1.3", "C | 8.0 | 2.0")
    assert judge(*rows, caption=caption).findings == []
    assert places(judge(*rows[:2], "B | 1.2 | 1.4", rows[3], caption=caption)) == [(2, "devengado")]


def test_does_not_apply_to_income() -> None:
    rows = ("Rubro | Vigente | Devengado", "Tasas | 100.00 | 120.00", "Multas | 80.00 | 30.00", "Otros | 9.00 | 1.00")
    assert judge(*rows, caption=("Ejecución de ingresos",)).outcome == "not_applicable"


def test_more_left_than_planned_is_not_spent() -> None:
    assert judge(HEADER, *ROWS, OVER.replace("Equipo", "Disponibilidad final")).findings == []


def test_does_not_apply_to_physical_targets() -> None:
    result = judge(
        "Producto | Financiero | < | Físico | <",
        "^ | Vigente | Ejecutado | Vigente | Ejecutado",
        "A | Q 900.00 | Q 300.00 | 12 | 40",
        "B | Q 800.00 | Q 300.00 | 48 | 12",
    )
    assert (result.outcome, result.n_applied) == ("pass", 2)


def test_does_not_apply_where_the_columns_speak_of_something_else() -> None:
    rows = [f"Línea {k} | {k}00.00 | {k}50.00" for k in range(1, 5)]
    assert judge("Grupo | Vigente | Devengado", *rows).outcome == "not_applicable"


def test_does_not_apply_to_a_phase_in_two_columns() -> None:
    rows = ("A | 100.00 | 120.00 | 20.00", "B | 80.00 | 30.00 | 1.00", "C | 70.00 | 30.00 | 1.00")
    assert judge("Grupo | Vigente | Devengado enero | Devengado febrero", *rows).outcome == "not_applicable"


def test_does_not_apply_to_a_table_that_is_not_whole() -> None:
    assert judge(HEADER, *ROWS, OVER, whole=False).outcome == "not_applicable"

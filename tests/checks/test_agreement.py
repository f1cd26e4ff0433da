"""agreement.across_tables: what is the same thing, who is outvoted, and what is only equal by chance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from printed import document, printed
from rendicion_etl.checks import agreement_across_tables
from rendicion_etl.checks.model import Finding, Result

GROUPS = (
    "Grupo de Gasto | Asignado | Vigente | Devengado",
    "Grupo 0 | 50,902,568.00 | 53,902,568.00 | 17,593,018.73",
    "Grupo 1 | 9,097,432.00 | 9,097,432.00 | 2,007,907.02",
)
SOURCES = (
    "Fuente de Financiamiento | Asignado | Vigente | Devengado",
    "11 Ingresos corrientes | 57,000,000.00 | 60,000,000.00 | 19,000,000.00",
    "21 IVA Paz | 3,000,000.00 | 3,000,000.00 | 600,925.75",
)
TOTAL = "TOTAL | 60,000,000.00 | 63,000,000.00 | 19,600,925.75"


def agreement(*tables: tuple[str, ...]) -> list[Result]:
    captions = [
        ("Cuadro", "por Grupo de Gasto"),
        ("Cuadro", "por Fuente de Financiamiento"),
        ("Cuadro", "por Programa"),
    ]
    raw = [printed(*rows, caption=caption[1:]) for rows, caption in zip(tables, captions, strict=False)]
    return agreement_across_tables.run(document(*raw))


def findings(*tables: tuple[str, ...]) -> list[Finding]:
    return [f for r in agreement(*tables) for f in r.findings]


def test_equal_grand_totals_agree() -> None:
    results = agreement((*GROUPS, TOTAL), (*SOURCES, TOTAL))
    assert [(r.outcome, r.n_applied) for r in results] == [("pass", 3), ("pass", 3)]


def test_on_a_tie_the_later_grand_total_is_accused() -> None:
    (finding,) = findings((*GROUPS, TOTAL), (*SOURCES, TOTAL.replace("19,600,925.75", "19,834,278.65")))
    assert (finding.severity, finding.place.table_id[-3:]) == ("critical", "t02")
    assert (finding.printed, finding.expected) == (Decimal("19834278.65"), Decimal("19600925.75"))


def test_the_outvoted_total_is_accused_even_where_it_comes_first() -> None:
    programs = ("Programa | Asignado | Vigente | Devengado", "A | 60,000,000.00 | 63,000,000.00 | 19,600,925.75")
    wrong = (*GROUPS, TOTAL.replace("19,600,925.75", "19,834,278.65"))
    (finding,) = findings(wrong, (*SOURCES, TOTAL), (*programs, TOTAL))
    assert finding.place.table_id.endswith("t01")


def test_lines_with_the_same_telling_vigente_are_the_same_line() -> None:
    places = ("Departamento | Vigente | Devengado", "Petén | 1.00 | 1.00", "TOTAL | 53,902,568.00 | 17,593,018.00")
    (finding,) = findings((*GROUPS, TOTAL), places)
    assert (finding.severity, finding.expected) == ("warning", Decimal("17593018.73"))


def test_round_amounts_may_be_equal_by_chance() -> None:
    rows = ("Programa | Vigente | Devengado", "Apoyo | 3,000,000.00 | 7.00", "TOTAL | 4,000,000.00 | 8.00")
    assert [r.outcome for r in agreement((*SOURCES, TOTAL), rows)] == ["not_applicable"] * 2


def test_an_amount_that_occurs_twice_in_a_table_identifies_nothing() -> None:
    twice = ("Programa | Vigente | Devengado", "A | 53,902,568.00 | 7.00", "B | 53,902,568.00 | 8.00")
    assert [r.outcome for r in agreement((*GROUPS, TOTAL), twice)] == ["not_applicable"] * 2


def test_rounded_prints_agree_when_their_intervals_meet() -> None:
    figures = "60,000,000 | 63,000,000 | 19,600,926"
    whole = ("Fuente | Asignado | Vigente | Devengado", f"11 A | {figures}", f"TOTAL | {figures}")
    assert [r.outcome for r in agreement((*GROUPS, TOTAL), whole)] == ["pass", "pass"]


def test_equal_plans_are_not_the_same_money() -> None:
    """Balanced income and spending, last year's budget kept: the vigente is equal, what was spent is not."""
    income = ("Rubro | Vigente | Devengado", "Impuestos | 40.00 | 9.00", "TOTAL | 63,000,000.00 | 20,100,000.10")
    spending = ("Grupo | Vigente | Devengado", "Grupo 0 | 50.00 | 8.00", "TOTAL | 63,000,000.00 | 19,600,925.75")
    assert findings(income, spending) == []


def test_a_vigente_equal_line_by_line_makes_one_scope() -> None:
    one = ("Programa | Vigente | Devengado", "A | 23,493,122.00 | 7.00", "B | 34,180,126.00 | 9.00")
    two = ("Producto | Vigente | Devengado", "a | 23,493,122.00 | 7.00", "b | 34,180,126.00 | 9.00")
    (finding,) = findings((*one, "TOTAL | 63,000,000.00 | 16.00"), (*two, "TOTAL | 63,000,000.00 | 61.00"))
    assert (finding.severity, finding.printed, finding.expected) == ("critical", 61, 16)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ejecución 2020", "Ejecución 2021"),
        ("Ejecución a marzo", "Ejecución a abril"),
        ("Presupuesto de ingresos", "Presupuesto de gastos"),
    ],
)
def test_tables_that_say_they_speak_of_different_money_are_not_compared(first: str, second: str) -> None:
    wrong = (*SOURCES, TOTAL.replace("19,600,925.75", "19,834,278.65"))
    raw = [printed(*GROUPS, TOTAL, caption=(first,)), printed(*wrong, caption=(second,))]
    assert [f for r in agreement_across_tables.run(document(*raw)) for f in r.findings] == []


def test_a_figure_of_the_period_is_not_compared_with_one_accumulated() -> None:
    of_period = (SOURCES[0].replace("Devengado", "Ejecutado cuatrimestre"), *SOURCES[1:])
    accumulated = (GROUPS[0].replace("Devengado", "Devengado acumulado"), *GROUPS[1:])
    total = TOTAL.replace("19,600,925.75", "39,600,925.75")
    assert findings((*of_period, TOTAL), (*accumulated, total)) == []


def test_lines_of_one_kind_with_different_codes_are_different_lines() -> None:
    other = (GROUPS[0], "Grupo 2 | 1.00 | 53,902,568.00 | 9,000,000.01", "TOTAL | 7.00 | 8.00 | 9.00")
    raw = [printed(*rows, caption=("por Grupo de Gasto",)) for rows in ((*GROUPS, TOTAL), other)]
    assert [f for r in agreement_across_tables.run(document(*raw)) for f in r.findings] == []


def test_one_table_alone_is_not_applicable() -> None:
    (result,) = agreement((*GROUPS, TOTAL))
    assert (result.outcome, result.n_applied) == ("not_applicable", 0)

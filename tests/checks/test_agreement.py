"""agreement.across_tables: what is the same thing, who is outvoted, and what is only equal by chance."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl.checks import agreement_across_tables
from rendicion_etl.checks.model import Finding, Result

GROUPS = (
    "Grupo de Gasto | Vigente | Devengado",
    "Grupo 0 | 53,902,568.00 | 17,593,018.73",
    "Grupo 1 | 9,097,432.00 | 2,007,907.02",
)
SOURCES = (
    "Fuente de Financiamiento | Vigente | Devengado",
    "11 Ingresos corrientes | 60,000,000.00 | 19,000,000.00",
    "21 IVA Paz | 3,000,000.00 | 600,925.75",
)
TOTAL = "TOTAL | 63,000,000.00 | 19,600,925.75"


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
    assert [(r.outcome, r.n_applied) for r in results] == [("pass", 2), ("pass", 2)]


def test_on_a_tie_the_later_grand_total_is_accused() -> None:
    (finding,) = findings((*GROUPS, TOTAL), (*SOURCES, TOTAL.replace("19,600,925.75", "19,834,278.65")))
    assert (finding.severity, finding.place.table_id[-3:]) == ("critical", "t02")
    assert (finding.printed, finding.expected) == (Decimal("19834278.65"), Decimal("19600925.75"))


def test_the_outvoted_total_is_accused_even_where_it_comes_first() -> None:
    programs = ("Programa | Vigente | Devengado", "A | 63,000,000.00 | 19,600,925.75")
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
    whole = ("Fuente | Vigente | Devengado", "11 A | 63,000,000 | 19,600,926", "TOTAL | 63,000,000 | 19,600,926")
    assert [r.outcome for r in agreement((*GROUPS, TOTAL), whole)] == ["pass", "pass"]


def test_one_table_alone_is_not_applicable() -> None:
    (result,) = agreement((*GROUPS, TOTAL))
    assert (result.outcome, result.n_applied) == ("not_applicable", 0)

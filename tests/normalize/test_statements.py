"""Statements: which figures of the prose are kept, what each is of, and of whom the sentence certainly speaks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from printed import printed
from prose import page, report
from rendicion_etl import catalogs
from rendicion_etl.normalize.model import ENTITY, PHASES, Scope, Statement
from rendicion_etl.normalize.numbers import DecimalSign
from rendicion_etl.normalize.quantities import level, quantities
from rendicion_etl.normalize.sentences import blocks, sentences
from rendicion_etl.normalize.text import fold

GROUPS = printed(
    "Grupo de Gasto | Asignado | Vigente | Devengado",
    "Grupo 0 | Q 50,902,568.00 | Q 53,902,568.00 | Q 17,593,018.73",
    "Grupo 1 | Q 9,097,432.00 | Q 9,097,432.00 | Q 2,007,907.02",
    "TOTAL | Q 60,000,000.00 | Q 63,000,000.00 | Q 19,600,925.75",
    caption=("Tabla No. 1", "por Grupo de Gasto"),
)


def stated(*prose: str) -> list[Statement]:
    return report(*prose, tables=[GROUPS]).statements


def concepts(*prose: str) -> list[tuple[str, str | None]]:
    return [(s.printed, s.concept) for s in stated(*prose)]


def scope(*prose: str) -> Scope | None:
    (found,) = {s.scope for s in stated(*prose)}
    return found


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("text", "value", "slack", "unit"),
    [
        ("asciende a Q 63,000,000.00.", "63000000", "0", "GTQ"),
        ("asciende a Q63,000,000.", "63000000", "0.5", "GTQ"),
        ("asciende a Q. 1,250.50 en total", "1250.50", "0", "GTQ"),
        ("asciende a Q 2 792 917 881.00, de", "2792917881", "0", "GTQ"),
        ("asciende a Q63.0 millones.", "63000000", "50000", "GTQ"),
        ("ascendió a Q2 millones 589 mil 158.", "2589158", "0.5", "GTQ"),
        ("es de 63,000,000.00 quetzales", "63000000", "0", "GTQ"),
        ("es de 63 millones de quetzales", "63000000", "500000", "GTQ"),
        ("fue de US$ 1,000.00", "1000", "0", "USD"),
        ("fue de $ 1,000.00", "1000", "0", None),
        ("una ejecución de 28.5 %", "28.5", "0.05", "percent"),
        ("el 86 por ciento", "86", "0.5", "percent"),
        ("505 personas", "505", "0", "count"),
    ],
)
def test_figures_of_prose_are_whole_units_with_what_they_may_stand_for(
    text: str, value: str, slack: str, unit: str | None
) -> None:
    (found,) = quantities(level(text), ".")
    assert (found.value, found.slack, found.unit) == (Decimal(value), Decimal(slack), unit)


@pytest.mark.parametrize(
    "text", ["Q 63,000, 000.00", "Decreto 101-97", "el 30 de abril de 2021", "Q 1.2345", "7 productos"]
)
def test_a_broken_figure_a_date_or_a_number_of_things_is_no_figure(text: str) -> None:
    assert quantities(level(text), ".") == []


@pytest.mark.parametrize(("sign", "value"), [(".", "1234.50"), (",", "1234.50")])
def test_figures_are_read_in_the_style_of_the_document(sign: DecimalSign, value: str) -> None:
    text = "q1,234.50" if sign == "." else "q1.234,50"
    assert quantities(text, sign)[0].value == Decimal(value)


# ---------------------------------------------------------------- sentences


def texts(*lines: str) -> list[str]:
    return [s.text for s in sentences(blocks([page(1, *lines)], [])) if s.text != "."]


def test_a_sentence_goes_on_over_full_lines() -> None:
    first = (
        "El presupuesto vigente de la institución para el ejercicio fiscal 2021, con las modificaciones, asciende a Q"
    )
    assert texts("1. Presupuesto", first[:101], "63,000,000.00. El saldo es de Q 5.00.") == [
        f"{first[:101]} 63,000,000.00.",
        "El saldo es de Q 5.00.",
    ]


def test_labels_with_their_figures_one_under_the_other_are_apart() -> None:
    labels = ["Presupuesto asignado: Q 60,000,000.00", "Presupuesto vigente: Q 63,000,000.00"]
    assert texts(*labels) == labels


def test_a_point_after_an_abbreviation_or_within_a_figure_ends_no_sentence() -> None:
    assert len(texts("Según el Decreto No. 101-97 el vigente es de Q. 1,250.50 en total. El resto, Q. 5.00.")) == 2


def test_a_sentence_cut_by_the_end_of_the_page_is_known_as_such() -> None:
    line = (
        "El presupuesto vigente asciende a Q 63,000,000.00 para los programas de la institución y para sus dependencias"
    )
    found = [s for s in sentences(blocks([page(1, line[:102])], [])) if s.text != "."]
    assert [s.whole for s in found] == [False]


# ---------------------------------------------------------------- concepts


def test_each_amount_of_a_sentence_is_of_the_phase_named_before_it() -> None:
    assert concepts(
        "El presupuesto vigente asciende a Q 63,000,000.00, de los cuales se devengaron",
        "",
        "Vigente de Q 5.00, ejecutado de Q 3.00; el saldo por ejecutar, a Q 2.00.",
    ) == [("Q 63,000,000.00", "vigente"), ("Q 5.00", "vigente"), ("Q 3.00", "devengado"), ("Q 2.00", "saldo")]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Del presupuesto vigente se ha devengado Q 5.00.", "devengado"),
        ("El saldo por ejecutar del presupuesto vigente es de Q 5.00.", "saldo"),
        ("El presupuesto inicial aprobado para 2021 fue de Q 5.00.", "asignado"),
        ("Se cuenta con Q 5.00 de presupuesto vigente.", "vigente"),
        ("El presupuesto asignado y vigente es de Q 5.00.", None),
        ("El presupuesto asciende a Q 5.00.", None),
        ("Del saldo por devengar, Q 5.00 corresponden a contratos.", None),
        ("Con una inversión comprometida de Q 5.00.", None),
    ],
)
def test_what_an_amount_is_of_is_said_once_or_not_at_all(text: str, concept: str | None) -> None:
    assert concepts(text) == [("Q 5.00", concept)]


def test_a_figure_in_a_box_has_its_label_above_or_below() -> None:
    (above,) = stated("PRESUPUESTO VIGENTE", "Q 63,000,000.00")
    (below,) = stated("Q 63,000,000.00", "PRESUPUESTO VIGENTE")
    assert (above.concept, above.boxed, above.scope) == ("vigente", True, ENTITY)
    assert (below.concept, below.boxed) == ("vigente", True)


def test_the_head_of_a_column_of_figures_is_no_label() -> None:
    assert [s.concept for s in stated("VIGENTE", "Q 63,000,000.00", "Q 61,000,000.00")] == []


def test_people_are_counted_and_percentages_say_what_they_are_of() -> None:
    found = stated("Participaron 505 personas: 204 mujeres (40%) y 301 hombres (60%).", "", "La ejecución es del 28 %.")
    assert [(s.printed, s.unit, s.concept) for s in found] == [
        ("505 personas", "count", "count"),
        ("204 mujeres", "count", "count"),
        ("40%", "percent", None),
        ("301 hombres", "count", "count"),
        ("60%", "percent", None),
        ("28 %", "percent", "pct"),
    ]


def test_the_axis_of_a_chart_states_nothing() -> None:
    assert stated("Ejecución por mes 100%", "", "80%", "", "3,031,559.94 El Progreso") == []


# ---------------------------------------------------------------- scope


@pytest.mark.parametrize(
    "text",
    [
        "El presupuesto vigente asciende a Q 5.00.",
        "Al 30 de abril de 2021 el presupuesto vigente de la institución es de Q 5.00.",
        "El presupuesto asignado para el ejercicio fiscal 2021 asciende a Q 5.00.",
        "El presupuesto vigente es de Q 63.50 (sesenta y tres quetzales con 50/100).",
        "Al cierre del período se ha devengado un total de Q 5.00.",
        "La Secretaría de Seguridad Alimentaria y Nutricional tiene un presupuesto vigente de Q 5.00.",
    ],
)
def test_a_sentence_of_known_words_speaks_of_the_whole_institution(text: str) -> None:
    assert scope(text) == ENTITY


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("En el grupo de gasto 0 el presupuesto vigente es de Q 5.00.", Scope("grupo_gasto", "0")),
        ("En servicios personales (grupo 0) se devengaron Q 5.00.", Scope("grupo_gasto", "0")),
        ("El vigente del grupo 100 es de Q 5.00; el ejecutado, de Q 3.00.", Scope("grupo_gasto", "1")),
        ("En el departamento de Petén se devengaron Q 5.00.", Scope("ubicacion_geografica", "17")),
        ("El presupuesto vigente del programa 11 es de Q 5.00.", Scope("programa", "11")),
    ],
)
def test_a_sentence_that_names_a_line_speaks_of_it(text: str, where: Scope) -> None:
    assert scope(text) == where


@pytest.mark.parametrize(
    "text",
    [
        "El presupuesto vigente del fideicomiso asciende a Q 5.00.",
        "En 2020 el presupuesto vigente fue de Q 5.00.",
        "El presupuesto vigente del año anterior fue de Q 5.00.",
        "Al 31 de marzo de 2021 se devengaron Q 5.00.",
        "Durante el mes se devengaron Q 5.00.",
        "El presupuesto vigente aumentó en Q 5.00.",
        "El presupuesto vigente es de más de Q 5.00.",
        "Se devengaron aproximadamente Q 5.00.",
        "El saldo por pagar es de Q 5.00.",
        "En servicios no personales (grupo 0) se devengaron Q 5.00.",
        "En los grupos 0 y 1 se devengaron Q 5.00.",
        "El presupuesto vigente del grupo 0 y del grupo 1 es de Q 5.00.",
        "asciende el presupuesto vigente a Q 5.00.",
    ],
)
def test_a_sentence_that_may_speak_of_something_else_has_no_scope(text: str) -> None:
    if "grupos 0 y 1" in text:
        assert [s.groups for s in stated(text)] == [("0", "1")]
    else:
        assert scope(text) is None


@pytest.mark.parametrize(
    ("heading", "where"),
    [
        ("1. Presupuesto por grupo de gasto", ENTITY),
        ("2. PRESUPUESTO ASIGNADO, VIGENTE Y DEVENGADO, POR FINALIDAD", ENTITY),
        ("3. Ejecución del grupo de gasto 0, servicios personales", None),
        ("4. Fideicomiso de transporte", None),
    ],
)
def test_a_heading_must_not_speak_of_something_else_either(heading: str, where: Scope | None) -> None:
    assert scope(heading, "", "", "El presupuesto vigente asciende a Q 5.00.") == where


def test_a_section_of_a_section_stands_under_both() -> None:
    under = ("4. Fideicomiso de transporte", "", "", "4.1 Presupuesto", "", "", "El presupuesto vigente es de Q 5.00.")
    assert scope(*under) is None
    assert scope(*under[3:]) == ENTITY


@pytest.mark.parametrize(
    "before", ["Se firmó el fideicomiso.", "Se evaluó el programa 11.", "Se pagaron servicios personales."]
)
def test_a_sentence_may_go_on_about_what_one_before_it_named(before: str) -> None:
    assert scope(before, "", "El presupuesto vigente asciende a Q 5.00.") is None
    assert scope(before, "", "", "2. Presupuesto", "", "", "El presupuesto vigente asciende a Q 5.00.") == ENTITY


def test_statements_carry_the_page_and_the_box_of_their_sentence() -> None:
    (found,) = stated("El presupuesto vigente asciende a Q 5.00.")
    assert (found.page, found.box.x0, found.box.top) == (2, 50, 120)


# ---------------------------------------------------------------- vocabulary


def test_concepts_are_phases_of_the_budget_and_no_phrase_means_two() -> None:
    words = catalogs.vocabulary("statements")["concepts"]
    assert set(words) <= set(PHASES)
    phrases = [p for group in words.values() for p in group]
    assert len(phrases) == len(set(phrases))
    assert all(p == fold(p) for p in phrases)


@pytest.mark.parametrize(
    "word", ["mas", "menos", "aumento", "disminuyo", "anterior", "mes", "durante", "parte", "no", "sin"]
)
def test_words_that_change_what_a_sentence_says_are_not_plain(word: str) -> None:
    plain = catalogs.vocabulary("statements")["plain"]
    assert word not in {*plain["words"], *plain["headings"]}

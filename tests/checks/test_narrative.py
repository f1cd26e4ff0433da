"""agreement.narrative: which sentences accuse, and the many that must not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from printed import printed
from prose import report
from rendicion_etl.checks import agreement_narrative
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.tables.model import RawTable

HEADER = "Asignado | Vigente | Devengado | Saldo"
GROUP_0 = "50,902,568.00 | 53,902,568.00 | 17,593,018.73 | 36,309,549.27"
GROUP_1 = "9,097,432.00 | 9,097,432.00 | 2,007,907.02 | 7,089,524.98"
TOTAL = "60,000,000.00 | 63,000,000.00 | 19,600,925.75 | 43,399,074.25"
VIGENTE = "El presupuesto vigente asciende a Q 63,000,000.00."
DEVENGADO = "Al 30 de abril de 2021 se han devengado Q 19,600,925.75."


def by_group(total: str = TOTAL) -> RawTable:
    rows = (f"Grupo de Gasto | {HEADER}", f"Grupo 0 | {GROUP_0}", f"Grupo 1 | {GROUP_1}", f"TOTAL | {total}")
    return printed(*rows, caption=("Tabla No. 1", "por Grupo de Gasto"))


def by_source(total: str = TOTAL) -> RawTable:
    corrientes = "57,000,000.00 | 60,000,000.00 | 19,000,000.00 | 41,000,000.00"
    iva = "3,000,000.00 | 3,000,000.00 | 600,925.75 | 2,399,074.25"
    rows = (f"Fuente | {HEADER}", f"11 Ingresos corrientes | {corrientes}", f"21 IVA Paz | {iva}", f"TOTAL | {total}")
    return printed(*rows, caption=("Tabla No. 2", "por Fuente de Financiamiento"))


def judge(*prose: str, tables: tuple[RawTable, ...] | None = None) -> Result:
    (result,) = agreement_narrative.run(report(*prose, tables=tables or (by_group(), by_source())))
    return result


def findings(*prose: str, tables: tuple[RawTable, ...] | None = None) -> list[Finding]:
    return judge(*prose, tables=tables).findings


# ---------------------------------------------------------------- amounts


def test_sentences_that_agree_with_the_tables_pass() -> None:
    result = judge(VIGENTE, "", DEVENGADO, "", "El vigente del grupo 0 es de Q 53,902,568.00.")
    assert (result.table_id, result.outcome, result.n_applied, result.n_passed) == (None, "pass", 3, 3)


def test_a_sentence_that_no_table_bears_out_is_accused_at_its_place_on_the_page() -> None:
    (finding,) = findings(VIGENTE, "", DEVENGADO.replace("19,600", "19,006"))
    place = finding.place
    assert (place.table_id, place.row, place.col, place.page) == ("", None, None, 2)
    assert place.text == DEVENGADO.replace("19,600", "19,006")
    assert (finding.printed, finding.expected) == (Decimal("19006925.75"), Decimal("19600925.75"))
    assert (finding.severity, finding.column_role, finding.printed_text) == ("warning", "devengado", "Q 19,006,925.75")
    assert {p.table_id[-3:] for p in finding.related} == {"t01", "t02"}
    assert "Tabla No. 1" in finding.message_es
    assert "como 1 tabla más" in finding.message_es


def test_an_amount_that_stands_alone_is_accused_by_two_tables_where_it_is_a_slip() -> None:
    assert len(findings(VIGENTE.replace("63,", "36,"))) == 1
    assert findings(VIGENTE.replace("63,000,000.00", "4,215,337.18")) == [], "another thing's amount, perhaps"


def test_a_line_is_compared_with_the_line_of_its_code() -> None:
    text = "El presupuesto vigente del grupo de gasto 0 es de Q 53,902,568.00; el ejecutado, de Q 17,593,081.73."
    (finding,) = findings(text)
    assert (finding.expected, finding.related[0].row) == (Decimal("17593018.73"), 1)


def test_one_total_is_recognised_by_the_other_amounts_of_the_passage() -> None:
    wrong = DEVENGADO.replace("925.75", "952.75")
    assert len(findings(VIGENTE, "", wrong, tables=(by_group(),))) == 1
    assert findings(wrong, tables=(by_group(),)) == []


def test_millions_agree_where_their_intervals_meet() -> None:
    assert judge("El presupuesto vigente asciende a Q 63.0 millones.").outcome == "pass"
    assert len(findings("El presupuesto vigente asciende a Q 36.0 millones.", "", DEVENGADO)) == 1


def test_millions_may_be_rounded_or_cut_off() -> None:
    assert judge("Se han devengado Q 19.60 millones.").outcome == "pass"
    assert judge("Se han devengado Q 19.6009 millones.").outcome == "pass", "19.600925 cut off"
    assert len(findings("Se han devengado Q 19.602 millones.", "", VIGENTE)) == 1


def test_modifications_are_stated_without_their_sign() -> None:
    rows = ("Asignado | Modificaciones | Vigente", "Grupo 0 | 70.25 | -7.15 | 63.10", "TOTAL | 70.25 | -7.15 | 63.10")
    tables = tuple(printed(f"{kind} | {rows[0]}", *rows[1:]) for kind in ("Grupo de Gasto", "Finalidad"))
    text = "El presupuesto vigente es de Q 63.10; las modificaciones, de Q {}."
    assert findings(text.format("7.15"), tables=tables) == []
    assert len(findings(text.format("7.51"), tables=tables)) == 1


def test_a_figure_in_a_box_accuses_beside_another_that_agrees() -> None:
    wrong = ("PRESUPUESTO VIGENTE", "Q 63,000,001.00")
    assert findings(*wrong) == []
    assert len(findings(*wrong, "", "", "", "", "", "SALDO POR EJECUTAR", "Q 43,399,074.25")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "El presupuesto vigente del fideicomiso asciende a Q 63,100,000.00.",
        "En 2020 el presupuesto vigente fue de Q 63,100,000.00.",
        "El presupuesto vigente era de Q 63,100,000.00 al 31 de marzo de 2021.",
        "El presupuesto vigente asciende a más de Q 62,000,000.00.",
        "El presupuesto vigente aumentó en Q 62,000,000.00.",
        "El presupuesto vigente asciende a Q 60,000,000.00.",
        "El presupuesto vigente asciende a Q 9,097,432.00.",
        "El saldo por ejecutar del presupuesto vigente es de Q 40,399,074.25.",
        "El presupuesto asciende a Q 63,100,000.00.",
        "El presupuesto vigente asciende a US$ 63,100,000.00.",
        "El presupuesto vigente asciende a Q 63,100, 000.00.",
    ],
    ids=["whose", "year", "date", "more", "growth", "phase", "line", "derived", "of what", "dollars", "broken"],
)
def test_a_sentence_that_may_mean_something_else_accuses_nobody(text: str) -> None:
    assert findings(text, "", DEVENGADO) == []


def test_nor_one_under_a_heading_that_speaks_of_something_else() -> None:
    wrong = VIGENTE.replace("63,", "36,")
    assert findings("2. Fideicomiso de transporte", "", "", wrong) == []
    assert findings("2. Ejecución del programa 11", "", "", wrong) == []
    assert len(findings("2. Presupuesto por grupo de gasto", "", "", wrong)) == 1


def test_a_passage_in_which_nothing_agrees_speaks_of_something_else() -> None:
    wrong = (VIGENTE.replace("63,", "64,"), "", DEVENGADO.replace("19,", "20,"))
    result = judge(*wrong)
    assert (result.outcome, result.findings) == ("not_applicable", [])
    assert result.reason == "ningún otro monto del mismo pasaje confirma de qué habla"


def test_tables_that_differ_among_themselves_accuse_no_sentence() -> None:
    tables = (by_group(), by_source(TOTAL.replace("19,600,925.75", "19,834,278.65")))
    assert findings(VIGENTE, "", DEVENGADO.replace("19,600", "19,006"), tables=tables) == []


def test_a_scope_smaller_than_another_table_is_not_the_whole_institution() -> None:
    larger = printed("Programa | Vigente", "A | 90,000,000.00", "TOTAL | 90,000,000.00", caption=("por Programa",))
    assert findings(VIGENTE.replace("63,", "36,"), tables=(by_group(), by_source(), larger)) == []


def test_without_a_table_of_that_phase_the_rule_does_not_apply() -> None:
    result = judge("Se han pagado Q 5.00.")
    assert (result.outcome, result.n_applied) == ("not_applicable", 0)


# ---------------------------------------------------------------- parts


def test_a_percentage_of_execution_follows_from_the_amounts_beside_it() -> None:
    text = "El presupuesto vigente asciende a Q 63,000,000.00, de los cuales se devengaron Q 19,600,925.75"
    assert judge(f"{text}, el 31.1 % de ejecución.").outcome == "pass"
    (finding,) = findings(f"{text}, el 13.1 % de ejecución.")
    assert (finding.printed, finding.expected, finding.column_role) == (Decimal("13.1"), Decimal("31.11"), "pct")
    assert [p.table_id for p in finding.related] == ["", ""]


def test_a_percentage_of_another_quotient_of_the_line_accuses_nobody() -> None:
    text = "El presupuesto vigente asciende a Q 63,000,000.00, de los cuales se devengaron Q 19,600,925.75"
    assert findings(f"{text}, el 32.7 % de ejecución.") == [], "of the asignado"


def test_the_share_of_a_line_is_that_of_its_table() -> None:
    assert judge("El grupo 0 representa el 86% del presupuesto vigente.").outcome == "pass"
    (finding,) = findings("El grupo 0 representa el 75% del presupuesto vigente.")
    assert (finding.printed, finding.expected) == (Decimal(75), Decimal("85.56"))
    assert findings("El grupo 0 representa el 32% del presupuesto vigente.") == [], "what it has spent of its own"


def test_shares_of_people_follow_from_their_counts() -> None:
    text = "Participaron 505 personas: 204 mujeres (40%) y 301 hombres (60%)."
    assert (judge(text).outcome, judge(text).n_applied) == ("pass", 2)
    (finding,) = findings(text.replace("204", "240").replace("301", "265"))
    assert (finding.printed_text, finding.expected) == ("40%", Decimal("47.52"))


@pytest.mark.parametrize(
    "text",
    [
        "Participaron 900 personas: 204 mujeres (45%) y 301 hombres (55%).",
        "Participaron 240 mujeres (40%) y 265 hombres (50%).",
        "Participaron 505 personas: 240 mujeres (40%).",
    ],
    ids=["the parts are not all", "shares of something else", "one part"],
)
def test_shares_of_an_uncertain_whole_accuse_nobody(text: str) -> None:
    assert findings(text) == []


def test_a_list_of_groups_names_all_that_make_up_the_amount() -> None:
    text = "El presupuesto asignado asciende a Q 60,000,000.00 en los grupos de gasto {}."
    assert judge(text.format("0 y 1")).outcome == "pass"
    (finding,) = findings(text.format("1 y 2"))
    assert (finding.printed_text, finding.expected_text, finding.expected) == ("1, 2", "0, 1", None)
    assert findings(text.format("1 y 2").replace("60,000,000", "9,097,432")) == []

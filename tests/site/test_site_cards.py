"""Findings become cards: none lost, those of one row together, addends only where they add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from site_examples import PROSE, TABLE_ID, cell, cells, document, finding, related, table

from rendicion_etl.site.cards import Card, cards_of
from rendicion_etl.site.cells import gather
from rendicion_etl.site.data import Curated
from rendicion_etl.site.tabular import tables_of
from rendicion_etl.site.words import Words

OTHER = TABLE_ID.replace("t01", "t02")


def cards(*findings: dict[str, Any], lang: str = "es", unit: str = "GTQ", rows: Any = None) -> list[Card]:
    shown = [table(unit=unit), table(table_id=OTHER, table_index=2, number=None, title=None, first_page=2)]
    data = Curated(document(), shown, gather([rows or cells()], shown, findings), list(findings), [])
    return cards_of(data, tables_of(data), Words(lang))


def ids(found: list[Card]) -> list[list[int]]:
    return [[int(item.finding["finding_id"], 16) for item in card.items] for card in found]


def test_figures_of_one_row_share_a_card_gravest_card_first() -> None:
    found = cards(finding(1, row=1, severity="warning"), finding(2, col=2), finding(3), finding(4, check_id="x"))
    assert ids(found) == [[3, 4, 2], [1]]
    assert [card.severity for card in found] == ["critical", "warning"]
    assert [item.number for card in found for item in card.items] == [1, 2, 3, 4]


def test_three_rows_of_a_column_that_fail_the_same_check_are_one_story() -> None:
    found = cards(*(finding(n, row=n) for n in (1, 2, 3)))
    assert ids(found) == [[1, 2, 3]]
    assert found[0].subtitle == "columna «Vigente»"


def test_two_rows_or_different_checks_are_not() -> None:
    assert ids(cards(finding(1, row=1), finding(2, row=2))) == [[1], [2]]
    assert ids(cards(finding(1, row=1), finding(2, row=2), finding(3, check_id="identities.row"))) == [[1], [2], [3]]


def test_a_doubt_never_shares_a_card_with_what_is_confirmed() -> None:
    found = cards(finding(1), finding(2, col=2, confidence="unconfirmed"))
    assert [(card.section, card.severity) for card in found] == [("main", "critical"), ("unconfirmed", "critical")]


def test_findings_without_a_row_stand_alone() -> None:
    whole = [finding(n, row=None, col=None) for n in (1, 2)]
    found = cards(*whole, finding(3, **PROSE))
    assert ids(found) == [[1], [2], [3]]
    assert [card.title for card in found] == ["Tabla No. 1", "Tabla No. 1", "Texto del documento"]
    assert found[0].items[0].cell_href is None


def test_addends_have_signs_and_a_result_only_where_they_give_what_was_expected() -> None:
    item = cards(finding(1))[0].items[0]
    assert [(a.sign, a.label, a.value.replace("\xa0", " ")) for a in item.addends] == [
        ("+", "Grupo 0 · Vigente", "Q 100.00"),
        ("+", "Grupo 1 · Vigente", "Q 200.00"),
    ]
    assert item.total is not None
    compared = cards(finding(1, expected=Decimal(100)))[0].items[0]
    assert compared.total is None
    assert {a.sign for a in compared.addends} == {""}


def test_a_subtracted_cell_has_its_sign() -> None:
    parts = [related(3, 1, "310.00"), related(3, 2, "95.00", sign=-1)]
    item = cards(finding(1, col=2, expected=Decimal(215), related=parts))[0].items[0]
    assert [a.sign for a in item.addends] == ["+", "−"]


def test_the_difference_says_its_sense() -> None:
    high = cards(finding(1))[0].items[0].compared
    assert (high.difference.replace("\xa0", " "), high.sense) == ("+Q 10.00", "(impreso de más)")
    low = cards(finding(1, difference=Decimal(-10)))[0].items[0].compared
    assert (low.difference.replace("\xa0", " "), low.sense) == ("−Q 10.00", "(impreso de menos)")


def test_a_percentage_is_compared_in_points_with_as_many_decimals_on_both_sides() -> None:
    share = {
        "column_role": "pct",
        "printed": Decimal(30),
        "expected": Decimal("28.481"),
        "difference": Decimal("1.519"),
    }
    compared = cards(finding(1, **share))[0].items[0].compared
    assert [text.replace("\xa0", " ") for text in compared[:3]] == ["30.00 %", "28.48 %", "+1.52 puntos"]


def test_a_count_is_no_money() -> None:
    people = {"column_role": "other", "printed": Decimal(540), "expected": Decimal(560), "difference": Decimal(-20)}
    rows = [c if (c["row"], c["col"]) != (3, 1) else cell(3, 1, "540", value_type="count") for c in cells()]
    compared = cards(finding(1, **people), unit="mixed", rows=rows)[0].items[0].compared
    assert compared[:3] == ("540", "560", "−20")


def test_texts_are_compared_as_texts() -> None:
    names = {
        "printed": None,
        "expected": None,
        "difference": None,
        "printed_text": "Nororiente",
        "expected_text": "Petén",
    }
    assert cards(finding(1, **names))[0].items[0].compared == ("Nororiente", "Petén", "", "")


def test_what_confirms_it_names_both_readings() -> None:
    second = {"reader": "pdfplumber", "parser": "pdfminer", "cells_compared": 3, "cells_equal": 3, "same_rows": True}
    evidence = {"readings": [{"reader": "ruled", "parser": "pdfium"}, second], "differing": [], "doubts": []}
    text = cards(finding(1, evidence=evidence))[0].items[0].evidence
    assert text.startswith("Las 3 celdas")
    assert "(pdfium) y pdfplumber" in text


def test_a_doubt_says_why() -> None:
    evidence = {"readings": [], "differing": [{"row": 1}], "doubts": [f"{TABLE_ID}: falta una fila"]}
    text = cards(finding(1, confidence="unconfirmed", evidence=evidence))[0].items[0].evidence
    assert text == "La segunda lectura dio otro texto en 1 celda. Tabla No. 1: falta una fila."


def test_the_citation_names_document_page_table_row_and_column() -> None:
    text = cards(finding(1))[0].items[0].citation
    for part in ("Secretaría de Ejemplo", "primer cuatrimestre de 2021", "«informe.pdf»", "p. 1", "Tabla No. 1"):
        assert part in text
    assert "fila «TOTAL», columna «Vigente», sha256 0123abcd0123abcd…, hallazgo 0000000000000001." in text


def test_a_table_without_number_or_title_is_named_by_its_place() -> None:
    assert cards(finding(1, table_id=OTHER))[0].title == "Tabla sin número (t02, página 2)"


def test_english_falls_back_to_spanish_where_there_is_no_hint() -> None:
    item = cards(finding(1, hint_es="Difieren"), lang="en")[0].items[0]
    assert (item.message.startswith("The total"), item.hint) == (True, "Difieren")


def test_a_figure_of_another_report_is_named_as_such_and_linked_to_no_page_of_this_one() -> None:
    elsewhere = {**related(1, 1, "100.00"), "table_id": "scep-2020-c3-ffffffff/t01"}
    (addend,) = cards(finding(1, related=[elsewhere]))[0].items[0].addends
    assert (addend.table, addend.href, addend.own) == ("Otro informe: scep-2020-c3-ffffffff", "", False)
    (prose,) = cards(finding(1, related=[{**elsewhere, "table_id": None}]))[0].items[0].addends
    assert (prose.table, prose.own) == ("Texto del documento", True)

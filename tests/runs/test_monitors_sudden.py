"""A document unlike those of its institution before it alarms; one like them, or without enough of them, does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rendicion_etl.runs.monitors.sudden import LEAST, MOST, Measured, of_document, out_of_line

KINDS = frozenset({"grupo_gasto", "programa", "ubicacion_geografica"})
USUAL = Measured(
    *("scep-2024-c1-0123abcd", "Ejemplo", "Example"),
    applied=200,
    failed=4,
    doubtful=2,
    tables=12,
    other=2,
    compared=10,
    disagreeing=1,
    kinds=KINDS,
)
EARLIER = [replace(USUAL, applied=190 + 5 * k, failed=3 + k % 3, tables=11 + k % 3) for k in range(5)]
# How each measure is out of line, and what of that the alarm says.
CHANGES = {
    "errors": (replace(USUAL, failed=60), "no cuadra el 30.0% de sus comparaciones, y antes 1.9%"),
    "tables": (replace(USUAL, tables=5, other=1), "tablas: 5, antes 12"),
    "comparisons": (
        replace(USUAL, applied=40, failed=1, doubtful=0),
        "comparaciones que se pudieron hacer: 40, antes 200",
    ),
    "other": (replace(USUAL, other=7), "tablas sin clase conocida: 58.3%, antes 16.7%"),
    "disagreeing": (replace(USUAL, disagreeing=5), "tablas en que las dos lecturas no coinciden: 50.0%, antes 10.0%"),
    "doubtful": (replace(USUAL, doubtful=50), "comparaciones sin confirmar: 20.0%, antes 1.0%"),
    "kinds": (
        replace(USUAL, kinds=frozenset({"programa"})),
        "faltan clases de tabla que siempre estaban: grupo_gasto, ubi",
    ),
}


def marks(document: Measured, earlier: list[Measured]) -> dict[str, str]:
    return {alarm.rule: alarm.mark for alarm in of_document(document, earlier)}


def test_a_document_like_those_before_it_does_not_alarm() -> None:
    assert marks(USUAL, EARLIER) == {}


@pytest.mark.parametrize("measure", CHANGES)
def test_each_measure_alarms_alone(measure: str) -> None:
    document, says = CHANGES[measure]
    (alarm,) = of_document(document, EARLIER)
    assert alarm.rule == ("error_rate" if measure == "errors" else "layout")
    assert (alarm.mark, alarm.document_id) == (measure, document.document_id)
    assert says in alarm.es
    assert alarm.es.startswith("Ejemplo: ")
    assert "Sospeche primero de nuestra lectura" in alarm.es
    assert "Suspect our reading first" in alarm.en


@pytest.mark.parametrize("measure", CHANGES)
def test_with_fewer_earlier_documents_nothing_is_said(measure: str) -> None:
    assert marks(CHANGES[measure][0], EARLIER[: LEAST - 1]) == {}
    assert marks(CHANGES[measure][0], EARLIER[:LEAST]) != {}


def test_a_rate_that_falls_to_nothing_alarms_too() -> None:
    wrong = [replace(each, failed=60 + k) for k, each in enumerate(EARLIER)]
    assert marks(replace(USUAL, failed=0), wrong) == {"error_rate": "errors"}


def test_a_document_of_few_comparisons_has_no_rate() -> None:
    few = [replace(each, applied=15, failed=0, doubtful=0) for each in EARLIER]
    assert marks(replace(USUAL, applied=15, failed=9, doubtful=0), few) == {}


def test_earlier_documents_without_a_measure_do_not_count_for_it() -> None:
    unread = [replace(each, compared=0, disagreeing=0) for each in EARLIER]
    assert marks(replace(USUAL, disagreeing=9), unread) == {}


def test_an_institution_whose_reports_always_differ_is_used_to_it() -> None:
    restless = [replace(USUAL, failed=failed) for failed in (2, 30, 70, 10, 50)]
    assert marks(replace(USUAL, failed=60), restless) == {}


def test_one_bad_document_before_does_not_hide_the_next() -> None:
    assert marks(replace(USUAL, failed=60), [*EARLIER, replace(USUAL, failed=80)]) == {"error_rate": "errors"}


def test_a_form_that_stays_becomes_the_usual_one() -> None:
    new = replace(USUAL, tables=30, other=3)
    assert "tables" in marks(new, EARLIER)["layout"]
    assert marks(new, [*EARLIER, *[new] * MOST]) == {}


def test_kinds_that_come_and_go_are_not_missed() -> None:
    sometimes = [replace(each, kinds=KINDS if k % 2 else frozenset({"programa"})) for k, each in enumerate(EARLIER)]
    assert marks(replace(USUAL, kinds=frozenset({"programa"})), sometimes) == {}


@pytest.mark.parametrize(
    ("value", "others", "is_out"),
    [
        (0.051, [0.0, 0.0, 0.0, 0.0], True),  # without any spread the floor decides
        (0.049, [0.0, 0.0, 0.0, 0.0], False),
        (0.50, [0.1, 0.2, 0.3, 0.4], False),  # the spread: 1.4826 x 0.1, times 3.5
        (0.80, [0.1, 0.2, 0.3, 0.4], True),
    ],
)
def test_out_of_line(value: float, others: list[float], is_out: bool) -> None:
    assert out_of_line(value, others, 0.05) is is_out

"""Every named query answers on the sample, takes what may be set as a value, and says in both languages what it is."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from curated_examples import document, finding, published, result, table

from rendicion_etl.cli.query import adds_up_too_much
from rendicion_etl.curated.examples import ExampleTextError, examples, parse_example
from rendicion_etl.curated.export import named_parameters, run_query
from rendicion_etl.errors import RendicionError

NAMES = sorted(examples())
HEADER = "".join(f"-- {key}.{lang}: x\n" for key in ("title", "asks", "reads") for lang in ("es", "en"))
FILTERS = {"institution": "scep", "fiscal_year": "2021", "period": "C1"}


def rows(curated: Path, name: str, **given: str) -> list[dict[str, str]]:
    one = examples()[name]
    text = run_query(curated, one.sql, "csv", {**one.needs, **given})
    assert isinstance(text, str)
    return list(csv.DictReader(io.StringIO(text)))


def test_there_is_a_good_choice() -> None:
    assert len(NAMES) >= 12
    assert len({tuple(one.asks.values()) for one in examples().values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_answers_on_the_sample(sample_home: Path, name: str) -> None:
    assert rows(sample_home / "curated", name)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_answers_on_other_documents_without_failing(tmp_path: Path, name: str) -> None:
    published(tmp_path, document(table()))
    assert isinstance(rows(tmp_path, name), list)


@pytest.mark.parametrize("name", NAMES)
def test_its_filters_are_kept_and_bound_as_values(sample_home: Path, name: str) -> None:
    one, curated = examples()[name], sample_home / "curated"
    filters = {key: value for key, value in FILTERS.items() if key in one.parameters}
    assert filters or name == "cita-de-una-celda"
    assert rows(curated, name, **filters) == rows(curated, name)
    for key in filters:
        if key != "fiscal_year":  # text: SQL in it is a name that nobody has
            assert rows(curated, name, **{key: "x' or '1'='1"}) == []
    if "fiscal_year" in filters:
        assert rows(curated, name, fiscal_year="1999") == []
        with pytest.raises(RendicionError, match="2021; drop view documents"):
            rows(curated, name, fiscal_year="2021; drop view documents")


@pytest.mark.parametrize("name", NAMES)
def test_its_form_is_whole(name: str) -> None:
    one = examples()[name]
    assert set(one.parameters) == named_parameters(one.sql) - {"lang"}
    assert "ORDER BY" in one.sql or name == "cita-de-una-celda"
    assert not adds_up_too_much(one.sql)
    for lang in ("es", "en"):
        assert one.asks[lang].endswith("?")
        assert one.reads[lang].endswith(".")
        shown = one.shown(lang)
        assert all(text in shown for text in (one.title[lang], one.asks[lang], one.reads[lang], one.sql))
        assert all(f"--set {key}=" in shown for key in one.parameters)
    assert one.asks["es"].startswith("¿")
    assert one.shown("es") != one.shown("en")


def test_the_view_of_what_may_be_added_up_is_what_most_of_them_ask() -> None:
    assert sum("FROM ejecucion" in one.sql for one in examples().values()) >= len(NAMES) // 3


def test_figures_of_the_sample(sample_home: Path) -> None:
    curated = sample_home / "curated"
    departments = rows(curated, "ejecucion-por-departamento")
    assert len(departments) == 22
    assert (departments[0]["label"], departments[0]["pct"]) == ("El Progreso", "20.86")
    (period,) = rows(curated, "devengado-por-cuatrimestre")
    assert (period["acumulado"], period["en_el_periodo"]) == ("19600925.75", "19600925.75")
    assert [row["page"] for row in rows(curated, "donde-esta-una-cifra", cifra="19,600,925.75")] == [
        *("2", "3", "4", "11", "11")
    ]
    (cited,) = rows(curated, "cita-de-una-celda")
    assert cited["text"] == "Q 9,873,197.24"
    assert "p. 4, Tabla No. 4, fila «TOTALES», columna «Ejecutado»" in cited["cita"]
    findings = rows(curated, "mayores-contradicciones", lang="en")
    assert findings[0]["message"].endswith("(pages 10 and 2).")


def test_what_was_executed_within_a_period_is_what_the_one_before_did_not_have(tmp_path: Path) -> None:
    later = (
        ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo"),
        ("detail", "Grupo 0", "Q 200.00", "Q 80.25", "40%", "Q 119.75"),
    )
    published(tmp_path, document(table(), period="C1"))
    published(tmp_path, document(table(*later), period="C2", sha256="f" * 64))
    published(tmp_path, document(table(*later), period="C3", sha256="e" * 64, fiscal_year=2022))
    told = rows(tmp_path, "devengado-por-cuatrimestre")
    assert [(row["period"], row["acumulado"], row["en_el_periodo"]) for row in told] == [
        ("C1", "50.25", "50.25"),
        ("C2", "80.25", "30.00"),
        ("C3", "80.25", ""),
    ]


def test_documents_that_nobody_can_place_are_not_added_up(tmp_path: Path) -> None:
    for sha256 in ("e" * 64, "f" * 64):
        published(tmp_path, document(table(), institution=None, period=None, sha256=sha256))
    assert rows(tmp_path, "instituciones-que-menos-ejecutaron") == []
    assert rows(tmp_path, "devengado-por-cuatrimestre") == []
    assert [row["peso"] for row in rows(tmp_path, "ejecucion-por-grupo-de-gasto")] == [
        "66.67",
        "66.67",
        "33.33",
        "33.33",
    ]


def test_a_difference_in_millions_is_larger_than_one_in_quetzales(tmp_path: Path) -> None:
    for unit, sha256 in (("GTQ", "e" * 64), ("GTQ_millions", "f" * 64)):
        made = document(table(unit=unit), sha256=sha256)
        much = Decimal("400.00") if unit == "GTQ" else Decimal("300.10")
        published(tmp_path, made, result(finding(made, expected=much, confidence="confirmed", column_role="vigente")))
    assert [row["unit"] for row in rows(tmp_path, "mayores-contradicciones")] == ["GTQ_millions", "GTQ"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        HEADER.replace("-- asks.en: x\n", "") + "SELECT 1",
        HEADER + "-- extra.es: x\nSELECT 1",
        HEADER + "-- title.es: otra vez\nSELECT 1",
        HEADER + "-- un comentario\nSELECT 1",
    ],
)
def test_a_file_with_another_header_is_an_error(text: str) -> None:
    with pytest.raises(ExampleTextError, match="mio"):
        parse_example("mio", text)


def test_a_new_example_is_a_file() -> None:
    one = parse_example("mio", HEADER + "-- needs: a=1 b=2\nSELECT $b, $c, $a, $lang\n")
    assert (one.parameters, one.sql) == (("a", "b", "c"), "SELECT $b, $c, $a, $lang\n")

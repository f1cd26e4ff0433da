"""`rendicion query` with named examples and parameters, and what it refuses in plain words."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from rendicion_etl.cli.app import run
from rendicion_etl.curated.examples import examples

DEPARTMENTS = "ejecucion-por-departamento"


@pytest.fixture
def curated(sample_home: Path) -> list[str]:
    return ["--curated", str(sample_home / "curated")]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_examples_are_listed_with_their_question(lang: str, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["query", "--examples", "--lang", lang]) == 0
    told = [line.strip() for line in capfd.readouterr().out.splitlines()]
    for name, one in examples().items():
        assert told[told.index(name) + 1] == one.asks[lang]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_an_example_answers_and_says_what_it_asks_and_how_it_reads(curated: list[str], lang: str, capfd: Any) -> None:
    assert run(["query", "--example", DEPARTMENTS, *curated, "--lang", lang]) == 0
    told, one = capfd.readouterr(), examples()[DEPARTMENTS]
    assert "El Progreso" in told.out
    assert told.err.splitlines() == [one.asks[lang], one.reads[lang]]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_an_example_answers_in_every_format_and_into_a_file(
    curated: list[str], tmp_path: Path, form: str, capfd: Any
) -> None:
    out = tmp_path / f"x.{form}"
    given = ["query", "-e", DEPARTMENTS, "--set", "institution=scep", *curated, "-f", form]
    assert run([*given, "--output", str(out)]) == 0
    assert capfd.readouterr() == ("", "")
    match form:
        case "parquet":
            assert pq.read_table(out).num_rows == 22
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(out.read_bytes())).active.max_row == 23
        case "json":
            assert json.loads(out.read_text())[0]["devengado"] == "199290.54"
        case _:
            assert out.read_text().count("\n") == 23


def test_the_sql_of_an_example_runs_as_it_is_shown(curated: list[str], capfd: Any) -> None:
    assert run(["query", "-e", DEPARTMENTS, "--show"]) == 0
    shown = capfd.readouterr().out
    assert shown.startswith("/* Ejecución por departamento\n")
    assert run(["query", shown, *curated, "-f", "csv", "--set", "institution=scep"]) == 0
    told = capfd.readouterr()
    assert told.err == (
        "Aviso: parámetros sin valor, que cuentan como vacíos (NULL): fiscal_year, period. "
        "Se indican con --set NOMBRE=VALOR.\n"
    )
    assert run(["query", "-e", DEPARTMENTS, *curated, "-f", "csv"]) == 0
    assert capfd.readouterr().out == told.out


def test_what_is_set_is_a_value_and_never_sql(curated: list[str], capfd: Any) -> None:
    sql = "select count(*) as n from documents where institution = $i"
    assert run(["query", "select '$lang' as n", *curated, "-f", "csv"]) == 0
    assert capfd.readouterr().out.split() == ["n", "$lang"]
    for value, n in (("scep", "1"), ("x' or 1=1 --", "0"), ("", "0"), ("a=b", "0")):
        assert run(["query", sql, "--set", f"i={value}", *curated, "-f", "csv"]) == 0
        assert capfd.readouterr().out.split() == ["n", n]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ([], 2, "indique una consulta o un ejemplo"),
        (["select 1", "--example", DEPARTMENTS], 2, "indique una consulta o un ejemplo"),
        (["select 1", "--show"], 2, "indique una consulta o un ejemplo"),
        (["--example", "ejecucion"], 2, "¿Quiso decir ejecucion-por-departamento, ejecucion-por-grupo-de-gasto?"),
        (["--example", "../README"], 2, "no es un ejemplo"),
        (["--example", "donde-esta-una-cifra"], 2, "Por ejemplo: --set cifra=19600925.75"),
        (["--example", DEPARTMENTS, "--set", "institution"], 2, "se espera NOMBRE=VALOR"),
        (["--example", DEPARTMENTS, "--set", "a=1", "--set", "a=2"], 2, "cada nombre una vez"),
        (["--example", DEPARTMENTS, "--set", "anio=1"], 1, "Parámetros que tiene: fiscal_year, institution, period."),
        (["--example", DEPARTMENTS, "--set", "fiscal_year=dos mil"], 1, "Could not convert string 'dos mil'"),
    ],
)
def test_wrong_usage_is_one_line(curated: list[str], given: list[str], code: int, said: str, capfd: Any) -> None:
    assert run(["query", *given, *curated]) == code
    told = capfd.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


ONE_SELECT = "Consulta: solo se admite una instrucción SELECT. Los datos no se modifican así."
OUTSIDE = "Consulta: pide algo fuera de los datos publicados. Solo se leen las vistas: véalas con SHOW TABLES."


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("copy documents to '{there}/out.csv'", ONE_SELECT),
        ("copy (select 1) to '{curated}/out.csv'", ONE_SELECT),
        ("attach '{there}/x.db'", ONE_SELECT),
        ("install httpfs", ONE_SELECT),
        ("load httpfs", ONE_SELECT),
        ("pragma database_list", ONE_SELECT),
        ("set enable_external_access = true", ONE_SELECT),
        ("set variable x = getenv('HOME')", ONE_SELECT),
        ("call pragma_version()", ONE_SELECT),
        ("export database '{there}'", ONE_SELECT),
        ("select 1; copy documents to '{there}/out.csv'", ONE_SELECT),
        ("select * from read_csv('{there}/secret.csv')", OUTSIDE),
        ("select * from read_text('{curated}/../secret.csv')", OUTSIDE),
        ("select * from read_parquet('{there}/x.parquet')", OUTSIDE),
        ("select * from read_parquet('https://example.org/x.parquet')", OUTSIDE),
        ("select * from read_blob('/etc/passwd')", OUTSIDE),
        ("select * from read_json('{there}/secret.csv')", OUTSIDE),
        ("select * from glob('{there}/*')", OUTSIDE),
        ("select * from '{there}/secret.csv'", OUTSIDE),
        ("from query('select * from read_text(''/etc/passwd'')')", OUTSIDE),
        ("from query('copy (select 1) to ''{curated}/out.csv''')", "Consulta: DuckDB respondió: Parser Error"),
        ("select getenv('HOME')", "Consulta: DuckDB respondió: Catalog Error: Scalar Function with name getenv"),
    ],
)
def test_what_does_not_only_read_the_data_is_refused_in_plain_words(
    sample_home: Path, tmp_path: Path, sql: str, said: str, capfd: Any
) -> None:
    curated = sample_home / "curated"
    (tmp_path / "secret.csv").write_text("secreto\n")
    before = sorted(curated.iterdir())
    assert run(["query", sql.format(there=tmp_path, curated=curated), "--curated", str(curated)]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith(said)
    assert told.err.count("\n") == 1
    assert "secreto" not in told.err
    assert (sorted(curated.iterdir()), [p.name for p in tmp_path.iterdir()]) == (before, ["secret.csv"])

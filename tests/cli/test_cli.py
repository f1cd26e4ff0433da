"""The command line: what it prints, how it exits, and how it tells of errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from PIL import Image
from rich.console import Console

from rendicion_etl.cli.app import run
from rendicion_etl.cli.overview import COMMANDS, help_language
from rendicion_etl.cli.show import _related
from rendicion_etl.site.data import load
from reports import write_report


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a report with a wrong total was ingested."""
    folder = tmp_path_factory.mktemp("home")
    write_report(folder / "informe.pdf", total="500.00")
    assert run(["ingest", str(folder / "informe.pdf"), *where(folder)]) == 0
    return folder


def where(home: Path) -> list[str]:
    return ["--curated", str(home / "curated"), "--raw", str(home / "raw")]


def from_json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_ingest_tells_what_came_out_and_where_the_report_lies(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ingest", str(home / "informe.pdf"), *where(home)]) == 0
    told = capsys.readouterr().out
    assert "scep-2021-c1-" in told
    assert "sin cambios" in told
    assert "Informe de calidad:" in told
    assert "index.html" in told


def test_ingest_in_json_is_for_programs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ingest", str(home / "informe.pdf"), *where(home), "--json"]) == 0
    told = from_json(capsys)
    assert told["exit_code"] == 0
    assert told["documents"][0]["status"] == "unchanged"
    assert told["documents"][0]["findings"] == {"critical": {"confirmed": 1}}


@pytest.mark.parametrize(("given", "code"), [([], 0), (["--fail-on", "critical"], 1), (["--fail-on", "warning"], 1)])
def test_findings_change_the_exit_code_only_when_asked(home: Path, given: list[str], code: int) -> None:
    assert run(["ingest", str(home / "informe.pdf"), *where(home), *given]) == code


def test_a_clean_report_does_not_fail_when_asked(tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.pdf")
    assert run(["ingest", str(path), *where(tmp_path), "--fail-on", "warning"]) == 0


def test_a_failed_document_is_one_line_with_file_reason_and_next_step(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "malo.pdf").write_text("nada")
    assert run(["ingest", str(home / "malo.pdf"), *where(home)]) == 3
    told = capsys.readouterr().out.splitlines()
    assert any(
        line
        == "Falló malo.pdf: no es un PDF por su contenido. Compruebe que no sea una página de error u otro formato."
        for line in told
    )
    assert run(["ingest", str(home / "malo.pdf"), *where(home), "--lang", "en"]) == 3
    assert "Failed malo.pdf: it is not a PDF by its content." in capsys.readouterr().out


def test_findings_lists_the_message_and_filters(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["findings", *where(home)[:2]]) == 0
    told = capsys.readouterr().out
    assert "Confirmados por dos lecturas independientes: 1" in told
    assert "totals.column_sum" in told
    assert "500.00" in told
    assert run(["findings", *where(home)[:2], "--severity", "info"]) == 0
    assert "Ningún hallazgo" in capsys.readouterr().out


def test_findings_speaks_english(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["findings", *where(home)[:2], "--lang", "en"]) == 0
    assert "Confirmed by two independent readings: 1" in capsys.readouterr().out


def test_findings_in_json_keep_amounts_exact_and_related_cells_as_values(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["findings", *where(home)[:2], "--json", "--check", "totals.column_sum"]) == 0
    (finding,) = from_json(capsys)
    assert (finding["printed"], finding["expected"], finding["difference"]) == ("500", "400", "100")
    assert [place["value"] for place in finding["related"]] == ["100.00", "300.00"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--document", "tipo"], "tipo: no hay ningún documento con ese nombre"),
        (["--document", "x'; drop view findings; --"], "no hay ningún documento con ese nombre"),
        (["--check", "totals.colum_sum"], "totals.colum_sum: esa regla no se aplicó a estos documentos"),
    ],
)
def test_findings_acquits_nothing_that_the_data_do_not_know(
    home: Path, given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["findings", *where(home)[:2], *given]) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


@pytest.mark.parametrize("command", [["findings"], ["query", "select count(*) from documents"], ["show", "ff"]])
@pytest.mark.parametrize(("name", "why"), [("nada", "no existe esa carpeta"), ("vacia", "no hay ningún documento")])
def test_a_folder_without_documents_is_no_answer(
    tmp_path: Path, command: list[str], name: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vacia").mkdir()
    assert run([*command, "--curated", str(tmp_path / name)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{tmp_path / name}: {why}" in told.err
    assert "rendicion ingest" in told.err


@pytest.mark.parametrize("command", [["findings"], ["query", "select count(*) from findings"]])
def test_a_folder_that_may_not_be_listed_is_an_error_and_not_an_empty_one(
    home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    forbidden = next((home / "curated" / "findings").glob("*/*"))
    real = os.listdir

    def listdir(path: Any) -> list[str]:
        if Path(path) == forbidden:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    assert run([*command, *where(home)[:2]]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{forbidden}: el sistema respondió «Permission denied»")
    assert told.count("\n") == 1


@pytest.mark.parametrize("dataset", ["findings", "documents", "cells"])
def test_a_damaged_file_is_named_with_the_way_to_mend_it(
    home: Path, tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(home / "curated", tmp_path / "curated")
    damaged = next((tmp_path / "curated" / dataset).rglob("*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:100])
    (finding,) = (home / "curated" / "findings").rglob("*.parquet")
    finding_id = pq.ParquetFile(finding).read(["finding_id"]).to_pylist()[0]["finding_id"]
    commands = {"cells": ["show", finding_id], "findings": ["findings"], "documents": ["findings"]}
    for command in (commands[dataset], ["query", f"select count(*) from {dataset}"]):
        assert run([*command, "--curated", str(tmp_path / "curated")]) == 1
        told = capsys.readouterr().err
        assert told.startswith(f"{damaged}: el archivo está dañado. Ingiera de nuevo el PDF de {damaged.stem}")
        assert told.count("\n") == 1


def test_show_gives_the_evidence_and_a_picture(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["findings", *where(home)[:2], "--json"]) == 0
    (finding,) = from_json(capsys)
    picture = home / "lugar.png"
    assert run(["show", finding["finding_id"][:8], *where(home), "--out", str(picture)]) == 0
    told = capsys.readouterr().out
    for text in ("500.00", "400.00", "Servicios Personales", "100.00", "300.00", "Confirmado", "pdfplumber"):
        assert text in told
    with Image.open(picture) as image:
        assert (200, 30, 30) in {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or []}


def test_show_of_an_unknown_finding_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "ffff", *where(home)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "rendicion findings" in told


def test_show_cuts_no_amount_on_a_narrow_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "a.pdf", total="123,456,789,500.00")
    assert run(["ingest", str(path), *where(tmp_path)]) == 0
    capsys.readouterr()
    assert run(["findings", *where(tmp_path)[:2], "--json", "--check", "totals.column_sum"]) == 0
    (finding,) = from_json(capsys)
    related = {"table_id": finding["table_id"], "row": 1, "col": 2, "page": 1, "value": "23493123456.75"}
    published = load(tmp_path / "curated", finding["document_id"])
    monkeypatch.setenv("COLUMNS", "40")
    for columns in ("60", "40"):
        monkeypatch.setenv("COLUMNS", columns)
        Console().print(_related({**finding, "related": [related]}, published, "es"))
        told = capsys.readouterr().out
        assert "23,493,123,456.75" in told
        assert max(map(len, told.splitlines())) <= int(columns)


@pytest.mark.parametrize(
    ("form", "begins"), [("table", b"vigente"), ("csv", b"vigente\r\n400.00"), ("json", b"["), ("parquet", b"PAR1")]
)
def test_query_answers_in_several_formats(
    home: Path, form: str, begins: bytes, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    sql = "select sum(vigente) as vigente from ejecucion"
    out = home / f"salida.{form}"
    assert run(["query", sql, *where(home)[:2], "--format", form, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(begins)
    assert run(["query", sql, *where(home)[:2], "--format", form]) == 0
    assert capfdbinary.readouterr().out == out.read_bytes()


@pytest.mark.parametrize(
    ("sql", "warned"),
    [
        ("select sum(vigente) from ejecucion", True),
        ("SELECT sum(vigente) FROM Ejecucion WHERE period = 'classification'", True),
        ("select sum(vigente) from ejecucion where period = 'C1' -- classification", True),
        ("select classification, period, sum(vigente) from ejecucion group by all", False),
        ("describe ejecucion", False),
        ("select 'ejecucion'", False),
        ("select count(*) from budget_execution", False),
    ],
)
def test_a_query_that_adds_up_the_same_money_twice_is_warned(
    home: Path, sql: str, warned: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    for lang, word in (("es", "Aviso"), ("en", "Note")):
        assert run(["query", sql, *where(home)[:2], "--lang", lang]) == 0
        told = capfd.readouterr()
        assert [line.partition(":")[0] for line in told.err.splitlines()] == [word] * warned
        assert told.out


def test_errors_speak_the_language_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rendicion_etl.cli.app.HELP_LANG", "en")
    assert run(["query", "select nada from ejecucion", *where(home)[:2]]) == 1
    told = capsys.readouterr().err
    assert told.startswith("Query: DuckDB answered: ")
    assert told.endswith("See the views with SHOW TABLES and their columns with DESCRIBE.\n")


def test_a_wrong_query_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "select nada from ejecucion", *where(home)[:2]]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "nada" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["inventada"], "No existe la orden «inventada»"),
        (["ingest", "a.pdf", "--jbs", "3"], "No existe la opción «--jbs»"),
        (["ingest"], "Falta indicar PATH"),
        (["ingest", "a.pdf", "--jobs", "dos"], "«dos» no es un valor válido"),
        (["ingest", "a.pdf", "--jobs", "0"], "«0» no es un valor válido para --jobs"),
        (["findings", "--check", "a", "--check", "b"], "La opción «--check» se dio más de una vez"),
        (["findings", "sobra"], "Sobra «sobra»"),
        (["findings", "--severity", "grave"], "«grave» no es un valor válido"),
    ],
)
def test_wrong_usage_is_told_in_one_line_and_exits_2(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(given) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("value", ["abc", "nan", "-1", "0"])
def test_a_wrong_environment_variable_is_named_and_help_still_answers(value: str) -> None:
    environment = {**os.environ, "RENDICION_TIMEOUT": value}
    told = rendicion("findings", env=environment)
    assert told.returncode == 2
    assert told.stderr.startswith("La variable de entorno RENDICION_TIMEOUT debe ser un número")
    assert told.stderr.count("\n") == 1
    assert rendicion("--help", env=environment).returncode == 0


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "curated").write_text("un archivo donde debía haber una carpeta")
    path = write_report(tmp_path / "a.pdf")
    assert run(["ingest", str(path), *where(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "rendicion doctor" in told
    with pytest.raises(OSError, match="curated"):
        run(["ingest", str(path), *where(tmp_path), "--debug"])


@pytest.mark.parametrize(
    ("given", "lang"),
    [(["--help"], "es"), (["--lang", "en"], "en"), (["findings", "--lang=en"], "en"), (["--lang", "fr"], "es")],
)
def test_the_language_of_help_is_known_before_arguments_are_parsed(
    given: list[str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RENDICION_LANG", raising=False)
    assert help_language(given) == lang


def rendicion(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rendicion_etl", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize(("lang", "word"), [("es", "Órdenes:"), ("en", "Commands:")])
def test_help_names_every_command(lang: str, word: str) -> None:
    told = rendicion("--help", "--lang", lang).stdout
    assert word in told
    for command in COMMANDS:
        assert f"\n  {command} " in told


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_the_readers_language(command: str) -> None:
    spanish, english = rendicion(command, "--help"), rendicion(command, "--help", "--lang", "en")
    assert (spanish.returncode, english.returncode) == (0, 0)
    assert "Idioma de los mensajes" in spanish.stdout
    assert "Language of the messages" in english.stdout
    assert spanish.stdout.startswith(f"Uso: rendicion {command}")
    assert english.stdout.startswith(f"Usage: rendicion {command}")
    assert "[required]" not in spanish.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from rendicion_etl.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'pandas', 'pyarrow', 'duckdb', 'great_expectations',"
        " 'prefect', 'numpy', 'pypdfium2', 'pdfplumber', 'cyclopts', 'rich'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"

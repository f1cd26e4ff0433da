"""The command line: what it prints, how it exits, and how it tells of errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rendicion_etl.cli.app import run
from rendicion_etl.cli.overview import COMMANDS, help_language
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
    assert run(["findings", *where(home)[:2], "--json", "--document", "x'; drop view findings; --"]) == 0
    assert from_json(capsys) == []


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
        (["ingest", "a.pdf", "--jobs", "0"], "--jobs"),
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


def rendicion(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rendicion_etl", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


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


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from rendicion_etl.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'pandas', 'pyarrow', 'duckdb', 'great_expectations',"
        " 'prefect', 'numpy', 'pypdfium2', 'pdfplumber', 'cyclopts', 'rich'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"

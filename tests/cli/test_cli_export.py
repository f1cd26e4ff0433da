"""`rendicion export`: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from rendicion_etl.cli.app import run
from rendicion_etl.curated.downloads.model import TABLES
from reports import write_report


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a report with a wrong total was ingested, with its page."""
    folder = tmp_path_factory.mktemp("home")
    write_report(folder / "informe.pdf", total="500.00")
    assert run(["ingest", str(folder / "informe.pdf"), *where(folder), "--raw", str(folder / "raw")]) == 0
    return folder


def where(home: Path) -> list[str]:
    return ["--curated", str(home / "curated")]


def document_of(home: Path) -> str:
    (path,) = (home / "curated" / "documents").rglob("*.parquet")
    return path.stem


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_forms_go_beside_the_data_and_a_second_time_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", *where(home)]) == 0
    folder = home / "curated" / "downloads"
    told = capsys.readouterr().out
    assert str(folder / "csv" / "ejecucion.csv") in told
    assert "Empiece por ejecucion" in told
    assert {"rendicion.xlsx", "rendicion.duckdb", "datapackage.json", "LEEME.txt"} <= files(folder)
    n = 2 * len(TABLES) + 2  # Parquet and CSV a table; a workbook and a database
    assert run(["export", *where(home)]) == 0
    assert capsys.readouterr().out == f"{folder}: sin cambios. Archivos: {n}.\n"
    assert run(["export", *where(home), "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"{folder}: unchanged. Files: {n}.\n"


def test_only_the_forms_asked_for_are_written(home: Path, tmp_path: Path) -> None:
    assert run(["export", *where(home), "--xlsx", "--duckdb", "--output", str(tmp_path)]) == 0
    assert files(tmp_path) == {"rendicion.xlsx", "rendicion.duckdb", "datapackage.json", "LEEME.txt"}


def test_a_document_goes_to_a_folder_of_its_name_with_links_to_its_page(home: Path, tmp_path: Path) -> None:
    name = document_of(home)
    assert run(["export", *where(home), "--xlsx", "--document", name, "-o", str(tmp_path)]) == 0
    book = openpyxl.load_workbook(tmp_path / name / f"{name}.xlsx")
    target = book["documents"]["A2"].hyperlink.target
    page = (tmp_path / name / target).resolve()
    assert page == (home / "curated" / "site" / name / "index.html").resolve()
    assert page.exists()


def test_links_may_lead_to_a_published_site(home: Path, tmp_path: Path) -> None:
    assert run(["export", *where(home), "--xlsx", "-o", str(tmp_path), "--site-url", "https://x.gt/r/"]) == 0
    book = openpyxl.load_workbook(tmp_path / "rendicion.xlsx")
    assert book["documents"]["A2"].hyperlink.target == f"https://x.gt/r/{document_of(home)}/index.html"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://x.gt/ y", "x.gt"])
def test_what_is_no_address_is_wrong_usage(home: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", *where(home), "--site-url", url]) == 2
    assert "no es la dirección de un sitio" in capsys.readouterr().err


def test_bom_is_for_excel(home: Path, tmp_path: Path) -> None:
    assert run(["export", *where(home), "--csv", "--bom", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "csv" / "ejecucion.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_json_lists_the_files_for_programs(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", *where(home), "--csv", "-o", str(tmp_path), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["name"], first["dataset"], first["rows"], first["changed"]) == (
        "csv/ejecucion.csv",
        "ejecucion",
        2,
        True,
    )
    assert Path(first["path"]).stat().st_size == first["size"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("es", "no hay ningún documento publicado en esa carpeta"), ("en", "no document is published in that folder")],
)
def test_an_empty_folder_is_refused(
    tmp_path: Path, lang: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "curated").mkdir()
    monkeypatch.setattr("rendicion_etl.cli.app.HELP_LANG", lang)  # of the command line, which is not ours here
    assert run(["export", *where(tmp_path), "--lang", lang]) == 1
    assert said in capsys.readouterr().err
    assert files(tmp_path) == set()


def test_a_document_that_is_not_there_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", *where(home), "--document", "scep-2020-c1-00000000", "-o", str(tmp_path / "x")]) == 1
    assert "no hay ningún documento con ese nombre" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()

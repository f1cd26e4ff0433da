"""`rendicion site`: builds what changed, serves on this machine only, says what to do where there is nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rendicion_etl.cli.app import run
from rendicion_etl.site.pages import FINDINGS, SITE
from reports import write_report


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a report with a wrong total was ingested, and its site built."""
    folder = tmp_path_factory.mktemp("home")
    write_report(folder / "informe.pdf", total="500.00")
    assert run(["ingest", str(folder / "informe.pdf"), *where(folder)]) == 0
    assert run(["site", "build", *where(folder)]) == 0
    return folder


def where(home: Path) -> list[str]:
    return ["--curated", str(home / "curated"), "--raw", str(home / "raw")]


def built(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    capsys.readouterr()
    assert run(["site", "build", "--json", *where(home)]) == 0
    told: dict[str, list[str]] = json.loads(capsys.readouterr().out)
    return told


def test_a_second_build_draws_nothing_and_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = home / "curated" / SITE
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    told = built(home, capsys)
    assert (told["drawn"], len(told["unchanged"])) == ([], 1)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


def test_a_page_that_is_missing_is_drawn_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = next((home / "curated" / SITE).glob("scep-*/index.en.html"))
    page.unlink()
    assert built(home, capsys)["drawn"] == [page.parent.name]
    assert page.is_file()


def test_a_document_that_cannot_be_drawn_is_told_and_the_others_stand(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next((home / "curated" / "findings").rglob("*.parquet"))
    whole = path.read_bytes()
    findings = pq.read_table(path, partitioning=None)
    column = findings.schema.get_field_index("related")
    broken = pa.array(["["] * len(findings), findings.schema.field(column).type)
    try:
        pq.write_table(findings.set_column(column, findings.schema.field(column), broken), path)
        assert run(["site", "build", *where(home)]) == 3
        told = capsys.readouterr()
        assert path.stem in told.err
        assert "Documentos dibujados: 0" in told.out
    finally:
        path.write_bytes(whole)
    assert built(home, capsys)["drawn"] == [path.stem]


def test_each_confirmed_finding_has_a_page_and_the_same_as_json(home: Path) -> None:
    (page,) = (home / "curated" / SITE / FINDINGS).iterdir()
    told = json.loads((page / "index.json").read_text())
    assert told["finding_id"] == page.name
    assert told["message_es"] in (page / "index.html").read_text()
    assert told["message_en"] in (page / "index.en.html").read_text()


def test_it_is_served_on_this_machine_only(home: Path) -> None:
    command = [sys.executable, "-m", "rendicion_etl", "site", "serve", "--port", "0", *where(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
        finally:
            server.terminate()


def test_without_a_site_or_a_document_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["site", "open", *where(tmp_path)]) == 1
    assert "rendicion site build" in capsys.readouterr().err
    assert run(["site", "build", *where(tmp_path)]) == 1
    assert "rendicion ingest" in capsys.readouterr().err


def test_pages_without_pictures_are_drawn_again_once_the_document_is_there(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = next(path for path in (home / "raw").rglob("*.pdf"))
    aside = pdf.rename(home / "aside.pdf")
    page = next((home / "curated" / SITE).glob("scep-*/index.html"))
    assert built(home, capsys)["drawn"] == [page.parent.name]
    assert "paginas/" not in page.read_text()
    aside.rename(pdf)
    assert built(home, capsys)["drawn"] == [page.parent.name]
    assert "paginas/" in page.read_text()

"""`rendicion letter`: to the terminal or into a file, or a word that there is nothing to ask."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rendicion_etl.cli.app import run
from reports import write_report

SAMPLE_ID = "scep-2021-c1-b258dfc4"


@pytest.fixture
def curated(sample_home: Path) -> list[str]:
    return ["--curated", str(sample_home / "curated")]


@pytest.mark.parametrize(("lang", "word"), [("es", "**Asunto:**"), ("en", "**Subject:**")])
def test_the_letter_comes_as_markdown_to_the_terminal(curated: list[str], lang: str, word: str, capfd: Any) -> None:
    assert run(["letter", SAMPLE_ID, *curated, "--lang", lang]) == 0
    told = capfd.readouterr()
    assert word in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("name", "given", "begins"),
    [("c.md", [], "["), ("c.html", [], "<!doctype html>"), ("c.txt", ["--format", "html"], "<!doctype html>")],
)
def test_the_letter_is_saved_in_the_form_asked_for(
    curated: list[str], tmp_path: Path, name: str, given: list[str], begins: str, capfd: Any
) -> None:
    out = tmp_path / name
    assert run(["letter", SAMPLE_ID, *curated, "--output", str(out), *given]) == 0
    assert out.read_text().lstrip().startswith(begins)
    assert capfd.readouterr().out.startswith(f"Carta guardada en {out}.")


def test_a_document_without_contradictions_gets_no_letter(tmp_path: Path, capfd: Any) -> None:
    path, out = write_report(tmp_path / "a.pdf"), tmp_path / "carta.md"
    where = ["--curated", str(tmp_path / "curated")]
    assert run(["ingest", str(path), *where, "--raw", str(tmp_path / "raw"), "--json"]) == 0
    capfd.readouterr()
    (made,) = (tmp_path / "curated" / "documents").rglob("*.parquet")
    assert run(["letter", made.stem, *where, "--out", str(out)]) == 0
    told = capfd.readouterr()
    assert told.out == ""
    assert "ninguna contradicción confirmada de peso" in told.err
    assert not out.exists()


def test_a_letter_about_a_replaced_file_says_so(sample_home: Path, tmp_path: Path, capfd: Any) -> None:
    shutil.copytree(sample_home / "curated", tmp_path / "curated")
    (path,) = (tmp_path / "curated" / "documents").rglob("*.parquet")
    row = pq.ParquetFile(path).read()
    later = {"document_id": "scep-2021-c1-ffffffff", "supersedes": SAMPLE_ID}
    row = pa.Table.from_pylist([{**row.to_pylist()[0], **later}], schema=row.schema)
    pq.write_table(row, path.with_stem("scep-2021-c1-ffffffff"))
    assert run(["letter", SAMPLE_ID, "--curated", str(tmp_path / "curated")]) == 0
    told = capfd.readouterr()
    assert "otra versión de este documento (scep-2021-c1-ffffffff)" in told.err
    assert "Asunto" in told.out


@pytest.mark.parametrize("given", ["nada", "../x"])
def test_an_unknown_document_is_one_line(curated: list[str], given: str, capfd: Any) -> None:
    assert run(["letter", given, *curated]) == 1
    told = capfd.readouterr()
    assert told.err.startswith(f"{given}: no hay ningún documento con ese nombre")
    assert told.err.count("\n") == 1

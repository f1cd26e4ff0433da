"""The page of the downloads lists files as they lie in the folder; without any it says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from site_building import Page, broken_links

from rendicion_etl.site.downloads import size_in_words, write_downloads_page
from rendicion_etl.site.pages import write_assets


@dataclass(frozen=True)
class File:
    name: str
    size: int
    rows: int | None


def page(home: Path, *files: File, lang: str = "es") -> Page:
    write_assets(home)
    write_downloads_page(home, files)
    return Page(home / "descargas" / ("index.html" if lang == "es" else "index.en.html"))


def test_a_file_is_listed_with_what_is_in_it_its_rows_and_its_size(tmp_path: Path) -> None:
    lies = tmp_path / "descargas" / "csv" / "ejecucion.csv"
    lies.parent.mkdir(parents=True)
    lies.write_text("a\n")
    shown = page(tmp_path, File("csv/ejecucion.csv", 12_345, 1_234))
    assert shown.rows[1] == ["ejecucion.csv", "Ejecución, lista para sumar", "CSV (texto)", "1,234", "12.3 kB"]
    assert {"href": "csv/ejecucion.csv", "download": ""} in shown.all("a")
    assert [link for link in broken_links(tmp_path) if "csv" in link] == []
    told = json.loads((tmp_path / "descargas" / "index.json").read_text(encoding="utf-8"))
    assert told["downloads"] == [
        {"path": "csv/ejecucion.csv", "size": 12_345, "rows": 1_234},
    ]


def test_a_file_of_no_dataset_is_told_by_its_kind(tmp_path: Path) -> None:
    shown = page(tmp_path, File("rendicion.duckdb", 5, None), lang="en")
    assert shown.rows[1][1:4] == [
        "All datasets and the views, with the description of every column",
        "DuckDB database",
        "",
    ]


def test_what_an_export_leaves_beside_its_files_is_listed_last(tmp_path: Path) -> None:
    (tmp_path / "descargas").mkdir()
    (tmp_path / "descargas" / "LEEME.txt").write_text("x")
    shown = page(tmp_path, File("rendicion.xlsx", 5, 7))
    assert [row[0] for row in shown.rows[1:]] == ["rendicion.xlsx", "LEEME.txt"]


def test_without_files_there_is_no_empty_table(tmp_path: Path) -> None:
    shown = page(tmp_path)
    assert not shown.all("table")
    assert "sin archivos para descargar" in shown.text


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (1000, "1.0 kB"), (2_500_000_000, "2.5 GB")])
def test_sizes_are_read_by_people(size: int, words: str) -> None:
    assert size_in_words(size) == words

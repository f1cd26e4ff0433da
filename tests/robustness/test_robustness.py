"""Hostile and damaged files: each ends as ingested or with a plain reason, and the published data are whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzz import LIMITS, NATIVE, damaged, fault_of, must_be_valid, try_files
from hostile import BUILT, NAMES, one_page, stream, text_at

from rendicion_etl import ingest
from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.runs.report import DocumentReport
from rendicion_etl.runs.workers import Failure
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import RawTable
from reports import write_report

SEEDS = range(700, 708)
FATES = {  # what the others become is up to the readers, but never a fault
    "bomb": "uno de sus flujos comprimidos pasa de 8 MiB al descomprimirse",
    "many_pages": "el PDF tiene 5000 páginas, y se admiten 3000",
    "encrypted_with_password": "el PDF está protegido con contraseña",
    "page_tree_loop": "la página 1 está dañada",
    "encryption_unknown": "el PDF usa un cifrado que no se puede abrir",
    "encrypted_r6": None,
    "arrays_nested": None,
    "dictionaries_nested": None,
    "paths": None,
    "embedded_file": None,
    "javascript": None,
    "launch_and_links": None,
    "text_bidi": None,
    "text_markup": None,
}
# Too slow for every run, most of them since they are read from their pixels: `make fuzz` tries them.
SLOW = {"columns", "figures_of_many_decimals", "picture_huge", "picture_negative", "text_beyond", "text_control"}
# test_encryption.py reads these without a run.
ELSEWHERE = {name for name in BUILT if name.startswith("encrypted_r")} - {"encrypted_r6"}


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**LIMITS, "RENDICION_MAX_STREAM_MB": "8"}.items():
        monkeypatch.setenv(name, value)


def test_no_hostile_file_is_met_with_a_fault(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in BUILT.keys() - SLOW - ELSEWHERE:
        build, many, _ = BUILT[name]
        (inbox / f"{name}.pdf").write_bytes(build(many))
    report = ingest(inbox, curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert {d.file_name: fault for d in report.documents if (fault := fault_of(d))} == {}
    assert report.notices == {}
    fates = {Path(d.file_name).stem: d.failure and d.failure.why for d in report.documents}
    assert {name: fates[name] for name in FATES} == FATES
    must_be_valid(tmp_path)


def test_a_page_of_ten_thousand_columns_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDICION_PAGE_TIMEOUT", "2")
    build, many, _ = BUILT["columns"]
    (tmp_path / "a.pdf").write_bytes(build(many))
    (document,) = ingest(tmp_path / "a.pdf", curated=tmp_path / "curated", raw=tmp_path / "raw").documents
    assert document.failure
    assert document.failure.why == "la página 1 tardó más de 2 segundos y la lectura se detuvo"


def test_no_damaged_file_is_met_with_a_fault(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for seed in SEEDS:
        name, data = damaged(seed)
        (inbox / f"{seed}-{name}"[:200]).with_suffix(".pdf").write_bytes(data)
    ends, faults = try_files(sorted(inbox.iterdir()), tmp_path)
    assert faults == {}
    assert ends["ingested"] + ends["failed"] == len(SEEDS)


def test_a_seed_gives_the_same_file_again() -> None:
    assert [damaged(seed) for seed in range(40, 60)] == [damaged(seed) for seed in range(40, 60)]
    assert len({data for seed in range(40, 60) for _, data in [damaged(seed)]}) == 20


def test_a_file_under_any_name_is_ingested_and_nothing_is_written_beside_the_folders(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for year, name in enumerate(NAMES, 2010):
        write_report(tmp_path / "x.pdf", year=year).rename(inbox / name)
    outside = inbox / ".." / "fuera.pdf"
    write_report(outside, year=2009)
    report = ingest([*sorted(inbox.iterdir()), outside], curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert [d.status for d in report.documents] == ["ingested"] * (len(NAMES) + 1)
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "curated", "raw", "fuera.pdf"}
    assert all(d.file_name.isprintable() and "/" not in d.file_name for d in report.documents)
    must_be_valid(tmp_path)


def test_the_judge_of_the_fuzzer_sees_a_fault_where_there_is_one(tmp_path: Path) -> None:
    def ended(why: str, detail: str | None = None) -> str | None:
        return fault_of(DocumentReport("a.pdf", "failed", failure=Failure(why, "Repita.", "reading", detail=detail)))

    assert ended("el archivo está vacío") is None
    assert ended("error interno del programa (KeyError: 1)")
    assert ended("el archivo está vacío", detail="Traceback")
    assert ended("algo nunca dicho")
    assert fault_of(DocumentReport("a.pdf", "failed"))

    ingest(write_report(tmp_path / "a.pdf"), curated=tmp_path / "curated", raw=tmp_path / "raw")
    must_be_valid(tmp_path)
    (tables,) = (tmp_path / "curated" / "tables").rglob("*.parquet")
    pq.write_table(pa.table({"otra": [1]}), tables)
    with pytest.raises(Exception, match=r"schema|dañado|DuckDB"):
        must_be_valid(tmp_path)


# ---------------------------------------------------------------- what the fuzzer found


@pytest.mark.parametrize("box", [Box(700, 10, 800, 20), Box(-50, -50, -10, -10), Box(10, 10, 10, 10)])
def test_what_lies_beyond_a_page_is_paper(box: Box, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page(stream(b"")))
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        assert pdf.pixels(1, 72, box).tolist() == [[255]]
        assert pdf.render(1, 1.0, box).getpixel((0, 0)) == (255, 255, 255)


ROWS = [("Grupo", "Vigente", "Devengado"), ("Uno", "3.00", "5.00"), ("Dos", "3.00", "3.00"), ("Tres", "6.00", "8.00")]


def tables_of(path: Path, content: bytes) -> list[RawTable]:
    path.write_bytes(one_page(stream(content)))
    with open_pdf(path, path.name) as pdf:
        return read_tables(pdf)[0]


def test_a_figure_that_runs_over_the_last_column_leaves_its_cells_a_width(tmp_path: Path) -> None:
    rows = [*ROWS[:2], ("Dos", "9" * 60, "3.00"), ROWS[3]]
    (table,) = tables_of(tmp_path / "a.pdf", text_at(rows, step=170))
    assert min(cell.box.width for cell in table.cells) > 0


def test_a_large_text_over_a_header_that_stands_over_no_column_does_not_cost_the_table(tmp_path: Path) -> None:
    large = text_at([["Nota"]], x=-20, y=720, size=30)
    (table,) = tables_of(tmp_path / "a.pdf", text_at(ROWS, step=170) + b"\n" + large)
    figures = [text for row in ROWS[1:] for text in row[1:]]
    assert [c.text for c in table.cells if c.text in figures] == figures


def test_a_figure_too_long_for_any_amount_does_not_cost_the_report_its_page(tmp_path: Path) -> None:
    build, many, _ = BUILT["figures_far_too_long"]
    (tmp_path / "a.pdf").write_bytes(build(many))
    report = ingest(tmp_path / "a.pdf", curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert [(d.status, d.failure) for d in report.documents] == [("ingested", None)]


def test_the_fuzzer_has_something_to_damage() -> None:
    assert len(NATIVE) > 30

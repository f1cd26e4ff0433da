"""A run from files to published datasets: what one document suffers, the others do not feel."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import rendicion_etl
from rendicion_etl.archive import store
from rendicion_etl.curated import datapackage
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.pipeline import process_document
from rendicion_etl.runs import publishing, run
from rendicion_etl.runs.report import DocumentReport, RunReport, print_report
from rendicion_etl.runs.staging import STAGING, StagedDocument, Task, open_staging, stage, stage_document
from rendicion_etl.runs.workers import begin_page, run_documents
from rendicion_etl.settings import Bounds, Settings
from reports import write_report


def settings_in(folder: Path) -> Settings:
    return Settings(curated=folder / "curated", raw=folder / "raw", jobs=2)


def ingest(folder: Path, *paths: Path) -> RunReport:
    return run.ingest(paths, curated=folder / "curated", raw=folder / "raw", jobs=2)


def run_with(function: Callable[[Task], StagedDocument], folder: Path, *paths: Path) -> RunReport:
    """A run whose children do something else than reading."""
    with run.open_run(list(paths), settings_in(folder)) as opened:
        return opened.finish(run_documents(function, opened.tasks, jobs=2, timeout=60))


def published(folder: Path) -> set[str]:
    return {path.name for path in (folder / "curated" / "documents").rglob("*.parquet")}


def quarantined(folder: Path) -> dict[str, dict[str, str]]:
    records = [json.loads(path.read_text()) for path in (folder / "curated" / "quarantine").glob("*.json")]
    return {record["file_name"]: record for record in records}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunReport]:
    """A folder with two reports, one of them wrong in its total, and every kind of bad file."""
    folder = tmp_path_factory.mktemp("mixed")
    inbox = folder / "inbox"
    (inbox / "2022").mkdir(parents=True)
    good = write_report(inbox / "bueno.pdf")
    write_report(inbox / "2022" / "MALA-SUMA.PDF", total="500.00", year=2022)
    (inbox / "copia de bueno.pdf").write_bytes(good.read_bytes())
    (inbox / "truncado.pdf").write_bytes(good.read_bytes()[:700])
    (inbox / "vacio.pdf").write_bytes(b"")
    (inbox / "pagina.pdf").write_text("<html>no encontrado</html>")
    (inbox / "notas.txt").write_text("no es asunto de nadie")
    (folder / "nada").mkdir()
    return folder, ingest(folder, inbox, folder / "nada", folder / "no-existe.pdf")


def of(report: RunReport, name: str) -> DocumentReport:
    return next(document for document in report.documents if document.file_name == name)


def test_the_good_ones_are_published_and_the_bad_ones_told_one_by_one(mixed: tuple[Path, RunReport]) -> None:
    folder, report = mixed
    assert {d.file_name: d.status for d in report.documents} == {
        "MALA-SUMA.PDF": "ingested",
        "bueno.pdf": "ingested",
        "copia de bueno.pdf": "unchanged",
        "truncado.pdf": "failed",
        "vacio.pdf": "failed",
        "pagina.pdf": "failed",
        "nada": "failed",
        "no-existe.pdf": "failed",
    }
    assert report.exit_code == 3
    assert published(folder) == {f"{of(report, n).document_id}.parquet" for n in ("bueno.pdf", "MALA-SUMA.PDF")}
    for document in report.of("failed"):
        assert document.failure is not None
        assert document.failure.why
        assert document.failure.next_step


def test_bad_files_are_quarantined_with_the_reason(mixed: tuple[Path, RunReport]) -> None:
    folder, _ = mixed
    noted = quarantined(folder)
    assert set(noted) == {"truncado.pdf", "vacio.pdf", "pagina.pdf"}, "what gave no bytes has nothing to be noted under"
    contents = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "inbox").iterdir() if path.is_file()
    }
    assert {record["sha256"] for record in noted.values()} <= contents
    assert noted["vacio.pdf"]["stage"] == "archive"
    assert noted["truncado.pdf"]["stage"] == "reading"
    assert "no es un PDF" in noted["pagina.pdf"]["error"]


def test_the_wrong_total_is_found_and_the_right_one_is_not(mixed: tuple[Path, RunReport]) -> None:
    _, report = mixed
    assert of(report, "MALA-SUMA.PDF").findings["critical"] == {"confirmed": 1}
    assert of(report, "bueno.pdf").findings == {}
    assert report.has_confirmed("critical")
    assert of(report, "bueno.pdf").n_tables == 1


def test_the_score_is_told_of_what_was_read_and_of_what_is_unchanged(mixed: tuple[Path, RunReport]) -> None:
    folder, report = mixed
    good, bad = (of(report, name).scores for name in ("bueno.pdf", "MALA-SUMA.PDF"))
    assert good[0].n_passed == good[0].n_applied > 0
    assert (bad[0].n_applied, bad[0].n_passed) == (good[0].n_applied, good[0].n_applied - 1)
    assert of(report, "vacio.pdf").scores == []
    assert report.to_dict()["documents"][0]["scores"][0].keys() == {
        "severity",
        "n_applied",
        "n_passed",
        "n_unconfirmed",
    }
    again = ingest(folder, folder / "inbox" / "2022")
    assert again.documents[0].status == "unchanged"
    assert again.documents[0].scores == bad
    view = rendicion_etl.open_curated(folder / "curated").execute(
        "select n_applied, n_passed from scores where severity = 'critical' and fiscal_year = 2022"
    )
    assert view.fetchall() == [(bad[0].n_applied, bad[0].n_passed)]


def test_what_was_published_can_be_queried_and_read_as_a_page(mixed: tuple[Path, RunReport]) -> None:
    folder, report = mixed
    con = rendicion_etl.open_curated(folder / "curated")
    asked = "select fiscal_year, sum(vigente) from ejecucion group by all order by all"
    assert con.sql(asked).fetchall() == [(2021, Decimal("400.00")), (2022, Decimal("400.00"))]
    page = of(report, "MALA-SUMA.PDF").report
    assert page is not None
    assert "500.00" in page.read_text()
    assert json.loads((folder / "curated" / "datapackage.json").read_text())["resources"]


def test_the_verdict_of_the_validation_is_kept_beside_the_data(mixed: tuple[Path, RunReport]) -> None:
    _, report = mixed
    assert report.verdict is not None
    verdict = json.loads(report.verdict.read_text())
    assert verdict["contract"] == "pass"
    assert verdict["accountability"] == "fail"
    assert sorted(verdict["document_ids"]) == sorted(d.document_id for d in report.of("ingested"))


def test_no_staging_is_left(mixed: tuple[Path, RunReport]) -> None:
    folder, _ = mixed
    assert list((folder / "curated" / STAGING).glob("run-*")) == []


def test_a_second_run_changes_nothing_and_validates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_report(tmp_path / "a.pdf", total="401.00")
    first = ingest(tmp_path, path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    monkeypatch.setattr(publishing, "publish_run", None)
    second = ingest(tmp_path, path)
    assert [d.status for d in second.documents] == ["unchanged"]
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == before
    assert [replace(d, status="ingested", is_new=True) for d in second.documents] == first.documents


def test_other_code_reads_again_and_keeps_the_identifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_report(tmp_path / "a.pdf")
    first = ingest(tmp_path, path)
    monkeypatch.setattr(run, "pipeline_version", lambda: "9.9.9+00000000")
    second = ingest(tmp_path, path)
    assert [(d.status, d.is_new) for d in (*first.documents, *second.documents)] == [
        ("ingested", True),
        ("ingested", False),
    ]
    assert second.documents[0].document_id == first.documents[0].document_id
    assert len(published(tmp_path)) == 1


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("damage", ["lost", "cut off", "of another file"])
def test_a_document_with_a_lost_or_damaged_file_is_read_again(tmp_path: Path, dataset: str, damage: str) -> None:
    path = write_report(tmp_path / "a.pdf", total="500.00")
    first = ingest(tmp_path, path)
    (file,) = (tmp_path / "curated" / dataset).rglob("*.parquet")
    whole = file.read_bytes()
    match damage:
        case "lost":
            file.unlink()
        case "cut off":
            file.write_bytes(whole[: len(whole) // 2])
        case "of another file":
            table = pq.ParquetFile(file).read()
            pq.write_table(table.replace_schema_metadata({"sha256": "0" * 64}), file)
    second = ingest(tmp_path, path)
    assert [d.status for d in second.documents] == ["ingested"]
    assert second.documents[0].findings == {"critical": {"confirmed": 1}}
    (mended,) = (tmp_path / "curated" / dataset).rglob("*.parquet")
    assert (mended.name, pq.ParquetFile(mended).metadata.num_rows) == (file.name, pq_rows(whole))
    assert [d.status for d in ingest(tmp_path, path).documents] == ["unchanged"]
    assert second.documents[0].document_id == first.documents[0].document_id


def pq_rows(content: bytes) -> int:
    rows: int = pq.ParquetFile(io.BytesIO(content)).metadata.num_rows
    return rows


@pytest.mark.parametrize("refused", ["validation", "datapackage.json"])
def test_a_full_disk_after_publication_is_a_notice_that_names_the_file(
    tmp_path: Path, refused: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def write_whole(path: Path, content: bytes) -> None:
        if refused in path.parts:
            raise OSError(28, "No space left on device")
        store.write_whole(path, content)

    monkeypatch.setattr(publishing, "write_whole", write_whole)
    monkeypatch.setattr(datapackage, "write_whole", write_whole)
    path = write_report(tmp_path / "a.pdf")
    report = ingest(tmp_path, path)
    assert ([d.status for d in report.documents], report.exit_code) == (["ingested"], 0)
    assert len(published(tmp_path)) == 1
    ((file, notice),) = report.notices.items()
    assert refused in Path(file).parts
    assert "No space left on device" in notice.why
    assert list(report.to_dict()["notices"]) == [file]
    print_report(report, "en")
    told = capsys.readouterr().out
    assert f"Notice about {file}: this file, which goes with the data, could not be written: No space left" in told
    assert "1 ingested" in told

    monkeypatch.undo()
    again = ingest(tmp_path, path)
    assert ([d.status for d in again.documents], again.notices) == (["unchanged"], {})
    assert (tmp_path / "curated" / "datapackage.json").exists(), "repeating the command mends it"


def test_a_quarantine_that_cannot_be_written_does_not_lose_the_report(tmp_path: Path) -> None:
    (tmp_path / "malo.pdf").write_text("nada")
    (tmp_path / "curated").mkdir()
    (tmp_path / "curated" / "quarantine").write_text("un archivo donde debía haber una carpeta")
    report = ingest(tmp_path, tmp_path / "malo.pdf", write_report(tmp_path / "a.pdf"))
    assert [d.status for d in report.documents] == ["failed", "ingested"]
    assert {Path(file).parent.name for file in report.notices} == {"quarantine"}


def test_a_lost_report_page_is_written_again(tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.pdf")
    page = ingest(tmp_path, path).documents[0].report
    assert page is not None
    page.unlink()
    assert ingest(tmp_path, path).documents[0].status == "unchanged"
    assert page.exists()


def crash(task: Task) -> StagedDocument:
    if task.stored.file_name == "bomba.pdf":
        os.kill(os.getpid(), signal.SIGSEGV)
    return stage_document(task)


def come_to_a_bad_end(task: Task) -> StagedDocument:
    """Dies, or hangs, as the name of its file says; any other is read."""
    match task.stored.file_name:
        case "segfault.pdf":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "kill.pdf":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang.pdf":
            begin_page(2)
            time.sleep(600)
        case "memory.pdf":
            bytearray(64 << 30)
    return stage_document(task)


def test_whatever_becomes_of_a_reader_is_one_document_in_quarantine_and_the_run_goes_on(tmp_path: Path) -> None:
    ends = {
        "segfault.pdf": "terminó por la señal 11",
        "kill.pdf": "terminó por la señal 9",
        "hang.pdf": "la página 2 tardó más de 2 segundos",
        "memory.pdf": "más memoria que la permitida",
    }
    files = [write_report(tmp_path / name, year=2015 + n) for n, name in enumerate([*ends, "bien.pdf"])]
    settings = replace(settings_in(tmp_path), bounds=Bounds(page_timeout=2))
    with run.open_run(files, settings) as opened:
        outcomes = run_documents(
            come_to_a_bad_end, opened.tasks, jobs=2, timeout=60, memory_mb=8192, bounds=settings.bounds
        )
        report = opened.finish(outcomes)
    assert {r.file_name: r.status for r in report.documents} == dict.fromkeys(ends, "failed") | {"bien.pdf": "ingested"}
    noted = quarantined(tmp_path)
    assert set(noted) == set(ends)
    for name, why in ends.items():
        assert why in noted[name]["error"]


def break_the_contract(task: Task) -> StagedDocument:
    processed = process_document(task.stored, task.document_id)
    if task.stored.file_name == "bomba.pdf":
        processed.records["cells"] = []  # a table without cells
    return stage(processed, task.staging)


@pytest.mark.parametrize(
    ("sabotage", "stage_name", "why"),
    [(crash, "reading", "el proceso lector terminó"), (break_the_contract, "contract", "no cumplen el contrato")],
)
def test_a_document_that_fails_in_its_child_or_breaks_the_contract_is_kept_out(
    tmp_path: Path, sabotage: Callable[[Task], StagedDocument], stage_name: str, why: str
) -> None:
    good, bad = write_report(tmp_path / "bueno.pdf"), write_report(tmp_path / "bomba.pdf", year=2019)
    report = run_with(sabotage, tmp_path, good, bad)
    assert [d.status for d in report.documents] == ["ingested", "failed"]
    assert published(tmp_path) == {f"{report.documents[0].document_id}.parquet"}
    noted = quarantined(tmp_path)["bomba.pdf"]
    assert noted["stage"] == stage_name
    assert why in noted["error"]

    mended = ingest(tmp_path, bad)
    assert [d.status for d in mended.documents] == ["ingested"]
    assert quarantined(tmp_path) == {}, "what was ingested later is no longer in quarantine"


def test_without_validation_nothing_is_published(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    settings = replace(settings_in(tmp_path), expectations_dir=tmp_path / "suites")
    with run.open_run([write_report(tmp_path / "a.pdf")], settings) as opened:
        report = opened.finish(run_documents(stage_document, opened.tasks, jobs=1, timeout=60))
    assert [d.status for d in report.documents] == ["failed"]
    assert published(tmp_path) == set()
    said = quarantined(tmp_path)["a.pdf"]["error"]
    assert f"la validación no se pudo hacer ({tmp_path / 'suites'}): falta la suite de: documents" in said
    assert said.splitlines()[0].endswith(
        "check_results, corrections. Corrija el archivo en la carpeta de suites (véase su README.md)."
    )


def test_the_staging_of_a_killed_run_is_removed_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    dead = tmp_path / STAGING / "run-dead"
    dead.mkdir(parents=True)
    (dead / "x.parquet").write_text("half")
    with open_staging(tmp_path) as alive, open_staging(tmp_path) as second:
        assert not dead.exists()
        assert alive.exists()
        assert second.exists()
    assert not alive.exists()
    assert not second.exists()


def test_a_path_without_bytes_is_told_of_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vacia").mkdir()
    report = ingest(tmp_path, tmp_path / "tarde.pdf", tmp_path / "vacia")
    assert (report.exit_code, quarantined(tmp_path)) == (3, {})
    print_report(report, "es")
    told = capsys.readouterr().out
    assert "Falló tarde.pdf: el archivo no existe" in told
    assert "Falló vacia: la carpeta no contiene archivos .pdf" in told
    assert "quedan anotados" not in told
    (tmp_path / "malo.pdf").write_text("nada")
    print_report(ingest(tmp_path, tmp_path / "malo.pdf"), "es")
    assert f"quedan anotados en {tmp_path / 'curated' / 'quarantine'}" in capsys.readouterr().out


def test_a_broken_contract_is_told_in_english_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = run_with(break_the_contract, tmp_path, write_report(tmp_path / "bomba.pdf"))
    print_report(report, "en")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Failed")]
    assert line.startswith("Failed bomba.pdf: its data break the contract: ")
    assert ".." not in line
    failure = report.documents[0].failure
    assert failure is not None
    assert failure.why not in line
    assert set(report.to_dict()["documents"][0]["failure"]) == {"why", "next_step", "stage", "transient"}


def test_progress_is_told_for_every_document(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    paths = [write_report(tmp_path / f"{year}.pdf", year=year) for year in (2020, 2021)]
    run.ingest(
        paths,
        curated=tmp_path / "curated",
        raw=tmp_path / "raw",
        on_progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert told == [("reading", 1, 2), ("reading", 2, 2), ("publishing", 0, 1), ("publishing", 1, 1)]

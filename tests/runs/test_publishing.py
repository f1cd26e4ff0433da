"""Documents are validated some at a time, so that memory does not grow with a run: what is said of them is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rendicion_etl import ingest
from rendicion_etl.pipeline import process_document
from rendicion_etl.runs import publishing, run
from rendicion_etl.runs.staging import StagedDocument, Task, stage
from reports import write_report
from validations import Watched


def verdict_of(home: Path, reports: Path) -> dict[str, object]:
    report = ingest(reports, curated=home / "curated", raw=home / "raw")
    assert report.exit_code == 0
    assert report.verdict
    verdict: dict[str, object] = json.loads(report.verdict.read_text())
    return verdict


def test_the_verdict_is_one_and_the_same_however_many_are_validated_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for year, total in ((2018, "400.00"), (2019, "500.00"), (2020, "400.00")):
        write_report(reports / f"{year}.pdf", total=total, year=year)
    together = verdict_of(tmp_path / "a", reports)
    monkeypatch.setattr(publishing, "TOGETHER", 2)
    apart = verdict_of(tmp_path / "b", reports)
    assert len(apart["document_ids"]) == 3
    assert apart["accountability"] == "fail", "the total of 2019"
    assert apart == together


def years(folder: Path, *years: int) -> Path:
    folder.mkdir()
    for year in years:
        write_report(folder / f"{year}.pdf", year=year)
    return folder


def run_of(home: Path, reports: Path, jobs: int = 2) -> dict[str, str]:
    report = ingest(reports, curated=home / "curated", raw=home / "raw", jobs=jobs)
    published = {path.stem for path in (home / "curated/documents").rglob("*.parquet")}
    assert published == {d.document_id for d in report.documents if d.status == "ingested"}
    return {d.file_name: d.status for d in report.documents}


def test_documents_are_validated_while_others_are_read_and_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Watched(monkeypatch, 2)
    assert set(run_of(tmp_path, years(tmp_path / "reports", *range(2015, 2020))).values()) == {"ingested"}
    assert seen.sizes == ([2, 2], [1])
    assert len({name for names in seen.ahead + seen.at_the_end for name in names}) == 5


def test_where_one_job_is_asked_for_nothing_else_is_done_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Watched(monkeypatch, 2)
    run_of(tmp_path, years(tmp_path / "reports", 2018, 2019, 2020), jobs=1)
    assert seen.sizes == ([], [2, 1])


@pytest.mark.parametrize("when", ["ahead", "at the end"])
def test_what_could_not_be_validated_ahead_is_validated_at_the_end_or_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    seen = Watched(monkeypatch, 2, refuses=when)
    states = run_of(tmp_path, years(tmp_path / "reports", 2018, 2019, 2020))
    assert sorted(states.values()) == (["ingested"] * 3 if when == "ahead" else ["failed", "ingested", "ingested"])
    assert seen.sizes == ([2], [2, 1] if when == "ahead" else [1])


def without_cells(task: Task) -> StagedDocument:
    processed = process_document(task.stored, task.document_id)
    if task.stored.file_name == "2019.pdf":
        processed.records["cells"] = []
    return stage(processed, task.staging)


def test_what_breaks_the_contract_ahead_is_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Watched(monkeypatch, 2)
    monkeypatch.setattr(run, "stage_document", without_cells)
    states = run_of(tmp_path, years(tmp_path / "reports", 2018, 2019))
    assert states == {"2018.pdf": "ingested", "2019.pdf": "failed"}
    assert seen.sizes == ([2], [])

"""Documents are validated some at a time, so that memory does not grow with a run: what is said of them is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rendicion_etl import ingest
from rendicion_etl.runs import publishing
from reports import write_report


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

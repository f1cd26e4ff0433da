"""What the tests of single expectations share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from staged_run import Sample

from rendicion_etl.checks.gx.staged import Run
from rendicion_etl.checks.gx.suite_files import read_suite_file
from rendicion_etl.checks.gx.suites import run_suite_files
from rendicion_etl.checks.gx.verdict import ExpectationResult


@pytest.fixture
def judge(tmp_path: Path) -> Any:
    """judge(sample, dataset, type, **options) runs one expectation over one dataset of the sample."""

    def judge(sample: Sample, dataset: str, type_: str, **options: Any) -> ExpectationResult:
        content = {
            "name": "one",
            "meta": {"family": "contract", "dataset": dataset, "places": ["document_id"], "count": 1},
            "expectations": [
                {"type": type_, "kwargs": options, "notes": "Se cumple.", "meta": {"id": "one", "en": "It holds."}}
            ],
        }
        path = tmp_path / "one.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        frames = sample.frames()
        ids = list(sample.documents)
        (suite,) = run_suite_files(Run(frames, ids, sample.load, sample.rules), [read_suite_file(path)])
        return suite.results[0]

    return judge

"""The pipeline's version changes when, and only when, something that decides a result does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rendicion_etl.version import _digest, pipeline_version


def test_version_is_the_number_and_a_hash() -> None:
    assert re.fullmatch(r"0\.1\.0\+[0-9a-f]{8}", pipeline_version())


@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("checks/rule.py", True),
        ("catalogs/places.csv", True),
        ("catalogs/vocabulary.toml", True),
        ("suite.json", True),
        ("site/page.html", True),
        ("checks/__pycache__/rule.pyc", False),
        ("notes.md", False),
    ],
)
def test_what_decides_results_is_in_the_hash(tmp_path: Path, name: str, decides: bool) -> None:
    before = _digest(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x = 1")
    added = _digest(tmp_path)
    path.write_text("x = 2")
    assert (before != added) == decides
    assert (added != _digest(tmp_path)) == decides


def test_moving_text_between_files_changes_the_hash(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b.py").write_text("2")
    before = _digest(tmp_path)
    (tmp_path / "a.py").write_text("12")
    (tmp_path / "b.py").write_text("")
    assert _digest(tmp_path) != before

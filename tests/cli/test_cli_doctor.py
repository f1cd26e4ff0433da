"""`rendicion doctor` finds what is missing and names the command that mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rendicion_etl.cli import doctor
from rendicion_etl.cli.app import run


def test_this_machine_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--curated", str(tmp_path / "c"), "--raw", str(tmp_path / "r"), "--json"]) == 0
    states = {d["subject"]: d["state"] for d in json.loads(capsys.readouterr().out)}
    assert {"Python", "prefect", "great-expectations", "curated", "raw", "expectations"} <= set(states)
    assert "problem" not in states.values()


@pytest.mark.parametrize(
    ("installed", "subjects"),
    [
        ({"prefect": "3.8.8", "fastapi": "0.150.0", "sqlalchemy": "2.0.58"}, []),
        ({"prefect": "3.8.8", "fastapi": "0.165.0", "sqlalchemy": "2.0.58"}, ["prefect + fastapi"]),
        ({"prefect": "3.8.8", "fastapi": "0.150.0", "sqlalchemy": "2.1.9"}, ["prefect + sqlalchemy"]),
        ({"fastapi": "0.165.0", "sqlalchemy": "2.1.9"}, []),
    ],
)
def test_pairs_that_pip_takes_for_compatible_are_known(
    installed: dict[str, str], subjects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_installed", installed.get)
    found = list(doctor.known_bad("es"))
    assert [d.subject for d in found] == subjects
    assert all(d.state == "problem" and d.fix and d.fix.startswith("pip install") for d in found)


def test_a_missing_or_unfit_dependency_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requires", lambda name: ["duckdb>=2,<3", "rich>=14", 'colorama; os_name == "nt"'])
    monkeypatch.setattr(doctor, "_installed", {"duckdb": "1.4.0"}.get)
    states = {d.subject: (d.state, d.said) for d in doctor.dependencies("en")}
    assert set(states) == {"duckdb", "rich"}
    assert states["duckdb"][0] == "problem"
    assert "1.4.0" in states["duckdb"][1]
    assert states["rich"] == ("problem", "is not installed")


def test_an_old_python_is_a_problem() -> None:
    assert doctor.python_version((3, 10, 4), "es").state == "problem"
    assert doctor.python_version((3, 12, 1), "es").state == "ok"


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "archivo").write_text("")
    assert doctor.writable("curated", tmp_path / "nueva" / "honda", "es").state == "ok"
    refused = doctor.writable("curated", tmp_path / "archivo", "es")
    assert refused.state == "problem"
    assert refused.fix


def test_missing_suites_are_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.suites(tmp_path, "es").state == "problem"


def test_a_problem_makes_exit_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RENDICION_EXPECTATIONS", "/no/such/folder")
    assert run(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "Para arreglarlo:" in told
    assert "Problemas por arreglar: 1" in told

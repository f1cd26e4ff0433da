"""`rendicion verify`: what it says, in both languages and as JSON, and that what it advises mends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdfs import Ruled, write_pdf
from rendicion_etl.archive.objects import Objects
from rendicion_etl.cli import verify as command
from rendicion_etl.cli.app import run
from rendicion_etl.curated.writer import published_files
from stores import keys, on_another_machine


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a report was ingested."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    rows = [("Departamento", "Vigente", "Devengado"), ("Guatemala", "200.00", "50.00"), ("TOTAL", "200.00", "50.00")]
    caption = ("Tabla No. 1", "Ejecución presupuestaria por departamento", "(En quetzales)")
    write_pdf(tmp_path / "a.pdf", "Informe de rendición de cuentas de 2021", Ruled(rows, caption=caption))
    assert run(["ingest", "a.pdf", "--jobs", "1"]) == 0
    return tmp_path


def answer(capfd: Any, *options: str) -> dict[str, Any]:
    capfd.readouterr()
    code = run(["verify", "--json", *options])
    said: dict[str, Any] = json.loads(capfd.readouterr().out)
    assert code == (0 if said["whole"] else 3)
    return said


def test_damage_is_told_and_its_cure_mends_it(home: Path, capfd: Any) -> None:
    said = answer(capfd)
    assert (said["whole"], said["remarks"], said["documents"], said["pdfs"]) == (True, [], 1, 1)
    assert (said["files"], said["bytes"]) == (9, (home / "a.pdf").stat().st_size)
    (path,) = published_files(Path("curated"), ".parquet", "cells")
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    (remark,) = answer(capfd)["remarks"]
    assert (remark["kind"], remark["is_damage"], remark["file"]) == ("unreadable", True, str(path))
    assert remark["next_step"].startswith("Ingiera de nuevo el PDF")
    assert run(["verify"]) == 3
    out = capfd.readouterr().out
    assert f"✗ {path}: no se puede leer entero (" in out
    assert "Daños: 1, avisos: 0." in out
    assert run(["verify", "--lang", "en"]) == 3
    assert f"{path}: it cannot be read to its end (" in capfd.readouterr().out
    assert run(["ingest", "a.pdf", "--jobs", "1"]) == 0
    assert answer(capfd)["remarks"] == []


def test_notices_alone_are_no_failure_and_many_are_counted(home: Path, capfd: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(command, "_SHOWN", 2)
    for k in range(3):
        (home / "curated" / f".writing-{k}").touch()
    assert run(["verify", "--lang", "en"]) == 0
    out = capfd.readouterr().out
    assert out.count("it is left of a run") == 2
    assert "And 1 more of the same kind (temporary)" in out
    assert "All is whole. Damage: 0, notices: 3." in out
    assert [t["is_damage"] for t in answer(capfd)["remarks"]] == [False] * 3


def test_a_folder_that_is_none_is_a_problem(tmp_path: Path, capfd: Any) -> None:
    assert run(["verify", "--curated", str(tmp_path / "nada")]) == 1
    assert "no existe esa carpeta" in capfd.readouterr().err


def test_every_kind_of_remark_has_its_words() -> None:
    from rendicion_etl.curated.verify.remark import STEPS
    from rendicion_etl.messages import catalogue

    said = {key for key in catalogue()["messages"] if key.startswith("verify.")}
    wanted = {f"verify.{kind}" for kind in STEPS} | {f"verify.step.{step}" for step in STEPS.values()}
    own = {f"verify.{key}" for key in ("help", "usage", "seen", "whole", "damaged", "more")}
    assert said == wanted | own


def test_a_store_is_verified_from_another_machine(
    bucket: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    places = ("--curated", f"{bucket}/curated", "--raw", f"{bucket}/raw")
    assert run(["ingest", "a.pdf", "--jobs", "1", *places]) == 0
    on_another_machine(monkeypatch, tmp_path / "copies")
    assert answer(capfd, *places)["remarks"] == []
    store = Objects(f"{bucket}/raw")
    (pdf,) = (key for key in keys(f"{bucket}/raw") if key.endswith(".pdf"))
    store.write(pdf, b"%PDF-1.7 otro")
    on_another_machine(monkeypatch, tmp_path / "copies")
    assert [t["kind"] for t in answer(capfd, *places)["remarks"]] == ["pdf_changed"]
    store.remove([pdf])
    assert [t["kind"] for t in answer(capfd, *places)["remarks"]] == ["pdf_lost"]

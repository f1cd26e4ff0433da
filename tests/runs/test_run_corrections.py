"""Corrections in a run: published, loud where they do not fit, and read again exactly where they changed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import rendicion_etl
from corrected import entry, write
from rendicion_etl.archive.store import receive
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs import run
from rendicion_etl.runs.report import RunReport
from rendicion_etl.settings import Settings
from reports import write_report

VALUE = {"row": 1, "col": 2, "printed": "100.00", "value": "101.00"}


def ingest(home: Path, *paths: Path) -> RunReport:
    """A run with the corrections in `home/corrections`."""
    (home / "corrections").mkdir(exist_ok=True)
    settings = replace(Settings(), curated=home / "curated", raw=home / "raw", jobs=1, corrections=home / "corrections")
    with run.open_run(list(paths), settings) as opened:
        return opened.finish(opened.read(opened.tasks))


def correct(home: Path, pdf: Path, year: int = 2021, **said: Any) -> None:
    """Correct the report of a PDF, in a file of its own."""
    sha256 = receive(pdf, home / "raw").sha256
    about = {"sha256": sha256, "document_id": f"scep-{year}-c1-{sha256[:8]}"}
    write(home / "corrections", entry(**about, **said), name=f"{pdf.stem}.toml")


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with rendicion_etl.open_curated(home / "curated") as connection:
        return connection.execute(sql).fetchall()


def statuses(report: RunReport) -> list[str]:
    return [document.status for document in report.documents]


def test_a_correction_is_published_and_the_print_beside_it(tmp_path: Path) -> None:
    pdf = write_report(tmp_path / "a.pdf")
    correct(tmp_path, pdf, **VALUE)
    report = ingest(tmp_path, pdf)
    assert statuses(report) == ["ingested"]
    assert report.documents[0].findings == {"critical": {"unconfirmed": 1}}
    assert rows(tmp_path, "select text, value from cells where row = 1 and col = 2") == [("100.00", Decimal(101))]
    assert rows(tmp_path, "select vigente from budget_execution where row = 1") == [(Decimal(101),)]
    sql = "select table_id[-3:], row, col, page, what, printed, before, after, author, reason, file from corrections"
    place = ("t01", 1, 2, 1, "value", "100.00", "100.00", "101.00")
    assert rows(tmp_path, sql) == [(*place, "Ana Pérez", "Se ve en la página.", "a.toml")]


def test_only_the_document_whose_entry_changed_is_read_again(tmp_path: Path) -> None:
    first, second = write_report(tmp_path / "a.pdf"), write_report(tmp_path / "b.pdf", year=2020)
    ingest(tmp_path, first, second)
    correct(tmp_path, first, **VALUE)
    assert statuses(ingest(tmp_path, first, second)) == ["ingested", "unchanged"]
    assert statuses(ingest(tmp_path, first, second)) == ["unchanged", "unchanged"]
    correct(tmp_path, second, 2020, **{**VALUE, "value": "102.00"})
    assert statuses(ingest(tmp_path, first, second)) == ["unchanged", "ingested"]
    correct(tmp_path, first, **{**VALUE, "reason": "Otra razón."})
    assert statuses(ingest(tmp_path, first, second)) == ["ingested", "unchanged"]
    (tmp_path / "corrections" / "a.toml").unlink()
    assert statuses(ingest(tmp_path, first, second)) == ["ingested", "unchanged"]
    assert rows(tmp_path, "select file from corrections") == [("b.toml",)]


def test_one_that_does_not_fit_fails_its_document_and_the_others_go_on(tmp_path: Path) -> None:
    first, second = write_report(tmp_path / "a.pdf"), write_report(tmp_path / "b.pdf", year=2020)
    ingest(tmp_path, first)
    correct(tmp_path, first, **{**VALUE, "printed": "100.01"})
    report = ingest(tmp_path, first, second)
    assert (statuses(report), report.exit_code) == (["failed", "ingested"], 3)
    (noted,) = (json.loads(p.read_text()) for p in (tmp_path / "curated" / "quarantine").glob("*.json"))
    assert noted["stage"] == "corrections"
    assert "la corrección 1 de a.toml" in noted["error"]
    assert "ahí está impreso «100.00», no «100.01»" in noted["error"]
    assert "rendicion review" in noted["error"]
    assert len(rows(tmp_path, "select 1 from documents")) == 2, "what was published of it stays"
    correct(tmp_path, first, **VALUE)
    assert statuses(ingest(tmp_path, first, second)) == ["ingested", "unchanged"]
    assert not list((tmp_path / "curated" / "quarantine").glob("*.json"))


def test_a_file_that_is_not_understood_stops_the_run_before_anything_is_read(tmp_path: Path) -> None:
    pdf = write_report(tmp_path / "a.pdf")
    write(tmp_path / "corrections", entry(**VALUE, autor="Ana"))
    with pytest.raises(RendicionError, match=r"a\.toml.*«autor»"):
        ingest(tmp_path, pdf)
    assert not (tmp_path / "raw").exists()


def test_one_for_a_document_that_is_not_there_does_not_disturb_a_run(tmp_path: Path) -> None:
    write(tmp_path / "corrections", entry(**VALUE))
    assert statuses(ingest(tmp_path, write_report(tmp_path / "a.pdf"))) == ["ingested"]

"""The table at the end of a run, on a terminal of 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rendicion_etl.checks.score import Score
from rendicion_etl.messages import say
from rendicion_etl.runs.report import DocumentReport, RunReport, print_report
from rendicion_etl.runs.workers import Failure


def test_a_long_file_name_does_not_push_the_numbers_off_the_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    scores = [Score("critical", 1291, 1222, 2), Score("warning", 3300, 3152), Score("info")]
    name = "2019__4to-trimestre-2019__10-Informacion-Disciplina-Financiera__10.8-version-final-firmada.pdf"
    found = {"critical": {"confirmed": 7, "unconfirmed": 2}, "warning": {"confirmed": 15}}
    documents = [
        DocumentReport(name, "failed", failure=Failure("no abre", "Descárguelo de nuevo.", "reading")),
        DocumentReport(
            "a.pdf", "ingested", document_id="scep-2021-c1-b258dfc4", n_tables=13, findings=found, scores=scores
        ),
    ]
    print_report(RunReport(documents, Path("curated")), "es")
    table, below = capsys.readouterr().out.split("Se cumplen:")
    assert all(len(line) <= 80 for line in table.splitlines())
    line = next(line for line in table.splitlines() if "scep-2021" in line)
    assert line.split()[1:3] == ["ingerido", "13"]
    assert "15" in line
    assert "9 (2 sin confirmar)" in line
    assert "se cumplen 1222/1291 3152/3300" in " ".join(table.split())
    assert "duda de nuestra lectura: 2." in below.splitlines()[0]
    assert name.split("-")[-1].split(".")[0] in table, "the end of the name is folded, not cut off"


@pytest.mark.parametrize(("lang", "said"), [("es", "sin comparaciones aplicables"), ("en", "no comparison applied")])
def test_a_document_to_which_nothing_applied_has_no_score(
    lang: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    nothing = [Score("critical"), Score("warning"), Score("info")]
    documents = [DocumentReport("a.pdf", "ingested", document_id="doc-b258dfc4", n_tables=1, scores=nothing)]
    print_report(RunReport(documents, Path("curated")), lang)
    told = capsys.readouterr().out
    assert said in told
    assert "0/0" not in told
    assert say("run.score", lang) not in told

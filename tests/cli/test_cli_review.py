"""`rendicion review`: the list, its JSON, and a draft that is accepted once a person has filled it in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import rendicion_etl
from pdfs import Ruled, write_pdf
from rendicion_etl.archive.store import receive
from rendicion_etl.cli.app import run
from rendicion_etl.curated.writer import publish, stage
from rendicion_etl.pipeline import process_document

AMOUNTS = [("Guatemala", "200.00", "50.00"), ("Quihce Norte", "100.00", "25.00"), ("Zacapa", "50.00", "5.00")]
SIGNED = {"author": "Ana Pérez", "date": "2025-05-02", "reason": "Se ve en la página."}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a report: a place that nobody knows, and a wrong total that was not read alike twice."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    rows = [("Departamento", "Vigente", "Devengado"), *AMOUNTS, ("TOTAL", "350.00", "81.00")]
    caption = ("Tabla No. 1", "Ejecución presupuestaria por departamento", "(En quetzales)")
    said = "Secretaría de Coordinación Ejecutiva de la Presidencia"
    table = Ruled(rows, caption=caption, bold=(4,), widths=(200, 90, 90))
    write_pdf(tmp_path / "a.pdf", said, "Informe de rendición de cuentas, enero a abril de 2021", table)
    (tmp_path / "corrections").mkdir()
    processed = process_document(receive(tmp_path / "a.pdf", tmp_path / "raw"))
    (finding,) = (f for result in processed.results for f in result.findings)
    finding.confidence = "unconfirmed"
    finding.evidence["doubts"] = [f"{finding.place.table_id}: las filas no son las mismas en las dos lecturas"]
    publish(stage(processed.records, tmp_path / "staging"), tmp_path / "curated")
    return tmp_path


def listed(capfd: Any, *options: str) -> list[dict[str, Any]]:
    capfd.readouterr()
    assert run(["review", "--json", *options]) == 0
    found: list[dict[str, Any]] = json.loads(capfd.readouterr().out)
    return found


def drafted(capfd: Any, number: int) -> str:
    capfd.readouterr()
    assert run(["review", "--draft", str(number)]) == 0
    return str(capfd.readouterr().out)


def filled(draft: str, **values: str) -> str:
    """The draft with all its blanks filled, and nothing else changed."""
    for name, value in {**SIGNED, **values}.items():
        draft = re.sub(rf'^{name} = ""$', f'{name} = "{value}"', draft, flags=re.MULTILINE)
    assert '= ""' not in draft
    return draft


def test_a_doubt_and_a_place_are_drafted_filled_in_and_accepted(home: Path, capfd: Any) -> None:
    items = listed(capfd)
    assert [(item["n"], item["kind"]) for item in items] == [(1, "finding"), (2, "place")]
    assert (items[0]["row"], items[0]["col"], items[0]["amount"]) == (4, 2, "1")
    assert "Quihce Norte" in items[1]["look"]
    value, place = drafted(capfd, 1), drafted(capfd, 2)
    assert "# Se lee: 81.00." in value
    assert 'printed = "81.00"' in value
    assert 'printed = "Quihce Norte | 100.00 | 25.00"' in place
    text = filled(value, value="80.00") + filled(place, department="14")
    (home / "corrections" / "scep.toml").write_text(text, encoding="utf-8")
    assert run(["ingest", "a.pdf"]) == 0
    assert listed(capfd) == []
    with rendicion_etl.open_curated("curated") as connection:
        said = connection.execute("select what, before, after from corrections order by what").fetchall()
    assert said == [("department", None, "14"), ("value", "81.00", "80.00")]


def test_a_draft_with_a_blank_left_is_refused_by_name(home: Path, capfd: Any) -> None:
    (home / "corrections" / "scep.toml").write_text(drafted(capfd, 1), encoding="utf-8")
    assert run(["ingest", "a.pdf"]) == 1
    assert "«value»" in capfd.readouterr().err


@pytest.mark.parametrize(("lang", "told"), [("es", "en juego"), ("en", "at stake")])
def test_the_list_says_where_and_what_to_look_at(home: Path, capfd: Any, lang: str, told: str) -> None:
    capfd.readouterr()
    assert run(["review", "--lang", lang]) == 0
    said = capfd.readouterr().out
    assert re.search(r"^1\. scep-2021-c1-\w{8}, p\. 1, t01, (fila|row) 4, (columna|column) 2; 1(\.00)? ", said, re.M)
    assert told in said
    assert "rendicion show" in said
    assert "rendicion review --draft 1 >> corrections/" in said


def test_the_list_may_be_cut_and_says_so(home: Path, capfd: Any) -> None:
    capfd.readouterr()
    assert run(["review", "--limit", "1"]) == 0
    assert "Y 1 más: véalas con --limit 2." in capfd.readouterr().out
    assert len(listed(capfd, "--limit", "1")) == 1


def test_one_document_may_be_asked_for_and_must_be_known(home: Path, capfd: Any) -> None:
    (known,) = {item["document_id"] for item in listed(capfd)}
    assert len(listed(capfd, "--document", known)) == 2
    assert run(["review", "--document", "scep-2021-c1-00000000"]) == 1
    assert "no hay ningún documento con ese nombre" in capfd.readouterr().err


def test_a_number_beyond_the_list_is_wrong_usage(home: Path, capfd: Any) -> None:
    assert run(["review", "--draft", "9"]) == 2
    assert "son 2" in capfd.readouterr().err


def test_a_correction_that_does_not_fit_comes_first_and_is_no_draft(home: Path, capfd: Any) -> None:
    text = filled(drafted(capfd, 1), value="80.00").replace('printed = "81.00"', 'printed = "8l.00"')
    (home / "corrections" / "scep.toml").write_text(text, encoding="utf-8")
    assert run(["ingest", "a.pdf"]) == 3
    first = listed(capfd)[0]
    assert (first["kind"], first["rank"]) == ("correction", "failed")
    assert "ahí está impreso «81.00», no «8l.00»" in first["look"]
    assert run(["review", "--draft", "1"]) == 1
    assert "ya está escrita" in capfd.readouterr().err


def test_one_of_a_document_that_is_not_there_is_told_and_fails_no_run(home: Path, capfd: Any) -> None:
    text = filled(drafted(capfd, 1), value="80.00")
    astray = re.sub(r"[0-9a-f]{64}", "0" * 64, text)
    astray = re.sub(r'document_id = ".*"', 'document_id = "doc-00000000"', astray)
    (home / "corrections" / "otro.toml").write_text(astray, encoding="utf-8")
    assert run(["ingest", "a.pdf"]) == 0
    assert "no está en el archivo" in listed(capfd)[-1]["look"]

"""`rendicion sources`: what is known of the sources, what is wrong with their file, what a visit brings."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher import PDF, Publisher, Reply, publishing
from rendicion_etl.archive.visits import Known, Visits, read_visits, write_visits
from rendicion_etl.cli.app import run


@pytest.fixture
def server() -> Iterator[Publisher]:
    with publishing() as publisher:
        publisher.page("/", "a.pdf", "gone.pdf")
        publisher.at["/a.pdf"] = Reply(PDF)
        yield publisher


@pytest.fixture
def file(server: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of two sources, the first on the server, the second an inbox; the settings lead to it."""
    path = tmp_path / "sources.toml"
    path.write_text(f"""
[[source]]
id = "scep"
institution = "scep"
kind = "page"
addresses = ["{server.url("/")}"]
title = "Informe .*"
schedule = "0 6 * * *"
expected_days = 150
allow_private = ["127.0.0.1/32"]
limits = {{ delay = 0, retries = 0 }}

[[source]]
id = "bandeja"
kind = "folder"
addresses = ["bandeja"]
""")
    (tmp_path / "bandeja").mkdir()
    monkeypatch.setenv("RENDICION_SOURCES", str(path))
    monkeypatch.setenv("RENDICION_RAW", str(tmp_path / "raw"))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["sources", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_fetch_tells_what_came_where_it_lies_and_what_failed(
    file: Path, server: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sources", "fetch", "scep"]) == 3
    told = capsys.readouterr()
    (kept,) = (file.parent / "raw").rglob("*.pdf")
    assert "scep: 1 llegaron, 0 sin cambios, 1 con falla" in told.out
    assert "nuevo: Informe 1" in told.out
    assert server.url("/a.pdf") in told.out
    assert f"rendicion ingest {kept}" in told.out
    assert f"{server.url('/gone.pdf')}: no hay nada en esa dirección" in told.err
    assert "bandeja" not in told.out


def test_fetch_without_a_name_visits_all_and_is_well_when_nothing_failed(
    file: Path, server: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    server.at["/gone.pdf"] = Reply(PDF)
    first, second = said(capsys, "fetch")
    assert (first["source"], second["source"]) == ("scep", "bandeja")
    assert [(a["state"], a["title"]) for a in first["arrivals"]] == [
        ("new", "Informe 1"),
        ("same_elsewhere", "Informe 2"),
    ]
    assert Path(first["arrivals"][0]["path"]).read_bytes() == PDF
    again, _ = said(capsys, "fetch")
    assert (again["arrivals"], again["n_unchanged"], again["failures"]) == ([], 2, [])


def test_list_tells_what_is_known(file: Path, server: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "list"]) == 0
    assert capsys.readouterr().out.count("sin visitar") == 2
    run(["sources", "fetch", "scep"])
    capsys.readouterr()
    assert run(["sources", "list", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "0 6 * * *" in told
    assert "up to date" in told
    scep, inbox = said(capsys, "list")
    assert (scep["n_documents"], scep["state"], scep["failures_in_row"]) == (1, "well", 0)
    assert len(scep["reasons"]) == 1
    assert (inbox["last_visit"], inbox["state"]) == (None, "never")


@pytest.mark.parametrize(
    ("days", "failures", "state"), [(149, 0, "well"), (151, 0, "quiet"), (151, 2, "failing"), (0, 1, "failing")]
)
def test_a_source_stands_as_its_visits_left_it(
    file: Path, capsys: pytest.CaptureFixture[str], days: int, failures: int, state: str
) -> None:
    now = dt.datetime.now(dt.UTC)
    new = now - dt.timedelta(days=days)
    raw = file.parent / "raw"
    write_visits(raw, Visits("scep", {"https://a/": Known(new)}, new, now, now, new, failures))
    assert read_visits(raw, "scep").last_new == new
    assert said(capsys, "list", "scep")[0]["state"] == state


def test_check_tells_everything_that_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "check"]) == 0
    assert "nada que corregir en 2 fuentes" in capsys.readouterr().out
    (file.parent / "bandeja").rmdir()
    file.write_text(file.read_text().replace("title =", "titel ="))
    assert run(["sources", "check", "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert "in the source “scep”, the key “titel” is unknown" in told
    assert "bandeja" in told
    assert "the folder does not exist" in told
    assert [problem.get("source") for problem in said(capsys, "check", code=1)["problems"]] == [None, "bandeja"]
    assert [problem.get("source") for problem in said(capsys, "check", "scep", code=1)["problems"]] == [None]
    assert run(["sources", "list"]) == 1
    assert str(file) in capsys.readouterr().err


def test_check_online_asks_for_one_page_and_no_pdf(
    file: Path, server: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    server.page("/", "a.pdf", "b.pdf", "/p2")
    file.write_text(file.read_text().replace("title =", 'follow = "/p2"\ntitle ='))
    told = said(capsys, "check", "--online")
    assert [link["address"] for link in told["links"]["scep"]] == [server.url("/a.pdf"), server.url("/b.pdf")]
    assert server.paths() == ["/"]
    assert not (file.parent / "raw").exists()
    assert run(["sources", "check", "--online", "scep"]) == 0
    assert "scep: tomaría 2 documentos" in capsys.readouterr().out
    server.at["/"] = Reply(status=500)
    (problem,) = said(capsys, "check", "--online", code=1)["problems"]
    assert (problem["source"], problem["what"]) == ("scep", server.url("/"))


@pytest.mark.parametrize("action", ["list", "fetch", "check"])
def test_a_source_that_there_is_not_is_wrong_usage(file: Path, capsys: pytest.CaptureFixture[str], action: str) -> None:
    assert run(["sources", action, "nada"]) == 2
    assert "nada: no es una fuente de" in capsys.readouterr().err


def test_text_of_strangers_sends_nothing_to_the_terminal(
    file: Path, server: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    server.at["/"] = Reply(b'<a href="a.pdf">Informe &#27;[31m1</a>')
    assert run(["sources", "fetch", "scep"]) == 0
    assert "\x1b" not in capsys.readouterr().out

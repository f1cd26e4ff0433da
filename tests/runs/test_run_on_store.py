"""A run whose archive and data live in a store: everything as in folders, from any machine, and after a kill."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from receiver import receiving
from rendicion_etl import ingest, open_curated
from rendicion_etl.archive.objects import Objects
from rendicion_etl.cli.app import run
from rendicion_etl.curated.copies import QUARANTINE, share_beside
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import published_files, quarantine
from rendicion_etl.runs.monitors import watch
from rendicion_etl.runs.notify import news_of, notify
from rendicion_etl.settings import Settings, home
from reports import write_report
from stores import keys, on_another_machine, rows

VERSIONS = "select document_id, pipeline_version from documents"


@pytest.fixture
def store(bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address under which archive and data lie, told by the environment."""
    monkeypatch.setenv("RENDICION_CURATED", f"{bucket}/curated")
    monkeypatch.setenv("RENDICION_RAW", f"{bucket}/raw")
    return bucket


def told(capfd: Any, *arguments: str) -> str:
    """What a command says, which must succeed."""
    capfd.readouterr()
    code = run([*arguments])
    said = capfd.readouterr()
    assert code == 0, said.err
    return str(said.out)


def test_a_run_publishes_in_a_store_and_any_machine_reads_it(
    store: str, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    write_report(reports / "a.pdf", total="500.00")
    write_report(reports / "b.pdf", year=2020)
    (reports / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    assert run(["ingest", str(reports), "--json"]) == 3
    first = json.loads(capfd.readouterr().out)
    assert first["curated"] == f"{store}/curated"
    assert [document["status"] for document in first["documents"]] == ["ingested", "ingested", "failed"]
    there = keys(f"{store}/curated")
    assert len([key for key in there if key.endswith(".parquet")]) == 2 * len(DATASETS)
    assert [key.partition("/")[0] for key in there if key.endswith(".json")] == [
        "datapackage.json",
        "quarantine",
        "validation",
    ]
    assert len(keys(f"{store}/raw")) == 6, "three files as received, each with its record"

    on_another_machine(monkeypatch, tmp_path / "others")
    assert "500" in told(capfd, "query", "select vigente from ejecucion union all select printed from findings")
    (finding,) = json.loads(told(capfd, "findings", "--json"))
    picture = tmp_path / "place.png"
    told(capfd, "show", finding["finding_id"], "--out", str(picture))
    assert picture.stat().st_size > 0, "the PDF came from the store"
    assert told(capfd, "export", "--csv", "--output", str(tmp_path / "export"))

    before = there
    again = json.loads(told(capfd, "ingest", str(reports / "a.pdf"), str(reports / "b.pdf"), "--json"))
    assert [document["status"] for document in again["documents"]] == ["unchanged", "unchanged"]
    assert keys(f"{store}/curated") == before


def test_the_package_in_the_store_names_the_files_that_are_there(store: str, tmp_path: Path) -> None:
    ingest(write_report(tmp_path / "a.pdf"))
    objects = Objects(f"{store}/curated")
    package = json.loads(objects.read(["datapackage.json"])["datapackage.json"])
    named = [path for resource in package["resources"] for path in resource["path"]]
    assert sorted(named) == [key for key in keys(f"{store}/curated") if key.endswith(".parquet")]


def test_the_site_is_built_from_a_store_and_its_ledger_goes_there(
    store: str, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ingest(write_report(tmp_path / "a.pdf", total="500.00"))
    on_another_machine(monkeypatch, tmp_path / "others")
    told(capfd, "site", "build")
    assert keys(f"{store}/curated", "ledger/") == [f"ledger/{report.documents[0].document_id}.json"]
    assert list(home(f"{store}/raw").rglob("*.pdf")), "pages are pictured from the archive"
    on_another_machine(monkeypatch, tmp_path / "thirds")
    told(capfd, "site", "build")
    assert (home(f"{store}/curated") / "ledger").is_dir()


def test_what_was_failed_leaves_the_quarantine_of_the_store_once_it_is_in(store: str, tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.pdf")
    sha256 = ingest(path).documents[0].sha256
    curated = home(f"{store}/curated")
    quarantine(curated, str(sha256), "a.pdf", "reading", "failed once", dt.datetime.now(dt.UTC))
    share_beside(curated, QUARANTINE)
    assert keys(f"{store}/curated", "quarantine/") == [f"quarantine/{sha256}.json"]
    assert ingest(path).exit_code == 0
    assert keys(f"{store}/curated", "quarantine/") == []


# Ends this process, with all that it had in hand, before it changes an object of one dataset; the others may be there.
KILLED = """
import os, signal, sys
from rendicion_etl import ingest
from rendicion_etl.archive.objects import Objects
send = Objects.send
def sends(store, files):
    for key, path in files.items():
        if key.startswith(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        send(store, {key: path})
Objects.send = sends
ingest(sys.argv[1])
"""


@pytest.mark.parametrize("dataset", [pytest.param("findings/", marks=pytest.mark.slow), "documents/"])
def test_a_run_that_is_killed_while_it_replaces_a_document_is_finished_by_the_next(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    path = write_report(tmp_path / "a.pdf")
    assert ingest(path).exit_code == 0
    old = rows(f"{store}/curated", VERSIONS)
    # Other suites are another version of the program: the document is read again and replaced.
    suites = tmp_path / "expectations"
    suites.mkdir()
    for suite in Settings().expectations_dir.glob("*.json"):
        (suites / suite.name).write_bytes(suite.read_bytes() + b"\n")
    command = [sys.executable, "-c", KILLED, str(path), dataset]
    environment = {**os.environ, "RENDICION_EXPECTATIONS": str(suites)}
    assert subprocess.run(command, env=environment, check=False).returncode == -9
    assert keys(f"{store}/curated", ".pending/")
    assert rows(f"{store}/curated", VERSIONS) == old
    on_another_machine(monkeypatch, tmp_path / "others")
    assert rows(f"{store}/curated", VERSIONS) == old

    again = [sys.executable, "-m", "rendicion_etl", "ingest", str(path), "--json"]
    done = subprocess.run(again, env=environment, check=True, capture_output=True, text=True)
    assert [document["status"] for document in json.loads(done.stdout)["documents"]] == ["ingested"]
    new = rows(f"{store}/curated", VERSIONS)
    assert [row[0] for row in new] == [row[0] for row in old]
    assert new != old
    on_another_machine(monkeypatch, tmp_path / "thirds")
    assert rows(f"{store}/curated", VERSIONS) == new
    with open_curated(f"{store}/curated") as connection:
        assert connection.execute("select count(distinct document_id) from cells").fetchone() == (1,)
    assert len(published_files(home(f"{store}/curated"), ".parquet")) == 1


def test_what_one_machine_could_not_tell_another_tells_once(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_report(tmp_path / "a.pdf", total="500.00")
    monkeypatch.chdir(tmp_path)  # where no sources are watched
    with receiving() as webhook:
        monkeypatch.setenv("RENDICION_NOTIFY", webhook.address())
        webhook.status = 500
        report = ingest(path, curated=f"{store}/curated", raw=f"{store}/raw")
        assert len(notify(news_of(Settings(), report, alarms=watch(Settings()).alarms), Settings())) == 1
        webhook.status = 200
        for _ in range(2):
            on_another_machine(monkeypatch, tmp_path)
            assert notify(news_of(Settings(), alarms=watch(Settings()).alarms), Settings()) == []
        assert [title for title, _ in webhook.messages] == [
            "Rendición: informes nuevos: 1, contradicciones críticas: 1"
        ]

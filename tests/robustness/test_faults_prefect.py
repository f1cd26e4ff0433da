"""Flows whose Prefect server is killed under them, or was never there: the work is done, and the end is in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from rendicion_etl import ingest
from rendicion_etl.cli.app import run
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import published_files
from reports import write_report
from services import PATIENCE, free_port, prefect_server

FLOWS = Path(__file__).parents[2] / "flows"
YEARS = (2019, 2020, 2021)
SOON = 60.0  # seconds; a quarter of that on a machine that is idle
SAID = {
    "es": "el servidor de Prefect no responde; lo que ya se publicó está completo",
    "en": "Prefect's server does not answer; what is published already is whole",
}


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of every server here: making its database takes most of its first start."""
    return tmp_path_factory.mktemp("prefect") / "home"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for year in YEARS:
        write_report(folder / f"{year}.pdf", year=year)
    return folder


def start(flow: str, home: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A flow that somebody runs from the command line."""
    command = [sys.executable, str(FLOWS / f"{flow}.py"), *arguments]
    told = {**os.environ, **environment, "RENDICION_JOBS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=home, env=told, stdout=pipe, stderr=pipe, text=True)


def kill(server: psutil.Process) -> None:
    for each in (*server.children(recursive=True), server):
        each.kill()


def bytes_of(curated: Path) -> dict[str, bytes]:
    found = [path for dataset in DATASETS for path in published_files(curated, ".parquet", dataset)]
    return {path.relative_to(curated).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("n_read", "lang"),
    [pytest.param(1, "es", id="reading"), pytest.param(len(YEARS), "en", id="publishing", marks=pytest.mark.slow)],
)
def test_a_server_that_is_killed_costs_nothing_of_the_run_but_its_end(
    prefect_home: Path, tmp_path: Path, reports: Path, capfd: Any, n_read: int, lang: str
) -> None:
    """Killed while documents are read, and once all of them wait to be published."""
    curated, raw = tmp_path / "curated", tmp_path / "raw"
    folders = ("--curated", str(curated), "--raw", str(raw))

    def staged() -> int:
        return len(list(curated.glob(".staging/run-*/*.pickle")))

    with prefect_server(prefect_home) as (server, told):
        flow = start("ingest", tmp_path, str(reports), *folders, **told, RENDICION_LANG=lang)
        end = time.monotonic() + PATIENCE
        while staged() < n_read:
            assert flow.poll() is None, flow.communicate()
            assert time.monotonic() < end
            time.sleep(0.01)
        kill(server)
        killed = time.monotonic()
        assert not bytes_of(curated), "killed before anything was published"
    _, said = flow.communicate(timeout=PATIENCE)
    assert time.monotonic() - killed < SOON
    assert flow.returncode == 1
    (line,) = said.splitlines()
    assert line.startswith(f"{told['PREFECT_API_URL']}: {SAID[lang]}. ")
    assert line.endswith("rendicion ingest.")

    assert not list(curated.glob(".staging/run-*"))
    assert run(["verify", *folders, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["remarks"] == []
    again = ingest(reports, curated=curated, raw=raw)
    assert [document.status for document in again.documents] == ["unchanged"] * len(YEARS)
    # The same archive, so that a document was received when it was.
    assert ingest(reports, curated=tmp_path / "undisturbed", raw=raw).exit_code == 0
    assert bytes_of(curated) == bytes_of(tmp_path / "undisturbed")


def test_every_flow_that_finds_no_server_says_so_in_one_line(tmp_path: Path, reports: Path) -> None:
    (tmp_path / "sources.toml").write_text("")
    told = {"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api", "PREFECT_HOME": str(tmp_path / "prefect")}
    without = {"backfill": "rendicion ingest", "publish": "rendicion site build", "watch": "rendicion sources fetch"}
    given = {"backfill": [str(reports)], "publish": [], "watch": []}
    begun = {flow: start(flow, tmp_path, *given[flow], **told) for flow in without}
    for flow, process in begun.items():
        out, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (1, "")
        (line,) = said.splitlines()
        assert SAID["es"] in line
        assert line.endswith(f"{without[flow]}.")

"""The flow with the workers of a Dask cluster: a scheduler, two worker processes and a Prefect server on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from rendicion_etl import ingest
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import published_files
from rendicion_etl.settings import home
from reports import write_report
from services import free_port, prefect_server, service, wait_for
from stores import keys, on_another_machine, rows

ROOT = Path(__file__).parents[2]
FLOW = ROOT / "flows" / "ingest.py"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that leads to a Prefect server and a Dask scheduler; each test starts workers of its own."""
    home, dask, dashboard = tmp_path_factory.mktemp("cluster"), free_port(), free_port()
    package = {"PYTHONPATH": str(ROOT / "src")}
    with ExitStack() as stack:
        _, server = stack.enter_context(prefect_server(home / "prefect"))
        scheduler = ("-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(dask))
        shown = ("--dashboard-address", f"127.0.0.1:{dashboard}")
        stack.enter_context(service(*scheduler, *shown, log=home / "scheduler.log", **package))
        wait_for(f"http://127.0.0.1:{dashboard}/health", home / "scheduler.log")
        yield {"RENDICION_DASK": f"tcp://127.0.0.1:{dask}", **server, **package}


@contextmanager
def workers(cluster: dict[str, str], home: Path, **environment: str) -> Iterator[list[psutil.Process]]:
    """Two worker processes, each with a folder of its own."""
    started = []
    with ExitStack() as stack:
        for name in ("uno", "dos"):
            own = home / name
            own.mkdir(parents=True)
            given = {**cluster, **environment, "RENDICION_COPIES": str(own / "copies"), "XDG_CACHE_HOME": str(own)}
            command = ("-m", "dask", "worker", cluster["RENDICION_DASK"], "--nthreads", "1", "--no-nanny")
            options = ("--no-dashboard", "--name", name, "--local-directory", str(own))
            started.append(stack.enter_context(service(*command, *options, log=own / "log", **given)))
        yield started


def run_flow(cluster: dict[str, str], *arguments: str) -> str:
    command, environment = [sys.executable, str(FLOW), *arguments], {**os.environ, **cluster}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three reports, of which one contradicts itself."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for year, total in ((2019, "400.00"), (2020, "500.00"), (2021, "400.00")):
        write_report(folder / f"{year}.pdf", total=total, year=year)
    return folder


def bytes_of(curated: Path) -> dict[str, bytes]:
    found = [path for dataset in DATASETS for path in published_files(curated, ".parquet", dataset)]
    return {path.relative_to(curated).as_posix(): path.read_bytes() for path in found}


@pytest.mark.slow
def test_workers_that_share_a_folder_make_the_same_data_as_one_machine(
    cluster: dict[str, str], tmp_path: Path, reports: Path
) -> None:
    raw = tmp_path / "raw"  # one archive: it says when a document was received
    assert ingest(reports, curated=tmp_path / "here", raw=raw).exit_code == 0
    with workers(cluster, tmp_path / "workers") as started:
        run_flow(cluster, str(reports), "--curated", str(tmp_path / "there"), "--raw", str(raw))
        assert all(worker.children() for worker in started), "both have the process that opens documents"
    assert len(bytes_of(tmp_path / "here")) == 3 * len(DATASETS)
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")


def test_workers_that_share_nothing_but_a_store_make_the_same_data_as_one_machine(
    cluster: dict[str, str], bucket: str, tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow, each worker and the reader have copies of their own; nobody else has the folder of the reports."""
    there = ("--curated", f"{bucket}/curated", "--raw", f"{bucket}/raw")
    with workers(cluster, tmp_path / "workers") as started:
        assert "3 ingeridos" in run_flow(cluster, str(reports), *there)
        assert all(worker.children() for worker in started)
    assert not list((tmp_path / "workers").rglob("*.parquet")), "workers keep nothing"
    stored = keys(f"{bucket}/curated")
    assert not [key for key in stored if key.startswith(".")]
    assert len([key for key in stored if key.endswith(".parquet")]) == 3 * len(DATASETS)

    on_another_machine(monkeypatch, tmp_path / "readers")
    assert rows(f"{bucket}/curated", "select fiscal_year, n_findings from documents order by 1") == [
        (2019, 0),
        (2020, 1),
        (2021, 0),
    ]
    # The same archive, so that a document was received when it was.
    assert ingest(reports, curated=tmp_path / "here", raw=f"{bucket}/raw").exit_code == 0
    assert bytes_of(home(f"{bucket}/curated")) == bytes_of(tmp_path / "here")

"""Ingests to be disturbed, what they leave behind, and a reader that looks on: for tests and `bench/faults.py`."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.verify.folder import verify
from rendicion_etl.curated.verify.remark import NOTICES, Seen
from reports import write_report

SRC = Path(__file__).parents[1] / "src"


def write_reports(folder: Path, n: int) -> Path:
    """A folder of different reports of one institution over several years, every third of which has a wrong total."""
    folder.mkdir(parents=True)
    for k in range(n):
        write_report(folder / f"{k:04}.pdf", "401.00" if k % 3 == 0 else "400.00", 2001 + k)
    return folder


def begin(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """A `rendicion` command in a process group of its own."""
    known = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1", **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "rendicion_etl", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=known,
        start_new_session=True,
    )


def ingest(paths: Path | Sequence[Path], home: Path, jobs: int = 2) -> subprocess.Popen[str]:
    """An ingest into `home`, begun."""
    given = [paths] if isinstance(paths, Path) else paths
    return begin("ingest", *given, "--curated", home / "curated", "--raw", home / "raw", "--jobs", jobs)


def must_end(process: subprocess.Popen[str], code: int = 0) -> str:
    """What a command printed; AssertionError unless it ends with that code and without a traceback."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == code, f"{process.returncode}: {out}{err}"
    assert "Traceback" not in out + err, out + err
    return out + err


def kill_at(process: subprocess.Popen[str], seconds: float, *, children: bool = False) -> bool:
    """Kill a command after some time, its children with it or not; whether it was still at work."""
    try:
        process.communicate(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        if children:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
        return True


def datasets(home: Path) -> dict[str, str]:
    """The sha256 of every published file of the datasets, by its path."""
    return {
        path.relative_to(home / "curated").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for dataset in DATASETS
        for path in (home / "curated" / dataset).rglob("*.parquet")
    }


def undisturbed(inbox: Path, home: Path, beside: Path) -> None:
    """Make in the folder `beside` what the archive of `home` gives in a run that nothing disturbs."""
    shutil.copytree(home / "raw", beside / "raw")
    must_end(ingest(inbox, beside))


def damage(home: Path) -> list[str]:
    """What `rendicion verify` finds lost or wrong in a folder; leftovers and what is out of date are neither."""
    found = verify(home / "curated", home / "raw", {}, Seen())
    return [f"{remark.kind} {remark.path}" for remark in found if remark.kind not in NOTICES]


def flip(path: Path, rng: random.Random) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
    path.write_bytes(data)


class Reader(threading.Thread):
    """Opens a folder again and again and notes whenever it meets a document that is not whole.

    `looks` counts how often it looked, `met` how often at how many documents.
    """

    def __init__(self, curated: Path) -> None:
        super().__init__(daemon=True)
        self.curated, self.faults = curated, list[str]()
        self.looks, self.met = 0, Counter[int]()
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._look()
            except Exception as error:  # whatever it is, a reader should not have met it
                self.faults.append(f"{type(error).__name__}: {error}")
            self._over.wait(0.005)

    def _look(self) -> None:
        with open_curated(self.curated) as connection:
            documents = connection.execute("SELECT document_id, n_tables, n_findings FROM documents").fetchall()
            there: dict[str, dict[str, Any]] = {
                dataset: dict(connection.execute(f"SELECT document_id, count(*) FROM {dataset} GROUP BY 1").fetchall())
                for dataset in ("tables", "findings", "cells", "check_results")
            }
        self.looks += 1
        self.met[len(documents)] += 1
        for name, n_tables, n_findings in documents:
            said = (n_tables, n_findings, True, True)
            seen = (
                there["tables"].get(name, 0),
                there["findings"].get(name, 0),
                there["cells"].get(name, 0) > 0,
                there["check_results"].get(name, 0) > 0,
            )
            if said != seen:
                self.faults.append(f"{name}: {said} said, {seen} seen")

    def stop(self) -> None:
        self._over.set()
        self.join()

    def __enter__(self) -> Reader:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

"""Whatever stops an ingest: what is published is whole at any moment, and the next run ends as if nothing had been."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faults import Reader, damage, datasets, flip, ingest, kill_at, must_end, undisturbed, write_reports
from rendicion_etl.curated.schemas import DATASETS
from reports import write_report

KILLS = 3  # `bench/faults.py` has a hundred
N_REPORTS = 3


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a folder of three reports, `inbox`, was ingested by a run that nothing disturbed."""
    home = tmp_path_factory.mktemp("ingested")
    must_end(ingest(write_reports(home / "inbox", N_REPORTS), home))
    return home


@pytest.fixture
def home(ingested: Path, tmp_path: Path) -> Path:
    return shutil.copytree(ingested, tmp_path / "home")


@pytest.fixture
def received(ingested: Path, tmp_path: Path) -> Path:
    """The home of `ingested` before anything was published: with its archive, an ingest must give its datasets."""
    for folder in ("inbox", "raw"):
        shutil.copytree(ingested / folder, tmp_path / folder)
    (tmp_path / "curated").mkdir()
    return tmp_path


def must_finish(home: Path, expected: Path) -> None:
    """Another ingest ends well, with the datasets of a home in which nothing was disturbed, byte by byte."""
    if (home / "curated" / "documents").exists():
        assert damage(home) == []
    must_end(ingest(home / "inbox", home))
    assert damage(home) == []
    assert datasets(home) == datasets(expected)


def test_killed_at_any_moment_it_leaves_whole_documents_and_the_next_run_finishes(
    received: Path, ingested: Path
) -> None:
    rng = random.Random(8)
    with Reader(received / "curated") as reader:
        for k in range(KILLS):
            kill_at(ingest(received / "inbox", received), rng.uniform(1, 5), children=k % 2 == 0)
            if (received / "curated" / "documents").exists():
                assert damage(received) == []
        must_finish(received, ingested)
    assert reader.faults == []
    assert reader.looks > KILLS


def test_two_at_once_over_folders_that_overlap_end_as_one(received: Path, ingested: Path) -> None:
    first, second, third = sorted((received / "inbox").iterdir())
    with Reader(received / "curated") as reader:
        for process in [ingest(some, received, jobs=1) for some in ([first, second], [second, third])]:
            must_end(process)
    assert reader.faults == []
    must_finish(received, ingested)  # what each judged beside may lack what the other was about to publish


def test_a_byte_changed_in_any_published_file_is_noticed_and_mended(home: Path) -> None:
    before, rng = datasets(home), random.Random(8)
    for dataset in DATASETS:
        path = rng.choice(sorted((home / "curated" / dataset).rglob("*.parquet")))
        if dataset != "documents":  # where its footer tells of itself, nothing tells of its footer
            flip(path, rng)
    assert datasets(home) != before
    assert damage(home) != []
    must_end(ingest(home / "inbox", home))
    assert damage(home) == []
    assert datasets(home) == before


def test_a_damaged_file_of_documents_is_noticed_and_mended(home: Path) -> None:
    before = datasets(home)
    for at, path in zip((4, 200, -6), sorted((home / "curated" / "documents").rglob("*.parquet")), strict=True):
        data = bytearray(path.read_bytes())
        data[at] ^= 0xFF
        path.write_bytes(data)
    must_end(ingest(home / "inbox", home))
    assert damage(home) == []
    assert datasets(home) == before


# ------------------------------------------------------------------ folders that a namespace of its own makes small


def apart(script: str, *arguments: object) -> str:
    """Run a shell script where it may mount what it likes, and nobody else sees it."""
    if shutil.which("unshare") is None:
        pytest.skip("no hay unshare: no se puede montar un disco pequeño")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = ["unshare", "-Urm", "sh", "-ec", script, "sh", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if "unshare failed" in done.stderr or "permission denied" in done.stderr or "not permitted" in done.stderr:
        pytest.skip(f"este sistema no deja montar un disco aparte: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


SMALL = """
mount -t tmpfs -o size=$4k tmpfs "$1/$2"
$3 -m rendicion_etl ingest "$1/inbox" --curated "$1/curated" --raw "$1/raw" --jobs 2 || echo "exit $?"
cp -a "$1/$2" "$1/$2.kept"
"""


def must_have_met_a_full_disk(home: Path, folder: str, kib: int) -> None:
    """Ingest with one of the folders on a disk that soon is full, and leave it as it was then."""
    shutil.rmtree(home / folder, ignore_errors=True)
    (home / folder).mkdir()
    said = apart(SMALL, home, folder, sys.executable, kib)
    assert "exit " in said
    assert "No space left" in said
    assert "Traceback" not in said
    (home / folder).rmdir()
    (home / f"{folder}.kept").rename(home / folder)


@pytest.mark.parametrize(
    "kib", [pytest.param(4, marks=pytest.mark.slow), 100, pytest.param(200, marks=pytest.mark.slow)]
)
def test_a_full_disk_loses_nothing(received: Path, ingested: Path, kib: int) -> None:
    must_have_met_a_full_disk(received, "curated", kib)
    must_finish(received, ingested)


@pytest.mark.slow
def test_a_full_disk_of_the_archive_loses_nothing(tmp_path: Path) -> None:
    write_reports(tmp_path / "inbox", N_REPORTS)
    must_have_met_a_full_disk(tmp_path, "raw", 8)
    must_end(ingest(tmp_path / "inbox", tmp_path))
    undisturbed(tmp_path / "inbox", tmp_path, tmp_path / "beside")
    must_finish(tmp_path, tmp_path / "beside")


READ_ONLY = """
mount --bind "$1/curated" "$1/curated"
mount -o remount,ro,bind "$1/curated"
$2 -m rendicion_etl ingest "$1/inbox" --curated "$1/curated" --raw "$1/raw" || echo "exit $?"
$2 -m rendicion_etl query "select count(*) as n from documents" --curated "$1/curated" --format csv
"""


def test_a_folder_that_may_not_be_written_is_read_and_stays_as_it_was(home: Path) -> None:
    write_report(home / "inbox" / "more.pdf", year=2020)
    before = datasets(home)
    said = apart(READ_ONLY, home, sys.executable)
    assert "exit 1" in said
    assert "Traceback" not in said
    assert ["exit 1", "n", str(N_REPORTS)] == said.splitlines()[:3]
    assert datasets(home) == before


def test_what_killed_runs_left_is_swept_by_the_next_that_reads(home: Path) -> None:
    old, young = home / "curated" / "quarantine" / ".writing-old", home / "raw" / "sha256" / ".receiving-young"
    for path in (old, young):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    os.utime(old, (0, 0))
    write_report(home / "more.pdf", year=2020)
    must_end(ingest(home / "more.pdf", home))
    assert not old.exists()
    assert young.exists(), "its process may be at work"

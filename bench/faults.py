"""Kills ingests at random moments, a reader looking on, and asks what is left each time.

    python bench/faults.py [--kills 100] [--documents 6] [--seed 1] [--json FILE]

A round is an ingest of a folder of small reports, with two processes, that SIGKILL ends: its parent alone, or its
children with it, at a random moment of what a whole one takes; one in three as soon as a document is being published,
give or take some milliseconds. After each, everything published must be whole
(`rendicion verify` finds no damage); once all is published, each round brings one report more. At the
end a run that nobody disturbs must give byte by byte the datasets that the same archive gives in a fresh folder, and a
reader that opened the folder all the while must never have met a document that was not whole.

Aim: no damage, no fault of the reader, the same bytes.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import common

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import faults
from rendicion_etl.curated.verify.leftovers import temporary
from rendicion_etl.curated.writer import pending_folders

AIMED = 1 / 3
MOVING = 0.02  # seconds, about what it takes to move the files of a document


def wait_for_publication(process: subprocess.Popen[str], home: Path) -> bool:
    """Wait until files of a document are being moved; False where the process ends before."""
    while process.poll() is None:
        if pending_folders(home / "curated"):
            return True
        time.sleep(0.0005)
    return False


def disturb(kills: int, documents: int, seed: int, home: Path) -> dict[str, Any]:
    """Ingest until so many runs were killed; what was found."""
    rng, inbox = random.Random(seed), faults.write_reports(home / "inbox", documents)
    began = time.monotonic()
    faults.must_end(faults.ingest(inbox, home / "timed"))
    whole_run = time.monotonic() - began
    found: Counter[str] = Counter()
    published = []
    with faults.Reader(home / "curated") as reader:
        while found["killed"] < kills:
            process, with_children = faults.ingest(inbox, home), rng.random() < 0.5
            if rng.random() < AIMED:
                moment = rng.uniform(0, MOVING) if wait_for_publication(process, home) else 0
            else:
                moment = rng.uniform(0, whole_run)
            killed = faults.kill_at(process, moment, children=with_children)
            found["killed" if killed else "finished"] += 1
            found["killed_while_publishing"] += bool(pending_folders(home / "curated"))
            if (home / "curated" / "documents").exists():
                found["damage"] += len(faults.damage(home))
            published.append(len(list((home / "curated" / "documents").rglob("*.parquet"))))
            if published[-1] >= documents:  # all is known from here on: another report gives it something to do
                documents += 1
                faults.write_report(inbox / f"{documents:04}.pdf", f"{400 + documents}.00", 2001 + documents % 24)
        faults.must_end(faults.ingest(inbox, home))
    found["leftovers"] = sum(1 for folder in ("curated", "raw") for _ in temporary(home / folder))
    found["damage"] += len(faults.damage(home))
    faults.undisturbed(inbox, home, home / "beside")
    return {
        **found,
        "documents": documents,
        "seconds_of_a_run": round(whole_run, 1),
        "looks": reader.looks,
        "faults_of_the_reader": reader.faults,
        "same_bytes": faults.datasets(home) == faults.datasets(home / "beside"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills ingests at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--documents", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    about = common.machine()
    with tempfile.TemporaryDirectory() as folder:
        found = disturb(given.kills, given.documents, given.seed, Path(folder))
    for name, value in found.items():
        print(f"{name.replace('_', ' ')}: {value}")
    print(common.said_of(about))
    common.keep({"machine": about, **found}, given.json)
    sys.exit(bool(found["damage"] or found["faults_of_the_reader"] or not found["same_bytes"]))


if __name__ == "__main__":
    main()

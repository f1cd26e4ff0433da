"""What the site of many documents costs: the first build, one with nothing new, one after a change of one document.

    python bench/site.py [--documents 500,1000] [--jobs J] [--json FILE]

The sample report is published once and copied under other identifiers, institutions and years, with its tables, cells
and findings: documents of one size, as many as asked for, five of each institution. Each build is the whole command as
a user waits for it. Told are its seconds, the milliseconds for a document, the peak of resident memory of the command
in MB of 2**20 bytes (each document is drawn in a child of its own, whose memory is limited as in a run), and the size
of the site.

Aim: memory that does not grow with the number of documents; a build with nothing new costs no drawing.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import common
import known

MB = 2**20


def build(home: Path, jobs: int) -> dict[str, float]:
    """One build in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_build, home, jobs).result()


def _build(home: Path, jobs: int) -> dict[str, float]:
    from rendicion_etl.runs.site import build_site
    from rendicion_etl.settings import Settings

    began = time.perf_counter()
    built = build_site(Settings(curated=home / "curated", raw=home / "raw", jobs=jobs))
    return {
        "drawn": len(built.drawn),
        "failed": len(built.failures),
        "seconds": round(time.perf_counter() - began, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def measure(documents: int, jobs: int) -> dict[str, Any]:
    """The three builds of a site of so many documents."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        known.publish(documents, home)
        found = {"documents": documents, "first": build(home, jobs), "nothing new": build(home, jobs)}
        next((home / "curated" / "findings").rglob("*00000001.parquet")).touch()
        found["one changed"] = build(home, jobs)
        size = sum(path.stat().st_size for path in (home / "curated" / "site").rglob("*") if path.is_file())
        return {**found, "site_mb": round(size / MB, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", default="100,500", help="how many, several by comma")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    machine = common.machine()
    found = [measure(int(n), options.jobs) for n in options.documents.split(",")]
    print(common.said_of(machine))
    table = common.table_with("build", "documents", "drawn", "s", "ms a document", "peak MB", words=["build"])
    for site in found:
        for name in ("first", "nothing new", "one changed"):
            one, n = site[name], site["documents"]
            cost = f"{1000 * one['seconds'] / max(one['drawn'], 1):.0f}"
            row = (name, n, one["drawn"], one["seconds"], cost, one["peak_mb"])
            table.add_row(*map(str, row))
    from rich.console import Console

    Console(highlight=False).print(table)
    for site in found:
        print(f"{site['documents']} documents: a site of {site['site_mb']} MB")
    common.keep({"machine": machine, "jobs": options.jobs, "sites": found}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

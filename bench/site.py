"""What the site of many documents costs: the first build, one with nothing new, one after a change of one document.

    python bench/site.py [--documents 500,1000] [--jobs J] [--json FILE]

The sample report is published once and copied under other identifiers, institutions and years, with its tables, cells
and findings: documents of one size, as many as asked for, five of each institution. Each build is the whole command as
a user waits for it. Told are its seconds, the milliseconds for a document, the peak of resident memory in MB of 2**20
bytes, of the command itself and of the largest of its children (a document, the downloads of everything or some
institutions each), and the size of the site.

Aim: memory that does not grow with the number of documents; a build with nothing new costs no drawing.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import common
import known

MB = 2**20
SECONDS_BETWEEN = 0.1


def build(home: Path, jobs: int) -> dict[str, float]:
    """One build in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        building = pool.submit(_build, home, jobs)
        largest = 0.0
        while not building.done():
            (command,) = pool._processes  # no other way to learn which
            largest = max([largest, *map(_peak_of, _below(command))])
            wait([building], SECONDS_BETWEEN)
        return {**building.result(), "largest_child_mb": round(largest, 1)}


def _below(pid: int) -> list[int]:
    """All processes below one."""
    parents: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # gone meanwhile
            parents[int(stat.read_text().rpartition(")")[2].split()[1])].append(int(stat.parent.name))
    found = list(parents[pid])
    for each in found:
        found += parents[each]
    return found


def _peak_of(pid: int) -> float:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    return 0.0


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
    table = common.table_with(
        "build", "documents", "drawn", "s", "ms a document", "peak MB", "of a child", words=["build"]
    )
    for site in found:
        for name in ("first", "nothing new", "one changed"):
            one, n = site[name], site["documents"]
            cost = f"{1000 * one['seconds'] / max(one['drawn'], 1):.0f}"
            row = (name, n, one["drawn"], one["seconds"], cost, one["peak_mb"], one["largest_child_mb"])
            table.add_row(*map(str, row))
    from rich.console import Console

    Console(highlight=False).print(table)
    for site in found:
        print(f"{site['documents']} documents: a site of {site['site_mb']} MB")
    common.keep({"machine": machine, "jobs": options.jobs, "sites": found}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

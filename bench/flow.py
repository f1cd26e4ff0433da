"""What scheduled ingestion costs: documents that are known, many processes, the flow over the pipeline, memory.

    python bench/flow.py [--known 1000] [--documents 200] [--memory 50,100,200] [--repeat K]
                         [--only known,throughput,overhead,memory] [--json FILE]

Known: so many copies of the sample, each with a PDF of its own, are published; then the same folder is ingested again
by the command, whole as a user waits for it, and by the flow, without the start of Prefect's server.

Throughput: N generated reports of 4 pages through the command with 1 and 2 processes, as `bench/scale.py` does it.

Overhead: the same N reports through the pipeline and through the flow, in one process after another, with the folders
fresh and the server running; what is told is the difference for each document. The order is turned about at each pass.

Memory: the peak of the resident memory of the process that runs the pipeline, in MB of 2**20 bytes, for so many
reports; those that read them are its children and not counted.

Aims: known documents in under 5 s; 2 processes at least 1.7 times as fast as 1; the flow at most 10 % slower; memory
that does not grow. Ratios mean something on an idle machine only: see the load that is told with them.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common
import known
import scale

ROOT = Path(__file__).parent.parent
PARTS = ("known", "throughput", "overhead", "memory")
AIMS = {"known_s": 5.0, "ratio": 1.7, "overhead": 0.10}
DISTRIBUTIONS = ("rendicion-etl", "prefect", "pyarrow", "great-expectations")


def ingest_directly(home: Path, folder: Path, jobs: int) -> dict[str, Any]:
    """In a child: the pipeline over a folder."""
    import rendicion_etl

    began = time.perf_counter()
    report = rendicion_etl.ingest(folder, curated=home / "curated", raw=home / "raw", jobs=jobs)
    return _told(report, time.perf_counter() - began)


def ingest_by_flow(home: Path, folder: Path, jobs: int) -> dict[str, Any]:
    """In a child: the flow over a folder, once its server runs."""
    sys.path.insert(0, str(ROOT / "flows"))
    os.environ |= {"RENDICION_JOBS": str(jobs), "PREFECT_HOME": str(home / "prefect")}
    from rendicion_etl.settings import use_embedded_prefect

    use_embedded_prefect()
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    from prefect import flow
    from prefect.server.api.server import SubprocessASGIServer

    from ingest import ingest

    flow(_nothing)()  # starts the server, and leaves it running
    began = time.perf_counter()
    state = ingest([str(folder)], str(home / "curated"), str(home / "raw"), return_state=True)
    seconds = time.perf_counter() - began
    SubprocessASGIServer().stop()  # there is only one; it would keep this child from ending
    return _told(state.result(raise_on_failure=False), seconds)


def _nothing() -> None:
    """A flow that does nothing."""


def _told(report: Any, seconds: float) -> dict[str, Any]:
    counts = {status: len(report.of(status)) for status in ("ingested", "unchanged", "failed")}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**counts, "seconds": round(seconds, 3), "peak_mb": round(peak, 1)}


def run(way: Callable[..., dict[str, Any]], home: Path, folder: Path, jobs: int, **wanted: int) -> dict[str, Any]:
    """One way of ingesting in a fresh process; ends the bench where it did not do what it is measured for."""
    found = scale.in_child(way, home, folder, jobs)
    if any(found[status] != number for status, number in wanted.items()):
        sys.exit(f"{way.__name__}: {wanted} wanted, {found} found")
    return found


def known_documents(home: Path, documents: int, repeat: int, jobs: int) -> dict[str, Any]:
    """Seconds of a run over documents that are all published."""
    folder = scale.in_child(known.publish_with_pdfs, documents, home)
    out: dict[str, Any] = {"documents": documents}
    run(ingest_directly, home, folder, jobs, unchanged=documents)  # the archive receives them
    for name, way in (("direct", ingest_directly), ("flow", ingest_by_flow)):
        runs = [run(way, home, folder, jobs, unchanged=documents) for _ in range(repeat)]
        out[name] = statistics.median(one["seconds"] for one in runs)
    return out


def overhead(home: Path, documents: int, repeat: int, jobs: int) -> dict[str, Any]:
    """Seconds of the flow and of the pipeline over the same new documents."""
    folder = home / "overhead"
    scale.in_child(scale.reports, folder, documents)
    ways = {"direct": ingest_directly, "flow": ingest_by_flow}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeat):
        for name in list(ways)[:: 1 if turn % 2 == 0 else -1]:
            fresh = Path(tempfile.mkdtemp(dir=home))
            seconds[name].append(run(ways[name], fresh, folder, jobs, ingested=documents)["seconds"])
    direct, flow = (statistics.median(seconds[name]) for name in ways)
    return {
        "documents": documents,
        "seconds": seconds,
        "ms_a_document": {"direct": 1000 * direct / documents, "flow": 1000 * flow / documents},
        "overhead": flow / direct - 1,
    }


def memory(home: Path, numbers: list[int], jobs: int) -> list[dict[str, Any]]:
    """The peak of the parent for runs of several sizes."""
    found = []
    for documents in numbers:
        folder, fresh = home / f"memory-{documents}", Path(tempfile.mkdtemp(dir=home))
        scale.in_child(scale.reports, folder, documents)
        one = run(ingest_directly, fresh, folder, jobs, ingested=documents)
        found.append({"documents": documents, "peak_mb": one["peak_mb"], "seconds": one["seconds"]})
    return found


def show(found: dict[str, Any]) -> None:
    from rich.console import Console

    print(common.said_of(found["machine"]))
    table = common.table_with("what", "documents", "measured", "aim", words=["what"])
    if own := found.get("known"):
        for name in ("direct", "flow"):
            table.add_row(f"known, {name}", str(own["documents"]), f"{own[name]:.2f} s", f"< {AIMS['known_s']:g} s")
    if own := found.get("throughput"):
        table.add_row("2 processes to 1", str(own["documents"]), f"{own['ratio']:.2f}", f">= {AIMS['ratio']}")
    if own := found.get("overhead"):
        for name, cost in own["ms_a_document"].items():
            table.add_row(f"a new document, {name}", str(own["documents"]), f"{cost:.0f} ms", "")
        aim = f"< {AIMS['overhead']:.0%}"
        table.add_row("the flow over the pipeline", str(own["documents"]), f"{own['overhead']:+.1%}", aim)
    for one in found.get("memory", ()):
        table.add_row("peak of the parent", str(one["documents"]), f"{one['peak_mb']:.0f} MB", "flat")
    Console(highlight=False).print(table)
    print(", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--known", type=int, default=1000, help="documents (default %(default)s)")
    parser.add_argument("--documents", type=int, default=200, help="new ones (default %(default)s)")
    parser.add_argument("--memory", default="50,100,200", help="documents of each run (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default=",".join(PARTS), help="some of %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    wanted = given.only.split(",")
    found: dict[str, Any] = {
        "machine": common.machine(),
        "versions": common.versions(DISTRIBUTIONS),
        "aims": AIMS,
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        if "known" in wanted:
            found["known"] = known_documents(home / "known", given.known, given.repeat, given.jobs)
        if "throughput" in wanted:
            found["throughput"] = scale.throughput(home, given.documents, given.repeat)
        if "overhead" in wanted:
            found["overhead"] = overhead(home, given.documents, given.repeat, given.jobs)
        if "memory" in wanted:
            found["memory"] = memory(home, [int(n) for n in given.memory.split(",")], given.jobs)
    show(found)
    common.keep(found, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

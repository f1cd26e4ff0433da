"""How long the main job takes: the command line, a direct ingest, the flow, and the work per page of each stage.

    python bench/main_job.py [PDF] [--repeat N] [--json FILE] [--no-flow]

Wall time of whole processes, as a user waits for them, median of N; CPU per page of the stages within one process,
without fixed costs. Prints a table and writes JSON.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "raw" / "muestra" / "scep-2021-c1.pdf"
AIMS = {
    "help": 0.3,
    "ingest": 5.0,
    "ingest, unchanged": 1.0,
    "flow, embedded server": 25.0,
    "CPU of all stages": 60.0,
}


def wall(command: list[str], repeat: int, before: Callable[[], None] = lambda: None) -> float:
    """Median wall time of a command in seconds; `before` runs untimed before each."""
    times = []
    for _ in range(repeat):
        before()
        start = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        times.append(time.perf_counter() - start)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return statistics.median(times)


def stages(pdf: Path, repeat: int) -> dict[str, float]:
    """CPU milliseconds per page of each stage, median over the repetitions; the first, which imports, is left out."""
    from rendicion_etl.archive.store import Stored
    from rendicion_etl.checks import registry
    from rendicion_etl.checks.confirm import confirm
    from rendicion_etl.curated.records import records_of
    from rendicion_etl.curated.writer import stage
    from rendicion_etl.normalize.document import Source, understand
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.tables.extract import read_tables
    from rendicion_etl.tables.second import SecondReading

    runs: list[dict[str, float]] = []
    for _ in range(repeat + 1):
        clock = [time.process_time()]
        with open_pdf(pdf, pdf.name) as handle, tempfile.TemporaryDirectory() as folder:
            raw, pages = read_tables(handle)
            clock.append(time.process_time())
            document = understand(Source("0" * 64, pdf.name), pages, raw, handle.producer)
            clock.append(time.process_time())
            results = registry.run(document)
            clock.append(time.process_time())
            confirm(document, results, SecondReading(handle))
            clock.append(time.process_time())
            stored = Stored("0" * 64, pdf, pdf.name, None, dt.datetime.now(dt.UTC))
            stage(records_of(document, results, stored, "bench"), Path(folder))
            clock.append(time.process_time())
            spent = [1000 * (b - a) / handle.n_pages for a, b in itertools.pairwise(clock)]
        runs.append(dict(zip(("read", "normalise", "check", "confirm", "write"), spent, strict=True)))
    return {name: statistics.median(run[name] for run in runs[1:]) for name in runs[0]}


def measure(pdf: Path, repeat: int, flow: bool) -> dict[str, Any]:
    """All figures: seconds for whole commands, milliseconds per page for stages."""
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    curated, raw = home / "curated", home / "raw"
    rendicion = [sys.executable, "-m", "rendicion_etl"]
    ingest = [*rendicion, "ingest", str(pdf), "--curated", str(curated), "--raw", str(raw)]

    def fresh() -> None:
        shutil.rmtree(curated, ignore_errors=True)

    try:
        wall(ingest, 1)  # compiles and warms the disk cache
        out: dict[str, Any] = {
            "help": wall([*rendicion, "--help"], repeat),
            "ingest": wall(ingest, repeat, fresh),
            "ingest, unchanged": wall(ingest, repeat),
        }
        if flow:
            command = [sys.executable, "flows/ingest.py", str(pdf), "--curated", str(curated), "--raw", str(raw)]
            out["flow, embedded server"] = wall(command, max(1, repeat // 2), fresh)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    out["stages"] = stages(pdf, repeat)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdf", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--no-flow", action="store_true")
    given = parser.parse_args()
    found = measure(given.pdf.resolve(), given.repeat, not given.no_flow)
    own = {k: v for k, v in found["stages"].items() if k != "confirm"}
    load = os.getloadavg()[0]
    print(f"{given.pdf.name}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}")
    for name, value in [(k, v) for k, v in found.items() if k != "stages"]:
        print(f"  {name:<24}{value:>9.2f} s     aim {AIMS[name]:g} s")
    for name, value in found["stages"].items():
        note = "  (only where something is to be confirmed)" if name == "confirm" else ""
        print(f"  CPU per page, {name:<10}{value:>9.1f} ms{note}")
    print(f"  {'CPU of all stages':<24}{sum(own.values()):>9.1f} ms    aim {AIMS['CPU of all stages']:g} ms a page")
    common.keep(found, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

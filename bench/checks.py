"""What judging costs beside reading: CPU of the rules, of confirming, and the fixed cost of Great Expectations.

    python bench/checks.py [PDF or FOLDER ...] [--repeat N] [--no-gx] [--json FILE]

Each PDF (by default the sample and tests/fixtures/tables) is opened and read, understood, judged by every rule of the
registry, and its findings are confirmed, N times after a first time that pays for imports; told is the median CPU of
each stage over all documents. Judging is the rules alone: what a table means is understood once, whoever asks.
Great Expectations runs once over a whole ingest, however many documents it has: its cost is that of importing it and
validating an ingest of the sample, in a process of its own.

Aim: judging costs less than a third of reading.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import common

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "raw" / "muestra" / "scep-2021-c1.pdf"
GIVEN = [SAMPLE, ROOT / "tests" / "fixtures" / "tables"]
STAGES = ("read", "understand", "judge", "confirm")
AIM = 1 / 3

# In a process of its own: what Great Expectations costs one run, its import first, its verdict on the sample after.
GX = """
import json, sys, time
from pathlib import Path
from rendicion_etl.checks.gx.suites import preload
from rendicion_etl.runs import publishing

start = time.process_time()
preload()
told = {"import": time.process_time() - start}
validate = publishing._validate

def timed(*args):
    start = time.process_time()
    try:
        return validate(*args)
    finally:
        told["verdict"] = time.process_time() - start

publishing._validate = timed
import rendicion_etl
rendicion_etl.ingest(Path(sys.argv[1]), curated=Path(sys.argv[2]) / "curated", raw=Path(sys.argv[2]) / "raw")
print(json.dumps(told))
"""


def measure(path: Path, repeat: int) -> dict[str, Any] | None:
    """Median CPU in milliseconds of each stage for one document, and how many findings there were to confirm."""
    from rendicion_etl.checks import registry
    from rendicion_etl.checks.confirm import confirm
    from rendicion_etl.errors import UnreadableDocument
    from rendicion_etl.normalize.document import Source, understand
    from rendicion_etl.reading.page_reader import PageReader
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.tables.extract import read_tables
    from rendicion_etl.tables.second import SecondReading

    runs: list[list[float]] = []
    pages, comparisons, findings, by_rule = 0, 0, 0, dict.fromkeys((r.check_id for r in registry.RULES), 0.0)
    for _ in range(repeat + 1):
        clock = [time.process_time()]
        try:
            with open_pdf(path, path.name) as pdf:
                reader = PageReader(pdf)
                raw, seen = read_tables(pdf, reader)
                clock.append(time.process_time())
                document = understand(Source("0" * 64, path.name), seen, raw, pdf.producer)
                clock.append(time.process_time())
                results = []
                for rule in registry.RULES:
                    start = time.process_time()
                    results += rule.run(document)
                    by_rule[rule.check_id] += 1000 * (time.process_time() - start) / (repeat + 1)
                clock.append(time.process_time())
                confirm(document, results, SecondReading(pdf, reader))
                clock.append(time.process_time())
        except UnreadableDocument:
            return None
        pages, findings = document.n_pages, sum(len(r.findings) for r in results)
        comparisons = sum(r.n_applied for r in results)
        runs.append([1000 * (b - a) for a, b in itertools.pairwise(clock)])
    spent = [statistics.median(run[k] for run in runs[1:]) for k in range(len(STAGES))]
    told = {"file": path.name, "pages": pages, "comparisons": comparisons, "findings": findings, "rules": by_rule}
    return told | dict(zip(STAGES, spent, strict=True))


def great_expectations() -> dict[str, float]:
    """CPU in seconds of importing it, and of its verdict on a run of one document."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", GX, str(SAMPLE), home]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def documents(given: Sequence[Path]) -> list[Path]:
    return [p for path in given for p in (sorted(path.rglob("*.pdf")) if path.is_dir() else [path])]


def summary(measured: Sequence[dict[str, Any]]) -> dict[str, Any]:
    total = {stage: sum(m[stage] for m in measured) for stage in STAGES}
    rules = {rule: sum(m["rules"][rule] for m in measured) for rule in measured[0]["rules"]}
    return {
        "documents": len(measured),
        "pages": sum(m["pages"] for m in measured),
        "comparisons": sum(m["comparisons"] for m in measured),
        "findings": sum(m["findings"] for m in measured),
        "cpu_ms": {stage: round(ms, 1) for stage, ms in total.items()},
        "judging_to_reading": round(total["judge"] / total["read"], 4),
        "worst": max(({"file": m["file"], "ratio": round(m["judge"] / m["read"], 4)} for m in measured), key=_ratio),
        "rules_ms": {rule: round(ms, 1) for rule, ms in sorted(rules.items(), key=lambda kv: -kv[1])},
    }


def _ratio(told: dict[str, Any]) -> float:
    return told["ratio"]


def show(found: dict[str, Any]) -> None:
    from rich.console import Console

    print(f"{found['documents']} documents, {found['pages']} pages; {common.said_of(found['machine'])}")
    table = common.table_with("stage", "CPU ms", "ms a page", "to reading", words=["stage"])
    reading = found["cpu_ms"]["read"]
    for stage, ms in found["cpu_ms"].items():
        table.add_row(stage, f"{ms:.0f}", f"{ms / found['pages']:.1f}", f"{ms / reading:.3f}")
    Console().print(table)
    worst = found["worst"]
    print(f"\njudging {found['comparisons']} figures costs {found['judging_to_reading']:.3f} of reading", end="")
    print(f" (aim < {AIM:.2f}); at most {worst['ratio']:.3f}, on {worst['file']}")
    print(f"confirming was for {found['findings']} findings")
    for rule, ms in found["rules_ms"].items():
        print(f"  {rule:<28}{ms:>8.1f} ms")
    if gx := found.get("great_expectations"):
        told = f"{gx['import']:.1f} s of CPU to import, {gx['verdict']:.1f} s for a verdict"
        print(f"Great Expectations, once a run: {told}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", type=Path, nargs="*", default=GIVEN, metavar="PDF or FOLDER")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-gx", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    machine = common.machine()
    measured = [m for path in documents(options.given) if (m := measure(path, options.repeat))]
    if not measured:
        parser.error("no document with tables among them")
    found = {"machine": machine, **summary(measured), "each": measured}
    if not options.no_gx:
        found["great_expectations"] = great_expectations()
    show(found)
    common.keep(found, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

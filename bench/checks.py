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

GX = """
import json, os, resource, sys, time
from pathlib import Path
import rendicion_etl
home = Path(sys.argv[2])
rendicion_etl.ingest(Path(sys.argv[1]), curated=home / "curated", raw=home / "raw")
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
        runs.append([1000 * (b - a) for a, b in zip(clock, clock[1:], strict=False)])
    spent = [statistics.median(run[k] for run in runs[1:]) for k in range(len(STAGES))]
    told = {"file": path.name, "pages": pages, "comparisons": comparisons, "findings": findings, "rules": by_rule}
    return told | dict(zip(STAGES, spent, strict=True))

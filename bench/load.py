"""Very many documents in one run, and the same folder again: memory, open files and time per document on the way.

    python bench/load.py [--documents 2000] [--jobs 2] [--json FILE]

The reports are small ones of every institution in the catalogue over many years, each with amounts of its own, so that
years have their earlier periods to be judged beside. Every second the command is looked at from outside: resident
memory of its own process, its open files, its threads and children, how many documents are read and how many are
published. Told of each quarter of the run are the peaks and the seconds that a document took; after it, what a second
run over the same folder took, and whether `rendicion verify` finds any damage.

Aims: memory and open files of the last quarter no higher than those of the first, the time per document constant.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import common

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import faults  # noqa: E402
from pdfs import Ruled, write_pdf  # noqa: E402

PERIODS = ("enero a abril", "enero a agosto", "enero a diciembre")
FIRST_YEAR = 2001
QUARTERS = 4


def write_reports(folder: Path, documents: int) -> None:
    """Reports of one page: a year of an institution has three, each year its own budget."""
    folder.mkdir()
    with (ROOT / "src/rendicion_etl/catalogs/institutions.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    for k in range(documents):
        budget, period = divmod(k, len(PERIODS))
        year, institution = divmod(budget, len(names))
        amounts = [(100_000 + 7919 * budget + n, (1000 + 31 * budget + n) * (period + 1)) for n in range(8)]
        lines = [
            (f"{n}00", f"Grupo de gasto {n}", f"{vigente:,}.00", f"{devengado:,}.00")
            for n, (vigente, devengado) in enumerate(amounts)
        ]
        total = [f"{sum(column):,}.00" for column in zip(*amounts, strict=True)]
        table = Ruled(
            rows=[("Código", "Grupo de gasto", "Vigente", "Devengado"), *lines, ("", "TOTAL", *total)],
            caption=("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto", "(En quetzales)"),
            bold=(len(lines) + 1,),
            widths=(60, 200, 90, 90),
        )
        when = f"Informe de rendición de cuentas, {PERIODS[period]} de {FIRST_YEAR + year}"
        write_pdf(folder / f"{k:05}.pdf", names[institution], when, table)


@dataclass(frozen=True)
class Look:
    """The command at a moment: seconds since its begin, MB of its own memory, and what it has open and done."""

    at: float
    mb: float
    open_files: int
    threads: int
    children: int
    read: int
    published: int


def look(process: int, began: float, home: Path) -> Look | None:
    """None once the process is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        said = dict(line.split(":", 1) for line in status.splitlines())
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return Look(
            round(time.monotonic() - began, 2),
            round(int(said["VmRSS"].split()[0]) / 1024, 1),
            len(list(Path(f"/proc/{process}/fd").iterdir())),
            len(tasks),
            sum(len((task / "children").read_text().split()) for task in tasks),
            sum(1 for _ in (home / "curated" / ".staging").glob("run-*/*.pickle")),
            sum(1 for _ in (home / "curated" / "documents").rglob("*.parquet")),
        )
    except (OSError, KeyError):
        return None


def watched(inbox: Path, home: Path, jobs: int) -> tuple[list[Look], float]:
    """An ingest and what was seen of it; ends the bench where it fails."""
    began, looks = time.monotonic(), []
    command = ["ingest", inbox, "--curated", home / "curated", "--raw", home / "raw", "--jobs", jobs, "--json"]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, "-m", "rendicion_etl", *map(str, command)], stdout=out)
        while process.poll() is None:
            if seen := look(process.pid, began, home):
                looks.append(seen)
            time.sleep(1)
        seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(f"rendicion ingest: exit {process.returncode}")
    return looks, seconds


def by_quarter(looks: list[Look], documents: int, what: str) -> list[dict[str, Any]]:
    """Peaks of each quarter of the documents that were `read` or `published`, and its milliseconds per document."""
    found = []
    least = min(getattr(seen, what) for seen in looks)
    for quarter in range(QUARTERS):
        low, high = (least + (documents - least) * (quarter + k) / QUARTERS for k in (0, 1))
        inside = [seen for seen in looks if low <= getattr(seen, what) <= high]
        if len(inside) < 2:
            continue
        done = getattr(inside[-1], what) - getattr(inside[0], what)
        first_at = next(seen.at for seen in reversed(inside) if getattr(seen, what) == getattr(inside[0], what))
        last_at = next(seen.at for seen in inside if getattr(seen, what) == getattr(inside[-1], what))
        found.append(
            {
                "documents": done,
                "ms_a_document": round(1000 * (last_at - first_at) / max(done, 1), 1),
                **{f"{name}_peak": max(getattr(s, name) for s in inside) for name in ("mb", "open_files", "threads")},
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Ingests very many documents.")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    about = common.machine()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_reports(home / "inbox", given.documents)
        looks, seconds = watched(home / "inbox", home, given.jobs)
        again, seconds_again = watched(home / "inbox", home, given.jobs)
        found = {
            "documents": given.documents,
            "seconds": round(seconds, 1),
            "seconds_again": round(seconds_again, 1),
            "mb_again": max(seen.mb for seen in again),
            "reading": by_quarter([s for s in looks if not s.published], given.documents, "read"),
            "publishing": by_quarter([s for s in looks if s.published], given.documents, "published"),
            "last_open_files": looks[-1].open_files,
            "damage": faults.damage(home),
        }
    table = common.table_with(
        "stage", "quarter", "documents", "ms a document", "peak MB", "open files", "threads", words=("stage",)
    )
    for stage in ("reading", "publishing"):
        for n, row in enumerate(found[stage], 1):
            table.add_row(stage, str(n), *map(str, row.values()))
    from rich.console import Console

    Console(highlight=False).print(table)
    print(f"{given.documents} documents in {found['seconds']} s, again in {found['seconds_again']} s")
    print(f"damage: {found['damage'] or 'none'}; {common.said_of(about)}")
    common.keep({"machine": about, **found}, given.json)


if __name__ == "__main__":
    main()

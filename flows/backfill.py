"""Ingest thousands of reports as a Prefect flow, chunk by chunk; begun again, it passes over what is published.

    python flows/backfill.py FOLDER [--chunk 50]

A chunk is one task: it reads its documents in children, as any run does, and publishes them before the next begins.
Prefect's server takes some milliseconds for each task, and stalls after a thousand quick ones.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.runs.by_hand import run_by_hand
from rendicion_etl.runs.files import find_files
from rendicion_etl.runs.run import open_run
from rendicion_etl.settings import Settings, settings_in, use_prefect_by_hand

if __name__ == "__main__":
    use_prefect_by_hand()  # before Prefect reads its settings

from prefect import flow, get_run_logger, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from publish import is_of_the_system, publish

CHUNK = 50  # documents
MOST_TASKS = 200  # of a run
MOST_FAILURES = 1000  # told of in the result: the quarantine has all of them


@dataclass
class Filled:
    """What became of some documents: how many by status, and of those that failed why, by file."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, other: Filled) -> None:
        self.counts += other.counts
        self.failures |= dict(itertools.islice(other.failures.items(), MOST_FAILURES - len(self.failures)))

    def __str__(self) -> str:
        names = {"ingested": "ingeridos", "unchanged": "ya publicados", "failed": "fallaron"}
        return ", ".join(f"{self.counts[status]} {name}" for status, name in names.items() if self.counts[status])


@task(
    name="ingerir un lote",
    task_run_name="lote {number} de {of}: {first}",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=is_of_the_system,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def fill_chunk(number: int, of: int, first: str, paths: Sequence[Path], settings: Settings) -> Filled:
    """Ingest and publish some documents; those whose reader died are tried once more."""
    with open_run(paths, settings) as run:
        outcomes = run.read(run.tasks)
        passing = [outcome.item for outcome in outcomes if outcome.failure and outcome.failure.transient]
        lasting = [outcome for outcome in outcomes if not (outcome.failure and outcome.failure.transient)]
        report = run.finish([*lasting, *(run.read(passing) if passing else ())])
    out = Filled(Counter(document.status for document in report.documents))
    for document in report.of("failed"):
        if document.failure:
            out.failures[document.file_name] = document.failure.why
            get_run_logger().error("%s: %s. %s", document.file_name, document.failure.why, document.failure.next_step)
    return out


def _run_name() -> str:
    paths = runtime.flow_run.parameters.get("paths") or []
    return f"lotes de {Path(paths[0]).name}" if len(paths) == 1 else f"lotes de {len(paths)} rutas"


@flow(name="ingesta por lotes", flow_run_name=_run_name, persist_result=False)
def backfill(
    paths: list[str], curated: str | None = None, raw: str | None = None, chunk: int = CHUNK, site: bool = False
) -> State[Filled]:
    """Ingest PDFs and folders of them in chunks of `chunk`, or larger where that made too many tasks.

    site: build the site at the end. Fails, after publishing the others, where a document failed.
    """
    settings = settings_in(curated, raw)
    files = [path for path, _ in find_files([Path(path) for path in paths])]  # a folder of none fails in its chunk
    chunks = list(chunks_of(files, chunk))
    out, rows = Filled(), list[dict[str, Any]]()
    for number, some in enumerate(chunks, 1):
        done = fill_chunk(number, len(chunks), some[0].name, some, settings)
        out.add(done)
        rows.append({"lote": number, "desde": some[0].name, "documentos": len(some), "resultado": str(done)})
    if rows:
        create_table_artifact(key="lotes", table=rows, description="Lotes de la ingesta")
    if site:
        publish(str(settings.curated), str(settings.raw))
    said = f"{len(files)} archivos en {len(chunks)} lotes: {out}"
    return (Failed if out.counts["failed"] else Completed)(message=said, data=out)


def chunks_of(files: Sequence[Path], chunk: int) -> list[Sequence[Path]]:
    """The files in chunks, of one size but for the last, and no more of them than a run may have tasks."""
    size = max(chunk, math.ceil(len(files) / MOST_TASKS), 1)
    return [files[k : k + size] for k in range(0, len(files), size)]


def main(arguments: list[str] | None = None) -> int:
    """Run the flow from the command line; exit 3 where a document failed."""
    parser = argparse.ArgumentParser(description="Ingiere por lotes miles de informes, con Prefect.")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--curated")
    parser.add_argument("--raw")
    parser.add_argument("--chunk", type=int, default=CHUNK)
    parser.add_argument("--site", action="store_true")
    given = parser.parse_args(arguments)
    asked = (given.paths, given.curated, given.raw, given.chunk, given.site)
    return run_by_hand(backfill, Filled, *asked, without="rendicion ingest")[0]


if __name__ == "__main__":
    sys.exit(main())

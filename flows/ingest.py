"""Ingest reports as a Prefect flow: a task for each document, then one that validates and publishes them all.

    python flows/ingest.py raw/muestra

runs it with a server that Prefect starts for the occasion. The work itself is the pipeline's; here it gets run names,
retries and a result table. What is unchanged makes no task: the datasets know that better than Prefect's cache.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.runs.afar import Answer, read_afar, unpack
from rendicion_etl.runs.by_hand import run_by_hand
from rendicion_etl.runs.report import RunReport, print_report
from rendicion_etl.runs.run import Run, open_run
from rendicion_etl.runs.staging import Task, stage_document
from rendicion_etl.runs.workers import Failure, Outcome, Sign, run_document
from rendicion_etl.settings import Settings, settings_in, use_prefect_by_hand

if __name__ == "__main__":
    use_prefect_by_hand()  # before Prefect reads its settings

from prefect import flow, get_run_logger, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import as_completed, wait
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

DocumentOutcome = Answer


class DocumentFailed(Exception):
    """A document that failed, as Prefect shows it; `failure` goes on to the quarantine."""

    def __init__(self, file_name: str, failure: Failure) -> None:
        super().__init__(f"{file_name}: {failure.why}. {failure.next_step}")
        self.failure = failure


def is_transient(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """Whether another attempt may succeed: a child that died or ran out of time, not a bad document."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, DocumentFailed) or error.failure.transient


@task(
    name="leer documento",
    task_run_name="leer {name}",
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=is_transient,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_document(name: str, item: Task, settings: Settings) -> DocumentOutcome:
    """Read and stage one document in a child of its own."""
    outcome = (
        read_afar(item, settings, _log_page)
        if settings.dask
        else run_document(stage_document, item, on_sign=_log_page, **settings.limits)
    )
    if outcome.failure:
        raise DocumentFailed(name, outcome.failure)
    return outcome


def _log_page(item: Task, sign: Sign) -> None:
    """A page read from its pixels takes seconds: the log of the task says which one it is."""
    get_run_logger().info("página %d de %d: se lee de su imagen (OCR)", sign.number, sign.n_pages)


@task(name="validar y publicar", cache_policy=NO_CACHE, persist_result=False)
def publish(run: Run, outcomes: list[DocumentOutcome]) -> RunReport:
    """Validate what was staged in one go, publish it, write the report pages."""
    return run.finish(unpack(outcomes, run.settings))


def _task_runner(settings: Settings) -> TaskRunner[Any]:
    """Threads, each of which waits for a child; or the workers of a Dask cluster, each a machine or a part of one."""
    if not settings.dask:
        return ThreadPoolTaskRunner(max_workers=settings.jobs)
    import cloudpickle
    from prefect_dask import DaskTaskRunner

    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers have the package, not this file
    return DaskTaskRunner(address=settings.dask)


def _run_name() -> str:
    """`ingesta de scep-2021-c1.pdf`, or how many paths were given."""
    paths = runtime.flow_run.parameters.get("paths") or []
    return f"ingesta de {Path(paths[0]).name}" if len(paths) == 1 else f"ingesta de {len(paths)} rutas"


@flow(
    name="ingesta",
    flow_run_name=_run_name,
    task_runner=_task_runner(Settings()),
    persist_result=False,
)
def ingest(paths: list[str], curated: str | None = None, raw: str | None = None) -> State[RunReport]:
    """Ingest PDFs and folders of PDFs. Fails, after publishing the others, where a document failed."""
    settings = settings_in(curated, raw)
    # Absolute: workers may run in another folder.
    settings = replace(settings, curated=settings.curated.absolute(), raw=settings.raw.absolute())
    with open_run([Path(path) for path in paths], settings) as run:
        futures = {read_document.submit(item.stored.file_name, item, settings): item for item in run.tasks}
        done = wait(list(futures)).done if settings.dask else as_completed(list(futures))
        answers = {}
        for future in done:
            answers[future] = _outcome(future.result(raise_on_failure=False), futures[future])
            if not settings.dask:
                run.ended(answers[future])
        report = publish(run, [answers[future] for future in futures])
    create_table_artifact(key="ingesta", table=result_table(report), description="Documentos de la ingesta")
    failed = report.of("failed")
    if failed:
        return Failed(message=f"{len(failed)} de {len(report.documents)} documentos fallaron", data=report)
    return Completed(message=f"{len(report.documents)} documentos", data=report)


def result_table(report: RunReport) -> list[dict[str, Any]]:
    """The run as rows: one per document, findings as `confirmed + unconfirmed`."""
    return [
        {
            "documento": document.document_id or document.file_name,
            "estado": document.status,
            "tablas": document.n_tables,
            **{s: f"{document.count(s, 'confirmed')} + {document.count(s, 'unconfirmed')}" for s in SEVERITIES},
            "informe": str(document.report or ""),
            "falla": document.failure.why if document.failure else "",
        }
        for document in report.documents
    ]


def _outcome(answer: Any, item: Task) -> DocumentOutcome:
    """What a task gave back; an exception is the document's failure."""
    if isinstance(answer, Outcome):
        return answer
    if isinstance(answer, DocumentFailed):
        return Outcome(item, failure=answer.failure)
    return Outcome(item, failure=Failure(f"error interno del programa ({answer})", "Reporte el error.", "flow"))


def main(arguments: list[str] | None = None) -> int:
    """Run the flow from the command line; exit 3 where a document failed, as `rendicion ingest` does."""
    parser = argparse.ArgumentParser(description="Ingiere informes con Prefect y su servidor incorporado.")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--curated")
    parser.add_argument("--raw")
    given = parser.parse_args(arguments)
    asked = (given.paths, given.curated, given.raw)
    code, report = run_by_hand(ingest, RunReport, *asked, without="rendicion ingest", quiet=True)
    if report:
        print_report(report, Settings().lang)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""A run from files to published datasets: receive, skip what is unchanged, read in children, publish, report.

`ingest` does all of it; a flow does the same with its own way of running the children (`Run.tasks`, `Run.finish`).
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.archive.store import Stored, find, printable_name, receive
from rendicion_etl.normalize.correction_files import read_corrections, version_with
from rendicion_etl.runs.files import find_files
from rendicion_etl.runs.report import DocumentReport, RunReport, tally
from rendicion_etl.runs.staging import StagedDocument, Task, open_staging, remove_leftovers, stage_document
from rendicion_etl.runs.workers import Failure, Outcome, Sign, failure_of, run_documents, warm_up
from rendicion_etl.settings import Settings, settings_in
from rendicion_etl.version import pipeline_version

if TYPE_CHECKING:
    from rendicion_etl.curated.published import Listing
    from rendicion_etl.runs.publishing import Ahead

PIXELS = "pixels: "
Read = Outcome[Task, StagedDocument]
Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `publishing`), how much of it is done, and of how much.

The stage `pixels: FILE` tells which page of a document, of how many, is being read from its pixels: that takes seconds.
"""


def ingest(
    paths: Path | str | Iterable[Path | str],
    *,
    curated: Path | str | None = None,
    raw: Path | str | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> RunReport:
    """Ingest PDFs and folders of PDFs; whatever happens to one document, the others go on.

    curated, raw, jobs: as in Settings, which also gives the defaults. Raises OSError where `curated` or `raw` cannot
    be written, RendicionError before anything is read where a file of corrections is not understood; what is wrong with
    a document is in the report.
    """
    settings = settings_in(curated, raw)
    settings = replace(settings, jobs=jobs or settings.jobs)
    given = [paths] if isinstance(paths, str | Path) else paths
    with open_run([Path(path) for path in given], settings, on_progress) as run:
        return run.finish(run.read(run.tasks))


@contextmanager
def open_run(paths: Sequence[Path], settings: Settings, on_progress: Progress | None = None) -> Iterator[Run]:
    """A run over some files and folders: what is unchanged is set aside, the rest waits in `Run.tasks`."""
    from rendicion_etl.curated.copies import QUARANTINE, bring_beside
    from rendicion_etl.curated.remote import pull

    pull(settings.curated)
    bring_beside(settings.curated, QUARANTINE)
    with ExitStack() as stack:
        run = Run(settings, on_progress or (lambda stage, done, total: None))
        for path, failure in find_files(paths):
            run.take_in(path, failure)
        run.take_in_stale()
        if run.waiting:
            run.staging = stack.enter_context(open_staging(settings.curated))
            for folder in (settings.curated, settings.raw):
                remove_leftovers(folder)
            warm_up()
            threading.Thread(target=_preload, daemon=True).start()
            if settings.jobs > 1:
                run.ahead = stack.enter_context(closing(run.new_ahead(run.staging)))
        yield run


class Run:
    """The state of one run. `tasks` are the documents to read; `finish` takes what became of them."""

    def __init__(self, settings: Settings, on_progress: Progress) -> None:
        self.settings, self.on_progress = settings, on_progress
        self.corrections = read_corrections(settings.corrections)
        self.reports: list[DocumentReport] = []
        self.notices: dict[str, Failure] = {}
        self.waiting: dict[str, tuple[Stored, str | None]] = {}
        self.staging: Path | None = None
        self.ahead: Ahead | None = None  # where one job is asked for, one thing is done at a time
        self._groups: set[tuple[str, int]] = set()
        self._begun = time.monotonic()
        self._done = 0
        self._from_pixels: dict[str, int] = {}

    @cached_property
    def _published(self) -> Listing:
        """What was published when the run began."""
        from rendicion_etl.curated.published import list_documents

        return list_documents(self.settings.curated)

    def new_ahead(self, staging: Path) -> Ahead:
        """What validates documents of this run while others are read."""
        from rendicion_etl.runs.publishing import Ahead
        from rendicion_etl.runs.timeline import group_of

        groups = {group_of(path) for paths in self._published.values() for path in paths}
        return Ahead(staging, self.settings.expectations_dir, groups)

    @property
    def tasks(self) -> list[Task]:
        return [
            Task(stored, self.staging, self.settings.raw, known, self.corrections.get(stored.sha256, ()))
            for stored, known in self.waiting.values()
            if self.staging
        ]

    def read(self, tasks: Sequence[Task]) -> list[Read]:
        """Read and stage documents, each in a child; one that nobody gave is told of like any other."""
        for task in tasks:
            self._enlist(task.stored, task.document_id)
        return run_documents(
            stage_document,
            tasks,
            jobs=self.settings.jobs,
            on_done=self.ended,
            on_sign=self.signalled,
            **self.settings.limits,
        )

    def ended(self, outcome: Read) -> None:
        """Tell that a document is done, and have it validated while others are read."""
        if outcome.value and self.ahead:
            self.ahead.take(outcome.value)
        task = outcome.item
        self._done += 1
        if pages := self._from_pixels.pop(task.stored.sha256, 0):
            self.on_progress(f"{PIXELS}{task.stored.file_name}", pages, pages)
        self.on_progress("reading", self._done, len(self.waiting))

    def signalled(self, task: Task, sign: Sign) -> None:
        """Tell that a page of a document is about to be read from its pixels."""
        self._from_pixels[task.stored.sha256] = sign.n_pages
        self.on_progress(f"{PIXELS}{task.stored.file_name}", sign.number - 1, sign.n_pages)

    def take_in(self, path: Path, failure: Failure | None = None) -> None:
        """Receive one file and decide: failed, unchanged, or to be read.

        The quarantine is of contents: a path that gave no bytes is told of and not noted there.
        """
        if failure:
            self.reports.append(DocumentReport(printable_name(path), "failed", failure=failure))
            return
        try:
            stored = receive(path, self.settings.raw)
        except Exception as error:
            report = DocumentReport(printable_name(path), "failed", getattr(error, "sha256", None))
            report.failure = failure_of(error, "archive")
            self.reports.append(report)
            if report.sha256:
                self._quarantine(report, report.sha256)
        else:
            self._sort(path, stored)

    def _sort(self, path: Path, stored: Stored) -> None:
        from rendicion_etl.curated.published import find_document

        report = DocumentReport(printable_name(path), "unchanged", stored.sha256)
        self.reports.append(report)
        if stored.sha256 in self.waiting:
            return
        known = find_document(self.settings.curated, stored.sha256, self._published)
        version = version_with(pipeline_version(), self.corrections.get(stored.sha256, ()))
        if not (known and known["pipeline_version"] == version and self._fill_in(report, known)):
            self.waiting[stored.sha256] = (stored, known["document_id"] if known else None)

    def _fill_in(self, report: DocumentReport, known: dict[str, Any]) -> bool:
        """Tell what is published already of an unchanged document; False where one of its files is lost or damaged."""
        import pyarrow as pa

        from rendicion_etl.checks.score import scores
        from rendicion_etl.curated.published import whole_files

        files = whole_files(self.settings.curated, known)
        if files is None:
            return False
        try:
            findings = _rows(files["findings"], "check_id", "severity", "confidence")
            results = _rows(files["check_results"], "check_id", "n_applied", "n_passed")
        except (OSError, pa.ArrowException):
            return False
        report.document_id, report.n_tables = known["document_id"], known["n_tables"]
        report.findings, report.scores = tally(findings), scores(results, findings)
        self._groups.add((known["institution"], known["fiscal_year"]))
        return True

    def take_in_stale(self) -> None:
        """Have published reports of the same institution and year read again that an earlier run left unjudged."""
        if not self._groups:
            return
        from rendicion_etl.runs.over_time import stale_reports

        for each in stale_reports(sorted(self._groups), self.settings):
            if each.sha256 not in self.waiting and (stored := find(self.settings.raw, each.sha256)):
                self._enlist(stored, each.document_id)

    def _enlist(self, stored: Stored, document_id: str | None) -> None:
        """Have a document of the archive read, and tell of it."""
        self.waiting[stored.sha256] = (stored, document_id)
        if all(report.sha256 != stored.sha256 for report in self.reports):
            self.reports.append(DocumentReport(stored.file_name, "unchanged", stored.sha256))

    def _judge_over_time(self, outcomes: Sequence[Read]) -> Sequence[Read]:
        """Judge what was read beside the reports that precede it; published reports that follow come in."""
        from rendicion_etl.runs.over_time import complete

        if not self.staging or not any(outcome.value for outcome in outcomes):
            return outcomes
        done, lost = complete(outcomes, self.staging, self.settings, self.read, self.corrections)
        for report in lost:
            why = "su PDF ya no está en el archivo, y no se pudo juzgar junto a los informes que lo preceden"
            self.notices[report.document_id] = Failure(why, "Ingiéralo de nuevo.", "archive")
        return done

    def finish(self, outcomes: Sequence[Read]) -> RunReport:
        """Judge over time, publish what was staged, quarantine what failed, write the report pages."""
        outcomes = self._judge_over_time(outcomes)
        staged = {o.item.stored.sha256: o.value for o in outcomes if o.value}
        failures = {o.item.stored.sha256: o.failure for o in outcomes if o.failure}
        verdict, pages = None, dict[str, Path | Failure]()
        if staged and self.staging:
            from rendicion_etl.runs.publishing import publish_run

            self.on_progress("publishing", 0, 1)
            published = publish_run(list(staged.values()), self.staging, self.settings, self.ahead)
            verdict, pages = published.verdict, published.pages
            self.notices.update(published.notices)
            for sha256, document in staged.items():
                if failure := published.failures.get(document.document_id):
                    failures[sha256] = failure
        self._settle(staged, failures)
        self._write_pages(pages)
        self._describe()
        self._share()
        self.on_progress("publishing", 1, 1)
        seconds = time.monotonic() - self._begun
        return RunReport(self.reports, self.settings.curated, seconds, verdict, self.notices)

    def _settle(self, staged: dict[str, StagedDocument], failures: dict[str, Failure]) -> None:
        """Enter what became of each document into its report; the same bytes twice are one document."""
        from rendicion_etl.curated.writer import remove_quarantine
        from rendicion_etl.runs.publishing import not_written

        seen: set[str] = set()
        for report in self.reports:
            if report.status == "failed" or report.sha256 is None:
                continue
            document = staged.get(report.sha256)
            if failure := failures.get(report.sha256):
                report.status, report.failure = "failed", failure
                self._quarantine(report, report.sha256)
                continue
            if document:
                report.status = "unchanged" if report.sha256 in seen else "ingested"
                report.is_new = report.sha256 not in seen and self.waiting[report.sha256][1] is None
                report.document_id = document.document_id
                report.n_tables, report.findings = document.n_tables, document.findings
                report.scores = document.scores
                seen.add(report.sha256)
            with not_written(self.settings.curated / "quarantine" / f"{report.sha256}.json", self.notices):
                remove_quarantine(self.settings.curated, report.sha256)

    def _write_pages(self, pages: dict[str, Path | Failure]) -> None:
        """Tell where the report pages lie; `pages` are this run's. Those that an earlier run left out are written."""
        from rendicion_etl.runs.publishing import write_reports

        home = self.settings.curated / "site"
        published = {r.document_id: r for r in self.reports if r.document_id and r.status != "failed"}
        known = {name: home / name / "index.html" for name in published}
        wanted = [name for name in published if name not in pages and not known[name].exists()]
        pages = {**known, **pages, **(write_reports(wanted, self.settings) if wanted else {})}
        for report in self.reports:
            answer = pages.get(report.document_id or "")
            if isinstance(answer, Failure):
                report.failure = answer
            elif report.document_id in published:
                report.report = answer

    def _describe(self) -> None:
        """Write what describes the datasets, where it is not up to date: an earlier run may have been cut short."""
        from rendicion_etl.curated.datapackage import write_datapackage
        from rendicion_etl.runs.publishing import not_written

        if any(report.document_id and report.status != "failed" for report in self.reports):
            with not_written(self.settings.curated / "datapackage.json", self.notices):
                write_datapackage(self.settings.curated)

    def _share(self) -> None:
        """Put what lies beside the datasets into the store, where there is one."""
        from rendicion_etl.curated.copies import PACKAGE, QUARANTINE, VALIDATION, share_beside, share_package
        from rendicion_etl.runs.publishing import not_written

        for folder in (QUARANTINE, VALIDATION):
            with not_written(self.settings.curated / folder, self.notices):
                share_beside(self.settings.curated, folder)
        with not_written(self.settings.curated / PACKAGE, self.notices):
            share_package(self.settings.curated)

    def _quarantine(self, report: DocumentReport, key: str) -> None:
        from rendicion_etl.curated.writer import quarantine
        from rendicion_etl.runs.publishing import not_written

        failure = report.failure
        if failure is None:
            return
        said = "\n".join(filter(None, (f"{failure.why}. {failure.next_step}", failure.detail)))
        with not_written(self.settings.curated / "quarantine" / f"{key}.json", self.notices):
            quarantine(self.settings.curated, key, report.file_name, failure.stage, said, dt.datetime.now(dt.UTC))


def _rows(path: Path, *columns: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        rows: list[dict[str, Any]] = file.read(list(columns), use_threads=False).to_pylist()
    return rows


def _preload() -> None:
    """Import Great Expectations while children read; if it cannot be, the validation says so."""
    with suppress(Exception):
        from rendicion_etl.checks.gx.suites import preload

        preload()

"""The parent's half of a run: what was staged is validated, published, and reported."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.site import note_due
from rendicion_etl.runs.staging import StagedDocument, load_document
from rendicion_etl.runs.timeline import Group, has_history
from rendicion_etl.runs.workers import Failure, failure_of, run_documents
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from rendicion_etl.checks.gx.verdict import RunVerdict
    from rendicion_etl.curated.remote import Publisher

TOGETHER = 20
"""Documents that are validated at a time: all rows of theirs are in memory then."""

log = logging.getLogger(__name__)

_OUR_FAULT = "Es una falla del programa, no del documento: repórtela junto con el archivo."


@dataclass
class Published:
    """What became of the staged documents, by document_id: why it was not published; its report page, or why not.

    `verdict` is where the verdict lies. `notices`: what else could not be written, by its path.
    """

    failures: dict[str, Failure] = field(default_factory=dict)
    pages: dict[str, Path | Failure] = field(default_factory=dict)
    verdict: Path | None = None
    notices: dict[str, Failure] = field(default_factory=dict)


class Ahead:
    """Validates staged documents in a thread while others are still being read, TOGETHER at a time.

    Of a group it takes one document, and of those that are published already (`groups`) none: another one is likely to
    be judged beside the first once all are read, and what is staged anew must be validated anew.
    """

    def __init__(self, staging: Path, expectations_dir: Path, groups: Iterable[Group]) -> None:
        self._staging, self._expectations_dir, self._groups = staging, expectations_dir, set(groups)
        self._thread = ThreadPoolExecutor(1, "validar")
        self._waiting: list[StagedDocument] = []
        self._parts: list[tuple[list[StagedDocument], Future[RunVerdict]]] = []

    def take(self, document: StagedDocument) -> None:
        """Have a document validated, if it is likely to stay as it is, as soon as there are enough of them."""
        group = (document.staged.institution, document.staged.fiscal_year)
        if has_history(group):
            if group in self._groups:
                return
            self._groups.add(group)
        self._waiting.append(document)
        if len(self._waiting) >= TOGETHER:
            some, self._waiting = self._waiting, []
            future = self._thread.submit(_validate, some, self._staging, self._expectations_dir)
            self._parts.append((some, future))

    def verdicts(self, documents: Sequence[StagedDocument]) -> list[RunVerdict]:
        """What was said of some of these documents, once it is said.

        Nothing of those that failed to be validated, nor of those that were validated together with one that has been
        staged anew since, as where it was judged beside an earlier report.
        """
        current = {id(document) for document in documents}
        whole = [future for some, future in self._parts if current.issuperset(map(id, some))]
        return [future.result() for future in whole if not future.exception()]

    def close(self) -> None:
        """Begin nothing more; what is being validated is nobody's concern any longer."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def publish_run(
    documents: Sequence[StagedDocument], staging: Path, settings: Settings, ahead: Ahead | None = None
) -> Published:
    """Validate the staged documents and publish those that keep the contract, TOGETHER at a time and in their order.

    What cannot be validated is not published, and what was validated `ahead` is not validated again. The verdict, one
    of all of them, is kept in `curated/validation/`.
    """
    from rendicion_etl.checks.gx.verdict import merged
    from rendicion_etl.curated.remote import Publisher

    out = Published()
    verdicts = ahead.verdicts(documents) if ahead else []
    for verdict in verdicts:
        out.failures |= _broken(verdict)
    known = {name for verdict in verdicts for name in verdict.document_ids}
    due = [document for document in documents if document.document_id not in known]
    with closing(Publisher(settings.curated)) as publisher:
        for first in range(0, len(documents), TOGETHER):
            some = documents[first : first + TOGETHER]
            if due and due[0] in some:
                these, due = due[:TOGETHER], due[TOGETHER:]
                try:
                    verdict = _validate(these, staging, settings.expectations_dir)
                except Exception as error:
                    log.debug("validation failed", exc_info=True)
                    out.failures |= dict.fromkeys((each.document_id for each in these), _not_validated(error))
                else:
                    verdicts.append(verdict)
                    out.failures |= _broken(verdict)
            _publish(some, publisher, settings, out)
    if not verdicts:
        return out
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    path = settings.curated / "validation" / f"{moment}-{secrets.token_hex(2)}.json"
    with not_written(path, out.notices):
        order = [document.document_id for document in documents]
        write_whole(path, merged(verdicts, order).to_json().encode())
        out.verdict = path
    return out


def _publish(documents: Sequence[StagedDocument], publisher: Publisher, settings: Settings, out: Published) -> None:
    """Publish those that did not fail."""
    good = [document for document in documents if document.document_id not in out.failures]
    if not good:
        return
    with not_written(settings.curated, out.notices):
        note_due(settings.curated)  # before, lest it is lost with this process
    for document in good:
        try:
            publisher.publish(document.staged)
        except OSError as error:
            out.failures[document.document_id] = failure_of(error, "publishing")
        else:
            out.pages[document.document_id] = _publish_page(document, settings)
    if out.pages:
        with not_written(settings.curated, out.notices):
            note_due(settings.curated)  # after, lest a build that began meanwhile takes it for done


def _not_validated(error: Exception) -> Failure:
    told = failure_of(error, "contract")
    if isinstance(error, RendicionError):
        why = f"la validación no se pudo hacer ({error.what}): {told.why}"
    else:
        why = f"la validación no se pudo hacer: {told.why}"
    return Failure(why, told.next_step, "contract", detail=told.detail)


@contextmanager
def not_written(path: Path, notices: dict[str, Failure]) -> Iterator[None]:
    """Turn a file beside the datasets that the disk refuses into a notice: it is no reason to lose the report."""
    try:
        yield
    except OSError as error:
        log.debug("not written: %s", path, exc_info=True)
        why = f"no se pudo escribir este archivo, que acompaña a los datos: {error.strerror or error}"
        notices[str(path)] = Failure(why, "Revise espacio en disco y permisos, y repita la orden.", "publishing")


def write_reports(
    document_ids: Sequence[str], settings: Settings, on_done: Callable[[], None] = lambda: None
) -> dict[str, Path | Failure]:
    """Write the pages of published documents that lack theirs, in children; the path of each, or why there is none."""
    write = partial(_write_report, settings.curated, settings.raw, settings.lang)
    outcomes = run_documents(
        write, document_ids, jobs=settings.jobs, on_done=lambda outcome: on_done(), **settings.limits
    )
    out: dict[str, Path | Failure] = {}
    for outcome in outcomes:
        if outcome.failure:
            out[outcome.item] = _no_page(outcome.failure)
        elif outcome.value:
            out[outcome.item] = outcome.value
    return out


def _publish_page(document: StagedDocument, settings: Settings) -> Path | Failure:
    """Put the report page that the child drew beside the datasets."""
    if not isinstance(document.page, Path):
        return _no_page(document.page or Failure("no se dibujó", "Repita la orden.", "site"))
    home = settings.curated / "site" / document.document_id
    try:
        home.mkdir(parents=True, exist_ok=True)
        for file in sorted(document.page.iterdir()):
            shutil.move(file, home / file.name)
    except OSError as error:
        return _no_page(failure_of(error, "site"))
    return home / "index.html"


def _no_page(failure: Failure) -> Failure:
    why = f"los datos se publicaron, pero no su página de informe: {failure.why}"
    return Failure(why, "Repita la orden para escribirla.", "site", detail=failure.detail)


def _write_report(curated: Path, raw: Path, lang: str, document_id: str) -> Path:
    from rendicion_etl.site.report import write_report

    return write_report(curated, raw, document_id, lang)


def _validate(documents: Sequence[StagedDocument], staging: Path, expectations_dir: Path) -> RunVerdict:
    from rendicion_etl.checks.gx.suites import run_suites
    from rendicion_etl.checks.registry import RULES

    ids = [document.document_id for document in documents]
    return run_suites(_frames(documents), partial(load_document, staging), RULES, expectations_dir, ids)


def _frames(documents: Sequence[StagedDocument]) -> Mapping[str, pd.DataFrame]:
    """The staged files of all documents, one frame per dataset, with Arrow's types: amounts stay exact."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    def rows(path: Path) -> Any:
        # One file, opened as such: the dataset reader would add columns made of the names of folders.
        with pq.ParquetFile(path) as file:
            return file.read(use_threads=False).replace_schema_metadata(None)

    datasets = documents[0].staged.files
    return {
        dataset: pa.concat_tables([rows(d.staged.files[dataset]) for d in documents]).to_pandas(
            types_mapper=pd.ArrowDtype
        )
        for dataset in datasets
    }


def _broken(verdict: RunVerdict) -> dict[str, Failure]:
    """The documents that broke the contract, with the first reason in words and all of them in detail."""
    english = verdict.reasons("en")
    return {
        document_id: Failure(
            f"sus datos no cumplen el contrato: {reasons[0].rstrip('.')}",
            _OUR_FAULT,
            "contract",
            detail="\n".join(reasons),
            why_en=f"its data break the contract: {english[document_id][0].rstrip('.')}",
        )
        for document_id, reasons in verdict.reasons("es").items()
    }

"""Reading a document on another machine, which may share folders with the one that publishes, or only a store.

From a store the worker takes the PDF, and into the store it puts all that it staged, as one object under
`.staging/<run>/`. Its hash travels with the answer: what is unpacked, a pickle among it, is what the worker made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rendicion_etl.archive.objects import Objects, store_of
from rendicion_etl.archive.store import bring_pdf
from rendicion_etl.runs.staging import STAGING, StagedDocument, Task, stage_document
from rendicion_etl.runs.workers import Failure, Outcome, Sign, failure_of, run_document
from rendicion_etl.settings import Settings, address_of
from rendicion_etl.version import pipeline_version

_STALE = dt.timedelta(days=7)  # no run takes so long


@dataclass(frozen=True)
class Parcel:
    """What a worker staged, in the store at `key`; sha256: of its bytes."""

    document: StagedDocument
    key: str
    sha256: str


Answer = Outcome[Task, StagedDocument | Parcel]


def read_afar(task: Task, settings: Settings, on_sign: Callable[[Task, Sign], None]) -> Answer:
    """Read and stage one document in a child of this process, wherever its PDF and the staging folder are."""
    if multiprocessing.current_process().daemon:
        why = "este trabajador de Dask no puede abrir procesos, y cada documento se lee en uno propio"
        return Outcome(task, failure=Failure(why, "Inícielo con: dask worker --no-nanny", "flow"))
    try:
        with ExitStack() as stack:
            here = task
            if address_of(task.raw) or address_of(settings.curated):
                here = _at_hand(task, settings, Path(stack.enter_context(tempfile.TemporaryDirectory())))
            outcome = run_document(stage_document, here, on_sign=lambda _, sign: on_sign(task, sign), **settings.limits)
            if outcome.value and here.staging != task.staging:
                return Outcome(task, _sent(outcome.value, here, task, settings))
            return Outcome(task, outcome.value, outcome.failure)
    except OSError as error:
        return Outcome(task, failure=replace(failure_of(error, "flow"), transient=True))


def _at_hand(task: Task, settings: Settings, aside: Path) -> Task:
    """The task with folders of this machine in place of what lies in a store."""
    if address_of(task.raw):
        raw = aside / task.raw.name  # a copy of that store, for this document alone
        task = replace(task, raw=raw, stored=replace(task.stored, path=bring_pdf(raw, task.stored.sha256)))
    if address_of(settings.curated):
        task = replace(task, staging=aside / "staging")
        task.staging.mkdir()
    return task


def _sent(document: StagedDocument, here: Task, task: Task, settings: Settings) -> Parcel:
    """Pack what was staged here and put it into the store; told of as it will lie where it is unpacked."""
    store = _store(settings)
    packed = here.staging.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as out:  # Parquet and pictures are compressed
        for path in sorted(p for p in here.staging.rglob("*") if p.is_file()):
            out.write(path, path.relative_to(here.staging).as_posix())
    with packed.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    key = f"{STAGING}/{task.staging.name}/{task.stored.sha256}.zip"
    store.send({key: packed})

    def there(path: Path) -> Path:
        return task.staging / path.relative_to(here.staging)

    staged = document.staged
    staged = replace(staged, root=there(staged.root), files={name: there(path) for name, path in staged.files.items()})
    page = there(document.page) if isinstance(document.page, Path) else document.page
    return Parcel(replace(document, staged=staged, page=page), key, sha256)


def unpack(answers: Sequence[Answer], settings: Settings) -> list[Outcome[Task, StagedDocument]]:
    """Take what workers put into the store to where they say that it lies; what cannot be had is a failure."""
    if any(isinstance(answer.value, Parcel) for answer in answers):
        _remove_stale(settings.curated)
    return [
        _of_this_program(
            _unpacked(answer.item, answer.value, settings)
            if isinstance(answer.value, Parcel)
            else Outcome(answer.item, answer.value, answer.failure)
        )
        for answer in answers
    ]


def _of_this_program(outcome: Outcome[Task, StagedDocument]) -> Outcome[Task, StagedDocument]:
    """Refuse what a worker with another version of the program made: every run would take it for outdated."""
    import pyarrow.parquet as pq

    if not outcome.value:
        return outcome
    said = pq.read_metadata(outcome.value.staged.files["documents"]).metadata or {}
    if said.get(b"pipeline_version") == pipeline_version().encode():
        return outcome
    why = "lo leyó una máquina con otra versión del programa o de sus reglas"
    next_step = "Instale la misma versión en todas las máquinas."
    return Outcome(outcome.item, failure=Failure(why, next_step, "flow"))


def _unpacked(task: Task, parcel: Parcel, settings: Settings) -> Outcome[Task, StagedDocument]:
    packed = task.staging / f"{task.stored.sha256}.zip"
    store = _store(settings)
    try:
        store.fetch(parcel.key, packed)
        with packed.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != parcel.sha256:
                why = "lo que leyó otra máquina cambió en el almacén antes de publicarse"
                return Outcome(task, failure=Failure(why, "Repita la orden.", "flow"))
            with zipfile.ZipFile(file) as content:
                content.extractall(task.staging)
        packed.unlink()
        store.remove([parcel.key])
    except OSError as error:
        return Outcome(task, failure=failure_of(error, "flow"))
    return Outcome(task, parcel.document)


def _remove_stale(curated: Path) -> None:
    """Remove what runs that were killed left of their staging in the store."""
    store = store_of(curated)
    if store is None:
        return
    with suppress(OSError):
        old = dt.datetime.now(dt.UTC) - _STALE
        store.remove([key for key, about in store.list(f"{STAGING}/").items() if about.modified < old])


def _store(settings: Settings) -> Objects:
    store = store_of(settings.curated)
    assert store is not None
    return store

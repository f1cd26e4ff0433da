"""The child's half of a run: one document read, judged and written aside; only a summary travels back.

Each run has a folder `curated/.staging/run-*/` that it holds locked; the folder of a run that was killed is
unlocked, and the next run removes it. Within it lie, per document, the staged datasets and the pickled Document with
what was found of it, which the validation of the run and the rules over time ask for.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rendicion_etl.archive.store import Stored
from rendicion_etl.curated.verify.leftovers import temporary
from rendicion_etl.runs import heap
from rendicion_etl.runs.report import Tally, tally
from rendicion_etl.runs.workers import Failure, Sign, begin_page, failure_of, give_sign

if TYPE_CHECKING:
    from rendicion_etl.checks.model import Result
    from rendicion_etl.checks.score import Score
    from rendicion_etl.curated.writer import Staged
    from rendicion_etl.normalize.correction_files import Correction
    from rendicion_etl.normalize.model import Document
    from rendicion_etl.pipeline import Processed

STAGING = ".staging"
PIECE = 4096  # cells
LEFT_OVER = 3600  # seconds that nobody touched it


@dataclass(frozen=True)
class Task:
    """One document to read. `document_id` is the one that it was given before, if any; `raw` is the archive.

    `corrections` are what people corrected in the reading of it.
    """

    stored: Stored
    staging: Path
    raw: Path
    document_id: str | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class StagedDocument:
    """What the child says of a document that it staged; `page` is the folder of its report page, or why it has none."""

    staged: Staged
    n_tables: int
    findings: Tally
    scores: list[Score]
    page: Path | Failure | None = None

    @property
    def document_id(self) -> str:
        return self.staged.document_id


def stage_document(task: Task) -> StagedDocument:
    """Read, judge and stage one document; raises UnreadableDocument where nothing can be published."""
    from rendicion_etl.pipeline import process_document

    def watch(*page: int) -> None:
        give_sign(Sign(*page))

    processed = process_document(task.stored, task.document_id, watch, task.corrections, begin_page)
    heap.give_back()
    document = stage(processed, task.staging)
    del processed
    heap.give_back()
    return replace(document, page=draw_page(document.staged, task))


def stage(processed: Processed, staging: Path, home: Path | None = None, history: str = "") -> StagedDocument:
    """Write the datasets of a processed document and the document itself into the staging folder.

    home: where the datasets go, if not there. history: the versions of the documents that it was judged beside.
    """
    from rendicion_etl.checks.score import scores
    from rendicion_etl.curated import writer

    document = processed.document
    staged = writer.stage(processed.records, home or staging, history)
    with _pickled(staging, document.document_id).open("wb") as out:
        for each in (document, *document.history):
            _dump(replace(each, history=()), out)
        pickle.dump(None, out)
        pickle.dump(processed.results, out, pickle.HIGHEST_PROTOCOL)
    findings = list(processed.records["findings"])
    score = scores(processed.records["check_results"], findings)
    return StagedDocument(staged, len(document.tables), tally(findings), score)


def draw_page(staged: Staged, task: Task) -> Path | Failure:
    """Write the report page of staged datasets beside them, while the parent is still busy: drawing takes longest."""
    from rendicion_etl.site.report import write_report

    try:
        home = write_report(staged.root, task.raw, staged.document_id).parent
        page = task.staging / f"{staged.document_id}.site"
        shutil.rmtree(page, ignore_errors=True)
        home.rename(page)
        home.parent.rmdir()
    except Exception as error:
        return failure_of(error, "site")
    return page


def load_document(staging: Path, document_id: str) -> Document:
    """The document that a child of this run staged. Never for files of anybody else: a pickle is a program."""
    return load_judged(staging, document_id)[0]


def load_judged(staging: Path, document_id: str) -> tuple[Document, list[Result]]:
    """The document that a child of this run staged, with its history, and what was found of it."""
    with _pickled(staging, document_id).open("rb") as file:
        documents = list(iter(lambda: _load(file), None))
        results: list[Result] = pickle.load(file)
    return replace(documents[0], history=tuple(documents[1:])), results


def _load(file: IO[bytes]) -> Document | None:
    from rendicion_etl.normalize.model import PressedCells
    from rendicion_etl.tables.pressed import together

    document: Document | None = pickle.load(file)
    for table in document.tables if document else ():
        table.cells = together(list(iter(lambda: pickle.load(file), None)), PressedCells)
    return document


def _dump(document: Document, out: IO[bytes]) -> None:
    """Pickle a document, the cells of its tables after it and in pieces: pickle remembers all of a piece."""
    from rendicion_etl.tables.pressed import Pressed

    tables = [replace(table, cells=[]) for table in document.tables]
    pickle.dump(replace(document, tables=tables), out, pickle.HIGHEST_PROTOCOL)
    for table in document.tables:
        cells = table.cells
        starts = range(0, len(cells), PIECE)
        pieces = cells.pieces() if isinstance(cells, Pressed) else (cells[start : start + PIECE] for start in starts)
        for piece in pieces:
            pickle.dump(piece, out, pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, out)


@contextmanager
def open_staging(curated: Path) -> Iterator[Path]:
    """A staging folder for one run, removed at its end; those that killed runs left behind are removed too."""
    import fcntl

    home = curated / STAGING
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # no other run may take a new folder, not yet locked, for a stale one
        _remove_stale(home)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=home))
        lock = (folder / ".lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _remove_stale(home: Path) -> None:
    import fcntl

    for folder in home.glob("run-*"):
        try:
            with (folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # held: its run is alive
            continue


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left half written in a folder, once it is too old to be somebody's who lives."""
    for left in temporary(folder):
        with suppress(OSError):  # whose it was may have removed it meanwhile
            if time.time() - left.path.lstat().st_mtime > LEFT_OVER:
                if left.path.is_dir():
                    shutil.rmtree(left.path)
                else:
                    left.path.unlink()


def _pickled(staging: Path, document_id: str) -> Path:
    return staging / f"{document_id}.pickle"

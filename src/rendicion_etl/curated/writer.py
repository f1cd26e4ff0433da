"""Writes the datasets of one document so that a reader meets the old state or the new one, never a mixture.

`stage` writes all files aside, `publish` makes them the published ones. Publishing moves the whole staged folder to
`curated/.pending/<document_id>` in one step: from then on the new state counts. Its files are then moved into
place one by one, `documents` last, older files of the document under another institution or year are removed, and
the empty folder goes. If that is cut short, whoever comes next finishes it (`recover`): the next run, or
`open_curated`, which reads what is pending from there where it may not write. One process at a time moves files;
who must not see them moving holds them `still`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.field import DOCUMENT_ID, SHA256, SLUG, UNKNOWN_YEAR
from rendicion_etl.curated.schemas import DATASETS, SCHEMA_VERSION, arrow_schema, names, schema_id
from rendicion_etl.curated.values import clean

Record = dict[str, Any]

PENDING = ".pending"
_LOCK = ".lock"
_MOVING = ".moving-"
HISTORY = "history"
DIGESTS = "digests"
ROW_GROUP = 8192  # rows: what is in memory of a dataset while it is written
PIECE = 512  # rows: what is in memory as objects
# `documents` comes last: a document exists once it is there.
ORDER = (*(name for name in DATASETS if name != "documents"), "documents")


@dataclass(frozen=True)
class Staged:
    """The files of one document, written and not yet published: dataset -> path under `root`."""

    document_id: str
    sha256: str
    institution: str
    fiscal_year: int
    root: Path
    files: dict[str, Path]


def stage(records: Mapping[str, Iterable[Record]], staging: Path, history: str = "") -> Staged:
    """Write every dataset of one document under `staging/<document_id>/`, laid out as in `curated`.

    `history` names the versions of the documents beside which it was judged, and is kept in the files; that of
    `documents` keeps the sha256 of the others. The same records give the same bytes. Raises ValueError where the
    records are not those of one document, have other fields than the contract, or name an institution or an identifier
    that must not become a path; pyarrow.ArrowInvalid where a value does not fit its column exactly.
    """
    document = _document(records)
    root = staging / document["document_id"]
    shutil.rmtree(root, ignore_errors=True)
    metadata = {
        "pipeline_version": document["pipeline_version"],
        "schema_id": schema_id(),
        "schema_version": str(SCHEMA_VERSION),
        "sha256": document["sha256"],
        **({HISTORY: history} if history else {}),
    }
    partition = partition_of(document["institution"], document["fiscal_year"])
    files: dict[str, Path] = {}
    digests: dict[str, str] = {}
    for dataset in ORDER:
        path = files[dataset] = root / dataset / partition / f"{document['document_id']}.parquet"
        path.parent.mkdir(parents=True)
        more = {DIGESTS: json.dumps(digests)} if dataset == "documents" else {}
        _write(path, dataset, _checked(dataset, records[dataset], document), metadata | more)
        digests[dataset] = digest_of(path)
    return Staged(
        document["document_id"], document["sha256"], document["institution"], document["fiscal_year"], root, files
    )


def publish(staged: Staged, curated: Path) -> None:
    """Make the staged files the published ones of their document; the staged folder is used up.

    Raises OSError if the disk refuses: either before the staged folder is moved, and the old state stays, or after,
    and the new state counts though `recover` has yet to finish it.
    """
    pending = curated / PENDING / staged.document_id
    pending.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(curated):
        if pending.exists():
            _finish(pending, curated)
        _move_folder(staged.root, pending)
        _finish(pending, curated)


def recover(curated: Path) -> list[str]:
    """Finish the publications that a crash cut short; the document_ids finished. Raises OSError as `publish` does."""
    if not pending_folders(curated):
        return []
    with _only_one(curated):
        unfinished = pending_folders(curated)  # another process may have finished some meanwhile
        for pending in unfinished:
            _finish(pending, curated)
    return [pending.name for pending in unfinished]


def pending_folders(curated: Path) -> list[Path]:
    """The folders of documents whose publication is not finished."""
    try:
        return sorted(p for p in (curated / PENDING).iterdir() if re.fullmatch(DOCUMENT_ID, p.name))
    except FileNotFoundError:
        return []


def published_files(curated: Path, ending: str, dataset: str = "documents") -> list[Path]:
    """The files of a dataset whose name ends so, in order. (A glob would take several times as long.)"""
    found = []
    for institution in _folders(curated / dataset, "institution="):
        for year in _folders(institution, "fiscal_year="):
            found += [year / name for name in os.listdir(year) if name.endswith(ending) and name[0] != "."]
    return sorted(found)


def _folders(parent: Path, beginning: str) -> list[Path]:
    try:
        return [parent / name for name in os.listdir(parent) if name.startswith(beginning)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def quarantine(curated: Path, sha256: str, file_name: str, stage: str, error: str, at: dt.datetime) -> Path:
    """Note that a file could not become a document: `curated/quarantine/<sha256>.json`, replaced if it exists."""
    path = _quarantine_path(curated, sha256)
    record = {
        "file_name": clean(file_name),
        "sha256": sha256,
        "stage": clean(stage),
        "error": clean(error, keep_lines=True),
        "at": at.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }
    write_whole(path, json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n")
    return path


def remove_quarantine(curated: Path, sha256: str) -> None:
    """Forget that a file failed, if it did: it has been ingested since."""
    _quarantine_path(curated, sha256).unlink(missing_ok=True)


def _quarantine_path(curated: Path, sha256: str) -> Path:
    return curated / "quarantine" / f"{safe(SHA256, sha256, 'sha256')}.json"


def _document(records: Mapping[str, Iterable[Record]]) -> Record:
    """The documents row, once it is known that there is one and that it may name files."""
    documents = list(records.get("documents", ()))
    if set(records) != set(DATASETS) or len(documents) != 1:
        raise ValueError(f"one document and the datasets {list(DATASETS)} expected, not {sorted(records)}")
    (document,) = _checked("documents", documents, documents[0])
    safe(SHA256, document["sha256"], "sha256")
    if not safe(DOCUMENT_ID, document["document_id"], "document_id").endswith(document["sha256"][:8]):
        raise ValueError(f"{document['document_id']} does not end as the sha256 begins")
    return document


def _checked(dataset: str, rows: Iterable[Record], document: Record) -> Iterator[Record]:
    """The rows, each known to be of that document and of the contract's form."""
    fields = set(names(dataset))
    for row in rows:
        if set(row) != fields:
            raise ValueError(f"{dataset}: fields {sorted(set(row) ^ fields)} are missing or unknown")
        if any(row[name] != document[name] for name in ("document_id", "institution", "fiscal_year")):
            raise ValueError(f"{dataset}: a row of another document than {document['document_id']}")
        yield row


def safe(pattern: str, text: Any, what: str) -> str:
    """The text, if it may stand in a path."""
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        raise ValueError(f"{what}: {text!r} cannot be part of a path")
    return text


def partition_of(institution: Any, fiscal_year: Any) -> Path:
    safe(SLUG, institution, "institution")
    if type(fiscal_year) is not int or not (fiscal_year == UNKNOWN_YEAR or 1900 <= fiscal_year <= 2999):
        raise ValueError(f"fiscal_year: {fiscal_year!r} cannot be part of a path")
    return Path(f"institution={institution}", f"fiscal_year={fiscal_year}")


def _write(path: Path, dataset: str, rows: Iterator[Record], metadata: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(dataset).with_metadata(metadata)
    chunks = iter(lambda: list(itertools.islice(rows, PIECE)), [])
    pieces = (pa.RecordBatch.from_pylist(some, schema) for some in chunks)
    with path.open("wb") as out:
        options = {"compression": "zstd", "store_decimal_as_integer": True, "write_page_checksum": True}
        with pq.ParquetWriter(out, schema, **options) as file:
            while group := list(itertools.islice(pieces, max(ROW_GROUP // PIECE, 1))):
                file.write_table(pa.Table.from_batches(group).combine_chunks())
        out.flush()
        os.fsync(out.fileno())


def _move_folder(source: Path, target: Path) -> None:
    """Move a folder in one step, from another disk too."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        aside = Path(tempfile.mkdtemp(prefix=_MOVING, dir=target.parent))
        try:
            shutil.copytree(source, aside / "files")
            for path in (aside / "files").rglob("*.parquet"):
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            (aside / "files").rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(source)
    _sync_folder(target.parent)


def _finish(pending: Path, curated: Path) -> None:
    """Move what is pending into place, `documents` last, then remove older files of the same document elsewhere.

    May be cut short anywhere and done again: what was moved is no longer pending. Only for who holds the lock.
    """
    # The empty folders stay until the end: they still say where the document belongs.
    home = next(pending.glob("documents/institution=*/fiscal_year=*"), None)
    if home is not None:
        partition, name = home.relative_to(pending / "documents"), f"{pending.name}.parquet"
        for dataset in ORDER:
            source, target = pending / dataset / partition / name, curated / dataset / partition / name
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(source, target)
                _sync_folder(target.parent)
        for old in published_files(curated, name):
            if old.parent != curated / "documents" / partition:
                where = old.relative_to(curated / "documents")
                for dataset in ORDER:  # documents last: it is what finds the others
                    (curated / dataset / where).unlink(missing_ok=True)
    shutil.rmtree(pending, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system allows it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _only_one(curated: Path) -> Iterator[None]:
    """One process at a time moves files into place; the lock goes with its holder, however that ends."""
    with (curated / PENDING / _LOCK).open("w") as lock:
        _hold(lock, alone=True)
        yield


@contextlib.contextmanager
def still(curated: Path) -> Iterator[None]:
    """Keep published files from being moved, for any number of readers at once; ask for `recover` before, not within.

    Who may not write where nothing was ever published holds nothing.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            path = curated / PENDING / _LOCK
            if not path.exists() and curated.is_dir():
                path.parent.mkdir(exist_ok=True)
                path.touch()
            _hold(stack.enter_context(path.open()), alone=False)
        yield


def _hold(lock: IO[str], *, alone: bool) -> None:
    """Wait until no other process holds a lock, or none alone, and hold it until the file is closed."""
    with contextlib.suppress(ImportError):  # where there is no POSIX
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


def digest_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

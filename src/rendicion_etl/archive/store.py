"""The archive of PDFs as received, addressed by content: `raw/sha256/<first 2>/<sha256>.pdf` and a record beside it.

The record `<sha256>.json` holds file_name (the first name seen), file_names (all of them), source_url (the first
address of the web), retrieved_at (when it was first received, UTC), size in bytes and, of what a source brought,
sources: each {source, url, at, headers} where these bytes were found, in order. Files are written whole or not at all
and are never overwritten; the record is only ever extended. Where `raw` is the copy of a store, what is received goes
there first, so that what lies in the copy lies in the store too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from rendicion_etl.archive.objects import bring, share, store_of
from rendicion_etl.errors import UnreadableDocument

_CHUNK = 1 << 20
# ISO 32000-1, annex H.3.4.1 (implementation note 13): viewers accept the header within the first 1024 bytes.
HEADER_WITHIN = 1024
LONGEST_NAME = 150

# Why a file is refused, and what to do next.
_NO_FILE = ("es una carpeta o un dispositivo, no un archivo", "Indique un archivo PDF.")
_MISSING = ("el archivo no existe", "Revise la ruta y el nombre.")
_FORBIDDEN = ("no hay permiso para leer el archivo", "Cambie sus permisos de lectura e inténtelo de nuevo.")
_EMPTY = ("el archivo está vacío", "Descárguelo de nuevo.")
_NO_PDF = ("no es un PDF por su contenido", "Compruebe que no sea una página de error u otro formato.")


@dataclass(frozen=True)
class Stored:
    """A file of the archive. `path` is the archived copy; `file_name` the first name under which it came."""

    sha256: str
    path: Path
    file_name: str
    source_url: str | None
    retrieved_at: dt.datetime


@dataclass(frozen=True)
class Origin:
    """Where bytes were found: in which source, at which address (http, https or file), when, with what headers."""

    source: str
    url: str
    at: dt.datetime
    headers: Mapping[str, str] = field(default_factory=dict)


class RejectedFile(UnreadableDocument):
    """A file that was received and kept, but is no PDF: `sha256` says where it lies in the archive."""

    def __init__(self, file_name: str, why: str, next_step: str, sha256: str) -> None:
        super().__init__(file_name, why, next_step, stage="archive")
        self.sha256 = sha256


def receive(
    path: Path, raw: Path, source_url: str | None = None, *, origin: Origin | None = None, name: str | None = None
) -> Stored:
    """Keep a copy of the file at `path` in the archive under `raw` and say where it lies.

    The same bytes under another name are the same document: the first name and time stay, the new name is noted, and
    so is every `origin`. `name` is what a server calls the file, where that is not the name of `path`.
    Raises RejectedFile when the bytes are no PDF (they are kept all the same), UnreadableDocument when there are no
    bytes to be had (a folder, a missing file, one without permission), OSError when the archive cannot be written.
    """
    name = safe_name(name) if name else printable_name(path)
    with _open(path, name) as source:
        sha256, size, is_pdf = _copy(source, path, raw)
    if origin and origin.url.startswith(("http://", "https://")):
        source_url = source_url or origin.url  # a path of this machine is nobody's business
    stored = _record(path, raw, name, sha256, size, source_url, origin, is_pdf=is_pdf)
    if not size:
        raise RejectedFile(name, *_EMPTY, sha256)
    if not is_pdf:
        raise RejectedFile(name, *_NO_PDF, sha256)
    return stored


def find(raw: Path, sha256: str) -> Stored | None:
    """A PDF that the archive under `raw` keeps with its record; None where it has none of that hash."""
    path = bring_pdf(raw, sha256)
    record = _read_record(bring(raw, path.with_suffix(".json")))
    if not record or not path.is_file():
        return None
    retrieved = dt.datetime.fromisoformat(record["retrieved_at"])
    return Stored(sha256, path, record.get("file_name") or path.name, record.get("source_url"), retrieved)


def addresses_of(raw: Path, sha256: str) -> frozenset[str]:
    """All addresses at which the bytes of an archived PDF were found."""
    record = _read_record(bring(raw, place_of(raw, sha256).with_suffix(".json")))
    said = [record.get("source_url"), *(each.get("url") for each in _origins(record))]
    return frozenset(url for url in said if isinstance(url, str) and url)


def safe_name(said: str) -> str:
    """The name that a stranger gives a file: its last part as safe text, of bounded length, never a path."""
    text = said.encode("utf-8", "replace").decode()
    last = re.split(r"[/\\]", text.strip())[-1].strip(". ")
    return printable_name(Path(last[-LONGEST_NAME:])) if last else "documento.pdf"


def printable_name(path: Path) -> str:
    """The name of a file as safe text: bytes that are no UTF-8 and control characters are replaced."""
    text = os.fsencode(path.name or str(path)).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _open(path: Path, name: str) -> BufferedReader:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableDocument(name, *_NO_FILE, "archive")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadableDocument(name, *_MISSING, "archive") from error
    except PermissionError as error:
        raise UnreadableDocument(name, *_FORBIDDEN, "archive") from error


def _copy(source: BufferedReader, path: Path, raw: Path) -> tuple[str, int, bool]:
    """Copy a file into the archive, unless its bytes are there: (sha256, size, whether it is a PDF).

    Hashed before it is copied, so that a known file costs no writing, and again while it is copied: what lies
    under a hash has that hash even if the source changes meanwhile.
    """
    known = hashlib.file_digest(source, "sha256").hexdigest()
    source.seek(0)
    is_pdf = b"%PDF-" in source.read(HEADER_WITHIN)
    size = source.seek(0, os.SEEK_END)
    if _place(raw, known, path, is_pdf).exists():
        return known, size, is_pdf
    source.seek(0)
    return _write(source, raw, path, is_pdf)


def _write(source: BufferedReader, raw: Path, path: Path, is_pdf: bool) -> tuple[str, int, bool]:
    (raw / "sha256").mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(prefix=".receiving-", dir=raw / "sha256")
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        place = _place(raw, digest.hexdigest(), path, is_pdf)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(temporary, 0o444)
        share(raw, place, Path(temporary))
        os.replace(temporary, place)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest.hexdigest(), size, is_pdf


def _place(raw: Path, sha256: str, path: Path, is_pdf: bool) -> Path:
    """Where a file lies in the archive. What is no PDF keeps its own suffix, if that is a harmless one."""
    suffix = path.suffix.lower()
    if is_pdf:
        suffix = ".pdf"
    elif suffix == ".json" or not re.fullmatch(r"\.[a-z0-9]{1,8}", suffix):  # .json is the record's
        suffix = ".bin"
    return place_of(raw, sha256, suffix)


def place_of(raw: Path, sha256: str, suffix: str = ".pdf") -> Path:
    """Where the archive under `raw` keeps the bytes with this hash."""
    return raw / "sha256" / sha256[:2] / (sha256 + suffix)


def bring_pdf(raw: Path, sha256: str) -> Path:
    """Where a PDF lies, if the archive has it: the copy of a store fetches it when it is first asked for.

    What was changed in the store is no more that document: it is not fetched.
    """
    path = place_of(raw, sha256)
    if path.exists() or not bring(raw, path).exists():
        return path
    with path.open("rb") as file:
        is_whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    if not is_whole:
        path.unlink()
    return path


def _record(
    path: Path,
    raw: Path,
    name: str,
    sha256: str,
    size: int,
    source_url: str | None,
    origin: Origin | None,
    *,
    is_pdf: bool,
) -> Stored:
    """Write or extend the record of a file that lies in the archive."""
    place = _place(raw, sha256, path, is_pdf)
    record_path = place.with_suffix(".json")
    record = _read_record(bring(raw, record_path))
    before = json.dumps(record)
    # A lost record is made again; the copy's own date is then nearer to the first receipt than today.
    received = dt.datetime.fromtimestamp(place.stat().st_mtime, dt.UTC)
    record.setdefault("file_name", name)
    names = record.setdefault("file_names", [])
    # A file of the archive read again (`ingest raw/sha256`) is named by its hash: that is not a name.
    if name not in names and (not path.name.startswith(sha256) or not names):
        names.append(name)
    record["source_url"] = record.get("source_url") or source_url
    record.setdefault("retrieved_at", received.isoformat(timespec="seconds"))
    record.setdefault("size", size)
    if origin and all((o.get("source"), o.get("url")) != (origin.source, origin.url) for o in _origins(record)):
        said = {"source": origin.source, "url": origin.url, "at": origin.at.isoformat(timespec="seconds")}
        record["sources"] = [*_origins(record), {**said, "headers": dict(origin.headers)}]
    if json.dumps(record) != before:
        record = _keep_record(raw, record_path, record)
    return Stored(
        sha256=sha256,
        path=place,
        file_name=record["file_name"],
        source_url=record["source_url"],
        retrieved_at=dt.datetime.fromisoformat(record["retrieved_at"]),
    )


def _origins(record: dict[str, Any]) -> list[dict[str, Any]]:
    said = record.get("sources")
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def _keep_record(raw: Path, path: Path, record: dict[str, Any]) -> dict[str, Any]:
    """Write a record, in the store of which `raw` is the copy too; what another machine noted there meanwhile stays."""
    if store := store_of(raw):
        key = path.relative_to(raw).as_posix()
        for name, theirs in json.loads(store.read([key]).get(key) or b"{}").items():
            if isinstance(theirs, list):
                theirs += [ours for ours in record.get(name, []) if ours not in theirs]
            record[name] = theirs or record.get(name)
        store.write(key, _as_json(record))
    write_whole(path, _as_json(record))
    return record


def _as_json(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n"


def _read_record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        dt.datetime.fromisoformat(record["retrieved_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(record)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    with open_whole(path) as out:
        out.write(content)


@contextmanager
def open_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write piece by piece, as `write_whole` does; where writing fails the old one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)

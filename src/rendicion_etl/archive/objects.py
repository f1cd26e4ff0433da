"""Files in a store of objects, at any address that fsspec knows: `s3://bucket/folder` and others.

An object is written whole or not at all and replaced in one step; nothing is moved, and no two change together. Keys
are relative to the address. A folder of this machine may be the copy of a store (`settings.address_of`): of such a
folder `bring` fetches a file that is not here yet, and `share` puts one into the store.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import address_of

_OF_THIS_MACHINE = ("file", "local")
SILENCE = 15  # seconds without an answer after which a request is made again
TRIES = 3  # of s3fs, each of the AWS_MAX_ATTEMPTS (5) of its library: of a store that hangs, 5 of s3fs make six minutes
_reaching: list[str] = []  # addresses of stores that this process is asking


class StoreError(RendicionError, OSError):
    """A store that cannot be reached, or refuses: told of like a disk that does."""


@dataclass(frozen=True)
class Entry:
    """What a listing says of an object: `stamp` changes when it does; modified: when it was written, UTC."""

    stamp: str
    modified: dt.datetime


class Objects:
    """A store at an address. What it refuses, and a store that is not there, is a StoreError."""

    def __init__(self, address: str) -> None:
        import fsspec

        self.address = address
        is_s3 = address.startswith("s3:")
        # s3fs asks for the size of every object before it reads it, to read parts of it at once: ours are small.
        options = {"max_concurrency": 1, "config_kwargs": {"read_timeout": SILENCE}} if is_s3 else {}
        try:
            # Listings are never remembered: others write there too.
            self._files, self.root = fsspec.url_to_fs(address, use_listings_cache=False, **options)
        except ImportError as error:
            why = f"falta la biblioteca que habla con ese almacén: {error}"
            raise RendicionError(address, why, "Para s3: pip install 'rendicion-etl[s3]'.") from error
        except ValueError as error:
            why, next_step = "no se conoce esa clase de almacén", "Indique una carpeta, o s3://CUBO/CARPETA."
            raise RendicionError(address, why, next_step) from error
        if is_s3:
            self._files.retries = TRIES
        if address.partition(":")[0] in _OF_THIS_MACHINE:
            why, next_step = "es una carpeta de esta máquina", "Indíquela sin «file://»."
            raise RendicionError(address, why, next_step)

    def list(self, folder: str) -> dict[str, Entry]:
        """Every object of a folder and below, by key."""
        with self._told():
            found = self._files.find(f"{self.root}/{folder}", detail=True)
        return {name[len(self.root) + 1 :]: _entry(about) for name, about in found.items()}

    def read(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The content of each of some objects that is there, all asked for at once."""
        names = {f"{self.root}/{key}": key for key in keys}
        with self._told():
            said = self._files.cat(list(names), on_error="return") if names else {}
        out = {}
        for name, content in said.items():
            if isinstance(content, bytes):
                out[names[name]] = content
            elif not isinstance(content, FileNotFoundError):
                raise self._refused(content) from content
        return out

    def has(self, key: str) -> bool:
        with self._told():
            return bool(self._files.exists(f"{self.root}/{key}"))

    def write(self, key: str, content: bytes) -> None:
        with self._told():
            self._files.pipe_file(f"{self.root}/{key}", content)

    def send(self, files: Mapping[str, Path]) -> None:
        """Write files of this machine to the objects of these keys, all at once."""
        with self._told():
            self._files.put([str(path) for path in files.values()], [f"{self.root}/{key}" for key in files])

    def fetch(self, key: str, path: Path) -> bool:
        """Write an object to a file of this machine, whole or not at all; False where there is no such object."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=path.parent) as aside, self._told():
            copy = Path(aside, path.name)
            try:
                self._files.get_file(f"{self.root}/{key}", str(copy))
            except FileNotFoundError:
                return False
            copy.replace(path)
        return True

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects one after the other, in order; one that is gone is no error."""
        with self._told():
            for key in keys:
                with suppress(FileNotFoundError):
                    self._files.rm_file(f"{self.root}/{key}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        _reaching.append(self.address)
        try:
            yield
        except Exception as error:  # each kind of store has its own errors, and not all are OSErrors
            raise self._refused(error) from error
        finally:
            _reaching.pop()

    def _refused(self, error: BaseException) -> StoreError:
        said = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        why, next_step = f"el almacén respondió: {said}", "Revise la dirección, el permiso y la red."
        return StoreError(self.address, why, next_step)


def reaches_store() -> bool:
    """Whether this process is asking a store at this moment: the one reason for a reader to use the network."""
    return bool(_reaching)


def _entry(about: Mapping[str, Any]) -> Entry:
    modified = about.get("LastModified") or about.get("created") or about.get("updated") or about.get("last_modified")
    if not isinstance(modified, dt.datetime):
        modified = dt.datetime.now(dt.UTC)  # of a store that does not tell: never old enough to be removed
    return Entry(f"{about.get('ETag') or modified.isoformat()} {about.get('size')}", modified.astimezone(dt.UTC))


def store_of(folder: Path) -> Objects | None:
    """The store that a folder is the copy of, if it is one."""
    address = address_of(folder)
    return _store_at(address) if address else None


_store_at = cache(Objects)


def bring(folder: Path, path: Path) -> Path:
    """A file of a folder, fetched from the store that the folder is the copy of, if it is there and not here."""
    store = store_of(folder)
    if store and not path.exists():
        store.fetch(path.relative_to(folder).as_posix(), path)
    return path


def share(folder: Path, path: Path, source: Path) -> None:
    """Put what lies at `source`, and is to lie at `path` of a folder, into its store, unless it is there already."""
    store = store_of(folder)
    if store and not store.has(key := path.relative_to(folder).as_posix()):
        store.send({key: source})

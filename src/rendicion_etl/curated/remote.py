"""The datasets in a store of objects (`s3://bucket/folder`), and the copy of them with which this machine works.

In a store nothing moves and no two objects change together. So the files of a document carry the number of their
version in their names, `<dataset>/institution=.../fiscal_year=.../<document_id>.<number>-<mark>.parquet`, and never
change. That of `documents` is written last: from then on the version counts, whole; of several the highest counts.
Then older ones are removed. An empty object under `.pending/` tells of a version while it is written: of one that was
never finished, the next run removes what there is of it. Nobody waits for anybody: of two runs that publish a document
at the same time, one version counts, whole.

A copy is laid out like any curated folder, and is nothing but that: it may be removed whenever nobody works with it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import re
import secrets
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rendicion_etl.archive.objects import Entry, Objects, StoreError, store_of
from rendicion_etl.curated.copies import only_one, read_state, write_state
from rendicion_etl.curated.field import DOCUMENT_ID, SLUG
from rendicion_etl.curated.older import may_lack, version_in
from rendicion_etl.curated.writer import ORDER, PENDING, Staged, partition_of, publish, published_files
from rendicion_etl.errors import RendicionError

_NAME = re.compile(
    rf"institution=({SLUG})/fiscal_year=(0|\d{{4}})/({DOCUMENT_ID})\.(\d{{6,12}})-([0-9a-f]{{6}})\.parquet"
)
_AT_ONCE = 16  # documents
_TRIES = 5  # times that documents are listed anew, because others replaced some meanwhile
_DEAD = dt.timedelta(hours=1)  # after which a version that was not finished never will be
_PATIENCE = _DEAD.total_seconds() / 2  # seconds that a publication may take


@dataclass(frozen=True, order=True)
class Version:
    """A version of a document; the order is that in which they count."""

    document_id: str
    number: int
    mark: str
    institution: str
    fiscal_year: int

    @property
    def name(self) -> str:
        """The path of its files within each dataset."""
        home = partition_of(self.institution, self.fiscal_year).as_posix()
        return f"{home}/{self.document_id}.{self.number:06}-{self.mark}.parquet"

    def objects(self) -> list[str]:
        """The keys of its files, that of `documents` last."""
        return [f"{dataset}/{self.name}" for dataset in ORDER]

    def by_dataset(self) -> Iterator[tuple[str, str]]:
        """Each dataset with the key of its file."""
        return zip(ORDER, self.objects(), strict=True)

    @property
    def pending(self) -> str:
        return f"{PENDING}/{self.name}"


def _version(name: str) -> Version | None:
    said = _NAME.fullmatch(name)
    if not said:
        return None
    institution, year, document_id, number, mark = said.groups()
    return Version(document_id, int(number), mark, institution, int(year))


def versions(store: Objects) -> dict[str, list[Version]]:
    """The versions of every document that were finished, in the order in which they count."""
    out: dict[str, list[Version]] = defaultdict(list)
    for key in store.list("documents/"):
        if version := _version(key.removeprefix("documents/")):
            out[version.document_id].append(version)
    return {document_id: sorted(found) for document_id, found in out.items()}


# ------------------------------------------------------------------------------------------------- from the store


def pull(curated: Path) -> list[str]:
    """Bring the copy of a store up to date; of a folder that is none, nothing.

    The documents of which the store lacks a file are given back: they are not in the copy. Raises StoreError where
    the store cannot be read, OSError where the copy cannot be written.
    """
    store = store_of(curated)
    if store is None:
        return []
    with only_one(curated):
        state = read_state(curated)
        known: dict[str, str] = state["documents"]
        try:
            for _ in range(_TRIES):
                wanted = {document_id: found[-1] for document_id, found in versions(store).items()}
                lost = _bring(store, curated, wanted, known)
                if not lost:
                    break
            for document_id in lost:
                _drop(curated, document_id)
        finally:
            write_state(curated, state)
    return sorted(lost)


def _bring(store: Objects, curated: Path, wanted: dict[str, Version], known: dict[str, str]) -> list[str]:
    """Fetch the versions that the copy has not, drop documents that are not wanted; those that are not whole."""
    here = {path.stem for path in published_files(curated, ".parquet")}
    for document_id in here - set(wanted):
        _drop(curated, document_id)
        known.pop(document_id, None)
    missing = [v for v in wanted.values() if v.document_id not in here or known.get(v.document_id) != v.name]
    lost = []
    with tempfile.TemporaryDirectory(prefix=".pulling-", dir=curated) as aside:
        for some in _in_pieces(missing):
            content = store.read(key for version in some for key in version.objects())
            for version in some:
                lacking = [dataset for dataset, key in version.by_dataset() if key not in content]
                if lacking:
                    if not _may_lack(version, lacking, content):
                        lost.append(version.document_id)
                        continue
                    _drop(curated, version.document_id)  # publishing replaces only what the version has
                publish(_laid_out(version, content, Path(aside)), curated)
                known[version.document_id] = version.name
    return lost


def _may_lack(version: Version, lacking: Sequence[str], content: dict[str, bytes]) -> bool:
    """Whether a version of a document is whole without some datasets, since they came later."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if "documents" in lacking:
        return False
    try:
        metadata = pq.read_metadata(pa.BufferReader(content[f"documents/{version.name}"])).metadata
    except pa.ArrowException:
        return False
    return all(may_lack(dataset, version_in(metadata)) for dataset in lacking)


def _in_pieces(found: Iterable[Version]) -> Iterator[list[Version]]:
    rest = iter(found)
    return iter(lambda: list(itertools.islice(rest, _AT_ONCE)), [])


def _laid_out(version: Version, content: dict[str, bytes], aside: Path) -> Staged:
    """The files of a version under the names that they have in a folder."""
    home = partition_of(version.institution, version.fiscal_year)
    root, files = aside / version.document_id, {}
    for dataset, key in version.by_dataset():
        if key not in content:
            continue
        path = files[dataset] = root / dataset / home / f"{version.document_id}.parquet"
        path.parent.mkdir(parents=True)
        path.write_bytes(content[key])
    return Staged(version.document_id, "", version.institution, version.fiscal_year, root, files)


def _drop(curated: Path, document_id: str) -> None:
    for dataset in ORDER:
        for path in published_files(curated, f"{document_id}.parquet", dataset):
            if path.stem == document_id:
                path.unlink(missing_ok=True)


def must_be_whole(curated: Path, lost: list[str]) -> None:
    """Raise RendicionError where documents are not whole: who reads must not take the rest for all."""
    if lost:
        store = store_of(curated)
        why, next_step = f"le faltan archivos a {', '.join(lost)}", "Ingiera de nuevo sus PDF con: rendicion ingest."
        raise RendicionError(store.address if store else str(curated), why, next_step)


# ------------------------------------------------------------------------------------------------- into the store


class Publisher:
    """Publishes documents in a folder and, before that, in the store that it is the copy of, if it is one."""

    def __init__(self, curated: Path) -> None:
        self.curated, self.store = curated, store_of(curated)
        self._done: list[Version] = []

    @cached_property
    def _listed(self) -> dict[str, list[Version]]:
        """The versions in the store; what earlier runs left half done is removed on this occasion."""
        assert self.store is not None
        listed = versions(self.store)
        tidy(self.store, listed)
        return listed

    def publish(self, staged: Staged) -> None:
        """Publish a document; raises OSError as `writer.publish` does, then the store has its old version or this."""
        if self.store is None:
            publish(staged, self.curated)
            return
        version = commit(self.store, staged, self._listed.get(staged.document_id, []))
        with only_one(self.curated):  # who brings the copy up to date meanwhile may hold what is older
            publish(staged, self.curated)
        self._done.append(version)

    def close(self) -> None:
        """Note which versions the copy has; without it they would be fetched."""
        if self._done:
            with only_one(self.curated):
                state = read_state(self.curated)
                state["documents"].update({version.document_id: version.name for version in self._done})
                write_state(self.curated, state)


def commit(store: Objects, staged: Staged, earlier: list[Version]) -> Version:
    """Write a new version of a document to the store; StoreError where it refuses, and then earlier ones count."""
    number = max((v.number for v in earlier), default=0) + 1
    new = Version(staged.document_id, number, secrets.token_hex(3), staged.institution, staged.fiscal_year)
    begun = time.monotonic()
    store.write(new.pending, b"")
    *others, documents = zip(new.objects(), (staged.files[dataset] for dataset in ORDER), strict=True)
    store.send(dict(others))
    if time.monotonic() - begun > _PATIENCE:  # another run may be removing what is taken for left behind
        why, next_step = "la publicación tardó demasiado", "Repita la orden."
        raise StoreError(store.address, why, next_step)
    store.send(dict([documents]))
    with contextlib.suppress(StoreError):  # it is published: what is left to remove, the next run will
        store.remove([key for version in earlier for key in version.objects()])
        store.remove([new.pending])
    return new


def tidy(store: Objects, listed: dict[str, list[Version]]) -> None:
    """Remove versions that no longer count, and what there is of those that nobody will finish."""
    for found in listed.values():
        store.remove([key for version in found[:-1] for key in version.objects()])
    finished = {version for found in listed.values() for version in found}
    for key, about in store.list(f"{PENDING}/").items():
        version = _version(key.removeprefix(f"{PENDING}/"))
        if version in finished:
            store.remove([key])
        elif version and _is_dead(about):
            store.remove([*version.objects(), key])


def _is_dead(about: Entry) -> bool:
    return dt.datetime.now(dt.UTC) - about.modified > _DEAD

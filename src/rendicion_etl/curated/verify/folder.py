"""A curated folder and its archive from top to bottom: what documents there are, each of them, what is left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rendicion_etl.archive.store import place_of
from rendicion_etl.curated.copies import QUARANTINE, bring_beside
from rendicion_etl.curated.query import must_be_published
from rendicion_etl.curated.remote import pull
from rendicion_etl.curated.verify.archive import Archive
from rendicion_etl.curated.verify.document import Checked, Place, by_document, check_document, missing_in
from rendicion_etl.curated.verify.leftovers import home_of, strangers, temporary
from rendicion_etl.curated.verify.remark import Remark, Seen
from rendicion_etl.curated.writer import pending_folders, published_files
from rendicion_etl.errors import RendicionError
from rendicion_etl.normalize.correction_files import Corrections, version_with
from rendicion_etl.settings import address_of
from rendicion_etl.version import pipeline_version

_TRIES = 3  # times that a document is looked at that is published anew meanwhile


def verify(curated: Path, raw: Path, corrections: Corrections, seen: Seen) -> Iterator[Remark]:
    """All that is wrong with a curated folder and its archive, as it is found; `seen` counts what was looked at.

    One document is in memory at a time, beside the identifiers of all. Nothing is written, but for the copy of a
    store, which is brought up to date. Raises RendicionError where there is no such folder or nothing published in it,
    StoreError where a store cannot be read, OSError where a folder may not be.
    """
    for remark in _Folder(curated, raw, corrections, seen).remarks():
        seen.kinds[remark.kind] += 1
        yield remark


class _Folder:
    def __init__(self, curated: Path, raw: Path, corrections: Corrections, seen: Seen) -> None:
        self.curated, self.raw, self.corrections, self.seen = curated, raw, corrections, seen
        self.shas: dict[str, str] = {}
        self.findings: set[str] = set()
        # Document -> the files whose findings compare with it, and with which of its places.
        self.compared: dict[str, dict[Path, set[Place]]] = defaultdict(dict)

    def remarks(self) -> Iterator[Remark]:
        lost = pull(self.curated)
        bring_beside(self.curated, QUARANTINE)
        for name in lost:
            yield Remark("store", self.curated, name, {"document": name})
        if not lost:
            must_be_published(self.curated)
        if not (self.raw.is_dir() or address_of(self.raw)):
            raise RendicionError(str(self.raw), "no existe esa carpeta", "Indique otra con --raw.")
        archive = Archive(self.raw, self.seen)
        # Files of a document are of two states while its publication is not finished.
        pending = {folder.name: folder for folder in pending_folders(self.curated)}
        for name, folder in pending.items():
            yield Remark("pending", folder, name)
        files = published_files(self.curated, ".parquet")
        paths = {path.stem: path for path in reversed(files) if home_of(path)}
        for name in sorted(set(paths) - set(pending)):
            yield from self._document(paths[name], paths, archive)
        yield from self._compared(paths)
        homes = {name: path.parent.relative_to(self.curated / "documents") for name, path in paths.items()}
        found = strangers(self.curated, homes)
        yield from (remark for remark in found if remark.path.stem not in pending)
        yield from archive.rest()
        yield from temporary(self.curated)
        yield from temporary(self.raw)
        yield from self._quarantined()

    def _document(self, path: Path, paths: dict[str, Path], archive: Archive) -> Iterator[Remark]:
        self.seen.documents += 1
        found = self._settled(path)
        yield from found.remarks
        for place, of in by_document(found.elsewhere).items():
            self.compared[place][path] = of
        if again := self.findings.intersection(found.finding_ids):
            first = min(again)
            yield Remark("duplicate", path, path.stem, {"n": len(again), "first": first})
        self.findings.update(found.finding_ids)
        if found.row is None:
            return
        sha256, before = found.row["sha256"], found.row["supersedes"]
        if (other := self.shas.setdefault(sha256, path.stem)) != path.stem:
            yield Remark("twice", path, path.stem, {"other": other})
        if before and before not in paths:
            yield Remark("no_document", path, path.stem, {"other": before})
        yield from archive.check(sha256, path.stem)
        version = version_with(pipeline_version(), self.corrections.get(sha256, ()))
        if found.row["pipeline_version"] != version:
            values = {"version": found.row["pipeline_version"], "archive": self.raw / "sha256"}
            yield Remark("stale", path, path.stem, values)

    def _settled(self, path: Path) -> Checked:
        """The files of a document, looked at while nobody published it anew."""
        before, n_files = _stamp(path), self.seen.files
        for _ in range(_TRIES):
            found = check_document(path, self.seen)
            now = _stamp(path)
            if not found.remarks or now == before:
                break
            before, self.seen.files = now, n_files
        return found

    def _compared(self, paths: dict[str, Path]) -> Iterator[Remark]:
        """Places in other documents that findings name, one document after the other."""
        for other, of in sorted(self.compared.items()):
            if other not in paths:
                for path in of:
                    yield Remark("no_document", path, path.stem, {"other": other})
                continue
            for path, places in of.items():
                if astray := missing_in(paths[other], places):
                    file = self.curated.joinpath("findings", *path.parts[-3:])
                    yield Remark("rows_astray", file, path.stem, {"n": len(astray), "first": astray[0]})

    def _quarantined(self) -> Iterator[Remark]:
        for path in sorted((self.curated / QUARANTINE).glob("*.json")):
            if name := self.shas.get(path.stem):
                yield Remark("quarantined", path, name, {"document": name, "pdf": place_of(self.raw, path.stem)})


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except FileNotFoundError:  # published in another partition meanwhile
        return None
    return about.st_ino, about.st_mtime_ns

"""The PDFs of an archive: each is there, with its record, and still has the hash that is its name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from rendicion_etl.archive.objects import store_of
from rendicion_etl.archive.store import bring_pdf, find, place_of
from rendicion_etl.curated.field import SHA256
from rendicion_etl.curated.verify.remark import Remark, Seen


class Archive:
    """The archive under `raw`, looked at document by document and then as a whole.

    Of a store what its listing names counts as there, and the bytes that are hashed are those of the copy, which
    fetches what it has not.
    """

    def __init__(self, raw: Path, seen: Seen) -> None:
        self.raw, self.seen = raw, seen
        self._checked: set[str] = set()
        store = store_of(raw)
        self._listed = set(store.list("sha256/")) if store else None

    def check(self, sha256: str, document_id: str) -> Iterator[Remark]:
        """What is wrong with the PDF of a document. Raises StoreError where the store refuses."""
        self._checked.add(sha256)
        path, values = place_of(self.raw, sha256), {"sha256": sha256}
        if not self._is_there(path):
            yield Remark("pdf_lost", path, document_id, values)
            return
        if not bring_pdf(self.raw, sha256).exists() or not self._is_whole(path):  # a copy takes no changed one
            yield Remark("pdf_changed", path, document_id, values)
        elif find(self.raw, sha256) is None:
            yield Remark("record_lost", path.with_suffix(".json"), document_id, {"pdf": path})

    def rest(self) -> Iterator[Remark]:
        """What is wrong with files that no document is made of, such as one that is no PDF."""
        for folder, folders, names in os.walk(self.raw / "sha256"):
            folders.sort()
            for path in (Path(folder, name) for name in sorted(names)):
                is_ours = re.fullmatch(SHA256, path.stem) and path.suffix != ".json"
                if is_ours and path.stem not in self._checked and not self._is_whole(path):
                    yield Remark("pdf_changed", path, None, {"sha256": path.stem})

    def _is_there(self, path: Path) -> bool:
        return path.is_file() if self._listed is None else path.relative_to(self.raw).as_posix() in self._listed

    def _is_whole(self, path: Path) -> bool:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            self.seen.n_bytes += file.tell()
        self.seen.pdfs += 1
        return digest == path.stem

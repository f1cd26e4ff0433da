"""What is published of one file: its row in `documents`, and whether all of its datasets are there."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rendicion_etl.curated.field import SHA256
from rendicion_etl.curated.older import may_lack, must_be_known, version_in
from rendicion_etl.curated.schemas import names
from rendicion_etl.curated.writer import (
    DIGESTS,
    ORDER,
    digest_of,
    partition_of,
    published_files,
    recover,
    safe,
)

Listing = Mapping[str, Sequence[Path]]


def list_documents(curated: Path) -> Listing:
    """The published documents by the beginning of their hash, as the names of their files say, for `find_document`.

    Made once for many files: to look for each of a thousand in a thousand folders takes half a minute.
    """
    with contextlib.suppress(OSError):
        recover(curated)
    listed = defaultdict(list)
    for path in published_files(curated, ".parquet"):
        listed[path.stem[-8:]].append(path)
    return listed


def find_document(curated: Path, sha256: str, listed: Listing | None = None) -> dict[str, Any] | None:
    """The published `documents` row of a file, with its `institution` and `fiscal_year`, or None.

    Of a document that was published twice under two identifiers the first in order of path is given. Of a damaged row
    only the `document_id` and the partition are given, which its path says: ingested again, the document mends itself.
    Raises RendicionError where a newer program published it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    safe(SHA256, sha256, "sha256")
    damaged = None
    for path in (list_documents(curated) if listed is None else listed).get(sha256[:8], ()):
        institution, year = path.parts[-3], path.parts[-2]
        home = {
            "institution": institution.removeprefix("institution="),
            "fiscal_year": int(year.removeprefix("fiscal_year=")),
        }
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                must_be_known(version_in(file.metadata.metadata), str(path))
                # One row: to part it among threads takes several times as long.
                row: dict[str, Any] = file.read(use_threads=False).to_pylist()[0]
        except (OSError, pa.ArrowException, IndexError):
            damaged = damaged or _whole_row({"document_id": path.stem, **home})
            continue
        if row["sha256"] == sha256:
            return _whole_row({**row, **home})
    return damaged


def _whole_row(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known.get(name) for name in names("documents")}


def whole_files(curated: Path, document: Mapping[str, Any]) -> dict[str, Path] | None:
    """The published files of a document by dataset; None if one is missing, changed or not of that file's content.

    The file of `documents` tells the sha256 of the others. Of one that an earlier program wrote, which does not, the
    end of each file is read, where Parquet keeps its metadata: enough to tell one that is complete. Of a dataset that
    came later than the document there may be no file (`older`).
    """
    import pyarrow as pa

    home = partition_of(document["institution"], document["fiscal_year"])
    files = {dataset: curated / dataset / home / f"{document['document_id']}.parquet" for dataset in ORDER}
    sha256 = document["sha256"].encode()
    try:
        metadata = _metadata(files["documents"])
        if metadata.get(b"sha256") != sha256:
            return None
        digests, version = digests_in(metadata), version_in(metadata)
        for dataset, path in files.items():
            if dataset == "documents" or (may_lack(dataset, version) and not path.exists()):
                continue
            if not (digests.get(dataset) == digest_of(path) if digests else _metadata(path).get(b"sha256") == sha256):
                return None
    except (OSError, ValueError, pa.ArrowException):
        return None
    return files


def _metadata(path: Path) -> Mapping[bytes, bytes]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.metadata.metadata or {}


def digests_in(metadata: Mapping[bytes, bytes]) -> dict[str, str]:
    """The sha256 of the other files of a document by dataset, as its file of `documents` tells; {} if it does not.

    Raises ValueError where that is damaged.
    """
    said = json.loads(metadata.get(DIGESTS.encode(), b"{}"))
    if not isinstance(said, dict):
        raise ValueError(f"{DIGESTS}: {said!r}")
    return said

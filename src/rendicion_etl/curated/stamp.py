"""Whether anything was published since somebody looked, without reading any data."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from rendicion_etl.curated.writer import pending_folders, published_files, recover


def data_stamp(curated: Path) -> str:
    """A short text that changes whenever a document is published, for the price of listing the files of `documents`.

    That file is the last that a publication writes; one that is still pending counts too.
    """
    with contextlib.suppress(OSError):
        recover(curated)
    said = []
    for path in published_files(curated, ".parquet"):
        with contextlib.suppress(FileNotFoundError):  # published under another name meanwhile
            about = path.stat()
            said.append(f"{path.relative_to(curated)} {about.st_size} {about.st_mtime_ns}")
    said += [path.name for path in pending_folders(curated)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]

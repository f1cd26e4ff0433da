"""The version of what makes the data: the package's own number and a hash of everything that decides a result."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from rendicion_etl.settings import Settings

VERSION = "0.1.0"

_PACKAGE = Path(__file__).resolve().parent
_DECIDES = {".py", ".toml", ".csv", ".gz", ".json", ".html", ".css"}


@cache
def pipeline_version() -> str:
    """`0.1.0+<8 hex>`: changes when code, vocabularies, catalogues, templates or expectation suites change.

    A committed document with the same sha256 and this version is unchanged and need not be read again.
    """
    return f"{VERSION}+{_digest(_PACKAGE, Settings().expectations_dir)[:8]}"


def _digest(*folders: Path) -> str:
    """A hash over names and contents of the deciding files under some folders; missing folders count as empty."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _DECIDES and p.is_file()):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()

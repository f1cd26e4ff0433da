"""Corrections as tests write them: entries of a file, and what they are once read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from rendicion_etl.normalize.correction_files import Correction

SHA256, DOCUMENT = "0" * 64, "doc-00000000"
SIGNED = {"author": "Ana Pérez", "date": dt.date(2025, 5, 2), "reason": "Se ve en la página."}


def correction(what: str, after: str, printed: str, **place: Any) -> Correction:
    """A correction of the first table of a document of hash zero, on page 1."""
    about = {"sha256": SHA256, "document_id": DOCUMENT, "table": 1, "page": 1, "row": None, "col": None, **place}
    return Correction(what=what, after=after, printed=printed, file="a.toml", entry=1, **SIGNED, **about)


def entry(**said: Any) -> str:
    """An entry of a file; a key given None is left out."""
    keys = {"sha256": SHA256, "document_id": DOCUMENT, "table": 1, "page": 1, **SIGNED, **said}
    lines = [f"{k} = {_toml(v)}" for k, v in keys.items() if v is not None]
    return "\n".join(["[[correction]]", *lines, ""])


def _toml(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else repr(value)


def write(folder: Path, *entries: str, name: str = "a.toml") -> Path:
    """A file of corrections in a folder; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(entries), encoding="utf-8")
    return folder

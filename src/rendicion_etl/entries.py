"""TOML files that people write as a list of entries, `[[name]]` each: sources, corrections, answers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from rendicion_etl.errors import RendicionError


def entries_of(path: Path, name: str, nothing_else: tuple[str, str]) -> list[dict[str, Any]]:
    """The `[[name]]` of a file.

    nothing_else: why a file is refused that holds something else, and the next step. Raises RendicionError for such a
    file and for what is no TOML, OSError where it cannot be read.
    """
    why, next_step = nothing_else
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # TOML's errors and those of the encoding
        raise RendicionError(str(path), f"no es TOML en UTF-8: {error}", next_step) from error
    entries = said.pop(name, [])
    if said or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RendicionError(str(path), why, next_step)
    return entries

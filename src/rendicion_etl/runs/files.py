"""The files that a run is given: single files, and every .pdf in folders and below, linked folders too.

Nothing that was named is passed over in silence: what cannot be looked at is a failure of its own, the rest goes on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from rendicion_etl.runs.workers import Failure

_NO_PDFS = ("la carpeta no contiene archivos .pdf", "Indique otra carpeta o un archivo PDF.")
_FORBIDDEN = ("no hay permiso para leer la carpeta", "Cambie sus permisos de lectura e inténtelo de nuevo.")

Found = tuple[Path, Failure | None]


def find_files(paths: Iterable[Path]) -> Iterator[Found]:
    """The files that are meant: a file as it is, of a folder every .pdf in it; a folder without any is a failure.

    Whatever else is no folder is given as a file, broken links and devices too: who opens it says what is wrong.
    """
    for path in paths:
        if _is_folder(path):
            yield from _in_folder(path) or [(path, Failure(*_NO_PDFS, stage="archive"))]
        else:
            yield path, None


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False


def _in_folder(folder: Path) -> list[Found]:
    """Every .pdf below a folder and every folder that cannot be listed, in order of path."""
    failures: dict[Path, Failure] = {}
    files: list[Path] = []
    seen: set[tuple[int, int]] = set()

    def refused(error: OSError) -> None:
        failures[Path(error.filename)] = _failure(error)

    for home, folders, names in os.walk(folder, onerror=refused, followlinks=True):
        kept = os.stat(home)
        if (kept.st_dev, kept.st_ino) in seen:  # a link that leads back up, or twice to the same folder
            folders.clear()
            continue
        seen.add((kept.st_dev, kept.st_ino))
        folders.sort()
        files += [Path(home, name) for name in names if name.lower().endswith(".pdf")]
    return sorted([*((path, None) for path in files), *failures.items()], key=lambda found: found[0])


def _failure(error: OSError) -> Failure:
    if isinstance(error, PermissionError):
        return Failure(*_FORBIDDEN, stage="archive")
    why, next_step = f"el sistema respondió: {error.strerror or error}", "Revise espacio en disco y permisos."
    return Failure(why, next_step, "archive")

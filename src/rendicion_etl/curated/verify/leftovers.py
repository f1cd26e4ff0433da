"""What lies in a folder and belongs to no document: files that readers of all files would count, and what was left."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.verify.remark import Remark
from rendicion_etl.curated.writer import PENDING, partition_of

_TEMPORARY = re.compile(r"\.(writing|receiving|fetching|pulling|moving|exporting|xlsx)-.+|run-.+")


def home_of(path: Path) -> Path | None:
    """The partition of a file of a dataset, as the layout has it; None where it lies outside of the layout."""
    institution, year = path.parts[-3:-1]
    with contextlib.suppress(ValueError):
        home = partition_of(institution.removeprefix("institution="), int(year.removeprefix("fiscal_year=")))
        if home.parts == (institution, year):
            return home
    return None


def strangers(curated: Path, homes: Mapping[str, Path]) -> Iterator[Remark]:
    """Files of datasets that no document names; `homes` are the documents with their partitions."""
    for dataset in DATASETS:
        for path in _files(curated / dataset):
            where = path.parent.relative_to(curated / dataset)
            home = homes.get(path.stem) if path.suffix == ".parquet" else None
            if home is None:
                yield Remark("astray", path)
            elif where != home:
                kind = "twice" if dataset == "documents" else "elsewhere"
                yield Remark(kind, path, path.stem, {"home": home.as_posix(), "other": path.stem})


def _files(folder: Path) -> Iterator[Path]:
    for home, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(home, name) for name in sorted(names) if not name.startswith("."))


def temporary(folder: Path) -> Iterator[Remark]:
    """What a process that was killed left behind, or one that is still at work has there for a moment."""
    for home, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *names]):
            path = Path(home, name)
            if _TEMPORARY.fullmatch(name) and (name[0] == "." or path.parent.name == ".staging") and not _is_held(path):
                yield Remark("temporary", path)
        folders[:] = [name for name in folders if not _TEMPORARY.fullmatch(name) and Path(home).name != PENDING]


def _is_held(folder: Path) -> bool:
    """Whether a run that is alive stages its documents here."""
    import fcntl

    try:
        with (folder / ".lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False

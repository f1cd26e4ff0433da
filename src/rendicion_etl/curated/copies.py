"""What a copy of a store (`curated.remote`) knows of it, and the small files beside the datasets that follow it.

Folders of JSON files are compared with what the copy had of the store when it last looked, file by file; whoever writes
a file last is right. `datapackage.json` names in the store the files that are there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rendicion_etl.archive.objects import store_of
from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.field import DOCUMENT_ID

QUARANTINE, VALIDATION, PACKAGE = "quarantine", "validation", "datapackage.json"
_STATE = ".copy.json"
_LOCK = ".copy.lock"
_BESIDE = re.compile(r"[\w.-]+\.json")  # no name of an object leads out of the copy


def bring_beside(curated: Path, folder: str) -> None:
    """Bring a folder of small JSON files of the copy up to date; as `pull` otherwise."""
    store = store_of(curated)
    if store is None:
        return
    with only_one(curated):
        state = read_state(curated)
        known: dict[str, list[str]] = state["beside"].setdefault(folder, {})
        listed = {key: about.stamp for key, about in store.list(f"{folder}/").items()}
        names = {n: s for key, s in listed.items() if _BESIDE.fullmatch(n := key.removeprefix(f"{folder}/"))}
        for name in set(known) - set(names):
            (curated / folder / name).unlink(missing_ok=True)
            del known[name]
        changed = [n for n, s in names.items() if known.get(n, [""])[0] != s or not (curated / folder / n).exists()]
        for key, content in store.read(f"{folder}/{name}" for name in changed).items():
            write_whole(curated / key, content)
            name = key.removeprefix(f"{folder}/")
            known[name] = [names[name], _stamp(curated / key)]
        write_state(curated, state)


def share_beside(curated: Path, folder: str) -> None:
    """Put what changed in a folder of small JSON files into the store.

    What was removed here is removed there only of the quarantine, which documents leave; anything else just grows.
    """
    store = store_of(curated)
    if store is None:
        return
    with only_one(curated):
        state = read_state(curated)
        known: dict[str, list[str]] = state["beside"].setdefault(folder, {})
        here = {path.name: path for path in (curated / folder).glob("*.json") if _BESIDE.fullmatch(path.name)}
        changed = {name: path for name, path in here.items() if known.get(name, ["", ""])[1] != _stamp(path)}
        if changed:
            store.send({f"{folder}/{name}": path for name, path in changed.items()})
        gone = set(known) - set(here) if folder == QUARANTINE else set()
        store.remove(f"{folder}/{name}" for name in sorted(gone))
        if changed or gone:
            listed = store.list(f"{folder}/")
            for name, path in changed.items():
                known[name] = [listed[f"{folder}/{name}"].stamp, _stamp(path)]
            for name in gone:
                del known[name]
            write_state(curated, state)


def share_package(curated: Path) -> None:
    """Put `datapackage.json`, if there is one, into the store, with the names that the files have there."""
    store = store_of(curated)
    if store is None or not (curated / PACKAGE).exists():
        return
    with only_one(curated):
        state = read_state(curated)
        known: dict[str, str] = state["documents"]
        text = (curated / PACKAGE).read_text(encoding="utf-8")

        def there(path: re.Match[str]) -> str:
            return "/" + known.get(path[1], f"x/{path[1]}.parquet").rpartition("/")[2] + '"'

        text = re.sub(rf'/({DOCUMENT_ID})\.parquet"', there, text)
        stamp = hashlib.sha256(text.encode()).hexdigest()
        if state.get(PACKAGE) != stamp:
            store.write(PACKAGE, text.encode())
            state[PACKAGE] = stamp
            write_state(curated, state)


def _stamp(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size} {about.st_mtime_ns}"


def read_state(curated: Path) -> dict[str, Any]:
    """What the copy has of the store: `documents`, each with the name of its version; `beside`, files with stamps."""
    try:
        state = json.loads((curated / _STATE).read_text(encoding="utf-8"))
        return {**state, "documents": dict(state["documents"]), "beside": dict(state["beside"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"documents": {}, "beside": {}}


def write_state(curated: Path, state: dict[str, Any]) -> None:
    """Note what the copy has."""
    write_whole(curated / _STATE, json.dumps(state, sort_keys=True).encode())


@contextlib.contextmanager
def only_one(curated: Path) -> Iterator[None]:
    """One process at a time changes what the copy says that it has."""
    import fcntl

    curated.mkdir(parents=True, exist_ok=True)
    with (curated / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

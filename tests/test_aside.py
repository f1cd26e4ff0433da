"""Bytes laid aside come back as they were, wherever they lie."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import resource
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from weakref import WeakValueDictionary

import pytest

from rendicion_etl import aside
from rendicion_etl.aside import Aside

PIECES = [bytes([k]) * (k + 1) * 10 for k in range(50)]


def files() -> list[str]:
    """The files without a name that this process has open."""
    gc.collect()
    handles = (f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd"))
    return [to for handle in handles if os.path.exists(handle) and (to := os.readlink(handle)).endswith("(deleted)")]


@pytest.mark.parametrize("room", [0, 500, 1 << 20])
def test_bytes_come_back_from_memory_and_file(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "IN_MEMORY", room)
    monkeypatch.setattr(aside, "_heaps", WeakValueDictionary())  # what other tests still hold
    before = len(files())
    laid = [Aside(data) for data in PIECES]
    assert len(files()) == before + (room < 1 << 20), "one file for what memory has no room for"
    assert [each.read() for each in laid] == PIECES
    assert [each.read(3, 8) for each in laid] == [data[3:8] for data in PIECES]
    assert [each.read(8) for each in laid] == [data[8:] for data in PIECES]
    assert [each.read() for each in pickle.loads(pickle.dumps(laid))] == PIECES
    assert Aside(b"").read() == b""
    del laid
    assert len(files()) == before, "the file is gone with what lay in it"


def test_without_a_folder_for_files_bytes_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert [each.read() for each in [Aside(data) for data in PIECES]] == PIECES


def _in_little_room(answer: Connection) -> None:
    aside.IN_MEMORY, before = 0, len(files())
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    laid = [Aside(data) for data in PIECES]
    answer.send((len(files()) - before, [each.read() for each in laid] == PIECES))


def _beside_its_parent(answer: Connection) -> None:
    laid = [Aside(data[::-1] + b"child") for data in PIECES]
    answer.send([each.read() for each in laid])


def test_what_a_full_disk_does_not_take_stays_in_memory() -> None:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_in_little_room, args=(theirs,))
    child.start()
    assert ours.poll(60)
    assert ours.recv() == (1, True)
    child.join()


def test_a_fork_writes_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "IN_MEMORY", 0)
    first = [Aside(data) for data in PIECES]
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_beside_its_parent, args=(theirs,))
    child.start()
    assert ours.poll(60)
    assert ours.recv() == [data[::-1] + b"child" for data in PIECES]
    child.join()
    after = [Aside(data + b"after") for data in PIECES]
    assert [each.read() for each in first] == PIECES
    assert [each.read() for each in after] == [data + b"after" for data in PIECES]

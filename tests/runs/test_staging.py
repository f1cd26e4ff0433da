"""A staged document comes back whole, in however many pieces it was written."""

import ctypes
from pathlib import Path

import pytest

from rendicion_etl.archive.store import receive
from rendicion_etl.pipeline import process_document
from rendicion_etl.runs import staging
from rendicion_etl.runs.workers import run_document
from rendicion_etl.tables import extract

SAMPLE = Path(__file__).parents[2] / "raw/muestra/scep-2021-c1.pdf"


@pytest.mark.parametrize(("piece", "press_from"), [(7, 9999), (4096, 9999), (7, 0)])
def test_a_staged_document_comes_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int, press_from: int
) -> None:
    monkeypatch.setattr(staging, "PIECE", piece)
    monkeypatch.setattr(extract, "PRESS_FROM", press_from)
    processed = process_document(receive(SAMPLE, tmp_path / "raw"))
    processed.document.tables[1].cells = []
    staged = staging.stage(processed, tmp_path)
    assert len(processed.document.tables[0].cells) > 7
    assert staging.load_document(tmp_path, staged.document_id) == processed.document


def stages_and_asks_for_a_large_block(folder: Path) -> int:
    """Bytes of a block of 25 MiB that lie in a mapping of their own, after a larger one was freed."""

    class Mallinfo2(ctypes.Structure):  # of malloc.h
        _fields_ = [(str(n), ctypes.c_size_t) for n in range(4)] + [("mapped", ctypes.c_size_t)]
        _fields_ += [(str(n), ctypes.c_size_t) for n in range(5, 10)]

    task = staging.Task(receive(SAMPLE, folder / "raw"), folder, folder / "raw")
    staging.stage_document(task)
    c = ctypes.CDLL(None)
    c.mallinfo2.restype, c.malloc.restype, c.free.argtypes = Mallinfo2, ctypes.c_void_p, [ctypes.c_void_p]
    c.free(c.malloc(30 << 20))
    before = c.mallinfo2().mapped
    c.malloc(25 << 20)
    return int(c.mallinfo2().mapped - before)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="the system's C library is not glibc 2.33+")
def test_once_a_document_is_read_pictures_leave_no_holes(tmp_path: Path) -> None:
    """glibc else maps no block that is smaller than the largest that was ever freed."""
    outcome = run_document(stages_and_asks_for_a_large_block, tmp_path, timeout=60)
    assert outcome.value is not None, outcome.failure
    assert outcome.value >= 25 << 20

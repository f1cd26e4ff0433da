"""One document, one child: what a child does to itself happens to its document only."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.messages import reason
from rendicion_etl.runs.workers import Sign, begin_page, give_sign, run_document, run_documents


def double(number: int) -> int:
    return 2 * number


def misbehave(how: str) -> str:
    match how:
        case "hang in native code":
            ctypes.CDLL(None).sleep(60)
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "abort":
            os.abort()
        case "exit":
            os._exit(7)
        case "be unreadable":
            raise UnreadableDocument("malo.pdf", "está roto", "Pida otro.", stage="tables")
        case "have a bug":
            raise KeyError("columna")
        case "eat memory":
            bytearray(4 << 30)
        case "fill the disk":
            raise OSError(28, "No space left on device")
    return how


def makes_an_array(number: int) -> tuple[list[int], bool]:
    import pyarrow as pa

    return pa.array([number]).to_pylist(), "pandas" in sys.modules


def test_a_reader_does_without_pandas() -> None:
    (outcome,) = run_documents(makes_an_array, [5], jobs=1, timeout=60)
    assert outcome.value == ([5], False)


def allocates_in_threads(number: int) -> int:
    """How many heaps there are once so many threads asked for memory at the same time."""
    c = ctypes.CDLL(None)
    c.malloc.restype, c.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
    c.malloc_info.argtypes, c.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
    all_there = threading.Barrier(number)

    def ask() -> None:
        all_there.wait()
        c.malloc(10_000)
        all_there.wait()

    threads = [threading.Thread(target=ask) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tempfile.NamedTemporaryFile() as told:
        file = c.fopen(told.name.encode(), b"w")
        c.malloc_info(0, file)
        c.fclose(file)
        return Path(told.name).read_text().count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the system's C library is not glibc")
def test_the_threads_of_a_reader_share_one_heap() -> None:
    assert run_documents(allocates_in_threads, [4], jobs=1, timeout=60)[0].value == 1


def test_outcomes_come_in_the_order_of_the_items() -> None:
    seen: list[int] = []
    outcomes = run_documents(double, range(5), jobs=3, timeout=60, on_done=lambda o: seen.append(o.item))
    assert [(o.item, o.value, o.failure) for o in outcomes] == [(n, 2 * n, None) for n in range(5)]
    assert sorted(seen) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("how", "why", "stage", "transient"),
    [
        ("crash", "el proceso lector terminó por la señal 11", "reading", True),
        ("exit", "el proceso lector terminó con el código 7", "reading", True),
        ("be unreadable", "está roto", "tables", False),
        ("have a bug", "error interno del programa (KeyError: 'columna')", "reading", False),
        ("eat memory", "más memoria que la permitida", "reading", False),
        ("fill the disk", "No space left on device", "reading", True),
    ],
)
def test_a_bad_end_becomes_the_documents_failure(how: str, why: str, stage: str, transient: bool) -> None:
    outcome = run_document(misbehave, how, timeout=60, memory_mb=3000)
    assert outcome.value is None
    assert outcome.failure is not None
    assert why in outcome.failure.why
    assert outcome.failure.next_step
    assert (outcome.failure.stage, outcome.failure.transient) == (stage, transient)


def read_pages(seconds: list[float]) -> str:
    for number, wait in enumerate(seconds, 1):
        give_sign(Sign(number, len(seconds)))
        time.sleep(wait)
    return "read"


def test_a_child_that_gives_signs_has_its_time_for_each_of_them() -> None:
    told: list[tuple[int, Sign]] = []
    items = [[1.2, 1.2, 1.2], [0.1, 60.0]]
    outcomes = run_documents(
        read_pages, items, jobs=2, timeout=2.5, on_sign=lambda item, sign: told.append((len(item), sign))
    )
    assert outcomes[0].value == "read"
    assert outcomes[1].failure is not None
    assert "tardó más de 2.5 segundos" in outcomes[1].failure.why
    assert [sign for n, sign in told if n == 3] == [Sign(1, 3), Sign(2, 3), Sign(3, 3)]
    assert [sign for n, sign in told if n == 2] == [Sign(1, 2), Sign(2, 2)]


def turn_pages(seconds: float, pages: int) -> str:
    for number in range(1, pages + 1):
        begin_page(number)
    begin_page(0)
    time.sleep(seconds)
    return "read"


def test_a_document_of_many_pages_has_more_time() -> None:
    (long,) = run_documents(partial(turn_pages, 2.5), [600], jobs=1, timeout=1)
    assert long.value == "read"
    (short,) = run_documents(partial(turn_pages, 2.5), [60], jobs=1, timeout=1)
    assert short.failure
    assert "tardó más de 1.2 segundos" in short.failure.why


def test_a_sign_of_a_process_that_is_no_child_is_heard_by_nobody() -> None:
    assert read_pages([0.0]) == "read"


def test_a_child_stuck_in_native_code_is_stopped_and_the_others_go_on() -> None:
    outcomes = run_documents(misbehave, ["hang in native code", "nothing"], jobs=2, timeout=3)
    assert outcomes[0].failure is not None
    assert "tardó más de 3 segundos" in outcomes[0].failure.why
    assert outcomes[1].value == "nothing"


def test_an_interrupt_leaves_no_child_behind() -> None:
    def interrupt(outcome: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_documents(misbehave, ["nothing", "hang in native code"], jobs=2, timeout=600, on_done=interrupt)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("how", "is_named"), [("abort", True), ("crash", False)])
def test_a_reader_that_gives_itself_up_may_have_lacked_memory(how: str, is_named: bool) -> None:
    failure = run_document(misbehave, how, timeout=60, memory_mb=3000).failure
    assert failure
    assert ("RENDICION_MEMORY_MB" in failure.next_step) == is_named
    assert reason(failure.next_step, "en") != failure.next_step


def test_a_script_without_main_guard_does_not_run_itself_again(tmp_path: Path) -> None:
    script = tmp_path / "cuaderno.py"
    script.write_text(
        "print('una vez')\nfrom operator import neg\nfrom rendicion_etl.runs.workers import run_document\n"
        "print(run_document(neg, 4, timeout=60).value)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["una vez", "-4", ""]

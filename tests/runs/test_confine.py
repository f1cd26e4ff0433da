"""What a child may not do: go beyond a limit, use the network, run a program. Each is told with what to change."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import tempfile
import time

import pytest

from rendicion_etl.archive.objects import Objects
from rendicion_etl.messages import reason
from rendicion_etl.runs.workers import Failure, begin_page, run_document, run_documents
from rendicion_etl.settings import Bounds, Settings

TIGHT = Bounds(page_timeout=1.5, pages=3, stream_mb=1, open_files=64, written_mb=1)


def do(what: str) -> str:
    match what:
        case "read slow pages":
            for number in (1, 2, 3):
                begin_page(number)
                time.sleep(60 if number == 2 else 0)
        case "work after the pages":
            begin_page(1)
            begin_page(0)
            time.sleep(2)
        case "open files":
            [os.open(os.devnull, os.O_RDONLY) for _ in range(200)]
        case "write a file":
            with tempfile.TemporaryFile() as file:
                file.write(bytes(2 << 20))
        case "tell the core limit":
            return str(resource.getrlimit(resource.RLIMIT_CORE)[0])
        case "connect":
            socket.create_connection(("127.0.0.1", 9))
        case "resolve":
            socket.getaddrinfo("localhost", 80)
        case "listen":
            socket.socket().bind(("127.0.0.1", 0))
        case "send":
            socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))
        case "Popen":
            subprocess.run(["true"], check=False)
        case "system":
            os.system("true")
        case "exec":
            os.execv("/bin/true", ["true"])
        case "spawn":
            os.posix_spawn("/bin/true", ["true"], {})
        case "fork":
            os.fork() or os._exit(0)
        case "ask a store":
            Objects("http://127.0.0.1:9/datos").read(["x"])
    return what


def failure(what: str, bounds: Bounds = TIGHT) -> Failure:
    outcome = run_document(do, what, timeout=30, bounds=bounds)
    assert outcome.failure, outcome.value
    return outcome.failure


@pytest.mark.parametrize(
    ("what", "why", "variable"),
    [
        ("read slow pages", "la página 2 tardó más de 1.5 segundos", "RENDICION_PAGE_TIMEOUT"),
        ("open files", "más de 64 archivos abiertos", "RENDICION_MAX_OPEN_FILES"),
        ("write a file", "un archivo de más de 1 MiB", "RENDICION_MAX_WRITTEN_MB"),
    ],
)
def test_a_limit_is_told_with_the_variable_that_raises_it(what: str, why: str, variable: str) -> None:
    told = failure(what)
    assert why in told.why
    assert variable in told.next_step
    assert reason(told.why, "en") != told.why
    assert reason(told.next_step, "en") != told.next_step


@pytest.mark.parametrize("what", ["open files", "work after the pages"])
def test_without_the_limit_it_is_done(what: str) -> None:
    bounds = TIGHT if what == "work after the pages" else Bounds()
    assert run_document(do, what, timeout=30, bounds=bounds).value == what


def test_a_child_that_dies_leaves_no_image_of_its_memory() -> None:
    assert run_document(do, "tell the core limit", timeout=30).value == "0"


@pytest.mark.parametrize("what", ["connect", "resolve", "listen", "send"])
def test_a_child_has_no_network(what: str) -> None:
    told = failure(what)
    assert told.why == "al leerlo se intentó usar la red, y no está permitido"
    assert told.detail is None


@pytest.mark.parametrize("what", ["Popen", "system", "exec", "spawn", "fork"])
def test_a_child_runs_no_program(what: str) -> None:
    assert failure(what).why == "al leerlo se intentó ejecutar un programa, y no está permitido"


def test_a_store_is_asked_all_the_same() -> None:
    """Nothing listens there: that it was tried is what the system answers."""
    told = failure("ask a store")
    assert "no está permitido" not in told.why


def test_every_limit_has_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PAGE_TIMEOUT": "7",
        "MAX_PAGES": "8",
        "MAX_STREAM_MB": "9",
        "MAX_OPEN_FILES": "10",
        "MAX_WRITTEN_MB": "0",
    }.items():
        monkeypatch.setenv(f"RENDICION_{name}", value)
    assert Settings().bounds == Bounds(7, 8, 9, 10, 0)


def test_what_dies_of_a_limit_does_not_stop_the_others() -> None:
    first, second = run_documents(do, ["read slow pages", "nothing"], jobs=1, timeout=30, bounds=TIGHT)
    assert (first.value, second.value) == (None, "nothing")

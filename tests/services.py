"""Other programs that serve on this machine while a test lasts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PATIENCE = 180.0  # seconds for a service to be there


@contextmanager
def service(*command: str, log: Path, **environment: str) -> Iterator[psutil.Process]:
    """A process that serves while the block lasts."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)


@contextmanager
def prefect_server(home: Path) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """A Prefect server whose state lies in a folder, and the environment that leads to it."""
    port, log = free_port(), home.with_suffix(".log")
    told = {"PREFECT_HOME": str(home), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    command = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    with service(*command, log=log, PREFECT_HOME=str(home)) as server:
        wait_for(f"{told['PREFECT_API_URL']}/health", log)
        yield server, told

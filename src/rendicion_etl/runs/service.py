"""The service of one machine: a Prefect server and a runner of the flows, both children that end with this process.

Their state lies in Prefect's home, of which one service at a time may make use. However the service ends, the next one
takes up what it left: schedules lie in the server's database, and `flows/deployments.py` runs again what was cut short.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import flows_folder, use_embedded_prefect

if TYPE_CHECKING:
    from rendicion_etl.archive.sources import Source

TIME_ZONE = "America/Guatemala"
"""In which schedules are meant, wherever the machine stands."""
OTHERS = "sin-horario-propio"
HOST = "127.0.0.1"
LOG = "servidor.log"  # under Prefect's home
_LOCK = "servicio.lock"
_HEALTHY_WITHIN = 180.0  # seconds: on its first start the server makes its database
_GRACE = 15.0  # seconds that the server has to end


@dataclass(frozen=True)
class Visiting:
    """Sources that are visited together, when, and how that is called."""

    name: str
    ids: list[str]
    cron: str


def plan_of(sources: Mapping[str, Source], schedule: str) -> list[Visiting]:
    """Who is visited when: each source with a schedule by itself, all others together by `schedule`, five cron fields.

    Raises RendicionError for a schedule that is none.
    """
    from rendicion_etl.archive.sources import is_cron

    if not is_cron(schedule):
        raise RendicionError(schedule, "no es un horario de cron de cinco campos", "Escríbalo así: 0 6 * * *")
    out = [Visiting(each.id, [each.id], each.schedule) for each in sources.values() if each.schedule]
    others = [each.id for each in sources.values() if not each.schedule]
    return [*out, *([Visiting(OTHERS, others, schedule)] if others else [])]


def serve(port: int, on_ready: Callable[[str], None]) -> None:
    """Run the service until it is interrupted (Ctrl-C or SIGTERM); `on_ready` is told the server's address.

    The server is that of PREFECT_API_URL, or else one of its own at `port`. Raises RendicionError where another
    service runs, the port is taken or a server does not answer, and where a child ends by itself.
    """
    use_embedded_prefect()
    home = Path(os.environ["PREFECT_HOME"])
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with alone(home), ExitStack() as children:
            api = os.environ.get("PREFECT_API_URL")
            running = []
            if not api:
                _must_be_free(port)
                api = f"http://{HOST}:{port}/api"
                running.append(children.enter_context(_server(home, port, api)))
            _wait_until_healthy(api, running, home)
            # What flows say is of use here, as it is not beside the report of one that is run by hand.
            told = {"PREFECT_API_URL": api, "PREFECT_LOGGING_LEVEL": "INFO"}
            runner = [sys.executable, str(flows_folder() / "deployments.py")]
            running.append(children.enter_context(_child(runner, told, polite=False)))
            on_ready(api.removesuffix("/api"))
            while all(child.poll() is None for child in running):
                time.sleep(0.5)
            raise RendicionError(
                "rendicion serve", "una de sus partes terminó", f"Revise {home / LOG} y lo dicho aquí."
            )
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold Prefect's home; RendicionError where another service does. The lock goes with its holder."""
    with (home / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            why = f"ya hay un servicio en marcha aquí (proceso {lock.read().strip()})"
            raise RendicionError(str(home), why, "Deténgalo, o indique otra carpeta con PREFECT_HOME.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise RendicionError(f"{HOST}:{port}", "el puerto está ocupado", "Indique otro con --port.") from error


@contextmanager
def _server(home: Path, port: int, api: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "prefect", "--no-prompt", "server", "start", "--host", HOST, "--port", str(port)]
    told = {"PREFECT_SERVER_LOGGING_LEVEL": "WARNING", "PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_UI_API_URL": api}
    with (home / LOG).open("ab") as log, _child(command, told, polite=True, out=log.fileno()) as child:
        yield child


@contextmanager
def _child(
    command: list[str], environment: Mapping[str, str], *, polite: bool, out: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, so that Ctrl-C does not reach it; its end is the end of all it started.

    polite: it is asked to end before it is made to.
    """
    leashed = [sys.executable, "-m", "rendicion_etl.runs.leash", *command]
    environment = {**os.environ, **environment}
    with subprocess.Popen(
        leashed, stdin=subprocess.PIPE, stdout=out, stderr=out, env=environment, start_new_session=True
    ) as child:
        try:
            yield child
        finally:
            if polite and child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(_GRACE)
            if child.stdin:
                child.stdin.close()  # the leash


def _wait_until_healthy(api: str, running: Iterable[subprocess.Popen[bytes]], home: Path) -> None:
    end = time.monotonic() + _HEALTHY_WITHIN
    why = "el servidor de Prefect no responde"
    while time.monotonic() < end and all(child.poll() is None for child in running):
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=5):
                return
        except (OSError, ValueError):
            time.sleep(0.2)
            if not running:
                break
    next_step = f"Revise {home / LOG}." if running else "Revise PREFECT_API_URL, o quítela para usar el incorporado."
    raise RendicionError(api, why, next_step)

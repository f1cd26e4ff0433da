"""What a child that reads a document may do to the machine: so many files, no core dumps, no network, no programs.

It holds for what Python does, not for native code that an attacker has taken over: that needs a container around all.
"""

from __future__ import annotations

import errno
import resource
import sys

from rendicion_etl.archive.objects import reaches_store
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import Bounds

_NETWORK = frozenset(
    f"socket.{call}" for call in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")
)
_PROGRAMS = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "os.spawn")
)


class Forbidden(RendicionError, PermissionError):
    """What reading a document never needs; an OSError, since libraries that merely try something live with those."""


def confine(bounds: Bounds, memory_mb: int) -> None:
    """Limit this process, for good; a limit above the system's own is that one."""
    _limit(resource.RLIMIT_AS, memory_mb << 20)
    _limit(resource.RLIMIT_NOFILE, bounds.open_files)
    _limit(resource.RLIMIT_FSIZE, bounds.written_mb << 20)
    _limit(resource.RLIMIT_CORE, 0, always=True)
    sys.addaudithook(_refuse)


def limit_met(error: OSError) -> tuple[str, str] | None:
    """Why, and what to do, where an error of the system came of a limit of this process."""
    if error.errno == errno.EMFILE:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return f"el documento necesita más de {most} archivos abiertos a la vez", "Aumente RENDICION_MAX_OPEN_FILES."
    if error.errno == errno.EFBIG:
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[0] >> 20
        return f"el documento necesita escribir un archivo de más de {most} MiB", "Aumente RENDICION_MAX_WRITTEN_MB."
    return None


def _limit(which: int, wanted: int, *, always: bool = False) -> None:
    if not wanted and not always:
        return
    hard = resource.getrlimit(which)[1]
    try:
        resource.setrlimit(which, (wanted if hard < 0 else min(wanted, hard), hard))
    except (OSError, ValueError):
        return


def _refuse(event: str, _: object) -> None:
    if event in _PROGRAMS or (event in _NETWORK and not reaches_store()):
        why = "al leerlo se intentó usar la red, y no está permitido"
        if event in _PROGRAMS:
            why = "al leerlo se intentó ejecutar un programa, y no está permitido"
        next_step = "No confíe en el archivo; pida otra copia a la institución."
        raise Forbidden(event, why, next_step)

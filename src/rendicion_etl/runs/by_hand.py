"""A flow of Prefect that somebody runs from the command line: what became of it in words, and as an exit code.

The flow's work is done on this machine and needs Prefect's server for nothing but to be seen. A server that is lost on
the way therefore costs neither what is being read nor its publication; only the flow's end cannot be noted there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import httpx

from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import reason
from rendicion_etl.settings import language

DONE, PROBLEM, SOME_FAILED = 0, 1, 3
Result = TypeVar("Result")


def run_by_hand(
    flow: Callable[..., Any], kind: type[Result], *given: Any, without: str, quiet: bool = False
) -> tuple[int, Result | None]:
    """Run a flow whose result is of a kind: the exit code, and the result unless the flow came to none.

    without: the command that does the same without Prefect. quiet: where there is a result, the caller tells of it.
    """
    try:
        state = flow(*given, return_state=True)
    except Exception as error:
        if not _is_of_server(error):
            raise
        _end_without_server(without)
    result = state.result(raise_on_failure=False)
    if isinstance(result, kind):
        if not quiet:
            print(state.message, file=sys.stdout if state.is_completed() else sys.stderr)
        return DONE if state.is_completed() else SOME_FAILED, result
    if isinstance(result, RendicionError):
        return _complain(result), None
    if _is_of_server(result):
        _end_without_server(without)
    print(state.message, file=sys.stderr)
    return PROBLEM, None


def _is_of_server(error: BaseException | None) -> bool:
    """Whether an error that reached the end of a flow came of its server: Prefect wraps some of those in its own."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_server_error
    return error is not None and (isinstance(error, httpx.TransportError) or _is_of_server(error.__cause__))


def _end_without_server(without: str) -> NoReturn:
    """End this process at once: Prefect's own end would try for minutes to bring its events to the server."""
    _complain(_lost(without))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(PROBLEM)


def _lost(without: str) -> RendicionError:
    address = httpx.URL(os.environ.get("PREFECT_API_URL", ""))
    what = str(address.copy_with(userinfo=b"")) or "Prefect"
    why = "el servidor de Prefect no responde; lo que ya se publicó está completo"
    next_step = (
        f"Repita la orden con el servidor en marcha (sin PREFECT_API_URL inicia uno propio), o siga sin él: {without}."
    )
    return RendicionError(what, why, next_step)


def _complain(error: RendicionError) -> int:
    lang = language()
    what, why, next_step = (reason(text, lang) for text in (error.what, error.why, error.next_step))
    print(" ".join(f"{what}: {why}. {next_step}".split()), file=sys.stderr)
    return PROBLEM

"""Run a function for one document in a child process of its own, which can be stopped whatever it is doing.

A PDF is untrusted input to native code: it may hang, crash or eat all memory, and no timeout inside the process
stops that. Each document gets a fresh child of a fork server that has the libraries loaded (some 15 ms each);
a child that dies or takes too long becomes an error of that document, and the others go on.
"""

from __future__ import annotations

import math
import multiprocessing
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Generic, TypeVar

from rendicion_etl.archive.objects import StoreError
from rendicion_etl.errors import RendicionError, UnreadableDocument
from rendicion_etl.reading.limits import impose
from rendicion_etl.runs.confine import confine, limit_met
from rendicion_etl.settings import Bounds, Limits

Item = TypeVar("Item")
Value = TypeVar("Value")

# Loaded once in the fork server: what reading, staging and drawing need, and nothing that starts threads on import.
PRELOAD = [
    "rendicion_etl.runs.lean",  # before whatever loads pyarrow
    "numpy",
    "pypdfium2",
    "tablers",
    "pdfplumber",
    "pyarrow.parquet",
    "jinja2",
    "PIL.WebPImagePlugin",
    "rendicion_etl.pipeline",
    "rendicion_etl.curated.restore",
    "rendicion_etl.runs.over_time",
    "rendicion_etl.site.report",
]

_RETRY = "Vuelva a intentarlo; si se repite, abra el archivo en un visor de PDF y guárdelo de nuevo."
_RETRY_LARGER = (
    "Aumente RENDICION_MEMORY_MB, por si le faltó memoria; "
    "si se repite, abra el archivo en un visor de PDF y guárdelo de nuevo."
)
_ABORTED = frozenset((signal.SIGABRT, signal.SIGTRAP, signal.SIGILL))  # how native code ends that is given no memory
_starting = threading.Lock()
_NO_BOUNDS = Bounds()
PAGES = 300  # so many double the time of a document: each adds its part of it
GRACE = 30.0  # seconds after which a child ends itself, should its parent not have done it


@dataclass(frozen=True)
class _Mouth:
    """How a child speaks: its pipe, and how many seconds it has until it is taken for dead."""

    pipe: Connection
    timeout: float


_mouths: list[_Mouth] = []  # of this process: one where it is a child


@dataclass(frozen=True)
class Failure:
    """Why one document failed, in words for a reader; `stage` is the room where it happened.

    transient: a new attempt may succeed (the child died or ran out of time, not: the document is bad).
    detail: the traceback of a fault of the program, for --debug.
    why_en: the reason in English, where it is not one of the catalogue's.
    """

    why: str
    next_step: str
    stage: str
    transient: bool = False
    detail: str | None = None
    why_en: str | None = None


@dataclass(frozen=True)
class Sign:
    """A sign of life of a child: it is about to read page `number` of `n_pages` from its pixels."""

    number: int
    n_pages: int


@dataclass(frozen=True)
class AtPage:
    """A child is at page `number` from now on, and has the time of a page for it; 0: at none."""

    number: int


@dataclass
class Outcome(Generic[Item, Value]):
    """What became of one item: its value, or its failure."""

    item: Item
    value: Value | None = None
    failure: Failure | None = None


def failure_of(error: BaseException, stage: str = "reading") -> Failure:
    """An exception as a failure: our own errors in their words, any other as a fault of the program."""
    if isinstance(error, StoreError):  # one of several, and what failed is told of by the document's name
        return Failure(f"no se pudo usar {error.what}: {error.why}", error.next_step, stage)
    if isinstance(error, RendicionError):
        return Failure(error.why, error.next_step, error.stage if isinstance(error, UnreadableDocument) else stage)
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        return Failure("el documento necesita más memoria que la permitida", "Aumente RENDICION_MEMORY_MB.", stage)
    if isinstance(error, OSError) and _mouths and (met := limit_met(error)):
        return Failure(*met, stage)
    if isinstance(error, OSError):
        why, next_step = f"el sistema respondió: {error.strerror or error}", "Revise espacio en disco y permisos."
        return Failure(why, next_step, stage, transient=True, detail=detail)
    why = f"error interno del programa ({type(error).__name__}: {error})"
    return Failure(why, "Repita con --debug y reporte el error junto con el archivo.", stage, detail=detail)


def run_documents(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    *,
    jobs: int,
    timeout: float,
    memory_mb: int = 0,
    bounds: Bounds = _NO_BOUNDS,
    on_done: Callable[[Outcome[Item, Value]], None] | None = None,
    on_sign: Callable[[Item, Sign], None] | None = None,
) -> list[Outcome[Item, Value]]:
    """Run `function` on every item, `jobs` at a time, each in its own child; outcomes in the order of the items.

    `function` must be importable by name, and its value small: it travels back through a pipe. `timeout` is in
    seconds for each item, and begins anew with each Sign that the function gives (`give_sign`); `memory_mb` the
    address space of each child in MiB (0: no limit), `bounds` its other limits. `on_done` is called in this process
    as each item ends, `on_sign` with each sign. Raises nothing of the items' own: failures are outcomes.
    """
    queue = list(enumerate(items))[::-1]
    outcomes: dict[int, Outcome[Item, Value]] = {}
    running: list[_Child[Item, Value]] = []
    try:
        while queue or running:
            while queue and len(running) < max(jobs, 1):
                running.append(_Child(*queue.pop(), function, timeout, memory_mb, bounds))
            patience = min(child.deadline for child in running) - time.monotonic()
            wait([child.pipe for child in running], max(patience, 0))
            for child in running:
                for sign in child.signs():
                    if on_sign:
                        on_sign(child.item, sign)
            for child in [c for c in running if c.ended()]:
                running.remove(child)
                outcomes[child.index] = child.outcome()
                if on_done:
                    on_done(outcomes[child.index])
    finally:
        for child in running:  # an interrupt, or a fault of on_done: leave no child behind
            child.stop()
    return [outcomes[index] for index in sorted(outcomes)]


def run_document(
    function: Callable[[Item], Value],
    item: Item,
    *,
    timeout: float,
    memory_mb: int = 0,
    bounds: Bounds = _NO_BOUNDS,
    on_sign: Callable[[Item, Sign], None] | None = None,
) -> Outcome[Item, Value]:
    """Run `function` on one item in a child of its own."""
    limits: Limits = {"timeout": timeout, "memory_mb": memory_mb, "bounds": bounds}
    return run_documents(function, [item], jobs=1, on_sign=on_sign, **limits)[0]


def begin_page(number: int) -> None:
    """Tell the parent, from within a child, at which page it is (0: none), which may take only so long.

    A document of many pages may take longer than one of few.
    """
    for mouth in _mouths:
        mouth.pipe.send(AtPage(number))
        if number:
            signal.setitimer(signal.ITIMER_REAL, signal.getitimer(signal.ITIMER_REAL)[0] + mouth.timeout / PAGES)


def give_sign(sign: Sign) -> None:
    """Tell the parent, from within a child, how far it is; nothing where this process is no child."""
    for mouth in _mouths:
        mouth.pipe.send(sign)
        left = signal.getitimer(signal.ITIMER_REAL)[0]
        signal.setitimer(signal.ITIMER_REAL, max(left, mouth.timeout + GRACE))


def warm_up() -> None:
    """Start the fork server, which loads its libraries while this process does something else."""
    from multiprocessing import forkserver

    with _starting:
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOAD)
        forkserver.ensure_running()


class _Child(Generic[Item, Value]):
    """A child process at work on one item."""

    def __init__(
        self,
        index: int,
        item: Item,
        function: Callable[[Item], Value],
        timeout: float,
        memory_mb: int,
        bounds: Bounds,
    ) -> None:
        warm_up()
        self.index, self.item, self.timeout = index, item, timeout
        self.page_timeout = bounds.page_timeout or math.inf
        context = multiprocessing.get_context("forkserver")
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, function, item, timeout, memory_mb, bounds), daemon=True
        )
        with _without_main():
            self.process.start()
        theirs.close()
        self._allowed = timeout
        self._document_ends = time.monotonic() + timeout
        self._page, self._page_ends = 0, math.inf
        self._answer: Outcome[Item, Value] | None = None

    @property
    def deadline(self) -> float:
        return min(self._document_ends, self._page_ends)

    def signs(self) -> list[Sign]:
        """The signs of life that have come since; a broken pipe means that the child died."""
        out: list[Sign] = []
        try:
            while self._answer is None and self.pipe.poll(0):
                said = self.pipe.recv()
                if isinstance(said, AtPage):
                    self._page = said.number
                    self._page_ends = time.monotonic() + (self.page_timeout if said.number else math.inf)
                    more = self.timeout / PAGES if said.number else 0
                    self._allowed, self._document_ends = self._allowed + more, self._document_ends + more
                elif isinstance(said, Sign):
                    out.append(said)
                else:
                    self._answer = Outcome(self.item, *said)
        except (EOFError, OSError):
            self.process.join(5)
            self._answer = Outcome(self.item, failure=_end_of(self.process))
        if out:
            self._document_ends = max(self._document_ends, time.monotonic() + self.timeout)
        return out

    def ended(self) -> bool:
        return self._answer is not None or time.monotonic() >= self.deadline

    def outcome(self) -> Outcome[Item, Value]:
        """What came back; where nothing did, time ran out."""
        self.stop()
        return self._answer or Outcome(self.item, failure=self._late())

    def _late(self) -> Failure:
        if self._page_ends < self._document_ends:
            why = f"la página {self._page} tardó más de {self.page_timeout:g} segundos y la lectura se detuvo"
            return Failure(why, "Aumente RENDICION_PAGE_TIMEOUT si la página es muy densa.", "reading", True)
        why = f"la lectura tardó más de {round(self._allowed, 1):g} segundos y se detuvo"
        return Failure(why, "Aumente RENDICION_TIMEOUT si el documento es muy largo.", "reading", True)

    def stop(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


def _end_of(process: BaseProcess) -> Failure:
    """Why a child gave no result."""
    code, next_step = process.exitcode, _RETRY
    if code is not None and code < 0:
        why = f"el proceso lector terminó por la señal {-code} sin entregar un resultado"
        next_step = _RETRY_LARGER if -code in _ABORTED else _RETRY
    else:
        why = f"el proceso lector terminó con el código {code} sin entregar un resultado"
    return Failure(why, next_step, "reading", True)


def _serve(
    pipe: Connection, function: Callable[[Item], Value], item: Item, timeout: float, memory_mb: int, bounds: Bounds
) -> None:
    """The child's whole life: limit itself, do the work, send (value, failure), of which one is None."""
    _mouths.append(_Mouth(pipe, timeout))
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it stops its children
        signal.setitimer(signal.ITIMER_REAL, timeout + GRACE)  # ends this process even if its parent was killed
        confine(bounds, memory_mb)
        impose(bounds)
        answer: tuple[Value | None, Failure | None] = (function(item), None)
    except Exception as error:
        answer = (None, failure_of(error))
    with suppress(BrokenPipeError):  # the parent was killed: nobody waits for the answer
        pipe.send(answer)
    pipe.close()


@contextmanager
def _without_main() -> Iterator[None]:
    """Start a child without the caller's main module.

    multiprocessing would import it again in every child: a second for a flow (Prefect), and a plain script
    without `if __name__ == "__main__"` would ingest itself without end. Our functions never live there.
    """
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main

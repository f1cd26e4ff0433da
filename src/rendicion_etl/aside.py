"""Bytes laid aside until they are asked for: some in memory, all others in a file.

So a document of hundreds of pages takes no more memory than one of a few dozen. The file has no name, and is gone with
the last of what was laid in it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import BinaryIO
from weakref import WeakValueDictionary

IN_MEMORY = 1 << 20  # bytes that stay in memory, of all documents that a process reads at a time


class Aside:
    """Bytes laid aside. Where no file can be written they stay in memory: reading goes on."""

    __slots__ = ("_data", "_heap", "_size", "_start")

    def __init__(self, data: bytes) -> None:
        self._heap = _shared_heap()
        self._size = len(data)
        self._start = self._heap.lay(data)
        self._data = data if self._start is None else b""

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` up to `end`, or all."""
        end = self._size if end is None else end
        if self._start is None:
            return self._data[start:end]
        return self._heap.read(self._start + start, end - start)

    def __reduce__(self) -> tuple[Callable[[bytes], Aside], tuple[bytes]]:
        return Aside, (self.read(),)


class _Heap:
    """Where bytes lie; it never forgets any as long as somebody holds it."""

    def __init__(self) -> None:
        self._room = IN_MEMORY
        self._file: BinaryIO | None = None
        self._end = 0
        self._laying = Lock()

    def lay(self, data: bytes) -> int | None:
        """Where in the file the bytes lie; None: they must stay in memory."""
        with self._laying:
            if self._room >= len(data):
                self._room -= len(data)
                return None
            start = self._end
            with suppress(OSError):  # a full disk, a limit of the process
                self._file = self._file or tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed with the heap)
                done = 0
                while done < len(data):
                    done += os.pwrite(self._file.fileno(), data[done:], start + done)
                self._end += len(data)
                return start
            return None

    def read(self, start: int, size: int) -> bytes:
        """Bytes of the file."""
        assert self._file is not None
        data = b""
        while len(data) < size:
            more = os.pread(self._file.fileno(), size - len(data), start + len(data))
            if not more:
                raise EOFError(f"{size} bytes laid aside at {start}, {len(data)} left")
            data += more
        return data


_heaps: WeakValueDictionary[int, _Heap] = WeakValueDictionary()  # by process: a fork would write where its parent does
_finding = Lock()


def _shared_heap() -> _Heap:
    """The heap that is in use in this process, or a new one."""
    with _finding:
        return _heaps.setdefault(os.getpid(), _Heap())

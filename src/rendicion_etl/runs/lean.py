"""Loaded by readers before all else: then they do without pandas, and their threads share one heap.

pyarrow imports pandas, if it can, to make its first array of Python values: a third of the memory of a reader, and half
a second of each. All that is asked of it is to tell missing values, and none of ours are its.

glibc gives every thread a heap of its own, and what the models that read pictures free in one serves no other: a
quarter of the memory of a scanned document.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_M_ARENA_MAX = -8  # of malloc.h


class _WithoutPandas(MetaPathFinder):
    """Says of pandas that it is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ImportError(fullname)
        return None


def _share_one_heap() -> None:
    with suppress(OSError, AttributeError):  # a system without glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _load() -> None:
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        import pyarrow as pa

        pa.array([0])  # it tries once
    finally:
        sys.meta_path.remove(finder)


_share_one_heap()
_load()

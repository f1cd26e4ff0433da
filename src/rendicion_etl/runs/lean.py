"""Loaded by readers before all else: then they do without pandas, and their threads share one heap.

pyarrow imports pandas, if it can, to make its first array of Python values: a third of the memory of a reader, and half
a second of each. All that is asked of it is to tell missing values, and none of ours are its.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from rendicion_etl.runs import heap


class _WithoutPandas(MetaPathFinder):
    """Says of pandas that it is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ImportError(fullname)
        return None


def _load() -> None:
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        import pyarrow as pa

        pa.array([0])  # it tries once
    finally:
        sys.meta_path.remove(finder)


heap.share()
_load()

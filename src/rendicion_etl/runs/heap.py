"""What a reader tells glibc of its heap; where the system has another C library, nothing."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # of malloc.h
_LARGE = 256 << 10  # bytes


def share() -> None:
    """Have all threads share one heap.

    Each has one of its own else, and what the models that read pictures free in one serves no other: a quarter of the
    memory of a scanned document.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Let the system have what is free: what comes next needs memory of its own, and models have left much behind.

    From here on large blocks, which pictures are, go back as soon as they are free. For the models themselves that
    would take half as long again: they ask for such blocks thousands of times a page.
    """
    with suppress(OSError, AttributeError):
        c = ctypes.CDLL(None)
        c.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        c.malloc_trim(0)

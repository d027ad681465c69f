"""The heaps below Python, kept few: memory must not grow with the run."""

from __future__ import annotations

import ctypes
import os

_M_ARENA_MAX = -8  # malloc.h
_HEAPS = 2


def bound_heaps() -> None:
    """Keeps glibc at two heaps instead of one a thread; call it before any thread starts.

    Pages that pass through many threads fragment as many heaps: measured over 2,000 pages of 43 KB, the process grew by
    23 to 29 KB a page with glibc's default, by 16 with two heaps.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none, and no such heaps
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _HEAPS)


def share_heaps() -> None:
    """Has Arrow allocate with malloc; call it before anything imports Arrow, as Beam does.

    Its own allocator keeps what each thread once had: a stream's command grew there by 1 MB a minute on Prism, by 4 on
    Flink, and nowhere else. ``pyarrow.set_memory_pool`` comes too late for Arrow's readers, which do not ask Python.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

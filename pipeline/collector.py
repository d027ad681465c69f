"""Python's garbage collector, kept from looking through what is there to stay."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_OBJECTS_BETWEEN_COLLECTIONS = 10_000


@contextlib.contextmanager
def spare_collector() -> Iterator[None]:
    """Looks for no garbage while modules load, nor at the process's end, and seldom between (``settle_objects``).

    Walking through modules, lists and the graph again and again took 0.6 s of a run.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()


def settle_objects() -> None:
    """Takes what is loaded by now out of the collector's sight, and has it look for garbage from here on."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    gc.enable()

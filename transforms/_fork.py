"""A fork of this process: what both sides need is imported once, not twice."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from collections.abc import Callable


class Fork:
    """A fork in a session of its own, used as a ``subprocess.Popen``. Only a process with one thread may be forked.

    run: what the fork does; it ends when that returns.
    """

    def __init__(self, run: Callable[[], None]) -> None:
        def begin() -> None:
            os.setsid()
            run()

        self._process = multiprocessing.get_context("fork").Process(target=begin, daemon=True)
        self._process.start()

    def wait(self, timeout: float | None = None) -> None:
        """Waits for the fork's end. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.is_alive():
            raise subprocess.TimeoutExpired("fork", timeout or 0)

    def kill(self) -> None:
        """Ends the fork by SIGKILL."""
        self._process.kill()

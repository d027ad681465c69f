"""``run --every``: bounded runs, each in a fresh process, until SIGTERM; memory cannot grow from run to run."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from pipeline.errors import EXIT_DONE, EXIT_USAGE


def run_every(seconds: int, argv: Sequence[str]) -> int:
    """Runs ``bentpipe run`` with argv every so many seconds; a run that takes longer delays the next.

    The first SIGTERM or SIGINT lets the run under way commit what is done, and ends. Returns the exit code: that of a
    first run that was called wrongly, else 0.
    """
    ended = threading.Event()
    child: list[subprocess.Popen[bytes]] = []

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()
        if child and child[0].poll() is None:
            child[0].send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    is_first = True
    while not ended.is_set():
        started = time.monotonic()
        # A session of its own: Ctrl-C in the terminal reaches us alone, and each run exactly once.
        child[:] = [subprocess.Popen([sys.executable, "-m", "pipeline", *argv], start_new_session=True)]
        if ended.is_set():
            child[0].send_signal(signal.SIGTERM)
        code = child[0].wait()
        if code == EXIT_USAGE and is_first:
            return code
        if code != EXIT_DONE:
            print("the run ended with exit code %d; the next one follows" % code, file=sys.stderr)
        is_first = False
        ended.wait(max(0.0, seconds - (time.monotonic() - started)))
    return EXIT_DONE

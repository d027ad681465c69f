"""Becomes a command that Ctrl-C in the terminal does not reach, and that ends when its starter does.

Run as a script: ``python tether.py COMMAND…``; the process id stays the same.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(command: list[str]) -> None:
    """Becomes the command, in a session of its own; on Linux the kernel ends it with the process above."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(command[0], command)  # noqa: S606 - the command is what we were asked to become


if __name__ == "__main__":
    main(sys.argv[1:])

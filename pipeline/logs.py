"""Logs: one line an event on standard error, with nothing in it that a terminal would obey."""

from __future__ import annotations

import logging
import re
import time

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class _OneLine(logging.Formatter):
    """``2026-01-31T12:00:00Z WARNING name: message``; line ends and control characters escaped."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], super().format(record))


def set_up_logs(is_debug: bool) -> None:
    """Sends our warnings and the libraries' errors to standard error; with debug, everything from INFO on.

    Beam's errors are left out without it: what it logs it also raises, and the command says that in its own line.

    Call it before Beam is imported: without cloud extras the import logs a line about apitools.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if is_debug else logging.ERROR)
    logging.getLogger("apache_beam").setLevel(logging.NOTSET if is_debug else logging.CRITICAL)
    logging.getLogger("bentpipe").setLevel(logging.INFO)

"""Loaded by the template of the children: pages that carry a word make the extractor die, each in its way."""

from __future__ import annotations

import ctypes
import os
from typing import Any

from transforms.extract import article

PRELUDE = """
from transforms import _engine
_engine.PRELOAD = (*_engine.PRELOAD, "tests.faults.crash")
"""
"""Before a command: its children load this module."""


def _hang() -> None:
    while True:
        pass


DEATHS = {
    b"crash-by-signal": lambda: ctypes.string_at(0),
    b"crash-by-exit": lambda: os._exit(7),
    b"crash-by-memory": lambda: bytearray(4 << 30),
    b"crash-by-hanging": _hang,
}
_extract_article = article.extract_article


def extract_article(html: bytes, *args: Any) -> article.Extracted:
    """extract_article, but for pages that name a death."""
    for word, die in DEATHS.items():
        if word in html:
            die()
    return _extract_article(html, *args)


article.extract_article = extract_article
extract_article.__module__ = article.__name__

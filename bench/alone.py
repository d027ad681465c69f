"""What extraction and tagging cost by themselves: the same pages, in memory, in as many children as there are cores."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import NamedTuple

from bench.baseline import library_article
from bench.farm import Farm, page_body
from transforms._children import PRELOAD, Children
from transforms.extract.article import ExtractError, extract_article
from transforms.tag.tagger import tag_article


class Alone(NamedTuple):
    """All pages extracted, then tagged, in as many children as there are cores, with no network.

    wall_s, library_wall_s: of the extraction, by us and by the library with metadata.
    """

    wall_s: float
    library_wall_s: float
    extract_cpu_s: float
    tag_cpu_s: float


def measure_alone(farm: Farm) -> Alone:
    """Measures on pages already in memory."""
    pages = [
        ("%s/page/%d" % (farm.base(site), n), page_body(farm, site, n))
        for site in range(farm.sites)
        for n in range(farm.pages)
    ]
    pool = Children(os.cpu_count() or 1, preload=(*PRELOAD, "bench.alone"))

    def run(function: Callable[..., float]) -> tuple[float, float]:
        """Wall and CPU seconds of all calls."""
        for future in [pool.submit(function, body, url) for url, body in pages[:8]]:
            future.result()
        started = time.monotonic()
        cpu = sum(future.result() for future in [pool.submit(function, body, url) for url, body in pages])
        return time.monotonic() - started, cpu

    try:
        (wall, cpu), (library_wall, _), (_, both) = run(extract_cpu), run(library_cpu), run(extract_and_tag_cpu)
        return Alone(wall, library_wall, cpu, both - cpu)
    finally:
        pool.close()


def extract_cpu(html: bytes, url: str) -> float:
    """CPU seconds of extracting a page; a page that gives nothing costs too.

    By the thread's clock: under a CPU limit, which a child has, Linux brings the process's up to date at each tick
    only, and a call would seem a millisecond shorter than it is.
    """
    started = time.thread_time()
    with contextlib.suppress(ExtractError):
        extract_article(html, url, "text/html")
    return time.thread_time() - started


def extract_and_tag_cpu(html: bytes, url: str) -> float:
    """CPU seconds of extracting and tagging a page."""
    started = time.thread_time()
    with contextlib.suppress(ExtractError):
        found = extract_article(html, url, "text/html")
        tag_article(found.title, found.text, found.language, found.published_at, ())
    return time.thread_time() - started


def library_cpu(html: bytes, url: str) -> float:
    """CPU seconds of trafilatura's extraction with metadata."""
    started = time.thread_time()
    library_article(html, url)
    return time.thread_time() - started

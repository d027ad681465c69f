"""Live progress of a local run, on standard error: bars on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 10.0


def show_progress(counts: Mapping[str, int], feeds: int, is_done: Callable[[float], bool]) -> None:
    """Shows counts until is_done(seconds to wait) says so.

    counts: polls, feeds_not_due, entries_to_fetch, pages, deals, as they stand now; feeds: how many there are.
    """
    if sys.stderr.isatty():
        _bars(counts, feeds, is_done)
    else:
        _lines(counts, feeds, is_done)


def _bars(counts: Mapping[str, int], feeds: int, is_done: Callable[[float], bool]) -> None:
    columns = (TextColumn("{task.description:>6}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        polled = bars.add_task("feeds", total=feeds)
        fetched = bars.add_task("pages", total=None)
        deals = bars.add_task("deals", total=None)
        finished = False
        while not finished:
            finished = is_done(0.2)
            bars.update(polled, completed=counts["polls"] + counts["feeds_not_due"])
            bars.update(fetched, completed=counts["pages"], total=counts["entries_to_fetch"] or None)
            bars.update(deals, completed=counts["deals"])


def _lines(counts: Mapping[str, int], feeds: int, is_done: Callable[[float], bool]) -> None:
    started = last = time.monotonic()
    while not is_done(0.2):
        now = time.monotonic()
        if now - last >= LINE_SECONDS:
            last = now
            pages, all_pages = counts["pages"], counts["entries_to_fetch"]
            left = " · about %d s left" % ((now - started) * (all_pages - pages) / pages) if pages else ""
            text = "feeds %d/%d · pages %d/%d · deals %d%s"
            print(
                text % (counts["polls"] + counts["feeds_not_due"], feeds, pages, all_pages, counts["deals"], left),
                file=sys.stderr,
            )

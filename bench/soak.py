"""A stream over a feed that gets a story of the sample newsroom every few seconds.

How late entries become visible, whether any is lost or doubled, what memory does.

``python -m bench.soak --minutes 10 --runner prism`` needs Prism (docs/run-on-prism.md); ``--runner flink`` and further
flags go to ``bentpipe stream`` as they are. With ``--kill`` the stream is killed with -9 in the middle, some seconds
before a window ends, which undoes most, and started again on the same output. Printed: for each process its size after
its first two minutes, and its growth from then on (children start when they are needed), and the delays from publishing
to the end of the commit. Exit code 1: an entry is lost or doubled, one came later than MAX_DELAY_SECONDS, or a process
of ours grew by more than MAX_GROWTH.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import itertools
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pyarrow.parquet as pq

from pipeline.stream import FIRST_SECONDS
from samples.newsroom import Newsroom
from samples.pages import render_page
from tests.engines.growing import GrowingSite

EVERY_SECONDS = 3.0
SHOWN = 60  # entries that the feed shows, three minutes: what a kill undoes must still be there after the restart
WARM_UP_SECONDS = 120.0
SAMPLE_SECONDS = 5.0
LAST_POLLS_SECONDS = 50.0  # a feed that brought something is polled again within 20 s
END_SECONDS = 120.0
LEAST_POINTS = 12
MAX_GROWTH = 1.0  # MB a minute
MAX_DELAY_SECONDS = 120.0
WINDOW_SECONDS = 60
BEFORE_END_SECONDS = 1.0  # counted from the command's start; windows begin when it has built the graph, 2 s later
FLAGS = "--window 1m --min_poll_seconds 10 --site_delay_seconds 0 --site_budget 100000"

Samples = dict[str, list[tuple[float, float]]]


class GrowingNewsroom(GrowingSite):
    """A site whose stories are those of the sample newsroom, one after the other and again, each at its own address."""

    def __init__(self) -> None:
        super().__init__(EVERY_SECONDS, SHOWN)
        self._newsroom = Newsroom()
        self._stories = [
            (site, story) for site in self._newsroom.sites for story in site.stories if story.served == "page"
        ]

    def _answer(self, path: str) -> tuple[str, bytes]:
        if not path.startswith("/story/"):
            return super()._answer(path)
        site, story = self._stories[int(path.rpartition("/")[2]) % len(self._stories)]
        story = dataclasses.replace(story, path=path)
        site = dataclasses.replace(site, base=self.feed.removesuffix("/feed"), stories=(story,))
        page = render_page(site, story, self._newsroom.midnight, self._newsroom.bases)
        return "text/html; charset=utf-8", page.encode()


def growth(points: Sequence[tuple[float, float]]) -> float:
    """The median growth between any two of (seconds, bytes), in MB a minute.

    Unlike the line of least squares it takes no single step for growth: the first page of a child is one.
    """
    pairs = itertools.combinations(points, 2)
    return statistics.median((size - before) / (at - then) for (then, before), (at, size) in pairs) * 60 / 1e6


def watch(process: psutil.Process, seconds: float) -> Samples:
    """Samples the resident memory of a process and its children, by name; those of the engine are no Python."""
    samples: Samples = {}
    began = time.monotonic()
    while (at := time.monotonic() - began) < seconds and process.status() != psutil.STATUS_ZOMBIE:
        for each in (process, *process.children(recursive=True)):
            try:
                kind = "stream" if each == process else "%s of %d" % (each.name(), each.ppid())
                name = "%s: %d" % (kind, each.pid)
                samples.setdefault(name, []).append((at, each.memory_info().rss))
            except psutil.Error:  # it has just ended
                continue
        time.sleep(SAMPLE_SECONDS)
    return samples


def delays(output: Path, published: dict[str, float]) -> dict[str, list[float]]:
    """Seconds from publishing to the end of the commit, for each time that an entry stands in the ledger."""
    runs = [row for file in (output / "fact_run").rglob("*.parquet") for row in pq.read_table(file).to_pylist()]
    ended = {row["run_id"]: row["ended_at"].timestamp() for row in runs}
    found = collections.defaultdict(list)
    for file in (output / "fact_entry").rglob("*.parquet"):
        for row in pq.read_table(file).to_pylist():
            if row["attempt"] == 0:
                found[row["guid"]].append(ended[row["run_id"]] - published[row["guid"]])
    return found


def kill_minute(minutes: float) -> float:
    """The minute nearest to the middle in which a window is about to end."""
    windows = round((minutes * 30 - FIRST_SECONDS) / WINDOW_SECONDS)
    return (FIRST_SECONDS + windows * WINDOW_SECONDS - BEFORE_END_SECONDS) / 60


def show_memory(streams: Sequence[Samples]) -> bool:
    """Prints the growth of each process; says whether ours kept to theirs."""
    is_flat = True
    for name, points in (item for samples in streams for item in samples.items()):
        late = [point for point in points if point[0] >= points[0][0] + WARM_UP_SECONDS]
        if len(late) >= LEAST_POINTS:
            grew = growth(late)
            sizes = (late[0][1] / 1e6, late[-1][1] / 1e6)
            print("%-24s %6.1f MB, at the end %6.1f MB, %+.2f MB a minute" % (name, *sizes, grew))
            is_flat &= grew <= MAX_GROWTH or not name.startswith(("stream", "python"))
    return is_flat


def soak(command: list[str], site: GrowingNewsroom, minutes: Sequence[float]) -> list[Samples]:
    """Runs a stream for each of the minutes, one after the other; all but the last are killed."""
    samples = []
    for number, each in enumerate(minutes):
        process = subprocess.Popen(command)
        try:
            samples.append(watch(psutil.Process(process.pid), each * 60))
            if process.poll() is not None:
                sys.exit("the stream ended by itself, exit code %d" % process.returncode)
            if number == len(minutes) - 1:
                site.is_growing = False
                time.sleep(LAST_POLLS_SECONDS)
                process.send_signal(signal.SIGTERM)
                process.wait(END_SECONDS)
        finally:
            process.kill()
            process.wait()
    return samples


def show_entries(found: dict[str, list[float]], published: dict[str, float]) -> bool:
    """Prints what became of the entries; says whether each came once, and soon."""
    doubled = sum(len(times) > 1 for times in found.values())
    lost = len(published) - len(found)
    late = [seconds for times in found.values() for seconds in times]
    print("%d published, %d lost, %d doubled" % (len(published), lost, doubled))
    print("delay: median %.0f s, most %.0f s" % (statistics.median(late), max(late)))
    return not lost and not doubled and max(late) <= MAX_DELAY_SECONDS


def main() -> None:
    """Runs the soak and judges it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--runner", default="prism")
    parser.add_argument("--kill", action="store_true", help="kill it before the end of a window, and start it again")
    args, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder, GrowingNewsroom() as site:
        output = Path(folder) / "warehouse"
        command = [sys.executable, "-m", "pipeline", "stream", "--runner", args.runner, "--feeds", site.feed]
        command += ["--output", str(output), "--allow_private_network", "127.0.0.0/8", *FLAGS.split(), *more]
        first = kill_minute(args.minutes)
        samples = soak(command, site, [first, args.minutes - first] if args.kill else [args.minutes])
        is_flat = show_memory(samples)
        is_right = show_entries(delays(output, site.published), site.published)
    sys.exit(not (is_flat and is_right))


if __name__ == "__main__":
    main()

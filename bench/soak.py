"""A stream over a feed that grows, killed once and started again: how late entries become visible, what memory does.

``python -m bench.soak --minutes 10 --runner prism`` needs Prism (docs/run-on-prism.md); ``--runner flink`` and further
flags go to ``bentpipe stream`` as they are. First a stream of two minutes is killed with -9, then one on the same
output runs for the minutes given. Printed: for each process of the second its growth in MB a minute after its first two
minutes, and the delays from publishing to the end of the commit. Exit code 1: an entry is lost or doubled, one came
later than MAX_DELAY_SECONDS, or a process of ours grew by more than MAX_GROWTH.
"""

from __future__ import annotations

import argparse
import collections
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq

from tests.engines.growing import GrowingSite

EVERY_SECONDS = 3.0
SHOWN = 45  # entries that the feed shows: what a kill undoes must still be there after the restart
WARM_UP_SECONDS = 120.0
SAMPLE_SECONDS = 5.0
LAST_POLLS_SECONDS = 40.0
LEAST_POINTS = 5
MAX_GROWTH = 1.0  # MB a minute
MAX_DELAY_SECONDS = 120.0
FLAGS = "--window 1m --min_poll_seconds 10 --site_delay_seconds 0 --site_budget 100000"

Samples = dict[str, list[tuple[float, float]]]


def slope(points: list[tuple[float, float]]) -> float:
    """The least-squares growth of (seconds, bytes), in MB a minute."""
    result = statistics.linear_regression([at for at, _ in points], [size for _, size in points])
    return result.slope * 60 / 1e6


def watch(process: psutil.Process, seconds: float) -> Samples:
    """Samples the resident memory of a process and its children, by name; those of the engine are no Python."""
    samples: Samples = {}
    began = time.monotonic()
    while (at := time.monotonic() - began) < seconds:
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


def show_memory(samples: Samples) -> bool:
    """Prints the growth of each process; says whether ours kept to theirs."""
    is_flat = True
    for name, points in samples.items():
        late = [point for point in points if point[0] >= WARM_UP_SECONDS]
        if len(late) >= LEAST_POINTS:
            growth = slope(late)
            print("%-24s %6.1f MB, %+.2f MB a minute" % (name, late[-1][1] / 1e6, growth))
            is_flat &= growth <= MAX_GROWTH or not name.startswith(("stream", "python"))
    return is_flat


def soak(command: list[str], site: GrowingSite, minutes: float) -> Samples:
    """Runs the stream twice, the first until it is killed."""
    first = subprocess.Popen(command)
    time.sleep(WARM_UP_SECONDS)
    first.kill()
    first.wait()
    second = subprocess.Popen(command)
    try:
        samples = watch(psutil.Process(second.pid), minutes * 60)
        site.is_growing = False
        time.sleep(LAST_POLLS_SECONDS)
        second.send_signal(signal.SIGTERM)
        second.wait(120)
    finally:
        second.kill()
    return samples


def main() -> None:
    """Runs the soak and judges it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--runner", default="prism")
    args, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder, GrowingSite(EVERY_SECONDS, SHOWN) as site:
        output = Path(folder) / "warehouse"
        command = [sys.executable, "-m", "pipeline", "stream", "--runner", args.runner, "--feeds", site.feed]
        command += ["--output", str(output), "--allow_private_network", "127.0.0.0/8", *FLAGS.split(), *more]
        is_flat = show_memory(soak(command, site, args.minutes))
        found = delays(output, site.published)
    doubled = sum(len(times) > 1 for times in found.values())
    lost = len(site.published) - len(found)
    late = [seconds for times in found.values() for seconds in times]
    print("%d published, %d lost, %d doubled" % (len(site.published), lost, doubled))
    print("delay: median %.0f s, most %.0f s" % (statistics.median(late), max(late)))
    sys.exit(bool(lost or doubled or not is_flat or max(late) > MAX_DELAY_SECONDS))


if __name__ == "__main__":
    main()

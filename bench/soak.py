"""A stream on Prism over a feed that grows, for minutes: how late entries become visible, and what memory does.

``python -m bench.soak [MINUTES]`` needs Prism (docs/run-on-prism.md). It prints, for each process of the stream, the
growth of its resident memory in MB a minute after the first two minutes, then the delays from publishing to commit.
"""

from __future__ import annotations

import os
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

WARM_UP_SECONDS = 120.0
SAMPLE_SECONDS = 5.0
LEAST_POINTS = 5


def slope(points: list[tuple[float, float]]) -> float:
    """The least-squares growth of (seconds, bytes), in MB a minute."""
    result = statistics.linear_regression([at for at, _ in points], [size for _, size in points])
    return result.slope * 60 / 1e6


def watch(process: psutil.Process, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Samples the resident memory of a process and its children."""
    samples: dict[str, list[tuple[float, float]]] = {}
    began = time.monotonic()
    while (at := time.monotonic() - began) < seconds:
        for each in (process, *process.children(recursive=True)):
            try:
                name = "%s %d" % (os.path.basename(each.cmdline()[0]), each.pid)
                samples.setdefault(name, []).append((at, each.memory_info().rss))
            except (psutil.Error, IndexError):  # it has just ended
                continue
        time.sleep(SAMPLE_SECONDS)
    return samples


def delays(output: Path, published: dict[str, float]) -> list[float]:
    """Seconds from publishing to the end of the commit, an entry."""
    found = []
    ended = {}
    for file in (output / "fact_run").rglob("*.parquet"):
        for row in pq.read_table(file).to_pylist():
            ended[row["run_id"]] = row["ended_at"].timestamp()
    for file in (output / "fact_entry").rglob("*.parquet"):
        for row in pq.read_table(file).to_pylist():
            found += [ended[row["run_id"]] - published[row["guid"]]] if row["attempt"] == 0 else []
    return found


def main() -> None:
    """Runs the soak; exits with 1 where an entry is doubled. What was published after the last poll is not visible."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory() as folder, GrowingSite(3.0) as site:
        output = Path(folder) / "warehouse"
        flags = "--window 1m --min_poll_seconds 10 --site_delay_seconds 0 --site_budget 100000".split()
        command = [sys.executable, "-m", "pipeline", "stream", "--runner", "prism", "--feeds", site.feed]
        command += ["--output", str(output), "--allow_private_network", "127.0.0.0/8", *flags]
        stream = subprocess.Popen(command)
        try:
            samples = watch(psutil.Process(stream.pid), minutes * 60)
            site.is_growing = False
            stream.send_signal(signal.SIGTERM)
            stream.wait(120)
        finally:
            stream.kill()
        for name, points in samples.items():
            late = [point for point in points if point[0] >= min(WARM_UP_SECONDS, minutes * 30)]
            if len(late) >= LEAST_POINTS:
                print("%-24s %6.1f MB, %+.2f MB a minute" % (name, late[-1][1] / 1e6, slope(late)))
        found = delays(output, site.published)
        print("%d published, %d visible" % (len(site.published), len(found)))
        print("delay: median %.0f s, most %.0f s" % (statistics.median(found), max(found)))
        sys.exit(len(found) > len(site.published))


if __name__ == "__main__":
    main()

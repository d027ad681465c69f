"""A run over many sites: every page accounted for, memory, wall time beside what the extraction alone costs.

    python -m bench.run [--sites 100] [--pages 20] [--latency 0.05] [--folder FOLDER] [--baseline]
    python -m bench.run --politeness

Serves feeds and pages on loopback sites (``bench/farm.py``), runs ``bentpipe run`` on them with no site delay, once
with a tenth of the pages and once with all, and prints: pages read, peak memory of the main process and its growth a
page, wall time, wall time × cores by the CPU time of all processes (the server's too), wall time beside that of
extracting the same pages in as many processes as there are cores, and the CPU time that is neither extraction, nor
tagging, nor the server's. ``--folder``: serves the pages of a folder, over and over, instead of our own.
``--baseline``: also the script a user would write instead (``bench/baseline.py``). ``--politeness``: instead, 10 sites
with a delay of 0.2 s; prints the closest two starts at one site and the most requests at once, from the server's log.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from bench.alone import measure_alone
from bench.farm import Farm, Opened, opened
from bench.pages import saved_pages


class Measured(NamedTuple):
    """A run of the command. cpu_s: user and system time of the command and its children; main_cpu_s: of the first."""

    wall_s: float
    cpu_s: float
    main_cpu_s: float
    peak_mb: float
    output: str


def run_command(farm: Opened, output: Path, extra: list[str]) -> Measured:
    """Runs ``bentpipe run`` in a process of its own and watches the main process's memory."""
    lists = output.with_suffix(".txt")
    lists.write_text("\n".join(farm.feeds))
    command = [sys.executable, "-m", "pipeline", "run", "--feeds", str(lists), "--output", str(output)]
    command += ["--allow_private_network", "127.0.0.0/8", *extra]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak, main_cpu = [0.0], [0.0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], _peak_mb(process.pid))
            with contextlib.suppress(OSError):  # it has ended just now
                main_cpu[0] = cpu_of(process.pid)
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = process.communicate()
    watcher.join()
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit("the run failed: %s" % err)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, main_cpu[0], peak[0], out)


def _peak_mb(pid: int) -> float:
    try:
        status = Path("/proc/%d/status" % pid).read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def dispositions(output: Path) -> dict[str, int]:
    """How the run's entries ended."""
    sql = "SELECT disposition, count(*) AS n FROM fact_entry GROUP BY 1"
    command = [sys.executable, "-m", "pipeline", "query", sql, "--output", str(output), "--format", "json"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {row["disposition"]: row["n"] for row in map(json.loads, lines)}


def whole_run(args: argparse.Namespace, folder: Path) -> None:
    """The figures of a tenth and of all pages."""
    saved = saved_pages(Path(args.folder)) if args.folder else ()
    if args.folder and not saved:
        sys.exit("no pages in %s" % args.folder)
    peaks = []
    for pages in (max(1, args.pages // 10), args.pages):
        farm = Farm(sites=args.sites, pages=pages, latency=args.latency, saved=saved)
        measured = one_run(farm, folder / str(pages))
        peaks.append((farm.sites * pages, measured.peak_mb))
    total = farm.sites * farm.pages
    alone = measure_alone(farm)
    outside = measured.cpu_s - alone.extract_cpu_s - alone.tag_cpu_s
    parts = (alone.extract_cpu_s, alone.tag_cpu_s, outside, measured.main_cpu_s)
    print("  extraction %.1f ms a page, tagging %.1f ms, all else but the server %.1f ms (asked: 3), "
          "of which the main process %.1f ms" % tuple(1000 * cpu / total for cpu in parts))  # fmt: skip
    for name, wall in (("ours", alone.wall_s), ("trafilatura's, with metadata", alone.library_wall_s)):
        ratio = measured.wall_s / wall
        print("  extraction alone, %s, %.1f s: wall is %.2f times that (asked: 1.5)" % (name, wall, ratio))
    if args.baseline:
        wall = run_baseline(farm, folder / "baseline.parquet")
        print("  the baseline script %.1f s: %.2f times our wall (asked: 4)" % (wall, wall / measured.wall_s))
    (few, low), (many, high) = peaks
    if many > few:
        print("memory grows by %.1f KB a page from %d to %d pages (asked: 20)"
              % ((high - low) * 1024 / (many - few), few, many))  # fmt: skip


def one_run(farm: Farm, output: Path) -> Measured:
    """A run and its figures, printed."""
    cores, total = os.cpu_count() or 1, farm.sites * farm.pages
    with opened(farm) as server:
        before = cpu_of(server.pid)
        measured = run_command(server, output, ["--site_delay_seconds", "0"])
        cpu = measured.cpu_s + cpu_of(server.pid) - before
    found = dispositions(output)
    print("%d sites, %d pages: %s" % (farm.sites, total, found))
    print("  accounted for %d of %d (asked: all)" % (sum(found.values()), total))
    print("  peak memory of the main process %.0f MB (asked: under 400)" % measured.peak_mb)
    print("  wall %.1f s, %.0f pages/s" % (measured.wall_s, total / measured.wall_s))
    print("  wall × cores %.1f s, CPU of all processes %.1f s, ratio %.2f (asked: 1.2)"
          % (measured.wall_s * cores, cpu, measured.wall_s * cores / cpu))  # fmt: skip
    return measured


def run_baseline(farm: Farm, output: Path) -> float:
    """Wall seconds of the script a user would write."""
    with opened(farm) as server:
        started = time.monotonic()
        command = [sys.executable, "-m", "bench.baseline", str(output), *server.feeds]
        subprocess.run(command, check=True, capture_output=True)
        return time.monotonic() - started


def politeness(folder: Path) -> None:
    """The server's log of 10 sites with a delay of 0.2 s."""
    delay = 0.2
    farm = Farm(sites=10, pages=20, latency=0.02)
    with opened(farm) as server:
        run_command(server, folder / "polite", ["--site_delay_seconds", str(delay)])
        log = server.log()
    gaps, overlaps = [], 0
    for _, requests in itertools.groupby(sorted(log), key=lambda r: r[0]):
        times = sorted((began, ended) for _, _, began, ended in requests)
        gaps += [later[0] - earlier[0] for earlier, later in itertools.pairwise(times)]
        overlaps += sum(later[0] < earlier[1] for earlier, later in itertools.pairwise(times))
    print("%d requests at 10 sites, delay %.1f s" % (len(log), delay))
    print("  closest two starts at one site %.3f s (asked: no closer than the delay)" % min(gaps))
    print("  two requests at once at one site: %d times (asked: never)" % overlaps)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--pages", type=int, default=20, help="a site")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    parser.add_argument("--folder", help="of pages to serve instead of our own")
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--politeness", action="store_true")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        politeness(folder) if args.politeness else whole_run(args, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

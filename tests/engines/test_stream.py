"""The stream on Prism: every entry of a growing feed once, also where it is killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apache_beam as beam
import pyarrow.parquet as pq
import pytest

from runners import RunnerError, pick
from tests.engines.growing import GrowingSite
from tests.files import ROOT
from tests.test_stream import write_events

EVERY_SECONDS = 1.5
HANDED_ON_SECONDS = 4.0  # an answer waits for the next tick


def need(engine: str) -> None:
    """Skips the test where the engine is not here."""
    try:
        pick(engine).prepare([], "warehouse")
    except RunnerError as error:
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def _prism() -> None:
    need("prism")


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """What a test starts; whatever still runs at its end is killed."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(
    feed: str, output: Path, started: list[subprocess.Popen[str]], engine: str = "prism", window: str = "5s"
) -> subprocess.Popen[str]:
    flags = ["--window", window, "--min_poll_seconds", "2", "--site_delay_seconds", "0"]
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "stream",
        "--runner",
        engine,
        "--feeds",
        feed,
        "--output",
        str(output),
    ]
    command += [*flags, "--allow_private_network", "127.0.0.0/8", "--site_budget", "10000"]
    started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
    return started[-1]


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < until, "not within 90 s"
        time.sleep(0.2)


def commits(output: Path) -> int:
    return len(list((output / "_commits").glob("*.json")))


def entries(output: Path) -> list[str]:
    files = (output / "fact_entry").rglob("*.parquet")
    return [row["guid"] for file in files for row in pq.read_table(file).to_pylist() if row["attempt"] == 0]


def verify(output: Path) -> str:
    command = [sys.executable, "-m", "pipeline", "verify", "--output", str(output)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_every_entry_once_also_after_a_kill(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    output = tmp_path / "warehouse"
    with GrowingSite(EVERY_SECONDS) as site:
        first = start(site.feed, output, started)
        wait_until(lambda: commits(output) >= 3)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        before = commits(output)
        second = start(site.feed, output, started)
        wait_until(lambda: commits(output) >= before + 2)
        site.is_growing = False
        wait_until(lambda: set(entries(output)) == set(site.published))
        end(second)
    found = entries(output)
    assert sorted(found) == sorted(site.published)
    assert verify(output).splitlines()[-1].startswith("clean"), verify(output)


@pytest.mark.parametrize("engine", ["prism", "flink"])
def test_what_is_under_way_is_committed_at_the_end(
    engine: str, tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    need(engine)
    output = tmp_path / "warehouse"
    with GrowingSite(EVERY_SECONDS) as site:
        process = start(site.feed, output, started, engine, window="5m")
        wait_until(lambda: len(site.polled) >= 3 and len(site.polled[-1]) >= 3)
        site.is_growing = False
        last = len(site.polled)
        wait_until(lambda: len(site.polled) >= last + 2)
        time.sleep(HANDED_ON_SECONDS)
        end(process)
    assert sorted(entries(output)) == sorted(site.published)


def test_late_rows_are_commits_more(tmp_path: Path) -> None:
    target = pick("prism")
    with beam.Pipeline(runner=target.runner(), options=target.prepare(["--streaming"], str(tmp_path))) as pipeline:
        write_events(tmp_path, pipeline)
    assert sorted(entries(tmp_path)) == ["a", "b", "c", "d", "e"]
    assert commits(tmp_path) >= 3


def test_nothing_is_left_running(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    others = running_prisms()  # that of a pipeline in this process ends with it
    with GrowingSite(EVERY_SECONDS) as site:
        process = start(site.feed, tmp_path / "warehouse", started)
        wait_until(lambda: commits(tmp_path / "warehouse") >= 1)
        assert running_prisms() > others
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    until = time.monotonic() + 10
    while running_prisms() - others:
        assert time.monotonic() < until, "Prism lives on"
        time.sleep(0.1)


def running_prisms() -> set[str]:
    """The process ids of all Prisms."""
    binary = (shutil.which("prism") or "prism").encode()
    return {path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if _first_word(path) == binary}


def _first_word(cmdline: Path) -> bytes:
    try:
        return cmdline.read_bytes().split(b"\0")[0]
    except OSError:  # it has ended
        return b""

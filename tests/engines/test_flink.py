"""The stream on Flink: every entry of a growing feed once, also where the job server or the command is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from runners import RunnerError, pick
from tests.engines.growing import GrowingSite
from tests.files import ROOT

EVERY_SECONDS = 1.5
PATIENCE_SECONDS = 120.0


@pytest.fixture(autouse=True)
def _flink() -> None:
    try:
        pick("flink").prepare([], "warehouse")
    except RunnerError as error:
        pytest.skip(str(error))


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """What a test starts; whatever still runs at its end is killed."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(feed: str, output: Path, started: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    words = ["stream", "--runner", "flink", "--feeds", feed, "--output", str(output), "--window", "5s"]
    words += ["--min_poll_seconds", "2", "--site_delay_seconds", "0", "--site_budget", "10000"]
    words += ["--allow_private_network", "127.0.0.0/8", "--checkpointing_interval", "2000"]
    command = [sys.executable, "-m", "pipeline", *words]
    started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
    return started[-1]


def job_server(process: subprocess.Popen[str]) -> psutil.Process:
    (server,) = (child for child in psutil.Process(process.pid).children() if child.name() == "java")
    return server


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until, "not within %d s" % PATIENCE_SECONDS
        time.sleep(0.2)


def commits(output: Path) -> int:
    return len(list((output / "_commits").glob("*.json")))


def entries(output: Path) -> list[str]:
    files = (output / "fact_entry").rglob("*.parquet")
    return [row["guid"] for file in files for row in pq.read_table(file).to_pylist() if row["attempt"] == 0]


def test_every_entry_once_also_after_the_job_server_is_killed(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    output = tmp_path / "warehouse"
    with GrowingSite(EVERY_SECONDS, shown=1_000) as site:
        first = start(site.feed, output, started)
        wait_until(lambda: commits(output) >= 1, first)
        job_server(first).kill()
        _, told = first.communicate(timeout=60)
        assert first.returncode == 1
        assert len(told.splitlines()) == 2, told  # that it streams, and why it ended
        second = start(site.feed, output, started)
        before = commits(output)
        wait_until(lambda: commits(output) > before, second)
        site.is_growing = False
        wait_until(lambda: set(entries(output)) == set(site.published), second)
        second.send_signal(signal.SIGTERM)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 0, told
        assert "Traceback" not in told
    assert sorted(entries(output)) == sorted(site.published)
    command = [sys.executable, "-m", "pipeline", "verify", "--output", str(output)]
    verified = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert verified.splitlines()[-1].startswith("clean"), verified


def test_the_job_server_ends_where_the_command_is_killed(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    with GrowingSite(EVERY_SECONDS, shown=1_000) as site:
        process = start(site.feed, tmp_path / "warehouse", started)
        wait_until(lambda: any(each.name() == "java" for each in psutil.Process(process.pid).children()), process)
        server = job_server(process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    server.wait(30)

"""One history of polls and pages, the sample newsroom's: as a stream it gives the tables that it gives in batch."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from runners import RunnerError, pick
from samples.newsroom import Newsroom
from schemas import tables
from tests.engines.test_batch import recorded_newsroom, replay, run, table
from tests.files import ROOT

WINDOW_SECONDS = 20
PATIENCE_SECONDS = 150.0
TRIES = 3
# A stream's fact_run speaks of windows; all other tables must agree.
COMPARED = sorted(tables.FACTS.keys() - {tables.RUN.name})
FLAGS = ["--site_delay_seconds", "0", "--allow_private_network", "127.0.0.0/8"]


def rows_of(output: Path, name: str) -> int:
    return sum(pq.read_metadata(file).num_rows for file in (output / name).rglob("*.parquet"))


def stream(engine: str, feeds: list[str], output: Path, entries: int) -> None:
    """Streams until so many entries are committed, then ends the stream by SIGTERM."""
    words = ["stream", "--runner", engine, "--output", str(output), "--window", "%ds" % WINDOW_SECONDS, *FLAGS]
    command = [sys.executable, "-m", "tests.engines.replay", *words, "--feeds", *feeds]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while rows_of(output, tables.ENTRY.name) < entries:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < until, "not within %d s" % PATIENCE_SECONDS
                time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=60)
            assert process.returncode == 0, told
        finally:
            process.kill()


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return recorded_newsroom(18_970)


@pytest.fixture(scope="module")
def batch(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("direct") / "warehouse"
    with newsroom:
        done = replay("--output", str(output), "--poll_all", *FLAGS, "--feeds", *newsroom.feeds)
    assert done.returncode == 0, done.stderr
    return output


@pytest.mark.parametrize("engine", ["prism", "flink"])
def test_a_stream_gives_the_tables_of_a_batch(engine: str, newsroom: Newsroom, batch: Path, tmp_path: Path) -> None:
    try:
        pick(engine).prepare([], "warehouse")
    except RunnerError as error:
        pytest.skip(str(error))
    for attempt in range(TRIES):
        output = tmp_path / str(attempt)
        with newsroom:
            stream(engine, newsroom.feeds, output, rows_of(batch, tables.ENTRY.name))
        # Where the polls fell on both sides of a window's end, an address that two feeds have is a duplicate of an
        # earlier commit, and which feed comes first is chance: that is another history.
        if len({file.name[:-12] for file in (output / tables.FEED_POLL.name).rglob("*.parquet")}) == 1:
            break
    else:
        pytest.fail("the polls never fell in one window")
    for name in COMPARED:
        assert table(output, name) == table(batch, name), name
    assert run("verify", "--output", str(output)).stdout.splitlines()[-1].startswith("clean")

"""One newsroom on every engine that is here: equal tables, as docs and verify define equal. ``make test-engines``."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from runners import RunnerError, pick
from runners.servers import library_folder
from samples.newsroom import Newsroom
from schemas import tables
from tests.engines.recorded import recorded_clock
from tests.files import ROOT

# What two replays of one history may differ in: names of the run, how long things took, when a stream's window ended.
UNLIKE = frozenset("run_id reject_id runner duration_ms ingested_at ingest_date".split())


def run(*words: str, module: str = "pipeline") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def replay(*words: str) -> subprocess.CompletedProcess[str]:
    """A run at the time of the recorded history."""
    return run("run", *words, module="tests.engines.replay")


def recorded_newsroom(base_port: int) -> Newsroom:
    """The newsroom as it was at that time."""
    return Newsroom(base_port, recorded_clock().to_utc_datetime().date())


def table(output: Path, name: str) -> list[str]:
    rows = [row for file in (output / name).rglob("*.parquet") for row in pq.read_table(file).to_pylist()]
    return sorted(repr({key: value for key, value in row.items() if key not in UNLIKE}) for row in rows)


def require(engine: str) -> None:
    try:
        pick(engine).prepare([], "warehouse")
    except RunnerError as error:
        pytest.skip(str(error))


class Done(NamedTuple):
    """A run on an engine: its warehouse, and the two lines of its summary."""

    output: Path
    summary: list[str]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """The same run on each engine that is here."""
    made: dict[str, Done] = {}
    with recorded_newsroom(18_870) as newsroom:
        for engine in ("direct", "prism", "flink", "spark"):
            try:
                pick(engine).prepare([], "warehouse")
            except RunnerError:
                continue
            output = tmp_path_factory.mktemp(engine) / "warehouse"
            words = ("--poll_all", "--site_delay_seconds", "0", "--allow_private_network", "127.0.0.0/8")
            ran = replay("--runner", engine, "--output", str(output), *words, "--feeds", *newsroom.feeds)
            assert ran.returncode == 0, ran.stderr
            made[engine] = Done(output, ran.stdout.splitlines()[:2])
    return made


@pytest.mark.parametrize("engine", ["prism", "flink", "spark"])
def test_an_engine_gives_the_tables_of_the_direct_runner(engine: str, done: dict[str, Done]) -> None:
    require(engine)
    for name in tables.FACTS:
        rows = table(done["direct"].output, name)
        assert rows, name
        assert table(done[engine].output, name) == rows, name


@pytest.mark.parametrize("engine", ["prism", "flink", "spark"])
def test_an_engine_tells_what_was_counted(engine: str, done: dict[str, Done]) -> None:
    require(engine)
    counts, measured = done[engine].summary
    assert "a page fetched in" in measured and "extracted in" in measured
    assert _bare(counts) == _bare(done["direct"].summary[0])
    assert _bare(measured) == _bare(done["direct"].summary[1])


def _bare(line: str) -> str:
    """A line of the summary without its folder and its times."""
    return re.sub(r"^/\S+|[\d.]+ m?s\b|most \d+", "", line)


@pytest.mark.parametrize("engine", ["prism", "flink", "spark"])
def test_what_an_engine_leaves_is_sound(engine: str, done: dict[str, Done]) -> None:
    require(engine)
    assert run("verify", "--output", str(done[engine].output)).stdout.splitlines()[-1].startswith("clean")


@pytest.mark.parametrize("engine", ["prism", "flink", "spark"])
def test_the_job_server_ends_with_the_run(engine: str, done: dict[str, Done]) -> None:
    require(engine)
    programs = {str(library_folder(engine)), shutil.which(engine)} - {None}
    commands = [words for path in Path("/proc").glob("[0-9]*/cmdline") if (words := words_of(path))]
    assert commands
    assert not [words for words in commands if any(word.rstrip("/*") in programs for word in words)]


def words_of(cmdline: Path) -> list[str]:
    try:
        return cmdline.read_text(errors="replace").split("\0")
    except OSError:  # it has ended
        return []


@pytest.mark.skipif(importlib.util.find_spec("apitools") is None, reason="the gcp extra is not installed")
@pytest.mark.parametrize("command", ["run", "stream"])
def test_dataflow_translates_the_graph(command: str) -> None:
    cloud = ("--project", "my-project", "--region", "europe-west1", "--temp_location", "gs://bucket/tmp")
    more = ("--setup_file", "./setup.py", "--dry_run=True", "--output", "gs://bucket/warehouse")
    done = run(command, "--runner", "dataflow", *cloud, *more)
    assert done.stdout == "translated for dataflow; nothing was run\n", done.stderr


@pytest.mark.skipif(importlib.util.find_spec("apitools") is None, reason="the gcp extra is not installed")
def test_dataflow_refuses_a_folder_of_this_machine() -> None:
    done = run("run", "--runner", "dataflow", "--output", "warehouse")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1

"""The command line in processes of its own, and what is looked at afterwards."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.verify import check_files
from schemas import tables
from tests.files import ROOT
from transforms._warehouse import parquet
from transforms._warehouse.store import LocalStore

LOCAL = ("--allow_private_network", "127.0.0.0/8", "--site_delay_seconds", "0")
PROGRESS = re.compile(r"feeds \d+/\d+ · pages ")  # a line every ten seconds, so a slow machine says more
_MARK = "BENTPIPE_TEST_RUN"
_LOGS = "from pipeline.logs import set_up_logs; set_up_logs(False)"
_MAIN = "import sys; from pipeline.__main__ import main; sys.exit(main())"
# Moments of the run itself and ids made of them: what TABLES calls equal does not look at them.
_MOMENTS = frozenset(
    "run_id ingested_at polled_at fetched_at started_at ended_at duration_ms next_poll_at next_attempt_at first_seen_at"
    " validators_at failed_at redirect_since poll_id reject_id".split()
)


class Done(NamedTuple):
    """A command that has ended. code: negative where a signal ended it; err: without the lines of progress."""

    code: int
    out: str
    err: str


class Started:
    """A command under way; every process that comes of it carries a mark in its environment."""

    def __init__(
        self,
        words: Sequence[str],
        prelude: str = "",
        env: Mapping[str, str] | None = None,
        limit: Callable[[], None] | None = None,
        wrap: Sequence[str] = (),
    ) -> None:
        self.mark = uuid.uuid4().hex
        program = ["-c", "\n".join((_LOGS, prelude, _MAIN))] if prelude else ["-m", "pipeline"]
        self.process = subprocess.Popen(
            [*wrap, sys.executable, *program, *words],
            cwd=ROOT,
            env={**os.environ, **(env or {}), _MARK: self.mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,
            start_new_session=True,
        )

    def end(self, timeout: float = 300) -> Done:
        """Waits for the end, and for every process that came of the command to be gone."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        left = wait_until(lambda: not processes(self.mark), 5)
        assert left, "processes left: %s" % processes(self.mark)
        said = "".join(line for line in err.splitlines(keepends=True) if not PROGRESS.match(line))
        return Done(self.process.returncode, out, said)


def bentpipe(*words: str, timeout: float = 300, **how: Any) -> Done:
    """Runs a command to its end. how: as Started takes it."""
    return Started(words, **how).end(timeout)


def run(feeds: Iterable[str], output: Path, *more: str, **how: Any) -> Done:
    """``run`` on loopback feeds, without delay."""
    return bentpipe(*run_words(feeds, output, *more), **how)


def run_words(feeds: Iterable[str], output: Path, *more: str) -> list[str]:
    """The words of a run on loopback feeds, without delay."""
    return ["run", "--feeds", *feeds, "--output", str(output), *LOCAL, *more]


def processes(mark: str) -> list[int]:
    """The processes that carry a mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:  # it has ended meanwhile
                continue
            if mark.encode() in environment and state != "Z":
                found.append(int(folder.name))
    return found


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Waits until something is so; says whether it came to be."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def rows(output: Path, table: str) -> list[dict[str, Any]]:
    """All rows of a fact table, whether committed or not."""
    found: list[dict[str, Any]] = parquet.dataset(LocalStore(str(output)), tables.FACTS[table]).to_table().to_pylist()
    return found


def facts(output: Path) -> dict[str, list[str]]:
    """The rows of the fact tables but fact_run, without what is of the run itself."""
    return {
        name: sorted(
            repr({key: value for key, value in row.items() if key not in _MOMENTS}) for row in rows(output, name)
        )
        for name in tables.FACTS
        if name != "fact_run"
    }


def assert_only_committed(output: Path) -> None:
    """Nothing is visible that no commit lists."""
    listed = {
        file["final"]
        for path in (output / "_commits").glob("*.json")
        for file in json.loads(path.read_bytes())["files"]
    }
    seen = {path.relative_to(output).as_posix() for path in output.glob("fact_*/**/*") if path.is_file()}
    assert seen <= listed, "visible and not committed: %s" % sorted(seen - listed)


def assert_sound(output: Path) -> None:
    """Every committed file is there, whole, and no other, and ``verify`` finds nothing broken."""
    assert list(check_files(LocalStore(str(output)))) == []
    done = bentpipe("verify", "--output", str(output))
    assert done.code == 0, done.out


def assert_one_line(done: Done, *words: str) -> None:
    """The command failed with one line on standard error that says these words."""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert all(word in lines[0] for word in words), lines[0]
    assert "Traceback" not in done.err + done.out

"""Killed at any moment, and at each step of a commit; a clean run later the tables are those of one undisturbed."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults.command import Started, assert_only_committed, assert_sound, facts, rows, run, run_words
from tests.faults.farm import Farm
from tests.servers import Loopback

KILLS = 20
KILL_AT = """
import os, signal
from transforms.write import commit
left = [%d]
def reached(name):
    left[0] -= name == %r
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
commit.reached = reached
"""


def committed(output: Path) -> int:
    return len(list((output / "_commits").glob("*.json"))) if output.exists() else 0


def test_killed_at_random_moments(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=3, pages=6, seconds=0.05)
    began = time.monotonic()
    assert run(farm.feeds, tmp_path / "whole").code == 0
    seconds = time.monotonic() - began
    expected = facts(tmp_path / "whole")
    assert len(expected["fact_entry"]) == 18
    rnd = random.Random(20)
    number, after_commit = 0, 0
    output = tmp_path / "killed-0"
    for _ in range(KILLS):
        started = Started(run_words(farm.feeds, output))
        time.sleep(rnd.uniform(0.3, 1.05) * seconds)
        started.process.send_signal(signal.SIGKILL)
        started.end()
        assert_only_committed(output)
        if committed(output):
            # Another run has nothing to do here but to publish: what stands is compared, and the next kills start anew.
            after_commit += 1
            _heal(farm, output, expected)
            number += 1
            output = tmp_path / ("killed-%d" % number)
    _heal(farm, output, expected)
    assert after_commit < KILLS


def _heal(farm: Farm, output: Path, expected: dict[str, list[str]]) -> None:
    assert run(farm.feeds, output).code == 0
    assert facts(output) == expected
    assert_sound(output)


@pytest.mark.parametrize(
    ("step", "count", "is_committed"),
    [("before commit", 1, False), ("committed", 1, True), ("published a file", 1, True), ("published a file", 4, True)],
)
def test_killed_at_a_step(net: Loopback, tmp_path: Path, step: str, count: int, is_committed: bool) -> None:
    farm = Farm(net, sites=2, pages=5)
    output = tmp_path / "killed"
    assert run(farm.feeds, output, prelude=KILL_AT % (count, step)).code == -signal.SIGKILL
    assert committed(output) == is_committed
    assert_only_committed(output)
    visible = sorted(path.name for path in output.glob("fact_*/*/*"))
    assert len(visible) == (count if step == "published a file" else 0)
    healed = run(farm.feeds, output)
    assert healed.code == 0
    assert ("published what run" in healed.err) == is_committed
    assert run(farm.feeds, tmp_path / "whole").code == 0
    assert facts(output) == facts(tmp_path / "whole")
    assert sum(row["entries_new"] for row in rows(output, "fact_run")) == 10
    assert_sound(output)

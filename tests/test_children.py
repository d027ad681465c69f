"""The pool of children: a call that hangs, crashes or eats memory costs itself alone; nothing outlives the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from transforms import _children
from transforms._children import ChildError, Children, NoChildError

# ---- what the children run (found there by name)


def pid_and_parent() -> tuple[int, int]:
    return os.getpid(), os.getppid()


def double(number: int) -> int:
    return 2 * number


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def exit_quietly() -> None:
    os._exit(7)


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def refuse(word: str) -> None:
    raise ValueError(word)


class AwkwardError(Exception):
    """Cannot be unpickled: its constructor takes more than its args hold."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def refuse_awkwardly() -> None:
    raise AwkwardError("one", "two")


def give_unpicklable() -> object:
    return lambda: None


def is_imported(name: str) -> bool:
    return name in sys.modules


# ---- the tests


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    pool = Children(1, wall_seconds=1.0, preload=["tests.test_children", "wave"])
    yield pool
    pool.close()


def test_where_no_child_can_be_had_the_reason_is_told() -> None:
    pool = Children(1, preload=["no.such.module"])
    for _ in range(2):
        with pytest.raises(NoChildError, match="cannot be started: ModuleNotFoundError: No module named 'no'"):
            pool.submit(double, 1).result(20)
    pool.close()


def failure(future: Future[object]) -> ChildError:
    with pytest.raises(ChildError) as caught:
        future.result(20)
    return caught.value


def is_alive(pid: int) -> bool:
    """A zombie that an absent-minded init leaves behind counts as gone."""
    try:
        return Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pids: list[int], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_calls_run_one_after_the_other_in_one_child(children: Children) -> None:
    assert [future.result(20) for future in [children.submit(double, n) for n in range(5)]] == [0, 2, 4, 6, 8]
    first, second = children.submit(pid_and_parent).result(20), children.submit(pid_and_parent).result(20)
    assert first == second
    assert first[0] != os.getpid()
    assert first[1] != os.getpid(), "the child is a fork of the template, never of the parent"


def test_modules_are_loaded_before_the_fork(children: Children) -> None:
    assert children.submit(is_imported, "wave").result(20)
    assert not children.submit(is_imported, "trafilatura").result(20)


def test_a_call_past_its_deadline_is_killed_and_the_next_is_answered_soon(children: Children) -> None:
    children.submit(double, 1).result(20)
    start = time.monotonic()
    hanging, following = children.submit(sleep, 60.0), children.submit(double, 21)
    error = failure(hanging)
    killed = time.monotonic()
    assert (error.code, error.signal) == ("extract_timeout", signal.SIGKILL)
    assert 1.0 <= killed - start < 1.5
    assert following.result(20) == 42
    assert time.monotonic() - killed < 0.5


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_loses_its_own_call_only(children: Children, number: int) -> None:
    before, crashing, after = children.submit(double, 1), children.submit(die, number), children.submit(double, 2)
    assert before.result(20) == 2
    error = failure(crashing)
    assert (error.code, error.signal) == ("extract_crash", number)
    assert after.result(20) == 4


def test_a_child_that_exits_is_a_crash_without_a_signal(children: Children) -> None:
    error = failure(children.submit(exit_quietly))
    assert (error.code, error.signal) == ("extract_crash", None)
    assert children.submit(double, 3).result(20) == 6


def test_memory_is_limited(children: Children) -> None:
    assert failure(children.submit(eat, 2000)).code == "extract_oom"
    assert children.submit(eat, 10).result(20) == 10 << 20


def test_what_the_function_raises_is_raised_and_the_child_lives_on(children: Children) -> None:
    pid = children.submit(pid_and_parent).result(20)
    with pytest.raises(ValueError, match="no such word"):
        children.submit(refuse, "no such word").result(20)
    with pytest.raises(RuntimeError, match="AwkwardError: one"):
        children.submit(refuse_awkwardly).result(20)
    assert children.submit(pid_and_parent).result(20) == pid


def test_results_and_arguments_that_cannot_travel_are_errors(children: Children) -> None:
    with pytest.raises(Exception, match="pickle"):
        children.submit(give_unpicklable).result(20)
    with pytest.raises(Exception, match="pickle"):
        children.submit(lambda: None).result(20)
    assert children.submit(double, 4).result(20) == 8


def test_two_workers_work_at_once() -> None:
    pool = Children(2, preload=["tests.test_children"])
    try:
        [future.result(20) for future in [pool.submit(double, 1), pool.submit(double, 1)]]
        pids = [future.result(20) for future in [pool.submit(sleep_and_tell, 0.3), pool.submit(sleep_and_tell, 0.3)]]
        assert len(set(pids)) == 2
    finally:
        pool.close()
    assert wait_gone(pids)


def sleep_and_tell(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_a_dead_template_is_replaced() -> None:
    pool = Children(1, preload=["tests.test_children"])
    try:
        child, template = pool.submit(pid_and_parent).result(20)
        os.kill(template, signal.SIGKILL)
        assert wait_gone([child]), "the kernel ends the children of a dead template"
        error = failure(pool.submit(double, 1))
        assert error.code == "extract_crash"
        assert pool.submit(double, 2).result(20) == 4
    finally:
        pool.close()


def test_close_cancels_what_waits_and_refuses_more() -> None:
    pool = Children(1, preload=["tests.test_children"])
    child, template = pool.submit(pid_and_parent).result(20)
    running, waiting = pool.submit(sleep, 0.5), pool.submit(double, 1)
    time.sleep(0.1)
    pool.close()
    pool.close()
    assert running.result(0) == 0.5
    assert waiting.cancelled()
    assert wait_gone([child, template])
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(double, 1)


_PARENT = """
    import os, sys, time
    from tests.test_children import pid_and_parent, sleep
    from transforms._children import Children
    pool = Children(1, preload=["tests.test_children"])
    print(*pool.submit(pid_and_parent).result(20), flush=True)
    pool.submit(sleep, 30.0)
    time.sleep(0.2)
    {end}
"""


@pytest.mark.parametrize("end", ["pass", "os._exit(1)", "sys.exit(3)", "os.kill(os.getpid(), 9)"])
def test_no_process_outlives_its_parent(end: str) -> None:
    script = textwrap.dedent(_PARENT).format(end=end)
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2, done.stderr
    assert wait_gone(pids)
    assert done.stderr == ""


def test_a_template_started_early_serves_the_first_pool_of_its_kind_and_no_other() -> None:
    started = _children._Template((), 1 << 30, 5.0)
    _children._early[((), 1 << 30, 5.0)] = started
    pools = [Children(1, wall_seconds=seconds) for seconds in (4.0, 5.0, 5.0)]
    try:
        assert [pool._template is started for pool in pools] == [False, True, False]
        assert started._process is not None
        assert pools[1].submit(pid_and_parent).result()[1] == started._process.pid
    finally:
        for pool in pools:
            pool.close()


_EARLY = """
import os, signal
from tests.test_children import pid_and_parent, wait_gone
from transforms import _children
_children.start_early()
template = _children._early[(_children.PRELOAD, _children.MEMORY_BYTES, _children.WALL_SECONDS)]
pool = _children.Children(1, preload=_children.PRELOAD)
child, parent = pool.submit(pid_and_parent).result(60)
assert parent == template._process._process.pid and os.getsid(parent) == parent
os.kill(parent, signal.SIGKILL)
assert wait_gone([child])
try:
    pool.submit(pid_and_parent).result(60)  # the child that is gone
except _children.ChildError:
    pass
assert pool.submit(pid_and_parent).result(60)[1] != parent
print(child, parent, *pool.submit(pid_and_parent).result(60))
"""


def test_a_template_forked_early_is_replaced_when_it_dies_and_does_not_outlive_its_parent() -> None:
    done = subprocess.run([sys.executable, "-c", _EARLY], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert wait_gone([int(pid) for pid in done.stdout.split()])

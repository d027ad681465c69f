"""Child processes that run one function call at a time each, with a deadline, a memory limit and a kill a call.

One template process imports the heavy modules once; every child is a fork of it and is ready in some 20 ms. It is
started by exec, so that a threaded parent is safe, or forked before the parent has threads (``start_early``). A child
that hangs, crashes or runs out of memory costs the one call it was at. When the parent dies, however it dies, the
template sees its socket close and exits, and the kernel kills the children with it.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from transforms import _child
from transforms._fork import Fork

_BOOT = (
    "import json, sys; arguments = json.loads(sys.argv[2]); sys.path[:] = arguments[0]; "
    "from transforms._child import serve; serve(int(sys.argv[1]), *arguments[1:])"
)
_START_SECONDS = 60.0  # importing the heavy modules on a loaded machine

PRELOAD = ("transforms.collect.parse", "transforms.extract.preload", "transforms.tag.preload")
"""Modules that the children of an engine need; loaded once, before the first page."""
_SHARED = ("transforms.collect.parse", "transforms.extract.article", "transforms.tag.tagger")
"""What of these the parent imports too, to call it."""
WALL_SECONDS = 10.0
MEMORY_BYTES = 1 << 30


class Job(Future[Any]):
    """What will come of a call. seconds: what it took in its child, set with the result."""

    seconds: float = 0.0


_Job = tuple[Job, Callable[..., Any], tuple[Any, ...]]


class ChildError(Exception):
    """A call that ended with its child.

    code: extract_timeout (past the deadline), extract_oom (past the memory limit) or extract_crash.
    signal: the signal that ended the child, None where it exited by itself.
    """

    def __init__(self, code: str, message: str = "", signal: int | None = None) -> None:
        super().__init__(code, message, signal)
        self.code = code
        self.message = message
        self.signal = signal

    def __str__(self) -> str:
        return "%s: %s" % (self.code, self.message)


class NoChildError(Exception):
    """Children cannot be had on this machine as it is: no fault of what was to be called."""


class Children:
    """A pool of child processes.

    workers: children at once; each call runs alone in its child.
    wall_seconds: a call's deadline, after which its child is killed.
    memory_bytes: address space of a child (RLIMIT_AS).
    preload: modules that the template imports before it forks.
    """

    def __init__(
        self,
        workers: int,
        wall_seconds: float = WALL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        preload: Sequence[str] = (),
    ) -> None:
        self._wall_seconds = wall_seconds
        wanted = (tuple(preload), memory_bytes, wall_seconds)
        self._template = _early.pop(wanted) if wanted in _early else _Template(*wanted)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._threads = [
            threading.Thread(target=self._run, name="children-%d" % number, daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()
        _open_pools.add(self)

    def submit(self, function: Callable[..., Any], *args: Any) -> Job:
        """Runs function(*args) in a child; function is found there by its name.

        The future gives the result, raises what the function raised, or raises ChildError or NoChildError.
        """
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the children are closed")
            future = Job()
            self._jobs.put((future, function, args))
            return future

    def close(self) -> None:
        """Cancels what waits, lets what runs end by its deadline, and ends every process."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job:
                    job[0].cancel()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._template.close()
        _open_pools.discard(self)

    def kill(self) -> None:
        """Ends every process at once, at the interpreter's end."""
        self._template.kill()

    def _run(self) -> None:
        """A worker's thread: takes one job after the other to its child."""
        child: _Child | None = None
        while job := self._jobs.get():
            future, function, args = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                child = child or self._template.spawn()
                began = time.monotonic()
                kind, result, is_last = child.call(
                    pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL), self._wall_seconds
                )
                future.seconds = time.monotonic() - began
            except Exception as error:
                if isinstance(error, ChildError):
                    child = None
                future.set_exception(error)
                continue
            if is_last:
                child.end()
                child = None
            if kind == _child.ERROR:
                future.set_exception(result)
            else:
                future.set_result(result)
        if child:
            child.end()


class _Template:
    """The process that the children are forked from; started anew, by exec, when it is found dead.

    is_fork: the first is a fork of this process, which then has one thread only.
    """

    def __init__(self, preload: tuple[str, ...], memory_bytes: int, wall_seconds: float, is_fork: bool = False) -> None:
        self._arguments = (preload, memory_bytes, wall_seconds)
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._is_closed = False
        self._process: subprocess.Popen[bytes] | Fork | None = None
        self._socket: socket.socket | None = None
        with self._lock:
            self._start(is_fork)

    def spawn(self) -> _Child:
        """Returns a new child. Raises NoChildError where there can be none."""
        ours, theirs = socket.socketpair()
        with ours, theirs, self._lock:
            for _ in range(2):  # the second time with a new template, if the first was found dead
                try:
                    pid = self._ask(_child.SPAWN, 0, theirs)
                    return _Child(self, pid, ours.dup())
                except OSError as error:
                    problem = error
                    self._start()
        raise NoChildError("the processes that read pages cannot be started: %s" % problem)

    def end(self, pid: int) -> int | None:
        """Kills and reaps a child; returns its wait status, or None if the template is gone, and the child with it."""
        with self._lock:
            try:
                return self._ask(_child.END, pid)
            except (OSError, NoChildError):
                return None

    def close(self) -> None:
        """Ends the template, and any child left with it."""
        with self._lock:
            self._is_closed = True
            self._stop()

    def kill(self) -> None:
        """As close, without waiting for what a thread is doing with it: at the interpreter's end."""
        self._is_closed = True
        if self._process and os.getpid() == self._owner:
            self._process.kill()
            self._process.wait()

    def _ask(self, what: bytes, pid: int, descriptor: socket.socket | None = None) -> int:
        if self._socket is None:
            raise ConnectionError("no template")
        socket.send_fds(self._socket, [_child.REQUEST.pack(what, pid)], [descriptor.fileno()] if descriptor else [])
        (answer,) = _child.REPLY.unpack(_child.receive(self._socket, _child.REPLY.size))
        if answer == _child.REFUSED:
            reason = _child.receive_frame(self._socket).decode()
            raise NoChildError("the processes that read pages cannot be started: %s" % reason)
        return int(answer)

    def _start(self, is_fork: bool = False) -> None:
        self._stop()
        if self._is_closed:
            raise ChildError("extract_crash", "the children are closed")
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = Fork(lambda: self._serve(ours, theirs)) if is_fork else self._execute(theirs)
        ours.settimeout(_START_SECONDS)
        self._socket = ours

    def _serve(self, ours: socket.socket, theirs: socket.socket) -> None:
        ours.close()
        _child.serve(theirs.detach(), *self._arguments)

    def _execute(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        arguments = json.dumps([sys.path, *self._arguments])
        return subprocess.Popen(
            [sys.executable, "-c", _BOOT, str(theirs.fileno()), arguments],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is the parent's to handle
        )

    def _stop(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None
        if self._process:
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


class _Child:
    """One child, seen from the parent."""

    def __init__(self, template: _Template, pid: int, connection: socket.socket) -> None:
        self._template = template
        self._pid = pid
        self._socket = connection

    def call(self, payload: bytes, wall_seconds: float) -> tuple[str, Any, bool]:
        """Returns the kind of the answer, the result or the exception raised, and whether the child is to be replaced.

        Raises ChildError, and the child is gone.
        """
        deadline = time.monotonic() + wall_seconds
        try:
            _child.send_frame(self._socket, payload, deadline)
            del payload  # a page; many are waited for at once
            answer = _child.receive_frame(self._socket, deadline)
            kind, result = pickle.loads(memoryview(answer)[:-1])  # noqa: S301 our own child's
        except TimeoutError:
            self.end()
            message = "no result in %g s" % wall_seconds
            raise ChildError("extract_timeout", message, signal.SIGKILL) from None
        except (OSError, pickle.UnpicklingError) as error:
            raise self._crash(self.end(), error) from None
        if kind == _child.MEMORY:
            self.end()
            raise ChildError("extract_oom", "over the child's memory limit")
        return kind, result, answer.endswith(_child.LAST)

    def end(self) -> int | None:
        """Ends the child; returns its wait status."""
        self._socket.close()
        return self._template.end(self._pid)

    @staticmethod
    def _crash(status: int | None, error: BaseException) -> ChildError:
        if status is not None and os.WIFEXITED(status) and os.WEXITSTATUS(status) == _child.OOM_EXIT:
            return ChildError("extract_oom", "over the child's memory limit")
        number = os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else 0
        if number == signal.SIGXCPU:
            return ChildError("extract_timeout", "over the child's CPU limit", number)
        if number:
            return ChildError("extract_crash", "the child ended by signal %d" % number, number)
        return ChildError("extract_crash", "the child ended: %s" % (str(error) or type(error).__name__))


_open_pools: weakref.WeakSet[Children] = weakref.WeakSet()
_early: dict[tuple[tuple[str, ...], int, float], _Template] = {}


def start_early() -> None:
    """Starts the template of the first pool with PRELOAD and the default limits, which then finds it ready.

    Call it in a process that has one thread. What template and caller both need is imported before they part, the rest
    side by side.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # it would start its threads when it is imported
    for name in _SHARED:
        importlib.import_module(name)
    wanted = (PRELOAD, MEMORY_BYTES, WALL_SECONDS)
    if wanted not in _early:
        _early[wanted] = _Template(*wanted, is_fork=True)


@atexit.register
def _kill_templates() -> None:
    """No process outlives the interpreter, not even for the moment it takes to see its socket close."""
    for pool in list(_open_pools):
        pool.kill()
    for template in _early.values():
        template.kill()

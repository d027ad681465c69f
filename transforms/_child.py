"""The other side of ``_children``: the template process and its forks. Started by ``_children`` only."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

REQUEST = struct.Struct("=cI")  # SPAWN (with a descriptor) or END; a pid
REPLY = struct.Struct("=i")  # a pid, or a wait status
SPAWN = b"S"
END = b"E"
REFUSED = -1  # a reply that a frame follows: why no child can be had
RESULT, ERROR, MEMORY = "result", "error", "memory"
MORE, LAST = b"\0", b"\1"  # the end of an answer: whether the child wants to be replaced
OOM_EXIT = 3  # a child that had no memory left even to say so

_LENGTH = struct.Struct("=Q")
_MAX_FRAME_BYTES = 64 << 20
_MAX_CALLS = 5_000  # then a fresh fork: what libraries leak or cache stays bounded
_MAX_RSS_KIB = 400 << 10
_PR_SET_PDEATHSIG = 1


def serve(descriptor: int, preload: Sequence[str], memory_bytes: int, wall_seconds: float) -> None:
    """The template: imports, then forks and ends children as asked over the socket, until it closes."""
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a template with threads could not fork safely
    logging.disable(logging.CRITICAL)  # what a library would log of a page is in the call's result or error
    control = socket.socket(fileno=descriptor)
    gc.disable()  # modules and lists are here to stay; looking through them for garbage takes 0.3 s
    try:
        for name in preload:
            importlib.import_module(name)
    except Exception as error:  # no memory, no room for a temporary file, …: no page could be read
        _refuse(control, parent, "%s: %s" % (type(error).__name__, error))
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)  # a page makes many objects and hardly a cycle; this takes 5 % off its time
    children: set[int] = set()
    with contextlib.suppress(OSError):
        while _wait_readable(control, parent):
            message, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, 1)
            if len(message) < REQUEST.size:
                break
            what, pid = REQUEST.unpack(message)
            if what == SPAWN:
                answer = _fork(control, descriptors[0], memory_bytes, wall_seconds)
                children.add(answer)
            else:
                answer = _end(pid, children)
            control.sendall(REPLY.pack(answer))
    os._exit(0)


def _refuse(control: socket.socket, parent: int, reason: str) -> NoReturn:
    """Answers the first request with the reason, and ends."""
    with contextlib.suppress(OSError):
        if _wait_readable(control, parent) and socket.recv_fds(control, REQUEST.size, 1)[0]:
            control.sendall(REPLY.pack(REFUSED))
            send_frame(control, reason.encode("utf-8", "replace"))
    os._exit(1)


def _wait_readable(control: socket.socket, parent: int) -> bool:
    """Waits for a request; False once the parent is gone, even if a fork of it holds its socket open."""
    while os.getppid() == parent:
        if select.select([control], [], [], 5.0)[0]:
            return True
    return False


def _end(pid: int, children: set[int]) -> int:
    """Kills and reaps a child; one that had ended keeps its own status.

    Nobody else reaps, so the pid is still the child's. A child of a template before this one is gone already.
    """
    if pid not in children:
        return 0
    children.discard(pid)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _fork(control: socket.socket, descriptor: int, memory_bytes: int, wall_seconds: float) -> int:
    template = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        _limit(template, memory_bytes)
        _work(socket.socket(fileno=descriptor), wall_seconds)
    except MemoryError:
        os._exit(OOM_EXIT)
    except OSError:
        os._exit(0)  # the parent closed the connection
    finally:
        os._exit(1)


def _limit(template: int, memory_bytes: int) -> None:
    """Sets what ends a child from outside: with its template, and over its memory."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != template:
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or memory_bytes < hard:
        # macOS refuses limits below what is mapped already; there the deadline alone guards.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _work(connection: socket.socket, wall_seconds: float) -> None:
    """A child's life: one call after the other."""
    calls = 0
    while True:
        payload = receive_frame(connection)
        calls += 1
        _limit_cpu(wall_seconds)
        answer = _call(payload)
        del payload
        is_last = calls >= _MAX_CALLS or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _MAX_RSS_KIB
        send_frame(connection, answer + (LAST if is_last else MORE))


def _limit_cpu(wall_seconds: float) -> None:
    """The call's CPU limit: it ends a child even where a stopped parent cannot."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime + 1.5 * wall_seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _call(payload: bytes | bytearray) -> bytes:
    """Returns (kind, result) pickled."""
    try:
        function, args = pickle.loads(payload)  # noqa: S301 from our parent
        return pickle.dumps((RESULT, function(*args)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((MEMORY, None))
    except Exception as error:
        return pickle.dumps((ERROR, _portable(error)))


def _portable(error: Exception) -> Exception:
    """Returns the exception, or a RuntimeError of its words where it does not survive pickling."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 our own, just made
        return error
    except Exception:
        return RuntimeError("%s: %s" % (type(error).__name__, error))


def send_frame(connection: socket.socket, payload: bytes, deadline: float | None = None) -> None:
    """Sends a length and that many bytes. Raises OSError, TimeoutError past the deadline (time.monotonic)."""
    parts = [memoryview(_LENGTH.pack(len(payload))), memoryview(payload)]
    connection.settimeout(_left(deadline))
    sent = connection.sendmsg(parts)  # both at once: each send wakes the other side
    for part in parts:
        if sent < len(part):
            connection.settimeout(_left(deadline))
            connection.sendall(part[sent:])
        sent = max(0, sent - len(part))


def receive_frame(connection: socket.socket, deadline: float | None = None) -> bytearray:
    """Receives a frame. Raises OSError (the other side is gone, too long a frame), TimeoutError among them."""
    (length,) = _LENGTH.unpack(receive(connection, _LENGTH.size, deadline))
    if length > _MAX_FRAME_BYTES:
        raise OSError("a frame of %d bytes" % length)
    return receive(connection, length, deadline)


def receive(connection: socket.socket, length: int, deadline: float | None = None) -> bytearray:
    """Receives exactly length bytes. Raises OSError, TimeoutError (past the deadline) among them."""
    received = bytearray(length)
    view, count = memoryview(received), 0
    while count < length:
        if deadline is not None:
            connection.settimeout(_left(deadline))
        part = connection.recv_into(view[count:])
        if not part:
            raise ConnectionResetError("connection closed")
        count += part
    return received


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

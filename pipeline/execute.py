"""Runs a pipeline on an engine: the work in a thread or elsewhere, the progress and the signals here."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from runners.target import Target
from transforms._ended import has_ended, wait_for_end
from transforms._engine import stop_engines

_HERE = "ending: what is done is committed, the rest is left to the next run; again to abort"
_ELSEWHERE = "cancelling the job; again to leave it"


def execute(
    build: Callable[[beam.Pipeline], object],
    target: Target,
    options: PipelineOptions,
    show: Callable[[Callable[[float], bool]], None],
) -> PipelineResult:
    """Builds a pipeline, runs it to its end and returns what Beam says of it.

    show: shows the progress until the function that it is given (seconds to wait) says that all is done.

    Raises:
        Exception: whatever made the pipeline fail.
    """
    pipeline = beam.Pipeline(runner=target.runner(), options=options)
    build(pipeline)
    # A runner that blocks can neither show progress nor take a signal, so it runs in the thread as a whole. The start
    # of a job server installs a signal handler of its own, which only the main thread may, and ours comes after it.
    started = None if target.blocks else pipeline.run()
    done = threading.Event()
    failure: list[BaseException] = []
    ended: list[PipelineResult] = []

    def work() -> None:
        try:
            result = started or pipeline.run()
            ended.append(result)
            if target.lingers:
                threading.Thread(target=_cancel_at_end, args=(result,), daemon=True).start()
            result.wait_until_finish()
        except BaseException as error:
            if not has_ended():  # else it says that the job was cancelled
                failure.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=work, name="pipeline", daemon=True)
    with _Signals(None if target.is_here(options) else started):
        thread.start()
        show(done.wait)
    if failure:
        raise failure[0]
    return ended[0]


def _cancel_at_end(result: Any) -> None:
    wait_for_end()
    result.cancel()


class _Signals:
    """The first SIGINT or SIGTERM ends the work: what is done is committed, the rest deferred. The second aborts.

    elsewhere: the result of a job whose workers are in no process of ours; it is cancelled instead.
    """

    def __init__(self, elsewhere: Any = None) -> None:
        self._elsewhere = elsewhere

    def __enter__(self) -> None:
        self._is_second = False
        self._before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._is_second:
            print("aborted; what was not committed is not visible", file=sys.stderr)
            os._exit(1)
        self._is_second = True
        print(_ELSEWHERE if self._elsewhere else _HERE, file=sys.stderr)
        if self._elsewhere:
            self._elsewhere.cancel()
        else:
            stop_engines()

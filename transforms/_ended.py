"""The end of a stream, seen by its last step: for an engine that keeps a job open after the work is done.

Flink's sources stay open while it takes checkpoints, so a job whose clock has ended must be cancelled from outside,
once its last windows are committed. Workers in the command's own process can tell it.
"""

from __future__ import annotations

import threading
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import TimerSpec, on_timer
from apache_beam.transforms.window import GlobalWindow, GlobalWindows

_has_ended = threading.Event()


def wait_for_end() -> None:
    """Waits until ``TellEnd`` saw the end of its stream in this process."""
    _has_ended.wait()


def has_ended() -> bool:
    """Whether ``TellEnd`` saw the end of its stream in this process."""
    return _has_ended.is_set()


class _SeeEnd(beam.DoFn):
    """(0, anything) → nothing; a timer that is due when nothing can come any more."""

    END = TimerSpec("end", TimeDomain.WATERMARK)

    def process(self, element: tuple[int, str], end: Any = beam.DoFn.TimerParam(END)) -> None:
        end.set(GlobalWindow().max_timestamp())

    @on_timer(END)
    def see(self) -> Iterator[str]:
        _has_ended.set()
        yield from ()


@dataclass(eq=False)
class TellEnd(beam.PTransform["PCollection[str]", "PCollection[str]"]):
    """Sees the end of a stream: its watermark at the end of time, so that every window before has been dealt with.

    In: the commit_ids. Out: nothing. Effects: ``has_ended`` becomes true in the worker's process.
    """

    def expand(self, commits: PCollection[str]) -> PCollection[str]:
        begun = commits.pipeline | "Begun" >> beam.Create(["begun"])
        done = commits | "InAll" >> beam.WindowInto(GlobalWindows())
        keyed = (begun, done) | beam.Flatten() | "Alone" >> beam.Map(_alone).with_output_types(typing.Tuple[int, str])  # noqa: UP006
        return keyed | "SeeEnd" >> beam.ParDo(_SeeEnd())


def _alone(name: str) -> tuple[int, str]:
    return 0, name

"""The deferred entries of a stream, taken up again when they are due."""

import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import IterableCoder, StrUtf8Coder
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Entry
from transforms._counts import count
from transforms._warehouse.memory import due_entries
from transforms._warehouse.store import open_store


class TakenUp(typing.NamedTuple):
    """due: entries to try again; tallies: (name, number) for the balance of their window."""

    due: PCollection[Entry]
    tallies: PCollection[tuple[str, int]]


class _TakeUp(beam.DoFn):
    """(None, tick) → due entries, each attempt once; those not yet committed are remembered."""

    UNDER_WAY = ReadModifyWriteStateSpec("under_way", IterableCoder(StrUtf8Coder()))

    def __init__(self, output: str, every: int, clock: Callable[[], Timestamp]) -> None:
        self._output = output
        self._every = every
        self._clock = clock

    def process(self, element: tuple[int, int], under_way: Any = beam.DoFn.StateParam(UNDER_WAY)) -> Iterator[Any]:
        _, tick = element
        if tick % self._every:
            return
        now = self._clock()
        before = set(under_way.read() or ())
        due = {"%s:%d" % (entry.entry_id, entry.attempt): entry for entry in due_entries(open_store(self._output), now)}
        if due or before:
            under_way.write(sorted(due))  # an attempt that is no longer due was committed
        fresh = [entry for name, entry in due.items() if name not in before]
        count("entries_to_fetch", len(fresh))
        for entry in fresh:
            yield TimestampedValue(entry, now)
        if fresh:
            yield TaggedOutput("tallies", TimestampedValue(("taken_up", len(fresh)), now))


@dataclass(eq=False)
class TakeUpDeferred(beam.PTransform[PCollection[int], "TakenUp"]):
    """Takes up the deferred entries that are due.

    In: ticks. Out: ``TakenUp``, at the time of the take-up. Args: output: the warehouse; every: so many ticks apart;
    clock: the time now.
    """

    output: str
    every: int
    clock: Callable[[], Timestamp] = Timestamp.now

    def expand(self, ticks: PCollection[int]) -> TakenUp:
        keyed = ticks | "Alone" >> beam.Map(lambda tick: (0, tick)).with_output_types(typing.Tuple[int, int])  # noqa: UP006
        taken = keyed | "TakeUp" >> beam.ParDo(_TakeUp(self.output, self.every, self.clock)).with_output_types(
            Entry,
            tallies=typing.Tuple[str, int],  # noqa: UP006
        ).with_outputs("tallies", main="due")
        return TakenUp(taken.due, taken.tallies)

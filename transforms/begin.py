"""What a run begins with: each feed with its memory, and the deferred entries that are due again."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Entry, Feed, FeedState
from transforms._counts import count
from transforms._warehouse.memory import due_entries, feed_states
from transforms._warehouse.store import open_store


class Begun(typing.NamedTuple):
    """states: each feed with its memory; due: entries to try again; tallies: (name, number) for the run's balance."""

    states: PCollection[FeedState]
    due: PCollection[Entry]
    tallies: PCollection[tuple[str, int]]


@dataclass(eq=False)
class BeginRun(beam.PTransform[Any, "Begun"]):
    """Reads the warehouse's memory, on a worker.

    Out: ``Begun``. Args: feeds: as listed; output: the warehouse; take_up_all: deferred entries that are not due too;
    clock: the time now.
    """

    feeds: Sequence[Feed]
    output: str
    take_up_all: bool = False
    clock: Callable[[], Timestamp] = Timestamp.now

    def expand(self, pipeline: Any) -> Begun:
        listed = pipeline | "Listed" >> beam.Create([list(self.feeds)])
        states = listed | "Remember" >> beam.FlatMap(_remember, self.output).with_output_types(FeedState)
        taken = (
            pipeline
            | "Once" >> beam.Create([self.take_up_all])
            | "TakeUp" >> beam.FlatMap(_take_up, self.output, self.clock).with_outputs("tally", main="due")
        )
        fed = pipeline | "Feeds" >> beam.Create([("feeds", len(self.feeds))])
        return Begun(states, taken.due, (taken.tally, fed) | "Tallies" >> beam.Flatten())


def _remember(feeds: list[Feed], output: str) -> Iterator[FeedState]:
    return feed_states(open_store(output), feeds)


def _take_up(
    take_up_all: bool, output: str, clock: Callable[[], Timestamp]
) -> Iterator[Entry | TaggedOutput[Any, Any]]:
    entries = due_entries(open_store(output), None if take_up_all else clock())
    count("entries_to_fetch", len(entries))
    yield from entries
    yield TaggedOutput("tally", ("taken_up", len(entries)))

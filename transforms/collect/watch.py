"""The feeds of a stream: polled when they are due, each feed's memory in the engine's state."""

import concurrent.futures
import hashlib
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import IterableCoder, registry
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.transforms.window import TimestampedValue

from schemas.rows import Entry, Feed, FeedState, Poll, Reject
from transforms._counts import count
from transforms._engine import EngineSettings, shared_engine
from transforms._urls import site_of
from transforms._warehouse.memory import feed_states
from transforms._warehouse.store import open_store
from transforms.collect.interval import PollPolicy
from transforms.collect.poll import is_due
from transforms.collect.seen import add_seen, merge_seen
from transforms.collect.transform import ENTRIES, REJECTS, Collected, Polled, poll_feed

SHARDS = 16
"""Feeds are polled shard by shard, those of a shard at the same time; all feeds of a site are in one shard, so that a
site is never asked by two workers at once. The number is part of a running job: its state is keyed by it."""
MAX_WAIT_SECONDS = 30.0
"""What is not polled by then stays due: a site that hangs must not hold the others' news back."""


def shard_of(feed: Feed) -> int:
    """The shard of a feed, by its site."""
    return hashlib.sha256(site_of(feed.url).encode()).digest()[0] % SHARDS


def merge_memory(known: Sequence[FeedState], stored: Sequence[FeedState]) -> list[FeedState]:
    """The feeds' memory from the engine's state and the warehouse: the later poll, and the entries of both.

    The warehouse knows more where the engine came back from an older checkpoint, the engine where a window is under
    way. Feeds that are no longer listed are dropped.
    """
    ours = {state.feed.feed_id: state for state in known}
    merged = []
    for state in stored:
        mine = ours.get(state.feed.feed_id)
        if mine is not None:
            polls = [poll for poll in (state.poll, mine.poll) if poll is not None]
            newest = max(polls, key=lambda poll: poll.polled_at, default=None)
            state = FeedState(state.feed, newest, merge_seen(state.seen, mine.seen))
        merged.append(state)
    return merged


class _WatchFeeds(beam.DoFn):
    """(shard, tick) → Poll, and Entry and Reject at their tags."""

    MEMORY = ReadModifyWriteStateSpec("memory", IterableCoder(registry.get_coder(FeedState)))

    def __init__(
        self, engine: EngineSettings | Callable[[], Any], feeds: Sequence[Feed], output: str, policy: PollPolicy
    ) -> None:
        self._engine_of = engine
        self._feeds: dict[int, list[Feed]] = {}
        for feed in feeds:
            self._feeds.setdefault(shard_of(feed), []).append(feed)
        self._output = output
        self._policy = policy

    def setup(self) -> None:
        of = self._engine_of
        self._engine = shared_engine(of) if isinstance(of, EngineSettings) else of()
        self._is_seeded: set[int] = set()

    def process(self, element: tuple[int, int], memory: Any = beam.DoFn.StateParam(MEMORY)) -> Iterator[Any]:
        shard, _ = element
        feeds = self._feeds.get(shard)
        if not feeds:
            return
        states = list(memory.read() or ())
        if shard not in self._is_seeded:
            states = merge_memory(states, list(feed_states(open_store(self._output), feeds)))
            self._is_seeded.add(shard)
        polled = self._poll([state for state in states if is_due(state, self._engine.now())])
        if polled or memory.read() is None:
            memory.write([_remember(state, polled.get(state.feed.feed_id)) for state in states])
        for result in polled.values():
            yield from _outputs(result)

    def _poll(self, due: Sequence[FeedState]) -> dict[str, Polled]:
        """Polls feeds at the same time; those that take too long, or that a stop cuts short, are left out."""
        under_way = {
            self._engine.submit(poll_feed(state, self._engine, self._policy)): state.feed.feed_id for state in due
        }
        done, late = concurrent.futures.wait(under_way, timeout=MAX_WAIT_SECONDS)
        for future in late:
            future.cancel()
        return {
            under_way[future]: future.result() for future in done if not future.cancelled() and not _was_cut(future)
        }


def _was_cut(future: concurrent.futures.Future[Polled]) -> bool:
    return isinstance(future.exception(), concurrent.futures.CancelledError)


def _remember(state: FeedState, polled: Polled | None) -> FeedState:
    if polled is None:
        return state
    return FeedState(state.feed, polled.poll, add_seen(state.seen, [entry.entry_id for entry in polled.entries]))


def _outputs(polled: Polled) -> Iterator[Any]:
    at = polled.poll.polled_at
    count("feeds")
    count("entries_new", polled.poll.entries_new)
    yield TimestampedValue(polled.poll, at)
    for entry in polled.entries:
        yield TaggedOutput(ENTRIES, TimestampedValue(entry, at))
    for reject in polled.rejects:
        yield TaggedOutput(REJECTS, TimestampedValue(reject, at))


@dataclass(eq=False)
class WatchFeeds(beam.PTransform[PCollection[int], Collected]):
    """Polls, at each tick, the feeds that are due, and hands on their new entries.

    In: ticks. Out: Collected, as CollectEntries gives it; event time is the poll's, which no tick is later than.
    Effects: GETs, one at a time a site.

    Args:
        settings: the engine's, or a factory of a fake engine.
        feeds: as listed.
        output: the warehouse; each feed's memory is taken from it when a worker first sees the feed.
        min_poll_seconds: the least time between two polls of a feed.
    """

    settings: EngineSettings | Callable[[], Any]
    feeds: Sequence[Feed]
    output: str
    min_poll_seconds: int = 600

    def expand(self, ticks: PCollection[int]) -> Collected:
        policy = PollPolicy(min_poll_seconds=self.min_poll_seconds)
        keyed = ticks | "ByShard" >> beam.FlatMap(_by_shard).with_output_types(typing.Tuple[int, int])  # noqa: UP006
        polled = keyed | "WatchFeeds" >> beam.ParDo(
            _WatchFeeds(self.settings, self.feeds, self.output, policy)
        ).with_output_types(Poll, entries=Entry, rejects=Reject).with_outputs(ENTRIES, REJECTS, main="polls")
        return Collected(polled["polls"], polled[ENTRIES], polled[REJECTS])


def _by_shard(tick: int) -> Iterator[tuple[int, int]]:
    for shard in range(SHARDS):
        yield shard, tick

"""The feeds of a stream: polled when they are due, each feed's memory in the engine's state, keyed by its site."""

import concurrent.futures
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import BytesCoder, IterableCoder, TupleCoder, registry
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from schemas.rows import Entry, Feed, FeedState, Poll, Reject
from transforms._engine import EngineSettings, shared_engine
from transforms._http import Response
from transforms._urls import site_of
from transforms._warehouse.memory import LedgerIds, last_polls
from transforms._warehouse.store import open_store
from transforms.collect.interval import PollPolicy
from transforms.collect.items import FeedError
from transforms.collect.parse import ParsedFeed
from transforms.collect.poll import is_due
from transforms.collect.seen import ID_BYTES, add_seen, is_new, keep_seen, pack_seen
from transforms.collect.transform import ENTRIES, REJECTS, Collected, Polled, count_poll, fetch_feed, read_poll

MAX_UNDER_WAY = 4_000
"""Entries of a feed that were handed on and are not in the warehouse yet: 32 KB; a feed's state is 40 KB at most."""


class FeedMemory(typing.NamedTuple):
    """What the engine's state keeps of a feed.

    under_way: the entry_ids that were handed on and are not in the warehouse yet, as FeedState.seen packs them. Those
    that are there need not be kept: together the two are every entry that the feed has ever brought.
    """

    poll: Poll
    under_way: bytes = b""


class _Begun(typing.NamedTuple):
    """A poll under way: the poll_id of the memory that it began with, and what will come of it."""

    after: str | None
    answer: concurrent.futures.Future[tuple[Response, ParsedFeed | FeedError | None]]


def newer(known: FeedMemory | None, stored: Poll | None) -> FeedMemory | None:
    """A feed's memory from the engine's state and its last poll in the warehouse.

    The warehouse knows more at the start, and where the engine came back from an older checkpoint. A window before that
    poll's may then be lost though it was not committed; so the document is asked for anew, without validators.
    """
    if stored is None or (known is not None and known.poll.polled_at >= stored.polled_at):
        return known
    return FeedMemory(_unread(stored), known.under_way if known else b"")


def _unread(poll: Poll) -> Poll:
    """The poll without validators and hash: the next one brings the document again, also where it did not change."""
    return poll._replace(etag=None, last_modified=None, validators_at=None, body_sha256=None)


def fit(polled: Polled, room: int) -> Polled:
    """Returns what a poll brought, cut to so many entries.

    Without validators then: the next poll is to bring the document again, for the entries left out.
    """
    if len(polled.entries) <= room:
        return polled
    entries = polled.entries[:room]
    kept = {entry.entry_id for entry in entries}
    return Polled(
        _unread(polled.poll)._replace(entries_new=room),
        entries,
        [each for each in polled.rejects if each.entry_id is None or each.entry_id in kept],
    )


class _WatchFeeds(beam.DoFn):
    """(site, tick) → Poll, and Entry and Reject at their tags.

    A tick hands on what the polls begun at earlier ticks have brought, and begins those that are due: it never waits
    for a site. The memory changes with what is handed on, in one bundle; a poll that is lost with its worker, or that
    began with a memory other than the one that stands, is made again.
    """

    MEMORY = ReadModifyWriteStateSpec("memory", IterableCoder(TupleCoder([registry.get_coder(Poll), BytesCoder()])))

    def __init__(
        self, engine: EngineSettings | Callable[[], Any], feeds: Sequence[Feed], output: str, policy: PollPolicy
    ) -> None:
        self._engine_of = engine
        self._feeds: dict[str, list[Feed]] = {}
        for feed in feeds:
            self._feeds.setdefault(site_of(feed.url), []).append(feed)
        self._output = output
        self._policy = policy

    def setup(self) -> None:
        of = self._engine_of
        self._engine = shared_engine(of) if isinstance(of, EngineSettings) else of()
        self._stored: dict[str, Poll] | None = None
        self._seeded: set[str] = set()

    def process(self, element: tuple[str, int], memory: Any = beam.DoFn.StateParam(MEMORY)) -> Iterator[Any]:
        site, _ = element
        was = {poll.feed_id: FeedMemory(poll, under_way) for poll, under_way in memory.read() or ()}
        now: dict[str, FeedMemory] = {}
        for feed in self._feeds.get(site, ()):
            mine = self._seed(feed, was.get(feed.feed_id))
            answer = self._answer(feed, mine)
            if answer is not None:
                polled, mine = self._read(feed, mine, *answer)
                yield from _outputs(polled)
            if mine is not None:
                now[feed.feed_id] = mine
            self._begin(feed, mine)
        self._seeded.add(site)
        if now != was:
            memory.write(list(now.values()))

    def _seed(self, feed: Feed, mine: FeedMemory | None) -> FeedMemory | None:
        """The memory, with what the warehouse knows where this worker sees the site for the first time."""
        if self._stored is None:
            store = open_store(self._output)
            self._stored = last_polls(store, {feed.feed_id for feeds in self._feeds.values() for feed in feeds})
            self._ledger = LedgerIds(store, "entry_id")
            self._ledger.refresh()
        if site_of(feed.url) in self._seeded:
            return mine
        return newer(mine, self._stored.pop(feed.feed_id, None))

    def _begin(self, feed: Feed, mine: FeedMemory | None) -> None:
        state = FeedState(feed, mine and mine.poll)
        if feed.feed_id not in self._engine.begun and is_due(state, self._engine.now()):
            answer = self._engine.submit(fetch_feed(state, self._engine))
            self._engine.begun[feed.feed_id] = _Begun(mine and mine.poll.poll_id, answer)

    def _answer(self, feed: Feed, mine: FeedMemory | None) -> tuple[Response, ParsedFeed | FeedError | None] | None:
        """What the feed's poll has brought, None where none is done."""
        begun: _Begun | None = self._engine.begun.get(feed.feed_id)
        if begun is None or not begun.answer.done():
            return None
        del self._engine.begun[feed.feed_id]
        was_cut = begun.answer.cancelled() or isinstance(begun.answer.exception(), concurrent.futures.CancelledError)
        if was_cut or begun.after != (mine and mine.poll.poll_id):
            return None
        return begun.answer.result()

    def _read(
        self, feed: Feed, mine: FeedMemory | None, response: Response, parsed: ParsedFeed | FeedError | None
    ) -> tuple[Polled, FeedMemory]:
        """What is new in an answer, and the memory after it."""
        under_way = mine.under_way if mine else b""
        ids = [entry.entry_id for entry in parsed.entries] if isinstance(parsed, ParsedFeed) else []
        if any(is_new(id_, under_way) and id_ not in self._ledger for id_ in ids):
            self._ledger.refresh()  # another worker may have had the feed when they were committed
        seen = pack_seen(id_ for id_ in ids if not is_new(id_, under_way) or id_ in self._ledger)
        polled = read_poll(FeedState(feed, mine and mine.poll, seen), response, parsed, self._policy)
        under_way = keep_seen(under_way, lambda id_: id_ not in self._ledger)
        polled = fit(polled, MAX_UNDER_WAY - len(under_way) // ID_BYTES)
        return polled, FeedMemory(polled.poll, add_seen(under_way, [entry.entry_id for entry in polled.entries]))


def _outputs(polled: Polled) -> Iterator[Any]:
    count_poll(polled.poll)
    yield polled.poll
    for entry in polled.entries:
        yield TaggedOutput(ENTRIES, entry)
    for reject in polled.rejects:
        yield TaggedOutput(REJECTS, reject)


@dataclass(eq=False)
class WatchFeeds(beam.PTransform[PCollection[int], Collected]):
    """Polls, at each tick, the feeds that are due, and hands on their new entries.

    In: ticks. Out: Collected, as CollectEntries gives it; event time is that of the tick that hands a poll on, so that
    nothing is late. Effects: GETs, one at a time a site; all feeds of a site are with one worker.

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
        sites = sorted({site_of(feed.url) for feed in self.feeds})
        keyed = ticks | "BySite" >> beam.FlatMap(_by_site, sites).with_output_types(typing.Tuple[str, int])  # noqa: UP006
        polled = keyed | "WatchFeeds" >> beam.ParDo(
            _WatchFeeds(self.settings, self.feeds, self.output, policy)
        ).with_output_types(Poll, entries=Entry, rejects=Reject).with_outputs(ENTRIES, REJECTS, main="polls")
        return Collected(polled["polls"], polled[ENTRIES], polled[REJECTS])


def _by_site(tick: int, sites: Sequence[str]) -> Iterator[tuple[str, int]]:
    for site in sites:
        yield site, tick

"""The feeds that are due, polled: FeedState → polls, new entries, rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.window import TimestampedValue

from schemas.rows import Entry, FeedState, Poll, Reject
from transforms._children import ChildError, NoChildError
from transforms._counts import count
from transforms._engine import ConcurrentDoFn, EngineSettings
from transforms._http import Response
from transforms._text import clean_line, describe_error
from transforms._urls import redact_bytes, redact_url, site_of
from transforms.collect.interval import PollPolicy
from transforms.collect.items import FeedError
from transforms.collect.parse import ParsedFeed, parse_feed
from transforms.collect.poll import GOOD, decide, is_due, is_readable, poll_request
from transforms.collect.redirect import poll_url
from transforms.collect.seen import is_new

ENTRIES, REJECTS = "entries", "rejects"
_CHILD_CODES = {"extract_timeout": "parse_limit", "extract_oom": "parse_limit"}
_CODE_OF_OUTCOME = {"bot_wall": "bot_challenge", "gone": "http_410", "rate_limited": "http_429"}


class Collected(NamedTuple):
    """What CollectEntries leaves: a row a poll, the entries that are new, and what failed."""

    polls: PCollection[Poll]
    entries: PCollection[Entry]
    rejects: PCollection[Reject]


class Polled(NamedTuple):
    """What one poll of a feed brought. entries: those that are new."""

    poll: Poll
    entries: list[Entry]
    rejects: list[Reject]


@dataclass(eq=False)
class CollectEntries(beam.PTransform[PCollection[FeedState], Collected]):
    """Polls the feeds that are due and hands on their new entries.

    In: FeedState, one a feed. Out: Collected; the poll's time is the event time of all that comes of it.
    Rejects: polls that failed (stage of the failure), documents that cannot be read, entries without anything to
    tell them by, and dates that cannot be read (parse).
    Effects: one GET a feed that is due, one at a time a site.
    Counts: polls, feeds_not_due, entries_new, bytes; a poll's ``entries_new`` is the number of its entries that leave.

    Args:
        settings: the engine's, or a factory of a fake engine.
        min_poll_seconds: the least time between two polls of a feed.
        poll_all: polls the feeds that are not due too.
    """

    settings: EngineSettings | Callable[[], Any]
    min_poll_seconds: int = 600
    poll_all: bool = False

    def expand(self, states: PCollection[FeedState]) -> Collected:
        policy = PollPolicy(min_poll_seconds=self.min_poll_seconds)
        polled = (
            states
            | "KeyBySite" >> beam.Map(_by_site)
            | "GroupBySite" >> beam.GroupByKey()
            | "PollFeeds"
            >> beam.ParDo(_PollFeeds(self.settings, policy, self.poll_all))
            .with_output_types(Poll, entries=Entry, rejects=Reject)
            .with_outputs(ENTRIES, REJECTS, main="polls")
        )
        return Collected(polled["polls"], polled[ENTRIES], polled[REJECTS])


def _by_site(state: FeedState) -> tuple[str, FeedState]:
    return site_of(poll_url(state)), state


class _PollFeeds(ConcurrentDoFn):
    """(site, states) → Poll, and Entry and Reject at their tags."""

    def __init__(self, engine: EngineSettings | Callable[[], Any], policy: PollPolicy, poll_all: bool) -> None:
        super().__init__(engine)
        self._policy = policy
        self._poll_all = poll_all

    def process(
        self,
        element: tuple[str, Any],
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        site, states = element
        due = []
        for state in states:
            if is_due(state, self.engine.now(), self._poll_all):
                due.append(state)
            else:
                count("feeds_not_due")
        yield from super().process((site, due), timestamp, window)

    async def work(self, item: FeedState) -> Sequence[Any]:
        """Polls one feed; the poll's time is the event time of all that comes of it."""
        polled = await poll_feed(item, self.engine, self._policy)
        at = polled.poll.polled_at
        return [
            TimestampedValue(polled.poll, at),
            *(TaggedOutput(ENTRIES, TimestampedValue(entry, at)) for entry in polled.entries),
            *(TaggedOutput(REJECTS, TimestampedValue(reject, at)) for reject in polled.rejects),
        ]

    def count(self, output: Any) -> None:
        if isinstance(output, Poll):
            count_poll(output)

    def abandon(self, item: FeedState) -> Sequence[Any]:
        """A poll that was stopped leaves nothing; the feed stays due."""
        return ()


def count_poll(poll: Poll) -> None:
    """Counts a poll that is handed on."""
    count("polls")
    count("bytes", poll.bytes or 0)
    count("entries_new", poll.entries_new)


async def poll_feed(state: FeedState, engine: Any, policy: PollPolicy | None = None) -> Polled:
    """Polls one feed, due or not. Nothing that a server or a document does is raised."""
    response, parsed = await fetch_feed(state, engine)
    return read_poll(state, response, parsed, policy or PollPolicy())


async def fetch_feed(state: FeedState, engine: Any) -> tuple[Response, ParsedFeed | FeedError | None]:
    """Fetches a feed, and parses what is worth it: what read_poll needs besides the feed's memory."""
    response = await engine.fetch(poll_request(state, engine.now()))
    parsed = await _parse(state, response, engine) if is_readable(state, response) else None
    return response, parsed


async def _parse(state: FeedState, response: Response, engine: Any) -> ParsedFeed | FeedError:
    content_type = response.headers.get("content-type")
    try:
        parsed: ParsedFeed = await engine.call(
            parse_feed, response.body, response.final_url, content_type, state.feed, response.fetched_at
        )
        return parsed
    except FeedError as error:
        return error
    except NoChildError:
        raise
    except ChildError as error:
        return FeedError(_CHILD_CODES.get(error.code, "parse_error"), "the parser was ended: %s" % error.code)
    except Exception as error:  # a document that our code or a library trips over costs that feed, not the run
        return FeedError("parse_error", "%s: %s" % (type(error).__name__, describe_error(error)))


def read_poll(
    state: FeedState, response: Response, parsed: ParsedFeed | FeedError | None, policy: PollPolicy
) -> Polled:
    """What a poll brought: its row, the entries that are new, and its dead letters."""
    poll = decide(state, response, parsed, response.fetched_at, policy)
    entries, rejects = [], []
    if isinstance(parsed, ParsedFeed):
        entries = [entry for entry in parsed.entries if is_new(entry.entry_id, state.seen)]
        # What is wrong with an entry is told once, when it is new.
        rejects = [each for each in parsed.rejects if each.entry_id is None or is_new(each.entry_id, state.seen)]
    # A feed that stays broken is told by its polls; the dead letter is for the poll that found it so.
    if poll.outcome not in GOOD and poll.failures == 1:
        rejects = [*rejects, _reject(state, response, parsed, poll)]
    return Polled(poll, entries, rejects)


def _reject(state: FeedState, response: Response, parsed: ParsedFeed | FeedError | None, poll: Poll) -> Reject:
    """The dead letter of a poll that failed."""
    if poll.outcome in _CODE_OF_OUTCOME and not response.error_code:
        code = _CODE_OF_OUTCOME[poll.outcome]
    elif isinstance(parsed, FeedError):
        code = parsed.code
    elif response.error_code:
        code = response.error_code
    else:
        code = "http_5xx" if (response.status or 0) >= 500 else "http_4xx"
    return Reject(
        stage=response.stage or ("parse" if isinstance(parsed, FeedError) else "fetch"),
        error_code=code,
        subject_id=state.feed.feed_id,
        failed_at=poll.polled_at,
        error_class=response.error_class or (type(parsed).__name__ if isinstance(parsed, FeedError) else None),
        message=clean_line(poll.error, 500),
        retryable=not poll.is_retired,
        feed_id=state.feed.feed_id,
        url=redact_url(response.url),
        http_status=response.status,
        attempts=poll.failures,
        payload_head=redact_bytes(response.body[:4_096]) or None,
    )

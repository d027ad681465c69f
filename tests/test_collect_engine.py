"""CollectEntries with the real engine: fetched over loopback, parsed in children, polled twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from schemas.ids import make_id
from schemas.rows import Feed, FeedState, Poll
from tests.servers import Hit, Loopback, reply
from transforms._engine import EngineSettings, close_engines
from transforms._http import FetchSettings
from transforms.collect.seen import pack_seen
from transforms.collect.transform import CollectEntries

RSS = b"<rss version='2.0'><channel><title>T</title><item><title>AT&T</title><link>/1</link></item></channel></rss>"
SETTINGS = EngineSettings(FetchSettings(allow_private_networks=("127.0.0.0/8",), site_delay_seconds=0), workers=1)


@pytest.fixture(autouse=True)
def _engines() -> Iterator[None]:
    yield
    close_engines()


async def _conditional(hit: Hit, writer: Any) -> bool:
    """304 to who has the body already."""
    if hit.headers.get("if-none-match") == '"v1"':
        return await reply(status=304)(hit, writer)
    return await reply(RSS, headers={"ETag": '"v1"', "Content-Type": "application/rss+xml"})(hit, writer)


def run(states: list[FeedState], expected: list[tuple[Any, ...]], titles: list[tuple[Any, ...]]) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        collected = pipeline | beam.Create(states) | CollectEntries(SETTINGS)
        polls = collected.polls | beam.Map(lambda p: (p.outcome, p.http_status, p.entries_new, p.etag))
        entries = collected.entries | beam.Map(lambda e: (e.title, e.url.rpartition("/")[2]))
        assert_that(polls, equal_to(expected), "Polls")
        assert_that(entries, equal_to(titles), "Entries")


def test_two_polls_of_a_server_with_validators() -> None:
    with Loopback() as net:
        site = net.site({"/feed": _conditional, "/broken": reply(b"<html>no</html>"), "/gone": reply(status=410)})
        feeds = [Feed(make_id(site.url(path)), site.url(path)) for path in ("/feed", "/broken", "/gone")]
        run(
            [FeedState(feed) for feed in feeds],
            [("ok", 200, 1, '"v1"'), ("parse_error", 200, 0, None), ("gone", 410, 0, None)],
            [("AT&T", "1")],
        )
        now = SETTINGS.clock()
        memory = Poll("p", feeds[0].feed_id, now, feeds[0].url, etag='"v1"', validators_at=now)
        seen = pack_seen([make_id(feeds[0].feed_id, site.url("/1"))])
        run([FeedState(feeds[0], memory, seen)], [("not_modified", 304, 0, '"v1"')], [])
        assert site.max_active == 1

"""The poll decision: one table of what an answer makes of a feed's memory."""

from __future__ import annotations

from typing import Any

import pytest
from apache_beam.utils.timestamp import Timestamp

from schemas.ids import make_id
from schemas.rows import Entry, Feed, FeedState, Poll
from schemas.taxonomy import OUTCOMES
from tests.fakes import NOW, answer, failure
from transforms.collect.interval import DAY_S, PollPolicy, next_interval
from transforms.collect.items import FeedError
from transforms.collect.parse import ParsedFeed
from transforms.collect.poll import decide, is_due, is_readable, poll_request
from transforms.collect.redirect import poll_url
from transforms.collect.seen import is_new, pack_seen

HOUR = 3_600
URL = "https://news.example/feed"
MOVED = "https://news.example/new-feed"
FEED = Feed(make_id(URL), URL)
POLICY = PollPolicy()
IDS = [make_id(number) for number in range(12)]
BOT_PAGE = "<html><title>Just a moment...</title></html>"


def state(seen: int = 0, **poll: Any) -> FeedState:
    """A feed's memory after a poll an hour ago."""
    fields: dict[str, Any] = {"polled_at": NOW - HOUR, "interval_s": HOUR, "next_poll_at": NOW} | poll
    return FeedState(FEED, Poll("p", FEED.feed_id, requested_url=URL, **fields), pack_seen(IDS[:seen]))


def parsed(entries: int = 12, **more: Any) -> ParsedFeed:
    return ParsedFeed("rss", [Entry(entry_id, FEED.feed_id) for entry_id in IDS[:entries]], [], **more)


def poll(before: FeedState, response: Any, read: Any = None, now: Timestamp = NOW) -> Poll:
    return decide(before, response, read, now, POLICY)


@pytest.mark.parametrize(
    ("response", "read", "outcome", "delay"),
    [
        (answer(URL, "x"), parsed(12), "ok", HOUR / 3),
        (answer(URL, "x"), parsed(0), "empty", 1.5 * HOUR),
        (answer(URL, status=304), None, "not_modified", 1.5 * HOUR),
        (answer(URL, "x"), FeedError("not_a_feed", "no"), "parse_error", HOUR),
        (answer(URL, BOT_PAGE), FeedError("not_a_feed", "no"), "bot_wall", HOUR),
        (answer(URL, BOT_PAGE, 403), None, "bot_wall", DAY_S),
        (answer(URL, "no", 403, {"cf-mitigated": "challenge"}), None, "bot_wall", DAY_S),
        (answer(URL, "no", 401), None, "http_error", DAY_S),
        (answer(URL, "no", 404), None, "http_error", HOUR),
        (answer(URL, "no", 410), None, "gone", DAY_S),
        (answer(URL, "no", 429), None, "rate_limited", HOUR),
        (answer(URL, "no", 429, retry_after_s=2 * HOUR), None, "rate_limited", 2 * HOUR),
        (answer(URL, "no", 429, retry_after_s=60), None, "rate_limited", HOUR),
        (answer(URL, "no", 503, retry_after_s=5 * HOUR), None, "rate_limited", 5 * HOUR),
        (answer(URL, "no", 503), None, "http_error", HOUR),
        (answer(URL, "no", 500), None, "http_error", HOUR),
        (answer(URL, "", 300), None, "http_error", HOUR),
        (failure(URL, "dns", "resolve"), None, "network", HOUR),
        (failure(URL, "timeout_total"), None, "network", HOUR),
        (failure(URL, "tls"), None, "network", HOUR),
        (failure(URL, "too_large_decoded", "decode"), None, "too_large", HOUR),
        (failure(URL, "ssrf_blocked", "resolve"), None, "blocked_address", HOUR),
        (failure(URL, "robots_disallow", "robots"), None, "robots", DAY_S),
        (failure(URL, "robots_unreachable", "robots"), None, "network", HOUR),
        (failure(URL, "site_closed", retry_after_s=3 * HOUR), None, "rate_limited", 3 * HOUR),
    ],
)
def test_outcome_and_next_poll(response: Any, read: Any, outcome: str, delay: float) -> None:
    before = state(6 if outcome == "ok" else 0, etag='"1"', validators_at=NOW - HOUR)
    after = poll(before, response, read)
    assert after.outcome == outcome
    assert after.outcome in {value.value for value in OUTCOMES}
    assert after.next_poll_at == NOW + delay
    is_good = outcome in ("ok", "empty", "not_modified")
    assert (after.error is None) == is_good
    assert after.failures == (0 if is_good else 1)
    assert after.interval_reason


@pytest.mark.parametrize(
    ("seen", "interval", "reason"),
    [
        (0, HOUR / 3, "busy: 12 of 12 entries new"),
        (3, HOUR / 3, "busy: 9 of 12 entries new"),
        (4, HOUR / 3, "busy: 8 of 12 entries new"),
        (7, HOUR / 3, "busy: 5 of 12 entries new"),
        (8, HOUR / 3, "busy: 4 of 12 entries new"),
        (12, 1.5 * HOUR, "later: 12 of 12 entries known"),
    ],
)
def test_interval_by_overlap(seen: int, interval: float, reason: str) -> None:
    after = poll(state(seen), answer(URL, "x"), parsed(12))
    assert (after.interval_s, after.interval_reason) == (interval, reason)
    assert (after.entries_seen, after.entries_new) == (12, 12 - seen)


@pytest.mark.parametrize(
    ("before", "known", "interval", "reason"),
    [
        (600, 4, 600, "kept: 4 of 12 entries known"),
        (600, 8, 900, "later: 8 of 12 entries known"),
        (1600, 0, 800, "sooner: 0 of 12 entries known"),
        (1600, 3, 800, "sooner: 3 of 12 entries known"),
    ],
)
def test_interval_of_a_busy_feed_up_to_its_most(before: int, known: int, interval: int, reason: str) -> None:
    assert next_interval(before, 12, 12 - known, False, None, PollPolicy()) == (interval, reason)


def test_first_poll() -> None:
    after = poll(FeedState(FEED), answer(URL, "x"), parsed(12))
    assert (after.interval_s, after.interval_reason, after.entries_new) == (HOUR / 3, "first poll", 12)
    assert after.poll_id == make_id(FEED.feed_id, NOW.micros)


@pytest.mark.parametrize(
    ("headers", "hints", "interval", "reason"),
    [
        ({"cache-control": "public, max-age=7200"}, {}, 2 * HOUR, "publisher: max-age"),
        ({"cache-control": "public, max-age=60"}, {}, HOUR / 3, "busy: 6 of 12 entries new"),
        ({"cache-control": "no-cache, max-age=7200"}, {}, HOUR / 3, "busy: 6 of 12 entries new"),
        (
            {"expires": "Sun, 01 Nov 2026 15:00:00 GMT", "date": "Sun, 01 Nov 2026 12:00:00 GMT"},
            {},
            3 * HOUR,
            "publisher: Expires",
        ),
        ({"expires": "0"}, {}, HOUR / 3, "busy: 6 of 12 entries new"),
        ({}, {"ttl_s": 2 * HOUR}, 2 * HOUR, "publisher: ttl"),
        ({}, {"update_period_s": 4 * HOUR, "ttl_s": 2 * HOUR}, 4 * HOUR, "publisher: sy:updatePeriod"),
        ({}, {"update_period_s": 7 * DAY_S}, DAY_S, "publisher: sy:updatePeriod; not above the most"),
    ],
)
def test_interval_by_publisher(headers: dict[str, str], hints: dict[str, int], interval: float, reason: str) -> None:
    after = poll(state(seen=6), answer(URL, "x", headers=headers), parsed(12, **hints))
    assert (after.interval_s, after.interval_reason) == (interval, reason)


def test_interval_keeps_its_bounds() -> None:
    assert poll(state(interval_s=900), answer(URL, "x"), parsed()).interval_s == POLICY.min_poll_seconds
    assert poll(state(seen=12, interval_s=80_000), answer(URL, "x"), parsed()).interval_s == DAY_S


def test_back_off_is_linear_and_ends() -> None:
    before, delays = state(), []
    for _ in range(30):
        after = poll(before, answer(URL, status=500))
        delays.append(after.next_poll_at - NOW)
        before = FeedState(FEED, after)
    assert delays[:3] == [HOUR, 2 * HOUR, 3 * HOUR]
    assert delays[-1] == DAY_S
    assert before.poll is not None
    assert (before.poll.failures, before.poll.interval_s, before.poll.is_retired) == (30, HOUR, False)
    assert poll(before, answer(URL, "x"), parsed()).failures == 0


def test_validators_come_from_bodies_that_were_read() -> None:
    headers = {"etag": '"2"', "last-modified": "Sun, 01 Nov 2026 11:00:00 GMT"}
    old = {"etag": '"1"', "validators_at": NOW - DAY_S, "body_sha256": "old"}
    read = poll(state(**old), answer(URL, "x", headers=headers), parsed())
    assert (read.etag, read.last_modified, read.validators_at) == ('"2"', headers["last-modified"], NOW)
    for response, error in (
        (answer(URL, "x", headers=headers), FeedError("parse_error", "no")),
        (answer(URL, status=304, headers=headers), None),
        (answer(URL, status=500, headers=headers), None),
        (failure(URL, "dns"), None),
    ):
        kept = poll(state(**old), response, error)
        assert (kept.etag, kept.validators_at, kept.body_sha256) == ('"1"', NOW - DAY_S, "old")
    without = poll(state(**old), answer(URL, "x"), parsed())
    assert (without.etag, without.last_modified, without.validators_at) == (None, None, None)


@pytest.mark.parametrize(("age", "etag"), [(6.9 * DAY_S, '"1"'), (7.1 * DAY_S, None)])
def test_old_validators_are_not_sent_once(age: float, etag: str | None) -> None:
    request = poll_request(state(etag='"1"', last_modified="x", validators_at=NOW - age), NOW)
    assert (request.url, request.kind, request.etag) == (URL, "feed", etag)
    assert (request.last_modified is None) == (etag is None)


def test_a_304_that_was_not_asked_for_is_an_error() -> None:
    for before in (FeedState(FEED), state(), state(etag='"1"', validators_at=NOW - 8 * DAY_S)):
        assert poll(before, answer(URL, status=304)).outcome == "http_error"
    assert poll(state(etag='"1"', validators_at=NOW - DAY_S), answer(URL, status=304)).outcome == "not_modified"


def test_first_request_has_no_validators() -> None:
    assert poll_request(FeedState(FEED), NOW).etag is None


def test_same_body_is_not_read_again() -> None:
    first = poll(state(), answer(URL, "body"), parsed())
    before = FeedState(FEED, first, pack_seen(IDS))
    assert is_readable(state(), answer(URL, "body"))
    assert not is_readable(before, answer(URL, "body"))
    second = poll(before, answer(URL, "body", headers={"etag": '"3"'}))
    assert (second.outcome, second.entries_seen, second.entries_new, second.etag) == ("same_body", 0, 0, '"3"')
    assert second.body_sha256 == first.body_sha256


def test_unreadable_body_is_read_again() -> None:
    after = poll(state(), answer(URL, "broken"), FeedError("parse_error", "no"))
    assert is_readable(FeedState(FEED, after), answer(URL, "broken"))


def moved(target: str | None = MOVED, url: str = URL, at: Timestamp = NOW) -> Any:
    return answer(url, "x", permanent_url=target, final_url=target or url, at=at)


def sightings(hours: list[int], target: str = MOVED) -> FeedState:
    """The memory after sightings of one permanent redirect at these hours."""
    before = FeedState(FEED)
    for hour in hours:
        now = NOW + hour * HOUR
        before = FeedState(FEED, poll(before, moved(target, poll_url(before), now), parsed(), now=now))
    return before


@pytest.mark.parametrize(
    ("hours", "is_adopted"),
    [
        ([0, 20, 40, 60, 80], True),
        ([0, 20, 40, 60], False),
        ([0, 1, 2, 3, 4, 5, 6, 7], False),
        ([0, 1, 2, 3, 71], False),
        ([0, 1, 2, 3, 72], True),
    ],
)
def test_permanent_redirect_is_adopted_after_five_sightings_in_three_days(hours: list[int], is_adopted: bool) -> None:
    assert poll_url(sightings(hours)) == (MOVED if is_adopted else URL)


def test_other_answers_break_the_row_of_sightings() -> None:
    four = sightings([0, 24, 48, 72])
    now = NOW + 73 * HOUR
    assert poll(four, answer(URL, "y"), parsed(), now=now).redirect_sightings == 0
    assert poll(four, failure(URL, "dns"), now=now).redirect_sightings == 4
    assert poll(four, moved("https://news.example/other"), parsed(), now=now).redirect_sightings == 1


def test_adopted_address_is_kept_until_it_is_gone() -> None:
    adopted = sightings([0, 20, 40, 60, 80])
    now = NOW + 90 * HOUR
    for response in (answer(MOVED, "x"), answer(MOVED, status=500), failure(MOVED, "dns")):
        assert poll_url(FeedState(FEED, poll(adopted, response, now=now))) == MOVED
    assert poll_url(FeedState(FEED, poll(adopted, answer(MOVED, status=404), now=now))) == URL
    again = FeedState(FEED, poll(adopted, moved("https://news.example/third", MOVED), parsed(), now=now))
    assert poll_url(again) == URL


@pytest.mark.parametrize(
    "target",
    [
        "http://news.example/feed2",
        "https://127.0.0.1/feed",
        "https://[::1]/feed",
        "https://10.1.2.3/feed",
        "https://localhost/feed",
        "https://intranet/feed",
        "https://news.example/feed?token=abc",
        URL,
    ],
)
def test_some_redirects_are_never_adopted(target: str) -> None:
    assert poll_url(sightings([0, 24, 48, 72, 96, 120], target)) == URL


def test_gone_retires_at_the_third_sighting_a_day_apart() -> None:
    before = state()
    counted = []
    for hour in (0, 1, 23, 24, 30, 48, 49):
        now = NOW + hour * HOUR
        after = poll(before, answer(URL, status=410, at=now), now=now)
        counted.append(after.gone_sightings)
        before = FeedState(FEED, after)
    assert counted == [1, 1, 1, 2, 2, 3, 3]
    assert before.poll is not None
    assert (before.poll.is_retired, before.poll.next_poll_at) == (True, None)
    assert not is_due(before, NOW + 365 * DAY_S)
    assert is_due(before, NOW, poll_all=True)
    back = poll(before, answer(URL, "x"), parsed(), now=NOW + 60 * HOUR)
    assert (back.is_retired, back.gone_sightings) == (False, 0)


def test_404_is_soft() -> None:
    before = state()
    for day in range(40):
        before = FeedState(FEED, poll(before, answer(URL, status=404), now=NOW + day * DAY_S))
    assert before.poll is not None
    assert not before.poll.is_retired
    assert before.poll.next_poll_at is not None


def test_due() -> None:
    assert is_due(FeedState(FEED), NOW)
    assert is_due(state(), NOW)
    assert not is_due(state(), NOW - 1)
    assert is_due(state(), NOW - 1, poll_all=True)


def test_a_spent_budget_is_no_failure_of_the_feed() -> None:
    after = poll(state(failures=2), failure(URL, "site_budget"))
    assert (after.outcome, after.failures) == ("rate_limited", 2)


def test_secrets_do_not_reach_the_row() -> None:
    url = "https://user:pw@news.example/feed?token=abc&x=1"
    after = poll(state(), failure(url, "dns"))
    assert "abc" not in str(after)
    assert "pw" not in str(after)


def test_seen_ids() -> None:
    packed = pack_seen([*IDS, IDS[0]])
    assert len(packed) == 8 * len(IDS)
    assert [is_new(entry_id, packed) for entry_id in IDS] == [False] * len(IDS)
    assert is_new(make_id("another"), packed)
    assert is_new(IDS[0], b"")

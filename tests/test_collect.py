"""CollectEntries on a pipeline: rows, counts, windows; nothing that a server does is an exception."""

from __future__ import annotations

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows

from schemas.ids import make_id
from schemas.rows import Entry, Feed, FeedState, Poll, Reject
from tests.fakes import NOW, FakeEngine, answer, failure
from transforms._children import ChildError
from transforms._http import Request, Response
from transforms.collect.interval import PollPolicy
from transforms.collect.parse import parse_feed
from transforms.collect.seen import pack_seen
from transforms.collect.transform import CollectEntries, Polled, read_poll

RSS = "<rss version='2.0'><channel><title>T</title>%s</channel></rss>"


def feed(name: str) -> Feed:
    url = "https://%s.example/feed" % name
    return Feed(make_id(url), url, tags=("x",))


def items(*guids: str) -> str:
    return RSS % "".join("<item><guid isPermaLink='false'>%s</guid><title>%s</title></item>" % (g, g) for g in guids)


GOOD, KNOWN, DOWN, HTML, LATE, SLOW = (feed(name) for name in ("good", "known", "down", "html", "late", "slow"))


def engine() -> FakeEngine:
    """A world of five feeds; built anew in every worker, as the real one is."""

    def slow(request: Request) -> Response:
        return answer(request.url, "<rss>slow</rss>")

    return FakeEngine(
        {
            GOOD.url: answer(GOOD.url, items("a", "b", "b", "c")),
            KNOWN.url: answer(KNOWN.url, items("a", "b"), headers={"etag": '"1"'}),
            DOWN.url: failure(DOWN.url, "timeout_total"),
            HTML.url: answer(HTML.url, "<html><body>moved</body></html>"),
            SLOW.url: slow,
        }
    )


def stopping_engine() -> FakeEngine:
    return FakeEngine(
        {SLOW.url: answer(SLOW.url, items("a"))}, errors={"parse_feed": ChildError("extract_timeout", "killed")}
    )


STATES = [
    FeedState(GOOD),
    FeedState(KNOWN, None, pack_seen([make_id(KNOWN.feed_id, "a")])),
    FeedState(DOWN),
    FeedState(HTML),
    FeedState(LATE, Poll("p", LATE.feed_id, NOW - 60, LATE.url, next_poll_at=NOW + 60)),
]


def test_rows_of_every_kind() -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        collected = pipeline | beam.Create(STATES) | CollectEntries(engine)
        polls = collected.polls | beam.Map(lambda p: (p.feed_id, p.outcome, p.entries_seen, p.entries_new, p.etag))
        entries = collected.entries | beam.Map(lambda e: (e.feed_id, e.guid, e.first_seen_at == NOW))
        rejects = collected.rejects | "Rejects" >> beam.Map(lambda r: (r.feed_id, r.stage, r.error_code, r.retryable))
        assert_that(
            polls,
            equal_to(
                [
                    (GOOD.feed_id, "ok", 3, 3, None),
                    (KNOWN.feed_id, "ok", 2, 1, '"1"'),
                    (DOWN.feed_id, "network", 0, 0, None),
                    (HTML.feed_id, "parse_error", 0, 0, None),
                ]
            ),
            "Polls",
        )
        expected = [(GOOD.feed_id, guid, True) for guid in "abc"] + [(KNOWN.feed_id, "b", True)]
        assert_that(entries, equal_to(expected), "Entries")
        assert_that(
            rejects,
            equal_to([(DOWN.feed_id, "fetch", "timeout_total", True), (HTML.feed_id, "parse", "not_a_feed", True)]),
            "RejectRows",
        )


def test_rows_are_typed_and_a_poll_is_the_event_time_of_what_it_brings() -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        states = pipeline | beam.Create([beam.window.TimestampedValue(state, NOW) for state in STATES])
        collected = states | beam.WindowInto(FixedWindows(3_600)) | CollectEntries(engine)
        assert [rows.element_type for rows in collected] == [Poll, Entry, Reject]
        stamped = (
            collected
            | beam.Flatten()
            | beam.Map(lambda _, at=beam.DoFn.TimestampParam, w=beam.DoFn.WindowParam: (at == NOW, w.start == NOW))
        )
        assert_that(stamped, equal_to([(True, True)] * 10))


def test_all_feeds_when_asked() -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        collected = pipeline | beam.Create(STATES) | CollectEntries(engine, poll_all=True)
        late = collected.polls | beam.Filter(lambda p: p.feed_id == LATE.feed_id) | beam.Map(lambda p: p.http_status)
        assert_that(late, equal_to([404]))


def test_a_parser_that_was_killed_is_a_row() -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        collected = pipeline | beam.Create([FeedState(SLOW)]) | CollectEntries(stopping_engine)
        outcomes = collected.polls | beam.Map(lambda p: (p.outcome, p.failures, p.body_sha256))
        codes = collected.rejects | "Codes" >> beam.Map(lambda r: (r.stage, r.error_code, bytes(r.payload_head[:4])))
        assert_that(outcomes, equal_to([("parse_error", 1, None)]), "Polls")
        assert_that(codes, equal_to([("parse", "parse_limit", b"<rss")]), "Rejects")


def one_poll(state: FeedState, body: str) -> Polled:
    response = answer(state.feed.url, body)
    return read_poll(state, response, parse_feed(response.body, response.url, None, state.feed, NOW), PollPolicy())


def test_a_poll_counts_exactly_the_entries_that_leave() -> None:
    body = RSS % "<item><guid>1</guid></item><item><guid>1</guid></item><item/><item><guid>2</guid></item>"
    polled = one_poll(FeedState(GOOD, None, pack_seen([make_id(GOOD.feed_id, "2")])), body)
    assert [entry.guid for entry in polled.entries] == ["1"]
    assert (polled.poll.entries_seen, polled.poll.entries_new) == (2, 1)
    assert [reject.error_code for reject in polled.rejects] == ["schema_reject"]


def test_a_bad_date_costs_its_entry_the_date_and_is_told_once() -> None:
    body = RSS % "<item><guid>1</guid><pubDate>the day after</pubDate></item>%s"
    first = one_poll(FeedState(GOOD), body % "")
    (entry,) = first.entries
    assert entry.published_at is None
    told = [(r.stage, r.error_code, r.subject_id, r.entry_id, r.message) for r in first.rejects]
    assert told == [("parse", "bad_date", entry.entry_id, entry.entry_id, "unread published: the day after")]
    again = one_poll(FeedState(GOOD, first.poll, pack_seen([entry.entry_id])), body % "<item><guid>2</guid></item>")
    assert [entry.guid for entry in again.entries] == ["2"]
    assert again.rejects == []


def test_the_same_answer_twice_brings_nothing_new() -> None:
    first = one_poll(FeedState(GOOD), items("a", "b"))
    seen = pack_seen(entry.entry_id for entry in first.entries)
    second = one_poll(FeedState(GOOD, first.poll, seen), items("a", "b", "c"))
    assert [entry.guid for entry in second.entries] == ["c"]
    assert second.poll.polled_at == NOW


def test_a_feed_that_stays_broken_is_one_dead_letter() -> None:
    state, letters = FeedState(DOWN), []
    for _ in range(3):
        polled = read_poll(state, failure(DOWN.url, "dns", "resolve"), None, PollPolicy())
        letters += [(reject.stage, reject.error_code) for reject in polled.rejects]
        state = FeedState(DOWN, polled.poll)
    assert letters == [("resolve", "dns")]

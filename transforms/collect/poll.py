"""The poll of a feed: when it is due, what to ask for, and what to make of the answer. Pure functions."""

from __future__ import annotations

import hashlib

from apache_beam.utils.timestamp import Timestamp

from schemas.ids import make_id
from schemas.rows import FeedState, Poll
from transforms._http import Request, Response
from transforms._text import clean_line
from transforms._urls import redact_url
from transforms.collect.interval import DAY_S, PollPolicy, failure_delay, next_interval, publisher_hint
from transforms.collect.items import FeedError
from transforms.collect.parse import ParsedFeed
from transforms.collect.redirect import poll_url, with_redirect
from transforms.collect.seen import is_new

VALIDATORS_MAX_AGE_S = 7 * DAY_S
"""After so long validators are not sent once: a server that answers 304 to everything is found out."""
MAX_VALIDATOR_CHARS = 500
GONE_SIGHTINGS = 3
GOOD = frozenset(("ok", "empty", "not_modified", "same_body"))

_OUTCOME_OF_ERROR = {
    "robots_disallow": "robots",
    "ssrf_blocked": "blocked_address",
    "redirect_refused": "blocked_address",
    "too_large_wire": "too_large",
    "too_large_decoded": "too_large",
    "site_budget": "rate_limited",
    "site_closed": "rate_limited",
}
# Words of the pages that robots get instead of an answer: Cloudflare, DataDome, Imperva, PerimeterX, AWS.
_CHALLENGES = (
    b"just a moment...", b"cf-chl", b"/cdn-cgi/challenge-platform", b"captcha-delivery.com", b"_incapsula_resource",
    b"px-captcha", b"awswafcookie", b"awswaf.com",
)  # fmt: skip


def is_due(state: FeedState, now: Timestamp, poll_all: bool = False) -> bool:
    """Whether a feed is to be polled. A retired feed is only where all are, and comes back when it answers."""
    if poll_all or state.poll is None:
        return True
    at = state.poll.next_poll_at
    return not state.poll.is_retired and (at is None or now >= at)


def poll_request(state: FeedState, now: Timestamp) -> Request:
    """What to ask the server: with the validators of the last committed body, unless they are too old."""
    poll = state.poll
    if poll is None or poll.validators_at is None or now - poll.validators_at > VALIDATORS_MAX_AGE_S:
        return Request(poll_url(state), "feed")
    return Request(poll_url(state), "feed", poll.etag, poll.last_modified)


def _has_asked(state: FeedState, at: Timestamp) -> bool:
    """Whether validators were sent, so that 304 is an answer; an hour of grace between question and answer."""
    poll = state.poll
    return (
        poll is not None
        and bool(poll.etag or poll.last_modified)
        and (poll.validators_at is not None and at - poll.validators_at < VALIDATORS_MAX_AGE_S + 3_600)
    )


def is_readable(state: FeedState, response: Response) -> bool:
    """Whether the answer has a body that is worth parsing: a feed is due, and it is not the one of the last poll."""
    return _early_outcome(state, response) is None


def decide(
    state: FeedState,
    response: Response,
    parsed: ParsedFeed | FeedError | None,
    now: Timestamp,
    policy: PollPolicy,
) -> Poll:
    """Returns the poll's row: its outcome, and all that the next poll must remember.

    Args:
        parsed: what came of the body, where ``is_readable`` said that it should be parsed.
        now: the poll's time.
    """
    previous = state.poll or Poll("", state.feed.feed_id, now, state.feed.url)
    outcome = _early_outcome(state, response) or _outcome_of_body(response, parsed)
    read = parsed if isinstance(parsed, ParsedFeed) and outcome in GOOD else None
    poll = Poll(
        poll_id=make_id(state.feed.feed_id, now.micros),
        feed_id=state.feed.feed_id,
        polled_at=now,
        requested_url=redact_url(response.url),
        final_url=redact_url(response.final_url) if response.final_url else None,
        outcome=outcome,
        http_status=response.status,
        bytes=response.wire_bytes,
        duration_ms=response.duration_ms,
        format=read.format if read else None,
        entries_seen=len(read.entries) if read else 0,
        entries_new=sum(is_new(entry.entry_id, state.seen) for entry in read.entries) if read else 0,
        retry_after_s=response.retry_after_s,
        error=None if outcome in GOOD else _error(response, parsed),
    )
    poll = _with_validators(poll, previous, response, read)
    poll = with_redirect(poll, state, response, outcome in GOOD)
    if outcome in GOOD:
        return _with_interval(poll, state, response, read, policy)
    return _with_failure(poll, previous, response)


def _early_outcome(state: FeedState, response: Response) -> str | None:
    """The outcome of an answer whose body need not be parsed, else None."""
    if response.error_code:
        return _OUTCOME_OF_ERROR.get(response.error_code, "network")
    status = response.status or 0
    if status == 304:
        return "not_modified" if _has_asked(state, response.fetched_at) else "http_error"
    if response.headers.get("cf-mitigated") or (status >= 400 and _is_challenge(response.body)):
        return "bot_wall"
    if status == 410:
        return "gone"
    if status == 429 or (status == 503 and response.retry_after_s):
        return "rate_limited"
    if not 200 <= status < 300:
        return "http_error"
    if state.poll and state.poll.body_sha256 == _sha256(response.body):
        return "same_body"
    return None


def _outcome_of_body(response: Response, parsed: ParsedFeed | FeedError | None) -> str:
    if isinstance(parsed, ParsedFeed):
        return "ok" if parsed.entries else "empty"
    return "bot_wall" if _is_challenge(response.body) else "parse_error"


def _is_challenge(body: bytes) -> bool:
    """Whether the body is a page that asks a robot to prove that it is none."""
    head = body[:65_536].lower()
    return b"<html" in head and any(words in head for words in _CHALLENGES)


def _error(response: Response, parsed: ParsedFeed | FeedError | None) -> str:
    if isinstance(parsed, FeedError):
        text = "%s: %s" % (parsed.code, parsed.message)
    elif response.error_code:
        text = "%s: %s" % (response.error_code, response.message or "")
    else:
        text = "HTTP status %s" % response.status
    return clean_line(redact_url(text), 500) or "unknown"


def _with_validators(poll: Poll, previous: Poll, response: Response, read: ParsedFeed | None) -> Poll:
    """Validators and hash of the newest body that was read; a body that was not is to be sent again."""
    if read is None and poll.outcome != "same_body":
        return poll._replace(
            etag=previous.etag,
            last_modified=previous.last_modified,
            validators_at=previous.validators_at,
            body_sha256=previous.body_sha256,
        )
    etag, last_modified = (_validator(response.headers.get(name)) for name in ("etag", "last-modified"))
    return poll._replace(
        etag=etag,
        last_modified=last_modified,
        validators_at=poll.polled_at if etag or last_modified else None,
        body_sha256=_sha256(response.body),
    )


def _validator(value: str | None) -> str | None:
    """A validator that is worth remembering: a server may send 60 KB of it, for every feed to carry along."""
    return value if value and len(value) <= MAX_VALIDATOR_CHARS else None


def _with_interval(
    poll: Poll, state: FeedState, response: Response, read: ParsedFeed | None, policy: PollPolicy
) -> Poll:
    """The next poll after one that went well."""
    interval, reason = next_interval(
        state.poll.interval_s if state.poll else None,
        poll.entries_seen,
        poll.entries_new,
        state.poll is None or state.poll.interval_s is None,
        publisher_hint(response.headers, read, poll.polled_at),
        policy,
    )
    return poll._replace(interval_s=interval, interval_reason=reason, next_poll_at=poll.polled_at + interval)


def _with_failure(poll: Poll, previous: Poll, response: Response) -> Poll:
    """The next poll after one that failed, and whether the feed is retired."""
    failures = previous.failures + (response.error_code != "site_budget")  # a budget spent is not the feed's fault
    delay, reason = failure_delay(
        previous.interval_s, max(failures, 1), response.status, poll.outcome == "robots", response.retry_after_s
    )
    gone, at = previous.gone_sightings, poll.polled_at + delay
    if poll.outcome == "gone":
        if not gone or previous.next_poll_at is None or poll.polled_at >= previous.next_poll_at:
            gone, at = min(gone + 1, GONE_SIGHTINGS), poll.polled_at + DAY_S
        else:
            at = previous.next_poll_at  # seen too early to count
        reason = "gone: seen %d of %d times, a day apart" % (gone, GONE_SIGHTINGS)
    elif response.status and response.status < 500 and response.status != 429:
        gone = 0
    elif gone and previous.next_poll_at:
        at = max(at, previous.next_poll_at)
    is_retired = gone >= GONE_SIGHTINGS
    return poll._replace(
        interval_s=previous.interval_s,
        interval_reason="retired: gone" if is_retired else reason,
        failures=failures,
        gone_sightings=gone,
        is_retired=is_retired,
        next_poll_at=None if is_retired else at,
    )


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

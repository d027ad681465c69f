"""Where a feed is asked for: a permanent redirect is adopted once it has been seen often, and for long enough."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from schemas.rows import FeedState, Poll
from transforms._http import Response
from transforms._urls import redact_url

REDIRECT_SIGHTINGS = 5
REDIRECT_MIN_AGE_S = 72 * 3_600


def poll_url(state: FeedState) -> str:
    """The address to poll: the feed's as listed, or the one that it has moved to for good."""
    poll = state.poll
    if (
        poll is None
        or poll.redirect_url is None
        or poll.redirect_since is None
        or poll.redirect_sightings < REDIRECT_SIGHTINGS
        or poll.polled_at - poll.redirect_since < REDIRECT_MIN_AGE_S
    ):
        return state.feed.url
    return poll.redirect_url


def with_redirect(poll: Poll, state: FeedState, response: Response, is_good: bool) -> Poll:
    """Counts consecutive sightings of one permanent redirect; see ``poll_url`` for when they are enough.

    An adopted address is kept while it answers; where it is gone, the listed one is asked again.
    """
    previous = state.poll
    known = previous.redirect_url if previous else None
    sightings = previous.redirect_sightings if previous else 0
    since = previous.redirect_since if previous else None
    is_adopted = known is not None and response.url == known and known != state.feed.url
    target = response.permanent_url
    if is_adopted and poll.http_status in (404, 410):
        return poll
    if not is_good or (is_adopted and target is None):
        return poll._replace(redirect_url=known, redirect_sightings=sightings, redirect_since=since)
    if target is None or not _may_adopt(state.feed.url, target):
        return poll
    if target == known:
        return poll._replace(redirect_url=known, redirect_sightings=min(sightings + 1, 1_000), redirect_since=since)
    return poll._replace(redirect_url=target, redirect_sightings=1, redirect_since=poll.polled_at)


def _may_adopt(listed: str, target: str) -> bool:
    """Whether a feed may move there: never from https to http, nor from the web into a private network."""
    if target == listed or redact_url(target) != target:  # a secret in an address is not kept in a table
        return False
    if urlsplit(listed).scheme == "https" and urlsplit(target).scheme != "https":
        return False
    return _is_private(listed) or not _is_private(target)


def _is_private(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host

"""One request on its way through redirects and retries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from apache_beam.utils.timestamp import Timestamp

from transforms._http.errors import FetchError
from transforms._http.messages import Request, Response
from transforms._http.retry_after import clamp_retry_after, parse_retry_after
from transforms._http.settings import MAX_REDIRECTS, Limits
from transforms._http.wire import Exchange
from transforms._urls import BadUrl, parse_url

_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}


# Statuses that may pass: the only ones tried again.
RETRIED_STATUSES = frozenset({408, 425, 429, *range(500, 600)})


@lru_cache(4_096)
def origin_of(url: str) -> str:
    """Returns scheme://host:port of an address, the port only where it stands there."""
    parts = urlsplit(url)
    return "%s://%s" % (parts.scheme, parts.netloc)


def retry_after(exchange: Exchange, now: Timestamp) -> int | None:
    """Returns the seconds that the answer's Retry-After asks for, unclamped, or None."""
    value = exchange.headers.get("retry-after")
    return None if value is None else parse_retry_after(value, now)


@dataclass
class Chase:
    """A request, where it stands, and what it has cost.

    url: the next hop. seconds_left: what is left of the total deadline; a retry starts it anew.
    statuses: the redirects followed. wire_seconds, wire_bytes: summed over hops and retries.
    """

    request: Request
    url: str
    limits: Limits
    max_retries: int
    retries: int = 0
    seen: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    is_asked: bool = False
    wire_seconds: float = 0.0
    wire_bytes: int = 0
    seconds_left: float = field(init=False)
    _first_origin: str = field(init=False)

    def __post_init__(self) -> None:
        self.seconds_left = self.limits.total_seconds
        self._first_origin = origin_of(self.url)

    def headers(self) -> dict[str, str]:
        """Returns the request's own headers; validators only for the origin they came from."""
        headers = {"Accept": _ACCEPT[self.request.kind]}
        if origin_of(self.url) == self._first_origin:
            validators = {"If-None-Match": self.request.etag, "If-Modified-Since": self.request.last_modified}
            headers |= {
                name: text for name, text in validators.items() if text and text.isascii() and text.isprintable()
            }
        return headers

    def redirect(self, exchange: Exchange) -> None:
        """Moves on to where exchange points.

        Raises:
            FetchError: redirect_limit, redirect_loop, or redirect_refused: not a web address, or a page's address that
                gives up TLS.
        """
        if len(self.statuses) >= MAX_REDIRECTS:
            raise FetchError("redirect_limit", "more than %d redirects" % MAX_REDIRECTS)
        try:
            target = parse_url(exchange.headers["location"], self.url)
        except BadUrl as error:
            raise FetchError("redirect_refused", "redirect: %s" % error, "BadUrl") from None
        if self.request.kind == "page" and self.url.startswith("https:") and not target.startswith("https:"):
            raise FetchError("redirect_refused", "redirect from https to http")
        self.seen.add(self.url)
        if target in self.seen:
            raise FetchError("redirect_loop", "redirect back to an address of the same chain")
        self.statuses.append(exchange.status)
        self.url = target

    def answered(self, exchange: Exchange, now: Timestamp) -> Response:
        """Returns the response of an answer."""
        asked = retry_after(exchange, now)
        is_permanent = bool(self.statuses) and all(status in (301, 308) for status in self.statuses)
        return Response(
            url=self.request.url,
            final_url=self.url,
            status=exchange.status,
            headers=exchange.headers,
            body=exchange.body,
            fetched_at=now,
            duration_ms=round(1000 * self.wire_seconds),
            wire_bytes=self.wire_bytes,
            permanent_url=self.url if is_permanent else None,
            retry_after_s=None if asked is None else clamp_retry_after(asked),
            retryable=exchange.status in RETRIED_STATUSES,
        )

    def failed(self, error: FetchError, now: Timestamp) -> Response:
        """Returns the response of a request without an answer."""
        return Response(
            url=self.request.url,
            final_url=self.url,
            status=None,
            headers={},
            body=b"",
            fetched_at=now,
            duration_ms=round(1000 * self.wire_seconds),
            wire_bytes=self.wire_bytes,
            retry_after_s=None if error.retry_after_s is None else clamp_retry_after(error.retry_after_s),
            error_code=error.code,
            error_class=error.error_class,
            message=error.message,
            stage=error.stage,
            retryable=error.retryable,
        )

"""Fetches feeds and pages: hop by hop, each at its site's turn, by its origin's robots.txt, within limits."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import NamedTuple

from aiohttp.abc import AbstractResolver
from apache_beam.utils.timestamp import Timestamp

from transforms._http.chase import RETRIED_STATUSES, Chase, origin_of, retry_after
from transforms._http.errors import FetchError
from transforms._http.messages import Request, Response
from transforms._http.retry_after import clamp_retry_after
from transforms._http.robots import MAX_CRAWL_DELAY_SECONDS, Robots, RobotsParser
from transforms._http.settings import MAX_BACKOFF_SECONDS, FetchSettings
from transforms._http.sites import Site
from transforms._http.wire import REDIRECTS, Exchange, Wire
from transforms._urls import BadUrl, parse_url, site_of

# Said of the site, not of one address.
PAUSING_STATUSES = frozenset({429, 503})
# A pause longer than this is not waited out: the site is closed for the time it asks for.
MAX_PAUSE_SECONDS = 30
ROBOTS_CACHE_SECONDS = 86_400
ROBOTS_RETRY_SECONDS = 3_600
ROBOTS_RETRIES = 1
# Statuses of a robots.txt that say "not now" and not "there is none" (RFC 9309 section 2.3.1.3).
_ROBOTS_LATER = frozenset({408, 425, 429})
# Errors of the origin itself, which a page of it would meet as well.
_SAME_FOR_PAGE = frozenset(
    {"bad_url", "ssrf_blocked", "dns", "connect", "timeout_connect", "tls", "site_closed", "site_budget"}
)

Admit = Callable[[], Awaitable[None]]


class _Rules(NamedTuple):
    """What a robots.txt said (None: everything is allowed), or why it could not be had."""

    robots: Robots | None
    error: FetchError | None
    expires_at: float


class Fetcher:
    """Fetches for one process; owns no thread, all coroutines run on one event loop.

    Args:
        settings: limits and manners.
        clock: the time of day, for fetched_at and dates in Retry-After.
        resolver: looks names up; the default is aiohttp's.
        ssl_context: verifies certificates; the default trusts certifi's authorities.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], Timestamp] = Timestamp.now,
        *,
        resolver: AbstractResolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ):
        self._settings = settings
        self._clock = clock
        self._wire = Wire(settings, resolver, ssl_context)
        self._sites: dict[str, Site] = {}
        self._parser = RobotsParser()
        self._robots: dict[str, asyncio.Task[_Rules]] = {}
        self._in_flight = asyncio.Semaphore(settings.max_in_flight)

    async def fetch(self, request: Request, admit: Admit | None = None) -> Response:
        """Returns what came of request; nothing the network does raises.

        admit: awaited once, at the site's turn, right before the first request goes out (back-pressure); what it raises
            is raised.
        """
        limits, retries = self._settings.limits(request.kind), self._settings.retries
        try:
            chase = Chase(request, parse_url(request.url), limits, retries)
        except BadUrl as error:
            failure = FetchError("bad_url", str(error), "BadUrl")
            return Chase(request, request.url, limits, retries).failed(failure, self._clock())
        try:
            exchange = await self._follow(chase, admit)
        except FetchError as error:
            return chase.failed(error, self._clock())
        return chase.answered(exchange, self._clock())

    async def close(self) -> None:
        """Ends what is under way and closes all connections."""
        tasks = list(self._robots.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._wire.close()

    async def _follow(self, chase: Chase, admit: Admit | None) -> Exchange:
        """Asks hop after hop, and again where a retry is due, until there is an answer; raises FetchError."""
        while True:
            await self._obey_robots(chase)
            exchange, pause = Exchange(chase.url), None
            try:
                await self._ask(chase, exchange, admit)
            except FetchError as error:
                if error.code in ("connect", "timeout_connect"):
                    pause = self._retry_pause(chase)
                if pause is None:
                    raise
            else:
                if exchange.status in REDIRECTS and "location" in exchange.headers:
                    chase.redirect(exchange)
                    continue
                if exchange.status in RETRIED_STATUSES:
                    pause = self._retry_pause(chase, exchange)
                if pause is None:
                    return exchange
                if exchange.status in PAUSING_STATUSES:
                    self._site(chase.url).pause(asyncio.get_running_loop().time() + pause)
            await asyncio.sleep(pause)

    async def _obey_robots(self, chase: Chase) -> None:
        """Raises FetchError when the origin's robots.txt forbids the next hop or cannot be had."""
        kind = chase.request.kind
        if kind == "robots" or (kind == "feed" and not self._settings.feed_robots):
            return
        rules = await self._rules(origin_of(chase.url))
        if rules.error is not None:
            error = rules.error
            raise FetchError(error.code, error.message, error.error_class, error.retry_after_s)
        if rules.robots is None:
            return
        if rules.robots.crawl_delay_seconds > MAX_CRAWL_DELAY_SECONDS:
            raise FetchError("robots_disallow", "robots.txt asks for over %d s a request" % MAX_CRAWL_DELAY_SECONDS)
        if not rules.robots.allows(chase.url):
            raise FetchError("robots_disallow", "robots.txt forbids the address")

    async def _rules(self, origin: str) -> _Rules:
        """Returns the origin's rules; its robots.txt is fetched once, whoever asks."""
        task = self._robots.get(origin)
        if task is None or (task.done() and task.result().expires_at <= asyncio.get_running_loop().time()):
            task = self._robots[origin] = asyncio.create_task(self._fetch_robots(origin))
        return await asyncio.shield(task)

    async def _fetch_robots(self, origin: str) -> _Rules:
        request, limits = Request(origin + "/robots.txt", "robots"), self._settings.robots
        chase = Chase(request, request.url, limits, min(ROBOTS_RETRIES, self._settings.retries))
        robots, error = None, None
        try:
            exchange = await self._follow(chase, None)
            error = _unreachable(exchange.status, retry_after(exchange, self._clock()))
            if exchange.status in range(200, 300):
                robots = Robots(exchange.body, self._parser)
        except FetchError as failure:
            if failure.code in _SAME_FOR_PAGE and origin_of(chase.url) == origin:
                error = failure
            elif failure.code not in ("redirect_loop", "redirect_limit"):
                # RFC 9309 section 2.3.1.2: after five redirects there is no robots.txt, which allows everything.
                error = FetchError("robots_unreachable", "robots.txt: %s" % failure.message, failure.error_class)
        if robots is not None and 0 < robots.crawl_delay_seconds <= MAX_CRAWL_DELAY_SECONDS:
            self._site(origin).obey_crawl_delay(robots.crawl_delay_seconds)
        seconds = ROBOTS_CACHE_SECONDS if error is None else error.retry_after_s or ROBOTS_RETRY_SECONDS
        return _Rules(robots, error, asyncio.get_running_loop().time() + seconds)

    async def _ask(self, chase: Chase, exchange: Exchange, admit: Admit | None) -> None:
        """Makes one request at its site's turn; raises FetchError."""
        site, is_robots = self._site(chase.url), chase.request.kind == "robots"
        await site.take_turn(admit, is_new=not is_robots and not chase.is_asked)
        loop = asyncio.get_running_loop()
        started_at = loop.time()
        try:
            async with self._in_flight:
                started_at = loop.time()
                chase.is_asked = True
                site.start()
                headers = chase.headers()
                if not is_robots and not site.is_wanted:
                    # Thousands of sites asked once would else hold thousands of idle connections.
                    headers["Connection"] = "close"
                await self._wire.run(exchange, headers, chase.limits, chase.seconds_left, is_cut=is_robots)
            self._close_or_pause(site, exchange)
        finally:
            ended_at = loop.time()
            chase.seconds_left -= ended_at - started_at
            chase.wire_seconds += ended_at - started_at
            chase.wire_bytes += exchange.wire_bytes
            site.end_turn(started_at, exchange.answered_at or ended_at)

    def _site(self, url: str) -> Site:
        name = _site_of_origin(origin_of(url))
        if name not in self._sites:
            settings = self._settings
            self._sites[name] = Site(settings.site_delay_seconds, settings.site_budget, settings.budget_seconds)
        return self._sites[name]

    def _close_or_pause(self, site: Site, exchange: Exchange) -> None:
        """Holds the whole site where it asks for it: 429 and 503 with Retry-After."""
        seconds = retry_after(exchange, self._clock()) if exchange.status in PAUSING_STATUSES else None
        if seconds is None:
            return
        now = asyncio.get_running_loop().time()
        if seconds > MAX_PAUSE_SECONDS:
            site.close(now + clamp_retry_after(seconds))
        else:
            site.pause(now + seconds)

    def _retry_pause(self, chase: Chase, exchange: Exchange | None = None) -> float | None:
        """Returns the seconds to wait before a retry (full jitter), or None where there is none."""
        asked = None if exchange is None else retry_after(exchange, self._clock())
        if chase.retries >= chase.max_retries or (asked is not None and asked > MAX_PAUSE_SECONDS):
            return None
        ceiling = min(MAX_BACKOFF_SECONDS, self._settings.backoff_seconds * 2**chase.retries)
        chase.retries += 1
        chase.seconds_left = chase.limits.total_seconds
        return max(random.uniform(0, ceiling), asked or 0)  # noqa: S311 - no secret


def _unreachable(status: int, asked: int | None) -> FetchError | None:
    """Returns the error of a robots.txt that is there but not to be had now; None for all others."""
    if status < 500 and status not in _ROBOTS_LATER:
        return None
    later = None if asked is None else clamp_retry_after(asked)
    return FetchError("robots_unreachable", "robots.txt: HTTP status %d" % status, retry_after_s=later)


_site_of_origin = lru_cache(4_096)(site_of)

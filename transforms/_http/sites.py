"""Manners by site: one request at a time, in the order they came, and a delay between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from transforms._http.errors import FetchError

MAX_ADAPTIVE_SECONDS = 60.0
JITTER = 0.2


class Site:
    """One site's turns. All times are those of the event loop's clock, in seconds.

    There are two locks, so that nobody waits for admission while he holds what an admitted request needs: `_entry` is
    the queue of new requests, `_wire` is held while the site is being asked. A redirect's next hop, a retry and
    robots.txt take `_wire` alone, and who holds `_wire` waits for nothing but the clock and the network.
    """

    def __init__(self, delay_seconds: float, budget: int | None, budget_seconds: float | None = None):
        self._entry = asyncio.Lock()
        self._wire = asyncio.Lock()
        self._waiting = 0
        self._delay_seconds = delay_seconds
        self._crawl_delay_seconds = 0.0
        self._budget = self._left = budget
        self._budget_seconds = budget_seconds
        self._renewed_at = float("-inf")
        self._answered_at = float("-inf")
        self._not_before = float("-inf")
        self._closed_until = float("-inf")

    async def take_turn(self, admit: Callable[[], Awaitable[None]] | None, *, is_new: bool) -> None:
        """Waits for the site's turn and takes it; end_turn must follow.

        is_new: goes through the queue, and through admit once it is at the queue's head and the delay is over.

        Raises:
            FetchError: site_closed or site_budget; no turn is taken then. And what admit raises.
        """
        self._waiting += 1
        try:
            if not is_new:
                await self._take_wire()
                return
            async with self._entry:
                if admit is not None:
                    await self._take_wire()
                    self._wire.release()
                    await admit()
                await self._take_wire()
        finally:
            self._waiting -= 1

    async def _take_wire(self) -> None:
        await self._wire.acquire()
        try:
            loop = asyncio.get_running_loop()
            while True:
                self._check(loop.time())
                seconds = self._not_before - loop.time()
                if seconds <= 0:
                    return
                await asyncio.sleep(seconds)
        except BaseException:
            self._wire.release()
            raise

    def _check(self, now: float) -> None:
        if now < self._closed_until:
            left = int(self._closed_until - now) + 1
            raise FetchError("site_closed", "the site asked for a pause of %d s" % left, retry_after_s=left)
        if self._budget_seconds is not None and now - self._renewed_at >= self._budget_seconds:
            self._left, self._renewed_at = self._budget, now
        if self._left is not None and self._left <= 0:
            raise FetchError("site_budget", "the site has had its requests of this run")

    def start(self) -> None:
        """Counts a request that goes out now; its turn is taken."""
        if self._left is not None:
            self._left -= 1

    def end_turn(self, started_at: float, answered_at: float) -> None:
        """Gives the turn to the next, who waits out the delay from answered_at on.

        The delay runs from the answer's head, not from the request: connecting takes now longer, now shorter, and the
        site would see two requests closer together than the delay.
        """
        delay = self._delay_seconds
        if delay > 0:
            delay = max(delay, min(MAX_ADAPTIVE_SECONDS, 2 * (answered_at - started_at)))
        self._answered_at = answered_at
        self._hold(max(delay, self._crawl_delay_seconds))
        self._wire.release()

    def obey_crawl_delay(self, seconds: float) -> None:
        """Makes the delay at least as long as robots.txt asks for, the current one included."""
        self._crawl_delay_seconds = max(self._crawl_delay_seconds, seconds)
        self._hold(self._crawl_delay_seconds)

    def _hold(self, delay_seconds: float) -> None:
        jitter = 1 + random.uniform(0, JITTER)  # noqa: S311 - no secret
        self._not_before = max(self._not_before, self._answered_at + delay_seconds * jitter)

    def pause(self, until: float) -> None:
        """Lets no request of the site start before until."""
        self._not_before = max(self._not_before, until)

    def close(self, until: float) -> None:
        """Answers every request of the site with site_closed until then, those that wait already included."""
        self._closed_until = max(self._closed_until, until)

    @property
    def is_wanted(self) -> bool:
        """Whether further requests wait for this site."""
        return self._waiting > 0

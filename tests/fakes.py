"""Fakes of the outside world: an engine that fetches from a table and parses in place."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from apache_beam.utils.timestamp import Timestamp

from transforms._http import Request, Response

NOW = Timestamp.from_rfc3339("2026-11-01T12:00:00Z")


def answer(
    url: str,
    body: bytes | str = b"",
    status: int | None = 200,
    headers: Mapping[str, str] | None = None,
    at: Timestamp = NOW,
    **more: Any,
) -> Response:
    """A response as the fetcher would give it; more: its other fields."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"final_url": url, "duration_ms": 5, "wire_bytes": len(data)} | more
    return Response(url=url, status=status, headers=dict(headers or {}), body=data, fetched_at=at, **fields)


def failure(url: str, code: str, stage: str = "fetch", at: Timestamp = NOW, **more: Any) -> Response:
    """A response without an answer."""
    return answer(url, status=None, at=at, error_code=code, stage=stage, message=code, retryable=True, **more)


class FakeEngine:
    """Stands in for transforms._engine.Engine.

    pages: an address to its Response, or a function of the Request that gives one; any other address is a 404.
    requests: what was fetched, in order. calls: the names of the functions that were called.
    A function named in ``errors`` raises that error instead of being called.
    """

    def __init__(
        self,
        pages: Mapping[str, Response | Callable[[Request], Response]],
        now: Timestamp = NOW,
        errors: Mapping[str, Exception] | None = None,
    ) -> None:
        self._pages = pages
        self._now = now
        self._errors = errors or {}
        self.requests: list[Request] = []
        self.calls: list[str] = []
        self.begun: dict[Any, Any] = {}

    def now(self) -> Timestamp:
        return self._now

    async def fetch(self, request: Request, admit: Callable[[], Awaitable[None]] | None = None) -> Response:
        self.requests.append(request)
        if admit is not None:
            await admit()
        page = self._pages.get(request.url, answer(request.url, status=404, at=self._now))
        return page(request) if callable(page) else page

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        self.calls.append(function.__name__)
        if function.__name__ in self._errors:
            raise self._errors[function.__name__]
        return function(*args)

    async def timed(self, function: Callable[..., Any], *args: Any) -> tuple[Any, float]:
        return await self.call(function, *args), 0.0

    async def admit(self) -> None:
        """Always lets a page in."""

    def release(self) -> None:
        """Nothing to give back."""

    def submit(self, coroutine: Coroutine[Any, Any, Any]) -> concurrent.futures.Future[Any]:
        """Runs the coroutine to its end before it returns."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(asyncio.run(coroutine))
        except Exception as error:  # as a future of the real engine carries it
            future.set_exception(error)
        return future

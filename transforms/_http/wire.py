"""One request and its answer: the only place that opens connections."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver
from yarl import URL

from transforms._http.decode import decoder
from transforms._http.errors import NETWORK_ERRORS, FetchError, classify
from transforms._http.guard import AddressGuard, check_host
from transforms._http.settings import KIB, FetchSettings, Limits
from transforms._text import clean_line

MAX_HEADERS = 256
MAX_HEADER_CHARS = 32 * KIB
MAX_HEADER_BLOCK_BYTES = 64 * KIB
MAX_ERROR_BODY_BYTES = 64 * KIB
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_BODY = frozenset({204, 205, 304})


@dataclass
class Exchange:
    """One request on the wire. answered_at (loop time) is set when the answer's head is there."""

    url: str
    answered_at: float | None = None
    wire_bytes: int = 0
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Wire:
    """aiohttp, told to do less: no redirects, cookies, proxies or decoding of its own, and no unguarded address."""

    def __init__(
        self,
        settings: FetchSettings,
        resolver: AbstractResolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ):
        self._settings = settings
        self._guard = AddressGuard(settings.allow_private_networks)
        self._resolver = resolver
        self._ssl_context = ssl_context
        self._session: aiohttp.ClientSession | None = None

    async def run(
        self, exchange: Exchange, headers: Mapping[str, str], limits: Limits, seconds: float, is_cut: bool
    ) -> None:
        """Asks exchange.url and fills the exchange in, within seconds.

        is_cut: a body that is too long is cut at its limit and no error. That of a status of 400 or more always is, at
            64 KiB.

        Raises:
            FetchError: whatever the network, the server or the clock did.
        """
        try:
            url = URL(exchange.url, encoded=True)
            check_host(url.raw_host or "")
            async with (
                asyncio.timeout(max(0.0, seconds)),
                self._open().get(url, headers=headers, timeout=_timeout(limits), allow_redirects=False) as response,
            ):
                exchange.answered_at = asyncio.get_running_loop().time()
                exchange.status = response.status
                exchange.headers = _clean_headers(response.raw_headers)
                if exchange.status in REDIRECTS and "location" in exchange.headers:
                    response.close()
                elif exchange.status not in _NO_BODY:
                    await self._read(exchange, response, limits, is_cut)
        except NETWORK_ERRORS as error:
            raise classify(error) from error

    @staticmethod
    async def _read(exchange: Exchange, response: aiohttp.ClientResponse, limits: Limits, is_cut: bool) -> None:
        try:
            await _read_body(exchange, response, limits, is_cut)
        except (FetchError, aiohttp.ClientPayloadError):
            response.close()
            if exchange.status < 400:
                raise
            # The status is the answer; what its page would say is not worth an error.

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            context = self._ssl_context or ssl.create_default_context(cafile=certifi.where())
            connector = aiohttp.TCPConnector(
                limit=0, ssl=context, resolver=self._resolver, socket_factory=self._guard.open_socket
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._settings.user_agent(), "Accept-Encoding": "gzip"},
                auto_decompress=False,
                trust_env=False,
                max_line_size=MAX_HEADER_CHARS,
                max_field_size=MAX_HEADER_CHARS,
                max_headers=MAX_HEADERS,
            )
        return self._session

    async def close(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


@lru_cache
def _timeout(limits: Limits) -> aiohttp.ClientTimeout:
    """The waits of a request; the whole is bounded by us, over hops and retries."""
    return aiohttp.ClientTimeout(
        total=None, connect=limits.connect_seconds, sock_read=limits.read_seconds, ceil_threshold=1e9
    )


def _clean_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Returns headers with lower-case names; those of one name are joined (RFC 9110 section 5.3). Raises FetchError."""
    headers: dict[str, str] = {}
    size = 0
    for name_bytes, value_bytes in raw:
        size += len(name_bytes) + len(value_bytes) + 4
        value = value_bytes.decode("utf-8", "replace")
        if not (value.isascii() and value.isprintable()):
            value = clean_line(value, MAX_HEADER_CHARS) or ""
        name = name_bytes.decode("latin-1").lower()
        headers[name] = "%s, %s" % (headers[name], value) if name in headers else value
    if size > MAX_HEADER_BLOCK_BYTES:
        raise FetchError("bad_response", "header block of %d bytes" % size)
    return headers


async def _read_body(exchange: Exchange, response: aiohttp.ClientResponse, limits: Limits, is_cut: bool) -> None:
    """Reads the body, decoding as it comes and stopping at the limits."""
    max_wire, max_decoded = limits.max_wire_bytes, limits.max_decoded_bytes
    if exchange.status >= 400:
        is_cut = True
        max_wire, max_decoded = min(max_wire, MAX_ERROR_BODY_BYTES), min(max_decoded, MAX_ERROR_BODY_BYTES)
    if not is_cut and (response.content_length or 0) > max_wire:
        raise FetchError("too_large_wire", "a body of %d bytes is announced" % (response.content_length or 0))
    body = decoder(exchange.headers.get("content-encoding", ""), max_decoded)
    pieces = []
    async for data in response.content.iter_any():
        exchange.wire_bytes += len(data)
        pieces.append(body.feed(data))
        if not body.is_full and exchange.wire_bytes <= max_wire:
            continue
        response.close()
        if not is_cut:
            code, limit = ("too_large_decoded", max_decoded) if body.is_full else ("too_large_wire", max_wire)
            raise FetchError(code, "the body is over %d bytes" % limit)
        break
    else:
        body.finish()
    exchange.body = b"".join(pieces)

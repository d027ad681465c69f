"""Loopback servers that log every request and misbehave on demand.

    with Loopback() as net:
        site = net.site({"/page": reply(b"hello"), "/slow": drip_body(), "/robots.txt": reply(status=404)})
        ... site.url("/page") ... site.hits ...

All sites of one Loopback live in one thread with its own event loop, so they serve tests with and without asyncio. A
behaviour is ``async (Hit, StreamWriter) -> bool``: it writes what it likes, and returns whether the connection may
serve another request. The route "*" stands for every path without one; a path that has none is answered with 404.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

PUBLIC_PORTS = (8080, 8443)


@dataclass
class Hit:
    """One request as the server saw it; times are time.monotonic(). target: path and query; path: without query."""

    method: str
    target: str
    headers: dict[str, str]
    started: float
    ended: float | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Behaviour = Callable[[Hit, asyncio.StreamWriter], Awaitable[bool]]


@dataclass
class Site:
    """One listening socket: its log, and how many requests it had at once at most."""

    host: str
    port: int
    routes: dict[str, Behaviour]
    scheme: str = "http"
    hits: list[Hit] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0
    active: int = 0
    max_active: int = 0

    @property
    def origin(self) -> str:
        host = "[%s]" % self.host if ":" in self.host else self.host
        return "%s://%s:%d" % (self.scheme, host, self.port)

    def url(self, path: str = "/") -> str:
        return self.origin + path

    def paths(self) -> list[str]:
        """The paths asked for but robots.txt."""
        return [hit.path for hit in self.hits if hit.path != "/robots.txt"]

    def gaps(self) -> list[float]:
        """Seconds between the starts of requests that follow one another, robots.txt included."""
        starts = sorted(hit.started for hit in self.hits)
        return [after - before for before, after in pairwise(starts)]


class Loopback:
    """A thread that runs any number of sites; use it as a context manager."""

    def __enter__(self) -> Loopback:
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def site(
        self,
        routes: Mapping[str, Behaviour],
        host: str = "127.0.0.1",
        port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> Site:
        """Starts a site; raises OSError when host or port cannot be bound."""
        site: Site = self._run(self._start(dict(routes), host, port, context))
        return site

    def web_port_site(self, routes: Mapping[str, Behaviour], host: str = "127.0.0.1") -> Site:
        """Starts a site on a port that the address guard lets through where one is free, else on any port."""
        for port in (*PUBLIC_PORTS, 0):
            with contextlib.suppress(OSError):
                return self.site(routes, host, port)
        raise OSError("no free port")

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _start(self, routes: dict[str, Behaviour], host: str, port: int, context: ssl.SSLContext | None) -> Site:
        site = Site(host, port, routes, "https" if context else "http")

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # The end of the Loopback; a task of asyncio.streams that is cancelled would be logged as an error.
            with contextlib.suppress(asyncio.CancelledError):
                await _serve(site, reader, writer)

        server = await asyncio.start_server(serve, host, port, ssl=context, backlog=256)
        site.port = server.sockets[0].getsockname()[1]
        self._servers.append(server)
        return site

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    site.connections += 1
    site.open_connections += 1
    try:
        while True:
            hit = await _read_request(reader)
            if hit is None:
                return
            site.hits.append(hit)
            site.active += 1
            site.max_active = max(site.max_active, site.active)
            try:
                goes_on = await site.routes.get(hit.path, site.routes.get("*", NOT_FOUND))(hit, writer)
            finally:
                hit.ended = time.monotonic()
                site.active -= 1
            if not goes_on or hit.headers.get("connection", "").lower() == "close":
                return
    except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, ssl.SSLError):
        pass  # The client hung up, which is what most of these tests want it to do.
    finally:
        site.open_connections -= 1
        writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Hit | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head[0].split(" ", 2)
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        if name:
            headers[name.lower()] = value.strip()
    return Hit(method, target, headers, time.monotonic())


def head(status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """The head of an answer, without Content-Length."""
    lines = ["HTTP/1.1 %d Status" % status, *("%s: %s" % item for item in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode()


def reply(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, after_seconds: float = 0
) -> Behaviour:
    """A well-behaved answer; status 304 has no body."""
    body = b"" if status == 304 else body
    text = head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body

    async def behave(_: Hit, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(after_seconds)
        writer.write(text)
        await writer.drain()
        return True

    return behave


NOT_FOUND = reply(b"nothing here", 404)


def redirect(to: str, status: int = 302) -> Behaviour:
    """A redirect."""
    return reply(b"moved", status, {"Location": to})


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other, a request each; the last one stays."""
    left = list(behaviours)

    async def behave(hit: Hit, writer: asyncio.StreamWriter) -> bool:
        return await (left.pop(0) if len(left) > 1 else left[0])(hit, writer)

    return behave


def raw(data: bytes) -> Behaviour:
    """Sends data as it is and closes."""

    async def behave(_: Hit, writer: asyncio.StreamWriter) -> bool:
        writer.write(data)
        await writer.drain()
        return False

    return behave


def silent() -> Behaviour:
    """Takes the request and never answers."""

    async def behave(_: Hit, __: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(3_600)
        return False

    return behave


def drip(data: bytes, start: bytes = b"", seconds: float = 0.02) -> Behaviour:
    """Sends start at once and then data, one byte at a time."""

    async def behave(_: Hit, writer: asyncio.StreamWriter) -> bool:
        writer.write(start)
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(seconds)
        return False

    return behave


def drip_head(seconds: float = 0.02) -> Behaviour:
    """A head that arrives byte by byte and does not end."""
    return drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000, seconds=seconds)


def drip_body(seconds: float = 0.02) -> Behaviour:
    """A body that arrives byte by byte."""
    return drip(b"b" * 10_000, head(200, {"Content-Length": "10000"}), seconds)


def endless(chunk: bytes, headers: Mapping[str, str], is_chunked: bool = True) -> Behaviour:
    """Sends chunk for ever."""
    frame = b"%x\r\n%s\r\n" % (len(chunk), chunk) if is_chunked else chunk
    start = head(200, {**headers, **({"Transfer-Encoding": "chunked"} if is_chunked else {})})

    async def behave(_: Hit, writer: asyncio.StreamWriter) -> bool:
        writer.write(start)
        while True:
            writer.write(frame)
            await writer.drain()

    return behave


def gzip_bomb(total_bytes: int) -> bytes:
    """total_bytes zeros, gzipped: about a thousandth of it."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = bytes(1 << 20)
    pieces = [deflate.compress(block) for _ in range(total_bytes >> 20)]
    return b"".join(pieces) + deflate.flush()


def reset(data: bytes) -> Behaviour:
    """Sends data, then resets the connection (RST)."""

    async def behave(_: Hit, writer: asyncio.StreamWriter) -> bool:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.05)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()
        return False

    return behave


@contextlib.contextmanager
def closed_port(host: str = "127.0.0.1") -> Iterator[int]:
    """A port of host that refuses connections while the context lasts."""
    with socket.socket() as sock:
        sock.bind((host, 0))
        yield sock.getsockname()[1]

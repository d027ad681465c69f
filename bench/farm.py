"""A farm of loopback sites with feeds and article pages of our own making, for benchmarks and fault tests.

Each site has an address of its own (127.0.x.y, one port), a feed at ``/feed`` and pages at ``/page/<n>``. Answers come
after ``latency`` seconds; each site logs when a request began and ended. Run it in a process of its own:
``python -m bench.farm --sites 100 --pages 20 --latency 0.05``; it prints a line with the feeds' addresses as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from multiprocessing.connection import Connection

from bench.pages import article_page, headline

PORT = 8600


@dataclass
class Farm:
    """What the farm serves. answer: path and site to an answer other than the usual one, or None.

    pages: article pages a site; words: words of an article; saved: pages to serve instead of our own.
    """

    sites: int = 10
    pages: int = 20
    latency: float = 0.0
    words: int = 700
    saved: Sequence[bytes] = ()
    port: int = PORT
    answer: Callable[[int, str], tuple[int, bytes, float] | None] = lambda site, path: None
    log: list[tuple[int, str, float, float]] = field(default_factory=list)

    def host(self, site: int) -> str:
        return "127.0.%d.%d" % (1 + site // 200, 1 + site % 200)

    def base(self, site: int) -> str:
        return "http://%s:%d" % (self.host(site), self.port)

    @property
    def feeds(self) -> list[str]:
        return [self.base(site) + "/feed" for site in range(self.sites)]


def feed_body(farm: Farm, site: int) -> bytes:
    """The site's RSS feed: an item a page, all published an hour before the server's day began."""
    published = formatdate(int(time.time()) // 86_400 * 86_400 - 3_600, usegmt=True)
    items = "".join(
        "<item><title>%s</title><link>%s/page/%d</link><guid>%d-%d</guid><pubDate>%s</pubDate>"
        "<description>%s</description></item>"
        % (headline(site, n), farm.base(site), n, site, n, published, "In short: " + headline(site, n))
        for n in range(farm.pages)
    )
    head = "<title>Site %d</title><link>%s/</link><description>News</description>" % (site, farm.base(site))
    return ('<?xml version="1.0"?><rss version="2.0"><channel>%s%s</channel></rss>' % (head, items)).encode()


def page_body(farm: Farm, site: int, n: int) -> bytes:
    """A page of the site: one of those saved, over and over, or else of our own making."""
    if farm.saved:
        return farm.saved[(site * farm.pages + n) % len(farm.saved)]
    return article_page(site, n, farm.words)


async def _serve(farm: Farm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, site: int) -> None:
    """Answers the requests of one connection."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while request := await reader.readuntil(b"\r\n\r\n"):
            path = request.split(b" ", 2)[1].decode()
            began = time.monotonic()
            status, body, delay = farm.answer(site, path) or _usual(farm, site, path)
            await asyncio.sleep(delay)
            kind = "application/rss+xml" if path == "/feed" else "text/html; charset=utf-8"
            head = "HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
            farm.log.append((site, path, began, time.monotonic()))
            writer.write(head.encode() + body)
            await writer.drain()
    writer.close()


def _usual(farm: Farm, site: int, path: str) -> tuple[int, bytes, float]:
    if path == "/feed":
        return 200, feed_body(farm, site), farm.latency
    if path.startswith("/page/"):
        return 200, page_body(farm, site, int(path[6:])), farm.latency
    return 404, b"no such page", farm.latency


async def _run(farm: Farm, opened: Callable[[], None], closed: asyncio.Event) -> None:
    servers = [
        await asyncio.start_server(
            lambda r, w, s=site: _serve(farm, r, w, s), farm.host(site), farm.port, backlog=256, limit=1 << 16
        )
        for site in range(farm.sites)
    ]
    opened()
    await closed.wait()
    for server in servers:
        server.close()


def _child(farm: Farm, pipe: Connection) -> None:
    """The farm's process: says when it is open, then its log for each word it is sent; ends with the pipe."""

    async def main() -> None:
        closed = asyncio.Event()

        def read() -> None:
            try:
                pipe.recv()
                pipe.send(list(farm.log))
            except EOFError:
                closed.set()

        asyncio.get_running_loop().add_reader(pipe.fileno(), read)
        await _run(farm, lambda: pipe.send("open"), closed)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(main())


class Opened:
    """A farm that is open, in a process of its own."""

    def __init__(self, farm: Farm, pipe: Connection, pid: int) -> None:
        self.feeds = farm.feeds
        self.pid = pid
        self._pipe = pipe

    def log(self) -> list[tuple[int, str, float, float]]:
        """(site, path, began, ended) of every request so far, in seconds of one clock."""
        self._pipe.send("log")
        log: list[tuple[int, str, float, float]] = self._pipe.recv()
        return log


@contextlib.contextmanager
def opened(farm: Farm) -> Iterator[Opened]:
    """Serves the farm from a forked process (so that ``answer`` may be any function) until the block ends."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(farm, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(20) or ours.recv() != "open":
            raise RuntimeError("the farm did not open on port %d" % farm.port)
        yield Opened(farm, ours, process.pid or 0)
    finally:
        ours.close()
        process.join(5)
        process.kill()


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("sites", int), ("pages", int), ("latency", float), ("port", int)):
        parser.add_argument("--" + name, type=kind, default=getattr(Farm, name))
    farm = Farm(**vars(parser.parse_args()))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(farm, lambda: print(json.dumps(farm.feeds), flush=True), asyncio.Event()))


if __name__ == "__main__":
    main()

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
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from multiprocessing.connection import Connection

PORT = 8600
_NAMES = "Orbitel Skagen Norrtel Meridian Castor Halden Quayside Lumina Vantor Brightwater Kestrel Tamarind".split()
_NOUNS = (
    "morning harbour committee season question answer window table report engineer region summer letter paper"
    " meeting street council museum bridge weather project teacher result station kitchen orchestra"
).split()

_VERBS = "described measured praised tested visited photographed mapped questioned watched repaired".split()
_OPENERS = "On Monday|According to the company|In a statement|Analysts say that|For the second year running|By then"


@dataclass
class Farm:
    """What the farm serves. answer: path and site to an answer other than the usual one, or None.

    pages: article pages a site; words: words of an article.
    """

    sites: int = 10
    pages: int = 20
    latency: float = 0.0
    words: int = 700
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
        % (_headline(site, n), farm.base(site), n, site, n, published, "In short: " + _headline(site, n))
        for n in range(farm.pages)
    )
    head = "<title>Site %d</title><link>%s/</link><description>News</description>" % (site, farm.base(site))
    return ('<?xml version="1.0"?><rss version="2.0"><channel>%s%s</channel></rss>' % (head, items)).encode()


def page_body(farm: Farm, site: int, n: int) -> bytes:
    """An article page with the furniture of a news site, 43 KB and 500 elements; half of the pages have JSON-LD."""
    rnd = random.Random(site * 100_003 + n)
    title = _headline(site, n)
    # One page in ten reports a deal; the others only sound like the field.
    buyer, seller = rnd.sample(_NAMES, 2)
    deal = "%s has agreed to buy the fibre network of %s for %d million euros." % (buyer, seller, rnd.randint(20, 900))
    paragraphs, count = ["<p>%s</p>" % deal] if n % 10 == 0 else [], 0
    while count < farm.words:
        sentences = [_sentence(rnd) for _ in range(rnd.randint(2, 5))]
        paragraphs.append("<p>%s</p>" % " ".join(sentences))
        count += sum(len(sentence.split()) for sentence in sentences)
    menu = "".join(
        '<li class="m%d"><div><a href="/s/%d"><span>Section %d</span></a></div></li>' % (k, k, k) for k in range(80)
    )
    related = "".join(
        '<div class="card"><a href="/page/%d"><img src="/i/%d.jpg" alt=""><h3>%s</h3></a><p><i>%d min</i></p></div>'
        % (k, k, _headline(site, k), k)
        for k in range(40)
    )
    ld = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": "2026-01-05"}
    script = '<script type="application/ld+json">%s</script>' % json.dumps(ld) if n % 2 else ""
    style = "<style>%s</style>" % "".join(".c%d{margin:%dpx;color:#%06x}" % (k, k, k * 7919) for k in range(500))
    code = "<script>%s</script>" % ";".join("var v%d=%d" % (k, rnd.randint(0, 10**9)) for k in range(500))
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s | Site %d</title>'
        '<meta property="og:title" content="%s">%s%s%s</head><body><nav><ul>%s</ul></nav>'
        '<div class="cookie">We use cookies to make this site better.</div>'
        '<main><article><h1>%s</h1><p class="byline">By Ada Writer</p>%s</article></main>'
        "<aside><h2>Related</h2><div>%s</div></aside><footer><p>Imprint, privacy, contact.</p></footer></body></html>"
        % (title, site, title, script, style, code, menu, title, "".join(paragraphs), related)
    ).encode()


def _headline(site: int, n: int) -> str:
    rnd = random.Random(site * 7_919 + n)
    return "%s %s %s %s %d" % (rnd.choice(_NAMES), rnd.choice(_VERBS), "new", rnd.choice(_NOUNS), site * 1_000 + n)


def _sentence(rnd: random.Random) -> str:
    """One sentence in four names a company."""
    words = " ".join(rnd.choice(_NOUNS) for _ in range(rnd.randint(4, 12)))
    opener = rnd.choice(_OPENERS.split("|"))
    who = rnd.choice(_NAMES) if rnd.random() < 0.25 else "the %s" % rnd.choice(_NOUNS)
    return "%s, %s %s the %s." % (opener, who, rnd.choice(_VERBS), words)


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

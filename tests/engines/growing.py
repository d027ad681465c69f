"""A news site on loopback whose feed gets a story every few seconds."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_STORY = (
    "<!DOCTYPE html><html lang='en'><head><title>Harbour order %(n)d</title></head><body><article>"
    "<h1>Harbour order %(n)d</h1><p>The port of town %(n)d took its terminal number %(n)d into use on Monday, said the "
    "harbour master, who had waited for it for years. The ferries of the bay keep their timetable, and the shops "
    "along the quay stay open as they did in the winter before.</p><p>Some %(n)d people came to the opening, among "
    "them the crew of the pilot boat and the children of the school nearby, who sang three songs of the sea.</p>"
    "</article></body></html>"
)


class GrowingSite:
    """Open while the context lasts.

    published: the guid of each story, to the time (Unix) when the feed got it; polled: the guids that each poll saw.
    """

    def __init__(self, every_seconds: float, shown: int = 20) -> None:
        self._every, self._shown = every_seconds, shown
        self.published: dict[str, float] = {}
        self.polled: list[list[str]] = []
        self.is_growing = True
        self._lock = threading.Lock()
        self._ended = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = site._answer(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keeps quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.feed = "http://127.0.0.1:%d/feed" % self._server.server_port

    def _answer(self, path: str) -> tuple[str, bytes]:
        if path.startswith("/story/"):
            return "text/html; charset=utf-8", (_STORY % {"n": int(path.rpartition("/")[2])}).encode()
        if path != "/feed":
            return "text/plain", b""
        with self._lock:
            newest = list(self.published.items())[-self._shown :]
            self.polled.append([guid for guid, _ in newest])
        items = "".join(
            "<item><title>Harbour order %s</title><guid isPermaLink='false'>%s</guid><link>%s</link>"
            "<pubDate>%s</pubDate></item>"
            % (guid, guid, self.feed.replace("feed", "story/" + guid), formatdate(at, usegmt=True))
            for guid, at in reversed(newest)
        )
        return "application/rss+xml", (
            "<rss version='2.0'><channel><title>Harbour</title>%s</channel></rss>" % items
        ).encode()

    def _grow(self) -> None:
        while not self._ended.wait(self._every):
            if self.is_growing:
                with self._lock:
                    self.published[str(len(self.published) + 1)] = time.time()

    def __enter__(self) -> Self:
        for work in (self._server.serve_forever, self._grow):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

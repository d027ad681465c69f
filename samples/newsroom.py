"""Serves the sample newsroom: one loopback server a site, everything it says worked out before the first request.

Dates count back from midnight UTC of ``today``, so the stories never grow old and two runs of one day see the same
bytes. The ports are fixed, so that addresses, and with them the ids of entries and articles, are the same from run to
run.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self

from samples.feeds import WRITERS
from samples.pages import Site, read_sites, render_front, render_page, site_names
from samples.stories import Story, fill

HOST = "127.0.0.1"
BASE_PORT = 8791

_HTML = "text/html; charset=utf-8"
_NOTICE = '<!DOCTYPE html><html lang="en"><head><title>%s</title></head><body><h1>%s</h1><p>%s</p></body></html>'


class NewsroomError(Exception):
    """The newsroom cannot open; the message is one line and says what to do."""


class Answer(NamedTuple):
    """What a site answers to a request."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def _notice(status: int, title: str, text: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, (_NOTICE % (title, title, text)).encode(), {"Content-Type": _HTML, **named})


NOT_FOUND = _notice(404, "Page not found", "The page you asked for does not exist or was moved.")
GONE = _notice(410, "Gone", "This feed was discontinued.")
UNAVAILABLE = _notice(503, "Service unavailable", "Back soon.")
BOT_WALL = _notice(403, "Just a moment...", "Checking your browser before you continue.", cf_mitigated="challenge")
_NOTICES = {"not_found": NOT_FOUND, "unavailable": UNAVAILABLE, "bot_wall": BOT_WALL}


def _answer_story(site: Site, story: Story, midnight: datetime, bases: Mapping[str, str]) -> Answer:
    if story.served in _NOTICES:
        return _NOTICES[story.served]
    return Answer(200, render_page(site, story, midnight, bases).encode(), {"Content-Type": _HTML})


def _answer_feed(site: Site, kind: str, midnight: datetime) -> Answer:
    if kind not in WRITERS:
        return GONE
    write, content_type = WRITERS[kind]
    body = write(site, midnight)
    etag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
    headers = {"Content-Type": content_type, "ETag": etag, "Last-Modified": format_datetime(midnight, usegmt=True)}
    return Answer(200, body, headers)


def answers_of(site: Site, midnight: datetime, bases: Mapping[str, str]) -> dict[str, Answer]:
    """Returns everything a site answers, by path and query."""
    robots = fill(site.robots, bases, midnight).encode()
    answers = {
        "/": Answer(200, render_front(site).encode(), {"Content-Type": _HTML}),
        "/robots.txt": Answer(200, robots, {"Content-Type": "text/plain; charset=utf-8"}),
    }
    answers |= {story.path: _answer_story(site, story, midnight, bases) for story in site.stories}
    return answers | {path: _answer_feed(site, kind, midnight) for path, kind in site.feeds.items()}


class _SiteServer(ThreadingHTTPServer):
    """A server of one site; it answers from a table."""

    daemon_threads = True
    answers: Mapping[str, Answer] = {}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps quiet about a reader who hangs up; anything else is reported as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Looks the path up; feeds answer 304 to whoever has their bytes."""

    protocol_version = "HTTP/1.1"
    server: _SiteServer

    def _find(self) -> Answer:
        answers = self.server.answers
        # A tracking query leads to the page without it, as on real sites.
        return answers.get(self.path) or answers.get(self.path.partition("?")[0]) or NOT_FOUND

    def _is_unchanged(self, answer: Answer) -> bool:
        etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            return etag is not None and etag in asked
        return modified is not None and self.headers.get("If-Modified-Since") == modified

    def do_GET(self) -> None:
        """Answers a request."""
        answer = self._find()
        status, body = (304, b"") if self._is_unchanged(answer) else (answer.status, answer.body)
        self.send_response(status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet: the run that reads the newsroom reports what it saw."""


class Newsroom:
    """The sample newsroom, open while the context lasts.

    Args:
        base_port: the first of one port a site.
        today: the day whose midnight (UTC) dates count back from; None is the present day.
    """

    def __init__(self, base_port: int = BASE_PORT, today: date | None = None) -> None:
        day = today or datetime.now(UTC).date()
        self.midnight = datetime.combine(day, time(), UTC)
        self.bases = {name: "http://%s:%d" % (HOST, base_port + at) for at, name in enumerate(site_names())}
        self.sites = read_sites(self.bases)
        self._base_port = base_port
        self._servers: list[_SiteServer] = []

    @property
    def feeds(self) -> list[str]:
        """The addresses of all feeds."""
        return [site.base + path for site in self.sites for path in site.feeds]

    @property
    def story_urls(self) -> dict[str, str]:
        """The address of every story by its id in expected.jsonl."""
        return {story.id: site.base + story.path for site in self.sites for story in site.stories}

    def __enter__(self) -> Self:
        """Opens all sites.

        Raises:
            NewsroomError: a port is taken; nothing is left open.
        """
        for at, site in enumerate(self.sites):
            self._open(self._base_port + at, answers_of(site, self.midnight, self.bases))
        return self

    def _open(self, port: int, answers: Mapping[str, Answer]) -> None:
        try:
            server = _SiteServer((HOST, port), _Handler)
        except OSError as error:
            self.close()
            reason = "port %d of %s cannot be opened (%s)" % (port, HOST, error.strerror)
            raise NewsroomError("%s; end the program that holds it and try again" % reason) from None
        server.answers = answers
        self._servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Closes what is open."""
        while self._servers:
            server = self._servers.pop()
            server.shutdown()
            server.server_close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes all sites."""
        self.close()

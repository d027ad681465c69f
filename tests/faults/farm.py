"""Loopback sites with a feed and pages of our own making, whose answers a test can replace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate

from tests.servers import Behaviour, Loopback, Site, reply

Items = Callable[[int, int], str | None]
"""(site, number) → the item's XML, None for the usual one."""

_WORDS = (
    "The morning was quiet in the harbour town where the committee met to look at the plans for the season. "
    "Nobody had expected that so many people would come, and the chairs had to be brought from the school. "
    "After an hour the questions turned to the road along the river, which has been closed since the spring. "
    "The engineer answered patiently and showed on a map where the new wall would stand and what it would hold. "
    "In the end the meeting agreed to come together again when the figures of the survey are there for all to read. "
)
_DEAL = "Orbitel has agreed to buy the fibre network of Skagen Telecom for %d million euros, both companies said. "


def headline(site: int, number: int) -> str:
    """The headline of a page; no two are alike."""
    return "Harbour report %d of town %d" % (number, site)


def page(site: int, number: int) -> bytes:
    """An article; every fifth reports a deal."""
    deal = _DEAL % (100 + number) if number % 5 == 0 else ""
    title = headline(site, number)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/about">About</a></nav><main><article><h1>%s</h1>'
        "<p>%s%s</p><p>Report number %d was written in town %d.</p></article></main></body></html>"
        % (title, title, deal, _WORDS, number, site)
    ).encode()


def item(site: int, number: int, published: str, link: str | None = None) -> str:
    """An RSS item; link: in place of the usual one."""
    return "<item><title>%s</title><link>%s</link><guid>%d-%d</guid><pubDate>%s</pubDate></item>" % (
        headline(site, number),
        link or "/reports/2026/harbour-report-%d" % number,
        site,
        number,
        published,
    )


def feed(items: Iterator[str] | list[str], title: str = "Harbour news") -> bytes:
    """An RSS feed of items."""
    head = "<title>%s</title><link>/</link><description>News</description>" % title
    return ('<?xml version="1.0"?><rss version="2.0"><channel>%s%s</channel></rss>' % (head, "".join(items))).encode()


def an_hour_ago() -> str:
    """The date of an item that is news."""
    return formatdate(time.time() - 3_600, usegmt=True)


class Farm:
    """Sites that a Loopback serves, each with ``/feed`` and ``pages`` article pages, every answer after ``seconds``."""

    def __init__(
        self, net: Loopback, sites: int, pages: int, seconds: float = 0.0, items: Items = lambda site, number: None
    ) -> None:
        self.published = an_hour_ago()
        self.pages = pages
        self.sites: list[Site] = []
        for at in range(sites):
            rows = [items(at, number) or item(at, number, self.published) for number in range(pages)]
            routes: dict[str, Behaviour] = {
                "/feed": reply(feed(rows), headers={"Content-Type": "application/rss+xml"}, after_seconds=seconds)
            }
            for number in range(pages):
                routes["/reports/2026/harbour-report-%d" % number] = html(page(at, number), seconds)
            self.sites.append(net.site(routes))

    @property
    def feeds(self) -> list[str]:
        """The addresses of all feeds."""
        return [site.url("/feed") for site in self.sites]


def html(body: bytes, seconds: float = 0.0) -> Behaviour:
    """Answers with a page."""
    return reply(body, headers={"Content-Type": "text/html; charset=utf-8"}, after_seconds=seconds)

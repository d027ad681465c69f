"""Small rows for tests: only what a test is about need be said."""

from __future__ import annotations

import hashlib
from typing import Any

from apache_beam.utils.timestamp import Timestamp

from schemas.ids import make_id
from schemas.rows import Article, Deal, Entry, Feed, Outcome, Party, Poll

NOW = Timestamp.from_rfc3339("2026-03-01T12:00:00Z")


def feed(url: str = "https://news.example/feed", **fields: Any) -> Feed:
    return Feed(make_id(url), url, **fields)


def entry(name: str, **fields: Any) -> Entry:
    defaults: dict[str, Any] = {
        "entry_id": make_id(name),
        "feed_id": make_id("https://news.example/feed"),
        "guid": name,
        "url": "https://news.example/" + name,
        "title": "Title of " + name,
        "first_seen_at": NOW,
        "published_at": NOW,
        "position": 0,
    }
    return Entry(**{**defaults, **fields})


def poll(entries_new: int, **fields: Any) -> Poll:
    feed_id = make_id("https://news.example/feed")
    defaults: dict[str, Any] = {
        "poll_id": make_id(feed_id, NOW),
        "feed_id": feed_id,
        "polled_at": NOW,
        "requested_url": "https://news.example/feed",
        "entries_seen": entries_new,
        "entries_new": entries_new,
        "next_poll_at": NOW,
    }
    return Poll(**{**defaults, **fields})


def article(of: Entry, text: str = "Alpha bought Beta.", **fields: Any) -> Article:
    defaults: dict[str, Any] = {
        "article_id": make_id(of.url),
        "feed_id": of.feed_id,
        "entry_id": of.entry_id,
        "requested_url": of.url,
        "url": of.url,
        "title": of.title,
        "published_at": of.published_at,
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "word_count": len(text.split()),
        "is_deal_story": False,
        "authors": [],
        "sectors": [],
        "topics": [],
    }
    return Article(**{**defaults, **fields})


def deal(of: Article, **fields: Any) -> Deal:
    """A deal whose quote is the article's text, with its first word as the buyer."""
    start = len(of.title or "") + 2
    name = of.text.split()[0]
    party = Party("x:" + make_id(name), "acquirer", name, name, start, start + len(name))
    defaults: dict[str, Any] = {
        "deal_type": "acquisition",
        "status": "agreed",
        "fact_level": "asserted",
        "is_main": True,
        "confidence": 0.9,
        "in_headline": False,
        "quote": of.text,
        "span_start": start,
        "span_end": start + len(of.text),
        "tagger_version": "test",
        "parties": [party],
    }
    return Deal(**{**defaults, **fields})


def read(name: str, text: str = "Alpha bought Beta.", with_deal: bool = False, **fields: Any) -> Outcome:
    """The outcome of an entry whose page was read."""
    of = entry(name, **fields)
    page = article(of, text, is_deal_story=with_deal)
    of = of._replace(article_id=page.article_id, disposition="deal" if with_deal else "non_deal")
    return Outcome(of, page, [deal(page)] if with_deal else [])

"""extract_article: one page's bytes to an article's fields, or to what the page is instead of an article."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from apache_beam.utils.timestamp import Timestamp

from transforms._text import MAX_TEXT_CHARS, clean_line, clean_text
from transforms.extract.body import main_text
from transforms.extract.page import UndecodablePage, flatten, parse_page
from transforms.extract.plain import plain_text


class ExtractError(Exception):
    """A page that gives nothing. code: extract_empty or undecodable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return "%s: %s" % (self.code, self.message)


class Hints(NamedTuple):
    """What the feed entry says; it fills what the page does not say, and its content may stand for the page's text."""

    title: str | None = None
    published_at: Timestamp | None = None
    author: str | None = None
    language: str | None = None
    content: str | None = None
    summary: str | None = None


class Extracted(NamedTuple):
    """What a page gives.

    kind: article, paywalled (text holds what is open), bot_wall, consent_wall, soft_404 or not_article.
    published_utc_offset_minutes: the zone the page wrote the time in; None where it named none.
    detail: why kind is not article, or why is_degraded.
    sources: for title, authors, published, modified, language, canonical and text: where each came from.
    """

    kind: str
    title: str | None
    authors: tuple[str, ...]
    published_at: Timestamp | None
    published_precision: str
    published_source: str | None
    published_utc_offset_minutes: int | None
    modified_at: Timestamp | None
    language: str | None
    canonical_url: str | None
    text: str
    method: str
    access: str
    is_degraded: bool
    is_truncated: bool
    detail: str | None
    feed_links: tuple[str, ...]
    amp_url: str | None
    sources: dict[str, str]

    @classmethod
    def of_summary(cls, hints: Hints) -> Extracted:
        """The article as the feed tells it, where the page is refused to us: its title and summary."""
        return _from_feed(hints, flatten(hints.summary or ""), "summary")


def extract_article(
    html: bytes,
    url: str,
    content_type: str | None = None,
    hints: Hints | None = None,
    now: Timestamp | None = None,
) -> Extracted:
    """Reads a page.

    Args:
        html: the page's decoded bytes, hostile.
        url: its address after redirects.
        content_type: the response's header.
        hints: what the feed entry says of it.
        now: no later date is believed (plus a day, for zones); the present by default.

    Raises:
        ExtractError: nothing can be had of the page.
    """
    hints = hints or Hints()
    now = now or Timestamp.now()
    try:
        page = parse_page(html, content_type)
    except UndecodablePage as error:
        raise ExtractError("undecodable", str(error)) from None
    title = page.tree.findtext(".//title")
    method = "trafilatura"
    if page.problem:
        text, method = page.flat_text or plain_text(page.tree), "baseline"
    else:
        text = main_text(page.tree)
    if not text and hints.content:
        text, method = flatten(hints.content), "feed_content"
    if not text:
        raise ExtractError("extract_empty", "no text in the page")
    return Extracted(
        kind="article",
        title=title or hints.title,
        authors=(hints.author,) if hints.author else (),
        published_at=hints.published_at,
        published_precision="second" if hints.published_at else "unknown",
        published_source="feed" if hints.published_at else None,
        published_utc_offset_minutes=None,
        modified_at=None,
        language=hints.language,
        canonical_url=None,
        text=clean_text(text),
        method=method,
        access="unknown",
        is_degraded=page.problem is not None,
        is_truncated=len(text) > MAX_TEXT_CHARS,
        detail=page.problem,
        feed_links=(),
        amp_url=None,
        sources={},
    )


def extract_feed_content(content: str, url: str | None, hints: Hints | None = None) -> Extracted:
    """Reads the feed's own full content (HTML or plain text), where the page cannot be had.

    Raises:
        ExtractError: no text in it.
    """
    text = flatten(content)
    if not text:
        raise ExtractError("extract_empty", "no text in the feed's content")
    return _from_feed(hints or Hints(), text, "feed_content")


def _from_feed(hints: Hints, text: str, method: str) -> Extracted:
    is_day = hints.published_at is not None and hints.published_at.micros % 86_400_000_000 == 0
    precision = "unknown" if hints.published_at is None else "day" if is_day else "second"
    return Extracted(
        kind="article",
        title=clean_line(hints.title),
        authors=(hints.author,) if hints.author else (),
        published_at=hints.published_at,
        published_precision=precision,
        published_source="feed" if hints.published_at else None,
        published_utc_offset_minutes=None,
        modified_at=None,
        language=hints.language,
        canonical_url=None,
        text=clean_text(text),
        method=method,
        access="unknown",
        is_degraded=False,
        is_truncated=len(text) > MAX_TEXT_CHARS,
        detail=None,
        feed_links=(),
        amp_url=None,
        sources={"text": method},
    )


def sha256_of(text: str) -> str:
    """The text_sha256 of an article: of the UTF-8 bytes of its text."""
    return hashlib.sha256(text.encode()).hexdigest()

"""extract_article: one page's bytes to an article's fields, or to what the page is instead of an article."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from apache_beam.utils.timestamp import Timestamp

from transforms._text import MAX_TEXT_CHARS, clean_line, clean_text
from transforms._urls import site_of
from transforms.extract.authors import clean_names, find_authors
from transforms.extract.blocks import Block, prepare, segment
from transforms.extract.body import FinderError, find_text
from transforms.extract.dates import Date
from transforms.extract.kind import Kind, judge_page
from transforms.extract.language import find_language
from transforms.extract.links import find_amp, find_canonical, find_feeds
from transforms.extract.page import Page, UndecodablePage, flatten, parse_page
from transforms.extract.plain import plain_text
from transforms.extract.published import find_modified, find_published, is_day_first, read_near_title, read_page
from transforms.extract.refine import refine
from transforms.extract.statements import Statements, gather
from transforms.extract.title import find_title

MIN_STAND_IN_CHARS = 500


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
        now: no later date is believed; the present by default.

    Raises:
        ExtractError: nothing can be had of the page.
    """
    hints, now = hints or Hints(), now or Timestamp.now()
    try:
        page = parse_page(html, content_type)
    except UndecodablePage as error:
        raise ExtractError("undecodable", str(error)) from None
    said = gather(page.tree)
    title, title_source = find_title(said, hints.title)
    blocks = _segment(page, url)
    authors, authors_source = find_authors(said, page.tree, blocks, title, hints.author)
    body = _read_body(page, blocks, said, title, authors)
    published, published_source = find_published(said, blocks, title, url, hints.published_at, now)
    kind = judge_page(html, url, said, blocks, body.text, title, published is not None)
    body = _better_text(body, said, hints, kind)
    if kind.kind == "paywalled" and body.method == "feed_content":
        kind = kind._replace(kind="article", detail=None)
    if not body.text and kind.kind == "article":
        raise ExtractError("extract_empty", "no text in the page")
    if published is None and kind.kind == "article":
        published, published_source = _read_date(blocks, page, url, title, now, said.language)
    modified, modified_source = find_modified(said, now)
    language, language_source = find_language(said, body.text, hints.language)
    canonical, canonical_source = find_canonical(said, url)
    text = clean_text(body.text)
    sources = {
        "title": title_source,
        "authors": authors_source,
        "published": published_source,
        "modified": modified_source,
        "language": language_source,
        "canonical": canonical_source,
        "text": body.method,
    }
    return Extracted(
        kind=kind.kind,
        title=clean_line(title),
        authors=tuple(authors),
        published_at=published.at if published else None,
        published_precision=published.precision if published else "unknown",
        published_source=published_source,
        published_utc_offset_minutes=published.utc_offset_minutes if published else None,
        modified_at=modified,
        language=language,
        canonical_url=canonical,
        text=text,
        method=body.method,
        access=kind.access,
        is_degraded=body.problem is not None,
        is_truncated=page.is_cut or len(body.text) > MAX_TEXT_CHARS,
        detail=kind.detail or body.problem,
        feed_links=find_feeds(said, url),
        amp_url=find_amp(said, url),
        sources={field: source for field, source in sources.items() if source},
    )


class _Body(NamedTuple):
    """The text, how it was had, and why it was had by the degraded route."""

    text: str
    method: str
    problem: str | None = None


def _segment(page: Page, url: str) -> list[Block]:
    """The page's blocks; none of a page that was too deep to parse whole."""
    if page.flat_text is not None:
        return []
    prepare(page.tree)
    return segment(page.tree, site_of(url) if url else "")


def _read_body(page: Page, blocks: list[Block], said: Statements, title: str | None, authors: list[str]) -> _Body:
    """The article's text: by trafilatura and ``refine``; of a page that trafilatura must not see, by its blocks."""
    if page.flat_text is not None:
        return _Body(page.flat_text, "baseline", page.problem)
    if page.problem:
        return _Body(plain_text(blocks), "baseline", page.problem)
    titles = [line for line in [title, said.title, said.meta.get("og:title"), *said.headings] if line]
    try:
        found = find_text(page.tree)
    except FinderError as error:
        return _Body(plain_text(blocks), "baseline", str(error))
    return _Body(refine(blocks, found, titles, authors), "trafilatura")


def _better_text(body: _Body, said: Statements, hints: Hints, kind: Kind) -> _Body:
    """Puts the page's articleBody or the feed's content in place of a text that is less than half of it."""
    if kind.kind not in ("article", "paywalled"):
        return body
    stated = said.article.get("articleBody") if said.article else None
    for candidate, method in ((stated, "json_ld"), (hints.content, "feed_content")):
        if isinstance(candidate, str) and len(candidate) >= MIN_STAND_IN_CHARS:
            text = flatten(candidate)
            if len(text) >= MIN_STAND_IN_CHARS and len(body.text) < 0.5 * len(text):
                body = _Body(text, method)
    return body


def _read_date(
    blocks: list[Block], page: Page, url: str, title: str | None, now: Timestamp, language: str | None
) -> tuple[Date | None, str | None]:
    """The date that stands beside the title, else wherever htmldate finds one."""
    date = read_near_title(blocks, title, now, is_day_first(language))
    if date is None and page.problem is None:
        date = read_page(page.tree, url, now)
    return (date, "page") if date else (None, None)


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
        authors=tuple(clean_names([hints.author])) if hints.author else (),
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

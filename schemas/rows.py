"""The rows that flow through the pipeline: Feed → FeedState → Poll, Entry → Article → Deal, Party → Outcome.

One immutable row type a stage. A field that ends up in a fact table carries the name of its column (``tables.py``
derives the Arrow schemas from these classes). Instants are Beam ``Timestamp`` values in UTC, money is ``Decimal`` in
units of its currency, offsets count code points of ``title + "\\n\\n" + text``. ``None`` means unknown; never "" or 0.

Beam 2.77 encodes these natively only while this module avoids ``from __future__ import annotations`` and ``X | None``
(both make it pickle the fields in silence); ``tests/test_schemas.py`` holds it to that.
"""

import datetime
from decimal import Decimal
from typing import NamedTuple, Optional, Sequence, TypeVar

from apache_beam.coders import registry
from apache_beam.utils.timestamp import Timestamp

T = TypeVar("T", bound=type)


def _row(cls: T) -> T:
    """Registers a NamedTuple as a Beam row and returns it."""
    registry.register_row(cls)
    return cls


@_row
class Feed(NamedTuple):
    """A feed as listed."""

    feed_id: str
    url: str
    title: Optional[str] = None
    site_url: Optional[str] = None
    language: Optional[str] = None
    country: Optional[str] = None
    tags: Sequence[str] = ()


@_row
class Poll(NamedTuple):
    """One poll of a feed; what the next poll must remember is carried forward in it."""

    poll_id: str
    feed_id: str
    polled_at: Timestamp
    requested_url: str
    final_url: Optional[str] = None
    outcome: str = "ok"
    http_status: Optional[int] = None
    bytes: Optional[int] = None
    duration_ms: Optional[int] = None
    format: Optional[str] = None
    entries_seen: int = 0
    entries_new: int = 0
    retry_after_s: Optional[int] = None
    error: Optional[str] = None
    # Carried forward from poll to poll:
    etag: Optional[str] = None
    last_modified: Optional[str] = None
    validators_at: Optional[Timestamp] = None
    body_sha256: Optional[str] = None
    interval_s: Optional[int] = None
    interval_reason: Optional[str] = None
    failures: int = 0
    redirect_url: Optional[str] = None
    redirect_sightings: int = 0
    redirect_since: Optional[Timestamp] = None
    gone_sightings: int = 0
    is_retired: bool = False
    next_poll_at: Optional[Timestamp] = None


@_row
class FeedState(NamedTuple):
    """A feed joined with its memory.

    poll: the feed's last committed poll, None before the first.
    seen: the entry_ids already in the warehouse, 8 bytes each (the id's 16 hex digits), sorted, concatenated.
    """

    feed: Feed
    poll: Optional[Poll] = None
    seen: bytes = b""


@_row
class Entry(NamedTuple):
    """One feed entry and attempt. The last four columns stay None until the entry is settled.

    content: the feed's own full content (HTML or plain text), where the feed has one; not a column.
    language: what the feed says of itself, else what its listing says; not a column.
    """

    entry_id: str
    feed_id: str
    url_id: Optional[str] = None
    guid: Optional[str] = None
    url: Optional[str] = None
    title: Optional[str] = None
    summary: Optional[str] = None
    author: Optional[str] = None
    published_at: Optional[Timestamp] = None
    updated_at: Optional[Timestamp] = None
    first_seen_at: Optional[Timestamp] = None
    position: Optional[int] = None
    attempt: int = 0
    content: Optional[str] = None
    language: Optional[str] = None
    article_id: Optional[str] = None
    disposition: Optional[str] = None
    detail: Optional[str] = None
    next_attempt_at: Optional[Timestamp] = None


@_row
class Article(NamedTuple):
    """One article. article_version is given when it is written: 1, or one more than the warehouse has."""

    article_id: str
    feed_id: str
    entry_id: str
    requested_url: str
    url: str
    canonical_url: Optional[str] = None
    site: Optional[str] = None
    title: Optional[str] = None
    authors: Sequence[str] = ()
    language: Optional[str] = None
    published_at: Optional[Timestamp] = None
    published_precision: str = "unknown"
    published_source: Optional[str] = None
    modified_at: Optional[Timestamp] = None
    fetched_at: Optional[Timestamp] = None
    http_status: Optional[int] = None
    text: str = ""
    text_sha256: str = ""
    word_count: int = 0
    method: str = "trafilatura"
    access: str = "unknown"
    is_degraded: bool = False
    is_truncated: bool = False
    is_deal_story: Optional[bool] = None
    deal_score: Optional[float] = None
    sectors: Sequence[str] = ()
    topics: Sequence[str] = ()
    article_version: int = 1


@_row
class Party(NamedTuple):
    """One party of a deal, with the words that name it."""

    company_id: str
    role: str
    name: str
    name_as_written: str
    span_start: int
    span_end: int
    country: Optional[str] = None
    kind: Optional[str] = None
    source: str = "lexicon"


@_row
class Deal(NamedTuple):
    """One deal in an article. The ids and published_at are None until the article is known."""

    deal_type: str
    status: str
    fact_level: str
    is_main: bool
    confidence: float
    in_headline: bool
    quote: str
    span_start: int
    span_end: int
    tagger_version: str
    parties: Sequence[Party] = ()
    status_span_start: Optional[int] = None
    status_span_end: Optional[int] = None
    value_amount: Optional[Decimal] = None
    value_currency: Optional[str] = None
    value_qualifier: Optional[str] = None
    value_min: Optional[Decimal] = None
    value_max: Optional[Decimal] = None
    value_usd: Optional[Decimal] = None
    fx_date: Optional[datetime.date] = None
    value_span_start: Optional[int] = None
    value_span_end: Optional[int] = None
    stake_pct: Optional[Decimal] = None
    stake_span_start: Optional[int] = None
    stake_span_end: Optional[int] = None
    term_months: Optional[int] = None
    term_span_start: Optional[int] = None
    term_span_end: Optional[int] = None
    sectors: Sequence[str] = ()
    topics: Sequence[str] = ()
    countries: Sequence[str] = ()
    mention_id: Optional[str] = None
    article_id: Optional[str] = None
    article_version: Optional[int] = None
    published_at: Optional[Timestamp] = None


@_row
class Tags(NamedTuple):
    """What the tagger says of one article: the story's decision and its deals, main deal first."""

    is_deal_story: bool
    deal_score: float
    sectors: Sequence[str] = ()
    topics: Sequence[str] = ()
    deals: Sequence[Deal] = ()


@_row
class Reject(NamedTuple):
    """One thing that failed. reject_id is given when it is written."""

    stage: str
    error_code: str
    subject_id: str
    failed_at: Timestamp
    error_class: Optional[str] = None
    message: Optional[str] = None
    retryable: bool = False
    feed_id: Optional[str] = None
    entry_id: Optional[str] = None
    url: Optional[str] = None
    http_status: Optional[int] = None
    attempts: Optional[int] = None
    payload_head: Optional[bytes] = None
    reject_id: Optional[str] = None


@_row
class Outcome(NamedTuple):
    """What became of one entry: its ledger row, and the article, deals and rejects that came of it.

    The entry's disposition is None only between ExtractArticles and TagDeals, while an article is at hand.
    """

    entry: Entry
    article: Optional[Article] = None
    deals: Sequence[Deal] = ()
    rejects: Sequence[Reject] = ()


@_row
class Run(NamedTuple):
    """One commit, counted."""

    started_at: Optional[Timestamp]
    ended_at: Timestamp
    window_start: Optional[Timestamp]
    window_end: Optional[Timestamp]
    mode: str
    runner: str
    code_version: str
    beam_version: str
    options_sha256: str
    feeds: int
    feeds_not_due: int
    polls_ok: int
    polls_failed: int
    entries_seen: int
    entries_new: int
    entries_deferred: int
    articles: int
    deal_stories: int
    deal_mentions: int
    rejects: int
    bytes_downloaded: int

"""The fact and dimension tables: Arrow schemas derived once from the rows, the partitions, and a note on every column.

Names and types are a contract with readers: a column is added, never renamed or retyped. ``docs/tables.md`` is
generated from this module, and a test keeps it so.
"""

from __future__ import annotations

import datetime
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
from apache_beam.utils.timestamp import Timestamp

from schemas import rows

INSTANT = pa.timestamp("us", "UTC")
MONEY = pa.decimal128(20, 2)

_ARROW_TYPES: dict[object, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int32(),
    float: pa.float32(),
    bytes: pa.binary(),
    Decimal: MONEY,
    Timestamp: INSTANT,
    datetime.date: pa.date32(),
    typing.Sequence[str]: pa.list_(pa.string()),
}


def _arrow_type(annotation: object) -> pa.DataType:
    """The Arrow type of a row field; Optional adds nothing, since every column may be null."""
    if typing.get_origin(annotation) is typing.Union:
        (annotation,) = (arg for arg in typing.get_args(annotation) if arg is not type(None))
    return _ARROW_TYPES[annotation]


@dataclass(frozen=True)
class Table:
    """One table.

    columns: its columns in order with their notes; what the row has beside them is not written.
    types: Arrow types that are narrower or wider than the row's field says.
    sort_by: the column that the rows of a file are sorted by, before the remaining ids.
    enums: columns whose values are those of an enumeration (name of the dimension, without ``dim_``).
    """

    name: str
    note: str
    row: type
    columns: Mapping[str, str]
    types: Mapping[str, pa.DataType]
    sort_by: Sequence[str]
    enums: Mapping[str, str]

    @property
    def schema(self) -> pa.Schema:
        hints = typing.get_type_hints(self.row)
        fields = [pa.field(name, self.types.get(name) or _arrow_type(hints[name])) for name in self.columns]
        return pa.schema([*fields, pa.field("run_id", pa.string()), pa.field("ingested_at", INSTANT)])


COMMIT_COLUMNS = {
    "run_id": "The commit that brought the row: a batch run or a window of a stream.",
    "ingested_at": "The commit's time.",
}

_FEED_ID = "The feed: hash of its address as listed."
_ENTRY_ID = "The entry: hash of feed_id and guid (else link, else title and published)."
_ARTICLE_ID = "The article: hash of its canonical address."
_VERSION = "Version of the article's text, 1 first."

FEED_POLL = Table(
    name="fact_feed_poll",
    note="One row a poll of a feed; the feed's memory.",
    row=rows.Poll,
    columns={
        "poll_id": "Hash of feed_id and polled_at.",
        "feed_id": _FEED_ID,
        "polled_at": "When the poll began.",
        "requested_url": "The address asked: the listed one, or the one adopted after a lasting redirect.",
        "final_url": "The address that answered, after redirects.",
        "outcome": "What came of the poll.",
        "http_status": "The last answer's status.",
        "bytes": "Bytes received on the wire.",
        "duration_ms": "Milliseconds from the request to the last byte.",
        "format": "rss, atom, rdf, json or sitemap.",
        "entries_seen": "Entries in the feed.",
        "entries_new": "Entries not seen before: as many rows of fact_entry with attempt 0.",
        "retry_after_s": "Seconds the server asked to wait.",
        "error": "What went wrong, in a line.",
        "etag": "Validator for the next conditional request.",
        "last_modified": "Validator for the next conditional request.",
        "validators_at": "When the validators were last confirmed by a full answer.",
        "body_sha256": "Hash of the last body read.",
        "interval_s": "Seconds between polls, as adapted.",
        "interval_reason": "Why the interval is what it is.",
        "failures": "Polls failed in a row.",
        "redirect_url": "Where a permanent redirect pointed.",
        "redirect_sightings": "How often in a row it did.",
        "redirect_since": "Since when it does.",
        "gone_sightings": "How often in a row the server answered 410, a day apart.",
        "is_retired": "The feed is gone and not polled any more.",
        "next_poll_at": "Not polled before.",
    },
    types={"http_status": pa.int16(), "bytes": pa.int64(), "failures": pa.int16(), "redirect_sightings": pa.int16(),
           "gone_sightings": pa.int16()},
    sort_by=("polled_at", "feed_id"),
    enums={"outcome": "outcome"},
)  # fmt: skip

ENTRY = Table(
    name="fact_entry",
    note="One row a new feed entry and attempt: the ledger. Each ends in exactly one disposition.",
    row=rows.Entry,
    columns={
        "entry_id": _ENTRY_ID,
        "attempt": "0 when the entry is first seen; one more each time a deferred entry is taken up again.",
        "feed_id": _FEED_ID,
        "url_id": "Hash of the entry's cleaned address, before any fetch.",
        "article_id": "The article it led to, where one was read or known.",
        "guid": "The feed's own id of the entry.",
        "url": "The entry's address, absolute; without secrets, but where it is deferred and to be fetched again.",
        "title": "Headline as the feed gives it, one line.",
        "summary": "Summary without mark-up.",
        "author": "Author as the feed gives it.",
        "published_at": "When the feed says it was published; null outside 1995 to two days from now.",
        "updated_at": "When the feed says it was updated.",
        "first_seen_at": "When a poll first brought it.",
        "position": "Place in the feed, 0 first.",
        "disposition": "What became of it.",
        "detail": "Why, in a few words.",
        "next_attempt_at": "For deferred entries: not tried again before.",
    },
    types={"attempt": pa.int16()},
    sort_by=("first_seen_at", "entry_id", "attempt"),
    enums={"disposition": "disposition"},
)

ARTICLE = Table(
    name="fact_article",
    note="One row an article; a changed text makes a new version.",
    row=rows.Article,
    columns={
        "article_id": _ARTICLE_ID,
        "article_version": _VERSION,
        "feed_id": _FEED_ID,
        "entry_id": _ENTRY_ID,
        "requested_url": "The address fetched.",
        "url": "The address that answered, after redirects.",
        "canonical_url": "The address the page calls its own, on the same site.",
        "site": "Registrable domain (host:port for an IP literal or localhost).",
        "title": "Headline.",
        "authors": "Names of the authors.",
        "language": "ISO 639-1 code.",
        "published_at": "When it was published.",
        "published_precision": "second, minute, day or unknown.",
        "published_source": "Where the date was read: feed, json_ld, meta, page or url.",
        "modified_at": "When the page says it was last changed.",
        "fetched_at": "When the page was fetched.",
        "http_status": "The page's status.",
        "text": "The article's text, one paragraph a line. Raw: escape it before you show it.",
        "text_sha256": "Hash of the text.",
        "word_count": "Words in the text.",
        "method": "Where the text was read: json_ld, trafilatura, feed_content, baseline or summary.",
        "access": "free, paywalled or unknown.",
        "is_degraded": "The page was too large or odd for the full extractor, and a simpler one read it.",
        "is_truncated": "A limit cut the text.",
        "is_deal_story": "At least one deal is reported; null where the tagger failed.",
        "deal_score": "The probability of that, by the tagger; see docs/tagging.md for how far it holds.",
        "sectors": "telecom, satellite: those of the story's deals.",
        "topics": "Topics of the story's deals.",
    },
    types={"article_version": pa.int16(), "http_status": pa.int16()},
    sort_by=("published_at", "article_id", "article_version"),
    enums={"sectors": "sector", "topics": "topic"},
)

DEAL_MENTION = Table(
    name="fact_deal_mention",
    note="One row a deal in an article. Spans count characters of title, two newlines, text.",
    row=rows.Deal,
    columns={
        "mention_id": "Hash of article, version, tagger version, type, spans and parties.",
        "article_id": _ARTICLE_ID,
        "article_version": _VERSION,
        "published_at": "The article's.",
        "deal_type": "What kind of deal.",
        "status": "How far it is, as of the story.",
        "fact_level": "asserted, planned, speculated, denied or background.",
        "is_main": "The story's main deal.",
        "confidence": "0 to 1.",
        "in_headline": "The headline tells of it.",
        "status_span_start": "Where the status was read.",
        "status_span_end": "Its end, exclusive.",
        "value_amount": "The deal's value in units of the original currency.",
        "value_currency": "ISO 4217 code.",
        "value_qualifier": "exact, approximately, up_to, at_least or range.",
        "value_min": "Lower end of a range.",
        "value_max": "Upper end of a range, or the ceiling.",
        "value_usd": "The value in US dollars at the reference rate of fx_date.",
        "fx_date": "Day of that rate.",
        "value_span_start": "Where the value was read.",
        "value_span_end": "Its end, exclusive.",
        "stake_pct": "Per cent of the target that changes hands.",
        "stake_span_start": "Where the stake was read.",
        "stake_span_end": "Its end, exclusive.",
        "term_months": "Base contract term in months, without options.",
        "term_span_start": "Where the term was read.",
        "term_span_end": "Its end, exclusive.",
        "sectors": "telecom, satellite.",
        "topics": "What the deal is about.",
        "countries": "ISO 3166-1 alpha-2 codes of the countries that the text states.",
        "quote": "The sentence that proves the deal.",
        "span_start": "Where the quote begins.",
        "span_end": "Its end, exclusive.",
        "tagger_version": "Version of the rules that read it.",
    },
    types={"article_version": pa.int16(), "term_months": pa.int16(), "stake_pct": pa.decimal128(7, 4)},
    sort_by=("published_at", "mention_id"),
    enums={"deal_type": "deal_type", "status": "status", "sectors": "sector", "topics": "topic"},
)  # fmt: skip


class DealParty(typing.NamedTuple):
    """The row of fact_deal_party: a Party with the deal and article it belongs to."""

    mention_id: str
    article_id: str
    company_id: str
    role: str
    name: str
    name_as_written: str
    span_start: int
    span_end: int
    country: str | None


DEAL_PARTY = Table(
    name="fact_deal_party",
    note="One row a party of a deal mention.",
    row=DealParty,
    columns={
        "mention_id": "The deal mention.",
        "article_id": _ARTICLE_ID,
        "company_id": "Wikidata id where the lexicon knows one, else x: and the hash of the normalised name.",
        "role": "What the party does in the deal.",
        "name": "Canonical name.",
        "name_as_written": "The words of the text.",
        "span_start": "Where they begin.",
        "span_end": "Their end, exclusive.",
        "country": "ISO 3166-1 alpha-2 code of the party's home.",
    },
    types={"country": pa.string()},
    sort_by=("mention_id", "span_start", "company_id", "role"),
    enums={"role": "role"},
)

REJECT = Table(
    name="fact_reject",
    note="One row a thing that failed: the dead letters.",
    row=rows.Reject,
    columns={
        "reject_id": "Hash of stage, subject_id, error_code and commit.",
        "stage": "feeds, resolve, robots, fetch, decode, parse, extract, tag or write.",
        "error_code": "What failed, from a closed list.",
        "error_class": "The exception's class.",
        "message": "At most 500 characters; control characters escaped, secrets removed.",
        "retryable": "A later try could mend it.",
        "feed_id": _FEED_ID,
        "entry_id": _ENTRY_ID,
        "subject_id": "Id of the thing that failed: an entry, else a feed.",
        "url": "Its address, secrets removed.",
        "http_status": "The answer's status, if any.",
        "attempts": "Attempts so far.",
        "failed_at": "When.",
        "payload_head": "First 4 KiB of what could not be read.",
    },
    types={"http_status": pa.int16(), "attempts": pa.int16()},
    sort_by=("failed_at", "reject_id"),
    enums={},
)

RUN = Table(
    name="fact_run",
    note="One row a commit.",
    row=rows.Run,
    columns={
        "started_at": "When the run began; null for a window.",
        "ended_at": "When the commit was made.",
        "window_start": "First instant of the window; null for a batch run.",
        "window_end": "End of the window, exclusive.",
        "mode": "batch or stream.",
        "runner": "The Beam runner.",
        "code_version": "Version of bentpipe.",
        "beam_version": "Version of Apache Beam.",
        "options_sha256": "Hash of the options.",
        "feeds": "Feeds listed.",
        "feeds_not_due": "Feeds whose next poll lay ahead, or that are retired.",
        "polls_ok": "Polls answered with a feed, changed or not.",
        "polls_failed": "Polls that failed.",
        "entries_seen": "Entries in the feeds polled.",
        "entries_new": "Entries not seen before.",
        "entries_deferred": "Entries put off to a later run.",
        "articles": "Articles written.",
        "deal_stories": "Articles that report a deal.",
        "deal_mentions": "Deals in them.",
        "rejects": "Rows of fact_reject.",
        "bytes_downloaded": "Bytes of the feeds polled, on the wire.",
    },
    types={name: pa.int64() for name in ("feeds", "feeds_not_due", "polls_ok", "polls_failed", "entries_seen",
           "entries_new", "entries_deferred", "articles", "deal_stories", "deal_mentions", "rejects",
           "bytes_downloaded")},
    sort_by=("ended_at",),
    enums={},
)  # fmt: skip

FACTS: dict[str, Table] = {t.name: t for t in (FEED_POLL, ENTRY, ARTICLE, DEAL_MENTION, DEAL_PARTY, REJECT, RUN)}

_STRINGS = pa.list_(pa.string())

DIM_FEED = pa.schema(
    [("feed_id", pa.string()), ("url", pa.string()), ("title", pa.string()), ("site_url", pa.string()),
     ("language", pa.string()), ("country", pa.string()), ("tags", _STRINGS)]
)  # fmt: skip
DIM_COMPANY = pa.schema(
    [("company_id", pa.string()), ("name", pa.string()), ("aliases", _STRINGS), ("kind", pa.string()),
     ("country", pa.string()), ("parent_company_id", pa.string()), ("ticker", pa.string()), ("sectors", _STRINGS),
     ("source", pa.string())]
)  # fmt: skip
DIM_VALUE = pa.schema([("value", pa.string()), ("label", pa.string()), ("definition", pa.string())])

DIM_NOTES: dict[str, str] = {
    "dim_feed": "What the feed lists say of each feed.",
    "dim_company": "Companies of the lexicon, and those seen that it lacks (source = seen).",
    "dim_deal_type": "Values of deal_type.",
    "dim_status": "Values of status.",
    "dim_role": "Values of role.",
    "dim_topic": "Values of topics.",
    "dim_sector": "Values of sectors.",
    "dim_disposition": "Values of disposition.",
    "dim_outcome": "Values of outcome.",
}

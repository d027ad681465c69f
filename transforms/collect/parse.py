"""Bytes of a feed to entries: RSS, Atom, RDF, JSON Feed, news sitemap. Runs in a guarded child; imports no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from apache_beam.utils.timestamp import Timestamp

from schemas.ids import make_id
from schemas.rows import Entry, Feed, Reject
from transforms._text import MAX_SUMMARY_CHARS, clean_line, clean_text
from transforms._urls import MAX_URL_CHARS, redact_url
from transforms.collect.dates import DateReader
from transforms.collect.encoding import decode_feed
from transforms.collect.guard import MAX_ENTRIES, safe_xml
from transforms.collect.handlers import MAX_AUTHOR_CHARS
from transforms.collect.items import FeedError, RawFeed, RawItem
from transforms.collect.jsonfeed import read_json
from transforms.collect.markup import markup_to_text, unescape
from transforms.collect.sitemap import read_sitemap
from transforms.collect.xmlfeed import read_xml

MIN_CONTENT_CHARS = 1_500
"""A description of so much text is the article itself, where the entry has no content of its own."""

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})")


class ParsedFeed(NamedTuple):
    """A feed that was read. ttl_s, update_period_s: seconds between polls that the publisher asks for."""

    format: str
    entries: list[Entry]
    rejects: list[Reject]
    title: str | None = None
    site_url: str | None = None
    language: str | None = None
    ttl_s: int | None = None
    update_period_s: int | None = None


def parse_feed(body: bytes, url: str, content_type: str | None, feed: Feed, now: Timestamp) -> ParsedFeed:
    """Reads a feed's entries, in the document's order, each with an entry_id of its own.

    An entry without anything to tell it by (no link, guid, title, summary, content or date) becomes a Reject
    (schema_reject); so does what was cut beyond MAX_ENTRIES (parse_limit), and what elements the parser stumbled over
    (parse_error). A date that cannot be read becomes a Reject of its entry (bad_date, with the text), and the entry
    goes on without it. Exact repeats of an entry are one entry.

    Args:
        url: where the body was fetched, "" where that is not known; the base of relative links.
        now: the poll's time; first_seen_at of the entries.

    Raises:
        FeedError: it is no feed, or cannot be read as one.
    """
    return _assemble(_read(body, url, content_type), url, feed, now)


def _assemble(raw: RawFeed, url: str, feed: Feed, now: Timestamp) -> ParsedFeed:
    language = clean_line(raw.language, 35) or feed.language
    reader = DateReader(now, language, feed.country)
    site_url = _absolute(raw.site_url, url)
    entries = [_entry(item, feed, url, language, reader, now) for item in raw.items]
    kept = [entry._replace(position=position) for position, entry in enumerate(entries) if not _is_empty(entry)]
    identified = _with_ids(kept, feed.feed_id)
    rejects = [_reject(feed, now, "bad_date", entry.detail, entry) for entry in identified if entry.detail]
    if len(kept) < len(entries):
        message = "%d entries without link, id, title, text and date" % (len(entries) - len(kept))
        rejects.append(_reject(feed, now, "schema_reject", message))
    if raw.stumbles:
        rejects.append(
            _reject(feed, now, "parse_error", "%d elements that cannot be read were left out" % raw.stumbles)
        )
    if raw.is_truncated:
        rejects.append(_reject(feed, now, "parse_limit", "entries beyond the first %d were cut" % MAX_ENTRIES))
    return ParsedFeed(
        format=raw.format,
        entries=identified,
        rejects=rejects,
        title=_title(raw.title),
        site_url=site_url,
        language=language,
        ttl_s=raw.ttl_s,
        update_period_s=raw.update_period_s,
    )


def entries_of_file(path: str) -> Iterator[dict[str, Any]]:
    """Reads a saved feed: one mapping an entry (see ``entries_of_bytes``), or one {path, error}; never raises."""
    try:
        yield from entries_of_bytes(Path(path).read_bytes(), path)
    except (OSError, FeedError) as error:
        yield {"path": path, "error": clean_line(str(error), 500)}


def entries_of_bytes(
    body: bytes, path: str, url: str = "", content_type: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yields a mapping for each entry of a feed, in words of fact_entry; instants are RFC 3339 text.

    url is the entry's link as an absolute address, or else as the feed gives it, relative or of another scheme: a
    saved file does not say where it is from. content is the full content, or the summary where the feed has no more.

    Raises:
        FeedError: as parse_feed.
    """
    raw = _read(body, url, content_type)
    for entry in _assemble(raw, url, Feed(make_id(path), path), Timestamp.now()).entries:
        yield {
            "path": path,
            "entry_id": entry.entry_id,
            "guid": entry.guid,
            "url": entry.url or clean_line(raw.items[entry.position or 0].link, MAX_URL_CHARS),
            "title": entry.title,
            "summary": entry.summary,
            "author": entry.author,
            "published_at": entry.published_at and entry.published_at.to_rfc3339(),
            "updated_at": entry.updated_at and entry.updated_at.to_rfc3339(),
            "content": entry.content or entry.summary,
        }


def _read(body: bytes, url: str, content_type: str | None) -> RawFeed:
    text = decode_feed(body, content_type)
    if text.lstrip("\ufeff \t\r\n\x00")[:1] in ("{", "["):
        return read_json(text.strip("\ufeff \t\r\n\x00"))
    safe, is_cut = safe_xml(text)
    root = _ROOT.match(safe)
    if root is None:
        raise FeedError("not_a_feed", "neither XML nor JSON" if body.strip() else "an empty answer")
    name = root[1].lower()
    if name == "html":
        raise FeedError("not_a_feed", "an HTML page where a feed is due")
    if name == "sitemapindex":
        raise FeedError("not_a_feed", "an index of sitemaps; list the news sitemap itself")
    try:
        return read_sitemap(safe) if name == "urlset" else read_xml(safe, url, is_cut)
    except FeedError:
        raise
    except Exception as error:  # feedparser raises what it likes, and the feed's bytes are hostile
        raise FeedError("parse_error", "%s: %s" % (type(error).__name__, error)) from error


def _entry(item: RawItem, feed: Feed, base: str, language: str | None, reader: DateReader, now: Timestamp) -> Entry:
    """The entry of an item, its id still missing."""
    published, updated = reader.read(item.published), reader.read(item.updated)
    texts = {"published": item.published and not published, "updated": item.updated and not updated}
    unread = ["%s: %s" % (name, getattr(item, name)) for name, is_unread in texts.items() if is_unread]
    summary = markup_to_text(item.summary[: 4 * MAX_SUMMARY_CHARS]) if item.summary else ""
    content = item.content or (item.summary if len(summary) >= MIN_CONTENT_CHARS else None)
    return Entry(
        entry_id="",
        feed_id=feed.feed_id,
        guid=clean_line(item.guid, MAX_URL_CHARS),
        url=_absolute(item.link, base),
        title=_title(item.title),
        summary=clean_text(summary, MAX_SUMMARY_CHARS).strip() or None,
        author=clean_line(markup_to_text(item.author), MAX_AUTHOR_CHARS) if item.author else None,
        published_at=published or updated,
        updated_at=updated,
        first_seen_at=now,
        content=clean_text(content).strip() or None if content else None,
        language=clean_line(item.language, 35) or language,
        detail=clean_line("unread " + "; ".join(unread), 200) if unread else None,
    )


def _title(markup: str | None) -> str | None:
    """A title as one line. A reference that is still in it was escaped twice."""
    return clean_line(unescape(markup_to_text(markup))) if markup else None


def _absolute(link: str | None, base: str) -> str | None:
    """The link as an absolute http(s) address, as it is written; None where it is none."""
    link = clean_line(link, MAX_URL_CHARS + 1)
    if not link or len(link) > MAX_URL_CHARS:
        return None
    try:
        joined = urljoin(base, link) if base else link
        parts = urlsplit(joined)
        is_web = parts.scheme in ("http", "https") and parts.hostname and len(joined) <= MAX_URL_CHARS
    except ValueError:
        return None
    return joined if is_web else None


def _is_empty(entry: Entry) -> bool:
    return not (
        entry.guid or entry.url or entry.title or entry.summary or entry.content or entry.published_at or entry.author
    )


def _with_ids(entries: list[Entry], feed_id: str) -> list[Entry]:
    """The entries with their ids, the first of exact repeats only.

    An entry is known by its guid, else its link, else its title and date, else its text. Where that stands for several
    entries of one document (with other links and titles; without a guid, other dates too), it is known by all of them.
    """
    told: dict[Any, set[Any]] = {}
    for entry in entries:
        told.setdefault(_key(entry), set()).add(_full_key(entry))
    found: dict[str, Entry] = {}
    for entry in entries:
        key = _key(entry)
        entry_id = make_id(feed_id, *(key if len(told[key]) == 1 else _full_key(entry)))
        found.setdefault(entry_id, entry._replace(entry_id=entry_id))
    return list(found.values())


def _key(entry: Entry) -> tuple[str | None, ...]:
    if entry.guid or entry.url:
        return (entry.guid or entry.url,)
    if entry.title:
        return (entry.title, _published(entry))
    return (_published(entry), entry.author, entry.summary, entry.content)


def _full_key(entry: Entry) -> tuple[str | None, ...]:
    if entry.guid:
        return (entry.guid, entry.url, entry.title)
    if entry.url:
        return (None, entry.url, entry.title, _published(entry))
    return _key(entry)


def _published(entry: Entry) -> str | None:
    return entry.published_at.to_rfc3339() if entry.published_at else None


def _reject(feed: Feed, now: Timestamp, code: str, message: str, entry: Entry | None = None) -> Reject:
    """The dead letter of a feed, or of one of its entries."""
    return Reject(
        stage="parse",
        error_code=code,
        subject_id=entry.entry_id if entry else feed.feed_id,
        failed_at=now,
        message=message,
        feed_id=feed.feed_id,
        entry_id=entry.entry_id if entry else None,
        url=redact_url((entry.url if entry else None) or feed.url),
    )

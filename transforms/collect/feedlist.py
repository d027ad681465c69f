"""Feed lists: OPML, CSV, one address a line, or a single address."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from schemas.ids import make_id
from schemas.rows import Feed
from transforms._text import clean_line
from transforms._urls import BadUrl, parse_url, redact_url
from transforms.collect.encoding import decode_feed
from transforms.collect.guard import safe_xml

MAX_LIST_BYTES = 64 << 20
_TAG_SEPARATOR = re.compile(r"[,;|]")


class FeedListError(ValueError):
    """A feed list that cannot be used; the message is one line that says what to do."""


def read_feeds(sources: Sequence[str]) -> list[Feed]:
    """Reads feed lists into feeds, in their order; an address that stands twice is one feed, as listed first.

    Args:
        sources: each an http(s) address of a feed, or the path of a list: OPML (language, country and tags stand in
            the outline's attributes, folders are tags too), CSV (a header with ``url``, and any of title, site_url,
            language, country, tags), or text with one address a line, ``#`` beginning a comment.

    Raises:
        FeedListError: a list that cannot be read, holds no feed, or holds an address that is none of the web.
    """
    feeds: dict[str, Feed] = {}
    for source in sources:
        for feed in _read_source(source):
            feeds.setdefault(feed.feed_id, feed)
    if not feeds:
        raise FeedListError("no feeds given; name an OPML, CSV or text file, or the address of a feed")
    return list(feeds.values())


def read_feed_list(text: str, name: str) -> list[Feed]:
    """Reads the text of one list. name: what messages call it.

    Raises:
        FeedListError: as read_feeds.
    """
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        rows = _opml_rows(start, name)
    elif "," in start.partition("\n")[0] or start.partition("\n")[0].strip().lower() == "url":
        rows = _csv_rows(start, name)
    else:
        rows = _line_rows(start)
    feeds = [_feed(row, "%s, %s" % (name, where)) for where, row in rows]
    if not feeds:
        raise FeedListError("no feed in %s; it should list at least one feed's address" % name)
    return feeds


def _read_source(source: str) -> list[Feed]:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", source):
        return [_feed({"url": source}, "the command line")]
    path = Path(source)
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise FeedListError("feed list %s is over %d MiB; split it" % (source, MAX_LIST_BYTES >> 20))
        body = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FeedListError("cannot read the feed list %s: %s; check the path" % (source, reason)) from None
    if b"\x00" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FeedListError("%s is no feed list; it should be OPML, CSV or text with one address a line" % source)
    return read_feed_list(decode_feed(body), source)


def _opml_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The outlines with an xmlUrl. The guard leaves no DOCTYPE, so entities cannot do harm."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    safe = safe_xml(text)[0]
    root = etree.fromstring(safe.encode("utf-8"), parser) if safe else None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise FeedListError("%s is XML but no OPML; a feed itself is given by its address" % name)
    for outline in root.iter("{*}outline"):
        row = {key.lower(): value for key, value in outline.attrib.items()}
        if row.get("xmlurl", "").strip():
            folders = [_label(parent) for parent in outline.iterancestors("{*}outline")]
            yield (
                "outline %s" % (row.get("title") or row.get("text") or "without title"),
                {
                    "url": row["xmlurl"],
                    "title": row.get("title") or row.get("text"),
                    "site_url": row.get("htmlurl"),
                    "language": row.get("language"),
                    "country": row.get("country"),
                    "tags": [*reversed(folders), *_tags(row.get("tags")), *_tags(row.get("category"), "/")],
                },
            )


def _label(outline: Any) -> str:
    return outline.get("text") or outline.get("title") or ""


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        names = [(field or "").strip().lower() for field in reader.fieldnames or ()]
        if "url" not in names:
            raise FeedListError("the first line of %s names no column url; it should read url,title,language" % name)
        reader.fieldnames = names
        for row in reader:
            if (row.get("url") or "").strip() and not str(row["url"]).startswith("#"):
                yield "line %d" % reader.line_num, row | {"tags": _tags(row.get("tags"))}
    except csv.Error as error:
        raise FeedListError("%s is no CSV that can be read: %s" % (name, error)) from None


def _line_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        url = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if url:
            yield "line %d" % number, {"url": url}


def _tags(text: Any, more: str = "") -> list[str]:
    """The words of a list in one field; more: a further separator."""
    if more and text:
        text = text.replace(more, ",")
    return [tag.strip() for tag in _TAG_SEPARATOR.split(text or "")]


def _feed(row: dict[str, Any], where: str) -> Feed:
    url = str(row["url"]).strip()
    try:
        parse_url(url)
    except BadUrl as error:
        shown = clean_line(redact_url(url), 100)
        raise FeedListError("%s: %s is no feed's address (%s); mend or remove it" % (where, shown, error)) from None
    return Feed(
        feed_id=make_id(url),
        url=url,
        title=clean_line(row.get("title")),
        site_url=_site_url(row.get("site_url")),
        language=clean_line(row.get("language"), 35),
        country=(clean_line(row.get("country"), 2) or "").upper() or None,
        tags=_distinct(row.get("tags") or ()),
    )


def _site_url(url: str | None) -> str | None:
    try:
        return parse_url(url) if url else None
    except BadUrl:
        return None


def _distinct(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for raw in tags if (tag := clean_line(raw, 100))))

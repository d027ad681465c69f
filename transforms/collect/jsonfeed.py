"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
from typing import Any

from transforms.collect.guard import MAX_ENTRIES
from transforms.collect.items import FeedError, RawFeed, RawItem
from transforms.collect.markup import text_to_markup

_MAX_DIGITS = 100


def read_json(text: str) -> RawFeed:
    """Reads a JSON Feed. Fields of another type than the standard's are as good as absent; numbers do as ids.

    Raises:
        FeedError: parse_error (no JSON), parse_limit (nested too deep), not_a_feed (JSON, but no feed).
    """
    try:
        feed = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_nothing)
    except RecursionError:
        raise FeedError("parse_limit", "JSON nested too deep") from None
    except ValueError as error:
        raise FeedError("parse_error", "no JSON: %s" % error) from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise FeedError("not_a_feed", "JSON without a list of items")
    items = feed["items"]
    author = _author(feed)
    return RawFeed(
        format="json",
        items=[_item(item, author) if isinstance(item, dict) else RawItem() for item in items[:MAX_ENTRIES]],
        title=_markup(feed.get("title")),
        site_url=_string(feed.get("home_page_url")),
        language=_string(feed.get("language")),
        is_truncated=len(items) > MAX_ENTRIES,
    )


def _item(item: dict[str, Any], author: str | None) -> RawItem:
    html, plain = _string(item.get("content_html")), _string(item.get("content_text"))
    return RawItem(
        guid=_string(item.get("id")),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=_markup(item.get("title")),
        summary=_markup(item.get("summary")),
        content=html or plain,
        author=_author(item) or author,
        published=_string(item.get("date_published")),
        updated=_string(item.get("date_modified")),
        language=_string(item.get("language")),
    )


def _author(holder: dict[str, Any]) -> str | None:
    """The names of authors (1.1), or of the author (1.0)."""
    authors = holder.get("authors")
    people = authors if isinstance(authors, list) else []
    names = [_string(person.get("name")) for person in (*people, holder.get("author")) if isinstance(person, dict)]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _number(digits: str) -> str | None:
    """Numbers stay text: ids keep their digits, and none is too long to be read."""
    return digits if len(digits) <= _MAX_DIGITS else None


def _nothing(_constant: str) -> None:
    """NaN and the infinities are no JSON (RFC 8259, section 6), and nothing here needs them."""


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _markup(value: Any) -> str | None:
    text = _string(value)
    return text_to_markup(text) if text else None

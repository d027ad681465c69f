"""RSS, Atom and RDF: what feedparser's handlers found, as a feed of items. Sees text that the guard has mended only."""

from __future__ import annotations

from typing import Any

from transforms.collect.handlers import parse_xml
from transforms.collect.items import FeedError, RawFeed, RawItem
from transforms.collect.markup import text_to_markup

_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
# Link relations that are never the story's page (RFC 4287, 4685, 5005, 5023; WebSub).
_NOT_THE_PAGE = frozenset(
    "self edit edit-media enclosure replies hub next prev previous first last license via related icon image".split()
)


def read_xml(text: str, url: str, is_truncated: bool = False) -> RawFeed:
    """Reads what ``guard.safe_xml`` returned. url: where the feed was fetched, the base of its relative links.

    Raises:
        FeedError: not_a_feed.
    """
    parsed = parse_xml(text, url)
    feed = parsed.feeddata
    if not parsed.version and not parsed.entries:
        raise FeedError("not_a_feed", "no RSS, Atom or RDF feed")
    version = parsed.version or "rss"
    kind = "rdf" if version in ("rss10", "rss090") else "atom" if version.startswith("atom") else "rss"
    return RawFeed(
        format=kind,
        items=[_item(entry) for entry in parsed.entries],
        title=_markup(feed, "title"),
        site_url=dict.get(feed, "link"),
        language=dict.get(feed, "language"),
        ttl_s=_seconds(dict.get(feed, "ttl"), 60),
        update_period_s=_update_period(dict.get(feed, "sy_updateperiod"), dict.get(feed, "sy_updatefrequency")),
        is_truncated=is_truncated,
        stumbles=parsed.stumbles,
    )


def _item(entry: Any) -> RawItem:
    # Without its detail, a summary is feedparser's copy of the content.
    summary = _markup(entry, "summary") if "summary_detail" in entry else None
    summary = summary or _markup(entry, "itunes_summary") or _markup(entry, "media_description")
    return RawItem(
        guid=dict.get(entry, "id"),
        link=_link(entry),
        title=_markup(entry, "title") or _markup(entry, "media_title"),
        summary=summary,
        content=_content(entry),
        author=_author(entry),
        published=dict.get(entry, "published"),
        updated=dict.get(entry, "updated") or dict.get(entry, "created"),
        language=_language(entry),
    )


def _markup(context: Any, key: str) -> str | None:
    """A text field as markup: what is declared plain text, and does not look like markup, is escaped."""
    value = dict.get(context, key)
    if not value:
        return None
    detail = dict.get(context, key + "_detail") or {}
    return text_to_markup(value) if dict.get(detail, "type") == "text/plain" else str(value)


def _content(entry: Any) -> str | None:
    """The richest content: HTML before text before anything else; the longest HTML, the first text."""
    found: list[tuple[int, int, str]] = []
    for content in entry.get("content") or ():
        kind, value = content.get("type") or "", content.get("value") or ""
        rank = 2 if kind in ("text/html", "application/xhtml+xml") else 1 if kind.startswith("text/") else 0
        found.append((rank, len(value) if rank == 2 else 0, value))
    return max(found, key=lambda content: content[:2], default=(0, 0, ""))[2] or None


def _link(entry: Any) -> str | None:
    """The page of an item: its link, else the first link of no other relation, else its id that is to be one."""
    link = dict.get(entry, "link")
    if link:
        return str(link)
    for other in dict.get(entry, "links") or ():
        if dict.get(other, "rel") not in _NOT_THE_PAGE and dict.get(other, "href"):
            return str(other["href"])
    return dict.get(entry, "guid_as_link")


def _author(entry: Any) -> str | None:
    names = [dict.get(author, "name") for author in dict.get(entry, "authors") or ()]
    distinct = dict.fromkeys(str(name) for name in names if name)
    return ", ".join(distinct) or dict.get(entry, "author")


def _language(entry: Any) -> str | None:
    for key in ("content", "summary_detail", "title_detail"):
        detail = dict.get(entry, key)
        detail = detail[0] if isinstance(detail, list) and detail else detail
        if isinstance(detail, dict) and dict.get(detail, "language"):
            return str(dict.get(detail, "language"))
    return None


def _seconds(text: Any, unit: int) -> int | None:
    """A whole number of units as seconds, at most a year; None where it is none."""
    text = str(text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return min(int(text) * unit, 31_536_000) or None


def _update_period(period: Any, frequency: Any) -> int | None:
    """Seconds between updates by the RSS module syndication: a period is divided by the frequency, 1 by default."""
    seconds = _PERIODS.get(str(period or "").strip().lower())
    times = _seconds(frequency, 1) or 1
    return max(1, seconds // times) if seconds else None

"""RSS, Atom and RDF by feedparser, the one place that imports it. It sees text that the guard has mended, only."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from feedparser.api import LooseFeedParser, StrictFeedParser

from transforms.collect.items import FeedError, RawFeed, RawItem
from transforms.collect.markup import text_to_markup

MAX_AUTHOR_CHARS = 320
# What feedparser's handlers raise for elements out of place ("textinput" outside of a channel, "media:credit" without
# its start …): that element is lost then, not the feed.
_STUMBLES = (KeyError, IndexError, TypeError, ValueError)
# Elements that nothing here reads; to leave them out halves the time that podcasts and blogs take.
_UNREAD = frozenset(
    "category enclosure comments slash:comments wfw:commentrss wfw:comment thr:total trackback:ping pingback:target "
    "media:thumbnail media:category media:keywords media:credit media:rating media:player media:hash media:community "
    "itunes:duration itunes:explicit itunes:image itunes:keywords itunes:season itunes:episode itunes:episodetype "
    "itunes:block itunes:order itunes:category georss:point georss:box georss:featurename geo:lat geo:long "
    "dc:subject dc:format dc:identifier creativecommons:license cc:license cloud skiphours skipdays "
    "psc:chapters".split()
)
_MAIL_AND_NAME = re.compile(r"[^\s()<>]+@[^\s()<>]+\s+\((.+)\)", re.DOTALL)
_NAME_AND_MAIL = re.compile(r"(.+?)\s*<[^\s<>]+@[^\s<>]+>", re.DOTALL)
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
# Link relations that are never the story's page (RFC 4287, 4685, 5005, 5023; WebSub).
_NOT_THE_PAGE = frozenset(
    "self edit edit-media enclosure replies hub next prev previous first last license via related icon image".split()
)


class _Fields(dict[str, Any]):
    """An item's fields; in place of FeedParserDict, whose aliases cost more than all the rest of parsing."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class _Guarded:
    """What feedparser 6.0.14 does otherwise: dates and ids stay as written, authors are bounded, dicts are plain."""

    resolve_relative_uris = False
    sanitize_html = False
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}

    stumbles = 0

    def unknown_starttag(self: Any, tag: str, attrs: Any) -> None:
        try:
            super().unknown_starttag(tag, attrs)  # type: ignore[misc]
        except _STUMBLES:
            self.stumbles += 1

    def unknown_endtag(self: Any, tag: str) -> None:
        try:
            super().unknown_endtag(tag)  # type: ignore[misc]
        except _STUMBLES:
            self.stumbles += 1
            self.depth -= 1
            for stack in (self.basestack, self.langstack):
                del stack[-1:]

    def push_content(self: Any, tag: str, attrs_d: Any, default_content_type: str, expecting_text: Any) -> None:
        super().push_content(tag, attrs_d, default_content_type, expecting_text)  # type: ignore[misc]
        self.contentparams = dict(self.contentparams)

    def _start_item(self: Any, attrs_d: Any) -> None:
        super()._start_item(attrs_d)  # type: ignore[misc]
        self.entries[-1] = _Fields(self.entries[-1])

    _start_entry = _start_item

    def _start_link(self: Any, attrs_d: Any) -> None:
        for name in ("uri", "url"):  # no link format has these; feedparser takes them for the address
            attrs_d.pop(name, None)
        super()._start_link(attrs_d)  # type: ignore[misc]

    def _end_published(self: Any) -> None:
        self.pop("published")

    _end_pubdate = _end_issued = _end_published

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self: Any) -> None:
        self.pop("created")

    def _end_expirationdate(self: Any) -> None:
        self.pop("expired")

    def _end_guid(self: Any) -> None:
        value = self.pop("id")
        if self.guidislink and value:
            self._save("guid_as_link", self.resolve_uri(value))

    _end_id = _end_guid

    # feedparser takes these for title and description, and the description proper for content then.

    def _start_media_title(self: Any, attrs_d: Any) -> None:
        self.push_content("media_title", attrs_d, "text/plain", 1)

    def _end_media_title(self: Any) -> None:
        self.pop_content("media_title")

    def _start_media_description(self: Any, attrs_d: Any) -> None:
        self.push_content("media_description", attrs_d, "text/html", 1)

    def _end_media_description(self: Any) -> None:
        self.pop_content("media_description")

    def _start_itunes_summary(self: Any, attrs_d: Any) -> None:
        self.push_content("itunes_summary", attrs_d, "text/html", 1)

    def _end_itunes_summary(self: Any) -> None:
        self.pop_content("itunes_summary")

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        context = self._get_context()
        people = context.get(key + "s")
        if people and people[-1]:
            super()._sync_author_detail(key)  # type: ignore[misc]
        elif people and context.get(key):  # feedparser's own pattern for addresses is quadratic, and cuts them short
            people[-1]["name"] = _name(context[key][:MAX_AUTHOR_CHARS])


class _Strict(_Guarded, StrictFeedParser):  # type: ignore[misc]
    """Fed by expat without its name spaces, as the loose parser is: feedparser maps prefixes itself.

    Half the cost of xml.sax, and a prefix that nothing declares is no error.
    """

    _unread = 0

    def start_element(self: Any, name: str, attributes: dict[str, str]) -> None:
        tag = name.lower()
        if self._unread or (not self.incontent and (self._standard(tag) if ":" in tag else tag) in _UNREAD):
            self._unread += 1
            return
        pairs = [(self._standard(key) if ":" in key else key, value) for key, value in attributes.items()]
        self.unknown_starttag(tag, pairs)

    def end_element(self: Any, name: str) -> None:
        if self._unread:
            self._unread -= 1
        else:
            self.unknown_endtag(name.lower())

    def text(self: Any, text: str) -> None:
        if not self._unread:
            self.handle_data(text)

    def _standard(self: Any, key: str) -> str:
        prefix, _, name = key.partition(":")
        standard = self.namespacemap.get(prefix)
        return "%s:%s" % (standard, name) if standard else key


class _Loose(_Guarded, LooseFeedParser):  # type: ignore[misc]
    pass


def read_xml(text: str, url: str, is_truncated: bool = False) -> RawFeed:
    """Reads what ``guard.safe_xml`` returned. url: where the feed was fetched, the base of its relative links.

    Raises:
        FeedError: not_a_feed.
    """
    parsed = _parse(text, url)
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


def _parse(text: str, url: str) -> Any:
    """feedparser's handler after the document: the strict one, or the loose one where that gives up."""
    strict = _Strict(url, None, "utf-8")
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = strict.start_element
    parser.EndElementHandler = strict.end_element
    parser.CharacterDataHandler = strict.text
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError:
        loose = _Loose(url, None, "utf-8", {})
        loose.feed(text)
        return loose
    return strict


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


def _name(author: str) -> str:
    """The name in "mail@host (Name)", as RSS 2.0 writes authors, and in "Name <mail@host>"; else author as it is."""
    for form in (_MAIL_AND_NAME, _NAME_AND_MAIL):
        match = form.fullmatch(author.strip())
        if match and match[1].strip():
            return match[1].strip()
    return author


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

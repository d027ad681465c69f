"""feedparser's handlers, the one place that imports it, without what is slow, unbounded or wrong in them."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from feedparser.api import LooseFeedParser, StrictFeedParser

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


def parse_xml(text: str, url: str) -> Any:
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


def _name(author: str) -> str:
    """The name in "mail@host (Name)", as RSS 2.0 writes authors, and in "Name <mail@host>"; else author as it is."""
    for form in (_MAIL_AND_NAME, _NAME_AND_MAIL):
        match = form.fullmatch(author.strip())
        if match and match[1].strip():
            return match[1].strip()
    return author

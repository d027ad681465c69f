"""When it was published, and changed: from the page's statements, the feed, the page's face and its address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apache_beam.utils.timestamp import Timestamp
from htmldate import find_date
from lxml.html import HtmlElement

from transforms.extract.blocks import Block, near_title
from transforms.extract.dates import EARLIEST, Date, date_of_url, parse_date
from transforms.extract.jsonld import ARTICLE_TYPES, text_of, types_of
from transforms.extract.statements import Statements

_META = (
    "article:published_time og:article:published_time article:published datepublished parsely-pub-date sailthru.date "
    "dc.date.issued dcterms.created dcterms.date dc.date.created dc.date citation_publication_date citation_date "
    "citation_online_date pubdate publishdate publish-date publish_date publication_date published_time "
    "date.release release_date originalpublicationdate cxenseparse:recs:publishtime bt:pubdate date article.published"
).split()
_META_MODIFIED = "article:modified_time og:updated_time datemodified lastmod last-modified dcterms.modified".split()
_MONTH_FIRST = ("en-us", "en_us", "en-ph", "en_ph")
_FIRST = re.compile(
    r"\b(?:originally|first|erstmals|initialement|publicado\s+originalmente)\s+(?:published|posted|appeared|veröffentlicht|publié)?",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|modif|review|aktualis|geändert|mis à jour|actualiz|aggiorn|atualiz", re.IGNORECASE)
MAX_DATELINE_CHARS = 80
_NEAR_SECONDS = 36 * 3_600


def is_day_first(language: str | None) -> bool:
    """Whether 03/04/2025 is read as 3 April: everywhere but in American and Philippine English."""
    return not (language or "").lower().startswith(_MONTH_FIRST)


def find_published(
    said: Statements, blocks: Sequence[Block], title: str | None, url: str, hint: Timestamp | None, now: Timestamp
) -> tuple[Date | None, str | None]:
    """Returns the date stated and its source (json_ld, meta, feed, page, url); of the page's face its surest signs.

    Of statements the first counts that can be read. An earlier day shown beside the title overrules it: pages that are
    moved or renewed are given a new date of publication. A day alone gives way to the feed's time where they agree.
    """
    day_first = is_day_first(said.language)
    feed = Date(hint, "day" if hint.micros % 86_400_000_000 == 0 else "second", 0) if hint and hint <= now else None
    stated = _stated(said, now, day_first)
    if stated is not None:
        date, source = stated
        shown = read_near_title(blocks, title, now, day_first, MAX_DATELINE_CHARS)
        if shown is not None and float(date.at - shown.at) > _NEAR_SECONDS:
            date, source = shown, "page"
        if date.precision == "day" and feed is not None and abs(float(feed.at - date.at)) <= _NEAR_SECONDS:
            return feed, "feed"
        return date, source
    if feed is not None:
        return feed, "feed"
    shown = read_first_published(blocks, now, day_first) or _shown(said.times, now, day_first)
    if shown is not None:
        return shown, "page"
    date_in_url = date_of_url(url, now)
    return (date_in_url, "url") if date_in_url else (None, None)


def find_modified(said: Statements, now: Timestamp) -> tuple[Timestamp | None, str | None]:
    """Returns when the page says it was last changed, and the source (json_ld, meta)."""
    if said.article is not None:
        date = parse_date(text_of(said.article.get("dateModified")), now)
        if date:
            return date.at, "json_ld"
    for name in _META_MODIFIED:
        date = parse_date(said.meta.get(name), now)
        if date:
            return date.at, "meta"
    return None, None


def read_near_title(
    blocks: Sequence[Block], title: str | None, now: Timestamp, day_first: bool, max_chars: int = 160
) -> Date | None:
    """Returns the date written in a short line next to the title, as in "By A. Writer, 3 March 2026"."""
    for block in near_title(blocks, title):
        if len(block.text) <= max_chars and not _CHANGED.search(block.text):
            date = parse_date(block.text, now, day_first)
            if date is not None:
                return date
    return None


def read_first_published(blocks: Sequence[Block], now: Timestamp, day_first: bool) -> Date | None:
    """Returns the date of a line like "This article was first published on 3 March 2024"."""
    for block in blocks:
        if len(block.text) <= 300:
            match = _FIRST.search(block.text)
            date = parse_date(block.text[match.end() :], now, day_first) if match else None
            if date is not None:
                return date
    return None


def read_page(tree: HtmlElement, url: str, now: Timestamp) -> Date | None:
    """htmldate's search of the whole page, by day; the last resort, as it costs most and knows least."""
    found = find_date(
        tree,
        extensive_search=False,
        original_date=True,
        url=url,
        min_date=EARLIEST.date().isoformat(),
        max_date=now.to_utc_datetime().date().isoformat(),
    )
    return parse_date(found, now)


def _stated(said: Statements, now: Timestamp, day_first: bool) -> tuple[Date, str] | None:
    nodes = [said.article] if said.article else []
    nodes += [node for node in said.nodes if types_of(node) & (ARTICLE_TYPES | _PAGES)]
    for node in nodes:
        for name in ("datePublished", "dateCreated"):
            date = parse_date(text_of(node.get(name)), now, day_first)
            if date:
                return date, "json_ld"
    for name in _META:
        date = parse_date(said.meta.get(name), now, day_first)
        if date:
            return date, "meta"
    return None


_PAGES = frozenset({"webpage", "newspage", "itempage"})


def _shown(times: Sequence[HtmlElement], now: Timestamp, day_first: bool) -> Date | None:
    """The date of a time element: one marked as the publication's, else the first; of lists of stories none."""
    dates = []
    for element in times[:50]:
        if any(around.tag in ("aside", "footer", "nav", "li") for around in element.iterancestors()):
            continue
        date = parse_date(element.get("datetime") or element.text_content(), now, day_first)
        if date is None:
            continue
        marks = "%s %s" % (element.get("itemprop") or "", element.get("class") or "")
        if "ublish" in marks or element.get("pubdate") is not None:
            return date
        if "odified" not in marks and "pdated" not in marks:
            dates.append(date)
    return dates[0] if dates else None

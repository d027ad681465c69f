"""News sitemaps (sitemaps.org with Google's news extension): pages with title and date, as a feed."""

from __future__ import annotations

from typing import Any

from lxml import etree

from transforms.collect.guard import MAX_ENTRIES
from transforms.collect.items import FeedError, RawFeed, RawItem
from transforms.collect.markup import text_to_markup


def read_sitemap(text: str) -> RawFeed:
    """Reads what ``guard.safe_xml`` returned of a sitemap: the pages that carry news tags.

    A plain sitemap lists all of a site's pages, and is no feed of news.

    Raises:
        FeedError: parse_error (no XML), not_a_feed (a sitemap without news).
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(text.encode("utf-8"), parser)
    if root is None:
        raise FeedError("parse_error", "a sitemap that cannot be read")
    pages = [page for page in root if _name(page) == "url"]
    items = [item for page in pages[:MAX_ENTRIES] if (item := _item(page))]
    if not items:
        raise FeedError("not_a_feed", "a sitemap without news")
    names = {text for page in pages for text in [_texts(page).get("name")] if text}
    return RawFeed(
        format="sitemap",
        items=items,
        title=text_to_markup(names.pop()) if len(names) == 1 else None,
        is_truncated=len(pages) > MAX_ENTRIES,
    )


def _item(page: Any) -> RawItem | None:
    texts = _texts(page)
    if "publication_date" not in texts and "title" not in texts:
        return None
    title = texts.get("title")
    return RawItem(
        link=texts.get("loc"),
        title=text_to_markup(title) if title else None,
        published=texts.get("publication_date"),
        updated=texts.get("lastmod"),
        language=texts.get("language"),
    )


def _texts(page: Any) -> dict[str, str]:
    """The texts of a page's own elements and its news elements by local name; those of image and video do not count."""
    found: dict[str, str] = {}
    for element in page.iter():
        space = etree.QName(element).namespace or "" if isinstance(element.tag, str) else ""
        text = (element.text or "").strip()
        if text and isinstance(element.tag, str) and ("news" in space or "sitemap/0" in space or not space):
            found.setdefault(_name(element), text)
    return found


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""

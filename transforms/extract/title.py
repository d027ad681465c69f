"""The title: the page's main heading where it has one, without the site's name."""

from __future__ import annotations

import html
import re

from transforms.extract.blocks import make_key
from transforms.extract.jsonld import text_of
from transforms.extract.statements import Statements

_SEPARATOR = re.compile(r"\s+[|–—•·»«:-]{1,2}\s+|\s*[|»«]\s*|\s+::\s+")
_WORD = re.compile(r"\w+")


def find_title(said: Statements, hint: str | None) -> tuple[str | None, str | None]:
    """Returns the title and where it came from (h1, json_ld, meta, title, feed).

    The heading is what readers see; what the page says elsewhere (headline, og:title, <title>) is often cut, rewritten
    for search engines or followed by the site's name, but tells which of several headings is the article's.
    """
    headline = text_of(said.article.get("headline")) if said.article else None
    others = [headline, *(said.meta.get(name) for name in _META), said.title, hint]
    known = [html.unescape(other) for other in others if other]
    best = max(said.headings, key=lambda heading: _agreement(heading, known), default=None)
    site = said.meta.get("og:site_name")
    is_alone = (
        len(set(said.headings)) == 1 and len(_words(said.headings[0])) >= 4 and not _is_site(said.headings[0], site)
    )
    if best and (_agreement(best, known) >= 0.5 or is_alone):
        return best, "h1"
    if headline and not _is_site(headline, site):
        return _bare(headline, site), "json_ld"
    for name in _META:
        if said.meta.get(name) and not _is_site(said.meta[name], site):
            return _bare(html.unescape(said.meta[name]), site), "meta"
    if hint:
        return hint, "feed"
    if said.title:
        return _bare(said.title, site), "title"
    return (best, "h1") if best else (None, None)


_META = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _agreement(heading: str, known: list[str]) -> float:
    """How much of the heading stands in what the page calls itself elsewhere: the best share, for longer ones more."""
    words = set(_words(heading))
    if not words:
        return 0.0
    best = 0.0
    for other in known:
        theirs = set(_words(other))
        if theirs:
            shared = len(words & theirs)
            best = max(best, shared / len(words) * min(1.0, 0.5 + shared / len(theirs)))
    return best


def _is_site(text: str, site: str | None) -> bool:
    return site is not None and make_key(text) == make_key(site)


def _bare(title: str, site: str | None) -> str:
    """Returns the title without the site's name before or after it."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    last, first = title[title.rindex(parts[-1]) :], parts[0]
    if (site and make_key(last) == make_key(site)) or len(_words(last)) <= 4 < len(_words(title[: -len(last)])):
        return title[: title.rindex(last)].rstrip(" |–—•·»«:-")
    if site and make_key(first) == make_key(site):
        return title[len(first) :].lstrip(" |–—•·»«:-")
    return title

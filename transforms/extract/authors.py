"""Who wrote it: the names a page states, cleaned of what is no name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree
from lxml.html import HtmlElement

from transforms._text import clean_line
from transforms.extract.blocks import make_key
from transforms.extract.jsonld import names_of
from transforms.extract.statements import Statements

MAX_AUTHORS = 20
MAX_NAME_CHARS = 80
_META = (
    "author article:author parsely-author sailthru.author dc.creator dcterms.creator citation_author byl "
    "bc:authors authors og:article:author twitter:creator:name".split()
)
_BYLINES = (
    etree.XPath(".//*[@itemprop='author'] | .//a[contains(@rel, 'author')]"),
    etree.XPath(
        ".//*[contains(@class, 'author-name') or contains(@class, 'author_name') or contains(@class, 'authorName')"
        " or contains(@class, 'author__name') or contains(@class, 'byline-name') or contains(@class, 'byline__name')]"
    ),
    etree.XPath(
        ".//*[self::a or self::span or self::p or self::div or self::address or self::li or self::strong]"
        "[contains(@class, 'byline') or contains(@class, 'author') or contains(@id, 'author')]"
    ),
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·\n]|,(?!\s*(?:jr|sr|phd|md|iii?)\b)|\s&\s|\band\b|\bund\b|\bet\b|\by\b|\be\b)\s*", re.I
)
_PREFIX = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|words|text|article|reviewed)\s+)?(?:by|von|par|por|di|da|door|av"
    r"|от|автор|autor(?:in)?|author|auteur|autore|redacción|editor|reporter)\s*[:\s]\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*(?:[,(|–—-]\s*|\s)(?:(?:senior|chief|staff|contributing|deputy|managing|guest|special)\s+)*(?:editor|reporter"
    r"|correspondent|writer|contributor|columnist|journalist|analyst|author|redakteur(?:in)?|journaliste)\b.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|[<>{}=]|\d{3,}|\b(?:admin|administrator|editor|staff|unknown|anonymous|null|undefined|none|webmaster"
    r"|read more|min read|follow|share|updated|published|posted|view all|about the author|minutes?)\b",
    re.IGNORECASE,
)


def find_authors(said: Statements, tree: HtmlElement, hint: str | None) -> tuple[list[str], str | None]:
    """Returns the authors' names and where they came from (json_ld, meta, page, feed)."""
    site = make_key(said.meta.get("og:site_name") or "")
    stated = names_of(said.article.get("author") or said.article.get("creator"), said.nodes) if said.article else []
    for source, values in (
        ("json_ld", stated),
        *(("meta", said.lists.get(name, [])) for name in _META),
    ):
        names = clean_names(values, site)
        if names:
            return names, source
    names = _read_bylines(tree, site)
    if names:
        return names, "page"
    names = clean_names([hint] if hint else [], site)
    return (names, "feed") if names else ([], None)


def clean_names(values: Iterable[str], site: str = "") -> list[str]:
    """Returns the names in author texts ("By A. Writer and B. Editor, Reuters"), each once, the site's own left out."""
    names: dict[str, str] = {}
    for value in values:
        text = _PREFIX.sub("", " ".join(value.split()))
        flipped = re.fullmatch(r"([\w'’-]+), ([\w'’.-]+(?: [\w'’.-]+)?)", text)
        parts = [text] if flipped and len(text) < 40 else _SPLIT.split(text)
        for part in parts:
            name = clean_line(_ROLE.sub("", _PREFIX.sub("", part)).strip(" ,.:;–—-/()\"'"), MAX_NAME_CHARS + 1)
            if name and _is_name(name, site):
                if flipped and len(parts) == 1:
                    family, _, given = name.partition(", ")
                    name = ("%s %s" % (given, family)).strip()
                names.setdefault(make_key(name), name)
    return list(names.values())[:MAX_AUTHORS]


def _is_name(name: str, site: str) -> bool:
    key = make_key(name)
    return (
        len(key) >= 2
        and len(name) <= MAX_NAME_CHARS
        and len(name.split()) <= 6
        and key != site
        and _NO_NAME.search(name) is None
    )


def _read_bylines(tree: HtmlElement, site: str) -> list[str]:
    """The first byline that holds a name, the surest kind of element first; those in lists of other stories skipped."""
    for find in _BYLINES:
        for element in find(tree)[:20]:
            if any(around.tag in ("aside", "footer", "nav", "li") for around in element.iterancestors()):
                continue
            named = element.find(".//*[@itemprop='name']")
            text = " ".join((named if named is not None else element).text_content().split())
            if 2 <= len(text) <= 120:
                names = [name for name in clean_names([text], site) if name[:1].isupper() or not name.isascii()]
                if names:
                    return names
    return []

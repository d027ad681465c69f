"""Who wrote it: the names a page states, cleaned of what is no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from transforms._text import clean_line
from transforms.extract.blocks import Block, make_key, near_title
from transforms.extract.jsonld import names_of
from transforms.extract.statements import Statements

MAX_AUTHORS = 20
MAX_NAME_CHARS = 80
_META = (
    "author article:author parsely-author sailthru.author dc.creator dcterms.creator citation_author byl "
    "bc:authors authors og:article:author twitter:creator:name".split()
)
_BYLINES = (
    etree.XPath(".//*[@itemprop='author' or @itemprop='creator'] | .//a[contains(@rel, 'author')]"),
    etree.XPath(
        ".//*[contains(@class, 'author-name') or contains(@class, 'author_name') or contains(@class, 'uthorName')"
        " or contains(@class, 'author__name') or contains(@class, 'byline-name') or contains(@class, 'byline__name')]"
    ),
    etree.XPath(
        ".//a[contains(@href, '/author') or contains(@href, '/profile/') or contains(@href, '/contributor')"
        " or contains(@href, '/journalist') or contains(@href, '/reporter') or contains(@href, '/staff/')]"
    ),
    etree.XPath(
        ".//*[self::a or self::span or self::p or self::div or self::address or self::li or self::strong or self::h3]"
        "[contains(@class, 'yline') or contains(@class, 'uthor') or contains(@id, 'author')"
        " or contains(@class, 'writer') or contains(@class, 'contributor') or contains(@class, 'posted-by')"
        " or contains(@data-testid, 'yline') or contains(@data-testid, 'uthor')]"
    ),
)
_ELSEWHERE = frozenset({"aside", "nav", "form"})
_WRITTEN_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|words|text|article)\s+)?(?:by|von|par|por|di|door|av|автор|autor"
    r"(?:in)?|author|auteur|autore)\b\s*:?\s*(?=\S)",
    re.IGNORECASE,
)
_CARD_LABEL = re.compile(
    r"^(?:written|posted|published)?\s*by\b|author|geschrieben von|verfasst von|écrit par|escrito por", re.I
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
_JOINT = re.compile(r"[,;&/]|and|und|et|y|e", re.IGNORECASE)
_JOINT_END = re.compile(r"(?:[,;&]|\b(?:and|und|et|y|e))$", re.IGNORECASE)
_LINE_END = re.compile(
    r"\s*[•|·]\s*|\s+(?:(?:on|am|le|el|il|op|em|den|vom)\s+)?"
    r"(?=\w{3,9}\.?\s+\d{1,2},\s+\d{4}|\d{1,2}\.?\s+(?:de\s+)?\w{3,10}\.?\s+(?:de\s+)?\d{4})"
)
_IS_ROLE = re.compile(
    r"(?:\b(?:editor|reporter|correspondent|writer|contributor|columnist|journalist|analyst|desk|bureau|manager|director"
    r"|officer)|redakteur(?:in)?|redaktion)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:(?:written|posted|published|reported|story|words|text|article)\s*)?(?:by|von|par|por|di|door|av)?\W*$|https?:|www\.|@|[<>{}=*?!]|\d{3,}|\b(?:admin|administrator|editor|staff|unknown|anonymous|null|undefined|none|webmaster"
    r"|read more|min read|follow|share|updated|published|posted|view all|about the author|minutes?)\b",
    re.IGNORECASE,
)


def find_authors(
    said: Statements, tree: HtmlElement, blocks: Sequence[Block], title: str | None, hint: str | None
) -> tuple[list[str], str | None]:
    """Returns the authors' names and where they came from (json_ld, meta, page, feed)."""
    site = make_key(said.meta.get("og:site_name") or "")
    article = said.article or {}
    stated = [("json_ld", names_of(article.get("author") or article.get("creator"), said.nodes))]
    stated += [("meta", said.lists.get(name, [])) for name in _META]
    stated += [("meta", _card_author(said))]
    for source, values in stated:
        names = clean_names(values, site)
        if names:
            return names, source
    names = _read_near_title(blocks, title, site) or _read_bylines(tree, site)
    if names:
        return names, "page"
    # A blog may bear its author's name; of a newspaper that names itself as the author a byline tells more.
    for source, values in [("feed", [hint] if hint else []), *stated]:
        names = clean_names(values)
        if names:
            return names, source
    return [], None


def _card_author(said: Statements) -> list[str]:
    """The author on a Twitter card, whose labels are free text."""
    labels = (("twitter:label%d" % number, "twitter:data%d" % number) for number in (1, 2, 3))
    return [
        said.meta[data] for label, data in labels if data in said.meta and _CARD_LABEL.search(said.meta.get(label, ""))
    ]


def _read_near_title(blocks: Sequence[Block], title: str | None, site: str) -> list[str]:
    """The names in a short line beside the title that begins with "By"."""
    for block in near_title(blocks, title):
        match = _WRITTEN_BY.match(block.text)
        if match and len(block.text) <= 120:
            names = clean_names([_LINE_END.split(block.text[match.end() :])[0]], site)
            if names and names[0][:1].isupper():
                return names
    return []


def clean_names(values: Iterable[str], site: str = "") -> list[str]:
    """Returns the names in author texts ("By A. Writer and B. Editor, Reuters"), each once, the site's own left out."""
    names: dict[str, str] = {}
    for value in values:
        text = _PREFIX.sub("", " ".join(value.split()))
        flipped = re.fullmatch(r"([\w'’-]+), ([\w'’.-]+(?: [\w'’.-]+)?)", text)
        parts = [text] if flipped and len(text) < 40 else _SPLIT.split(text)
        for part in parts:
            if part is not parts[0] and _IS_ROLE.search(part):
                continue
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
        len(key) >= 3
        and len(name) <= MAX_NAME_CHARS
        and len(name.split()) <= 6
        and key != site
        and _NO_NAME.search(name) is None
    )


def _read_bylines(tree: HtmlElement, site: str) -> list[str]:
    """The first byline that holds a name, the surest kind of element first; those of other stories skipped."""
    for find in _BYLINES:
        for element in find(tree)[:20]:
            if any(map(_is_elsewhere, element.iterancestors())):
                continue
            named = element.find(".//*[@itemprop='name']")
            names = _names_in(named if named is not None else element, site)
            if names:
                return names
    return []


def _names_in(element: HtmlElement, site: str) -> list[str]:
    """The names at the start of a byline; of what follows only what "and" or a comma joins to them."""
    names: list[str] = []
    is_joined = True
    for piece in element.itertext():
        text = " ".join(piece.split())
        if not text:
            continue
        if _JOINT.fullmatch(text):
            is_joined = True
            continue
        if not is_joined or len(text) > 120:
            break
        found = clean_names([_LINE_END.split(text)[0]], site)
        found = [name for name in found if name[:1].isupper() or not name.isascii()]
        if found:
            names.extend(found)
            is_joined = bool(_JOINT_END.search(text))
        elif names or _WRITTEN_BY.sub("", text + " x") != "x":
            break
    return names


def _is_elsewhere(element: HtmlElement) -> bool:
    """Tells whether a byline in this element is of another story, or of a comment."""
    if element.tag in ("ul", "ol"):
        return len(element) > 5
    if element.tag == "footer":
        return not any(around.tag in ("article", "main") for around in element.iterancestors())
    names = "%s %s" % (element.get("class") or "", element.get("id") or "")
    return element.tag in _ELSEWHERE or (element.tag != "body" and "omment" in names)

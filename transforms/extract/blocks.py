"""A page as a list of text blocks in reading order: a paragraph, heading, list item or table row each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rp rt "
    "ruby s samp small source span strike strong sub sup td th time tt u var wbr".split()
)
SKIPPED = frozenset(
    "aside button canvas datalist dialog embed fieldset figure footer form frame frameset head iframe input "
    "legend link map math menu meta nav noscript object optgroup option output param progress script select style "
    "svg template textarea track video audio".split()
)
_STRIPPED = (
    "script style noscript svg iframe template link object embed select canvas video audio map math "
    "button textarea input datalist dialog".split()
)
_MAY_WRAP_ALL = ("form", "nav", "aside", "footer", "fieldset", "menu")
_LISTS = frozenset({"div", "section", "ol", "ul", "details"})
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())

# Words in a class or id that name page furniture.
_FURNITURE = frozenset(
    "newsletter newsletters subscribe subscription subscriptions subscriber signup social share sharing sharebar "
    "sharetools shares sharedaddy related relatedposts relatedarticles recommended recommendation recommendations "
    "recirc recirculation readmore trending popular promo promos promotion promobox sponsor sponsored sponsors "
    "advert advertisement advertisements adverts ads advertising outbrain taboola comment comments disqus cookie "
    "cookies consent gdpr breadcrumb breadcrumbs sidebar footer nav navbar navigation menu byline bylines author "
    "authors bio tags tag taglist pagination pager copyright paywall login reprint reprints caption captions "
    "credit credits tooltip popup popover rollover hovercard follow donate donation donations toc upsell".split()
)
_SEPARATORS = str.maketrans("-_:/.", "     ")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_]+")
_APPENDED = re.compile(
    r"(?:^|\s)(?:(?:article-|post-)?comments?(?!ary)(?:[-_]?(?:list|section|area|container|wrap(?:per)?|thread|s))?"
    r"|disqus_thread|dsq-comments|infinite-?scroll)(?:\s|$)",
    re.IGNORECASE,
)


class Block:
    """One block.

    key: the text squeezed, by which texts are found in it.
    link_chars: how many of its characters link to other pages of the site.
    furniture: the elements around it (or in it) whose class or id names page furniture.
    start: where its key starts in the page's keys.
    """

    __slots__ = ("element", "furniture", "is_kept", "key", "link_chars", "start", "tag", "text")

    def __init__(
        self, text: str, key: str, element: HtmlElement, link_chars: int, furniture: tuple[HtmlElement, ...]
    ) -> None:
        self.text = text
        self.key = key
        self.element = element
        self.tag = str(element.tag)
        self.link_chars = link_chars
        self.furniture = furniture
        self.start = 0
        self.is_kept = False

    def link_share(self) -> float:
        """The share of the block's text that links to other pages of the site."""
        return self.link_chars / len(self.text)


def make_key(text: str) -> str:
    """Returns the letters and digits of text in lower case."""
    return _NO_WORD.sub("", text).lower()


def squeeze(text: str) -> str:
    """Returns text without spaces and table bars, in lower case: a key that costs a tenth of ``make_key``."""
    return "".join(text.replace("|", " ").split()).lower()


def _squeeze_line(text: str) -> str:
    """As ``squeeze``, of text whose white space is single spaces."""
    return text.replace(" ", "").replace("|", "").lower()


def near_title(blocks: Sequence[Block], title: str | None) -> list[Block]:
    """Returns the blocks after the page's title, then those before it, nearest first: date and byline stand there."""
    key = make_key(title or "")
    places = [
        index
        for index, block in enumerate(blocks)
        if len(key) <= len(block.key) <= 1.3 * len(key) + 5 and key and make_key(block.text) == key
    ]
    if not places:
        return []
    place = places[-1] if len(places) <= 3 else places[0]
    return [*blocks[place + 1 : place + 12], *reversed(blocks[max(0, place - 4) : place])]


def prepare(tree: HtmlElement) -> None:
    """Takes out of the tree what is never prose.

    A form, nav or aside that holds most of the page (ASP.NET's one form; tags never closed) becomes a div, and a
    footer that an article begins with (Drupal's byline) a header.
    """
    etree.strip_elements(tree, *_STRIPPED, with_tail=False)
    for footer in list(tree.iter("footer")):
        if _stands_first(footer):
            footer.tag = "header"
    wrappers = list(tree.iter(*_MAY_WRAP_ALL))
    if wrappers:
        half = len(tree.text_content()) / 2
        for element in wrappers:
            if len(element.text_content()) > half:
                element.tag = "div"


def _stands_first(footer: HtmlElement) -> bool:
    """Whether an article begins with this footer, but for headings and pictures."""
    parent = footer.getparent()
    if parent is None or parent.tag != "article" or len(footer) == len(parent):
        return False
    before = footer.itersiblings(preceding=True)
    return all(element.tag in ("header", "figure", "img", *HEADINGS) for element in before)


@lru_cache(maxsize=16_384)
def _judge_names(names: str) -> tuple[bool, bool]:
    """Whether a class and id name furniture, and whether readers' comments or endlessly appended articles."""
    lower = names if names.islower() else _CAMEL.sub(" ", names).lower()
    is_furniture = not _FURNITURE.isdisjoint(lower.translate(_SEPARATORS).split())
    return is_furniture, _APPENDED.search(names) is not None


def segment(tree: HtmlElement, site: str = "") -> list[Block]:
    """Returns the blocks of a prepared tree; links away from the site are sources, and do not count as links.

    Readers' comments and articles appended to the page's own go out of the tree; their blocks stay, as furniture.
    """
    segmenter = _Segmenter(site)
    blocks = segmenter.run(tree)
    for element in segmenter.appended:
        if element.find(".//h1") is None and element.getparent() is not None:
            element.drop_tree()
    return blocks


@lru_cache(maxsize=1_024)
def _is_inline(tag: str) -> bool:
    """Custom elements (their names hold a hyphen) are inline unless styled otherwise."""
    return tag in INLINE or "-" in tag


class _Segmenter:
    """One walk over the tree, gathering inline text until the next block begins or ends."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.link_chars = 0
        self.links = 0
        self.furniture: list[HtmlElement] = []
        self.appended: list[HtmlElement] = []

    def run(self, tree: HtmlElement) -> list[Block]:
        current = tree
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in SKIPPED or not isinstance(tag, str):
                    walker.skip_subtree()
                    if self.parts and isinstance(tag, str):
                        self.flush(current)
                    continue
                if not _is_inline(tag):
                    if self.parts:
                        self.flush(current)
                    current = element
                self.open(element, tag)
            else:
                if tag not in SKIPPED and isinstance(tag, str):
                    if not _is_inline(tag):
                        if self.parts:
                            self.flush(current if tag == "br" else element)
                        current = element.getparent()
                    elif tag == "a":
                        self.links = max(0, self.links - 1)
                    if self.furniture and self.furniture[-1] is element:
                        self.furniture.pop()
                if element.tail:
                    self.add(element.tail)
        if self.parts:
            self.flush(tree)
        return self.blocks

    def open(self, element: HtmlElement, tag: str) -> None:
        names = element.get("class")
        if tag == "a" and self.is_inner(element.get("href") or "#"):
            self.links += 1
        elif tag in ("td", "th") and self.parts:
            self.parts.append(" | ")
        elif not _is_inline(tag):
            identity = element.get("id")
            if identity:
                names = "%s %s" % (names, identity) if names else identity
        if names:
            is_furniture, is_appended = _judge_names(names)
            if is_furniture:
                self.furniture.append(element)
            if is_appended and tag in _LISTS:
                self.appended.append(element)
        if element.text:
            self.add(element.text)

    def is_inner(self, address: str) -> bool:
        """Whether a link leads to another page of the site."""
        if address.startswith("#"):
            return False
        return not self.site or not address.startswith(("http://", "https://")) or self.site in address

    def add(self, text: str) -> None:
        if not self.parts and text.isspace():
            return
        self.parts.append(text)
        if self.links:
            self.link_chars += len(text.strip())

    def flush(self, element: HtmlElement) -> None:
        """Ends the block that has been gathered; element is the one it stands in."""
        text = " ".join("".join(self.parts).split())
        self.parts.clear()
        if text[:1] == "|" or text[-1:] == "|":
            text = text.strip("| ")
        key = _squeeze_line(text)
        if key and len(key) <= 8 and not any(map(str.isalnum, key)):
            if self.blocks:  # punctuation after something that splits a sentence: the line before is its place
                self.blocks[-1].text += text
                self.blocks[-1].key += key
        elif key:
            self.blocks.append(Block(text, key, element, self.link_chars, tuple(self.furniture)))
        self.link_chars = 0

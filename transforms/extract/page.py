"""A page's bytes become one parsed tree, with what could not be parsed told and nothing lost in silence.

libxml2 cuts a document below 256 levels of nesting and at text nodes of 10 MB without raising. ``huge_tree`` moves
both limits (to 2,048 levels and 1 GB); a page that is nested deeper still is read without its tags.
"""

from __future__ import annotations

import codecs
import html as html_entities
import re
from typing import NamedTuple

from charset_normalizer import from_bytes
from lxml import etree
from lxml.html import HtmlElement, HTMLParser

MAX_PAGE_BYTES = 5 << 20
MAX_HEAD_CHARS = 1 << 20  # of a page over MAX_PAGE_BYTES: what is parsed for its statements
MAX_FLAT_CHARS = 16 << 20  # and what is read of its text
MAX_TAG_CHARS = 20_000
MAX_ATTRIBUTES = 2_000
MAX_ELEMENTS = 50_000
MAX_INLINE_CHILDREN = 1_500  # of one parent: trafilatura 2.3.1 is worse than quadratic in them (3,000: 0.7 s)
INLINE = frozenset("a abbr b code em font i mark q s small span strong sub sup u".split())

# lxml.html looks up every element's class in Python; here all are of one class, found in C (a tenth of the whole time).
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
_CONTROLS = bytes(range(0x09)) + b"\x0b" + bytes(range(0x0E, 0x20)) + b"\x7f"
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SILENT = re.compile(r"(?is)<!--.*?(?:-->|$)|<(script|style|template|svg|noscript|head)\b.*?(?:</\1\s*>|$)")
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>?")
_INLINE_TAG = re.compile(r"(?i)</?(?:%s)\b[^<>]*>" % "|".join(sorted(INLINE)))


class UndecodablePage(ValueError):
    """The bytes are no text in any encoding, or no HTML."""


class Page(NamedTuple):
    """A parsed page.

    problem: why trafilatura must not see it (too_large, too_many_elements, too_many_inline, too_many_attributes,
        too_deep), else None.
    flat_text: the page's text read without its tags, where no tree can hold it; tree then holds its beginning.
    is_cut: whether flat_text misses the end of the page.
    """

    tree: HtmlElement
    problem: str | None = None
    flat_text: str | None = None
    is_cut: bool = False


def parse_page(html: bytes, content_type: str | None = None) -> Page:
    """Parses a page of any size and shape.

    Raises:
        UndecodablePage: not text, or nothing in it.
    """
    text = decode_page(html, content_type)
    if len(html) > MAX_PAGE_BYTES:
        return _read_flat(text, _parse(text[:MAX_HEAD_CHARS])[0], "too_large")
    if _has_huge_tag(text):
        return _read_flat(text, _parse("<html></html>")[0], "too_many_attributes")
    tree, is_whole = _parse(text)
    if not is_whole:
        return _read_flat(text, tree, "too_deep")
    return Page(tree, _problem(text, tree))


def _parse(text: str) -> tuple[HtmlElement, bool]:
    """Returns the tree, and whether all of the text is in it."""
    parser = HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError as error:
        raise UndecodablePage("no HTML: %s" % str(error)[:200]) from None
    if not isinstance(tree, HtmlElement):
        raise UndecodablePage("no HTML: nothing in it")
    return tree, not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def _read_flat(text: str, tree: HtmlElement, problem: str) -> Page:
    return Page(tree, problem, flatten(text[:MAX_FLAT_CHARS]), len(text) > MAX_FLAT_CHARS)


def _has_huge_tag(text: str) -> bool:
    """Whether a tag has so many attributes that libxml2, quadratic in them, would take seconds."""
    if not _has_gap(text):
        return False
    parts = text.split("<")
    return any(
        part[0].isalpha() and part.partition(">")[0].count("=") > MAX_ATTRIBUTES
        for part in parts
        if len(part) > MAX_TAG_CHARS
    )


def _has_gap(text: str) -> bool:
    """Whether MAX_TAG_CHARS go by without a tag; looks at a few characters of each such stretch only."""
    start = 0
    while start + MAX_TAG_CHARS < len(text):
        start = text.rfind("<", start, start + MAX_TAG_CHARS) + 1
        if start == 0:
            return True
    return False


def _problem(text: str, tree: HtmlElement) -> str | None:
    """The pre-check: what makes a page hurt, seen in one walk that stops as soon as it knows."""
    if text.count("<") <= 2 * MAX_INLINE_CHILDREN:
        return None
    for count, element in enumerate(tree.iter(etree.Element)):
        if count >= MAX_ELEMENTS:
            return "too_many_elements"
        if len(element) > MAX_INLINE_CHILDREN and sum(child.tag in INLINE for child in element) > MAX_INLINE_CHILDREN:
            return "too_many_inline"
    return None


def decode_page(html: bytes, content_type: str | None = None) -> str:
    """Returns the page as text without control characters.

    Order: byte order mark, valid UTF-8, the header's charset, the document's, a guess. A declared charset that the
    bytes contradict is overruled by UTF-8 where they are valid UTF-8, as the web's pages mostly are.

    Raises:
        UndecodablePage: the bytes look like no text.
    """
    for mark, name in _BOMS:
        if html.startswith(mark):
            return _clean(_drop_controls(html[len(mark) :].decode(name, "replace")))
    head = html[:4096]
    for name, zeros, letters in (
        ("utf-16-le", head[1:512:2], head[:512:2]),
        ("utf-16-be", head[:512:2], head[1:512:2]),
    ):
        if zeros.count(0) > 0.6 * len(zeros) and letters.count(0) == 0:
            return _clean(_drop_controls(html.decode(name, "replace")))
    declared = [match[1] for match in [_HEADER_CHARSET.search(content_type or "")] if match]
    declared += [match[1].decode("ascii", "replace") for match in [_META_CHARSET.search(head)] if match]
    if not any(name.lower().startswith(("iso-2022", "hz-gb")) for name in declared):  # all of their bytes are ASCII
        html = html.translate(None, _CONTROLS)
        try:
            return _clean(html.decode("utf-8"))
        except UnicodeDecodeError:
            pass  # no UTF-8, then one of the encodings below
    for name in [*declared, _guess(html)]:
        try:
            decoded = html.decode(_WEB_NAMES.get(name.lower(), name), "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
        if decoded.count("\ufffd") <= len(decoded) // 100 + 2:
            return _clean(_drop_controls(decoded))
    decoded = html.decode("utf-8", "replace")
    if decoded.count("\ufffd") > len(decoded) // 10:
        raise UndecodablePage("no text in any encoding known")
    return _clean(_drop_controls(decoded))


def _drop_controls(text: str) -> str:
    return text.encode("utf-8", "ignore").translate(None, _CONTROLS).decode("utf-8")


# The web reads these names as their supersets (WHATWG Encoding, section 4.2).
_WEB_NAMES = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
}


def _guess(html: bytes) -> str:
    best = from_bytes(html[:65536]).best()
    return best.encoding if best else "cp1252"


def _clean(text: str) -> str:
    """Mends what C1 controls show to be UTF-8 once taken for Latin-1, or Windows-1252, and old numeric references."""
    if any(sign in text for sign in _C1_SIGNS):
        text = _C1.sub(_as_cp1252, _TWICE.sub(_decode_again, text))
    if "&#1" in text:
        text = _OLD_REFERENCE.sub(lambda match: bytes([int(match[1])]).decode("cp1252", "ignore"), text)
    return text


def _decode_again(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _as_cp1252(match: re.Match[str]) -> str:
    """The C1 controls mean what Windows-1252 has in their place (HTML, 13.2.5.80)."""
    return match[0].encode("latin-1").decode("cp1252", "ignore")


_C1_SIGNS = ("\xe2\x80", "\x92", "\x93", "\x96")  # of which a page that has any has one
_C1 = re.compile("[\x80-\x9f]")
_TWICE = re.compile("[\xc2-\xf4][\x80-\xbf]{1,3}")
_OLD_REFERENCE = re.compile(r"&#(1[2-5]\d);")


def flatten(text: str) -> str:
    """Returns the visible text of HTML source, a line a block, whatever its nesting; scripts and head left out."""
    text = _INLINE_TAG.sub("", _SILENT.sub("\n", text))
    lines = (" ".join(line.split()) for line in html_entities.unescape(_TAG.sub("\n", text)).split("\n"))
    return "\n".join(line for line in lines if line)

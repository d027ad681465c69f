"""Text of an XML feed to text that a feed parser can take: well formed as far as it can be mended, and bounded.

What feedparser 6.0.14 does with hostile or merely sloppy input: hangs on blank lines or entity declarations before
the root, expands entities without bound, takes quadratic time for attributes, raises for character references that
name no character, and reads ``AT&T`` as ``AT&T;``. All of that is taken out here, in linear time.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

MAX_ENTRIES = 5_000
MAX_ATTRIBUTES = 256
MAX_TAG_CHARS = 65_536
MAX_DEPTH = 64
"""Levels of elements inside an entry (or outside of all entries); deeper tags are dropped, their text is kept."""

# What XML 1.0 allows in no document, and lone surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTRY_START = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[A-Za-z][\w.-]{0,30}:)?(?:item|entry)\s*>", re.IGNORECASE)
_SPECIAL = re.compile(r"<!\[CDATA\[|<!--|<\?|<!(?=[A-Za-z])")
# Possessive, and no "<" inside of values: each character is looked at once however the quotes stand.
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
_REFERENCE = r"(?!(?:amp|lt|gt|quot|apos);)(?P<ref>#\d{1,8};|#[xX][0-9a-fA-F]{1,7};|[A-Za-z][A-Za-z0-9]{0,31};)?"
# Begins with a set of characters, since that is what the engine can skip to; each branch looks back at which it was.
_MARKUP = re.compile(
    r"[<&\]](?:(?<=<)(?P<close>/?)(?P<name>[A-Za-z_][\w:.\-]{0,100})(?P<rest>(?:(?=[\s/])" + _ATTRIBUTES + r")?)>"
    r"|(?<=<)(?P<lt>)|(?<=&)" + _REFERENCE + r"(?P<and>)|(?<=\])\]>(?P<cdend>))"
)
_AMPERSAND = re.compile("&" + _REFERENCE)
_ENTITY = re.compile(r"""<!ENTITY\s{1,20}([A-Za-z]\w{0,31})\s{1,20}(?:"([^"<>%]{1,64})"|'([^'<>%]{1,64})')\s{0,20}>""")
_MAX_ENTITIES = 500
# Elements that HTML never closes; sloppy feeds hold them unescaped, and they do not nest.
_VOID = frozenset("area base br col embed hr img input meta param source track wbr".split())


def safe_xml(text: str) -> tuple[str, bool]:
    """Returns an XML feed's text from its root element on, mended, and whether entries beyond MAX_ENTRIES were cut.

    Gone: control characters, the XML declaration, DOCTYPE, comments, processing instructions. Named HTML entities
    and those that the DOCTYPE declares as short plain text stand as their characters; an ampersand or less-than sign
    that begins nothing is escaped; references to what is no character are dropped.
    """
    text = _CONTROLS.sub("", text)
    start, entities = _prolog(text)
    text, is_cut = _cut_entries(text[start:])
    return _Mender(entities).mend(text), is_cut


def _prolog(text: str) -> tuple[int, dict[str, str]]:
    """Where the root element begins (the text's end where there is none), and the entities declared before."""
    at = 0
    entities: dict[str, str] = {}
    while (at := text.find("<", at)) >= 0:
        follows = text[at + 1 : at + 2]
        if follows.isalpha() or follows == "_":
            return at, entities
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif follows == "?":
            end = text.find("?>", at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, at)
            for name, double, single in _ENTITY.findall(text[at : min(end, at + 65_536)])[:_MAX_ENTITIES]:
                entities[name] = html.unescape(double or single)
        else:
            end = at
        if end < 0:
            break
        at = end + 1
    return len(text), entities


def _doctype_end(text: str, at: int) -> int:
    """Where a DOCTYPE ends; of its internal subset, only the closing bracket is looked for."""
    bracket, end = text.find("[", at), text.find(">", at)
    if 0 <= bracket < end:
        close = re.compile(r"\]\s{0,100}>").search(text, bracket)
        return close.end() - 1 if close else -1
    return end


def _cut_entries(text: str) -> tuple[str, bool]:
    """The text without the entries beyond MAX_ENTRIES, with what stands behind the last of them."""
    if text.count("<") <= MAX_ENTRIES:
        return text, False
    for number, match in enumerate(_ENTRY_START.finditer(text)):
        if number == MAX_ENTRIES:
            behind = ""
            for end in _ENTRY_END.finditer(text, max(match.start(), len(text) - 65_536)):
                behind = text[end.end() :]
            return text[: match.start()] + behind, True
    return text, False


def _reference(ref: str | None, entities: dict[str, str]) -> str:
    """What an ampersand and the reference behind it, if any, stand for in well-formed XML."""
    if ref is None:
        return "&amp;"
    if ref[0] == "#":
        code = int(ref[2:-1], 16) if ref[1] in "xX" else int(ref[1:-1])
        is_character = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        return "&" + ref.lower() if is_character and code & 0xFFFE != 0xFFFE else ""
    if ref[:-1] in entities:
        return html.escape(_CONTROLS.sub("", entities[ref[:-1]]))
    if ref in html5:
        return html.escape(html5[ref])
    return "&amp;" + ref


class _Mender:
    """One pass over the text behind the prolog."""

    def __init__(self, entities: dict[str, str]) -> None:
        self._entities = entities
        self._dropped: list[str] = []
        self._depth = 0

    def mend(self, text: str) -> str:
        """Returns the text mended, CDATA sections as they are."""
        pieces: list[str] = []
        at = 0
        unclosed: set[str] = set()
        for match in _SPECIAL.finditer(text):
            if match.start() < at:
                continue
            opened = match[0]
            closing = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}.get(opened, ">")
            end = -1 if closing in unclosed else text.find(closing, match.end())
            pieces.append(_MARKUP.sub(self._markup, text[at : match.start()]))
            if end < 0:
                unclosed.add(closing)
                at = match.end()
                continue
            at = end + len(closing)
            if opened == "<![CDATA[":
                pieces.append(text[match.start() : at])
        pieces.append(_MARKUP.sub(self._markup, text[at:]))
        return "".join(pieces)

    def _markup(self, match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "and":
            return _reference(match["ref"], self._entities)
        if kind == "lt":
            return "&lt;"
        if kind == "cdend":
            return "]]&gt;"
        name, rest = match["name"], match["rest"]
        return self._close(match[0], name) if match["close"] else self._open(name, rest)

    def _open(self, name: str, rest: str) -> str:
        if len(rest) > MAX_TAG_CHARS or rest.count("=") > MAX_ATTRIBUTES:
            rest = "/" if rest.endswith("/") else ""
        elif "&" in rest:
            rest = _AMPERSAND.sub(lambda match: _reference(match["ref"], self._entities), rest)
        if rest.endswith("/") or name.lower() in _VOID:
            return "<%s%s>" % (name, rest)
        if name.rpartition(":")[2].lower() in ("item", "entry"):
            self._depth = 0
            self._dropped.clear()
        if self._depth >= MAX_DEPTH:
            self._dropped.append(name)
            return ""
        self._depth += 1
        return "<%s%s>" % (name, rest)

    def _close(self, tag: str, name: str) -> str:
        if self._dropped and self._dropped[-1] == name:
            self._dropped.pop()
            return ""
        self._depth = max(0, self._depth - 1)
        return tag

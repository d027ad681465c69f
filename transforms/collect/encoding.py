"""Bytes of a feed to text: which encoding they are in, by a closed list of encodings."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)

# Only these codecs meet fetched bytes: Python's list also holds ones that raise other errors than UnicodeDecodeError,
# or inflate their input (undefined, idna, punycode, unicode_escape, zip …).
_DOS = (437, 720, 737, 775, 850, 852, 855, 856, 857, 858, *range(860, 867), 869, 874, 1125)
_SINGLE_BYTE = frozenset(
    ["iso8859-%d" % part for part in (*range(1, 12), *range(13, 17))]
    + ["cp%d" % page for page in (*range(1250, 1259), *_DOS)]
    + "koi8-r koi8-u koi8-t kz1048 ascii tis-620".split()
    + "mac-roman mac-cyrillic mac-latin2 mac-greek mac-turkish mac-iceland".split()
)
_MULTI_BYTE = frozenset(
    "utf-8 gb18030 gbk gb2312 big5 big5hkscs cp950 cp949 euc_jp euc_kr shift_jis cp932 iso2022_jp johab".split()
)
# As browsers read them (WHATWG Encoding): the label of a subset means its superset.
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_WIDE = (
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (b"\x00\x00\x00<", "utf-32-be", 0),
    (b"<\x00\x00\x00", "utf-32-le", 0),
    (b"\x00<", "utf-16-be", 0),
    (b"<\x00", "utf-16-le", 0),
    (b"\x00{", "utf-16-be", 0),
    (b"{\x00", "utf-16-le", 0),
)


def decode_feed(body: bytes, content_type: str | None = None) -> str:
    """Returns the text of a feed; never raises.

    A byte order mark wins, then what Content-Type and the XML declaration say (RFC 7303, section 3), as far as the
    bytes agree; bytes that are UTF-8 with at least one character outside ASCII are UTF-8, whatever a single-byte
    label says of them. What agrees with nothing is UTF-8 with replacement characters, or windows-1252 where most of
    its bytes outside ASCII are no UTF-8.
    """
    for mark, wide, skip in _WIDE:
        if body.startswith(mark):
            return body[skip:].decode(wide, "replace")
    labels = _labels(body, content_type)
    utf8 = _decoded(body, "utf-8")
    for label in labels:
        if label in _SINGLE_BYTE and utf8 is not None:
            return utf8
        text = _decoded(body, label)
        if text is not None:
            return text
    if utf8 is not None:
        return utf8
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    return text if good >= bad else body.decode("cp1252", "replace")


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """The allowed encodings that the header and the document name, in that order."""
    found = []
    in_header = _CHARSET.search(content_type[:500]) if content_type else None
    if in_header:
        found.append(in_header[1])
    in_document = _DECLARED.match(body[:400])
    if in_document:
        found.append(in_document[1].decode("ascii"))
    names = [_codec_name(label) for label in found]
    return [name for name in names if name]


def _codec_name(label: str) -> str | None:
    """Python's name of an encoding, its superset where that is meant, or None where it is not allowed."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _SINGLE_BYTE or name in _MULTI_BYTE else None


def _decoded(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None

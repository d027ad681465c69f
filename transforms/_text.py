"""Text that is safe to keep: normalised, without control characters, bounded."""

from __future__ import annotations

import re
import unicodedata

MAX_TITLE_CHARS = 1_000
MAX_SUMMARY_CHARS = 65_536
MAX_TEXT_CHARS = 1_048_576

# C0 and C1 controls but tab and newline, lone surrogates, and the characters no document may contain.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")


def clean_text(text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
    """Returns text as NFC without control characters (line ends become newlines), at most max_chars long."""
    text = text[: 2 * max_chars].replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text))[:max_chars]


def clean_line(text: str | None, max_chars: int = MAX_TITLE_CHARS) -> str | None:
    """Returns text as one clean line without bidirectional overrides, or None where nothing is left."""
    if text is None:
        return None
    line = _SPACE.sub(" ", _BIDI.sub("", clean_text(text, 4 * max_chars))).strip()
    return line[:max_chars].rstrip() or None


def escape_unshown(text: str) -> str:
    """Returns text as one line with nothing in it that a terminal obeys: controls and the like as escapes."""
    return _UNSHOWN.sub(lambda match: ascii(match[0])[1:-1], text)


def describe_error(error: BaseException, max_chars: int = 500) -> str:
    """Returns an exception as one line that is safe to keep: controls escaped, bidirectional overrides too, bounded."""
    text = (str(error) or type(error).__name__)[: 2 * max_chars]
    return escape_unshown(text)[:max_chars]

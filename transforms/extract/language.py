"""The language of a text, by what is written; what the page states only where the text is too short to tell."""

from __future__ import annotations

import re

import py3langid

from transforms.extract.statements import Statements

MIN_CHARS = 200
SAMPLE_CHARS = 500
_CODE = re.compile(r"^\s*([a-z]{2,3})(?:[-_].*)?\s*$", re.IGNORECASE)
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"}
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xx", "xxx"})


def find_language(said: Statements, text: str, hint: str | None) -> tuple[str | None, str | None]:
    """Returns the ISO 639 code and where it came from (text, page, feed)."""
    stated = next(filter(None, map(code_of, _stated(said))), None)
    if len(text) >= MIN_CHARS:
        found = code_of(py3langid.classify(text[:SAMPLE_CHARS])[0])
        if found:
            return found, "text"
    if stated:
        return stated, "page"
    code = code_of(hint)
    return (code, "feed") if code else (None, None)


def _stated(said: Statements) -> list[str | None]:
    in_node = said.article.get("inLanguage") if said.article else None
    return [
        in_node if isinstance(in_node, str) else None,
        said.language,
        said.meta.get("og:locale"),
        said.meta.get("content-language"),
        said.meta.get("language"),
    ]


def code_of(tag: str | None) -> str | None:
    """Returns the language of a tag like en-GB, in its usual code; None where it names none."""
    match = _CODE.match(tag or "")
    if match is None or match[1].lower() in _NO_LANGUAGE:
        return None
    code = match[1].lower()
    return _ALIASES.get(code, code)

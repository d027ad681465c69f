"""Markup of a feed's fields to plain text, in linear time."""

from __future__ import annotations

import html
import re

# Possessive, and no "<" in values: linear however the quotes stand. Tags whose quotes do not pair end at the first ">".
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>|"""
_TAG = re.compile(
    r"<!--|<(/?)([A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])(?:" + _ATTRIBUTES + r"[^<>]*>)|<[!?][^<>]*>|</?[A-Za-z][^<>]*>"
)
_REFERENCE = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINES = re.compile(r"[ \t\r\f\v\u00a0]*\n\s*")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
# Elements that end a line, and elements whose content nobody reads.
_BLOCKS = frozenset(
    "address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_HIDDEN = frozenset(("script", "style", "template", "noscript", "iframe", "object", "svg"))


def markup_to_text(markup: str) -> str:
    """Returns the text of HTML markup: tags and comments gone, references resolved, one line a block.

    What only looks like markup ("a < b", an unknown entity) stays as it is.
    """
    if "<" in markup:
        markup = _without_tags(markup)
    if "&" in markup:
        markup = unescape(markup)
    return _LINES.sub("\n", _BLANKS.sub(" ", markup)).strip()


def unescape(text: str) -> str:
    """Returns text with its references resolved; those without a semicolon are none ("A&region" has no "&reg")."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def text_to_markup(text: str) -> str:
    """Returns markup that reads as text."""
    return html.escape(text, quote=False)


def _without_tags(markup: str) -> str:
    pieces: list[str] = []
    at, hidden = 0, ""
    comments_end = True
    unclosed: set[str] = set()
    for match in _TAG.finditer(markup):
        if match.start() < at:
            continue
        if not hidden:
            pieces.append(markup[at : match.start()])
        at = match.end()
        if match[0] == "<!--":
            end = markup.find("-->", at) if comments_end else -1
            comments_end = end >= 0
            at = end + 3 if comments_end else at
            continue
        name = (match[2] or "").lower()
        if hidden:
            hidden = "" if match[1] and name == hidden else hidden
        elif name in _HIDDEN and not match[1] and not match[0].endswith("/>"):
            if name not in unclosed and re.compile("</%s" % name, re.IGNORECASE).search(markup, at):
                hidden = name
            else:
                unclosed.add(name)
        elif name in _BLOCKS:
            pieces.append("\n")
    if not hidden:
        pieces.append(markup[at:])
    return "".join(pieces)

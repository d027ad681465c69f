"""What a page says of itself in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

ARTICLE_TYPES = frozenset(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle "
    "backgroundnewsarticle reviewnewsarticle askpublicnewsarticle advertisercontentarticle satiricalarticle "
    "techarticle scholarlyarticle report socialmediaposting review pressrelease".split()
)
MAX_SCRIPT_CHARS = 2_000_000
MAX_NODES = 5_000
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
Node = dict[str, Any]


def find_nodes(tree: HtmlElement) -> list[Node]:
    """Returns all objects of the page's JSON-LD, outer ones first; what cannot be read is left out."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= MAX_SCRIPT_CHARS:
            nodes.extend(_walk(_load(script.text)))
    return nodes[:MAX_NODES]


def _load(text: str) -> Any:
    for attempt in (_COMMENT.sub("", text), _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text)).strip().rstrip(";")):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any) -> Iterator[Node]:
    """The objects in a value, breadth first."""
    queue = [value]
    count = 0
    while queue and count < MAX_NODES:
        following: list[Any] = []
        for item in queue:
            count += 1
            if isinstance(item, dict):
                yield item
                following.extend(child for child in item.values() if isinstance(child, (dict, list)))
            elif isinstance(item, list):
                following.extend(child for child in item if isinstance(child, (dict, list)))
        queue = following


def types_of(node: Node) -> set[str]:
    """The node's types, in lower case without their namespace."""
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return {name.rpartition("/")[2].lower() for name in names if isinstance(name, str)}


def find_article(nodes: list[Node], title: str | None = None) -> Node | None:
    """Returns the node of the page's main article: of several, the one with the most to say."""
    articles = [node for node in nodes if types_of(node) & ARTICLE_TYPES and ("headline" in node or "name" in node)]
    if not articles:
        return None
    with_title = [node for node in articles if title and text_of(node.get("headline")) == title]
    keys = ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage", "dateModified")
    return max(with_title or articles, key=lambda node: sum(key in node for key in keys))


def text_of(value: Any) -> str | None:
    """A value as one line of text, entities resolved; None where it is no text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, (str, dict))), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None


def names_of(value: Any, nodes: list[Node]) -> list[str]:
    """The names of the persons (or organisations) in an author value; references are followed once."""
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and "name" not in item and isinstance(item.get("@id"), str):
            item = next((node for node in nodes if node.get("@id") == item["@id"] and "name" in node), item)
        if isinstance(item, dict) and isinstance(item.get("name"), list):
            names.extend(name for name in map(text_of, item["name"]) if name)
            continue
        name = text_of(item)
        if name:
            names.append(name)
    return names


def is_free(nodes: list[Node]) -> bool | None:
    """isAccessibleForFree of an article or page; None where nothing is said."""
    answers = set()
    for node in nodes:
        if "isAccessibleForFree" in node and types_of(node) & (ARTICLE_TYPES | {"webpage", "creativework"}):
            answers.add(str(node["isAccessibleForFree"]).strip().lower().rpartition("/")[2])
    if answers & {"false", "no", "0"}:
        return False
    return True if answers & {"true", "yes", "1"} else None

"""What a page states of itself, gathered in one walk over its head and headings."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from transforms.extract.jsonld import Node, find_article, find_nodes

MAX_METAS = 2_000
MAX_VALUE_CHARS = 4_096


@dataclass
class Statements:
    """meta: the first content of each meta name, property or itemprop, in lower case. lists: all of them."""

    nodes: list[Node]
    article: Node | None
    meta: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    feeds: list[str] = field(default_factory=list)
    amp: str | None = None
    times: list[HtmlElement] = field(default_factory=list)


def gather(tree: HtmlElement) -> Statements:
    """Reads the page's statements; the tree stays as it is."""
    nodes = find_nodes(tree)
    found = Statements(nodes, find_article(nodes), language=tree.get("lang") or tree.get("xml:lang"))
    for count, element in enumerate(tree.iter("meta")):
        content = (element.get("content") or "").strip()[:MAX_VALUE_CHARS]
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if content and name and count < MAX_METAS:
            found.meta.setdefault(name.strip().lower(), content)
            found.lists.setdefault(name.strip().lower(), []).append(content)
    for element in tree.iter("link"):
        _read_link(found, element)
    for element in tree.iter("title", "h1", "time"):
        if element.tag == "time":
            found.times.append(element)
        elif element.tag == "title":
            found.title = found.title or _line(element)
        elif len(found.headings) < 20 and (line := _line(element)):
            found.headings.append(line)
    return found


def _read_link(found: Statements, element: HtmlElement) -> None:
    rel, href = (element.get("rel") or "").lower().split(), element.get("href")
    if not href:
        return
    if "canonical" in rel and found.canonical is None:
        found.canonical = href
    elif "amphtml" in rel:
        found.amp = href
    elif "alternate" in rel and (element.get("type") or "").lower() in _FEED_TYPES and len(found.feeds) < 10:
        found.feeds.append(href)


_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


def _line(element: HtmlElement) -> str | None:
    return " ".join(" ".join(element.itertext()).split())[:1_000] or None

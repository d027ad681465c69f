"""The degraded route: a page's text by its blocks alone, in time linear to the page."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from transforms.extract.page import INLINE

_SKIPPED = frozenset(
    "aside button canvas dialog embed fieldset figure footer form frame head iframe input label link meta nav noscript "
    "object option script select style svg template textarea title video audio".split()
)


def plain_text(tree: HtmlElement) -> str:
    """Returns the tree's text, a line a block, without what is no prose by its tag."""
    parts: list[str] = []
    skipping: HtmlElement | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "noscript"
        if event == "start":
            if skipping is None and tag in _SKIPPED:
                skipping = element
            if skipping is None:
                if tag not in INLINE:
                    parts.append("\n")
                parts.append(element.text or "")
        else:
            if element is skipping:
                skipping = None
            if skipping is None:
                if tag not in INLINE:
                    parts.append("\n")
                parts.append(element.tail or "")
    lines = (" ".join(line.split()) for line in _one_line_each(parts))
    return "\n".join(line for line in lines if line)


def _one_line_each(parts: list[str]) -> list[str]:
    """Joins the parts; only the separators between blocks are line ends, those of the source are spaces."""
    return "".join(part if part == "\n" else part.replace("\n", " ") for part in parts).split("\n")

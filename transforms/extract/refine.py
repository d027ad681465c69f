"""From where the article is to its text: completes what the extractor found, and takes out what is not the article.

The extractor's text is found again among the page's blocks. Prose that lies between found blocks, in the same
container, belongs to the article (extractors drop paragraphs for an unlucky class name); so does prose in sibling
containers of the same class (bodies cut into chunks). Furniture, link lists, the repeated headline and lines like
"sign up for our newsletter" go.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement

from transforms.extract.blocks import HEADINGS, SKIPPED, Block, make_key, squeeze
from transforms.extract.junk import is_junk

MIN_PROSE_CHARS = 80
_SENTENCE_END = re.compile(r"[.!?。！？:;…؟।\"”’»)]$")
_HALF_DAY = re.compile(r"[ap]\.\s?m\.$", re.IGNORECASE)
_MAX_LOST_SHARE = 0.3
_LITTLE_SHARE = 0.3  # furniture by name that holds more of the article than this is none


def refine(blocks: Sequence[Block], found: str, titles: Iterable[str], authors: Iterable[str]) -> str:
    """Returns the article's text, a paragraph a line.

    Args:
        blocks: the page's blocks.
        found: the extractor's text; "" or menus, where it found nothing.
        titles: what the page calls itself, to know a repeated headline by.
        authors: the article's authors, to know their lines by.
    """
    if not blocks:
        return found
    is_lost = _mark(blocks, found) > _MAX_LOST_SHARE or not any(block.is_kept for block in blocks)
    if is_lost and not _mark_prose(blocks):
        return found
    area = _Area(blocks)
    for block in blocks:
        if block.is_kept and area.is_furniture(block):
            block.is_kept = False
    _fill(blocks, area)
    _drop_head(blocks, {key for key in map(make_key, titles) if len(key) >= 8}, set(map(make_key, authors)))
    _drop_link_lists(blocks)
    _drop_tail(blocks)
    return "\n".join(block.text for block in blocks if block.is_kept and not is_junk(block.text))


def is_prose(block: Block) -> bool:
    """Tells whether a block is a paragraph of sentences, not of links."""
    return (
        len(block.text) >= MIN_PROSE_CHARS
        and block.link_share() <= 0.3
        and _SENTENCE_END.search(block.text) is not None
    )


def _mark(blocks: Sequence[Block], found: str) -> float:
    """Marks the blocks that make up the text found; returns the share of the text that is in no block."""
    position = 0
    for block in blocks:
        block.start = position
        position += len(block.key)
    page = "".join(block.key for block in blocks)
    starts = [block.start for block in blocks]
    covered = [0] * len(blocks)
    cursor = total = lost = 0
    for line in found.split("\n"):
        key = squeeze(line.removeprefix("- "))
        total += len(key)
        span = _locate(page, key, cursor)
        if span is None:
            lost += len(key)
            continue
        start, end = span
        if start >= cursor or len(key) > 60:
            cursor = end
        index = bisect_right(starts, start) - 1
        while index < len(blocks) and starts[index] < end:
            block = blocks[index]
            covered[index] += min(end, block.start + len(block.key)) - max(start, block.start)
            index += 1
    for block, count in zip(blocks, covered, strict=True):
        block.is_kept = count >= 0.5 * len(block.key)
    return lost / total if total else 1.0


def _locate(page: str, key: str, cursor: int) -> tuple[int, int] | None:
    """Finds a line's key in the page's, from the cursor on; short keys, which recur by chance, only near it."""
    if not key:
        return cursor, cursor
    start = page.find(key, cursor)
    if len(key) < 25:
        return (start, start + len(key)) if 0 <= start <= cursor + 1_500 else None
    if start < 0:
        start = page.find(key)
    if start >= 0:
        return start, start + len(key)
    if len(key) >= 60:  # something inside it was left out
        start = page.find(key[:30], cursor)
        end = page.find(key[-30:], max(start, cursor)) + 30
        if start >= 0 and start < end < start + 1.5 * len(key) + 200:
            return start, end
    return None


def _mark_prose(blocks: Sequence[Block]) -> bool:
    """Without anything found: keeps the prose outside furniture. False where there is hardly any."""
    count = 0
    for block in blocks:
        block.is_kept = not block.furniture and is_prose(block)
        count += len(block.text) * block.is_kept
    return count >= 250


class _Area:
    """The containers that hold the article."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._weights: dict[HtmlElement, int] = {}
        self._total = 0
        for block in blocks:
            if block.is_kept:
                self._total += len(block.key)
                for element in _chain(block.element):
                    self._weights[element] = self._weights.get(element, 0) + len(block.key)
        self._roots = _alike(self._root(blocks))

    def _root(self, blocks: Sequence[Block]) -> HtmlElement:
        """The innermost element around nearly all of what was found."""
        enough = [element for element, weight in self._weights.items() if weight >= 0.85 * self._total]
        return min(enough, key=lambda element: self._weights[element])

    def is_furniture(self, block: Block) -> bool:
        """Tells whether a block stands in something that is furniture by name, and holds little of the article."""
        return any(self._weights.get(element, 0) < _LITTLE_SHARE * self._total for element in block.furniture)

    def has(self, block: Block) -> bool:
        """Tells whether a block lies in one of the containers."""
        return any(element in self._roots for element in _chain(block.element))


def _chain(element: HtmlElement | None) -> Iterable[HtmlElement]:
    """The element and those around it, from inside out."""
    while element is not None:
        yield element
        element = element.getparent()


def _alike(root: HtmlElement) -> set[HtmlElement]:
    """The root and containers like it beside it (at three levels): same tag and class, no article of their own."""
    roots = {root}
    signature = _signature(root)
    element = root
    for _ in range(3):
        parent = element.getparent()
        if parent is None or parent.tag == "html":
            break
        own = _signature(element)
        for child in parent:
            if child is element or child.tag in SKIPPED or child.tag == "article":
                continue
            is_like = _signature(child) == own and (own[1] != "" or own[0] in ("div", "section"))
            if not is_like and signature[1]:
                is_like = any(_signature(inner) == signature for inner in child.iter(signature[0]))
            if is_like and child.find(".//h1") is None and child.find(".//article") is None:
                roots.add(child)
        element = parent
    return roots


def _signature(element: HtmlElement) -> tuple[str, str]:
    words = (element.get("class") or "").split()
    return str(element.tag), " ".join(sorted(word for word in words if not any(map(str.isdigit, word))))


def _fill(blocks: Sequence[Block], area: _Area) -> None:
    """Keeps what reads like the article in its containers: prose, and between prose quotes, list items, headings."""
    kept = [index for index, block in enumerate(blocks) if block.is_kept]
    if not kept:
        return
    ends = [i for i, block in enumerate(blocks) if is_prose(block) and not area.is_furniture(block) and area.has(block)]
    first, last = min([kept[0], *ends]), max([kept[-1], *ends])
    for index in range(first, last + 1):
        block = blocks[index]
        if block.is_kept:
            continue
        is_quote = any(element.tag == "blockquote" for element in _chain(block.element))
        if not is_quote and area.is_furniture(block):
            continue
        if is_quote or is_prose(block):
            block.is_kept = area.has(block)
        elif block.tag in ("h2", "h3", "h4") and block.link_share() < 0.5:
            below = blocks[index + 1] if index < last else None
            block.is_kept = below is not None and (below.is_kept or is_prose(below)) and area.has(block)
        elif block.tag == "li" and len(block.text) >= 10 and block.link_share() <= 0.3:
            block.is_kept = area.has(block)


def _drop_head(blocks: Sequence[Block], titles: set[str], authors: set[str]) -> None:
    """Drops the repeated headline with what stands above it, and headings, dates and bylines before the first text."""
    _drop_above_title(blocks, titles)
    kept = [block for block in blocks if block.is_kept]
    for index, block in enumerate(kept[:6]):
        if make_key(block.text) in titles:
            for above in kept[: index + 1]:
                above.is_kept = len(above.text) >= MIN_PROSE_CHARS and make_key(above.text) not in titles
            break
        if len(block.text) > 250:
            break
    kept = [block for block in blocks if block.is_kept]
    for block in kept[: min(4, len(kept) - 1)]:
        if not (block.tag in HEADINGS or _is_dateline(block.text) or _is_byline(make_key(block.text), authors)):
            break
        block.is_kept = False


def _drop_above_title(blocks: Sequence[Block], titles: set[str]) -> None:
    """Drops short lines above a headline that was not found with the text: "Press release", the section's name."""
    above: list[Block] = []
    for block in blocks:
        if block.is_kept and len(block.text) >= MIN_PROSE_CHARS:
            return
        if block.tag == "h1" and not block.is_kept and make_key(block.text) in titles:
            for line in above:
                line.is_kept = False
            return
        if block.is_kept:
            above.append(block)


def _is_dateline(text: str) -> bool:
    """A line of a date and little more."""
    digits = sum(map(str.isdigit, text))
    is_sentence = text.endswith(".") and not _HALF_DAY.search(text)
    return len(text) < 60 and digits >= 5 and digits >= 0.2 * len(text) and not is_sentence


def _is_byline(key: str, authors: set[str]) -> bool:
    return any(author and (key == author or (author in key and len(key) <= len(author) + 20)) for author in authors)


def _drop_link_lists(blocks: Sequence[Block]) -> None:
    """Drops runs of three and more blocks that are nothing but links."""
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.is_kept and block.link_chars >= 0.9 * len(block.text.replace(" ", "")):
            run.append(block)
            continue
        if len(run) >= 3:
            for link in run:
                link.is_kept = False
        run.clear()


def _drop_tail(blocks: Sequence[Block]) -> None:
    """Drops headings that nothing follows."""
    kept = [block for block in blocks if block.is_kept]
    while len(kept) > 2 and kept[-1].tag in HEADINGS:
        kept.pop().is_kept = False

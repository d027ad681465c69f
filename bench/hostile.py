"""Pages made to hurt an extractor, each small to write and made in code."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple


class HostilePage(NamedTuple):
    """marker: a word that stands at the page's end and must not be lost unsaid; None where none stands there."""

    name: str
    html: bytes
    marker: str | None = None


PROSE = b"<p>The operator signed a contract for capacity on the new satellite, both companies said on Monday.</p>" * 4
MARKER = "lastwords"


def _page(body: bytes, head: bytes = b"") -> bytes:
    end = b"<p>And these are the %s of the page, which stand at its very end and must be there.</p>" % MARKER.encode()
    return b"<html><head><title>A page</title>%s</head><body><article>%s%s%s</article></body></html>" % (
        head,
        PROSE,
        body,
        end,
    )


def _inline(tag: bytes, count: int) -> bytes:
    open_tag = b"a href=/x" if tag == b"a" else tag
    return b"<p>%s</p>" % b"".join(b"<%s>w%d</%s> " % (open_tag, number, tag) for number in range(count))


def _distinct(count: int) -> bytes:
    return b"".join(b"<p>Paragraph number %d says something of its own kind.</p>" % number for number in range(count))


def _table(cells: int) -> bytes:
    rows = (
        b"<tr>%s</tr>" % b"".join(b"<td>c%d</td>" % (row * 20 + cell) for cell in range(20))
        for row in range(cells // 20)
    )
    return b"<table>%s</table>" % b"".join(rows)


def _random(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def _attributes(count: int) -> bytes:
    return b"<p %s>x</p>" % b" ".join(b"a%d=1" % number for number in range(count))


def _doctype(count: int) -> bytes:
    return b"<!DOCTYPE x [%s]>" % (b'<!ENTITY a "aaaaaaaaaa">' * count)


def _ld(text: bytes) -> bytes:
    return b'<script type="application/ld+json">%s</script>' % text


_MADE: dict[str, tuple[Callable[[int], bytes], tuple[int, int], bool]] = {
    # name: how it is made of a size; (size for tests, size for the benchmark); whether the marker can be asked for
    "links in one paragraph": (lambda n: _page(_inline(b"a", n)), (4_000, 20_000), True),
    "spans in one paragraph": (lambda n: _page(_inline(b"span", n)), (4_000, 100_000), True),
    "italics in one paragraph": (lambda n: _page(_inline(b"i", n)), (4_000, 10_000), True),
    "raised letters in one paragraph": (lambda n: _page(_inline(b"sup", n)), (4_000, 10_000), True),
    "the same short paragraph": (lambda n: _page(b"<p>short</p>" * n), (60_000, 100_000), True),
    "distinct paragraphs": (lambda n: _page(_distinct(n)), (2_000, 20_000), True),
    "table cells": (lambda n: _page(_table(n)), (60_000, 200_000), True),
    "megabytes of paragraphs": (lambda n: _page(PROSE * (n * 2_500)), (6, 48), False),
    "one long word": (lambda n: _page(b"<p>%s</p>" % (b"x" * n)), (1_000_000, 10_000_000), False),
    "one long text": (lambda n: _page(b"<p>%s</p>" % (b"word " * n)), (200_000, 2_200_000), False),
    "nested divs": (lambda n: _page(b"<div>" * n + b"deep" + b"</div>" * n), (10_000, 100_000), True),
    "divs nested less": (lambda n: _page(b"<div>" * n + b"deep" + b"</div>" * n), (300, 1_500), True),
    "nested spans never closed": (lambda n: _page(b"<span>" * n), (10_000, 100_000), True),
    "nested lists": (lambda n: _page(b"<ul><li>" * n + b"deep" + b"</li></ul>" * n), (900, 5_000), True),
    "nested quotes": (lambda n: _page(b"<blockquote>" * n + b"deep" + b"</blockquote>" * n), (900, 5_000), True),
    "meta tags": (lambda n: _page(b"", b'<meta name="a" content="b">' * n), (10_000, 100_000), True),
    "attributes of one tag": (lambda n: _page(_attributes(n)), (5_000, 50_000), True),
    "a long class": (lambda n: _page(b"<div class='%s'>x</div>" % (b"a-b " * n)), (20_000, 500_000), True),
    "megabytes of JSON-LD": (lambda n: _page(b"", _ld(b'{"a":"%s"}' % (b"x" * n))), (1_000_000, 5_000_000), True),
    "deep JSON-LD": (lambda n: _page(b"", _ld(b"[" * n + b"]" * n)), (100_000, 100_000), True),
    "broken JSON-LD": (lambda n: _page(b"", _ld(b'{"headline": "x" "y"') * n), (100, 10_000), True),
    "wide JSON-LD": (lambda n: _page(b"", _ld(b"[%s{}]" % (b'{"@type":"Article"},' * n))), (9_000, 50_000), True),
    "digits": (lambda n: _page(b"<p>%s</p>" % (b"1" * n)), (100_000, 1_000_000), False),
    "dates": (lambda n: _page(b"<p>3 March 2024 </p>" * n), (20_000, 100_000), False),
    "time elements": (lambda n: _page(b"<time>3 March 2024</time>" * n), (20_000, 100_000), False),
    "white space": (lambda n: _page(b"<p>%s</p>" % (b" \n" * n)), (500_000, 1_000_000), True),
    "NUL bytes": (lambda n: _page(b"<p>%s</p>" % (b"\0" * n)), (100_000, 1_000_000), True),
    "bad UTF-8": (lambda n: _page(b"<p>%s</p>" % (b"caf\xe9 " * n)), (1_000, 200_000), True),
    "UTF-16 without a mark": (lambda n: _page(_distinct(n)).decode().encode("utf-16-le"), (500, 5_000), True),
    "random bytes": (_random, (100_000, 5_000_000), False),
    "a comment never closed": (lambda n: _page(b"") + b"<!-- " + b"x" * n, (100_000, 5_000_000), True),
    "document type baits": (lambda n: _doctype(n) + _page(b""), (1_000, 100_000), True),
    "entities": (lambda n: _page(b"<p>%s</p>" % (b"&amp;&lt;&eacute;" * n)), (10_000, 300_000), True),
    "bylines": (lambda n: _page(b'<span class="byline author">By x</span>' * n), (10_000, 40_000), True),
    "title baits": (lambda n: _page(b"<h1>%s</h1>" % (b"| - " * n)), (20_000, 200_000), True),
    "date baits": (lambda n: _page(b"", b'<meta name="date" content="%s">' % (b"1 ja " * n)), (20_000, 500_000), True),
    "author baits": (lambda n: _page(b"", b'<meta name="author" content="%s">' % (b"by," * n)), (9_000, 300_000), True),
}  # fmt: skip


def hostile_pages(*, is_full: bool) -> Iterator[HostilePage]:
    """Yields the pages: the quick part for tests, or at the sizes that hurt most."""
    for name, (make, sizes, has_marker) in _MADE.items():
        yield HostilePage(name, make(sizes[is_full]), MARKER if has_marker else None)

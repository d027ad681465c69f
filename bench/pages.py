"""Article pages as news sites serve them, of our own making, the same for the same numbers.

As large as the middle of 250 pages of public extraction benchmarks: 110 KB, 800 elements, 150 links, scripts of 50 KB
in all, style sheets, 28 meta tags, menus, share bars, related stories, a newsletter box, comments and a footer around
an article of some 700 words. Sites differ in size and in what they state: two in three have JSON-LD, the others meta
tags or a byline alone.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_NAMES = "Orbitel Skagen Norrtel Meridian Castor Halden Quayside Lumina Vantor Brightwater Kestrel Tamarind".split()
_NOUNS = (
    "morning harbour committee season question answer window table report engineer region summer letter paper meeting"
    " street council museum bridge weather project teacher result station kitchen orchestra budget coast service"
    " network customer antenna village railway licence forecast warehouse district orbit cable exchange ministry"
).split()
_VERBS = "described measured praised tested visited photographed mapped questioned watched repaired".split()
_OPENERS = "On Monday|According to the company|In a statement|Analysts say that|For the second year running|By then"
_ADJECTIVES = "new quiet local regional careful early broad northern recent annual former wider".split()
_WRITERS = "Ada Holm|Ben Castellan|Chiara Voss|Dmitri Lund|Esra Whitlock|Finn Okoro".split("|")
_SECTIONS = "News Business Technology Regions Opinion Culture Weather Sport Markets Science Travel Archive".split()
DATE = "2026-01-05"


class Furniture(NamedTuple):
    """What the pages of a site share: its head, what stands above and below each article, what it states."""

    head: str
    top: str
    bottom: str
    has_ld: bool
    has_meta: bool


def saved_pages(folder: Path) -> list[bytes]:
    """The pages of a folder: its ``*.html``, and the rows of ``*.jsonl.gz`` that hold one (html or html_b64)."""
    pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            pages.extend(filter(None, (html_of(json.loads(line)) for line in lines)))
    return pages


def html_of(row: Mapping[str, Any]) -> bytes | None:
    """The page that a row of a corpus holds."""
    if "html_b64" in row:
        return base64.b64decode(row["html_b64"])
    return row["html"].encode() if "html" in row else None


def headline(site: int, n: int) -> str:
    """The headline of a site's page."""
    rnd = random.Random(site * 7_919 + n)
    words = rnd.choice(_NAMES), rnd.choice(_VERBS), rnd.choice(_ADJECTIVES), rnd.choice(_NOUNS), site * 1_000 + n
    return "%s %s %s %s %d" % words


def article_page(site: int, n: int, words: int = 700) -> bytes:
    """A page; words: of its article, half to one and a half times as many."""
    rnd = random.Random(site * 100_003 + n)
    around = _furniture(site)
    title, writer = headline(site, n), rnd.choice(_WRITERS)
    paragraphs = _paragraphs(rnd, n, round(words * rnd.uniform(0.5, 1.5)))
    lines = ["<p>%s</p>" % paragraph for paragraph in paragraphs]
    for place, block in ((2, _inset(rnd, site)), (5, "<h2>What the %s says</h2>" % rnd.choice(_NOUNS)), (7, _LETTER)):
        if place < len(lines):
            lines.insert(place, block)
    return "".join(
        (
            '<!DOCTYPE html><html lang="en-GB" class="no-js"><head><meta charset="utf-8"><title>%s | Site %d</title>'
            % (title, site),
            _statements(around, site, n, title, writer, paragraphs[0][:150]),
            around.head,
            '</head><body class="single post-%d">' % n,
            around.top,
            '<main id="main"><article class="post"><header class="entry-header"><h1 class="entry-title">%s</h1>'
            % title,
            '<div class="entry-meta"><span class="byline">By <a href="/author/%s">%s</a></span> '
            '<time datetime="%sT09:30:00Z">5 January 2026</time></div>%s</header>'
            % (writer.lower().replace(" ", "-"), writer, DATE, _SHARE),
            '<figure><img src="/media/%d.jpg" alt="" width="1200" height="675" srcset="/media/%d-600.jpg 600w, '
            '/media/%d-1200.jpg 1200w"><figcaption>The %s. Photo: Site %d</figcaption></figure>'
            % (n, n, n, rnd.choice(_NOUNS), site),
            '<div class="entry-content">',
            "\n".join(lines),
            '</div><footer class="entry-footer"><p>Tags: <a href="/tag/a">%s</a>, <a href="/tag/b">%s</a></p>'
            "</footer></article></main>" % (rnd.choice(_NOUNS), rnd.choice(_NOUNS)),
            around.bottom,
            "</body></html>",
        )
    ).encode()


def _statements(around: Furniture, site: int, n: int, title: str, writer: str, summary: str) -> str:
    """What the page says of itself, as far as its site says anything."""
    found = ['<meta name="viewport" content="width=device-width"><meta name="description" content="%s">' % summary]
    if around.has_meta:
        pairs = {
            "og:title": title, "og:type": "article", "og:description": summary, "og:site_name": "Site %d" % site,
            "og:image": "/media/%d.jpg" % n, "og:locale": "en_GB", "article:published_time": DATE + "T09:30:00+00:00",
            "article:modified_time": DATE + "T11:00:00+00:00", "article:section": _SECTIONS[n % len(_SECTIONS)],
            "twitter:card": "summary_large_image", "twitter:title": title, "twitter:description": summary,
        }  # fmt: skip
        found += ['<meta property="%s" content="%s">' % pair for pair in pairs.items()]
    if around.has_ld:
        person = {"@type": "Person", "name": writer, "url": "/author/%s" % writer.lower().replace(" ", "-")}
        site_node = {"@type": "Organization", "@id": "#site", "name": "Site %d" % site, "logo": {"url": "/logo.png"}}
        article = {"@type": "NewsArticle", "headline": title, "datePublished": DATE + "T09:30:00Z", "author": [person],
                   "publisher": {"@id": "#site"}, "description": summary, "image": ["/media/%d.jpg" % n]}  # fmt: skip
        crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"position": k, "name": _SECTIONS[k]} for k in (1, 2)]}
        graph = {"@context": "https://schema.org", "@graph": [site_node, article, crumbs]}
        found.append('<script type="application/ld+json">%s</script>' % json.dumps(graph))
    return "".join(found)


def _paragraphs(rnd: random.Random, n: int, words: int) -> list[str]:
    """One page in ten reports a deal; the others only sound like the field."""
    buyer, seller = rnd.sample(_NAMES, 2)
    deal = "%s has agreed to buy the fibre network of %s for %d million euros." % (buyer, seller, rnd.randint(20, 900))
    paragraphs, count = [deal] if n % 10 == 0 else [], 0
    while count < words:
        paragraph = " ".join(_sentence(rnd) for _ in range(rnd.randint(2, 5)))
        paragraphs.append(paragraph)
        count += len(paragraph.split())
    return paragraphs


def _sentence(rnd: random.Random) -> str:
    """One sentence in four names a company, some link, quote or count."""
    words = [rnd.choice(_NOUNS) for _ in range(rnd.randint(4, 12))]
    kind = rnd.random()
    if kind < 0.1:
        words[1] = '<a href="https://example.org/%d">%s</a>' % (rnd.randint(1, 999), words[1])
    elif kind < 0.2:
        words[0] = "“the %s”, said %s, and %s" % (words[0], rnd.choice(_WRITERS), words[1])
    elif kind < 0.3:
        words[0] = "%d %s of <em>%s</em>" % (rnd.randint(2, 90), words[0], words[1])
    opener = rnd.choice(_OPENERS.split("|"))
    who = rnd.choice(_NAMES) if rnd.random() < 0.25 else "the %s" % rnd.choice(_NOUNS)
    return "%s, %s %s the %s." % (opener, who, rnd.choice(_VERBS), " ".join(words))


def _inset(rnd: random.Random, site: int) -> str:
    items = "".join('<li><a href="/page/%d">%s</a></li>' % (k, headline(site, k)) for k in rnd.sample(range(20), 3))
    return '<div class="inset related-articles"><h3>Read more</h3><ul>%s</ul></div>' % items


_LETTER = (
    '<div class="newsletter-box"><h4>The morning letter</h4><p>Sign up for our newsletter and start the day informed.'
    '</p><form action="/letter" method="post"><input type="email" name="mail"><button>Sign up</button></form></div>'
)
_ICON = (
    '<svg width="24" height="24" viewBox="0 0 24 24"><path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2"/></svg>'
)
_SHARE = '<ul class="share-bar">%s</ul>' % "".join(
    '<li><a class="share-%s" href="https://%s.example/share" rel="nofollow">%s<span>%s</span></a></li>'
    % (k, k, _ICON, k.title())
    for k in ("mail", "post", "link", "chat")
)


@lru_cache(maxsize=1_024)
def _furniture(site: int) -> Furniture:
    """The site's own, from half to two and a half times the middle size."""
    rnd = random.Random(site + 77)
    size = 2 ** rnd.uniform(-1, 1.3)
    sheets = "".join('<link rel="stylesheet" href="/css/%d.css?v=%d">' % (k, site) for k in range(round(12 * size)))
    icons = "".join('<link rel="icon" sizes="%dx%d" href="/icon-%d.png">' % (k, k, k) for k in (16, 32, 180, 192))
    metas = "".join('<meta name="app:%d" content="%x">' % (k, rnd.getrandbits(64)) for k in range(14))
    head = "%s%s%s%s%s" % (metas, sheets, icons, _style(rnd, round(150 * size)), _scripts(rnd, round(14 * size), 1_900))
    menus = "".join(_menu(rnd, section, round(6 * size)) for section in _SECTIONS)
    consent = (
        '<div id="consent-banner" class="cookie-consent"><p>We and our partners use cookies to serve you better.</p>'
        "<button>Accept all</button><button>Reject all</button></div>"
    )
    top = (
        '<a class="skip" href="#main">Skip to content</a>%s<header class="site-header"><div class="bar"><a href="/">'
        '<img src="/logo.svg" alt="Site %d"></a><form role="search" action="/search"><input name="q"><button>Search'
        "</button></form></div><nav><ul>%s</ul></nav></header>" % (consent, site, menus)
    )
    cards = "".join(_card(rnd, site, k) for k in range(round(18 * size)))
    comments = "".join(_comment(rnd, k) for k in range(round(5 * size)))
    links = "".join('<li><a href="/about/%d">%s</a></li>' % (k, rnd.choice(_NOUNS).title()) for k in range(20))
    bottom = (
        '<aside class="sidebar"><h2>More from Site %d</h2><div class="cards">%s</div></aside>'
        '<section id="comments" class="comments"><h2>Comments</h2><ol>%s</ol></section>'
        '<footer class="site-footer"><ul>%s</ul><p>© 2026 Site %d. All rights reserved.</p></footer>%s'
        % (site, cards, comments, links, site, _scripts(rnd, round(14 * size), 1_600))
    )
    return Furniture(head, top, bottom, has_ld=site % 3 != 0, has_meta=site % 6 != 0)


def _menu(rnd: random.Random, section: str, entries: int) -> str:
    items = "".join(
        '<li class="menu-item"><a href="/%s/%s"><span>%s</span></a></li>' % (section.lower(), noun, noun.title())
        for noun in rnd.sample(_NOUNS, entries)
    )
    return '<li class="menu-item has-children"><a href="/%s">%s</a><ul class="sub-menu">%s</ul></li>' % (
        section.lower(), section, items,
    )  # fmt: skip


def _card(rnd: random.Random, site: int, number: int) -> str:
    return (
        '<div class="grid__cell"><div class="card card--story"><div class="card__media"><a href="/page/%d"><img alt=""'
        ' loading="lazy" src="/media/%d-300.jpg"></a></div><div class="card__text"><div class="card__section">%s</div>'
        '<h3><a href="/page/%d">%s</a></h3><p class="card__meta"><time>%d January</time> <span>%d min</span></p></div>'
        "</div></div>"
        % (number, number, rnd.choice(_SECTIONS), number, headline(site, number), 1 + number % 28, rnd.randint(2, 9))
    )


def _comment(rnd: random.Random, number: int) -> str:
    who = '<div class="comment-author">Reader %d</div>' % number
    return '<li class="comment">%s<div class="comment-body"><p>%s</p></div></li>' % (who, _sentence(rnd))


def _style(rnd: random.Random, rules: int) -> str:
    made = (
        ".c%x .item-%d:hover{margin:%dpx %dpx;color:#%06x;transition:all .2s}"
        % (rnd.getrandbits(24), k, k % 40, k % 9, rnd.getrandbits(24))
        for k in range(rules)
    )
    return "<style>%s</style>" % "".join(made)


def _scripts(rnd: random.Random, count: int, size: int) -> str:
    """Scripts inside the page, of some size characters each, and as many that it only names."""
    made = []
    for number in range(count):
        lines = (
            "window.q%d=window.q%d||[];q%d.push({id:'%x',slot:'/%d/unit',sizes:[[300,250],[728,90]],if:a<b&&c>%d});"
            % (number, number, number, rnd.getrandbits(48), rnd.randint(1, 9_999), k)
            for k in range(size // 105)
        )
        made.append("<script>(function(){%s})();</script>" % "\n".join(lines))
        made.append('<script async src="https://cdn.example/%x.js"></script>' % rnd.getrandbits(32))
    return "\n".join(made)

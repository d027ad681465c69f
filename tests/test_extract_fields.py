"""Title, authors, language, addresses: from what pages state, cleaned."""

from __future__ import annotations

import pytest
from apache_beam.utils.timestamp import Timestamp
from lxml.html import document_fromstring

from transforms.extract.article import ExtractError, Hints, extract_article, extract_feed_content
from transforms.extract.authors import clean_names
from transforms.extract.language import code_of
from transforms.extract.links import find_canonical
from transforms.extract.published import find_published
from transforms.extract.statements import Statements, gather
from transforms.extract.title import find_title

NOW = Timestamp.from_rfc3339("2026-11-24T12:00:00Z")
PARAGRAPH = "<p>Number %d of the operators signed a contract for capacity on the new satellite, it said on Monday.</p>"
BODY = "<article>%s</article>" % "".join(PARAGRAPH % number for number in range(5))


def said_of(head: str, body: str = "") -> Statements:
    return gather(document_fromstring("<html lang='en'><head>%s</head><body>%s</body></html>" % (head, body)))


def title_of(head: str, body: str = "", hint: str | None = None) -> str | None:
    return find_title(said_of(head, body), hint)[0]


def test_the_heading_is_the_title_where_the_page_bears_it_out() -> None:
    head = "<title>Lumen Sky sells two beams | Harbour Wire</title>"
    assert title_of(head, "<h1>Harbour Wire</h1><h1>Lumen Sky sells two beams</h1>") == "Lumen Sky sells two beams"


def test_without_a_heading_the_site_is_cut_from_the_title() -> None:
    site = '<meta property="og:site_name" content="Harbour Wire">'
    assert (
        title_of(site + "<title>Lumen Sky sells two of its beams - Harbour Wire</title>")
        == "Lumen Sky sells two of its beams"
    )
    assert (
        title_of(site + "<title>Harbour Wire | Lumen Sky sells two of its beams</title>")
        == "Lumen Sky sells two of its beams"
    )
    assert title_of("<title>Talks - what is known so far</title>") == "Talks - what is known so far"


def test_json_ld_headlines_lose_their_entities() -> None:
    head = '<script type="application/ld+json">{"@type":["NewsArticle"],"headline":"A &amp; B &#8211; merged"}</script>'
    assert title_of(head) == "A & B – merged"


def test_the_feed_names_a_page_that_does_not() -> None:
    assert title_of("", hint="From the feed") == "From the feed"
    assert title_of("") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ada Fenwick", ["Ada Fenwick"]),
        ("Von Ada Fenwick und Jonas Weir", ["Ada Fenwick", "Jonas Weir"]),
        ("Ada Fenwick, Jonas Weir & Pia Lund", ["Ada Fenwick", "Jonas Weir", "Pia Lund"]),
        ("Ada Fenwick, Senior Reporter", ["Ada Fenwick"]),
        ("Ada Fenwick | Markets Editor", ["Ada Fenwick"]),
        ("Fenwick, Ada", ["Ada Fenwick"]),
        ("ada@wire.example", []),
        ("https://wire.example/ada", []),
        ("Staff", []),
        ("Written by", []),
        ("Harbour Wire", []),
        ("María José Núñez", ["María José Núñez"]),
        ("山田太郎", ["山田太郎"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert clean_names([text], site="harbourwire") == names


def test_names_once() -> None:
    assert clean_names(["Ada Fenwick", "By ADA FENWICK"]) == ["Ada Fenwick"]


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://wire.com/2026/a-story", "https://wire.com/2026/a-story"),
        ("/2026/a-story", "https://wire.com/2026/a-story"),
        ("https://www.wire.com/other", "https://www.wire.com/other"),
        ("https://elsewhere.example/2026/a-story", None),
        ("https://wire.com/", None),
        ("https://wire.com/2026", None),
        ("javascript:alert(1)", None),
        ("https://user:pass@wire.com/2026/a-story", None),
    ],
)
def test_canonical_addresses(canonical: str, expected: str | None) -> None:
    said = said_of('<link rel="canonical" href="%s">' % canonical)
    assert find_canonical(said, "https://wire.com/2026/a-story?x=1")[0] == expected


def test_languages() -> None:
    assert [code_of(tag) for tag in ("en-GB", "pt_BR", "DE", "nb", "und", "", None, "english language")] == [
        "en", "pt", "de", "no", None, None, None, None,
    ]  # fmt: skip


def test_a_day_gives_way_to_the_feeds_time_that_agrees() -> None:
    said = said_of('<meta property="article:published_time" content="2026-11-20">')
    feed = Timestamp.from_rfc3339("2026-11-20T08:15:30Z")
    date, source = find_published(said, [], None, "https://a.example/x", feed, NOW)
    assert date is not None
    assert (date.at, date.precision, source) == (feed, "second", "feed")
    other = Timestamp.from_rfc3339("2026-11-10T08:15:30Z")
    date, source = find_published(said, [], None, "https://a.example/x", other, NOW)
    assert date is not None
    assert (date.precision, source) == ("day", "meta")


def test_hints_fill_what_the_page_does_not_say() -> None:
    hints = Hints("A title", Timestamp.from_rfc3339("2026-11-20T08:15:30Z"), "Ada Fenwick", "en", None)
    found = extract_article(
        ("<html><body>%s</body></html>" % BODY).encode(), "https://a.example/x", hints=hints, now=NOW
    )
    assert (found.title, found.authors, found.published_source) == ("A title", ("Ada Fenwick",), "feed")
    assert found.sources["authors"] == "feed"


def test_a_hint_in_the_future_is_not_believed() -> None:
    hints = Hints(published_at=Timestamp.from_rfc3339("2027-01-01T00:00:01Z"))
    found = extract_article(
        ("<html><body>%s</body></html>" % BODY).encode(), "https://a.example/x", hints=hints, now=NOW
    )
    assert found.published_at is None


def test_the_feeds_content_stands_for_a_page_that_has_less_than_half_of_it() -> None:
    html = b"<html><head><title>A story told elsewhere</title></head><body><p>Only a teaser here.</p></body></html>"
    content = "<p>%s</p><p>The end.</p>" % ("The feed has the story in full, and what it has is longer. " * 12)
    found = extract_article(html, "https://a.example/a-story-told-in-full", hints=Hints(content=content), now=NOW)
    assert (found.kind, found.method) == ("article", "feed_content")
    assert found.text.split("\n")[-1] == "The end."
    full = extract_article(
        ("<html><body>%s</body></html>" % BODY).encode(), "https://a.example/x", hints=Hints(content=content)
    )
    assert full.method == "trafilatura"


def test_feed_content_alone() -> None:
    found = extract_feed_content(
        "<p>One &amp; two.</p><p>Three<br>four.</p><script>x()</script>", None, Hints(title="T")
    )
    assert (found.text, found.method, found.title) == ("One & two.\nThree\nfour.", "feed_content", "T")
    with pytest.raises(ExtractError, match="extract_empty"):
        extract_feed_content(" <br> ", None)


def test_an_empty_page_is_an_error_and_bytes_without_text_another() -> None:
    with pytest.raises(ExtractError, match="extract_empty"):
        extract_article(b"<html><body></body></html>", "https://a.example/x")
    with pytest.raises(ExtractError, match="undecodable"):
        extract_article(b"", "https://a.example/x")

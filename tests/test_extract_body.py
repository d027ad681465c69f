"""Blocks, and how the text found becomes the article's text."""

from __future__ import annotations

import pytest

from transforms.extract.blocks import prepare, segment
from transforms.extract.junk import is_junk
from transforms.extract.page import parse_page
from transforms.extract.refine import refine

A = "The operator signed a contract for capacity on the new satellite, both companies said on Monday."
B = "The seller keeps a fifth of the company and a seat on its board for at least three years, it said."
C = "The parties expect the authorities to approve the sale before midsummer, and no staff has to move."
D = "A fourth paragraph of the same kind stands in another part of the page and says what the others do not."


def texts(body: str) -> list[str]:
    tree = parse_page(("<html><body>%s</body></html>" % body).encode()).tree
    prepare(tree)
    return [block.text for block in segment(tree)]


def refined(body: str, found: str, titles: tuple[str, ...] = (), authors: tuple[str, ...] = ()) -> list[str]:
    tree = parse_page(("<html><body>%s</body></html>" % body).encode()).tree
    prepare(tree)
    return refine(segment(tree), found, titles, authors).split("\n")


def test_blocks_are_paragraphs_headings_items_and_rows() -> None:
    body = (
        "<h2>Head</h2><p>One <b>two</b> <a href='/x'>three</a>.</p>tail<ul><li>item<li>other</ul>"
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></table><p>x<br>y</p><custom-el>in</custom-el>line"
    )
    assert texts(body) == ["Head", "One two three.", "tail", "item", "other", "a | b", "c", "x", "y", "inline"]


def test_what_is_no_prose_by_its_tag_is_no_block() -> None:
    assert texts("<nav>menu</nav><script>x()</script><style>p{}</style><p>text</p><aside>side</aside><!-- no -->") == [
        "text"
    ]


def test_a_wrapper_that_holds_the_page_is_read() -> None:
    assert texts("<aside><p>%s</p><p>%s</p></aside>" % (A, B)) == [A, B]


def test_prose_dropped_between_found_paragraphs_comes_back() -> None:
    body = "<div><p>%s</p><p class='embed'>%s</p><p>%s</p></div><p>%s</p>" % (A, B, C, D)
    assert refined(body, "%s\n%s" % (A, C)) == [A, B, C]


def test_sibling_containers_of_the_same_class_are_one_body() -> None:
    body = "<div class='part'><p>%s</p><p>%s</p></div><div class='part'><p>%s</p></div><div class='end'><p>%s</p></div>"
    assert refined(body % (A, B, C, D), "%s\n%s" % (A, B)) == [A, B, C]


def test_furniture_goes_though_it_was_found_unless_it_holds_the_article() -> None:
    body = "<div><p>%s</p><div class='related-box'><p>%s</p></div><p>%s</p><p>%s</p></div>" % (A, B, C, D)
    assert refined(body, "\n".join((A, B, C, D))) == [A, C, D]
    body = "<div class='related-content'><p>%s</p><p>%s</p></div>" % (A, B)
    assert refined(body, "%s\n%s" % (A, B)) == [A, B]


def test_the_repeated_headline_goes_with_what_stands_above_it() -> None:
    body = (
        "<div><p>News | Markets</p><h1>Two beams sold</h1><h2>A year on</h2><p>Ada Fenwick</p><p>%s</p><p>%s</p></div>"
        % (A, B)
    )
    found = "News | Markets\nTwo beams sold\nA year on\nAda Fenwick\n%s\n%s" % (A, B)
    assert refined(body, found, titles=("Two beams sold",), authors=("Ada Fenwick",)) == [A, B]


def test_lists_of_links_and_trailing_headings_go() -> None:
    links = "".join("<li><a href='/%d'>Another story of the day</a></li>" % number for number in range(3))
    body = "<div><p>%s</p><ul>%s</ul><p>%s</p><p>%s</p><h3>More</h3></div>" % (A, links, B, C)
    assert refined(body, "%s\n%s\n%s\n%s\nMore" % (A, "\n".join(["- Another story of the day"] * 3), B, C)) == [A, B, C]


def test_nothing_found_then_the_prose_of_the_page() -> None:
    body = "<div class='menu'><p>%s</p></div><div><p>%s</p><p>%s</p><p>%s</p></div>" % (D, A, B, C)
    assert refined(body, "") == [A, B, C]


def test_a_text_that_is_nowhere_in_the_page_is_kept() -> None:
    assert refined("<p>Short.</p>", "Something else that was found elsewhere.") == [
        "Something else that was found elsewhere."
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our daily newsletter",
        "Get the day's news in your inbox, free.",
        "Read more: Two beams sold",
        "Lesen Sie auch: Zwei Strahlen verkauft",
        "Follow us on Twitter @harbourwire",
        "© 2026 Harbour Wire",
        "Copyright 2026. All rights reserved.",
        "Advertisement",
        "Comments",
        "Share this article",
        "Tags: beams, ports",
        "Last updated on June 2, 2025",
        "Already a subscriber? Log in",
        "Story continues below",
    ],
)
def test_junk(line: str) -> None:
    assert is_junk(line)


@pytest.mark.parametrize(
    "line",
    [
        A,
        "Subscribers grew by 3 per cent to 12 million in the quarter.",
        "Reading more into the figures would be wrong.",
        "The company publishes a newsletter.",
        "Related costs rose to 3 million euros, the operator said in its report.",
        "Share prices fell by four per cent.",
        "Contact was lost at 14:20.",
        "Published accounts show a loss of 2 million.",
        "Copyright law is not what the dispute is about, said counsel for the broadcaster." + " It is money." * 30,
    ],
)
def test_no_junk(line: str) -> None:
    assert not is_junk(line)

"""Bytes to a tree: encodings, and pages made to hurt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hostile import HostilePage, hostile_pages
from transforms._text import MAX_TEXT_CHARS
from transforms.extract.article import ExtractError, extract_article
from transforms.extract.page import UndecodablePage, decode_page, flatten, parse_page

LONG = b"<p>Paragraph %d: " + b"long words " * 2_000 + b".</p>"
URL = "https://example.org/a-page-made-to-hurt"


@pytest.mark.parametrize(
    ("html", "content_type", "expected"),
    [
        ("é–€".encode(), None, "é–€"),
        ("é–€".encode("utf-8-sig"), "text/html; charset=latin-1", "é–€"),
        ("é–€".encode("utf-16"), None, "é–€"),
        (b"caf\xe9", "text/html; charset=ISO-8859-1", "café"),
        (b"\x93quoted\x94", "text/html; charset=iso-8859-1", "“quoted”"),
        (b'<meta charset="windows-1251">\xcc\xee\xf1\xea\xe2\xe0', None, '<meta charset="windows-1251">Москва'),
        ("東京".encode("shift_jis"), "text/html; charset=Shift_JIS", "東京"),
        ("東京".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", "東京"),
        ("é".encode(), "text/html; charset=iso-8859-1", "é"),
        (b"a\0b\x01c", None, "abc"),
        ("Itâ\x80\x99s".encode(), None, "It’s"),
        (b"It&#146;s", None, "It’s"),
        (b"caf\xe9 " * 50, "text/html; charset=no-such", "café " * 50),
    ],
)
def test_decoding(html: bytes, content_type: str | None, expected: str) -> None:
    assert decode_page(html, content_type) == expected


def test_utf_16_without_a_mark() -> None:
    text = "<html><body><p>Some text that is long enough</p></body></html>"
    assert decode_page(text.encode("utf-16-le")) == text
    assert decode_page(text.encode("utf-16-be")) == text


def test_no_text_is_told() -> None:
    with pytest.raises(UndecodablePage):
        parse_page(b"")
    with pytest.raises(UndecodablePage):
        parse_page(bytes(range(128, 256)) * 50)


def test_flat_text_keeps_blocks_and_drops_scripts() -> None:
    source = "<head><title>x</title></head><div>a <b>b</b>&amp;c<p>d</p><script>if (a<b) x()</script><!-- no --></div>e"
    assert flatten(source) == "a b&c\nd\ne"


@pytest.mark.parametrize("page", hostile_pages(is_full=False), ids=lambda page: page.name)
def test_pages_that_hurt_are_answered_and_nothing_is_lost_unsaid(page: HostilePage) -> None:
    start = time.process_time()
    if page.name == "random bytes":
        with pytest.raises(ExtractError, match="undecodable"):
            extract_article(page.html, URL)
        return
    found = extract_article(page.html, URL)
    assert time.process_time() - start < 8, "a wide margin: the child's deadline is 10 s"
    assert len(found.text) <= MAX_TEXT_CHARS
    if page.marker is not None and page.marker not in found.text:
        assert found.is_truncated
    if found.method == "baseline":
        assert found.is_degraded
        assert found.detail


def test_a_cut_text_is_said_to_be_cut() -> None:
    found = extract_article(b"<html><body>%s</body></html>" % b"".join(LONG % number for number in range(60)), URL)
    assert found.is_truncated
    assert len(found.text) <= MAX_TEXT_CHARS


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_give_an_article_or_a_clean_error(noise: bytes, place: int) -> None:
    page = (
        b"<html><head><title>A</title></head><body><article><p>Some words of an article.</p></article></body></html>"
        * 4
    )
    try:
        found = extract_article(page[:place] + noise + page[place:], URL)
    except ExtractError:
        return
    found.text.encode("utf-8")
    assert "\0" not in found.text


@pytest.mark.parametrize("before", [0, 1, 19_999, 20_001, 55_555])
def test_a_tag_with_thousands_of_attributes_is_seen_wherever_it_stands(before: int) -> None:
    tag = "<p %s>end</p>" % " ".join('a%d="%d"' % (number, number) for number in range(2_500))
    filler = ("<i>word</i>" * (before // 11))[:before]
    page = parse_page(("<html><body>%s%s%s</body></html>" % (filler, tag, "<i>word</i>" * 3_000)).encode())
    assert page.problem == "too_many_attributes"


def test_long_texts_and_scripts_are_no_huge_tags() -> None:
    script = "<script>%s</script>" % ("a=1;" * 10_000)
    assert parse_page(("<html><body>%s<p>text</p></body></html>" % script).encode()).problem is None

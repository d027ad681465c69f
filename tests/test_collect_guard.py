"""The guard and the readers against input made to hurt: every case answers, quickly, with entries or one FeedError."""

from __future__ import annotations

import random
import time
import xml.sax

import pytest
from apache_beam.utils.timestamp import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rows import Feed
from transforms.collect.encoding import decode_feed
from transforms.collect.guard import MAX_ENTRIES, safe_xml
from transforms.collect.items import FeedError
from transforms.collect.markup import markup_to_text
from transforms.collect.parse import ParsedFeed, parse_feed

NOW = Timestamp.from_rfc3339("2026-11-01T12:00:00Z")
FEED = Feed("feed", "https://news.example/feed")
MAX_CPU_SECONDS = (
    5.0  # the hazards below take a stock parser from 4 s to hours; this only leaves room for slow machines
)


def parse(body: bytes | str, content_type: str | None = None) -> ParsedFeed:
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return parse_feed(data, FEED.url, content_type, FEED, NOW)


def answer(body: bytes | str) -> ParsedFeed | FeedError:
    """As parse, with the one error that is allowed as an answer."""
    try:
        return parse(body)
    except FeedError as error:
        return error


def rss(items: str = "<item><title>One</title><link>https://news.example/1</link></item>", before: str = "") -> str:
    return "<?xml version='1.0'?>%s<rss version='2.0'><channel><title>T</title>%s</channel></rss>" % (before, items)


def item(inner: str) -> str:
    return "<item><title>One</title>%s</item>" % inner


ABUSE = {
    "blank lines before the root": rss(before="\n" * 1_000_000),
    "entity declarations before the root": rss(before='\n<!ENTITY a "b">' * 15_000),
    "doctypes before the root": rss(before="<!DOCTYPE a [" * 20_000),
    "entity bomb": rss(
        item("<description>%s</description>" % ("&a;" * 20_000)),
        '<!DOCTYPE rss [<!ENTITY a "%s">]>' % ("x" * 100_000),
    ),
    "billion laughs": rss(
        item("<description>&b9;</description>"),
        "<!DOCTYPE rss [<!ENTITY b0 'ha'>"
        + "".join("<!ENTITY b%d '%s'>" % (n, "&b%d;" % (n - 1) * 10) for n in range(1, 10))
        + "]>",
    ),
    "author pattern": rss(item("<author>%s!</author>" % ("a@" + "a." * 16_000)) * 50),
    "one tag, many attributes": rss(
        item("<description %s>x</description>" % " ".join("a%d='1'" % n for n in range(100_000)))
    ),
    "attributes of a self-closing tag": rss(item("<enclosure %s/>" % " ".join("a%d='1'" % n for n in range(50_000)))),
    "comments in a description": rss(item("<description>%s</description>" % ("&lt;!--" * 50_000))),
    "comments that do not end": rss(item("<!--" * 200_000)),
    "CDATA that does not end": rss(item("<![CDATA[" * 100_000)),
    "nested elements": rss(item("<a>" * 500_000)),
    "nested elements with a body": rss(
        item("<description>" + "<div>" * 100_000 + "x" + "</div>" * 100_000 + "</description>")
    ),
    "empty items": rss("<item/>" * 500_000),
    "many items": rss("".join("<item><guid>%d</guid></item>" % n for n in range(50_000))),
    "quotes that do not close": rss(item('<a b="' * 200_000)),
    "less-than signs": rss(item("<description>%s</description>" % ("<" * 500_000))),
    "ampersands": rss(item("<description>%s</description>" % ("&" * 500_000))),
    "scripts that do not close": rss(item("<description>%s</description>" % ("&lt;script&gt;" * 50_000))),
    "tags that do not end": rss(item("<description>%s</description>" % ("&lt;a " * 200_000))),
    "spaces in tags": rss(item("<a" + " " * 1_000_000 + "<b>")),
    "dates": rss(
        "".join("<item><guid>%d</guid><pubDate>%d %s</pubDate></item>" % (n, n, "1 " * 2_000) for n in range(500))
    ),
    "dates in words": rss(
        "".join("<item><guid>%d</guid><pubDate>am %d. Tag</pubDate></item>" % (n, n) for n in range(5_000))
    ),
    "one long title": rss("<item><title>%s</title></item>" % ("x" * 5_000_000)),
    "controls": rss(item("<description>%s</description>" % ("\x00\x08\x1b" * 300_000))),
    "JSON, deep": "[" * 100_000,
    "JSON feed, deep": '{"items": [%s]}' % ('{"a":' * 100_000),
    "JSON feed, many": '{"items": [%s]}' % ",".join('{"id": "%d"}' % n for n in range(50_000)),
    "JSON feed, big number": '{"items": [{"id": %s}]}' % ("9" * 100_000),
    "sitemap, many": "<urlset>%s</urlset>" % ("<url><loc>https://a.example/</loc><title>x</title></url>" * 50_000),
    "sitemap, deep": "<urlset><url>%s" % ("<title>" * 200_000),
    "not XML": "<" * 1_000_000,
    "a closing bracket that does not come": "<!DOCTYPE rss [" + "] " * 500_000,
}


@pytest.mark.parametrize("name", ABUSE)
def test_abuse_is_answered_in_bounded_time(name: str) -> None:
    start = time.process_time()
    parsed = answer(ABUSE[name])
    if isinstance(parsed, FeedError):
        assert parsed.code in ("not_a_feed", "parse_error", "parse_limit")
    else:
        assert len(parsed.entries) <= MAX_ENTRIES
        assert all(len(entry.summary or "") <= 65_536 and len(entry.title or "") <= 1_000 for entry in parsed.entries)
    assert time.process_time() - start < MAX_CPU_SECONDS


@pytest.mark.parametrize(
    "body",
    [
        rss(item("<description>&#xD800; &#x110000; &#0; &#xFFFF; &#99999999; ok</description>")),
        rss(item("<description>ok</description>")).replace("?>", " encoding='undefined'?>"),
        rss(item("<description>ok</description>")).replace("?>", " encoding='punycode'?>"),
        rss(item("<description>ok</description>")).replace("?>", " encoding='\x00'?>"),
        rss(item("<description>ok</description>")).replace("?>", " encoding='zip'?>"),
        rss(item("<description>ok\ufffe\x0c</description>")),
    ],
)
def test_what_raises_in_feedparser_is_read(body: str) -> None:
    assert parse(body).entries[0].summary == "ok"


def test_no_external_entity_is_read() -> None:
    body = rss(item("<description>[&x;]</description>"), '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    assert parse(body).entries[0].summary == "[&x;]"


def test_more_entries_than_the_limit_are_cut_and_said() -> None:
    parsed = parse(rss("".join("<item><guid>%d</guid></item>" % n for n in range(MAX_ENTRIES + 5))))
    assert len(parsed.entries) == MAX_ENTRIES
    assert [reject.error_code for reject in parsed.rejects] == ["parse_limit"]
    assert parsed.title == "T"


def test_deep_markup_keeps_its_text() -> None:
    content = "<content type='xhtml'>%sdeep words%s</content>" % ("<div>" * 500, "</div>" * 500)
    entry = parse("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>%s</entry></feed>" % content).entries[0]
    assert "deep words" in markup_to_text(entry.content or "")


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("<a>AT&T</a>", "<a>AT&amp;T</a>"),
        ("<a>A&B; c</a>", "<a>A&amp;B; c</a>"),
        ("<a>x &nbsp;&eacute;&hellip;</a>", "<a>x \u00a0é…</a>"),
        ("<a>&AMP; &LT;</a>", "<a>&amp; &lt;</a>"),
        ("<a>&amp;lt; &#8217; &#x2019;</a>", "<a>&amp;lt; &#8217; &#x2019;</a>"),
        ("<a>1 < 2, <3</a>", "<a>1 &lt; 2, &lt;3</a>"),
        ('<a b="?c=1&d=2"/>', '<a b="?c=1&amp;d=2"/>'),
        ("<a><![CDATA[<b>AT&T]]></a>", "<a><![CDATA[<b>AT&T]]></a>"),
        ("<a>x]]>y</a>", "<a>x]]&gt;y</a>"),
        ("<a>x<!-- <b> --><?php x ?>y</a>", "<a>xy</a>"),
        ("<!-- <rss> --><!DOCTYPE a [<!ENTITY q 'Q &amp; A'>]>\n<a>&q;</a>", "<a>Q &amp; A</a>"),
    ],
)
def test_mending(text: str, mended: str) -> None:
    safe = safe_xml(text)[0]
    assert safe == mended
    xml.sax.parseString(safe.encode(), xml.sax.ContentHandler())  # and it is well formed


def test_mending_twice_changes_nothing() -> None:
    once = safe_xml(rss(item("<description>AT&T &lt;b&gt; 1 < 2 &nbsp; <![CDATA[x & y]]></description>")))[0]
    assert safe_xml(once)[0] == once


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Café".encode(), None, "Café"),
        ("Café".encode("latin-1"), None, "Café"),
        ("\ufeffCafé".encode(), "text/xml; charset=iso-8859-1", "Café"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>“Café”".encode("cp1252"), None, "“Café”"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>Café".encode(), None, "Café"),
        ("<?xml version='1.0' encoding='koi8-r'?>сделка".encode("koi8-r"), None, "сделка"),
        ("<?xml version='1.0' encoding='gb2312'?>卫星通信".encode("gb18030"), None, "卫星通信"),
        ("衛星".encode("shift_jis"), "text/xml; charset=Shift_JIS", "衛星"),
        ("<?xml version='1.0' encoding='utf-16'?>é".encode("utf-16"), None, "é"),
        ("<?xml version='1.0'?>é".encode("utf-16-le"), None, "é"),
        ("é".encode() * 20 + b"\xe9", None, "é" * 20 + "\ufffd"),
        (b"<?xml version='1.0' encoding='rot13'?>abc", None, "abc"),
        (b"abc", "text/xml; charset=unicode_escape", "abc"),
    ],
)
def test_decoding(body: bytes, content_type: str | None, text: str) -> None:
    assert decode_feed(body, content_type).endswith(text)


def test_mutated_feeds_raise_nothing_but_feed_errors() -> None:
    seeds = [
        rss(
            item(
                "<pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;AT&amp;T&lt;/p&gt;</description>"
            )
        ),
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><link href='/a'/><content type='xhtml'><div>x</div>"
        "</content><updated>2026-10-05T10:00:00Z</updated></entry></feed>",
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "content_html": "<p>\\ud800</p>"}]}',
        "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://a.example/</loc><n:news>"
        "<n:title>x</n:title></n:news></url></urlset>",
    ]
    scraps = (
        b"& < > \" \x00 \xff ]]> <![CDATA[ &# &#xD800; <!-- <? <item> </item> xmlns:a='b' \xed\xa0\x80 base='//[' { "
        b"999999999999999999999999 encoding='x' <!DOCTYPE["
    ).split(b" ")
    chance = random.Random(7)
    for _ in range(3_000):
        data = bytearray(chance.choice(seeds).encode())
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 0, 1, 5))] = chance.choice(scraps)
        parsed = answer(bytes(data))
        if isinstance(parsed, FeedError):
            continue
        ids = [entry.entry_id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        for entry in parsed.entries:
            assert entry.url is None or entry.url.startswith(("http://", "https://"))
            assert "\x00" not in (entry.title or "")
            "".join(text for text in (entry.title, entry.summary, entry.content, entry.guid) if text).encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_a_feed_error(body: bytes) -> None:
    parsed = answer(body)
    assert isinstance(parsed, ParsedFeed) or parsed.code in ("not_a_feed", "parse_error", "parse_limit")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_in_a_title_comes_through_as_one_clean_line(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for entry in parse(rss("<item><guid>1</guid><title>%s</title></item>" % escaped)).entries:
        assert entry.title is None or "\n" not in entry.title


def test_a_feed_error_survives_pickling() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(FeedError("not_a_feed", "no feed")))
    assert (error.code, error.message, str(error)) == ("not_a_feed", "no feed", "no feed")

"""Feeds of our own writing beside what is to be read from them, and the rules of dates, ids and links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from apache_beam.utils.timestamp import Timestamp

from schemas.ids import make_id
from schemas.rows import Entry, Feed
from transforms.collect.dates import DateReader
from transforms.collect.items import FeedError
from transforms.collect.markup import markup_to_text, text_to_markup
from transforms.collect.parse import ParsedFeed, entries_of_file, parse_feed

FEEDS = Path(__file__).parent / "data" / "feeds"
NOW = Timestamp.from_rfc3339("2026-11-01T12:00:00Z")
URL = "https://news.example/feed"
FEED = Feed("feed", URL)
FIELDS = ("guid", "url", "title", "summary", "author", "published_at", "updated_at", "content", "language", "detail")


def parse(body: str, feed: Feed = FEED) -> ParsedFeed:
    return parse_feed(body.encode(), feed.url, None, feed, NOW)


def told(entry: Entry) -> dict[str, Any]:
    """What an entry says, as JSON; unknown fields left out."""
    fields = {name: getattr(entry, name) for name in FIELDS}
    return {
        name: value.to_rfc3339() if isinstance(value, Timestamp) else value for name, value in fields.items() if value
    }


@pytest.mark.parametrize("path", [*sorted(FEEDS.glob("*.[a-z]*[!n]")), FEEDS / "startups.json"], ids=lambda p: p.name)
def test_feed_beside_its_expected_entries(path: Path) -> None:
    expected = json.loads(Path("%s.json" % path).read_text(encoding="utf-8"))
    parsed = parse_feed(path.read_bytes(), URL, None, FEED, NOW)
    feed = {"format": parsed.format, "title": parsed.title, "site_url": parsed.site_url, "language": parsed.language,
            "ttl_s": parsed.ttl_s, "update_period_s": parsed.update_period_s}  # fmt: skip
    assert feed == expected["feed"]
    assert [told(entry) for entry in parsed.entries] == expected["entries"]
    assert [reject.error_code for reject in parsed.rejects] == expected["rejects"]
    ids = [entry.entry_id for entry in parsed.entries]
    assert len(set(ids)) == len(ids)
    assert {entry.first_seen_at for entry in parsed.entries} == {NOW}


def test_ids_follow_the_formula() -> None:
    ids = [entry.entry_id for entry in parse((FEEDS / "repeats.rss").read_text()).entries]
    assert ids[0] == make_id("feed", "1", "https://repeats.example/a", "One id")
    assert ids[1] == make_id("feed", "1", "https://repeats.example/b", "for two stories")
    assert ids[2] == make_id("feed", "2")
    assert ids[3] == make_id("feed", None, "https://repeats.example/", "One link", "2026-10-02T10:00:00Z")
    assert ids[5] == make_id("feed", "Only a title", None)


def test_an_id_does_not_hang_on_the_other_entries_or_the_time() -> None:
    one = "<item><guid>x</guid><title>T</title></item>"
    rss = "<rss version='2.0'><channel>%s</channel></rss>"
    alone = parse(rss % one).entries[0].entry_id
    later = parse_feed((rss % ("<item><guid>y</guid></item>" + one)).encode(), URL, None, FEED, NOW + 9)
    assert later.entries[1].entry_id == alone


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "not_a_feed"),
        ("   \n", "not_a_feed"),
        ("plain words", "not_a_feed"),
        ("<!DOCTYPE html><html><head><title>x</title></head><body><p>y</body></html>", "not_a_feed"),
        ("<opml><body/></opml>", "not_a_feed"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "not_a_feed"),
        ("<sitemapindex><sitemap><loc>https://a.example/</loc></sitemap></sitemapindex>", "not_a_feed"),
        ('{"a": 1}', "not_a_feed"),
        ('{"items": [', "parse_error"),
        ('{"items": ' + "[" * 200_000, "parse_limit"),
    ],
)
def test_what_is_no_feed_is_one_clean_error(body: str, code: str) -> None:
    with pytest.raises(FeedError) as caught:
        parse(body)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_what_is_said_of_a_picture_is_not_said_of_the_story() -> None:
    media = "<media:title>A photo</media:title><media:description>A dish.</media:description>"
    item = (
        "<title>A deal</title><description>Signed.</description>"
        "<content:encoded>&lt;p&gt;All.&lt;/p&gt;</content:encoded>"
    )
    rss = (
        "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' "
        "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item>%s</item></channel></rss>"
    )
    for body in (media + item, item + media, "<itunes:summary>Heard.</itunes:summary>" + item):
        entry = parse(rss % body).entries[0]
        assert (entry.title, entry.summary, entry.content) == ("A deal", "Signed.", "<p>All.</p>")
    alone = parse(rss % media).entries[0]
    assert (alone.title, alone.summary, alone.content) == ("A photo", "A dish.", None)


def test_an_id_is_the_link_where_there_is_no_other() -> None:
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>https://a.example/id</id>%s</entry></feed>"
    assert parse(atom % "").entries[0].url == "https://a.example/id"
    for link in ("<link href='/x'/>", "<link rel='alternate' type='application/pdf' href='/x'/>"):
        assert parse(atom % ("<link rel='replies' href='/r'/>" + link)).entries[0].url == "https://news.example/x"


def test_an_element_out_of_place_loses_itself_only() -> None:
    odd = "<textinput><link>x</link></textinput></item><item>"
    body = "<rss version='2.0'><channel><item><guid>1</guid>%s<guid>2</guid></item></channel></rss>" % odd
    parsed = parse(body)
    assert [entry.guid for entry in parsed.entries] == ["1", "2"]
    assert [reject.error_code for reject in parsed.rejects] == ["parse_error"]


def test_an_empty_feed_is_a_feed() -> None:
    assert parse("<rss version='2.0'><channel><title>Quiet</title></channel></rss>").entries == []


def test_json_feeds_with_nonsense() -> None:
    body = '{"title": 3, "items": [{"id": NaN, "url": "https://a.example/", "title": ["x"], "content_html": {}}]}'
    entry = parse(body).entries[0]
    assert (entry.guid, entry.url, entry.title, entry.content) == (None, "https://a.example/", None, None)


def test_a_long_description_is_the_content() -> None:
    words = "<p>%s</p>" % ("Satellites move. " * 120)
    item = "<item><guid>1</guid><description><![CDATA[%s]]></description></item>"
    rss = "<rss version='2.0'><channel>" + item + "</channel></rss>"
    assert parse(rss % words).entries[0].content == words
    assert parse(rss % "<p>Short.</p>").entries[0].content is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Mon, 05 Oct 2026 10:00:00 GMT", "2026-10-05T10:00:00Z"),
        ("Mon, 5 Oct 26 10:00 CEST", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0530", "2026-10-05T04:30:00Z"),
        ("Monday, 05 October 2026 10:00:00 -02:00", "2026-10-05T12:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0200 (CEST)", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 PM PST", "2026-10-06T06:00:00Z"),
        ("Mon, 05 Oct 2026 24:00:00 GMT", "2026-10-06T00:00:00Z"),
        ("Mon, 05 Oct 2026 23:59:60 GMT", "2026-10-05T23:59:59Z"),
        ("05-Oct-2026", "2026-10-05T00:00:00Z"),
        ("Mon Oct  5 10:00:00 2026", "2026-10-05T10:00:00Z"),
        ("Oct 1, 2026", "2026-10-01T00:00:00Z"),
        ("October 1, 2026 4:05 pm EST", "2026-10-01T21:05:00Z"),
        ("2026-10-05T10:00:00Z", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10:00:00.123456789+02:00", "2026-10-05T08:00:00Z"),
        ("2026-10-05 10:00", "2026-10-05T10:00:00Z"),
        ("2026-10-05t10:00:00z", "2026-10-05T10:00:00Z"),
        ("2026-10", "2026-10-01T00:00:00Z"),
        ("2026.10.01 10:00", "2026-10-01T10:00:00Z"),
        ("2026/10/01", "2026-10-01T00:00:00Z"),
        ("20261005T100000Z", "2026-10-05T10:00:00Z"),
        ("20261005", "2026-10-05T00:00:00Z"),
        ("01.10.2026", "2026-10-01T00:00:00Z"),
        ("01.10.2026 10:00", "2026-10-01T10:00:00Z"),
        ("10/01/2026", "2026-10-01T00:00:00Z"),
        ("25/10/2026", "2026-10-25T00:00:00Z"),
        ("1759312800", "2025-10-01T10:00:00Z"),
        ("1759312800000", "2025-10-01T10:00:00Z"),
        ("5 octobre 2026", "2026-10-05T00:00:00Z"),
        ("5 de octubre de 2026", "2026-10-05T00:00:00Z"),
        ("2026-02-30", None),
        ("Mon, 30 Feb 2026 10:00:00 GMT", None),
        ("2026-10-05T10:00:00+99:99", None),
        ("Mon, 05 Oct 1994 10:00:00 GMT", None),
        ("Tue, 03 Nov 2026 11:59:00 GMT", "2026-11-03T11:59:00Z"),
        ("Tue, 03 Nov 2026 12:01:00 GMT", None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("October 2026", None),
        ("10:30", None),
        ("Monday", None),
        ("7", None),
        ("", None),
        ("nonsense " * 50, None),
    ],
)
def test_dates(text: str, instant: str | None) -> None:
    assert DateReader(NOW).read(text) == (Timestamp.from_rfc3339(instant) if instant else None)


@pytest.mark.parametrize(
    ("language", "country", "instant"),
    [
        ("en", "GB", "2026-01-10T00:00:00Z"),
        ("de", None, "2026-01-10T00:00:00Z"),
        ("en-AU", None, "2026-01-10T00:00:00Z"),
        ("en-US", None, "2026-10-01T00:00:00Z"),
        ("es", "US", "2026-10-01T00:00:00Z"),
    ],
)
def test_ambiguous_dates_follow_the_feed(language: str, country: str | None, instant: str) -> None:
    assert DateReader(NOW, language, country).read("10/01/2026") == Timestamp.from_rfc3339(instant)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a &amp; b &lt;c&gt; &eacute;&#8217;", "a & b <c> é’"),
        ("<p>One</p><p>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("<b>bo</b>ld <a href='x>y'>link</a>", "bold link"),
        ("a < b and c > d", "a < b and c > d"),
        ("x<script>var a = '<b>';</script>y<style>p{}</style>z", "xyz"),
        ("x<script>never closed", "xnever closed"),
        ("a<!-- <p>no</p> -->b", "ab"),
        ("a&unknown;b", "a&unknown;b"),
        ("A&region, &copy 1", "A&region, &copy 1"),
    ],
)
def test_markup_to_text(markup: str, text: str) -> None:
    assert markup_to_text(markup) == text


def test_text_survives_as_markup() -> None:
    text = "A < B & C > D &amp; <b>E</b>"
    assert markup_to_text(text_to_markup(text)) == text


def test_entries_of_a_file(tmp_path: Path) -> None:
    rows = list(entries_of_file(str(FEEDS / "trade.rss")))
    assert len(rows) == 6
    assert (
        rows[0]["url"] == "/2026/10/backhaul?src=a&page=2"
    )  # as it stands: a saved file does not say where it is from
    assert rows[0]["published_at"] == "2026-10-05T07:30:00Z"
    assert rows[0]["content"].startswith("<p>Both carriers")
    assert rows[4]["published_at"] is None
    assert len({row["entry_id"] for row in rows}) == 6
    json.dumps(rows)
    page = tmp_path / "page.html"
    page.write_text("<html><body>hello</body></html>")
    for path in (page, tmp_path / "missing.rss", tmp_path):
        errors = list(entries_of_file(str(path)))
        assert [set(row) for row in errors] == [{"path", "error"}]
        assert errors[0]["path"] == str(path)

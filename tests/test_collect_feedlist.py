"""Feed lists in every form, and one clear line for what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.ids import make_id
from transforms.collect.feedlist import FeedListError, read_feed_list, read_feeds

OPML = """<?xml version="1.0"?>
<!DOCTYPE opml [<!ENTITY big "%s"><!ENTITY file SYSTEM "file:///etc/passwd">]>
<opml version="2.0"><head><title>Lists</title></head><body>
  <outline text="Trade press">
    <outline text="Satellites">
      <outline type="rss" text="Orbit & Co" xmlUrl="https://orbit.example/feed?a=1&b=2" htmlUrl="https://orbit.example/"
               language="en" country="gb" tags="geo, launch"/>
    </outline>
    <outline text="&big;&file;" xmlUrl="https://cable.example/rss"/>
    <outline text="A folder without feeds"/>
  </outline>
  <outline text="Again" xmlUrl="https://orbit.example/feed?a=1&amp;b=2"/>
</body></opml>
""" % ("x" * 50_000)


def test_opml() -> None:
    feeds = read_feed_list(OPML, "list.opml")
    assert [feed.url for feed in feeds] == [
        "https://orbit.example/feed?a=1&b=2", "https://cable.example/rss", "https://orbit.example/feed?a=1&b=2",
    ]  # fmt: skip
    first = feeds[0]
    assert first.feed_id == make_id("https://orbit.example/feed?a=1&b=2")
    assert (first.title, first.site_url) == ("Orbit & Co", "https://orbit.example/")
    assert (first.language, first.country) == ("en", "GB")
    assert list(first.tags) == ["Trade press", "Satellites", "geo", "launch"]
    assert "root:" not in str(feeds[1].title)
    assert len(feeds[1].title or "") < 100


def test_csv() -> None:
    text = (
        'URL, Title ,language,country,tags,more\nhttps://a.example/f,"A, Inc.",de,de,"x;y",1\n\n'
        "#https://off.example/f,,,,,\nhttps://b.example/f,,,,,\n"
    )
    feeds = read_feed_list(text, "list.csv")
    assert [(feed.url, feed.title, feed.language, feed.country, list(feed.tags)) for feed in feeds] == [
        ("https://a.example/f", "A, Inc.", "de", "DE", ["x", "y"]),
        ("https://b.example/f", None, None, None, []),
    ]


def test_lines() -> None:
    text = "\ufeff# ours\r\nhttps://a.example/f  # the first\r\n\r\nhttps://b.example/f#top\r\n"
    assert [feed.url for feed in read_feed_list(text, "list.txt")] == ["https://a.example/f", "https://b.example/f#top"]


def test_sources_together_hold_each_feed_once(tmp_path: Path) -> None:
    opml, lines = tmp_path / "a.opml", tmp_path / "b.txt"
    opml.write_text(OPML, encoding="utf-16")
    lines.write_text("https://cable.example/rss\nhttps://new.example/rss\n")
    feeds = read_feeds([str(opml), str(lines), "https://one.example/feed.xml", "HTTPS://one.example/feed.xml"])
    assert [feed.url for feed in feeds] == [
        "https://orbit.example/feed?a=1&b=2",
        "https://cable.example/rss",
        "https://new.example/rss",
        "https://one.example/feed.xml",
        "HTTPS://one.example/feed.xml",
    ]
    assert len({feed.feed_id for feed in feeds}) == len(feeds)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no feed"),
        ("# nothing\n", "no feed"),
        ("not an address", "not an http or https address"),
        ("ftp://a.example/f", "not an http or https address"),
        ("https://a.example/f\nhttps://user:pw@a.example/f", "line 2"),
        ("title,language\nx,y\n", "no column url"),
        ("url,title\n", "no feed"),
        ("<opml><body/></opml>", "no feed"),
        ("<rss><channel/></rss>", "no OPML"),
        ("<", "no OPML"),
        ("<opml><body><outline text='x' xmlUrl='file:///etc/passwd'/></body></opml>", "outline x"),
    ],
)
def test_what_is_no_list_is_one_line(text: str, words: str) -> None:
    with pytest.raises(FeedListError) as caught:
        read_feed_list(text, "the list")
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert "pw" not in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "list.bin"
    binary.write_bytes(b"PK\x03\x04\x00\x00\x00")
    for source in (str(tmp_path / "missing.opml"), str(tmp_path), str(binary)):
        with pytest.raises(FeedListError, match="feed list"):
            read_feeds([source])
    with pytest.raises(FeedListError, match="no feeds given"):
        read_feeds([])

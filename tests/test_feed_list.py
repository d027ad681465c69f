"""The shipped feed list: well-formed, complete, no address twice, and each with the place where it was seen."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.files import ROOT
from transforms.collect.feedlist import read_feeds

LIST = ROOT / "feeds" / "telecom-satellite.opml"
OUTLINES = [outline for outline in ElementTree.parse(LIST).getroot().iter("outline") if outline.get("xmlUrl")]
NEEDED = ("text", "title", "xmlUrl", "htmlUrl", "language", "country", "category")


def test_it_is_opml_with_folders() -> None:
    root = ElementTree.parse(LIST).getroot()
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    folders = root.findall("body/outline")
    assert all(folder.get("text") and folder.get("xmlUrl") is None for folder in folders)
    assert sum(len(folder.findall("outline")) for folder in folders) == len(OUTLINES)


def test_it_lists_at_least_ninety_feeds_in_six_languages() -> None:
    assert len(OUTLINES) >= 90
    languages = Counter(outline.get("language") for outline in OUTLINES)
    assert languages.keys() == {"en", "de", "es", "fr", "it", "pt"}
    assert languages.most_common(1)[0][0] == "en"


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda outline: str(outline.get("title")))
def test_an_outline_is_complete(outline: ElementTree.Element) -> None:
    assert outline.get("type") == "rss"
    assert not [name for name in NEEDED if not (outline.get(name) or "").strip()]
    assert outline.get("text") == outline.get("title")
    assert re.fullmatch("[A-Z]{2}", outline.attrib["country"])
    for name in ("xmlUrl", "htmlUrl"):
        address = urlsplit(outline.attrib[name])
        assert address.scheme == "https"
        assert "." in address.netloc
        assert not address.fragment
        assert not address.username


def test_no_feed_stands_twice() -> None:
    addresses = Counter(outline.attrib["xmlUrl"].lower().rstrip("/") for outline in OUTLINES)
    titles = Counter(outline.attrib["title"].lower() for outline in OUTLINES)
    assert [address for address, times in addresses.items() if times > 1] == []
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_address_says_where_it_was_seen() -> None:
    text = (LIST.parent / "SOURCES.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"^\| (\w) \| https://github\.com/", text, re.M))
    seen = dict(re.findall(r"^\| [^|]+ \| <([^>]+)> \| (\w) \|$", text, re.M))
    assert seen.keys() == {outline.attrib["xmlUrl"] for outline in OUTLINES}
    assert set(seen.values()) == keys


def test_the_pipeline_reads_it_whole() -> None:
    feeds = read_feeds([str(LIST)])
    assert [feed.url for feed in feeds] == [outline.get("xmlUrl") for outline in OUTLINES]
    by_title = {feed.title: feed for feed in feeds}
    feed = by_title["Teletime"]
    assert (feed.language, feed.country, feed.site_url) == ("pt", "BR", "https://teletime.com.br/")
    assert {"Telecom press", "press", "telecom"} <= set(feed.tags)

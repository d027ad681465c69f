"""The sample newsroom: what it serves, that it serves the same again, and that its labels fit its stories."""

from __future__ import annotations

import json
import re
import socket
import unicodedata
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import Message
from typing import Any
from xml.etree import ElementTree

import pytest

from samples.feeds import WRITERS
from samples.newsroom import HOST, Newsroom, NewsroomError, answers_of
from samples.pages import body_html, published, read_sites, site_names
from samples.stories import Story, fill, read_story
from schemas.taxonomy import DEAL_TYPES, DISPOSITIONS, ROLES, STATUSES
from tests.files import ROOT

TODAY = date(2026, 3, 4)
MIDNIGHT = datetime(2026, 3, 4, tzinfo=UTC)
BASES = {name: "http://%s.example" % name for name in site_names()}
SITES = read_sites(BASES)
STORIES = {story.id: story for site in SITES for story in site.stories}
EXPECTED = {
    line["id"]: line
    for line in map(json.loads, (ROOT / "samples" / "expected.jsonl").read_text(encoding="utf-8").splitlines())
}
PAGES = [story for story in STORIES.values() if story.served == "page" and story.hours_ago < 168]
# Parties that a story names by other words than their canonical name.
WRITTEN = {
    "Government of Italy": "Ital",
    "Government of Germany": "German government",
    "Vodafone Spain": "Vodafone España",
}


def free_base_port() -> int:
    """Returns the first of as many free ports in a row as the newsroom has sites."""
    for base in range(21_000, 60_000, 97):
        sockets = []
        try:
            for port in range(base, base + len(SITES)):
                sockets.append(socket.create_server((HOST, port)))  # noqa: PERF401
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return base
    raise AssertionError("no free ports")


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    """The newsroom, open."""
    with Newsroom(free_base_port(), TODAY) as opened:
        yield opened


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    """Returns the status, body and headers of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=5) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def words_of(story: Story) -> str:
    return fill("\n".join((story.title, *story.paragraphs)), BASES, MIDNIGHT, story.language)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


# --- the stories ---------------------------------------------------------------------------------------------------


def test_there_are_forty_pages_of_250_to_700_words() -> None:
    assert len(PAGES) >= 40
    lengths = {story.id: sum(len(block.split()) for block in story.paragraphs) for story in PAGES}
    full = {id_: length for id_, length in lengths.items() if not 250 <= length <= 700}
    assert full == {}


def test_there_are_pages_in_four_languages() -> None:
    assert {story.language for story in PAGES} == {"en", "es", "fr", "it"}


def test_a_source_without_text_is_refused() -> None:
    with pytest.raises(ValueError, match="needs title, hours and text"):
        read_story("title: Nothing\nhours: 3\n", "site", "slug", "/{slug}")


def test_dates_are_counted_from_the_story_and_told_in_its_language() -> None:
    moment = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert fill("{{date:0d:iso}}", {}, moment) == "2026-03-04T09:30:00+00:00"
    assert fill("{{date:-3d:long}}", {}, moment) == "1 March 2026"
    assert fill("{{date:+10h:us}}", {}, moment) == "March 4, 2026"
    assert fill("{{date:-36h:weekday}}", {}, moment, "it") == "lunedì"
    assert fill("{{date:0d:long}}", {}, moment, "es") == "4 de marzo de 2026"
    assert fill("{{site:a}}/x", {"a": "http://h"}, moment) == "http://h/x"


def test_an_unknown_site_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{{site:nowhere}}", BASES, MIDNIGHT)


def test_blocks_become_html_and_their_characters_stay_harmless() -> None:
    html = body_html(["## A & B", "> said <it>", "- one\n- two", "see [this](http://h/x)"])
    assert html.splitlines() == [
        "<h2>A &amp; B</h2>",
        "<blockquote><p>said &lt;it&gt;</p></blockquote>",
        "<ul><li>one</li><li>two</li></ul>",
        '<p>see <a href="http://h/x">this</a></p>',
    ]


# --- the labels ----------------------------------------------------------------------------------------------------


def test_every_story_is_labelled_once() -> None:
    assert list(EXPECTED) == list(STORIES)


def test_the_labels_cover_every_type_and_status() -> None:
    deals = [deal for line in EXPECTED.values() for deal in line["deals"]]
    assert {deal["deal_type"] for deal in deals} == {value.value for value in DEAL_TYPES}
    assert {deal["status"] for deal in deals} == {value.value for value in STATUSES}
    kinds = Counter(line["disposition"] for line in EXPECTED.values())
    assert kinds["deal"] >= 30
    assert kinds["non_deal"] >= 12
    assert kinds.keys() <= {value.value for value in DISPOSITIONS}


@pytest.mark.parametrize("id_", [id_ for id_, line in EXPECTED.items() if line["deals"]])
def test_a_label_fits_its_story(id_: str) -> None:
    text = plain(words_of(STORIES[id_]))
    roles = {value.value for value in ROLES}
    for deal in EXPECTED[id_]["deals"]:
        assert deal["parties"]
        for party in deal["parties"]:
            assert party["role"] in roles
            assert plain(WRITTEN.get(party["name"], party["name"])).split()[0] in text
        if deal["value"]:
            assert any(figure in text for figure in figures(deal["value"]["amount"]))


def figures(amount: int) -> set[str]:
    """Returns how a story may write an amount: 1500000000 as "1.5 billion" or "1500 million"."""
    scaled = [amount / scale for scale in (1_000_000_000, 1_000_000) if amount >= scale]
    return {"%g %s" % (value, word) for value in scaled for word in ("billion", "million", "millon", "milion")}


def test_a_story_is_a_deal_story_exactly_when_it_has_deals() -> None:
    for line in EXPECTED.values():
        assert line["is_deal_story"] == bool(line["deals"]) == bool(line["sectors"])
        assert line["disposition"] == "deal" or not line["deals"]


def test_the_story_of_italy_and_spacex_holds_three_deals() -> None:
    line = EXPECTED["orbitwire/italy-spacex-secure-communications"]
    facts = [(deal["deal_type"], deal["status"], deal["value"], deal["term_months"]) for deal in line["deals"]]
    assert facts == [
        ("service_contract", "in_talks", {"amount": 1_500_000_000, "currency": "EUR"}, 60),
        ("partnership", "agreed", None, None),
        ("asset_sale", "completed", {"amount": 22_000_000_000, "currency": "EUR"}, None),
    ]


# --- what is served ------------------------------------------------------------------------------------------------


def everything(today: datetime) -> dict[str, Any]:
    return {site.base + path: answer for site in SITES for path, answer in answers_of(site, today, BASES).items()}


def test_two_newsrooms_of_one_day_serve_the_same_bytes_and_those_of_the_next_day_new_dates() -> None:
    assert everything(MIDNIGHT) == everything(MIDNIGHT)
    tomorrow = datetime(2026, 3, 5, tzinfo=UTC)
    assert everything(MIDNIGHT).keys() == everything(tomorrow).keys()
    assert everything(MIDNIGHT) != everything(tomorrow)


def test_no_placeholder_is_left() -> None:
    left = [url for url, answer in everything(MIDNIGHT).items() if re.search(rb"\{\{|\$[a-z]", answer.body)]
    assert left == []


def test_stories_are_young_but_one() -> None:
    ages = Counter((MIDNIGHT - published(story, MIDNIGHT)).days < 7 for story in STORIES.values())
    assert ages[False] == 1
    assert all(published(story, MIDNIGHT) < MIDNIGHT for story in STORIES.values())


def test_the_feeds_name_every_story_with_its_address(newsroom: Newsroom) -> None:
    assert len(newsroom.feeds) == 9
    everywhere = b"\n".join(get(url)[1] for url in newsroom.feeds)
    missing = [url for url in newsroom.story_urls.values() if url.encode() not in everywhere]
    assert missing == []


@pytest.mark.parametrize("kind", ["rss", "tracked_rss", "atom", "rdf", "sitemap"])
def test_a_feed_is_well_formed_xml(kind: str) -> None:
    (site, path) = next((site, path) for site in SITES for path in site.feeds if site.feeds[path] == kind)
    root = ElementTree.fromstring(answers_of(site, MIDNIGHT, BASES)[path].body)
    titles = [element.text for element in root.iter() if element.tag.rpartition("}")[2] == "title"]
    stories = [story.title for story in site.stories if kind != "tracked_rss" or story.section == "Markets"]
    assert titles[-len(stories) :] == stories


def test_the_json_feed_holds_the_full_text() -> None:
    site = next(site for site in SITES if site.key == "eurolink")
    feed = json.loads(WRITERS["json"][0](site, MIDNIGHT))
    assert [item["title"] for item in feed["items"]] == [story.title for story in site.stories]
    assert all(len(item["content_html"].split()) > 200 for item in feed["items"])


def test_the_broken_feed_is_broken_in_three_ways() -> None:
    site = next(site for site in SITES if site.key == "presswire")
    body = WRITERS["broken_rss"][0](site, MIDNIGHT)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(body)
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    text = body.decode("cp1252")
    assert "AT&T and Nokia" in text
    assert "\x0b" in text
    assert "encoding" not in text


def test_a_feed_answers_304_to_whoever_has_it(newsroom: Newsroom) -> None:
    for url in newsroom.feeds:
        status, body, headers = get(url)
        if status == 410:
            continue
        assert (status, bool(body)) == (200, True)
        assert get(url, If_None_Match=str(headers["ETag"]))[:2] == (304, b"")
        assert get(url, If_Modified_Since=str(headers["Last-Modified"]))[0] == 304
        assert get(url, If_None_Match='"other"')[0] == 200


def test_the_markets_feed_leads_to_pages_of_the_sitemap_with_tracking(newsroom: Newsroom) -> None:
    feed = next(url for url in newsroom.feeds if url.endswith("/markets/rss"))
    links = [str(link.text) for link in ElementTree.fromstring(get(feed)[1]).findall("channel/item/link")]
    assert len(links) >= 5
    assert all("?utm_source=rss&" in link for link in links)
    assert {link.partition("?")[0] for link in links} <= set(newsroom.story_urls.values())
    page = next(link for link in links if "verizon" in link)
    assert get(page)[1] == get(page.partition("?")[0])[1]


def test_the_unhappy_pages(newsroom: Newsroom) -> None:
    urls = newsroom.story_urls
    assert [url for url in newsroom.feeds if get(url)[0] == 410] == [newsroom.bases["teleportdaily"] + "/rss"]
    assert get(urls["capacityledger/cable-museum"])[0] == 404
    status, _, headers = get(urls["teleportdaily/copper-timetable"])
    assert status == 503
    assert "Retry-After" not in headers  # it would close the whole site
    status, body, headers = get(urls["harbourpost/fibre-shares-tip"])
    assert (status, headers["cf-mitigated"]) == (403, "challenge")
    assert b"Just a moment" in body
    status, body, _ = get(urls["harbourpost/why-fewer-networks"])
    assert status == 200
    assert b"Subscribe to continue" in body
    assert b'"isAccessibleForFree": false' in body
    assert b"So let them be bored" not in body


def test_one_site_forbids_its_members_page(newsroom: Newsroom) -> None:
    forbidden = newsroom.story_urls["orbitwire/members-only-manifest"]
    base, _, path = forbidden.partition("/members/")
    assert path
    assert b"Disallow: /members/" in get(base + "/robots.txt")[1]
    assert all(get(site.base + "/robots.txt")[0] == 200 for site in newsroom.sites)


def test_one_story_runs_on_two_sites() -> None:
    slug = "skyhaven-telia-sensors"
    release, copy = STORIES["presswire/" + slug], STORIES["orbitwire/" + slug]
    assert release.paragraphs == copy.paragraphs
    assert release.title != copy.title


def test_metadata_differs_by_design() -> None:
    pages = {site.key: answers_of(site, MIDNIGHT, BASES)[site.stories[0].path].body.decode() for site in SITES[:-1]}
    assert {key for key, page in pages.items() if "application/ld+json" in page} == {"orbitwire", "harbourpost"}
    assert {key for key, page in pages.items() if "og:title" in page} == {"orbitwire", "harbourpost", "mastandfibre"}
    assert all('<a href="/archive/1">' in page for page in pages.values())


def test_the_newsroom_knows_every_page_by_its_id(newsroom: Newsroom) -> None:
    pages = {id_: url for id_, url in newsroom.story_urls.items() if STORIES[id_].served == "page"}
    for id_, url in pages.items():
        status, body, headers = get(url)
        assert (status, headers.get_content_type()) == (200, "text/html")
        assert STORIES[id_].title.replace("&", "&amp;") in body.decode().replace("&#x27;", "'")


def test_a_port_that_is_taken_is_said_in_one_line_and_nothing_stays_open() -> None:
    base = free_base_port()
    with socket.create_server((HOST, base + 3)):
        with pytest.raises(NewsroomError) as caught, Newsroom(base, TODAY):
            raise AssertionError("opened on a taken port")
        assert "port %d" % (base + 3) in str(caught.value)
        assert "\n" not in str(caught.value)
        socket.create_server((HOST, base)).close()


def test_it_opens_again_on_the_same_ports() -> None:
    base = free_base_port()
    for _ in range(2):
        with Newsroom(base, TODAY) as opened:
            assert get(opened.feeds[0])[0] == 200

"""Hostile words stay words; secrets of a feed's address stay out of all that is written or said."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
from pathlib import Path

import pyarrow.parquet as pq

from tests.faults.command import LOCAL, Started, assert_sound, bentpipe, rows, run, run_words, wait_until
from tests.faults.farm import Farm, feed, html, page
from tests.servers import Loopback, redirect, reply

HOSTILE = (
    "\x1b[31mred\x1b[0m", "\x9b31mred", "\u202eevil\u202c", "\u2066inner\u2069", "nul\x00byte", "bell\x07",
    "two\nlines", "carriage\rreturn", "sur\ud800rogate", '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=tab", "<script>alert(1)</script>", "&lt;b&gt;bold",
    "line\u2028separator", "[bold]markup[/bold]", "%s%d{0}",
)  # fmt: skip
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_json_feed(site: str) -> bytes:
    """A JSON Feed, which can say every character there is."""
    items = [
        {
            "id": "%d %s" % (number, words),
            "url": "%s/reports/2026/harbour-report-%d" % (site, number),
            "title": words,
            "authors": [{"name": words}],
            "summary": words,
            "content_text": words,
        }
        for number, words in enumerate(HOSTILE)
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": HOSTILE[0], "items": items}
    return json.dumps(document).encode()


def hostile_page(words: str) -> bytes:
    shown = words.encode("utf-8", "replace").decode().replace("<", "&lt;")
    return page(0, 5).replace(b"Harbour report 5 of town 0", shown.encode())


def test_hostile_words(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=len(HOSTILE))
    site = farm.sites[0]
    site.routes["/feed.json"] = reply(as_json_feed(site.url("")), headers={"Content-Type": "application/feed+json"})
    for number, words in enumerate(HOSTILE):
        site.routes["/reports/2026/harbour-report-%d" % number] = html(hostile_page(words))
    done = run([site.url("/feed.json")], tmp_path, "--max_age_days", "9999")
    assert done.code == 0, done.err
    assert not OBEYED.search(done.out)
    entries, articles = rows(tmp_path, "fact_entry"), rows(tmp_path, "fact_article")
    assert len(entries) == len(HOSTILE)
    assert len(articles) >= len(HOSTILE) - 2
    for row in entries + articles:
        for column in ("guid", "title", "author"):
            assert not OBEYED.search(row.get(column) or ""), row
    assert '=HYPERLINK("http://evil.example","x")' in {row["title"] for row in entries}
    everything = (
        "SELECT e.title, e.author, e.summary, e.guid, a.title AS headline, a.text FROM fact_entry e, fact_article a"
    )
    for sql in (everything, "SELECT chr(27) || '[31m' AS escape, chr(8238) AS override, chr(155) AS c1"):
        shown = bentpipe("query", sql, "--output", str(tmp_path))
        assert shown.code == 0
        assert not OBEYED.search(shown.out)
        lines = bentpipe("query", sql, "--output", str(tmp_path), "--format", "json").out.splitlines()
        assert not any(OBEYED.search(line) for line in lines)
        assert all(isinstance(json.loads(line), dict) for line in lines)
    exported = bentpipe("query", everything, "--output", str(tmp_path), "--format", "csv")
    cells = [cell for row in csv.reader(io.StringIO(exported.out)) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    assert_sound(tmp_path)


CANARY = "c4n4ry0secret"


def test_the_secret_of_a_feeds_address(net: Loopback, tmp_path: Path) -> None:
    """It is asked with its token, and the token is nowhere else: in no table, log, message or list of feeds."""
    farm = Farm(net, sites=2, pages=3)
    site, other = farm.sites
    query = "?token=%s&lang=en" % CANARY
    own = site.url("/private" + query).replace("&", "&amp;")
    link = "/reports/2026/harbour-report-1?key=" + CANARY
    body = feed(["<item><title>Harbour</title><link>%s</link><guid>%s</guid></item>" % (link, own)])
    site.routes["/private"] = reply(body, headers={"Content-Type": "application/rss+xml"})
    site.routes["/broken"] = reply(b"<html><a href='%s'>no feed</a></html>" % own.encode())
    site.routes["/moved"] = redirect("/private" + query, 301)
    site.routes["/down"] = reply(b"see https://me:%s@a.example/" % CANARY.encode(), 500)
    listed = [site.url(path + query) for path in ("/private", "/broken", "/moved", "/down", "/none")]
    (tmp_path / "list.txt").write_text("\n".join(listed))
    output = tmp_path / "wh"
    words = ["run", "--feeds", str(tmp_path / "list.txt"), "--output", str(output), *LOCAL, "--min_poll_seconds", "1"]
    told = [bentpipe(*words, "--poll_all") for _ in range(2)]
    told.append(bentpipe(*words, "--poll_all", "--debug"))
    assert [done.code for done in told] == [0, 0, 0]
    assert sum(hit.target == "/private" + query for hit in site.hits) >= 3
    assert {row["outcome"] for row in rows(output, "fact_feed_poll")} >= {"ok", "parse_error", "http_error"}
    assert len({row["feed_id"] for row in rows(output, "fact_feed_poll")}) == 5
    for command in ("feeds", "deals", "verify"):
        told += [bentpipe(command, "--output", str(output))]
    told.append(bentpipe("feeds", "check", *listed, "--format", "json", *LOCAL[:2]))
    told.append(bentpipe("run", "--feeds", "https://me:%s@a.example/feed" % CANARY, "--output", str(output)))
    told.append(bentpipe("run", "--feeds", "ftp://a.example/feed?token=%s" % CANARY, "--output", str(output)))
    for done in told:
        assert CANARY not in done.out + done.err
    for path in output.rglob("*"):
        if path.suffix == ".parquet":
            assert CANARY not in repr(pq.read_table(path, partitioning=None).to_pylist()), path
        elif path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    assert other.hits == []
    assert_sound(output)


def test_a_deferred_entry_keeps_the_address_that_is_to_be_fetched(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=1)
    site = farm.sites[0]
    path = "/reports/2026/harbour-report-0"
    items = ["<item><title>Harbour</title><link>%s?key=abc</link></item>" % path]
    site.routes["/feed"] = reply(feed(items), headers={"Content-Type": "application/rss+xml"})
    page_of = site.routes[path]
    site.routes[path] = reply(b"later", 503)
    assert run(farm.feeds, tmp_path).code == 0
    site.routes[path] = page_of
    assert run(farm.feeds, tmp_path, "--poll_all").code == 0
    assert site.hits[-1].target == path + "?key=abc"
    last = max(rows(tmp_path, "fact_entry"), key=lambda row: row["attempt"])
    assert (last["disposition"], last["url"]) == ("deal", site.url(path) + "?key=…")


def test_what_an_aborted_run_says_holds_no_secret(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=1, seconds=2)
    started = Started(run_words([farm.feeds[0] + "?token=" + CANARY], tmp_path))
    assert wait_until(lambda: bool(farm.sites[0].hits), 20)
    started.process.send_signal(signal.SIGINT)
    done = started.end(40)
    assert CANARY not in done.out + done.err

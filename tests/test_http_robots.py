"""robots.txt by RFC 9309: the rules, the status table, one fetch an origin, hostile files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego

from tests.servers import Loopback, drip_body, gzip_bomb, in_turn, redirect, reply, silent
from tests.test_http import SETTINGS, fetch, fetch_all
from transforms._http import Request
from transforms._http.robots import MAX_PARSED_CHARS, Robots, RobotsParser, our_lines

FAST = replace(SETTINGS, robots=replace(SETTINGS.robots, total_seconds=0.3, read_seconds=0.2))
FORBID = b"User-agent: *\nDisallow: /private\n"


def read(body):
    return Robots(body, RobotsParser())


@pytest.fixture
def net():
    with Loopback() as loopback:
        yield loopback


@pytest.mark.parametrize(
    ("robots", "path", "is_allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*b", "/a/x/b/c", False),
        ("User-agent: *\nDisallow: /\nAllow: /$", "/", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%c3%a9", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: bentpipe\nDisallow: /x", "/a", True),
        ("User-agent: BentPipe\nDisallow: /", "/a", False),
        ("User-agent: bentpipe/2.0\nDisallow: /", "/a", False),
        ("User-agent: bent\nDisallow: /", "/a", True),
        ("User-agent: bentpipe-news\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: bentpipe\nDisallow: /", "/a", False),
        ("User-agent: bentpipe\nUser-agent: other\nDisallow: /", "/a", False),
        ("User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
        ("User-agent: *\nAllow: /\nUser-agent: other\nDisallow: /", "/a", True),
        (
            "User-agent: bentpipe\nDisallow: /a\nUser-agent: *\nDisallow: /\nUser-agent: bentpipe\nDisallow: /b",
            "/b",
            False,
        ),
        ("\ufeffUser-agent: *\r\nDisallow: /a # all of it\r\n", "/a", False),
        ("# nothing\nSitemap: /s.xml\nuser agent *\ndisallow /a", "/a", False),
        ("Disallow: /a", "/a", True),
        ("<html><body>User-agent: *\nDisallow: /</body></html>", "/a", True),
    ],
)
def test_rules(robots, path, is_allowed):
    assert read(robots.encode()).allows("http://example.org" + path) is is_allowed


LINES = st.sampled_from(
    ["User-agent: *", "User-agent: bentpipe", "User-agent: otherbot", "Disallow: /", "Disallow:", "Disallow: /a",
     "Allow: /a", "Allow: /a/*b$", "Disallow: /*b", "Crawl-delay: 3", "Crawl-delay: 7", "Sitemap: /s", "", "# note"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(LINES, max_size=14), st.sampled_from(["/", "/a", "/a/b", "/b", "/a/x/b?c", "/c"]))
def test_the_filter_changes_no_verdict_of_protego(lines, path):
    text, url = "\n".join(lines), "http://example.org" + path
    whole = Protego.parse(text)
    ours = read(text.encode())
    assert ours.allows(url) == whole.can_fetch(url, "bentpipe")
    assert ours.crawl_delay_seconds == (whole.crawl_delay("bentpipe") or 0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=300) | st.lists(LINES | st.text(max_size=20), max_size=20).map(lambda x: "\n".join(x).encode())
)
def test_nothing_in_a_file_raises(body):
    robots = read(body)
    assert robots.allows("http://example.org/a?b=%zz") in (True, False)
    assert robots.crawl_delay_seconds >= 0


def test_many_agents_times_many_rules_stay_as_many_lines_as_the_file_has():
    text = "".join("User-agent: a%d\n" % number for number in range(15_000)) + "User-agent: *\n" + "Allow:/\n" * 30_000
    assert len(our_lines(text)) == 30_001  # protego alone would make 450 million rules of it.
    assert read(text.encode()).allows("http://example.org/a")


def test_of_big_files_only_the_last_ones_stay_parsed():
    parser = RobotsParser()
    rules = "".join("Disallow: /%d/\n" % number for number in range(20_000))
    files = [Robots(("User-agent: *\nDisallow: /%s\n" % name + rules).encode(), parser) for name in "abcde"]
    for _ in range(2):
        for name, robots in zip("abcde", files):
            assert not robots.allows("http://example.org/" + name)
            assert robots.allows("http://example.org/x")
            assert parser.chars <= MAX_PARSED_CHARS


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (reply(b"", 404), None),
        (reply(b"", 401), None),
        (reply(b"", 403), None),
        (reply(b"", 410), None),
        (reply(b"", 204), None),
        (reply(b"", 302), None),
        (reply(b"", 500), "robots_unreachable"),
        (reply(b"", 503), "robots_unreachable"),
        (reply(b"", 429), "robots_unreachable"),
        (reply(b"x", 200, {"Content-Encoding": "br"}), "robots_unreachable"),
        (silent(), "robots_unreachable"),
        (drip_body(), "robots_unreachable"),
        (redirect("/robots.txt"), None),
        (redirect("http://10.0.0.1/robots.txt"), "robots_unreachable"),
        (in_turn(reply(b"", 500), reply(FORBID)), None),
        (reply(FORBID), None),
        (reply(b"User-agent: *\nDisallow: /page"), "robots_disallow"),
        (reply(b"User-agent: *\nCrawl-delay: 500"), "robots_disallow"),
    ],
)
def test_what_a_robots_txt_answers_decides(net, behaviour, code):
    site = net.site({"/robots.txt": behaviour, "/page": reply(b"page")})
    responses = fetch_all([Request(site.url("/page"), kind) for kind in ("page", "page", "feed")], FAST)
    assert {response.error_code for response in responses} == {code}
    assert site.paths() == ([] if code else ["/page"] * 3)
    if code:
        assert {(r.stage, r.retryable) for r in responses} == {("robots", code == "robots_unreachable")}


def test_redirects_of_a_robots_txt_are_followed_five_times_and_then_it_counts_as_absent(net):
    site, other = net.site({}), net.site({"/robots.txt": reply(FORBID)})
    site.routes |= {"/robots.txt": redirect(other.url("/robots.txt")), "/private": reply(b"x")}
    assert fetch(site.url("/private")).error_code == "robots_disallow"
    far = net.site({"/%d" % n: redirect("/%d" % (n + 1)) for n in range(9)} | {"/robots.txt": redirect("/0")})
    far.routes["/private"] = reply(b"x")
    assert fetch(far.url("/private")).status == 200


def test_a_robots_txt_is_fetched_once_an_origin_whoever_asks(net):
    sites = [net.site({"*": reply(b"x")}) for _ in range(3)]
    fetch_all([Request(site.url("/%d" % n), ("page", "feed")[n % 2]) for n in range(10) for site in sites])
    assert [sum(hit.path == "/robots.txt" for hit in site.hits) for site in sites] == [1, 1, 1]
    assert [site.hits[0].path for site in sites] == ["/robots.txt"] * 3


def test_feeds_are_exempt_when_the_operator_says_so(net):
    site = net.site({"/robots.txt": reply(b"User-agent: *\nDisallow: /"), "/feed": reply(b"feed")})
    requests = [Request(site.url("/feed"), "feed"), Request(site.url("/feed"), "page")]
    assert [r.error_code for r in fetch_all(requests)] == ["robots_disallow"] * 2
    assert [r.error_code for r in fetch_all(requests, replace(SETTINGS, feed_robots=False))] == [
        None,
        "robots_disallow",
    ]


def test_every_hop_of_a_redirect_is_asked_for(net):
    site, other = net.site({}), net.site({"/robots.txt": reply(FORBID), "/private": reply(b"x")})
    site.routes["/a"] = redirect(other.url("/private"))
    response = fetch(site.url("/a"))
    assert (response.error_code, response.final_url) == ("robots_disallow", other.url("/private"))
    assert other.paths() == []


def test_rules_in_the_first_half_mebibyte_hold_and_the_rest_is_not_read(net):
    filler = b"# " + b"x" * 98 + b"\n"
    start = b"User-agent: *\nDisallow: /early\n"
    big = start + filler * 20_000 + b"Disallow: /late\n"
    assert len(big) > 2_000_000
    site = net.site({"/robots.txt": reply(big), "*": reply(b"x")})
    responses = fetch_all([Request(site.url(path), "page") for path in ("/early", "/late")])
    assert [r.error_code for r in responses] == ["robots_disallow", None]
    bomb = net.site({"/robots.txt": reply(gzip_bomb(64 << 20), headers={"Content-Encoding": "gzip"}), "*": reply(b"x")})
    assert fetch(bomb.url("/a")).status == 200


def test_a_crawl_delay_holds_even_without_a_delay_of_our_own(net):
    site = net.site({"/robots.txt": reply(b"User-agent: *\nCrawl-delay: 0.2"), "*": reply(b"x")})
    fetch_all([Request(site.url("/%d" % number), "page") for number in range(3)])
    assert len(site.hits) == 4
    assert min(site.gaps()) >= 0.2


def test_a_robots_txt_that_asks_for_a_pause_closes_the_site(net):
    site = net.site({"/robots.txt": reply(b"", 503, {"Retry-After": "600"}), "*": reply(b"x")})
    responses = fetch_all([Request(site.url("/%d" % number), "page") for number in range(3)])
    assert {r.error_code for r in responses} == {"robots_unreachable"}
    assert {r.retry_after_s for r in responses} == {600}
    assert len(site.hits) == 1

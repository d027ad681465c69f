"""The fetcher against servers that behave: answers, redirects, retries, pauses, messages."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import time
from dataclasses import replace

import pytest
from apache_beam.utils.timestamp import Timestamp

from tests.servers import NOT_FOUND, Loopback, closed_port, drip, head, in_turn, redirect, reply, reset
from transforms._http import ERRORS, Fetcher, FetchSettings, Request
from transforms._http.errors import FetchError
from transforms._http.retry_after import clamp_retry_after, parse_retry_after

NOW = Timestamp.from_rfc3339("2026-03-01T12:00:00Z")
SETTINGS = FetchSettings(site_delay_seconds=0, allow_private_networks=("127.0.0.0/8",), backoff_seconds=0.01)


@pytest.fixture
def net():
    with Loopback() as loopback:
        yield loopback


def fetch_all(requests, settings=SETTINGS, **kwargs):
    """Fetches all requests at once with one fetcher; gives the responses in their order."""

    async def run():
        fetcher = Fetcher(settings, lambda: NOW, **kwargs)
        try:
            return await asyncio.gather(*[fetcher.fetch(request) for request in requests])
        finally:
            await fetcher.close()

    return asyncio.run(run())


def fetch(url, kind="page", settings=SETTINGS, **kwargs):
    return fetch_all([Request(url, kind)], settings, **kwargs)[0]


def test_a_page_comes_decoded_with_what_it_cost(net):
    text = b"<p>Orbit</p>" * 1_000
    coded = gzip.compress(text)
    site = net.site({"/a": reply(coded, headers={"Content-Encoding": "gzip", "ETag": 'W/"1"', "X-Two": "a"})})
    response = fetch(site.url("/a"))
    assert (response.status, response.body, response.wire_bytes) == (200, text, len(coded))
    assert response.headers["etag"] == 'W/"1"'
    assert (response.error_code, response.stage, response.message, response.retryable) == (None, None, None, False)
    assert (response.url, response.final_url, response.permanent_url) == (site.url("/a"), site.url("/a"), None)
    assert response.fetched_at == NOW
    assert 0 <= response.duration_ms < 5_000


def test_what_the_server_sees_of_us(net):
    site = net.site({"*": reply(b"x", headers={"Set-Cookie": "a=b"})})
    settings = FetchSettings(
        site_delay_seconds=0, allow_private_networks=("127.0.0.0/8",), contact="https://example.org/bot (x)\r\n"
    )
    fetch_all([Request(site.url("/1"), "page"), Request(site.url("/2"), "feed")], settings)
    for hit in site.hits:
        assert hit.headers["accept-encoding"] == "gzip"
        assert hit.headers["user-agent"].startswith("bentpipe/")
        assert hit.headers["user-agent"].endswith(" (+https://example.org/bot x)")
        assert "cookie" not in hit.headers


def test_proxies_of_the_environment_are_not_used(net, monkeypatch):
    site = net.site({"/a": reply(b"a")})
    with closed_port() as port:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:%d" % port)
        assert fetch(site.url("/a")).body == b"a"


def test_an_answer_with_any_status_is_an_answer(net):
    site = net.site({"/%d" % status: reply(b"sorry", status) for status in (304, 401, 403, 404, 410, 451, 500)})
    responses = fetch_all([Request(site.url("/%d" % s), "page") for s in (304, 401, 403, 404, 410, 451, 500)])
    assert [r.status for r in responses] == [304, 401, 403, 404, 410, 451, 500]
    assert [r.error_code for r in responses] == [None] * 7
    assert [r.retryable for r in responses] == [False] * 6 + [True]
    assert responses[0].body == b""
    assert responses[3].body == b"sorry"


@pytest.mark.parametrize(
    "body", [head(403, {"Content-Encoding": "br"}) + b"\x0b", head(403, {"Content-Length": "1000"}) + b"short"]
)
def test_the_status_of_an_error_page_counts_even_when_the_page_is_broken(net, body):
    site = net.site({"/x": drip(b"", body)})
    assert fetch(site.url("/x"))[2] == 403


def test_a_long_error_page_is_cut(net):
    site = net.site({"/x": reply(b"x" * 300_000, 404)})
    response = fetch(site.url("/x"))
    assert (response.status, len(response.body), response.error_code) == (404, 65_536, None)


def test_validators_go_to_the_first_origin_only(net):
    other, site = net.site({"/b": reply(b"b")}), net.site({})
    site.routes |= {"/a": redirect("/a2"), "/a2": redirect(other.url("/b"))}
    request = Request(site.url("/a"), "feed", etag='"v1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    assert fetch_all([request])[0].body == b"b"
    seen = {hit.path: hit.headers.get("if-none-match") for hit in site.hits + other.hits}
    assert seen == {"/robots.txt": None, "/a": '"v1"', "/a2": '"v1"', "/b": None}
    assert site.hits[-1].headers["if-modified-since"].startswith("Sun")


@pytest.mark.parametrize("etag", ['"a\r\nHost: inner"', '"caf\u00e9"', '"\x00"'])
def test_validators_that_are_no_header_are_left_out(net, etag):
    site = net.site({"/a": reply(b"a")})
    assert fetch_all([Request(site.url("/a"), "feed", etag=etag)])[0].status == 200
    assert "if-none-match" not in site.hits[-1].headers


@pytest.mark.parametrize(
    ("statuses", "is_permanent"),
    [((301,), True), ((301, 308), True), ((301, 302), False), ((307,), False), ((303, 308), False)],
)
def test_an_address_has_moved_for_good_only_when_every_hop_says_so(net, statuses, is_permanent):
    site = net.site({"/end": reply(b"end")})
    for number, status in enumerate(statuses):
        to = "/%d" % (number + 1) if number + 1 < len(statuses) else "end"
        site.routes["/%d" % number] = redirect(to, status)
    response = fetch(site.url("/0"))
    assert (response.status, response.final_url) == (200, site.url("/end"))
    assert response.permanent_url == (site.url("/end") if is_permanent else None)


def test_a_redirect_without_an_address_is_an_answer(net):
    site = net.site({"/a": reply(b"", 302)})
    response = fetch(site.url("/a"))
    assert (response.status, response.error_code) == (302, None)


def test_five_redirects_are_followed_and_six_are_not(net):
    site = net.site({"/%d" % n: redirect("/%d" % (n + 1)) for n in range(6)} | {"/6": reply(b"end")})
    assert fetch(site.url("/1")).status == 200
    response = fetch(site.url("/0"))
    assert (response.error_code, response.status, response.final_url) == ("redirect_limit", None, site.url("/5"))


def test_redirect_loops_end_at_once(net):
    a, b = net.site({}), net.site({})
    a.routes |= {"/self": redirect("/self"), "/x": redirect(b.url("/x"))}
    b.routes["/x"] = redirect(a.url("/x"))
    assert [r.error_code for r in fetch_all([Request(a.url("/self"), "page"), Request(a.url("/x"), "page")])] == [
        "redirect_loop"
    ] * 2
    assert len(a.paths() + b.paths()) == 3


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://x/", "http://a:b@127.0.0.1/", "javascript:alert(1)"])
def test_redirects_out_of_the_web_are_refused(net, to):
    site = net.site({"/a": redirect(to)})
    response = fetch(site.url("/a"))
    assert (response.error_code, response.retryable, response.stage) == ("redirect_refused", False, "fetch")


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org/", "http://u:pw@example.org/", "http://", "http://e.org/" + "a" * 2100]
)
def test_bad_addresses(url):
    response = fetch(url)
    assert (response.error_code, response.stage, response.retryable) == ("bad_url", "resolve", False)
    assert "pw" not in (response.message or "")


def test_statuses_that_may_pass_are_tried_again(net):
    site = net.site({"/%d" % s: in_turn(reply(b"", s), reply(b"", s), reply(b"ok")) for s in (408, 425, 429, 500, 503)})
    responses = fetch_all([Request(site.url("/%d" % s), "page") for s in (408, 425, 429, 500, 503)])
    assert [r.body for r in responses] == [b"ok"] * 5
    assert len(site.paths()) == 15


def test_after_two_retries_the_answer_stands(net):
    site = net.site({"/a": reply(b"down", 502), "/b": reply(b"", 404)})
    responses = fetch_all([Request(site.url("/a"), "page"), Request(site.url("/b"), "page")])
    assert [(r.status, r.retryable) for r in responses] == [(502, True), (404, False)]
    assert sorted(site.paths()) == ["/a", "/a", "/a", "/b"]


def test_a_reset_before_the_answer_is_tried_again(net):
    site = net.site({"/a": in_turn(reset(b""), reset(b""), reply(b"ok"))})
    assert fetch(site.url("/a")).body == b"ok"


def test_a_site_that_refuses_connections_is_tried_once_more_for_all_its_pages():
    with closed_port() as port:
        urls = ["http://127.0.0.1:%d/%d" % (port, n) for n in range(20)]
        responses = fetch_all([Request(url, "page") for url in urls])
    assert {(r.error_code, r.stage, r.retryable, r.error_class) for r in responses} == {
        ("connect", "fetch", True, "ClientConnectorError")
    }


def test_a_pause_of_up_to_30_seconds_is_waited_out_by_the_whole_site(net):
    site = net.site({"/a": in_turn(reply(b"", 429, {"Retry-After": "1"}), reply(b"ok")), "/b": reply(b"b")})
    responses = fetch_all([Request(site.url("/a"), "page"), Request(site.url("/b"), "page")])
    assert [r.body for r in responses] == [b"ok", b"b"]
    first, *later = [hit for hit in site.hits if hit.path != "/robots.txt"]
    assert [hit.started - first.started >= 1 for hit in later] == [True, True]


def test_a_pause_holds_the_site_even_when_no_retry_is_left(net):
    site = net.site({"/a": reply(b"", 503, {"Retry-After": "1"}), "/b": reply(b"b")})
    requests = [Request(site.url("/a"), "page"), Request(site.url("/b"), "page")]
    assert [r.status for r in fetch_all(requests, replace(SETTINGS, retries=0))] == [503, 200]
    a, b = site.hits[1:]
    assert b.started - a.started >= 1


def test_the_back_off_of_429_and_503_is_the_whole_sites(net):
    sites = [net.site({"/a": reply(b"", status), "/b": reply(b"b")}) for status in (429, 503) * 4]
    requests = [Request(site.url(path), "page") for site in sites for path in ("/a", "/b")]
    fetch_all(requests, replace(SETTINGS, retries=1, backoff_seconds=0.4))
    waits = [site.hits[2].started - site.hits[1].started for site in sites]
    assert max(waits) > 0.05  # Of eight back-offs between 0 and 0.4 s one is longer; without a pause none is.


@pytest.mark.parametrize("asked", ["31", "120", "1000000000", "Sun, 01 Mar 2026 12:02:00 GMT"])
def test_a_longer_pause_closes_the_site_for_those_that_wait_too(net, asked):
    site = net.site({"*": reply(b"", 503, {"Retry-After": asked}), "/robots.txt": NOT_FOUND})
    started = time.monotonic()
    responses = fetch_all([Request(site.url("/%d" % n), "page") for n in range(10)])
    assert time.monotonic() - started < 5
    assert len(site.paths()) == 1
    answers = [r for r in responses if r.error_code is None]
    closed = [r for r in responses if r.error_code == "site_closed"]
    assert (len(answers), len(closed)) == (1, 9)
    expected = {"31": 60, "1000000000": 86_400}.get(asked, 120)
    assert answers[0].retry_after_s == expected
    assert all(r.retryable and 59 <= r.retry_after_s <= expected + 1 for r in closed)


def test_a_site_has_its_budget(net):
    site, other = net.site({"*": reply(b"x")}), net.site({"/x": reply(b"y")})
    settings = FetchSettings(site_delay_seconds=0, allow_private_networks=("127.0.0.0/8",), site_budget=4)
    requests = [Request(site.url("/%d" % n), "page") for n in range(5)] + [Request(other.url("/x"), "page")]
    responses = fetch_all(requests, settings)
    assert [r.error_code for r in responses] == [None, None, None, "site_budget", "site_budget", None]
    assert len(site.paths()) == 3
    assert all(r.retryable for r in responses if r.error_code)


def test_what_admit_raises_is_raised_and_frees_the_site(net):
    site = net.site({"/a": reply(b"a")})

    async def run():
        async def refuse():
            raise KeyError("shut down")

        fetcher = Fetcher(SETTINGS, lambda: NOW)
        with pytest.raises(KeyError):
            await fetcher.fetch(Request(site.url("/a"), "page"), refuse)
        response = await fetcher.fetch(Request(site.url("/a"), "page"))
        await fetcher.close()
        return response

    assert asyncio.run(run()).body == b"a"
    assert site.paths() == ["/a"]


def test_a_cancelled_fetch_frees_its_site(net):
    site = net.site({"/slow": reply(b"a", after_seconds=5), "/b": reply(b"b")})

    async def run():
        fetcher = Fetcher(SETTINGS, lambda: NOW)
        slow = asyncio.create_task(fetcher.fetch(Request(site.url("/slow"), "page")))
        while site.paths() != ["/slow"]:
            await asyncio.sleep(0.01)
        slow.cancel()
        response = await asyncio.wait_for(fetcher.fetch(Request(site.url("/b"), "page")), 2)
        await fetcher.close()
        return response

    assert asyncio.run(run()).body == b"b"


def test_an_unknown_kind_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no kind"):
        fetch("http://127.0.0.1/", kind="robot")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), (" 7 ", 7), ("9" * 5_000, 999_999_999_999),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90), ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90), ("Sun, 01 Mar 2026 14:01:30 +0200", 90),
        ("", None), ("-5", None), ("1.5", None), ("soon", None), ("\u0665", None),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None),
        ("Sun, 01 Mar 99999999999 12:00:00 GMT", None), ("0001-01-01", None),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


def test_retry_after_is_clamped():
    assert [clamp_retry_after(seconds) for seconds in (0, 59, 61, 10**9)] == [60, 60, 61, 86_400]


def test_messages_are_one_bounded_line_without_secrets():
    for code in ERRORS:
        error = FetchError(code, "http://e.org/?api_key=hunter2&x=1\r\n\x1b[31m\u202e" + "long " * 1_000)
        assert "hunter2" not in error.message
        assert error.message.isprintable()
        assert len(error.message) <= 500


def test_settings_can_be_pickled():
    assert pickle.loads(pickle.dumps(SETTINGS)) == SETTINGS

"""Manners by site, read from the servers' logs: never two requests at once, never two closer than the delay."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.servers import Loopback, redirect, reply
from tests.test_http import SETTINGS, fetch_all
from transforms._http import Fetcher, Request
from transforms._http.errors import FetchError
from transforms._http.sites import Site

DELAY_SECONDS = 0.05


@pytest.fixture
def net():
    with Loopback() as loopback:
        yield loopback


def test_200_requests_on_10_sites_with_redirects_between_them(net):
    sites = [net.site({"*": reply(b"x", after_seconds=0.004)}) for _ in range(10)]
    for number, site in enumerate(sites):
        neighbour = sites[number ^ 1]
        site.routes |= {"/same": redirect("/end"), "/there": redirect(neighbour.url("/back"))}
        site.routes |= {"/back": redirect(neighbour.url("/end"))}
    paths = ["/%d" % number for number in range(14)] + ["/same", "/same?2", "/there", "/there?2", "/there?3", "/end"]
    requests = [Request(site.url(path), "page") for path in paths for site in sites]
    assert len(requests) == 200
    responses = fetch_all(requests, replace(SETTINGS, site_delay_seconds=DELAY_SECONDS))
    assert {(response.status, response.body) for response in responses} == {(200, b"x")}
    assert sum(len(site.hits) for site in sites) == 200 + 10 + 10 * (2 + 2 * 3)  # robots.txt, and the redirects' hops
    assert [site.max_active for site in sites] == [1] * 10
    assert min(min(site.gaps()) for site in sites) >= DELAY_SECONDS
    # The jitter goes upward, and not all requests wait for the longest.
    assert len({round(gap, 3) for site in sites for gap in site.gaps()}) > 5


def test_without_a_delay_it_is_still_one_at_a_time_in_the_order_asked(net):
    site = net.site({"*": reply(b"x", after_seconds=0.002)})
    fetch_all([Request(site.url("/%d" % number), "page") for number in range(30)])
    assert site.max_active == 1
    assert site.paths() == ["/%d" % number for number in range(30)]


def test_the_delay_follows_a_slow_site(net):
    site = net.site({"*": reply(b"x", after_seconds=0.05)})
    settings = replace(SETTINGS, site_delay_seconds=0.01)
    fetch_all([Request(site.url("/%d" % number), "page") for number in range(3)], settings)
    assert min(site.gaps()) >= 0.15  # 0.05 s for the answer and twice that for the delay


def test_no_more_than_max_in_flight_are_on_the_wire(net):
    sites = [net.site({"*": reply(b"x", after_seconds=0.01)}) for _ in range(12)]
    at_once, most = 0, 0

    def seen(behaviour):
        async def behave(hit, writer):
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            goes_on = await behaviour(hit, writer)
            at_once -= 1
            return goes_on

        return behave

    for site in sites:
        site.routes["*"] = seen(site.routes["*"])
    requests = [Request(site.url("/%d" % number), "page") for number in range(3) for site in sites]
    fetch_all(requests, replace(SETTINGS, max_in_flight=4))
    assert 1 < most <= 4


def test_a_redirect_waits_for_the_other_site_while_that_waits_for_admission(net):
    """One permit, and two sites that redirect to each other: who has the permit never waits for who waits for it."""
    a, b = net.site({"*": reply(b"x")}), net.site({"*": reply(b"x")})
    a.routes["/go"], b.routes["/go"] = redirect(b.url("/end")), redirect(a.url("/end"))

    async def run():
        permits = asyncio.Semaphore(1)
        fetcher = Fetcher(replace(SETTINGS, site_delay_seconds=0.005))

        async def one(url):
            response = await fetcher.fetch(Request(url, "page"), permits.acquire)
            await asyncio.sleep(0.001)
            permits.release()
            return response.status

        paths = ["/go?%d" % number for number in range(8)] + ["/%d" % number for number in range(8)]
        statuses = await asyncio.wait_for(asyncio.gather(*[one(s.url(p)) for p in paths for s in (a, b)]), 10)
        await fetcher.close()
        return statuses

    assert asyncio.run(run()) == [200] * 32
    assert (a.max_active, b.max_active) == (1, 1)


def test_admission_is_asked_once_at_the_sites_turn(net):
    site = net.site({"*": reply(b"x"), "/0": redirect("/end")})

    async def run():
        asked = []
        fetcher = Fetcher(replace(SETTINGS, site_delay_seconds=0.05))

        async def admit():
            asked.append(time.monotonic())

        await asyncio.gather(*[fetcher.fetch(Request(site.url("/%d" % n), "page"), admit) for n in range(3)])
        await fetcher.close()
        return asked

    asked = asyncio.run(run())
    assert len(asked) == 3
    starts = [hit.started for hit in site.hits if hit.path in ("/0", "/1", "/2")]
    assert all(start >= at for at, start in zip(asked, starts))
    assert min(after - before for before, after in pairwise(asked)) >= 0.04


def test_waiting_for_the_turn_is_not_in_the_deadline(net):
    site = net.site({"*": reply(b"x", after_seconds=0.05)})
    settings = replace(SETTINGS, page=replace(SETTINGS.page, total_seconds=0.4))
    responses = fetch_all([Request(site.url("/%d" % number), "page") for number in range(12)], settings)
    assert {response.status for response in responses} == {200}
    assert max(response.duration_ms for response in responses) < 400


def test_sites_asked_once_keep_no_connection(net):
    sites = [net.site({"*": reply(b"x")}) for _ in range(20)]

    async def run():
        fetcher = Fetcher(SETTINGS)
        await asyncio.gather(*[fetcher.fetch(Request(site.url("/a"), "page")) for site in sites])
        deadline = time.monotonic() + 2
        while sum(site.open_connections for site in sites) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        left = sum(site.open_connections for site in sites)
        await fetcher.close()
        return left

    assert asyncio.run(run()) == 0
    assert {site.connections for site in sites} == {1}  # robots.txt and the page on one


def test_a_budget_is_whole_again_after_its_time():
    async def take(site: Site, times: int) -> list[str]:
        told = []
        for _ in range(times):
            try:
                await site.take_turn(None, is_new=True)
            except FetchError as error:
                told.append(error.code)
                continue
            site.start()
            site.end_turn(0.0, 0.0)
            told.append("ok")
        return told

    async def twice() -> list[list[str]]:
        site = Site(0.0, 2, budget_seconds=0.05)
        first = await take(site, 3)
        await asyncio.sleep(0.06)
        return [first, await take(site, 3)]

    assert asyncio.run(twice()) == [["ok", "ok", "site_budget"]] * 2

"""Sites that fail at first and answer later: everything arrives, nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.faults.command import Started, assert_sound, facts, rows, run, run_words, wait_until
from tests.faults.farm import Farm
from tests.servers import Behaviour, Hit, Loopback, reply, reset

DOWN = reply(b"back soon", 503)


def fail(farm: Farm, sites: range, paths: str) -> list[dict[str, Behaviour]]:
    """Makes what begins with paths answer 503; returns the routes as they were."""
    before = [dict(farm.sites[at].routes) for at in sites]
    for at in sites:
        routes = farm.sites[at].routes
        routes.update({path: DOWN for path in routes if path.startswith(paths)})
    return before


def restore(farm: Farm, sites: range, before: list[dict[str, Behaviour]]) -> None:
    for at, routes in zip(sites, before):
        farm.sites[at].routes.update(routes)


def test_half_the_sites_are_out(net: Loopback, tmp_path: Path) -> None:
    """Of four sites one fails whole, one only its pages."""
    farm = Farm(net, sites=4, pages=6)
    output, whole = tmp_path / "wh", tmp_path / "whole"
    assert run(farm.feeds, whole).code == 0
    all_down, pages_down = range(0, 1), range(1, 2)
    before = fail(farm, all_down, "/"), fail(farm, pages_down, "/reports")
    done = run(farm.feeds, output)
    assert done.code == 0, done.err
    assert Counter(row["disposition"] for row in rows(output, "fact_entry"))["deferred"] == 6
    assert len(rows(output, "fact_entry")) == 18
    restore(farm, all_down, before[0])
    restore(farm, pages_down, before[1])
    assert run(farm.feeds, output, "--poll_all").code == 0
    settled = [row for row in rows(output, "fact_entry") if row["disposition"] != "deferred"]
    assert len(settled) == len({row["entry_id"] for row in settled}) == 24
    assert {row["disposition"] for row in settled} == {"deal", "non_deal"}
    for table in ("fact_article", "fact_deal_mention", "fact_deal_party"):
        assert facts(output)[table] == facts(whole)[table]
    assert run(farm.feeds, output, "--poll_all").code == 0
    assert len(rows(output, "fact_entry")) == 24 + 6
    assert_sound(output)


def test_what_is_not_due_waits(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=3)
    before = fail(farm, range(1), "/reports")
    assert run(farm.feeds, tmp_path).code == 0
    restore(farm, range(1), before)
    asked = len(farm.sites[0].hits)
    assert run(farm.feeds, tmp_path).code == 0
    assert len(farm.sites[0].hits) == asked
    assert [row["disposition"] for row in rows(tmp_path, "fact_entry")] == ["deferred"] * 3


def test_a_budget_spent_is_no_attempt(net: Loopback, tmp_path: Path) -> None:
    """A site with more entries than its budget: every run reads some, and none is given up untried."""
    farm = Farm(net, sites=1, pages=16)
    for _ in range(9):
        assert run(farm.feeds, tmp_path, "--site_budget", "4", "--poll_all").code == 0
    last = {row["entry_id"]: row["disposition"] for row in sorted(rows(tmp_path, "fact_entry"), key=_attempt)}
    assert len(last) == 16
    assert set(last.values()) == {"deal", "non_deal"}
    assert_sound(tmp_path)


def _attempt(row: dict[str, int]) -> int:
    return row["attempt"]


def test_half_of_many_feeds_fail(net: Loopback, tmp_path: Path) -> None:
    """More than a fifth of the feeds, and at least 20: exit code 3, and what the others brought is committed."""
    farm = Farm(net, sites=2, pages=2)
    dead = [farm.sites[0].url("/gone-%d" % n) for n in range(20)]
    done = run([*farm.feeds, *dead], tmp_path, "--site_budget", "100")
    assert done.code == 3
    assert done.err == "20 of 22 feeds failed; see bentpipe feeds\n"
    assert len(rows(tmp_path, "fact_article")) == 4
    done = run([*farm.feeds, *dead[:19]], tmp_path / "fewer", "--site_budget", "100")
    assert (done.code, done.err) == (0, "")


def test_no_network_at_all(tmp_path: Path) -> None:
    """In a network namespace without even a loopback: every feed fails, nothing is lost, and that is told."""
    feeds = ["https://feeds.example.org/%d" % n for n in range(20)]
    done = Started(
        ["run", "--feeds", *feeds, "--output", str(tmp_path), "--site_delay_seconds", "0"], wrap=("unshare", "-rn")
    ).end()
    assert done.code == 3, done.err
    assert done.err == "20 of 20 feeds failed; see bentpipe feeds\n"
    assert {row["outcome"] for row in rows(tmp_path, "fact_feed_poll")} == {"network"}
    assert_sound(tmp_path)


def test_a_page_that_comes_and_goes_within_a_run_is_asked_again(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=1)
    page, asked = farm.sites[0].routes["/reports/2026/harbour-report-0"], []

    async def second_time(hit: Hit, writer: object) -> bool:
        asked.append(hit.path)
        return await (page if len(asked) > 1 else DOWN)(hit, writer)  # type: ignore[arg-type]

    farm.sites[0].routes["/reports/2026/harbour-report-0"] = second_time
    assert run(farm.feeds, tmp_path).code == 0
    assert [row["disposition"] for row in rows(tmp_path, "fact_entry")] == ["deal"]


def test_the_network_goes_in_the_middle_of_a_run(net: Loopback, tmp_path: Path) -> None:
    """What was read is committed, the rest is deferred, and the next run with a network reads it."""
    farm = Farm(net, sites=2, pages=10, seconds=0.1)
    before = [dict(site.routes) for site in farm.sites]
    started = Started(run_words(farm.feeds, tmp_path / "wh"))
    assert wait_until(lambda: sum(len(site.paths()) for site in farm.sites) >= 8, 30)
    for site in farm.sites:
        site.routes.clear()
        site.routes["*"] = reset(b"")
    done = started.end(200)
    assert (done.code, done.err) == (0, "")
    found = Counter(row["disposition"] for row in rows(tmp_path / "wh", "fact_entry"))
    assert found["deferred"] >= 8
    assert found["deal"] + found["non_deal"] == 20 - found["deferred"] > 0
    for site, routes in zip(farm.sites, before):
        site.routes.clear()
        site.routes.update(routes)
    assert run(farm.feeds, tmp_path / "wh", "--poll_all").code == 0
    assert run(farm.feeds, tmp_path / "whole").code == 0
    for table in ("fact_article", "fact_deal_mention", "fact_deal_party"):
        assert facts(tmp_path / "wh")[table] == facts(tmp_path / "whole")[table]
    assert_sound(tmp_path / "wh")

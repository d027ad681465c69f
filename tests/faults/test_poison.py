"""1,000 entries of which 50 are poison in different steps: only those fail, each told once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.faults import crash
from tests.faults.command import assert_sound, bentpipe, rows, run_words
from tests.faults.farm import Farm, html, item
from tests.servers import Behaviour, Loopback, endless, gzip_bomb, head, raw, reply, silent

SITES, PAGES = 20, 50
KIND = {"Content-Type": "text/html"}


def poison() -> dict[str, tuple[int, list[Behaviour]]]:
    """By error_code, how many pages of a kind and what they answer; 40 in all, and 10 entries have a bad date."""
    empty = html(b"<html><head><title>x</title></head><body><script>var a = 1</script></body></html>")
    deaths = [html(b"<html><body><p>%s</p></body></html>" % word) for word in crash.DEATHS]
    zipped = gzip_bomb(64 << 20)
    return {
        "too_large_wire": (4, [endless(b"<p>word</p>" * 1_000, KIND), reply(b"x" * (4 << 20), headers=KIND)]),
        "too_large_decoded": (4, [reply(zipped, headers={**KIND, "Content-Encoding": "gzip"})]),
        "timeout_read": (3, [silent()]),
        "short_body": (3, [raw(head(200, {**KIND, "Content-Length": "5000"}) + b"<html>")]),
        "bad_encoding": (3, [reply(b"no gzip", headers={**KIND, "Content-Encoding": "gzip"})]),
        "undecodable": (5, [html(bytes(range(128, 256)) * 40)]),
        "extract_empty": (6, [empty]),
        "extract_crash": (6, deaths[:2]),
        "extract_oom": (3, deaths[2:3]),
        "extract_timeout": (3, deaths[3:]),
    }


def poisoned(farm: Farm) -> Counter[str]:
    """Replaces a page here and there; returns how many rejects of each code are due."""
    expected: Counter[str] = Counter({"bad_date": 10})
    number = 0
    for code, (count, answers) in poison().items():
        for n in range(count):
            site = farm.sites[number % SITES]
            path = "/reports/2026/harbour-report-%d" % (7 + number)
            assert path in site.routes
            site.routes[path] = answers[n % len(answers)]
            expected[code] += 1
            number += 1
    return expected


def test_poison_costs_itself_alone(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(
        net, SITES, PAGES, items=lambda site, n: item(site, n, "the day after") if n == 3 and site < 10 else None
    )
    expected = poisoned(farm)
    assert expected.total() == 50
    output = tmp_path / "wh"
    done = bentpipe(*run_words(farm.feeds, output, "--site_budget", "200"), prelude=crash.PRELUDE, timeout=400)
    assert (done.code, done.err) == (0, "")
    ledger, rejects = rows(output, "fact_entry"), rows(output, "fact_reject")
    assert len(ledger) == 1_000
    assert Counter(row["error_code"] for row in rejects) == expected
    dispositions = {row["entry_id"]: row["disposition"] for row in ledger}
    came_through = {entry for entry, how in dispositions.items() if how in ("deal", "non_deal")}
    assert len(came_through) == 960, Counter(dispositions.values())
    # An entry without a date is news all the same; any other reject is of an entry that did not come through.
    undated = {row["entry_id"] for row in rejects if row["error_code"] == "bad_date"}
    assert len(undated) == 10
    assert undated <= came_through
    assert {row["entry_id"] for row in rejects} - undated == dispositions.keys() - came_through
    assert all("the day after" in row["message"] for row in rejects if row["error_code"] == "bad_date")
    retryable = {row["error_code"] for row in rejects if row["retryable"]}
    deferred = {entry for entry, how in dispositions.items() if how == "deferred"}
    assert retryable == {"timeout_read", "short_body"}
    assert deferred == {row["entry_id"] for row in rejects if row["retryable"]}
    assert_sound(output)

"""Ctrl-C and SIGTERM at every stage: what is done is committed, the rest deferred; a second one aborts."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import crash
from tests.faults.command import (
    Started,
    assert_only_committed,
    assert_sound,
    facts,
    processes,
    rows,
    run,
    run_words,
    wait_until,
)
from tests.faults.farm import Farm, html
from tests.servers import Loopback

ENDING = "ending: what is done is committed, the rest is left to the next run; again to abort"


def pages_asked(farm: Farm) -> int:
    return sum(path.startswith("/reports") for site in farm.sites for path in site.paths())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_pages_are_fetched(net: Loopback, tmp_path: Path, number: signal.Signals) -> None:
    farm = Farm(net, sites=2, pages=30, seconds=0.2)
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output))
    assert wait_until(lambda: pages_asked(farm) >= 24, 60)  # at most 16 wait for extraction: some are done
    started.process.send_signal(number)
    began = time.monotonic()
    done = started.end(40)
    assert time.monotonic() - began < 30
    assert (done.code, done.err) == (0, ENDING + "\n")
    assert pages_asked(farm) < 60
    found = Counter(row["disposition"] for row in rows(output, "fact_entry"))
    assert found["deferred"] > 0
    assert found["deal"] + found["non_deal"] > 0
    assert found.total() == 60
    assert run(farm.feeds, output, "--poll_all").code == 0
    assert run(farm.feeds, tmp_path / "whole").code == 0
    for table in ("fact_article", "fact_deal_mention", "fact_deal_party"):
        assert facts(output)[table] == facts(tmp_path / "whole")[table]
    assert_sound(output)


def test_a_signal_while_feeds_are_polled(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=2, pages=3, seconds=3)
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output))
    assert wait_until(lambda: all(site.hits for site in farm.sites), 30)
    started.process.send_signal(signal.SIGTERM)
    done = started.end(40)
    assert (done.code, done.err) == (0, ENDING + "\n")
    assert rows(output, "fact_entry") == []
    assert pages_asked(farm) == 0


def test_a_signal_while_pages_are_extracted(net: Loopback, tmp_path: Path) -> None:
    """Every page hangs its child: the calls under way end at their deadline at the latest."""
    farm = Farm(net, sites=2, pages=4)
    for site in farm.sites:
        site.routes.update({path: html(b"<p>crash-by-hanging</p>") for path in site.routes if path != "/feed"})
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output), prelude=crash.PRELUDE)
    assert wait_until(lambda: pages_asked(farm) >= 4, 30)
    time.sleep(1)
    started.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    done = started.end(40)
    assert time.monotonic() - began < 30
    assert (done.code, done.err) == (0, ENDING + "\n")
    assert {row["disposition"] for row in rows(output, "fact_entry")} == {"deferred"}
    assert_sound(output)


@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.8, 1.2, 1.6, 2.0])
def test_a_signal_at_the_start(net: Loopback, tmp_path: Path, seconds: float) -> None:
    """Before anything is fetched, even before the imports are done: it ends soon, and quietly."""
    farm = Farm(net, sites=2, pages=30, seconds=0.5)
    started = Started(run_words(farm.feeds, tmp_path / "wh"))
    time.sleep(seconds)
    started.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    done = started.end(40)
    assert time.monotonic() - began < 10
    assert pages_asked(farm) < 10
    assert done.code in (0, -signal.SIGTERM), done
    assert done.err in ("", ENDING + "\n")
    if (tmp_path / "wh").exists():
        assert_only_committed(tmp_path / "wh")


def test_ctrl_c_at_the_start_shows_no_traceback(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=1)
    for seconds in (0.3, 0.6, 0.9, 1.2):
        started = Started(run_words(farm.feeds, tmp_path / "wh"))
        time.sleep(seconds)
        started.process.send_signal(signal.SIGINT)
        done = started.end(40)
        assert "Traceback" not in done.err
        assert len(done.err.splitlines()) <= 1, done.err


def test_the_second_signal_aborts(net: Loopback, tmp_path: Path) -> None:
    """The first cannot end the run soon here: a child hangs."""
    farm = Farm(net, sites=1, pages=2)
    site = farm.sites[0]
    site.routes.update({path: html(b"<p>crash-by-hanging</p>") for path in site.routes if path != "/feed"})
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output), prelude=crash.PRELUDE)
    assert wait_until(lambda: pages_asked(farm) >= 1, 30)
    time.sleep(1)
    started.process.send_signal(signal.SIGINT)
    started.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    started.process.send_signal(signal.SIGINT)
    done = started.end(40)
    if done.code == 0:
        assert done.err == ENDING + "\n"
    else:
        assert done.code == 1
        assert done.err.splitlines() == [ENDING, "aborted; what was not committed is not visible"]
        # The second may come after the first has led to a commit: then both entries stand in it, else neither does.
        assert len(rows(output, "fact_entry")) == 2 * len(list((output / "_commits").glob("*.json")))
    assert_only_committed(output)


@pytest.mark.parametrize("is_at_work", [True, False])
def test_every_ends_cleanly(net: Loopback, tmp_path: Path, is_at_work: bool) -> None:
    """SIGTERM during a run, and between two."""
    farm = Farm(net, sites=2, pages=5, seconds=0.4 if is_at_work else 0)
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output, "--every", "15s"))
    commits = output / "_commits"
    if is_at_work:
        assert wait_until(lambda: pages_asked(farm) >= 4, 30)
    else:
        assert wait_until(lambda: commits.exists() and bool(list(commits.glob("*.json"))), 30)
        time.sleep(1.5)
    started.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    done = started.end(40)
    assert time.monotonic() - began < 30
    assert done.code == 0
    assert done.err == (ENDING + "\n" if is_at_work else "")
    assert len(list(commits.glob("*.json"))) == 1
    assert len(rows(output, "fact_entry")) == 10
    assert_sound(output)


def test_every_killed_leaves_its_run_to_end_and_commit(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=2, pages=5, seconds=0.4)
    output = tmp_path / "wh"
    started = Started(run_words(farm.feeds, output, "--every", "15s"))
    assert wait_until(lambda: pages_asked(farm) >= 4, 60)
    started.process.kill()
    assert wait_until(lambda: not processes(started.mark), 120)
    assert len(rows(output, "fact_entry")) == 10
    assert_sound(output)


def test_every_repeats(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=2)
    started = Started(run_words(farm.feeds, tmp_path, "--every", "5s"))
    assert wait_until(lambda: len(list((tmp_path / "_commits").glob("*.json"))) >= 3, 60)
    started.process.send_signal(signal.SIGINT)
    assert started.end(40).code == 0
    assert len(rows(tmp_path, "fact_entry")) == 2
    assert len(rows(tmp_path, "fact_feed_poll")) == 1
    assert_sound(tmp_path)


def test_every_called_wrongly_ends_at_once(tmp_path: Path) -> None:
    done = Started(["run", "--every", "15s", "--feeds", "none.opml", "--output", str(tmp_path)]).end(30)
    assert done.code == 2
    assert "none.opml" in done.err

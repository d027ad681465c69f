"""The whole graph in this process, its outside world a table: executed twice, clocks that jump, outages, stops."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.utils.timestamp import Duration, Timestamp

from pipeline.__main__ import main
from pipeline.ingest import Plan, ingest
from pipeline.verify import check_files, check_rows
from pipeline.warehouse import connect
from schemas import tables
from schemas.ids import make_id
from schemas.rows import Feed
from tests.fakes import FakeEngine, answer, failure
from tests.test_write import table
from transforms._engine import ConcurrentDoFn, Engine, EngineSettings
from transforms._http import Request, Response
from transforms._urls import redact_bytes
from transforms._warehouse.store import LocalStore
from transforms.write.transform import RunInfo

NOON = Timestamp.from_rfc3339("2026-11-01T12:00:00Z")
FEEDS = ["https://%s.example/feed" % name for name in ("one", "two")]
PAGE = (
    "<html><head><title>%(title)s</title></head><body><article><h1>%(title)s</h1><p>Read for the %(times)dth time. "
    "Orbitel has agreed to buy the fibre network of Skagen Telecom for 120 million euros, both companies said. "
    "%(words)s</p></article></body></html>"
)
WORDS = "The committee met in the harbour town and looked at the plans for the season, as it does in every autumn. " * 4


_WORLDS: list[World] = []


def world(number: int) -> World:
    """The world of that number."""
    return _WORLDS[number]


class World:
    """What a run meets, in place of EngineSettings: the time, and two feeds of some entries whose pages never repeat.

    down: addresses that fail. Worlds are kept by number, since a runner pickles what it executes.
    """

    def __init__(
        self, now: Timestamp = NOON, entries: int = 3, down: Callable[[str], bool] = lambda url: False
    ) -> None:
        self.now, self.entries, self.down = now, entries, down
        self.fetched: Counter[str] = Counter()
        self.number = len(_WORLDS)
        _WORLDS.append(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return world, (self.number,)

    def clock(self) -> Timestamp:
        """The time, as the graph asks for it."""
        return self.now

    def __call__(self) -> FakeEngine:
        pages = [url + "/%d-a-report-of-the-harbour" % n for url in FEEDS for n in range(self.entries)]
        return FakeEngine(dict.fromkeys([*FEEDS, *pages], self.fetch), self.now)

    def fetch(self, request: Request) -> Response:
        """What a server answers: a page says how often it was asked for."""
        url = request.url
        self.fetched[url] += 1
        if self.down(url):
            return failure(url, "connect", at=self.now)
        if url in FEEDS:
            item = "<item><title>Harbour %d</title><link>%s/%d-a-report-of-the-harbour</link></item>"
            items = "".join(item % (n, url, n) for n in range(self.entries))
            body = "<rss version='2.0'><channel><title>Harbour</title>%s</channel></rss>" % items
            return answer(url, body, headers={"content-type": "application/rss+xml"}, at=self.now)
        body = PAGE % {"title": "Report from " + url, "times": self.fetched[url], "words": WORDS}
        return answer(url, body, headers={"content-type": "text/html"}, at=self.now)


def run(output: Path, met: World, commit_id: str, repeat: int = 0, **fields: Any) -> None:
    feeds = [Feed(make_id(url), url) for url in FEEDS]
    info = RunInfo(commit_id, met.now, "batch", "direct", "0", "0", "0", feeds, clock=met.clock)
    LocalStore(str(output)).prepare()
    plan = Plan(info, str(output), met, poll_all=True, retry_all=True, **fields)  # type: ignore[arg-type]
    with beam.Pipeline(runner=FnApiRunner(bundle_repeat=repeat)) as pipeline:
        ingest(pipeline, plan)


def broken(output: Path) -> list[str]:
    """What verify finds; companies and feeds of the lists are no part of these runs."""
    lines = [*check_files(LocalStore(str(output))), *check_rows(connect(str(output)))]
    return [line for line in lines if "dim_" not in line]


def everything(output: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: table(output, name) for name in tables.FACTS}


def test_bundles_executed_again_leave_the_rows_of_one_attempt(tmp_path: Path) -> None:
    met = World()
    run(tmp_path, met, "20261101T120000Z-000001", repeat=2)
    assert max(met.fetched.values()) > 1
    found = everything(tmp_path)
    assert [len(found[name]) for name in ("fact_feed_poll", "fact_entry", "fact_article", "fact_run")] == [2, 6, 6, 1]
    assert {row["disposition"] for row in found["fact_entry"]} == {"deal"}
    assert broken(tmp_path) == []


def test_a_commit_executed_twice_is_the_first_one(tmp_path: Path) -> None:
    """With another clock, other pages, and an entry more."""
    run(tmp_path, World(), "20261101T120000Z-000001")
    before = everything(tmp_path)
    files = {path: path.read_bytes() for path in tmp_path.glob("fact_*/*/*")}
    run(tmp_path, World(NOON + Duration(seconds=3_600), entries=5), "20261101T120000Z-000001")
    assert everything(tmp_path) == before
    assert {path: path.read_bytes() for path in tmp_path.glob("fact_*/*/*")} == files
    assert broken(tmp_path) == []


def test_a_clock_that_jumps_back_doubles_nothing(tmp_path: Path) -> None:
    times = [NOON, NOON - Duration(seconds=3_600), NOON + Duration(seconds=86_400)]
    for number, now in enumerate(times):
        run(tmp_path, World(now, entries=3 + number), "20261101T12000%dZ-000001" % number)
    entries = table(tmp_path, "fact_entry")
    assert len(entries) == len({row["entry_id"] for row in entries}) == 10
    assert len(table(tmp_path, "fact_article")) == 10
    assert len(table(tmp_path, "fact_feed_poll")) == 6
    assert broken(tmp_path) == []


def test_what_fails_at_first_arrives_later_once(tmp_path: Path) -> None:
    met = World(down=lambda url: url.startswith(FEEDS[0] + "/"))
    run(tmp_path, met, "20261101T120000Z-000001")
    found = Counter(row["disposition"] for row in table(tmp_path, "fact_entry"))
    assert found == {"deferred": 3, "deal": 3}
    for number in (2, 3):
        run(tmp_path, World(NOON + Duration(seconds=60 * number)), "20261101T120000Z-00000%d" % number)
    assert Counter((row["attempt"], row["disposition"]) for row in table(tmp_path, "fact_entry")) == {
        (0, "deferred"): 3,
        (0, "deal"): 3,
        (1, "deal"): 3,
    }
    assert len(table(tmp_path, "fact_article")) == 6
    assert broken(tmp_path) == []


def test_a_limit_holds_in_every_run_and_the_rest_arrives_later(tmp_path: Path) -> None:
    for number in range(4):
        run(tmp_path, World(), "20261101T12000%dZ-000001" % number, limit=2)
        assert len(table(tmp_path, "fact_article")) == min(6, 2 * (number + 1))
    entries = table(tmp_path, "fact_entry")
    assert Counter((row["attempt"], row["disposition"]) for row in entries) == {
        (0, "deferred"): 4,
        (0, "deal"): 2,
        (1, "deal"): 4,
    }
    assert broken(tmp_path) == []


class _Echo(ConcurrentDoFn):
    """Work that never waits."""

    async def work(self, item: str) -> Sequence[str]:
        return [item + " done"]

    def abandon(self, item: str) -> Sequence[str]:
        return [item + " abandoned"]


@pytest.fixture
def engine() -> Iterator[Engine]:
    started = Engine(EngineSettings(workers=1))
    yield started
    started.close()


def test_work_that_comes_after_a_stop_is_abandoned_and_not_lost(engine: Engine) -> None:
    shell = _Echo(lambda: engine)
    shell.setup()
    for expected in (["a done", "b done"], ["a abandoned", "b abandoned"]):
        shell.start_bundle()
        found = [*shell.process(("site", ["a", "b"]), NOON, None), *shell.finish_bundle()]
        assert sorted(each.value for each in found) == expected
        engine.stop()


def test_work_that_a_stop_finds_just_begun_is_not_lost(engine: Engine) -> None:
    shell = _Echo(lambda: engine)
    shell.setup()
    shell.start_bundle()
    engine._loop.call_soon_threadsafe(time.sleep, 0.2)  # so that the loop sees the work and the stop at once
    begun = list(shell.process(("site", ["a", "b"]), NOON, None))
    engine.stop()
    found = [each.value for each in [*begun, *shell.finish_bundle()]]
    assert sorted(found) == ["a abandoned", "b abandoned"]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b'<link href="https://a.example/feed?x=1&amp;token=abc&amp;y=2">', b'token=...&amp;y=2">'),
        (b'{"feed_url": "https:\\/\\/a.example\\/feed?api_key=abc"}', b'api_key=..."}'),
        (b"see https://me:abc@a.example/feed.", b"see https://a.example/feed."),
        (b"/login?next=%2Ffeed%3Faccess_token%3Dabc done", b"access_token%3D... done"),
        (b"write to me@a.example, token of respect", b"write to me@a.example, token of respect"),
    ],
)
def test_a_documents_bytes_without_secrets(data: bytes, shown: bytes) -> None:
    assert redact_bytes(data).endswith(shown)
    assert b"abc" not in redact_bytes(data)


def test_a_table_and_json_show_nothing_that_a_terminal_obeys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, World(entries=1), "20261101T120000Z-000001")
    capsys.readouterr()
    for form, sign in itertools.product(("table", "json"), (27, 7, 155, 0x202E, 0x2066)):
        sql = "SELECT 'a' || chr(%d) || 'b' AS \"c%c\"" % (sign, 155)
        assert main(["query", sql, "--output", str(tmp_path), "--format", form]) == 0
        shown = capsys.readouterr().out
        assert chr(sign) not in shown
        assert chr(155) not in shown
        assert "a\\" in shown

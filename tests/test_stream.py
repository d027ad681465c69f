"""stream: memory merged, windows committed once each, a direct runner refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.coders import PickleCoder
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing import test_stream
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, IntervalWindow, TimestampedValue, WindowFn
from apache_beam.utils.timestamp import Duration, Timestamp

from pipeline.errors import UserError
from pipeline.options import read_flags
from pipeline.stream import by_time, stream, tick_seconds
from schemas import tables
from schemas.ids import make_id
from schemas.rows import Outcome
from tests import rows
from tests.fakes import FakeEngine, answer
from tests.test_write import run_info, table
from transforms._warehouse import parquet
from transforms._warehouse.store import LocalStore
from transforms.collect.guard import MAX_ENTRIES
from transforms.collect.interval import PollPolicy
from transforms.collect.parse import ParsedFeed
from transforms.collect.seen import add_seen, is_new, keep_seen, merge_seen, pack_seen
from transforms.collect.watch import MAX_UNDER_WAY, FeedMemory, WatchFeeds, _WatchFeeds, newer
from transforms.write import WriteTables
from transforms.write.settle import fact_rows, settle_outcomes
from transforms.write.transform import _Finalize, stage_rows
from transforms.write.windows import commit_of

FEED = "https://news.example/feed"
LATER = rows.NOW + Duration(seconds=60)


class TestMemory:
    IDS = ("%016x" % 7, "%016x" % 3, "%016x" % 9)

    def test_seen_ids_are_merged(self) -> None:
        both = merge_seen(pack_seen(self.IDS[:2]), pack_seen(self.IDS[1:]))
        assert both == pack_seen(self.IDS) == add_seen(pack_seen(self.IDS[:1]), self.IDS[1:])
        assert not any(is_new(id_, both) for id_ in self.IDS)
        assert merge_seen(b"", both) == merge_seen(both, b"") == both

    def test_ids_can_be_dropped(self) -> None:
        assert keep_seen(pack_seen(self.IDS), self.IDS[1:].__contains__) == pack_seen(self.IDS[1:])

    def test_the_later_poll_stands_and_what_is_under_way_stays(self) -> None:
        early, late = rows.poll(1), rows.poll(1)._replace(polled_at=LATER)
        known = FeedMemory(late, pack_seen(self.IDS))
        assert newer(known, early) == newer(known, None) == known
        assert newer(FeedMemory(early, known.under_way), late) == known
        assert newer(None, early) == FeedMemory(early)
        assert newer(None, None) is None

    def test_what_the_warehouse_remembers_is_asked_for_without_validators(self) -> None:
        """A window before that of the last committed poll may have been lost: its entries are to come again."""
        memory = newer(None, rows.poll(1, etag="a", last_modified="b", validators_at=rows.NOW, body_sha256="c"))
        assert memory is not None
        poll = memory.poll
        assert poll == rows.poll(1)


class State:
    """A state cell that holds encoded bytes, as an engine does."""

    coder = _WatchFeeds.MEMORY.coder

    def __init__(self) -> None:
        self.data: bytes | None = None

    def read(self) -> Any:
        return None if self.data is None else self.coder.decode(self.data)

    def write(self, value: Any) -> None:
        self.data = self.coder.encode(value)


class Document(FakeEngine):
    """A feed at FEED whose document is ``names``, newest first; every poll is due."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.names: Sequence[str] = ()
        self.minutes = 0
        super().__init__({FEED: lambda _: answer(FEED, repr(hash(tuple(self.names))), headers=headers, at=self.now())})

    def now(self) -> Timestamp:
        return rows.NOW + Duration(seconds=3_600 * self.minutes)

    async def call(self, function: Callable[..., Any], *args: Any) -> ParsedFeed:
        return ParsedFeed("rss", [rows.entry(name) for name in self.names], [])


class Watched:
    """A DoFn over a document, its state, and the warehouse."""

    def __init__(self, output: Path, headers: dict[str, str] | None = None) -> None:
        self.engine, self.state, self.output = Document(headers), State(), output
        self.dofn = self.worker()

    def worker(self) -> _WatchFeeds:
        engine = self.engine
        dofn = _WatchFeeds(lambda: engine, [rows.feed(FEED)], str(self.output), PollPolicy(min_poll_seconds=1))
        dofn.setup()
        return dofn

    def tick(self) -> list[str]:
        """An hour passes; the names of the entries that are handed on."""
        self.engine.minutes += 60
        outputs = list(self.dofn.process(("news.example", 0), self.state))
        return [each.value.guid for each in outputs if isinstance(each, TaggedOutput) and each.tag == "entries"]

    def commit(self, names: Sequence[str]) -> None:
        """Makes entries visible."""
        folder = self.output / "fact_entry" / "ingest_date=2026-03-01"
        folder.mkdir(parents=True, exist_ok=True)
        ids = pa.table({"entry_id": [make_id(name) for name in names]})
        pq.write_table(ids, folder / ("part-%d.parquet" % len(list(folder.iterdir()))))


class TestWatch:
    def test_a_poll_is_begun_at_a_tick_and_handed_on_at_a_later_one(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path)
        watched.engine.names = ("b", "a")
        assert [watched.tick() for _ in range(3)] == [[], ["b", "a"], []]
        watched.engine.names = ("c", "b", "a")
        assert watched.tick() == []  # begun before the feed changed
        assert watched.tick() == ["c"]

    def test_another_worker_hands_on_no_entry_again_whether_committed_or_not(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path)
        watched.engine.names = ("b", "a")
        watched.tick()
        watched.tick()
        other = watched.worker()
        watched.commit(["a"])
        watched.engine.names = ("b", "a", "old")
        watched.tick()
        assert watched.tick() == ["old"]  # and "a" is no longer kept in the state
        watched.dofn = other
        watched.engine.names = ("c", "b", "a", "old")
        watched.tick()
        assert watched.tick() == ["c"]

    def test_a_poll_that_began_with_another_memory_is_made_again(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path)
        watched.engine.names = ("b", "a")
        watched.tick()
        watched.tick()
        older = watched.state.data
        watched.engine.names = ("c", "b", "a")
        watched.tick()
        assert watched.tick() == ["c"]
        watched.state.data = older  # the engine came back from a checkpoint: "c" is lost with all that followed
        assert watched.tick() == []
        assert watched.tick() == ["c"]

    def test_a_restart_misses_nothing_that_a_lost_window_held(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, {"ETag": "v"})
        watched.engine.names = ("b", "a")
        watched.tick()
        watched.tick()
        (poll, _) = watched.state.read()[0]
        folder = tmp_path / "fact_feed_poll" / "ingest_date=2026-03-01"
        folder.mkdir(parents=True)
        data = parquet.to_bytes(parquet.to_arrow(tables.FEED_POLL, [poll], "run", rows.NOW))
        (folder / "part-0.parquet").write_bytes(data)
        watched.commit(["a"])
        watched.state, watched.dofn = State(), watched.worker()
        watched.engine.begun.clear()
        assert [watched.tick(), watched.tick()] == [[], ["b"]]

    def test_a_feed_of_100_000_entries_keeps_to_its_40_kb(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, {"ETag": "e" * 60_000, "Last-Modified": "l" * 60_000})
        names = ["%d" % n for n in range(100_000)]
        handed_on: list[str] = []
        uncommitted: list[str] = []
        for start in range(0, len(names), MAX_ENTRIES):
            watched.engine.names = names[start : start + MAX_ENTRIES]
            for _ in range(3):
                handed_on += (fresh := watched.tick())
                uncommitted += fresh
                assert len(watched.state.data or b"") <= 40 * 1024
                if len(uncommitted) >= MAX_UNDER_WAY:
                    watched.commit(uncommitted)
                    uncommitted = []
        assert len(handed_on) == len(set(handed_on))
        watched.engine.names = names[-MAX_ENTRIES:]
        watched.commit(uncommitted)
        handed_on += [name for _ in range(3) for name in watched.tick()]
        assert sorted(handed_on) == sorted(names)


_repeated: list[Document] = []


def _the_document() -> Document:
    return _repeated[0]


def test_bundles_executed_again_double_no_entry(tmp_path: Path) -> None:
    _repeated[:] = [Document()]
    _repeated[0].names = ("b", "a")
    with beam.Pipeline(runner=FnApiRunner(bundle_repeat=3)) as p:
        feeds = [rows.feed(FEED)]
        ticks = p | beam.Create(list(range(20))) | beam.Map(lambda tick: tick).with_output_types(int)
        found = ticks | WatchFeeds(_the_document, feeds, str(tmp_path), 1)
        assert_that(found.entries | "Guids" >> beam.Map(lambda entry: entry.guid), equal_to(["a", "b"]))
        new = found.polls | "New" >> beam.Map(lambda poll: poll.entries_new) | beam.CombineGlobally(sum)
        assert_that(new, equal_to([2]), "Balance")


class TestWindows:
    def write(self, output: Path, outcomes: list[Outcome], repeat: int = 0) -> None:
        LocalStore(str(output)).prepare()

        def at(row: Any, when: Timestamp) -> TimestampedValue[Any]:
            return TimestampedValue(row, when)

        with beam.Pipeline(runner=FnApiRunner(bundle_repeat=repeat)) as p:
            # Out of order: the later window's rows come first.
            made = {
                "outcomes": [at(outcome, LATER if n % 2 == 0 else rows.NOW) for n, outcome in enumerate(outcomes)],
                "polls": [
                    at(rows.poll(len(outcomes[::2]))._replace(poll_id="b", polled_at=LATER), LATER),
                    at(rows.poll(len(outcomes[1::2])), rows.NOW),
                ],
                "rejects": [],
                "tallies": [],
            }
            parts = {
                name: p
                | "C" + name >> beam.Create(values)
                | "T" + name >> beam.Map(lambda value: value)
                | "W" + name >> beam.WindowInto(FixedWindows(60))
                for name, values in made.items()
            }
            parts["outcomes"] = (parts["outcomes"],)
            _ = parts | WriteTables(str(output), run_info("job", mode="stream"))

    @pytest.mark.parametrize("repeat", [0, 3])
    def test_each_is_a_commit_and_none_is_doubled(self, tmp_path: Path, repeat: int) -> None:
        self.write(tmp_path, [rows.read(name) for name in "abcd"], repeat)
        runs = table(tmp_path, "fact_run")
        assert sorted(run["run_id"] for run in runs) == sorted(
            "job-" + (when + Duration(seconds=60)).to_utc_datetime().strftime("%Y%m%dT%H%M%SZ")
            for when in (rows.NOW, LATER)
        )
        assert [run["window_end"] == run["ingested_at"] for run in runs] == [True, True]
        assert len(table(tmp_path, "fact_entry")) == len(table(tmp_path, "fact_article")) == 4
        assert not list((tmp_path / "_staging").rglob("*.parquet"))

    def test_an_article_that_two_bring_stands_once(self, tmp_path: Path) -> None:
        outcomes = [rows.read("a"), rows.read("b", url="https://news.example/a", with_deal=True)]
        self.write(tmp_path, outcomes)
        assert len(table(tmp_path, "fact_article")) == 1
        dispositions = sorted(row["disposition"] for row in table(tmp_path, "fact_entry"))
        assert dispositions[0] != "duplicate_url"
        assert dispositions[1] in ("duplicate_url", "non_deal")
        assert "duplicate_url" in dispositions
        mentions = {row["article_id"] for row in table(tmp_path, "fact_deal_mention")}
        assert len(mentions) == len(table(tmp_path, "fact_deal_mention")) <= 1

    def test_firings_that_come_in_the_wrong_order_double_nothing(self, tmp_path: Path) -> None:
        store = LocalStore(str(tmp_path))
        store.prepare()
        window = IntervalWindow(rows.NOW, LATER)
        finalize = _Finalize(str(tmp_path), run_info("job", mode="stream"))
        (settled,) = settle_outcomes([rows.read("a")], None)
        staged = [
            stage_rows(store, "_staging/%s/1" % commit_of("job", window), name, [row], "job", LATER)
            for name, row in [*fact_rows(settled), (tables.FEED_POLL.name, rows.poll(1))]
        ]
        told = [
            list(finalize.process(("job", {"staged": staged, "tallies": []}), window, type("Pane", (), {"index": n})()))
            for n in (1, 0)
        ]
        assert told == [[commit_of("job", window, 1)], []]
        assert len(table(tmp_path, "fact_entry")) == len(table(tmp_path, "fact_run")) == 1

    def test_one_that_fires_twice_is_two_commits_and_the_same_firing_again_none(self, tmp_path: Path) -> None:
        self.write(tmp_path, [rows.read(name) for name in "ab"])
        store = LocalStore(str(tmp_path))
        window = IntervalWindow(rows.NOW, LATER)
        names = {commit_of("job", window, firing) for firing in (0, 1, 2)}
        assert len(names) == 3
        finalize = _Finalize(str(tmp_path), run_info("job", mode="stream"))
        firing = type("Pane", (), {"index": 1})()
        late = rows.read("late")
        (settled,) = settle_outcomes([late], None)
        staged = [
            stage_rows(store, "_staging/job-late/1", name, [row], "job", LATER)
            for name, row in [*fact_rows(settled), (tables.FEED_POLL.name, rows.poll(1)._replace(poll_id="late"))]
        ]
        parts = {"staged": staged, "tallies": []}
        for _ in range(2):
            (commit_id,) = finalize.process(("job", parts), window, firing)
        third = type("Pane", (), {"index": 2})()
        assert list(finalize.process(("job", parts), window, third)) == []  # nothing new
        assert commit_id == commit_of("job", window, 1)
        found = [row for row in table(tmp_path, "fact_entry") if row["entry_id"] == late.entry.entry_id]
        assert [row["run_id"] for row in found] == [commit_id]
        assert len(table(tmp_path, "fact_run")) == 3


def _only(pair: tuple[str, Any], name: str) -> list[Any]:
    return [pair[1]] if pair[0] == name else []


def write_events(output: Path, pipeline: beam.Pipeline) -> None:
    """Rows of two windows, out of order and late: a, c, d and e of the first one, b of the second."""
    LocalStore(str(output)).prepare()
    events = test_stream.TestStream(coder=PickleCoder()).advance_watermark_to(rows.NOW)

    def add(second: int, **what: Any) -> None:
        events.add_elements([TimestampedValue(pair, rows.NOW + Duration(seconds=second)) for pair in what.items()])

    def poll(name: str, entries: int) -> Any:
        return rows.poll(entries)._replace(poll_id=name)

    add(70, outcomes=rows.read("b"), polls=poll("2", 1))
    add(0, outcomes=rows.read("a"), polls=poll("1", 1))
    events.advance_watermark_to(rows.NOW + Duration(seconds=65))
    add(5, polls=poll("3", 2))
    add(5, outcomes=rows.read("c"))
    add(5, outcomes=rows.read("d"))
    events.advance_watermark_to(rows.NOW + Duration(seconds=200))
    add(6, outcomes=rows.read("e"))
    add(6, polls=poll("4", 1))
    events.advance_watermark_to_infinity()
    told = pipeline | events
    names = ("outcomes", "polls", "rejects", "tallies")
    parts = {
        name: told | "Only_" + name >> beam.FlatMap(_only, name) | "Window_" + name >> by_time(60) for name in names
    }
    parts["outcomes"] = (parts["outcomes"],)
    _ = parts | WriteTables(str(output), run_info("job", mode="stream"))


def test_a_window_ends_when_the_first_is_to() -> None:
    windows = by_time(60, first_end=1_795_524_035).windowing.windowfn
    for at, end in ((1_795_524_034, 35), (1_795_524_035, 95), (1_795_523_970, -25)):
        (window,) = windows.assign(WindowFn.AssignContext(Timestamp(at)))
        assert window.end == Timestamp(1_795_524_000 + end)


def test_late_rows_are_commits_more(tmp_path: Path) -> None:
    """On the one runner of this process that takes a TestStream; it fires a late window for each row that comes."""
    options = PipelineOptions([])
    options.view_as(StandardOptions).streaming = True
    with beam.Pipeline(runner=BundleBasedDirectRunner(), options=options) as pipeline:
        write_events(tmp_path, pipeline)
    assert sorted(row["guid"] for row in table(tmp_path, "fact_entry")) == ["a", "b", "c", "d", "e"]
    assert sorted(row["poll_id"] for row in table(tmp_path, "fact_feed_poll")) == ["1", "2", "3", "4"]
    assert len(table(tmp_path, "fact_article")) == 5
    assert {run["window_end"] for run in table(tmp_path, "fact_run")} == {
        (rows.NOW + Duration(seconds=end)).to_utc_datetime(has_tz=True) for end in (60, 120)
    }
    assert len(table(tmp_path, "fact_run")) >= 3


@pytest.mark.parametrize(
    ("min_poll", "window", "seconds"), [(600, 300, 5.0), (10, 60, 2.0), (2, 60, 1.0), (1, 60, 1.0), (600, 2, 2.0)]
)
def test_ticks_are_as_fine_as_polls_and_windows_need(min_poll: int, window: int, seconds: float) -> None:
    assert tick_seconds(min_poll, window) == seconds


@pytest.mark.parametrize("runner", ["direct", "spark"])
def test_a_runner_that_ends_is_refused(runner: str) -> None:
    args, flags = read_flags(["stream", "--runner", runner])
    with pytest.raises(UserError, match="--runner prism can") as caught:
        stream(args, flags)
    assert "\n" not in str(caught.value)


READ_BY_ARROW = """
import sys
import pipeline.__main__
assert pipeline.__main__.main(["stream", "--runner", "direct", "--experiments", "none"]) == 2
import pyarrow, pyarrow.dataset
pyarrow.dataset.dataset(sys.argv[1]).to_table()
print(pyarrow.system_memory_pool().max_memory() > 0, pyarrow.mimalloc_memory_pool().max_memory())
"""


@pytest.mark.skipif("mimalloc" not in pa.supported_memory_backends(), reason="this Arrow has malloc only")
def test_arrows_readers_allocate_with_malloc(tmp_path: Path) -> None:
    """In a process of its own: Arrow decides once, when something first imports it."""
    file = tmp_path / "numbers.parquet"
    pq.write_table(pa.table({"number": list(range(10_000))}), file)
    told = subprocess.run([sys.executable, "-c", READ_BY_ARROW, str(file)], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "0"]

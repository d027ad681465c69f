"""stream: memory merged, windows committed once each, a direct runner refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import FixedWindows, IntervalWindow, TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from pipeline.errors import UserError
from pipeline.options import read_flags
from pipeline.stream import stream
from schemas import tables
from schemas.rows import Feed, FeedState, Outcome
from tests import rows
from tests.test_write import run_info, table
from transforms._warehouse.store import LocalStore
from transforms.collect.seen import add_seen, is_new, merge_seen, pack_seen
from transforms.collect.watch import SHARDS, merge_memory, shard_of
from transforms.write import WriteTables
from transforms.write.settle import fact_rows, settle_outcomes
from transforms.write.transform import _Finalize, stage_rows
from transforms.write.windows import commit_of

LATER = rows.NOW + Duration(seconds=60)


class TestMemory:
    IDS = ("%016x" % 7, "%016x" % 3, "%016x" % 9)

    def test_seen_ids_are_merged(self) -> None:
        both = merge_seen(pack_seen(self.IDS[:2]), pack_seen(self.IDS[1:]))
        assert both == pack_seen(self.IDS) == add_seen(pack_seen(self.IDS[:1]), self.IDS[1:])
        assert not any(is_new(id_, both) for id_ in self.IDS)
        assert merge_seen(b"", both) == merge_seen(both, b"") == both

    def test_the_later_poll_and_the_entries_of_both(self) -> None:
        early, late = rows.poll(1), rows.poll(1)._replace(polled_at=LATER)
        one = FeedState(rows.feed(), early, pack_seen(self.IDS[:1]))
        other = FeedState(rows.feed(), late, pack_seen(self.IDS[1:]))
        merged = [FeedState(rows.feed(), late, pack_seen(self.IDS))]
        assert merge_memory([one], [other]) == merge_memory([other], [one]) == merged

    def test_a_feed_no_longer_listed_is_forgotten_and_a_new_one_known(self) -> None:
        new = FeedState(Feed("n", "https://new.example/feed"))
        assert merge_memory([FeedState(rows.feed(), rows.poll(1))], [new]) == [new]

    def test_feeds_of_a_site_share_a_shard(self) -> None:
        feeds = [Feed(str(n), "https://%s.news-site.com/feed/%d" % ("ab"[n % 2], n)) for n in range(20)]
        (shard,) = {shard_of(feed) for feed in feeds}
        assert 0 <= shard < SHARDS


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
        for _ in range(2):
            (commit_id,) = finalize.process(("job", {"staged": staged, "tallies": []}), window, firing)
        assert commit_id == commit_of("job", window, 1)
        found = [row for row in table(tmp_path, "fact_entry") if row["entry_id"] == late.entry.entry_id]
        assert [row["run_id"] for row in found] == [commit_id]
        assert len(table(tmp_path, "fact_run")) == 3


@pytest.mark.parametrize("runner", ["direct", "spark"])
def test_a_runner_that_ends_is_refused(runner: str) -> None:
    args, flags = read_flags(["stream", "--runner", runner])
    with pytest.raises(UserError, match="--runner prism can") as caught:
        stream(args, flags)
    assert "\n" not in str(caught.value)

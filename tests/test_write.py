"""write: settle, stage, balance, commit, publish, recover; at the end the whole sink on the runner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow.parquet as pq
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.utils.timestamp import Duration

from schemas import tables
from schemas.rows import FeedState, Outcome, Reject
from tests import rows
from transforms._warehouse import memory, parquet
from transforms._warehouse.store import LocalStore, OutputHeld, StoreError
from transforms.write import RunInfo, WriteTables
from transforms.write.balance import LedgerImbalance, LedgerRow, check_balance
from transforms.write.commit import recover
from transforms.write.settle import settle_outcomes


def run_info(commit_id: str = "20260301T120000Z-000001", **fields: Any) -> RunInfo:
    defaults: dict[str, Any] = {
        "commit_id": commit_id,
        "committed_at": rows.NOW,
        "mode": "batch",
        "runner": "direct",
        "code_version": "0",
        "beam_version": "0",
        "options_sha256": "0",
        "feeds": (rows.feed(),),
        "clock": lambda: rows.NOW,
    }
    return RunInfo(**{**defaults, **fields})


def write(output: Path, outcomes: list[Outcome], run: RunInfo, entries_new: int | None = None, repeat: int = 0) -> None:
    LocalStore(str(output)).prepare()
    fresh = sum(outcome.entry.attempt == 0 for outcome in outcomes)
    with beam.Pipeline(runner=FnApiRunner(bundle_repeat=repeat)) as p:
        parts = {
            "outcomes": (p | "O" >> beam.Create(outcomes),),
            "polls": p | "P" >> beam.Create([rows.poll(fresh if entries_new is None else entries_new)]),
            "rejects": p | "R" >> beam.Create([Reject("feeds", "dns", "f", rows.NOW, feed_id="f")]),
            "tallies": p | "T" >> beam.Create([("feeds", 1), ("taken_up", len(outcomes) - fresh)]),
        }
        _ = parts | WriteTables(str(output), run)


def table(output: Path, name: str) -> list[dict[str, Any]]:
    found = parquet.dataset(LocalStore(str(output)), tables.FACTS[name]).to_table()
    return sorted(found.to_pylist(), key=repr)


def visible(output: Path) -> list[str]:
    return sorted(
        str(p.relative_to(output)) for p in output.rglob("*.parquet") if not str(p.relative_to(output)).startswith("_")
    )


class TestSettle:
    def test_the_entry_first_seen_keeps_the_article(self) -> None:
        late = rows.read("a", first_seen_at=rows.NOW + Duration(seconds=5))
        early = rows.read("b", url="https://news.example/a")
        settled = list(settle_outcomes([late, early], None))
        assert [o.entry.disposition for o in settled] == ["non_deal", "duplicate_url"]
        assert settled[0].entry.entry_id == early.entry.entry_id
        assert settled[1].article is None
        assert settled[1].entry.article_id == early.entry.article_id

    def test_the_same_text_again_is_a_duplicate(self) -> None:
        outcome = rows.read("a")
        assert outcome.article is not None
        (again,) = settle_outcomes([outcome], (3, outcome.article.text_sha256))
        assert again.entry.disposition == "duplicate_url"
        assert again.article is None

    def test_another_text_is_a_new_version_and_gives_new_mentions(self) -> None:
        outcome = rows.read("a", with_deal=True)
        (first,) = settle_outcomes([outcome], None)
        (second,) = settle_outcomes([outcome], (1, "other"))
        assert first.article and first.article.article_version == 1
        assert second.article and second.article.article_version == 2
        assert second.deals[0].article_version == 2
        assert first.deals[0].mention_id != second.deals[0].mention_id

    def test_order_does_not_matter(self) -> None:
        outcomes = [rows.read(name, url="https://news.example/a") for name in "abc"]
        assert list(settle_outcomes(outcomes, None)) == list(settle_outcomes(outcomes[::-1], None))


class TestBalance:
    def test_balances(self) -> None:
        check_balance([LedgerRow("a", 0, "deal"), LedgerRow("b", 1, "deal")], 1, 1)

    @pytest.mark.parametrize(
        ("ledger", "new", "again"),
        [
            ([("a", 0, "deal")], 2, 0),
            ([("a", 0, "deal"), ("b", 0, "deal")], 1, 0),
            ([("a", 0, "deal")], 1, 1),
            ([("a", 0, None)], 1, 0),
            ([("a", 0, "deal"), ("a", 0, "deal")], 2, 0),
        ],
    )
    def test_does_not(self, ledger: list[tuple[str, int, str | None]], new: int, again: int) -> None:
        with pytest.raises(LedgerImbalance):
            check_balance([LedgerRow(*row) for row in ledger], new, again)


class TestParquet:
    def test_rows_come_back_as_they_went(self) -> None:
        outcome = rows.read("a", with_deal=True)
        (settled,) = settle_outcomes([outcome], None)
        data = parquet.to_arrow(tables.ARTICLE, [settled.article], "r", rows.NOW)
        assert parquet.to_rows(tables.ARTICLE, data) == [settled.article]

    def test_the_same_rows_in_another_order_give_the_same_bytes(self) -> None:
        entries = [rows.entry(name, disposition="deal") for name in "abcd"]
        one = parquet.to_bytes(parquet.to_arrow(tables.ENTRY, entries, "r", rows.NOW))
        two = parquet.to_bytes(parquet.to_arrow(tables.ENTRY, entries[::-1], "r", rows.NOW))
        assert one == two


class TestStore:
    def test_put_if_absent_is_the_first_ones(self, tmp_path: Path) -> None:
        store = LocalStore(str(tmp_path))
        store.prepare()
        assert store.put_if_absent("_commits/a.json", b"1", "_staging/a")
        assert not store.put_if_absent("_commits/a.json", b"2", "_staging/a")
        assert store.read("_commits/a.json") == b"1"

    def test_replace_leaves_equal_bytes_alone(self, tmp_path: Path) -> None:
        store = LocalStore(str(tmp_path))
        store.prepare()
        assert store.replace("dim/dim.parquet", b"1")
        before = store.path("dim/dim.parquet").stat().st_mtime_ns
        assert not store.replace("dim/dim.parquet", b"1")
        assert store.path("dim/dim.parquet").stat().st_mtime_ns == before
        assert store.replace("dim/dim.parquet", b"2")

    def test_one_holds_the_output(self, tmp_path: Path) -> None:
        store = LocalStore(str(tmp_path))
        store.prepare()
        with store.lock(), pytest.raises(OutputHeld, match="another run"), LocalStore(str(tmp_path)).lock():
            pass
        with LocalStore(str(tmp_path)).lock():
            pass

    def test_an_output_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="cannot write"):
            LocalStore(str(tmp_path / "file")).prepare()


class TestMemory:
    def test_last_polls_seen_ids_and_due_entries(self, tmp_path: Path) -> None:
        deferred = rows.entry("b", disposition="deferred", next_attempt_at=rows.NOW)
        write(tmp_path, [rows.read("a"), Outcome(deferred)], run_info())
        store = LocalStore(str(tmp_path))
        (state,) = memory.feed_states(store, [rows.feed()])
        assert state.poll == rows.poll(2)
        ids = sorted([rows.entry("a").entry_id, rows.entry("b").entry_id])
        assert state.seen == b"".join(bytes.fromhex(id_) for id_ in ids)
        assert memory.due_entries(store, rows.NOW - Duration(seconds=1)) == []
        (due,) = memory.due_entries(store, rows.NOW)
        assert due == rows.entry("b", attempt=1)
        known = memory.known_ids(store, tables.ENTRY, "entry_id")
        assert all(id_ in known for id_ in ids)
        assert "0123456789abcdef" not in known

    def test_a_feed_listed_later_has_no_memory_and_does_no_harm(self, tmp_path: Path) -> None:
        write(tmp_path, [rows.read("a")], run_info())
        new = rows.feed("https://other.example/feed")
        assert list(memory.feed_states(LocalStore(str(tmp_path)), [new])) == [FeedState(new)]
        first, second = memory.feed_states(LocalStore(str(tmp_path)), [new, rows.feed()])
        assert first.poll is None
        assert second.poll is not None

    def test_a_settled_entry_is_not_due_again(self, tmp_path: Path) -> None:
        deferred = rows.entry("b", disposition="deferred", next_attempt_at=rows.NOW)
        write(tmp_path, [Outcome(deferred)], run_info())
        write(tmp_path, [rows.read("b", attempt=1)], run_info("20260301T130000Z-000002"))
        assert memory.due_entries(LocalStore(str(tmp_path)), None) == []


class TestSink:
    def test_everything_of_a_commit_is_there(self, tmp_path: Path) -> None:
        write(tmp_path, [rows.read("a", with_deal=True), rows.read("b")], run_info())
        assert [len(table(tmp_path, name)) for name in tables.FACTS] == [1, 2, 2, 1, 1, 1, 1]
        (run,) = table(tmp_path, "fact_run")
        assert (run["articles"], run["deal_mentions"], run["entries_new"], run["rejects"]) == (2, 1, 2, 1)
        assert not list((tmp_path / "_staging").rglob("*.parquet"))
        assert pq.read_table(tmp_path / "dim_company/dim_company.parquet").num_rows == 1

    def test_bundles_executed_again_change_nothing(self, tmp_path: Path) -> None:
        outcomes = [rows.read(name, with_deal=name < "d") for name in "abcdef"]
        write(tmp_path / "once", outcomes, run_info())
        write(tmp_path / "thrice", outcomes, run_info(), repeat=3)
        for name in tables.FACTS:
            assert table(tmp_path / "once", name) == table(tmp_path / "thrice", name)

    def test_one_commit_id_executed_twice_gives_the_rows_of_one_attempt(self, tmp_path: Path) -> None:
        write(tmp_path, [rows.read("a", with_deal=True), rows.read("b")], run_info())
        before = {name: table(tmp_path, name) for name in tables.FACTS}
        later = rows.NOW + Duration(seconds=3_600)
        other = [rows.read("a", text="Gamma sold Delta.", with_deal=True, first_seen_at=later), rows.read("c")]
        write(tmp_path, other, run_info(committed_at=later))
        assert {name: table(tmp_path, name) for name in tables.FACTS} == before

    def test_a_ledger_that_does_not_balance_is_not_committed(self, tmp_path: Path) -> None:
        with pytest.raises(Exception, match="does not balance"):
            write(tmp_path, [rows.read("a")], run_info(), entries_new=2)
        assert visible(tmp_path) == []
        assert not list((tmp_path / "_commits").iterdir())


KILLED = """
import sys, os, signal
from pathlib import Path
from transforms.write import commit
step, count = sys.argv[2], int(sys.argv[3])
seen = 0
def reached(name):
    global seen
    seen += name == step
    if seen == count:
        os.kill(os.getpid(), signal.SIGKILL)
commit.reached = reached
from tests import rows, test_write
test_write.write(Path(sys.argv[1]), [rows.read("a", with_deal=True), rows.read("b")], test_write.run_info())
"""


class TestKilled:
    @pytest.mark.parametrize(
        ("step", "count", "is_committed"),
        [("before commit", 1, False), ("committed", 1, True), ("published a file", 3, True)],
    )
    def test_a_clean_run_after_a_kill_leaves_what_an_undisturbed_one_does(
        self, tmp_path: Path, step: str, count: int, is_committed: bool
    ) -> None:
        output, whole = tmp_path / "killed", tmp_path / "whole"
        command = [sys.executable, "-c", KILLED, str(output), step, str(count)]
        root = Path(__file__).parent.parent
        done = subprocess.run(command, cwd=root, capture_output=True, env={**os.environ, "PYTHONPATH": str(root)})
        assert done.returncode == -9, done.stderr.decode()
        store = LocalStore(str(output))
        assert bool(list((output / "_commits").iterdir())) == is_committed
        assert bool(visible(output)) == (step == "published a file")
        assert recover(store) == (["20260301T120000Z-000001"] if is_committed else [])
        outcomes = [rows.read("a", with_deal=True), rows.read("b")]
        if not is_committed:
            assert visible(output) == []
            write(output, outcomes, run_info())
        write(whole, outcomes, run_info())
        for name in tables.FACTS:
            assert table(output, name) == table(whole, name)
        assert not list((output / "_staging").rglob("*.parquet")) if (output / "_staging").exists() else True

"""The run's counts, read back from the staged files themselves, and the check that they balance."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from schemas import tables
from transforms._warehouse import parquet
from transforms._warehouse.store import LocalStore
from transforms.write.commit import Staged

GOOD_OUTCOMES = ("ok", "not_modified", "same_body", "empty")


class LedgerImbalance(Exception):
    """An entry was lost or doubled on the way: the commit is not made."""


def count_staged(store: LocalStore, staged: Sequence[Staged], tallies: Mapping[str, int]) -> dict[str, int]:
    """The counts of fact_run.

    tallies: what the graph itself knows: ``feeds`` listed, deferred entries ``taken_up``.

    Raises:
        LedgerImbalance: the ledger does not hold each new or taken-up entry exactly once.
    """

    def read(table: tables.Table, columns: Sequence[str]) -> pa.Table:
        parts = [parquet.read_file(store, s.name, columns) for s in staged if s.table == table.name]
        return pa.concat_tables(parts) if parts else table.schema.empty_table().select(columns)

    polls = read(tables.FEED_POLL, ["outcome", "bytes", "entries_seen", "entries_new"])
    entries = read(tables.ENTRY, ["entry_id", "attempt", "disposition"])
    articles = read(tables.ARTICLE, ["is_deal_story"])
    rows = {table.name: sum(s.rows for s in staged if s.table == table.name) for table in tables.FACTS.values()}
    good = pc.sum(pc.is_in(polls["outcome"], pa.array(GOOD_OUTCOMES))).as_py() or 0
    counts = {
        "feeds": tallies.get("feeds", 0),
        "feeds_not_due": tallies.get("feeds", 0) - polls.num_rows,
        "polls_ok": good,
        "polls_failed": polls.num_rows - good,
        "entries_seen": pc.sum(polls["entries_seen"]).as_py() or 0,
        "entries_new": pc.sum(polls["entries_new"]).as_py() or 0,
        "entries_deferred": pc.sum(pc.equal(entries["disposition"], "deferred")).as_py() or 0,
        "articles": rows[tables.ARTICLE.name],
        "deal_stories": pc.sum(articles["is_deal_story"]).as_py() or 0,
        "deal_mentions": rows[tables.DEAL_MENTION.name],
        "rejects": rows[tables.REJECT.name],
        "bytes_downloaded": pc.sum(polls["bytes"]).as_py() or 0,
    }
    check_balance(entries, counts["entries_new"], tallies.get("taken_up", 0))
    return counts


def check_balance(entries: pa.Table, entries_new: int, taken_up: int) -> None:
    """Checks the ledger's rows (entry_id, attempt, disposition) against what the polls and the take-up counted."""
    fresh = pc.sum(pc.equal(entries["attempt"], 0)).as_py() or 0
    again = entries.num_rows - fresh
    if (fresh, again) != (entries_new, taken_up):
        raise LedgerImbalance(
            "the ledger does not balance, nothing was committed: %d new entries and %d taken up again, "
            "but %d and %d in the ledger" % (entries_new, taken_up, fresh, again)
        )
    if entries["disposition"].null_count:
        raise LedgerImbalance("%d entries were left without a disposition" % entries["disposition"].null_count)
    doubled = _doubled(zip(entries["entry_id"].to_pylist(), entries["attempt"].to_pylist()))
    if doubled:
        raise LedgerImbalance("the ledger holds an entry twice, nothing was committed: %s" % ", ".join(doubled[:3]))


def _doubled(keys: Iterable[tuple[str, int]]) -> list[str]:
    return [entry_id for (entry_id, _), n in collections.Counter(keys).items() if n > 1]

"""The run's counts, read back from the staged files themselves, and the check that they balance."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from schemas import tables
from transforms._warehouse import parquet
from transforms._warehouse.store import Store
from transforms.write.commit import Staged

GOOD_OUTCOMES = ("ok", "not_modified", "same_body", "empty")


class LedgerRow(NamedTuple):
    """What the balance needs of a row of fact_entry."""

    entry_id: str
    attempt: int
    disposition: str | None


class LedgerImbalance(Exception):
    """An entry was lost or doubled on the way: the commit is not made."""


def count_staged(store: Store, staged: Sequence[Staged], tallies: Mapping[str, int]) -> dict[str, int]:
    """The counts of fact_run.

    tallies: what the graph itself knows: ``feeds`` listed, deferred entries ``taken_up``.

    Raises:
        LedgerImbalance: the ledger does not hold each new or taken-up entry exactly once.
    """

    def read(table: tables.Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        files = [file.name for file in staged if file.table == table.name]
        return [row for name in files for row in parquet.read_columns(store, name, columns)]

    polls = read(tables.FEED_POLL, ["outcome", "bytes", "entries_seen", "entries_new"])
    ledger = [LedgerRow(*row) for row in read(tables.ENTRY, LedgerRow._fields)]
    deal_stories = read(tables.ARTICLE, ["is_deal_story"])
    rows = {name: sum(file.rows for file in staged if file.table == name) for name in tables.FACTS}
    good = sum(outcome in GOOD_OUTCOMES for outcome, *_ in polls)
    counts = {
        "feeds": tallies.get("feeds", 0),
        "feeds_not_due": max(0, tallies.get("feeds", 0) - len(polls)),  # a window may poll a feed twice
        "polls_ok": good,
        "polls_failed": len(polls) - good,
        "entries_seen": sum(seen for _, _, seen, _ in polls),
        "entries_new": sum(new for _, _, _, new in polls),
        "entries_deferred": sum(row.disposition == "deferred" for row in ledger),
        "articles": rows[tables.ARTICLE.name],
        "deal_stories": sum(bool(is_deal_story) for (is_deal_story,) in deal_stories),
        "deal_mentions": rows[tables.DEAL_MENTION.name],
        "rejects": rows[tables.REJECT.name],
        "bytes_downloaded": sum(size or 0 for _, size, _, _ in polls),
    }
    check_balance(ledger, counts["entries_new"], tallies.get("taken_up", 0))
    return counts


def check_balance(ledger: Sequence[LedgerRow], entries_new: int, taken_up: int) -> None:
    """Checks the ledger's rows against what the polls and the take-up counted.

    Raises:
        LedgerImbalance: it holds more or fewer entries, one twice, or one without a disposition.
    """
    fresh = sum(row.attempt == 0 for row in ledger)
    again = len(ledger) - fresh
    if (fresh, again) != (entries_new, taken_up):
        raise LedgerImbalance(
            "the ledger does not balance, nothing was committed: %d new entries and %d taken up again, "
            "but %d and %d in the ledger" % (entries_new, taken_up, fresh, again)
        )
    if any(row.disposition is None for row in ledger):
        raise LedgerImbalance("an entry was left without a disposition, nothing was committed")
    doubled = [key for key, n in collections.Counter((row.entry_id, row.attempt) for row in ledger).items() if n > 1]
    if doubled:
        raise LedgerImbalance("the ledger holds an entry twice, nothing was committed: %s" % doubled[0][0])

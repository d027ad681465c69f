"""What the warehouse remembers: the last poll of each feed, ids seen, entries that are due again, article versions."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.utils.timestamp import Timestamp

from schemas import tables
from schemas.rows import Entry, Feed, FeedState, Poll
from schemas.tables import Table
from transforms._warehouse import parquet
from transforms._warehouse.store import Store

Ids = npt.NDArray[np.uint64]


def _hex_to_numbers(ids: pa.ChunkedArray) -> Ids:
    """Ids of 16 hex digits as 64-bit numbers, nulls left out: 8 bytes each instead of 60."""
    text = "".join(ids.drop_null().to_pylist())
    return np.frombuffer(bytes.fromhex(text), dtype=">u8").astype(np.uint64)


class KnownIds:
    """A sorted set of ids; 8 bytes an id, so that a warehouse of ten million entries costs 80 MB."""

    def __init__(self, numbers: Ids) -> None:
        self._numbers = np.unique(numbers)

    def add(self, numbers: Ids) -> None:
        """Adds ids."""
        fresh = np.unique(numbers)
        self._numbers = np.insert(self._numbers, np.searchsorted(self._numbers, fresh), fresh)

    def __contains__(self, id_: str) -> bool:
        number = np.uint64(int(id_, 16))
        at = int(np.searchsorted(self._numbers, number))
        return at < len(self._numbers) and bool(self._numbers[at] == number)


def known_ids(store: Store, table: Table, column: str) -> KnownIds:
    """All ids that a column of a table holds."""
    parts = [
        _hex_to_numbers(pa.chunked_array([batch.column(0)], pa.string()))
        for batch in parquet.dataset(store, table).to_batches(columns=[column])
    ]
    return KnownIds(np.concatenate(parts) if parts else np.empty(0, np.uint64))


class LedgerIds:
    """The ids that a column of the ledger (fact_entry) holds, read on: ``refresh`` reads the files that came since.

    Starts empty; 8 bytes an id.
    """

    def __init__(self, store: Store, column: str) -> None:
        self._store = store
        self._column = column
        self._known = KnownIds(np.empty(0, np.uint64))
        self._read: set[str] = set()

    def __contains__(self, id_: str) -> bool:
        return id_ in self._known

    def refresh(self) -> None:
        """Reads what has become visible since the last time."""
        new = [name for name in self._store.files(tables.ENTRY.name, ".parquet") if name not in self._read]
        if new:
            data = parquet.files_dataset(self._store, tables.ENTRY, new).to_table(columns=[self._column])
            self._known.add(_hex_to_numbers(data.column(0)))
            self._read.update(new)


def feed_states(store: Store, feeds: Sequence[Feed]) -> Iterator[FeedState]:
    """Each feed with its last poll and the ids of the entries it has brought."""
    polls = last_polls(store, {feed.feed_id for feed in feeds})
    seen = _seen_by_feed(store, {feed.feed_id for feed in feeds})
    for feed in feeds:
        yield FeedState(feed, polls.get(feed.feed_id), seen.get(feed.feed_id, b""))


def last_polls(store: Store, feed_ids: Iterable[str] | None = None) -> dict[str, Poll]:
    """The last poll of each of the feeds (of all feeds without feed_ids), newest partitions first."""
    missing = None if feed_ids is None else set(feed_ids)
    found: dict[str, Poll] = {}
    for day in reversed(store.folders(tables.FEED_POLL.name)):
        if missing is not None and not missing:
            break
        wanted = None if missing is None else parquet.is_in("feed_id", missing)
        data = parquet.dataset(store, tables.FEED_POLL, [day]).to_table(filter=wanted).sort_by("polled_at")
        newest = {feed_id: row for row, feed_id in enumerate(data.column("feed_id").to_pylist())}
        for poll in parquet.to_rows(tables.FEED_POLL, data.take(pa.array(newest.values(), pa.int64()))):
            found.setdefault(poll.feed_id, poll)
        if missing is not None:
            missing -= newest.keys()
    return found


def _seen_by_feed(store: Store, feed_ids: set[str]) -> dict[str, bytes]:
    """The entry ids of each feed: 8 bytes each, sorted, joined (FeedState.seen)."""
    parts: dict[str, list[Ids]] = {}
    scan = parquet.dataset(store, tables.ENTRY).to_batches(
        columns=["feed_id", "entry_id"], filter=parquet.is_in("feed_id", feed_ids) & (pc.field("attempt") == 0)
    )
    for batch in scan:
        feeds = batch.column(0).dictionary_encode()
        codes = feeds.indices.to_numpy(zero_copy_only=False)
        numbers = _hex_to_numbers(pa.chunked_array([batch.column(1)]))
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(feeds.dictionary) + 1))
        for code, feed_id in enumerate(feeds.dictionary.to_pylist()):
            parts.setdefault(feed_id, []).append(numbers[order[bounds[code] : bounds[code + 1]]])
    return {feed_id: np.unique(np.concatenate(p)).astype(">u8").tobytes() for feed_id, p in parts.items()}


def due_entries(store: Store, now: Timestamp | None) -> list[Entry]:
    """Deferred entries whose next attempt is due by now (all, without now), with the number of the attempt to come."""
    ledger = parquet.dataset(store, tables.ENTRY)
    is_due = pc.field("disposition") == "deferred"
    if now is not None:
        is_due &= pc.field("next_attempt_at") <= pa.scalar(now.to_utc_datetime(has_tz=True), tables.INSTANT)
    due = ledger.to_table(filter=is_due)
    if not due.num_rows:
        return []
    later = ledger.to_table(
        columns=["entry_id", "attempt"],
        filter=parquet.is_in("entry_id", set(due.column("entry_id").to_pylist())) & (pc.field("attempt") > 0),
    )
    last: dict[str, int] = {}
    for entry_id, attempt in zip(later.column(0).to_pylist(), later.column(1).to_pylist()):
        last[entry_id] = max(attempt, last.get(entry_id, 0))
    rows = typing.cast(list[Entry], parquet.to_rows(tables.ENTRY, due))
    return [
        entry._replace(attempt=entry.attempt + 1, disposition=None, detail=None, next_attempt_at=None)
        for entry in rows
        if entry.attempt == last.get(entry.entry_id, 0)
    ]


def article_versions(store: Store, article_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The newest version of each of the articles that the warehouse has, with the hash of its text."""
    found = parquet.dataset(store, tables.ARTICLE).to_table(
        columns=["article_id", "article_version", "text_sha256"], filter=parquet.is_in("article_id", article_ids)
    )
    newest: dict[str, tuple[int, str]] = {}
    for row in found.to_pylist():
        version = (row["article_version"], row["text_sha256"])
        newest[row["article_id"]] = max(version, newest.get(row["article_id"], (0, "")))
    return newest

"""Entries → new entries: one entry an address, within the commit and against the warehouse."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas import tables
from schemas.ids import make_id
from schemas.rows import Entry, Outcome
from transforms._counts import count
from transforms._urls import BadUrl, clean_url
from transforms._warehouse.memory import KnownIds, known_ids
from transforms._warehouse.store import open_store

DAY_SECONDS = 86_400


def identify_entry(entry: Entry) -> Entry:
    """Returns the entry with its url_id: the hash of the cleaned address, None where it has none that can be read."""
    if entry.url is None:
        return entry
    try:
        return entry._replace(url_id=make_id(clean_url(entry.url)))
    except BadUrl:
        return entry


def choose_winner(entries: Iterable[Entry]) -> tuple[Entry, list[Entry]]:
    """Of entries with one address, the one that goes on (first seen, then by id) and the others."""
    first, *others = sorted(entries, key=lambda e: (e.first_seen_at or Timestamp(0), e.feed_id, e.entry_id))
    return first, others


def settle_early(entry: Entry, known: KnownIds, max_age_days: float) -> Entry | None:
    """Returns the entry with its disposition where no page need be fetched, None where it goes on."""
    if entry.url_id is None:
        return entry._replace(disposition="headline_only", detail="no address that can be fetched")
    if entry.url_id in known:
        return entry._replace(disposition="duplicate_url", detail="an earlier run has the address")
    if entry.published_at is not None and entry.first_seen_at is not None:
        age: Duration = entry.first_seen_at - entry.published_at
        if age > Duration(seconds=int(max_age_days * DAY_SECONDS)):
            return entry._replace(disposition="too_old", detail="published over %g days before" % max_age_days)
    return None


class _DropSeen(beam.DoFn):
    """(url_id, entries) → the entry that goes on; the others as ``settled`` Outcomes."""

    def __init__(self, output: str, max_age_days: float) -> None:
        self._output = output
        self._max_age_days = max_age_days

    def start_bundle(self) -> None:
        self._known: KnownIds | None = None

    def process(self, element: tuple[str, Iterable[Entry]]) -> Iterator[Entry | TaggedOutput[Any, Any]]:
        entries = list(element[1])
        if not entries:  # the closing pane of a window whose entries went on before
            return
        if self._known is None:
            self._known = known_ids(open_store(self._output), tables.ENTRY, "url_id")
        winner, others = choose_winner(entries)
        for entry in others:
            settled = entry._replace(disposition="duplicate_url", detail="entry %s has the address" % winner.entry_id)
            yield TaggedOutput("settled", Outcome(settled))
        early = settle_early(winner, self._known, self._max_age_days)
        if early is None:
            count("entries_to_fetch")
            yield winner
        else:
            yield TaggedOutput("settled", Outcome(early))


class Deduped(typing.NamedTuple):
    """fresh: entries to fetch; settled: Outcomes of those that go no further."""

    fresh: PCollection[Entry]
    settled: PCollection[Outcome]


@dataclass(eq=False)
class DropSeenEntries(beam.PTransform["PCollection[Entry]", "Deduped"]):
    """Lets each address through once.

    In: new entries. Out: ``Deduped``: those to fetch, and the Outcomes of duplicates, of entries published over
    max_age_days before they were seen, and of those without an address. Args: output: the warehouse; max_age_days.
    """

    output: str
    max_age_days: float = 7.0

    def expand(self, entries: PCollection[Entry]) -> Deduped:
        done = (
            entries
            | "ByAddress" >> beam.Map(_keyed_by_address).with_output_types(typing.Tuple[str, Entry])  # noqa: UP006
            | "Group" >> beam.GroupByKey()
            | "DropSeen" >> beam.ParDo(_DropSeen(self.output, self.max_age_days)).with_outputs("settled", main="fresh")
        )
        return Deduped(done.fresh, done.settled)


class Limited(typing.NamedTuple):
    """chosen: entries to fetch; settled: Outcomes of new ones held back; tallies: due ones left, as less taken up."""

    chosen: PCollection[Entry]
    settled: PCollection[Outcome]
    tallies: PCollection[tuple[str, int]]


@dataclass(eq=False)
class LimitEntries(beam.PTransform["PCollection[Entry]", "Limited"]):
    """Lets the newest entries through, up to a limit, which holds for new and due ones together.

    In: entries to fetch. Out: ``Limited``. A new entry over the limit is deferred; one that was due stays as the
    ledger has it, and is due again. Args: limit: entries to fetch.
    """

    limit: int

    def expand(self, entries: PCollection[Entry]) -> Limited:
        done = (
            entries
            | "AllTogether" >> beam.Map(lambda entry: (None, entry)).with_output_types(typing.Tuple[None, Entry])  # noqa: UP006
            | "Group" >> beam.GroupByKey()
            | "Hold" >> beam.FlatMap(_hold_back, self.limit).with_outputs("settled", "tallies", main="chosen")
        )
        return Limited(done.chosen, done.settled, done.tallies)


def _keyed_by_address(entry: Entry) -> tuple[str, Entry]:
    identified = identify_entry(entry)
    return identified.url_id or "entry:" + entry.entry_id, identified


def _hold_back(element: tuple[None, Iterable[Entry]], limit: int) -> Iterator[Entry | TaggedOutput[Any, Any]]:
    newest_first = sorted(
        element[1], key=lambda e: (-(e.published_at or e.first_seen_at or Timestamp(0)).micros, e.entry_id)
    )
    yield from newest_first[:limit]
    for entry in newest_first[limit:]:
        if entry.attempt > 0:
            yield TaggedOutput("tallies", ("taken_up", -1))
            continue
        later = entry._replace(
            disposition="deferred", detail="over --limit %d" % limit, next_attempt_at=entry.first_seen_at
        )
        yield TaggedOutput("settled", Outcome(later))

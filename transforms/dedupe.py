"""Entries → new entries: one entry an address, within the commit and against the warehouse."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas import tables
from schemas.ids import make_id
from schemas.rows import Entry, Outcome
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


class _DropSeen(beam.DoFn):  # type: ignore[misc]
    """(url_id, entries) → the entry that goes on; the others as ``settled`` Outcomes."""

    def __init__(self, output: str, max_age_days: float) -> None:
        self._output = output
        self._max_age_days = max_age_days

    def start_bundle(self) -> None:
        self._known: KnownIds | None = None

    def process(self, element: tuple[str, Iterable[Entry]]) -> Iterator[Entry | TaggedOutput]:
        if self._known is None:
            self._known = known_ids(open_store(self._output), tables.ENTRY, "url_id")
        winner, others = choose_winner(element[1])
        for entry in others:
            settled = entry._replace(disposition="duplicate_url", detail="entry %s has the address" % winner.entry_id)
            yield TaggedOutput("settled", Outcome(settled))
        early = settle_early(winner, self._known, self._max_age_days)
        yield winner if early is None else TaggedOutput("settled", Outcome(early))


class Deduped(typing.NamedTuple):
    """fresh: entries to fetch; settled: Outcomes of those that go no further."""

    fresh: PCollection[Entry]
    settled: PCollection[Outcome]


@dataclass(eq=False)
class DropSeenEntries(beam.PTransform):  # type: ignore[misc]
    """Lets each address through once.

    In: new entries. Out: ``Deduped``: those to fetch, and the Outcomes of duplicates, of entries published over
    max_age_days before they were seen, and of those without an address.
    Args: output: the warehouse; max_age_days.
    """

    output: str
    max_age_days: float = 7.0

    def expand(self, entries: PCollection[Entry]) -> Deduped:
        done = (
            entries
            | "Identify" >> beam.Map(identify_entry).with_output_types(Entry)
            | "ByAddress" >> beam.WithKeys(lambda entry: entry.url_id or "entry:" + entry.entry_id)
            | "Group" >> beam.GroupByKey()
            | "DropSeen" >> beam.ParDo(_DropSeen(self.output, self.max_age_days)).with_outputs("settled", main="fresh")
        )
        return Deduped(done.fresh, done.settled)

"""dedupe: one entry an address, too old, without an address, held back."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.utils.timestamp import Duration

from schemas.rows import Entry
from tests import rows
from transforms._warehouse.memory import KnownIds
from transforms.dedupe import DropSeenEntries, LimitEntries, choose_winner, identify_entry, settle_early

NOTHING = KnownIds(np.empty(0, np.uint64))
DAY = 86_400


def days_before(days: float) -> object:
    return rows.NOW - Duration(seconds=int(days * DAY))


def test_trackers_do_not_make_another_address() -> None:
    one = identify_entry(rows.entry("a", url="https://News.example/a?utm_source=x&id=7#top"))
    two = identify_entry(rows.entry("b", url="https://news.example/a?id=7"))
    assert one.url_id == two.url_id is not None


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "ftp://x/", "https://u:p@x.example/"])
def test_no_address_of_the_web_has_no_id(url: str | None) -> None:
    entry = identify_entry(rows.entry("a", url=url))
    assert entry.url_id is None
    settled = settle_early(entry, NOTHING, 7)
    assert settled is not None
    assert settled.disposition == "headline_only"


def test_the_first_seen_wins_then_the_smaller_id() -> None:
    late = rows.entry("a", first_seen_at=rows.NOW + Duration(seconds=1))
    first, second = sorted([rows.entry("b"), rows.entry("c")], key=lambda e: e.entry_id)
    winner, others = choose_winner([late, second, first])
    assert winner == first
    assert others == [second, late]


@pytest.mark.parametrize(("days", "disposition"), [(0, None), (6.9, None), (7.1, "too_old"), (-1, None)])
def test_old_entries_are_not_fetched(days: float, disposition: str | None) -> None:
    entry = identify_entry(rows.entry("a", published_at=days_before(days)))
    settled = settle_early(entry, NOTHING, 7)
    assert (settled.disposition if settled else None) == disposition


def test_an_entry_without_a_date_is_new() -> None:
    assert settle_early(identify_entry(rows.entry("a", published_at=None)), NOTHING, 7) is None


def test_an_address_that_the_warehouse_has_is_a_duplicate() -> None:
    entry = identify_entry(rows.entry("a"))
    known = KnownIds(np.array([int(entry.url_id or "", 16)], np.uint64))
    settled = settle_early(entry, known, 7)
    assert settled is not None
    assert settled.disposition == "duplicate_url"


def check_dispositions(entries: list[Entry], wanted: list[str | None], output: Path) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as p:
        done = p | beam.Create(entries) | DropSeenEntries(str(output))
        fresh = done.fresh | "F" >> beam.Map(lambda entry: (entry.entry_id, None))
        settled = done.settled | "S" >> beam.Map(lambda outcome: (outcome.entry.entry_id, outcome.entry.disposition))
        pairs = [(entry.entry_id, disposition) for entry, disposition in zip(entries, wanted)]
        assert_that((fresh, settled) | beam.Flatten(), equal_to(pairs))


def test_every_entry_leaves_once(tmp_path: Path) -> None:
    entries = [
        rows.entry("a"),
        rows.entry("b", url="https://news.example/a?utm_medium=rss", first_seen_at=rows.NOW + Duration(seconds=1)),
        rows.entry("c", published_at=days_before(30)),
        rows.entry("d", url=None),
    ]
    check_dispositions(entries, [None, "duplicate_url", "too_old", "headline_only"], tmp_path)


def test_a_limit_holds_the_older_ones_back_and_leaves_due_ones_in_the_ledger() -> None:
    entries = [
        rows.entry("a", published_at=days_before(3)),
        rows.entry("b", published_at=days_before(1)),
        rows.entry("c", published_at=days_before(2), attempt=1),
        rows.entry("d", published_at=days_before(4), attempt=2),
    ]
    with beam.Pipeline(runner=FnApiRunner()) as p:
        limited = p | beam.Create(entries) | LimitEntries(2)
        chosen = limited.chosen | "C" >> beam.Map(lambda entry: (entry.entry_id, None))
        held = limited.settled | "S" >> beam.Map(lambda outcome: (outcome.entry.entry_id, outcome.entry.disposition))
        wanted = [(entries[1].entry_id, None), (entries[2].entry_id, None), (entries[0].entry_id, "deferred")]
        assert_that((chosen, held) | beam.Flatten(), equal_to(wanted))
        assert_that(limited.tallies, equal_to([("taken_up", -1)]), "Tallies")

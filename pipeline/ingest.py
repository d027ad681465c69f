"""The whole graph, one statement a step: feeds → entries → articles → deals → fact tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas.rows import Entry
from transforms._engine import EngineSettings
from transforms.begin import BeginRun
from transforms.collect.transform import Collected, CollectEntries
from transforms.dedupe import DropSeenEntries, LimitEntries
from transforms.extract.transform import ExtractArticles
from transforms.tag.transform import TagDeals
from transforms.write import RunInfo, WriteTables


@dataclass(frozen=True)
class Plan:
    """What a run is to do. Units are in the names; the defaults are those of the command line.

    run: what the commit says of the run, its feeds among it; output: the warehouse; engine: how to fetch and parse;
    poll_all, retry_all: also feeds, and deferred entries, that are not due; limit: entries to fetch;
    lexicon_files: additions.
    """

    run: RunInfo
    output: str
    engine: EngineSettings
    poll_all: bool = False
    retry_all: bool = False
    min_poll_seconds: int = 600
    max_age_days: float = 7.0
    limit: int | None = None
    lexicon_files: Sequence[str] = ()


def ingest(pipeline: beam.Pipeline, plan: Plan) -> PCollection[str]:
    """Adds the whole graph to a pipeline; the result is the commit_id, once all its rows are visible."""
    begun = pipeline | "Begin" >> BeginRun(plan.run.feeds, plan.output, plan.retry_all, plan.engine.clock)
    collected = begun.states | "Collect" >> CollectEntries(plan.engine, plan.min_poll_seconds, plan.poll_all)
    return finish(plan, collected, begun.due, begun.tallies)


def finish(
    plan: Plan, collected: Collected, due: PCollection[Entry], tallies: PCollection[tuple[str, int]]
) -> PCollection[str]:
    """What batch and stream have in common: from new and deferred entries to visible rows."""
    deduped = collected.entries | "Dedupe" >> DropSeenEntries(plan.output, plan.max_age_days)
    entries, settled = (deduped.fresh, due) | "FreshAndDue" >> beam.Flatten(), deduped.settled
    if plan.limit is not None:
        limited = entries | "Limit" >> LimitEntries(plan.limit)
        entries, tallies = limited.chosen, (tallies, limited.tallies) | "Tallies" >> beam.Flatten()
        settled = (settled, limited.settled) | "Settled" >> beam.Flatten()
    articles = entries | "Extract" >> ExtractArticles(plan.engine, plan.min_poll_seconds)
    tagged = articles | "Tag" >> TagDeals(plan.engine, plan.lexicon_files)
    facts = {"outcomes": (tagged, settled), "polls": collected.polls, "rejects": collected.rejects, "tallies": tallies}
    return facts | "Write" >> WriteTables(plan.output, plan.run)

"""``run``: one bounded run on this machine, from the lock to the summary."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import importlib.resources
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions, PortableOptions, TestOptions
from apache_beam.utils.timestamp import Timestamp

from pipeline import VERSION
from pipeline.collector import settle_objects
from pipeline.dealtable import new_deals, print_deals
from pipeline.errors import EXIT_DONE, EXIT_HELD, EXIT_MANY_FEEDS_FAILED, UserError
from pipeline.execute import execute
from pipeline.ingest import Plan, ingest
from pipeline.metrics import read_metrics, summarise
from pipeline.progress import show_progress
from runners import RunnerError, Target, pick
from schemas.rows import Feed
from transforms._counts import progress
from transforms._engine import EngineSettings, close_engines
from transforms._http import FetchSettings
from transforms._warehouse.store import OutputHeld, Store, StoreError, open_store
from transforms.collect.feedlist import FeedListError, read_feeds
from transforms.tag.companies import company_rows
from transforms.tag.lexicon import LexiconError
from transforms.write.commit import commit_name, recover
from transforms.write.transform import RunInfo

JOB_SECONDS = 10 * 365 * 86_400
"""Beam gives a job up that runs longer than its --job_server_timeout, which is five minutes."""
MANY_FEEDS = 20
MANY_FEEDS_SHARE = 0.2
# What of the options changes the rows; the rest (where to, how often) does not name a run.
_HASHED = ("max_age_days", "limit", "site_delay_seconds", "min_poll_seconds", "poll_all", "site_budget", "lexicon")


def run(
    args: argparse.Namespace,
    beam_flags: Sequence[str],
    retry_all: bool | None = None,
    clock: Callable[[], Timestamp] = Timestamp.now,
) -> int:
    """Runs once; the arguments are those of make_plan. Returns the exit code."""
    feeds = listed_feeds(args.feeds)
    target, options = prepare_target(args.runner, beam_flags, args.output)
    plan = make_plan(args, feeds, retry_all, clock)
    if options.view_as(TestOptions).dry_run:
        execute(lambda pipeline: ingest(pipeline, plan), target, options, wait)
        print("translated for %s; nothing was run" % target.name)
        return EXIT_DONE
    store = open_output(args.output)
    try:
        with store.lock():
            for commit_id in recover(store):
                print("published what run %s had committed" % commit_id, file=sys.stderr)
            return _run_held(store, plan, target, options)
    except OutputHeld as error:
        raise UserError(str(error), EXIT_HELD) from None


def prepare_target(name: str, beam_flags: Sequence[str], output: str) -> tuple[Target, PipelineOptions]:
    """The engine of that name, found fit to run, and its options.

    Raises:
        UserError: there is none, or something is missing.
    """
    try:
        target = pick(name)
        options = target.prepare(beam_flags, output)
    except RunnerError as error:
        raise UserError(str(error)) from None
    portable = options.view_as(PortableOptions)
    portable.job_server_timeout = max(portable.job_server_timeout, JOB_SECONDS)
    return target, options


def listed_feeds(lists: Sequence[str] | None) -> list[Feed]:
    """The feeds of the lists, or of the one that ships.

    Raises:
        UserError: a list cannot be read.
    """
    shipped = importlib.resources.files("feeds") / "telecom-satellite.opml"
    try:
        return read_feeds(list(lists) if lists else [str(shipped)])
    except FeedListError as error:
        raise UserError(str(error)) from None


def make_plan(
    args: argparse.Namespace,
    feeds: Sequence[Feed],
    retry_all: bool | None = None,
    clock: Callable[[], Timestamp] = Timestamp.now,
) -> Plan:
    """The plan of a run that begins now.

    retry_all: deferred entries that are not due too; None: as --poll_all says. clock: the time; a recorded history is
    replayed by the clock of its day.
    """
    now = clock()
    try:
        companies = company_rows(args.lexicon)
    except LexiconError as error:
        raise UserError(str(error)) from None
    fetch = FetchSettings(
        contact=args.contact,
        site_delay_seconds=args.site_delay_seconds,
        allow_private_networks=tuple(args.allow_private_network),
        site_budget=args.site_budget,
    )
    hashed = json.dumps({name: getattr(args, name) for name in _HASHED}, sort_keys=True)
    info = RunInfo(
        commit_id="%s-%s" % (now.to_utc_datetime().strftime("%Y%m%dT%H%M%SZ"), secrets.token_hex(3)),
        committed_at=now,
        mode="batch",
        runner=pick(args.runner).name,
        code_version=VERSION,
        beam_version=beam.__version__,
        options_sha256=hashlib.sha256(hashed.encode()).hexdigest(),
        feeds=feeds,
        companies=companies,
        clock=clock,
    )
    return Plan(
        run=info,
        output=args.output,
        engine=EngineSettings(fetch, workers=args.workers or default_workers(), clock=clock),
        poll_all=args.poll_all,
        retry_all=args.poll_all if retry_all is None else retry_all,
        min_poll_seconds=args.min_poll_seconds,
        max_age_days=args.max_age_days,
        limit=args.limit,
        lexicon_files=tuple(args.lexicon),
    )


def default_workers() -> int:
    """One more than there are cores: while one waits for its next page, the others keep the cores busy."""
    return (os.cpu_count() or 2) + 1


def open_output(output: str) -> Store:
    """The store of the output, ready to be written.

    Raises:
        UserError: it cannot be.
    """
    try:
        store = open_store(output)
        store.prepare()
    except StoreError as error:
        raise UserError(str(error)) from None
    return store


def _run_held(store: Store, plan: Plan, target: Target, options: PipelineOptions) -> int:
    started = time.monotonic()
    plan = dataclasses.replace(plan, run=dataclasses.replace(plan.run, epoch=store.epoch()))

    def show(is_done: Callable[[float], bool]) -> None:
        show_progress(progress, len(plan.run.feeds), is_done)

    settle_objects()
    try:
        # The counts are this process's; of workers elsewhere it has none to show.
        show_or_wait = show if target.is_here(options) else wait
        result = execute(lambda pipeline: ingest(pipeline, plan), target, options, show_or_wait)
    finally:
        close_engines()
    if options.view_as(GoogleCloudOptions).template_location:
        print("written for %s as a template; the job is the launcher's to start" % target.name)
        return EXIT_DONE
    record = json.loads(store.read(commit_name(plan.run.commit_id)) or b"{}")
    counts: dict[str, int] = record["run"]
    _print_summary(counts, time.monotonic() - started, plan.output)
    told = summarise(read_metrics(result))
    if told:
        print(told)
    deals = new_deals(store, record["files"])
    if deals:
        print_deals(deals, "table")
    polled = counts["polls_ok"] + counts["polls_failed"]
    if counts["polls_failed"] >= MANY_FEEDS and counts["polls_failed"] > MANY_FEEDS_SHARE * polled:
        print("%d of %d feeds failed; see bentpipe feeds" % (counts["polls_failed"], polled), file=sys.stderr)
        return EXIT_MANY_FEEDS_FAILED
    return EXIT_DONE


def wait(is_done: Callable[[float], bool]) -> None:
    """Waits without showing anything."""
    while not is_done(1.0):
        pass


def _print_summary(counts: dict[str, Any], seconds: float, output: str) -> None:
    parts = [
        "%d feeds (%d polled, %d failed)"
        % (counts["feeds"], counts["polls_ok"] + counts["polls_failed"], counts["polls_failed"]),
        "%d new entries" % counts["entries_new"],
        "%d articles" % counts["articles"],
        "%d deals in %d of them" % (counts["deal_mentions"], counts["deal_stories"]),
        "%d deferred" % counts["entries_deferred"],
        "%d rejects" % counts["rejects"],
        "%.1f s" % seconds,
    ]
    print("%s: %s" % (output, " · ".join(parts)))

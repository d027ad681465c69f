"""``stream``: the same graph as a pipeline that never ends; each window of polls is one commit."""

from __future__ import annotations

import argparse
import dataclasses
import gc
import sys
from collections.abc import Callable, Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import StandardOptions, TestOptions
from apache_beam.pvalue import PCollection
from apache_beam.transforms.trigger import AccumulationMode
from apache_beam.transforms.window import FixedWindows
from apache_beam.utils.timestamp import Duration, Timestamp

from pipeline.errors import EXIT_DONE, EXIT_HELD, UserError
from pipeline.execute import execute
from pipeline.ingest import Plan, finish
from pipeline.run import listed_feeds, make_plan, open_output, prepare_target, wait
from runners import RunnerError, pick
from transforms._ended import TellEnd
from transforms._engine import close_engines
from transforms._warehouse.store import OutputHeld
from transforms.collect.transform import Collected
from transforms.collect.watch import WatchFeeds
from transforms.takeup import TakeUpDeferred
from transforms.tick import Tick
from transforms.write.commit import recover

LEAST_TICK_SECONDS, MAX_TICK_SECONDS = 1.0, 5.0
"""How often due feeds are looked for; a feed waits this long at most beyond its interval, and its answer once more."""
TICKS_A_POLL = 5
"""So many in the least interval of a feed, within those bounds."""
BUDGET_SECONDS = 3_600.0
"""A stream has no end, so a site's budget of requests is an hour's."""
ITEM_SECONDS = 30.0
"""A page that is not read by then is deferred: it must not hold its window's commit back."""
FIRST_SECONDS = 20
"""The first window ends so long after the start, in which an engine starts and feeds are polled: what a kill undid is
visible again then, and not up to a whole window later."""
LATENESS_SECONDS = 3_600
"""What a tick hands on has its time, so nothing is late unless an engine makes it so; then it is a commit more."""


def watch(pipeline: beam.Pipeline, plan: Plan, window_seconds: int) -> PCollection[str]:
    """Adds the whole graph to an unbounded pipeline; the result is the commit_ids, once their rows are visible."""
    seconds = tick_seconds(plan.min_poll_seconds, window_seconds)
    ticks = pipeline | "Tick" >> Tick(seconds)
    watched = ticks | "Watch" >> WatchFeeds(plan.engine, plan.run.feeds, plan.output, plan.min_poll_seconds)
    taken = ticks | "TakeUp" >> TakeUpDeferred(plan.output, round(window_seconds / seconds), plan.engine.clock)
    parts = {**watched._asdict(), **taken._asdict()}
    first_end = Timestamp.now().seconds() + min(FIRST_SECONDS, window_seconds)
    windowed = {name: rows | "Window_" + name >> by_time(window_seconds, first_end) for name, rows in parts.items()}
    due, tallies = windowed.pop("due"), windowed.pop("tallies")
    return finish(plan, Collected(**windowed), due, tallies)


def tick_seconds(min_poll_seconds: float, window_seconds: float) -> float:
    """The time between two ticks."""
    least = max(LEAST_TICK_SECONDS, min_poll_seconds / TICKS_A_POLL)
    return min(MAX_TICK_SECONDS, least, float(window_seconds))


def by_time(window_seconds: int, first_end: int = 0) -> beam.WindowInto:
    """Windows of that length, of which one ends at first_end (Unix seconds); they take rows that are an hour late."""
    return beam.WindowInto(
        FixedWindows(window_seconds, offset=first_end),
        accumulation_mode=AccumulationMode.DISCARDING,
        allowed_lateness=Duration(seconds=LATENESS_SECONDS),
    )


def _collect_soon() -> None:
    """Has garbage collected soon; call it once all modules are loaded.

    What is loaded by now is no longer looked at for garbage, which Python collects in full only once the objects have
    grown by a quarter: Beam drops its bundle processors, some megabytes in cycles, after each minute without work.
    """
    gc.collect()
    gc.freeze()


def stream(args: argparse.Namespace, beam_flags: Sequence[str], clock: Callable[[], Timestamp] = Timestamp.now) -> int:
    """The command. clock: that of make_plan; windows and ticks go by the machine's. Returns the exit code."""
    try:
        if not pick(args.runner).streams:
            raise UserError(
                "--runner %s cannot run a pipeline that never ends; --runner prism can on this machine, flink and "
                "dataflow on a cluster; `bentpipe run --every 15m` does it with bounded runs" % args.runner
            )
    except RunnerError as error:
        raise UserError(str(error)) from None
    feeds = listed_feeds(args.feeds)
    target, options = prepare_target(args.runner, beam_flags, args.output)
    options.view_as(StandardOptions).streaming = True
    plan = make_plan(args, feeds, clock=clock)
    run = dataclasses.replace(plan.run, mode="stream")
    fetch = dataclasses.replace(plan.engine.fetch, budget_seconds=BUDGET_SECONDS)
    engine = dataclasses.replace(plan.engine, fetch=fetch, item_seconds=ITEM_SECONDS)
    plan = dataclasses.replace(plan, run=run, engine=engine)
    if options.view_as(TestOptions).dry_run:
        execute(lambda pipeline: watch(pipeline, plan, args.window), target, options, wait)
        print("translated for %s; nothing was run" % target.name)
        return EXIT_DONE
    store = open_output(args.output)
    try:
        with store.lock():
            for commit_id in recover(store):
                print("published what %s had committed" % commit_id, file=sys.stderr)
            plan = dataclasses.replace(plan, run=dataclasses.replace(run, epoch=store.epoch()))
            print(
                "streaming %d feeds into %s, a commit every %d s" % (len(feeds), args.output, args.window),
                file=sys.stderr,
            )
            _collect_soon()
            execute(lambda pipeline: watch(pipeline, plan, args.window) | TellEnd(), target, options, wait)
    except OutputHeld as error:
        raise UserError(str(error), EXIT_HELD) from None
    finally:
        close_engines()
        gc.unfreeze()  # what is not looked at is not taken down at the end either, and its libraries complain
    return EXIT_DONE

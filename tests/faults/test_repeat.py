"""Every bundle executed three times, over HTTP, by pages that never answer twice the same: the rows of one attempt."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipeline.ingest import ingest
from pipeline.options import read_flags
from pipeline.run import listed_feeds, make_plan
from tests.faults.command import assert_sound, rows, run_words
from tests.faults.farm import Farm, html, page
from tests.servers import Behaviour, Hit, Loopback, reply
from transforms._engine import close_engines
from transforms._warehouse.store import LocalStore


def changing(site: int, number: int) -> Behaviour:
    """A page of which every third answer fails, and no two are alike."""
    asked = itertools.count()

    async def behave(hit: Hit, writer: Any) -> bool:
        times = next(asked)
        if times % 3 == 2:
            return await reply(b"gone", 404)(hit, writer)
        return await html(page(site, number).replace(b"was written", b"was, for the %dth time, written" % times))(
            hit, writer
        )

    return behave


def test_bundles_executed_again(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=3, pages=6)
    for at, site in enumerate(farm.sites):
        for number in range(farm.pages):
            site.routes["/reports/2026/harbour-report-%d" % number] = changing(at, number)
    args, _ = read_flags([*run_words(farm.feeds, tmp_path), "--site_budget", "1000"])
    plan = make_plan(args, listed_feeds(args.feeds))
    LocalStore(str(tmp_path)).prepare()
    try:
        with beam.Pipeline(runner=FnApiRunner(bundle_repeat=2)) as pipeline:
            ingest(pipeline, plan)
    finally:
        close_engines()
    asked = Counter(path for site in farm.sites for path in site.paths())
    assert max(asked.values()) > 1
    assert len(rows(tmp_path, "fact_feed_poll")) == 3
    assert len(rows(tmp_path, "fact_entry")) == 18
    assert len(rows(tmp_path, "fact_run")) == 1
    read = [row for row in rows(tmp_path, "fact_entry") if row["disposition"] in ("deal", "non_deal")]
    assert len(read) == len(rows(tmp_path, "fact_article"))
    assert len(list((tmp_path / "_commits").iterdir())) == 1
    assert not list((tmp_path / "_staging").rglob("*.parquet"))
    assert_sound(tmp_path)

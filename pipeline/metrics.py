"""What a run has counted and measured, read from the engine that ran it; docs/metrics.md has the names."""

from __future__ import annotations

import collections
from typing import NamedTuple

from apache_beam.metrics.cells import DistributionResult
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.runners.runner import PipelineResult

from transforms._counts import NAMESPACE

MAX_CODES = 4
"""Kinds of rejects that the summary names, the most frequent; fact_reject has them all."""


class Measured(NamedTuple):
    """Counters by name, and distributions by name, over all steps."""

    counters: dict[str, int]
    distributions: dict[str, DistributionResult]


def read_metrics(result: PipelineResult) -> Measured:
    """Our counters and distributions of a pipeline that has ended; empty where the engine keeps none."""
    found = result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))
    counters: collections.Counter[str] = collections.Counter()
    for counter in found["counters"]:
        counters[counter.key.metric.name] += counter.result or 0
    distributions = {each.key.metric.name: each.result for each in found["distributions"] if each.result}
    return Measured(dict(counters), distributions)


def summarise(measured: Measured) -> str:
    """One line on what was fetched, how long pages took, and why things were rejected; empty without any of it."""
    counters, spreads = measured
    parts = ["%.1f MB fetched" % (counters["bytes"] / 1e6)] if counters.get("bytes") else []
    for name, what in (("fetch_ms", "a page fetched in"), ("extract_ms", "extracted in")):
        if name in spreads:
            parts.append("%s %.0f ms (most %.0f)" % (what, spreads[name].mean or 0, spreads[name].max or 0))
    rejects = {name.removeprefix("rejects_"): n for name, n in counters.items() if name.startswith("rejects_")}
    often = sorted(rejects.items(), key=lambda each: (-each[1], each[0]))
    if often:
        more = ", …" if len(often) > MAX_CODES else ""
        parts.append("rejects: %s%s" % (", ".join("%s %d" % each for each in often[:MAX_CODES]), more))
    return " · ".join(parts)

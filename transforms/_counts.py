"""Counting: each element once at each step, for Beam's metrics and for the live progress of a local run.

The names are an interface: docs/metrics.md lists them, and dashboards read them on whatever engine.
"""

from __future__ import annotations

import collections
import functools

from apache_beam.metrics.metric import Metrics

NAMESPACE = "bentpipe"

progress: collections.Counter[str] = collections.Counter()
"""What this process has counted so far; a local run's progress line reads it."""


@functools.cache
def _counter(name: str) -> Metrics.DelegatingCounter:
    return Metrics.counter(NAMESPACE, name)


@functools.cache
def _distribution(name: str) -> Metrics.DelegatingDistribution:
    return Metrics.distribution(NAMESPACE, name)


def observe(name: str, value: int) -> None:
    """Adds a value to a distribution. Call it on the bundle's thread, as ``count``."""
    _distribution(name).update(value)


def count(name: str, n: int = 1) -> None:
    """Adds n to a counter. Call it on the bundle's thread: Beam attributes counts by thread."""
    _counter(name).inc(n)
    progress[name] += n

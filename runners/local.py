"""Batch on this machine: Beam's in-process runner, named outright.

``DirectRunner`` is a switch that first tries to download a Go binary; the runner behind it is what a local run needs.
"""

from __future__ import annotations

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

NAMES = frozenset({"direct", "DirectRunner", "FnApiRunner"})


def runner() -> FnApiRunner:
    """The runner of a local batch run."""
    return FnApiRunner()


def options(flags: list[str]) -> PipelineOptions:
    """Beam's options, as given."""
    return PipelineOptions(flags)

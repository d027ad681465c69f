"""Batch on this machine: Beam's in-process runner, named outright.

``DirectRunner`` is a switch that first tries to download a Go binary; the runner behind it is what a local run needs.
"""

from __future__ import annotations

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from runners.target import Target


def _check(options: PipelineOptions) -> None:
    """Nothing is needed but Beam."""


TARGET = Target("direct", _check, FnApiRunner, is_here=lambda options: True, streams=False, blocks=True)

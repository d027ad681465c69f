"""Prism: Beam's own local engine, a Go binary; batch and streams on one machine, the workers in this process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions, PrismRunnerOptions
from apache_beam.runners.portability.job_server import StopOnExitJobServer
from apache_beam.runners.portability.prism_runner import PrismJobServer, PrismRunner

from runners.servers import BEAM_VERSION, Tethered, reach_job_server
from runners.target import RunnerError, Target, is_loopback


class _Server(Tethered, PrismJobServer):
    """Prism as a child of this process."""


class _Runner(PrismRunner):
    """Beam's runner, with a server that ends with us."""

    def default_job_server(self, options: PipelineOptions) -> StopOnExitJobServer:
        return StopOnExitJobServer(_Server(options))


def find_binary(given: str | None) -> str:
    """The binary: as given, else on the PATH, where ``go install`` puts it, or in Beam's cache.

    Raises:
        RunnerError: it is in none of these places.
    """
    if given:
        if "://" in given or os.access(given, os.X_OK):
            return given
        raise RunnerError("no program at --prism_location %s" % given)
    go = os.environ.get("GOBIN") or os.path.join(os.environ.get("GOPATH") or Path.home() / "go", "bin")
    cache = Path(PrismJobServer.BIN_CACHE)
    places = [shutil.which("prism"), os.path.join(go, "prism"), *sorted(map(str, cache.glob("*prism*[!p]")))]
    for place in places:
        if place and os.path.isfile(place) and os.access(place, os.X_OK):
            return place
    raise RunnerError(
        "no Prism: get it with `go install github.com/apache/beam/sdks/v2/go/cmd/prism@v%s`, "
        "or name the binary of Beam's release with --prism_location" % BEAM_VERSION
    )


def _check(options: PipelineOptions) -> None:
    if not reach_job_server(options):
        prism = options.view_as(PrismRunnerOptions)
        prism.prism_location = find_binary(prism.prism_location)


TARGET = Target("prism", _check, _Runner, is_loopback, streams=True, defaults=("--prism_log_level=warn",))

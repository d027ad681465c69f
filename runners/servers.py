"""Job servers: the processes that take a pipeline, what they need, and how they are started."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.runners.portability.job_server import SubprocessJobServer

from runners import tether
from runners.target import RunnerError

BEAM_VERSION: str = beam.__version__


def find_java(lowest: int, launcher: str) -> None:
    """Checks that there is a Java of at least version lowest.

    Raises:
        RunnerError: there is none, or an older one.
    """
    if shutil.which(launcher) is None:
        raise RunnerError("no Java: %s is not on the PATH; install Java %d or newer" % (launcher, lowest))
    told = subprocess.run([launcher, "-version"], capture_output=True, text=True, check=False).stderr
    version = told.partition('"')[2].partition('"')[0]
    major = version.removeprefix("1.").partition(".")[0]
    if not major.isdigit() or int(major) < lowest:
        raise RunnerError("Java %s is too old; install Java %d or newer" % (version or "?", lowest))


def find_jar(given: str | None, artifact: str, flag: str) -> str:
    """The job server's jar: as given, else from Beam's cache, where Beam itself looks.

    Raises:
        RunnerError: it is not there.
    """
    name = "%s-%s.jar" % (artifact, BEAM_VERSION)
    path = Path(given) if given else Path.home() / ".apache_beam" / "cache" / "jars" / name
    if path.is_file():
        return str(path)
    if given:
        raise RunnerError("no jar at %s; %s names the job server's jar" % (given, flag))
    raise RunnerError(
        "no job server: get it with `mvn dependency:copy -Dartifact=org.apache.beam:%s:%s -DoutputDirectory=%s`, "
        "or name it with %s" % (artifact, BEAM_VERSION, path.parent, flag)
    )


def reach_job_server(options: PipelineOptions) -> bool:
    """Whether ``--job_endpoint`` names a job server; then it answers.

    Raises:
        RunnerError: it does not.
    """
    endpoint = options.view_as(PortableOptions).job_endpoint
    if not endpoint:
        return False
    host, _, port = endpoint.rpartition(":")
    try:
        socket.create_connection((host or "localhost", int(port)), timeout=5).close()
    except (OSError, ValueError) as error:
        raise RunnerError("no job server answers at --job_endpoint %s: %s" % (endpoint, error)) from None
    return True


class Tethered(SubprocessJobServer):
    """Mix it in before a job server that is a process: Ctrl-C in the terminal is ours, and it ends when we do."""

    def subprocess_cmd_and_endpoint(self) -> tuple[list[Any], str]:
        """The command, behind the script that ties it to this process."""
        command, endpoint = super().subprocess_cmd_and_endpoint()
        return [sys.executable, tether.__file__, *command], endpoint

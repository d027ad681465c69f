"""Job servers: the processes that take a pipeline, what they need, and how they are started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.runners.portability.job_server import SubprocessJobServer

from runners import tether
from runners.target import RunnerError

BEAM_VERSION: str = beam.__version__
LOWEST_JAVA = 11
"""Of the job servers of Flink and Spark."""


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


def find_server(given: str | None, engine: str, artifact: str, flag: str) -> str:
    """The job server: the jar of Beam's release, or a folder of libraries as ``runners/jobserver/`` brings them.

    As given, else the jar in Beam's cache, where Beam itself looks, else the folder in this Python environment.

    Raises:
        RunnerError: it is not there.
    """
    jar = Path.home() / ".apache_beam" / "cache" / "jars" / ("%s-%s.jar" % (artifact, BEAM_VERSION))
    folder = library_folder(engine)
    for place in [Path(given)] if given else [jar, folder]:
        if place.is_file() or any(place.glob("beam-runners-*.jar")):
            return str(place)
    if given:
        raise RunnerError("no jar, and no folder of jars, at %s; %s names the job server" % (given, flag))
    raise RunnerError(
        "no job server: get it with `mvn dependency:copy -Dartifact=org.apache.beam:%s:%s -DoutputDirectory=%s`, "
        "or with `make engines` in a checkout, or name it with %s" % (artifact, BEAM_VERSION, jar.parent, flag)
    )


def library_folder(engine: str) -> Path:
    """Where ``make engines`` puts the libraries of an engine's job server."""
    return Path(sys.prefix) / "jars" / engine


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

    def start(self) -> Any:
        """Starts it; what Beam's threads then say of lost connections is left out, since the command says it once."""
        threading.excepthook = _tell_unless_disconnected
        return super().start()

    def subprocess_cmd_and_endpoint(self) -> tuple[list[Any], str]:
        """The command, behind the script that ties it to this process."""
        command, endpoint = super().subprocess_cmd_and_endpoint()
        return [sys.executable, tether.__file__, *command], endpoint


def _tell_unless_disconnected(told: threading.ExceptHookArgs) -> None:
    if not isinstance(told.exc_value, grpc.RpcError):
        threading.__excepthook__(told)


class Library(SubprocessJobServer):
    """Mix it in before a job server in Java: where its jar is a folder, its main class runs with all jars in there."""

    main_class: str

    def subprocess_cmd_and_endpoint(self) -> tuple[list[Any], str]:
        """The command, with a class path instead of a jar where that is a folder."""
        command, endpoint = super().subprocess_cmd_and_endpoint()
        at = command.index("-jar")
        jar = command[at + 1]
        if os.path.isdir(jar):
            command[at : at + 2] = ["-cp", os.path.join(jar, "*"), self.main_class]
        return command, endpoint

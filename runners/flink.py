"""Apache Flink, through its Beam job server: a cluster inside the job server, or one that ``--flink_master`` names."""

from __future__ import annotations

import argparse
import atexit
import functools
import os
import shutil
import tempfile

from apache_beam.options.pipeline_options import FlinkRunnerOptions, JobServerOptions, PipelineOptions
from apache_beam.runners.portability.flink_runner import MAGIC_HOST_NAMES, FlinkJarJobServer, FlinkRunner
from apache_beam.runners.portability.job_server import JobServer, StopOnExitJobServer, SubprocessJobServer

from runners.servers import LOWEST_JAVA, Library, Tethered, find_java, find_server, reach_job_server
from runners.target import Target, is_loopback


class _Server(Tethered, Library, FlinkJarJobServer):
    """The job server as a child of this process."""

    main_class = "org.apache.beam.runners.flink.FlinkJobServerDriver"


def job_server(options: PipelineOptions) -> SubprocessJobServer:
    """The job server of these options, not yet started."""
    return _Server(options)


class _Runner(FlinkRunner):
    """Beam's runner, with a server that ends with us."""

    def default_job_server(self, options: PipelineOptions) -> JobServer:
        if options.view_as(FlinkRunnerOptions).flink_submit_uber_jar:
            return super().default_job_server(options)
        if options.view_as(FlinkRunnerOptions).flink_master in MAGIC_HOST_NAMES:
            _set_up_cluster(options)
        return StopOnExitJobServer(job_server(options))


def _set_up_cluster(options: PipelineOptions) -> None:
    """Has the cluster inside the job server keep its checkpoints in a folder, and a step's state in few groups of keys.

    In memory, its default, a step's part of a checkpoint is 5 MB at most, which a window's entries may exceed. By
    default there are 128 groups, and Beam's Flink runner keeps an empty table in each for every pause of a clock.
    """
    flink, ours = options.view_as(FlinkRunnerOptions), options.view_as(FlinkJobOptions)
    if flink.max_parallelism < 1:
        flink.max_parallelism = max(flink.parallelism, os.cpu_count() or 1)
    if ours.state_backend is None:
        folder = tempfile.mkdtemp(prefix="bentpipe-flink-")
        atexit.register(functools.partial(shutil.rmtree, folder, ignore_errors=True))
        ours.state_backend, ours.state_backend_storage_path = "filesystem", "file://" + folder


def _is_here(options: PipelineOptions) -> bool:
    is_local = options.view_as(FlinkRunnerOptions).flink_master in MAGIC_HOST_NAMES
    return is_loopback(options, by_default=is_local)


def _check(options: PipelineOptions) -> None:
    if reach_job_server(options):
        return
    flink = options.view_as(FlinkRunnerOptions)
    find_java(LOWEST_JAVA, options.view_as(JobServerOptions).job_server_java_launcher)
    artifact = "beam-runners-flink-%s-job-server" % flink.flink_version
    flink.flink_job_server_jar = find_server(flink.flink_job_server_jar, "flink", artifact, "--flink_job_server_jar")
    flink.flink_master = FlinkRunner.add_http_scheme(flink.flink_master)


class FlinkJobOptions(PipelineOptions):
    """What the job server takes and Beam's Python options lack: declared here, so that they reach it."""

    @classmethod
    def _add_argparse_args(cls, parser: argparse.ArgumentParser) -> None:
        add = parser.add_argument
        add("--checkpointing_interval", type=int, metavar="MS", help="milliseconds between a stream's checkpoints")
        add("--finish_bundle_before_checkpointing", action="store_true", help="nothing is held back by a checkpoint")
        add("--state_backend", help="what keeps a stream's checkpoints: filesystem or rocksdb")
        add("--state_backend_storage_path", metavar="URL", help="where it keeps them")


TARGET = Target(
    "flink",
    _check,
    _Runner,
    _is_here,
    streams=True,
    lingers=True,
    defaults=(
        "--flink_master=[local]",
        "--job_server_jvm_properties=-Xmx1g",
        "--job_server_jvm_properties=-Xms64m",
        "--job_server_jvm_properties=-XX:+UseSerialGC",
        "--checkpointing_interval=10000",
        # Without it, what a bundle gives at a checkpoint waits for the step's next bundle, which may never come.
        "--finish_bundle_before_checkpointing",
    ),
)

"""Apache Flink, through its Beam job server: a cluster inside the job server, or one that ``--flink_master`` names."""

from __future__ import annotations

from apache_beam.options.pipeline_options import FlinkRunnerOptions, JobServerOptions, PipelineOptions
from apache_beam.runners.portability.flink_runner import MAGIC_HOST_NAMES, FlinkJarJobServer, FlinkRunner
from apache_beam.runners.portability.job_server import JobServer, StopOnExitJobServer

from runners.servers import Tethered, find_jar, find_java, reach_job_server
from runners.target import Target, is_loopback

LOWEST_JAVA = 11  # of Flink 2; Flink 1 runs on it too


class _Server(Tethered, FlinkJarJobServer):
    """The job server as a child of this process."""


class _Runner(FlinkRunner):
    """Beam's runner, with a server that ends with us."""

    def default_job_server(self, options: PipelineOptions) -> JobServer:
        if options.view_as(FlinkRunnerOptions).flink_submit_uber_jar:
            return super().default_job_server(options)
        return StopOnExitJobServer(_Server(options))


def _is_local(options: PipelineOptions) -> bool:
    return options.view_as(FlinkRunnerOptions).flink_master in MAGIC_HOST_NAMES


def _is_here(options: PipelineOptions) -> bool:
    return _is_local(options) and is_loopback(options)


def _check(options: PipelineOptions) -> None:
    if reach_job_server(options):
        return
    flink = options.view_as(FlinkRunnerOptions)
    find_java(LOWEST_JAVA, options.view_as(JobServerOptions).job_server_java_launcher)
    artifact = "beam-runners-flink-%s-job-server" % flink.flink_version
    flink.flink_job_server_jar = find_jar(flink.flink_job_server_jar, artifact, "--flink_job_server_jar")
    flink.flink_master = FlinkRunner.add_http_scheme(flink.flink_master)


TARGET = Target("flink", _check, _Runner, _is_here, streams=True)

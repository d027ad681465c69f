"""Apache Spark, through its Beam job server: inside the job server, or a cluster that ``--spark_master_url`` names."""

from __future__ import annotations

import re

from apache_beam.options.pipeline_options import JobServerOptions, PipelineOptions, SparkRunnerOptions
from apache_beam.runners.portability.job_server import JobServer, StopOnExitJobServer
from apache_beam.runners.portability.spark_runner import LOCAL_MASTER_PATTERN, SparkJarJobServer, SparkRunner

from runners.servers import Tethered, find_jar, find_java, reach_job_server
from runners.target import RunnerError, Target, is_loopback

LOWEST_JAVA = 8


class _Server(Tethered, SparkJarJobServer):
    """The job server as a child of this process."""


class _Runner(SparkRunner):
    """Beam's runner, with a server that ends with us."""

    def default_job_server(self, options: PipelineOptions) -> JobServer:
        if options.view_as(SparkRunnerOptions).spark_submit_uber_jar:
            return super().default_job_server(options)
        return StopOnExitJobServer(_Server(options))


def _is_here(options: PipelineOptions) -> bool:
    master = options.view_as(SparkRunnerOptions).spark_master_url
    return bool(re.match(LOCAL_MASTER_PATTERN, master)) and is_loopback(options)


def _check(options: PipelineOptions) -> None:
    if reach_job_server(options):
        return
    spark = options.view_as(SparkRunnerOptions)
    if spark.spark_submit_uber_jar and not spark.spark_rest_url:
        raise RunnerError("--spark_submit_uber_jar needs --spark_rest_url http://HOST:6066")
    find_java(LOWEST_JAVA, options.view_as(JobServerOptions).job_server_java_launcher)
    artifact = "beam-runners-spark-%s-job-server" % spark.spark_version
    spark.spark_job_server_jar = find_jar(spark.spark_job_server_jar, artifact, "--spark_job_server_jar")


TARGET = Target("spark", _check, _Runner, _is_here, streams=False)

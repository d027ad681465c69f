"""Apache Spark, through its Beam job server: inside the job server, or a cluster that ``--spark_master_url`` names."""

from __future__ import annotations

import re

from apache_beam.options.pipeline_options import JobServerOptions, PipelineOptions, SparkRunnerOptions
from apache_beam.runners.portability.job_server import JobServer, StopOnExitJobServer, SubprocessJobServer
from apache_beam.runners.portability.spark_runner import LOCAL_MASTER_PATTERN, SparkJarJobServer, SparkRunner

from runners.servers import LOWEST_JAVA, Library, Tethered, find_java, find_server, reach_job_server
from runners.target import RunnerError, Target, is_loopback

# What Spark reaches into, from Java 17 on (org.apache.spark.launcher.JavaModuleOptions).
_OPENED = (
    "java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent "
    "java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar"
).split()


class _Server(Tethered, Library, SparkJarJobServer):
    """The job server as a child of this process."""

    main_class = "org.apache.beam.runners.spark.SparkJobServerDriver"

    def __init__(self, options: PipelineOptions) -> None:
        super().__init__(options)
        self._jvm_properties += ["--add-opens=java.base/%s=ALL-UNNAMED" % name for name in _OPENED]


def job_server(options: PipelineOptions) -> SubprocessJobServer:
    """The job server of these options, not yet started."""
    return _Server(options)


class _Runner(SparkRunner):
    """Beam's runner, with a server that ends with us."""

    def default_job_server(self, options: PipelineOptions) -> JobServer:
        if options.view_as(SparkRunnerOptions).spark_submit_uber_jar:
            return super().default_job_server(options)
        return StopOnExitJobServer(job_server(options))


def _is_here(options: PipelineOptions) -> bool:
    master = options.view_as(SparkRunnerOptions).spark_master_url
    return is_loopback(options, by_default=bool(re.match(LOCAL_MASTER_PATTERN, master)))


def _check(options: PipelineOptions) -> None:
    if reach_job_server(options):
        return
    spark = options.view_as(SparkRunnerOptions)
    if spark.spark_submit_uber_jar and not spark.spark_rest_url:
        raise RunnerError("--spark_submit_uber_jar needs --spark_rest_url http://HOST:6066")
    find_java(LOWEST_JAVA, options.view_as(JobServerOptions).job_server_java_launcher)
    artifact = "beam-runners-spark-%s-job-server" % spark.spark_version
    spark.spark_job_server_jar = find_server(spark.spark_job_server_jar, "spark", artifact, "--spark_job_server_jar")


TARGET = Target(
    "spark",
    _check,
    _Runner,
    _is_here,
    streams=False,
    defaults=("--spark_master_url=local[2]", "--job_server_jvm_properties=-Xmx1g"),
)

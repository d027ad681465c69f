"""Google Cloud Dataflow: workers that install this project (``--setup_file``) and share a bucket."""

from __future__ import annotations

import importlib.util
import os
import re

from apache_beam.options.pipeline_options import (
    GoogleCloudOptions,
    PipelineOptions,
    SetupOptions,
    TestOptions,
    WorkerOptions,
)
from apache_beam.runners.dataflow.dataflow_runner import DataflowRunner

from runners.target import RunnerError, Target

_BUCKET = re.compile(r"gs://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](/|$)")


def _check(options: PipelineOptions) -> None:
    if importlib.util.find_spec("apitools") is None:
        raise RunnerError("the Google libraries are not installed; `pip install 'bentpipe[gcp]'`")
    cloud = options.view_as(GoogleCloudOptions)
    for flag in ("project", "region", "temp_location"):
        if not getattr(cloud, flag):
            raise RunnerError("--runner dataflow needs --%s" % flag)
    for flag in ("temp_location", "staging_location"):
        where = getattr(cloud, flag)
        if where and not _BUCKET.match(where):
            raise RunnerError("--%s %s is no folder of a bucket; write gs://BUCKET/FOLDER" % (flag, where))
    _check_setup(options)
    if not options.view_as(TestOptions).dry_run:
        _check_credentials(cloud.no_auth)


def _check_setup(options: PipelineOptions) -> None:
    """Workers need this project: from ``--setup_file``, or an image that holds it."""
    setup = options.view_as(SetupOptions)
    image = options.view_as(WorkerOptions).sdk_container_image
    if not (setup.setup_file or image or setup.extra_packages):
        raise RunnerError(
            "the workers need this project: --setup_file ./setup.py in a checkout, "
            "or --sdk_container_image with an image that holds it"
        )
    if setup.setup_file and not os.path.isfile(setup.setup_file):
        raise RunnerError("no file at --setup_file %s" % setup.setup_file)


def _check_credentials(no_auth: bool) -> None:
    if no_auth:
        return
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        google.auth.default()
    except DefaultCredentialsError:
        raise RunnerError(
            "no Google credentials; `gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS"
        ) from None


TARGET = Target("dataflow", _check, DataflowRunner, is_here=lambda options: False, streams=True)

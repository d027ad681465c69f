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

_BUCKET = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(/|$)")
_REGION = re.compile(r"[a-z]+(-[a-z]+)+[0-9]+")
STORE_SECONDS = 20.0
_NEEDED = ["storage.objects.create", "storage.objects.get", "storage.objects.list"]


def _check(options: PipelineOptions) -> None:
    if importlib.util.find_spec("apitools") is None:
        raise RunnerError("the Google libraries are not installed; `pip install 'bentpipe[gcp]'`")
    cloud = options.view_as(GoogleCloudOptions)
    for flag in ("project", "region", "temp_location"):
        if not getattr(cloud, flag):
            raise RunnerError("--runner dataflow needs --%s" % flag)
    if not _REGION.fullmatch(cloud.region):
        raise RunnerError("--region %s is no region; write one like europe-west1" % cloud.region)
    for flag in ("temp_location", "staging_location"):
        where = getattr(cloud, flag)
        if where and not _BUCKET.match(where):
            raise RunnerError("--%s %s is no folder of a bucket; write gs://BUCKET/FOLDER" % (flag, where))
    _check_setup(options)
    if not options.view_as(TestOptions).dry_run:
        _check_credentials(cloud.no_auth)
        for flag in ("temp_location", "staging_location"):
            if where := getattr(cloud, flag):
                _check_bucket(flag, where, cloud.project)


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


def _check_bucket(flag: str, where: str, project: str) -> None:
    """Asks the store whether we may write and read there."""
    from google.api_core.exceptions import GoogleAPIError, NotFound
    from google.auth.exceptions import GoogleAuthError
    from google.cloud import storage  # type: ignore[attr-defined,unused-ignore]
    from requests.exceptions import RequestException

    match = _BUCKET.match(where)
    assert match is not None
    try:
        bucket = storage.Client(project=project).bucket(match[1])
        granted = bucket.test_iam_permissions(_NEEDED, timeout=STORE_SECONDS)
    except NotFound:
        raise RunnerError("--%s: there is no bucket %s; `gcloud storage buckets create`" % (flag, match[1])) from None
    except (GoogleAPIError, GoogleAuthError, RequestException) as error:
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise RunnerError("--%s: the bucket %s cannot be asked for: %s" % (flag, match[1], told)) from None
    if missing := sorted(set(_NEEDED) - set(granted)):
        raise RunnerError("--%s: no permission on the bucket %s: %s" % (flag, match[1], ", ".join(missing)))


TARGET = Target("dataflow", _check, DataflowRunner, is_here=lambda options: False, streams=True)

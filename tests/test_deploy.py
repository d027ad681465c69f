"""deploy/: the template's parameters are the command line's, and the images hold what the package is made of."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
from types import ModuleType
from typing import Any

import apache_beam as beam
import pytest

from pipeline.options import make_parser, read_flags
from tests.files import PACKAGES, ROOT

DEPLOY = ROOT / "deploy"
PARAMETERS: dict[str, dict[str, Any]] = {
    each["name"]: each for each in json.loads((DEPLOY / "metadata.json").read_text(encoding="utf-8"))["parameters"]
}
# --runner is the launcher's; a job that the service starts is not repeated by a process of ours.
NOT_OF_A_TEMPLATE = {"help", "runner", "every"}


@pytest.fixture(scope="module")
def launch() -> ModuleType:
    spec = importlib.util.spec_from_file_location("launch", DEPLOY / "launch.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flags_of(command: str) -> dict[str, argparse.Action]:
    subcommands = next(a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return {action.dest: action for action in subcommands.choices[command]._actions}


def test_every_flag_is_a_parameter_and_every_parameter_a_flag() -> None:
    flags = (flags_of("run").keys() | flags_of("stream").keys()) - NOT_OF_A_TEMPLATE
    assert flags | {"command"} == PARAMETERS.keys()


def test_defaults_fit_their_patterns() -> None:
    flags = flags_of("run") | flags_of("stream")
    checked = 0
    for name, parameter in PARAMETERS.items():
        default = getattr(flags.get(name), "default", None)
        if isinstance(default, (int, float)) and not isinstance(default, bool) and name != "window":
            assert re.fullmatch(parameter["regexes"][0], "%g" % default), name
            checked += 1
    assert checked >= 4


def test_parameters_become_the_words_of_the_command(launch: ModuleType) -> None:
    words = launch.words_of(
        [
            "--runner=DataflowRunner",
            "--command=stream",
            "--feeds=https://a.example/feed  https://b.example/rss?x=1",
            "--poll_all=true",
            "--debug=false",
            "--window=1m",
            "--output=gs://bucket/warehouse",
            "--temp_location=gs://bucket/tmp",
        ]
    )
    args, rest = read_flags(words)
    assert (args.command, args.runner, args.window, args.poll_all) == ("stream", "DataflowRunner", 60, True)
    assert args.feeds == ["https://a.example/feed", "https://b.example/rss?x=1"]
    assert rest == ["--temp_location=gs://bucket/tmp"]
    assert not hasattr(args, "debug") or not args.debug


def test_a_run_is_the_default_and_other_commands_are_refused(launch: ModuleType) -> None:
    assert launch.words_of(["--output=gs://b/w"]) == ["run", "--output=gs://b/w"]
    with pytest.raises(SystemExit, match="not run or stream"):
        launch.words_of(["--command=query"])


def test_flags_of_their_kind_are_told_apart(launch: ModuleType) -> None:
    flags = flags_of("run") | flags_of("stream")
    switches = {"--" + name for name in PARAMETERS if getattr(flags.get(name), "nargs", None) == 0}
    lists = {"--" + name for name in PARAMETERS if isinstance(getattr(flags.get(name), "default", None), list)}
    assert switches == set(launch.SWITCHES)
    assert lists | {"--feeds"} == set(launch.LISTS)


def test_the_image_holds_every_package_and_the_release_of_beam() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (\w+) /bentpipe/\1$", text, re.MULTILINE))
    assert copied == {*PACKAGES, "feeds", "samples"}
    assert re.findall(r"^FROM apache/beam_python3\.11_sdk:(\S+) AS worker$", text, re.MULTILINE) == [beam.__version__]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"!" + name for name in (*copied, "deploy", "setup.py", "README.md")} <= set(ignored)

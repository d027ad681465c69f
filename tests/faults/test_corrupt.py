"""A warehouse that somebody damaged: ``verify`` says so in a line each, and nothing makes it worse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.command import assert_one_line, bentpipe, run
from tests.faults.farm import Farm
from tests.servers import Loopback

DAMAGES = ["torn", "empty", "changed", "missing", "foreign", "foreign and no table", "commit torn", "dimension torn"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("whole") / "wh"
    with Loopback() as net:
        assert run(Farm(net, sites=2, pages=6).feeds, output).code == 0
    return output


def damage(output: Path, how: str) -> str:
    """Damages a warehouse; returns what verify should name."""
    (path,) = output.glob("fact_article/*/*.parquet")
    (record,) = output.glob("_commits/*.json")
    data = path.read_bytes()
    if how == "torn":
        path.write_bytes(data[: len(data) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "changed":
        path.write_bytes(data[:100] + bytes([data[100] ^ 255]) + data[101:])
    elif how == "missing":
        path.unlink()
    elif how == "foreign":
        path = path.with_name("copy\n\x1b[31m.parquet")
        path.write_bytes(data)
    elif how == "foreign and no table":
        path = path.with_name(".DS_Store")
        path.write_bytes(b"not ours")
    elif how == "commit torn":
        path = record
        path.write_bytes(record.read_bytes()[:100])
    else:
        (path,) = output.glob("dim_company/*.parquet")
        path.write_bytes(path.read_bytes()[:1_000])
    return path.relative_to(output).as_posix().replace("\n", "\\n").replace("\x1b", "\\x1b")


@pytest.mark.parametrize("how", DAMAGES)
def test_verify_names_what_is_broken(whole: Path, tmp_path: Path, how: str) -> None:
    output = tmp_path / "wh"
    shutil.copytree(whole, output)
    name = damage(output, how)
    done = bentpipe("verify", "--output", str(output))
    assert done.code == 1
    assert done.err == ""
    lines = done.out.splitlines()
    assert any(line.startswith("broken: ") and name in line for line in lines), done.out
    assert all(line.startswith(("broken: ", "fact_feed_poll ")) for line in lines[:-1]), done.out
    assert lines[-1].endswith(" broken")
    assert "\x1b" not in done.out


def visible(output: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in output.glob("fact_*/*/*"))


@pytest.mark.parametrize("how", ["torn", "dimension torn"])
def test_what_reads_a_broken_warehouse_says_which_file(whole: Path, tmp_path: Path, how: str) -> None:
    output = tmp_path / "wh"
    shutil.copytree(whole, output)
    name = damage(output, how)
    for words in (["deals"], ["query", "SELECT 1"], ["feeds"]):
        done = bentpipe(*words, "--output", str(output))
        assert done.code == 1
        assert_one_line(done, "bentpipe: ", name)
    before = visible(output)
    with Loopback() as net:
        done = run(Farm(net, sites=1, pages=3).feeds, output)
    if how == "torn":
        assert done.code == 1
        assert_one_line(done, "bentpipe: ", name)
        assert visible(output) == before
    else:  # a dimension is written anew by every run
        assert done.code == 0
        assert bentpipe("verify", "--output", str(output)).code == 0

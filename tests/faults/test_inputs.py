"""Bad input: one clear line on standard error, the right exit code, nothing lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.command import LOCAL, Started, assert_one_line, bentpipe, facts, rows, run, run_words, wait_until
from tests.faults.farm import Farm
from tests.files import ROOT
from tests.servers import Hit, Loopback

USAGE = {
    "no command": ([], ("COMMAND",)),
    "an unknown command": (["publish"], ("publish",)),
    "an unknown option": (["run", "--pol_all"], ("--pol_all", "run --help")),
    "an option cut short": (["run", "--poll"], ("--poll",)),
    "an unknown option of another command": (["deals", "--sinze", "2026-01-01"], ("--sinze", "deals --help")),
    "a day that is none": (["deals", "--since", "yesterday"], ("--since", "2026-01-31")),
    "a deal type that is none": (["deals", "--type", "marriage"], ("marriage", "acquisition")),
    "a duration that is none": (["run", "--every", "often"], ("often", "15m")),
    "a duration of nothing": (["run", "--every", "0m"], ("0m",)),
    "a number that is none": (["run", "--limit", "many"], ("many",)),
    "a number out of range": (["run", "--site_delay_seconds", "-1"], ("-1",)),
    "no number at all": (["run", "--max_age_days", "nan"], ("nan",)),
    "a network that is none": (["run", "--allow_private_network", "here"], ("here", "10.0.0.0/8")),
    "an unknown runner": (["run", "--runner", "mars", "--feeds", "https://a.example/feed"], ("mars", "direct")),
    "a lexicon that is not there": (["run", "--lexicon", "none.csv"], ("none.csv",)),
    "a feed list that is not there": (["run", "--feeds", "none.opml"], ("none.opml", "check the path")),
    "a feed list that is a folder": (["run", "--feeds", "tests"], ("tests", "directory")),
    "an address of a scheme that is none": (["run", "--feeds", "ftp://a.example/feed"], ("ftp://a.example/feed",)),
    "an output of a scheme that is none": (["run", "--output", "ftp://host/wh"], ("ftp://host/wh",)),
    "SQL that is none": (["query", "SELEC 1"], ("SELEC",)),
    "a file of stories that is not there": (["tag", "none.jsonl"], ("none.jsonl",)),
}  # fmt: skip


@pytest.mark.parametrize("case", USAGE)
def test_a_wrong_call(case: str, tmp_path: Path) -> None:
    words, told = USAGE[case]
    output = tmp_path / "wh"
    if words and words[0] in ("query", "deals"):
        (output / "_commits").mkdir(parents=True)
        (output / "_commits" / "20260101T000000Z-000000.json").write_text('{"files": []}')
    if words and words[0] in ("run", "query", "deals") and "--output" not in words:
        words = [*words, "--output", str(output)]
    done = bentpipe(*words)
    assert done.code == 2, done
    assert done.out == ""
    assert_one_line(done, "bentpipe: ", *told)
    assert not any(path.suffix != ".json" for path in tmp_path.rglob("*") if path.is_file())


LISTS = {
    "empty": b"",
    "only a comment": b"# nothing yet\n",
    "binary": b"\x7fELF\x00\x01\x02" * 100,
    "a feed": b"<rss version='2.0'><channel><title>t</title></channel></rss>",
    "OPML without feeds": b"<opml version='2.0'><body><outline text='x'/></body></opml>",
    "OPML that breaks off": b"<opml version='2.0'><body><outl",
    "CSV without addresses": b"name,title\na,b\n",
    "no address": b"http//missing.example/feed\n",
    "an address with a password": b"https://me:PASSWORD@a.example/feed\n",
}


@pytest.mark.parametrize("case", LISTS)
def test_a_feed_list_that_is_none(case: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(LISTS[case])
    done = bentpipe("run", "--feeds", str(path), "--output", str(tmp_path / "wh"))
    assert done.code == 2
    assert_one_line(done, "bentpipe: ", str(path))
    assert "PASSWORD" not in done.err
    assert not (tmp_path / "wh").exists()


def test_a_feed_list_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("https://a.example/feed")
    path.chmod(0)
    done = Started(["run", "--feeds", str(path)], wrap=as_nobody()).end()
    assert done.code == 2
    assert_one_line(done, str(path), "permission denied")


def as_nobody() -> tuple[str, ...]:
    """Root may write everywhere; without its capabilities it is a user like any other."""
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


@pytest.mark.parametrize("kind", ["a file", "below a file", "read-only"])
def test_an_output_that_cannot_be_written(kind: str, tmp_path: Path) -> None:
    output = tmp_path / "wh"
    if kind == "read-only":
        output.mkdir()
        output.chmod(0o500)
    else:
        output.write_text("mine")
    named = output / "deep" if kind == "below a file" else output
    done = Started(["run", "--feeds", "https://a.example/feed", "--output", str(named)], wrap=as_nobody()).end()
    assert done.code == 2
    assert_one_line(done, "bentpipe: cannot write to the output", str(named), "--output")
    assert kind == "read-only" or output.read_text() == "mine"


@pytest.mark.parametrize("command", ["deals", "query", "verify", "feeds"])
def test_no_warehouse_there(command: str, tmp_path: Path) -> None:
    words = [command, "SELECT 1"] if command == "query" else [command]
    done = bentpipe(*words, "--output", str(tmp_path / "wh"))
    assert done.code == 2
    assert_one_line(done, "no warehouse at %s" % (tmp_path / "wh"), "bentpipe run")


def hold(farm: Farm, is_open: Callable[[], bool]) -> None:
    """Lets the first page of the first site wait, so that a run on the farm cannot end before."""
    routes = farm.sites[0].routes
    path = next(path for path in routes if path != "/feed")
    answer = routes[path]

    async def wait(hit: Hit, writer: asyncio.StreamWriter) -> bool:
        while not is_open():
            await asyncio.sleep(0.05)
        return await answer(hit, writer)

    routes[path] = wait


def test_a_second_run_on_a_held_output(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=2, pages=4)
    assert run(farm.feeds, tmp_path / "alone").code == 0
    output, released = tmp_path / "wh", threading.Event()
    hold(farm, released.is_set)
    before = len(farm.sites[0].hits)
    first = Started(run_words(farm.feeds, output))
    assert wait_until(lambda: len(farm.sites[0].hits) > before, 60)
    second = run(farm.feeds, output)
    released.set()
    assert second.code == 75
    assert_one_line(second, "bentpipe: another run holds the output", str(output))
    assert first.end().code == 0
    assert facts(output) == facts(tmp_path / "alone")


def test_two_runs_started_together(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=2, pages=4)
    output = tmp_path / "wh"
    runs = [Started(run_words(farm.feeds, output)) for _ in range(3)]
    hold(farm, lambda: sum(each.process.poll() is not None for each in runs) == 2)
    codes = sorted(each.end().code for each in runs)
    assert codes == [0, 75, 75]
    assert len(rows(output, "fact_entry")) == len({row["entry_id"] for row in rows(output, "fact_entry")}) == 8


def test_a_reader_who_hangs_up(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=2, pages=8)
    command = [sys.executable, "-m", "pipeline", *run_words(farm.feeds, tmp_path)]
    shell = '"$@" | head -n 1; exit ${PIPESTATUS[0]}'
    done = subprocess.run(["bash", "-c", shell, "bash", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert len(rows(tmp_path, "fact_article")) == 16
    query = [sys.executable, "-m", "pipeline", "query", "SELECT * FROM range(200000)", "--format", "csv"]
    query += ["--output", str(tmp_path)]
    done = subprocess.run(["bash", "-c", shell, "bash", *query], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "range\n", "")


def test_standard_output_that_is_full(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=2)
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "pipeline", *run_words(farm.feeds, tmp_path)]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert len(rows(tmp_path, "fact_article")) == 2


def test_beams_own_options_pass_through(net: Loopback, tmp_path: Path) -> None:
    farm = Farm(net, sites=1, pages=1)
    done = bentpipe("run", "--feeds", *farm.feeds, "--output", str(tmp_path), "--job_name=x", *LOCAL)
    assert (done.code, done.err) == (0, "")
    done = bentpipe("run", "--feeds", *farm.feeds, "--output", str(tmp_path), "--runner", "DirectRunner", *LOCAL)
    assert (done.code, done.err) == (0, "")

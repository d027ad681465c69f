"""The disk is full, or files may not grow: an exit code that is not 0, nothing half visible, the next run heals."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.command import assert_one_line, assert_only_committed, assert_sound, facts, rows, run
from tests.faults.farm import Farm
from tests.servers import Loopback


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]).returncode:
        pytest.skip("no right to mount a tmpfs here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("free_kb", [0, 4, 30, 60, 100, 160, 200])
def test_a_full_disk(net: Loopback, small_disk: Path, tmp_path: Path, free_kb: int) -> None:
    farm = Farm(net, sites=3, pages=6)
    assert run(farm.feeds, tmp_path / "whole").code == 0
    ballast, output = small_disk / "ballast", small_disk / "wh"
    size = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
    ballast.write_bytes(b"x" * (size - free_kb * 1024))
    done = run(farm.feeds, output)
    assert done.code == (2 if free_kb < 4 else 1), done
    assert_one_line(done, "bentpipe: ", "o space left on device")
    assert done.out == ""
    if output.exists():
        assert_only_committed(output)
    ballast.unlink()
    assert run(farm.feeds, output).code == 0
    assert facts(output) == facts(tmp_path / "whole")
    assert_sound(output)


LIMIT_AT_STAGING = """
import resource
from transforms.write import transform
start_bundle = transform._Stage.start_bundle
def limited(self):
    resource.setrlimit(resource.RLIMIT_FSIZE, (%d, resource.RLIM_INFINITY))
    start_bundle(self)
transform._Stage.start_bundle = limited
"""


@pytest.mark.parametrize("max_kb", [1, 6, 9, 20, 60])
def test_files_that_may_not_grow(net: Loopback, tmp_path: Path, max_kb: int) -> None:
    """From the first file that is staged on."""
    farm = Farm(net, sites=3, pages=30)
    output = tmp_path / "wh"
    done = run(farm.feeds, output, prelude=LIMIT_AT_STAGING % (max_kb * 1024))
    assert done.code == 1, done
    assert_one_line(done, "bentpipe: OSError: ", "File too large, in the step Write/")
    assert_only_committed(output)
    assert run(farm.feeds, output).code == 0
    assert run(farm.feeds, tmp_path / "whole").code == 0
    assert facts(output) == facts(tmp_path / "whole")
    assert_sound(output)


def test_no_room_for_the_children_to_start(net: Loopback, tmp_path: Path) -> None:
    """That is the machine's fault, not the pages': the run fails, and no feed or page is written off."""
    farm = Farm(net, sites=1, pages=2)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = run(farm.feeds, tmp_path, limit=limit)
    assert done.code == 1
    assert_one_line(done, "the processes that read pages cannot be started", "File too large")
    assert run(farm.feeds, tmp_path).code == 0
    assert len(rows(tmp_path, "fact_article")) == 2

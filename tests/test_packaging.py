"""The wheel: the packages named one by one, with their data, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.files import PACKAGES, ROOT


def test_the_wheel_holds_the_packages_and_their_data(tmp_path: Path) -> None:
    """Built from a copy, with the setuptools at hand, so that it needs no registry and leaves nothing behind."""
    source = tmp_path / "source"
    top = (*PACKAGES, "feeds", "samples")
    for package in top:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source / file)
    build = [sys.executable, "-c", "import setuptools.build_meta as b; b.build_wheel('%s')" % tmp_path]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(source).as_posix()
        for package in top
        for path in (source / package).rglob("*")
        if path.is_file() and path.suffix in (".py", ".csv", ".opml", ".json", ".jsonl", ".html", ".txt", ".md")
    }
    documents = {name for name in wanted if name.endswith(".md") and not name.startswith("samples/stories/")}
    assert packed >= wanted - documents
    assert {name.split("/")[0] for name in packed} == set(top)


def test_the_package_is_private() -> None:
    assert "Private :: Do Not Upload" in (ROOT / "setup.py").read_text(encoding="utf-8")

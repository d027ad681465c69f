"""The layout: imports point one way, a library is imported in one place, modules stay small enough to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files import PACKAGES, ROOT

MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALLOWED = {
    "schemas": {"schemas"},
    "transforms": {"schemas", "transforms"},
    "runners": {"schemas", "transforms", "runners"},
    "pipeline": {"schemas", "transforms", "pipeline", "runners", "samples"},
}
HOMES = {
    "feedparser": "transforms/collect/",
    "trafilatura": "transforms/extract/",
    "pyarrow": ("transforms/_warehouse/", "schemas/tables.py"),
    "aiohttp": "transforms/_http/",
    "protego": "transforms/_http/",
    "duckdb": "pipeline/",
    "rich": "pipeline/",
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "%s imports relatively" % path
            package = node.module or ""
            yield from ([package] if "." in package else ["%s.%s" % (package, alias.name) for alias in node.names])


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_one_way(path: Path) -> None:
    package = name(path).split("/")[0]
    for module in imports(path):
        top = module.split(".")[0]
        assert top not in (*PACKAGES, "samples", "tests", "bench") or top in ALLOWED[package], module
        if package == "transforms" and top == "transforms":
            of = module.split(".")[1] if "." in module else ""
            own = name(path).split("/")[1].removesuffix(".py")
            assert of.startswith("_") or of == own, "%s imports the verb %s" % (name(path), of)
            assert not (own.startswith("_") and not of.startswith("_")), "%s imports a verb" % name(path)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_library_is_imported_in_one_place(path: Path) -> None:
    for module in imports(path):
        home = HOMES.get(module.split(".")[0])
        assert home is None or name(path).startswith(home), "%s imports %s" % (name(path), module)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "no docstring"


def test_the_graph_fits_a_screen() -> None:
    source = (ROOT / "pipeline" / "ingest.py").read_text(encoding="utf-8")
    (graph,) = (n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == "ingest")
    assert (graph.end_lineno or 0) - graph.lineno < 20


def test_every_ptransform_is_only_wiring() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "expand":
                assert len(node.body) <= 10, name(path)

"""extract_file: the records of the extract command."""

from __future__ import annotations

from pathlib import Path

from transforms._children import Children
from transforms.extract.files import extract_file

PAGES = Path(__file__).parent / "data" / "pages"


def test_a_record_of_a_page() -> None:
    path = str(PAGES / "graph.html")
    record = extract_file(path, "https://harbourwire.example/2026/11/17/orbita-lumen-sky-atlantic")
    assert record["path"] == path
    assert record["title"] == "Orbita Lines picks Lumen Sky for Atlantic fleet"
    assert record["published_at"] == "2026-11-17T09:05:00+01:00"
    assert record["links"]["feeds"] == ["https://harbourwire.example/feed.xml"]
    assert (record["method"], record["is_degraded"], record["language"]) == ("trafilatura", False, "en")
    assert "error" not in record
    assert "kind" not in record


def test_the_address_is_the_pages_own_where_none_is_given(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<html><head><link rel=canonical href=https://a.example/s></head><body><p>Some text here.</p></body></html>"
    )
    assert extract_file(str(page))["url"] == "https://a.example/s"


def test_a_wall_says_what_it_is() -> None:
    record = extract_file(str(PAGES / "robot.html"), "https://harbourwire.example/x")
    assert record["kind"] == "bot_wall"


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    assert extract_file(str(tmp_path / "none.html")).keys() == {"path", "error"}
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    assert extract_file(str(empty)).keys() == {"path", "error"}


def test_it_runs_in_a_child() -> None:
    pool = Children(1, preload=["transforms.extract.preload"])
    try:
        assert pool.submit(extract_file, str(PAGES / "plain.html"), None).result(60)["authors"] == ["Helga Strand"]
    finally:
        pool.close()

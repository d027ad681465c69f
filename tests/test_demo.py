"""The whole graph over HTTP, as a newcomer starts it: the demo, twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from samples.newsroom import Newsroom
from tests.files import ROOT

PORT = 18_791


def bentpipe(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def files(output: Path) -> dict[str, bytes]:
    return {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*.parquet")}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo's output folder, and what it printed."""
    output = tmp_path_factory.mktemp("demo") / "warehouse"
    done = bentpipe("demo", "--output", str(output), "--port", str(PORT))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return output, done.stdout


def rows(output: Path, sql: str) -> list[dict[str, Any]]:
    out = bentpipe("query", sql, "--output", str(output), "--format", "json").stdout
    return [json.loads(line) for line in out.splitlines()]


def test_it_says_what_it_did(demo: tuple[Path, str]) -> None:
    output, printed = demo
    assert printed.startswith("%s: 9 feeds (9 polled, 1 failed)" % output)
    assert "SpaceX" in printed or "Starlink" in printed


def test_every_entry_ends_as_the_newsroom_says(demo: tuple[Path, str]) -> None:
    found = Counter(row["disposition"] for row in rows(demo[0], "SELECT disposition FROM fact_entry"))
    assert sum(found.values()) == 65
    for disposition in ("robots_denied", "paywalled", "bot_wall", "fetch_failed", "too_old", "deferred"):
        assert found[disposition] == 1, disposition
    assert found["duplicate_url"] >= 2


def test_articles_have_the_title_the_newsroom_gave_them(demo: tuple[Path, str]) -> None:
    with Newsroom(PORT) as newsroom:
        titles = {newsroom.story_urls[story.id]: story.title for site in newsroom.sites for story in site.stories}
    found = {row["url"]: row["title"] for row in rows(demo[0], "SELECT url, title FROM fact_article")}
    right = sum(titles[url].casefold() == (title or "").casefold() for url, title in found.items() if url in titles)
    assert right >= 0.9 * len(found)


def test_the_tables_join_in_plain_duckdb(demo: tuple[Path, str]) -> None:
    """As the README says: no view of ours, nothing but the files."""
    sql = """
        SELECT count(*) AS mentions,
               count(*) FILTER (substr(coalesce(a.title, '') || chr(10) || chr(10) || a.text,
                                       m.span_start + 1, m.span_end - m.span_start) = m.quote) AS proven
        FROM read_parquet('{0}/fact_deal_mention/**/*.parquet') m
        JOIN read_parquet('{0}/fact_article/**/*.parquet') a USING (article_id, article_version)
    """
    ((mentions, proven),) = duckdb.sql(sql.format(demo[0])).fetchall()
    assert mentions == proven > 20


def test_the_story_of_italy_gives_three_deals(demo: tuple[Path, str]) -> None:
    sql = """
        SELECT m.deal_type, m.status, m.value_amount, m.value_currency, m.term_months FROM fact_deal_mention m
        JOIN fact_article a USING (article_id) WHERE a.title ILIKE 'Italy%' ORDER BY m.is_main DESC, m.span_start
    """
    found = rows(demo[0], sql)
    assert [tuple(row.values()) for row in found] == [
        ("service_contract", "in_talks", 1_500_000_000, "EUR", 60),
        ("partnership", "agreed", None, None, None),
        ("asset_sale", "completed", 22_000_000_000, "EUR", None),
    ]


def test_the_warehouse_verifies(demo: tuple[Path, str]) -> None:
    done = bentpipe("verify", "--output", str(demo[0]))
    assert done.returncode == 0, done.stdout


def test_a_second_run_adds_a_poll_a_feed_and_a_run(demo: tuple[Path, str]) -> None:
    output, _ = demo
    before = files(output)
    done = bentpipe("demo", "--output", str(output), "--port", str(PORT))
    assert done.returncode == 0, done.stderr
    after = files(output)
    assert {name: after[name] for name in before} == before
    assert Counter(name.split("/")[0] for name in after.keys() - before.keys()) == {"fact_feed_poll": 1, "fact_run": 1}

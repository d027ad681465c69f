"""extract_article on saved pages of our own writing, each beside what it must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from apache_beam.utils.timestamp import Timestamp

from transforms.extract.article import Extracted, extract_article
from transforms.extract.files import published_text

PAGES = sorted((Path(__file__).parent / "data" / "pages").glob("*.html"))
NOW = Timestamp.from_rfc3339("2026-11-24T12:00:00Z")


def actual(found: Extracted) -> dict[str, Any]:
    lines = found.text.split("\n")
    return {
        "kind": found.kind,
        "title": found.title,
        "authors": list(found.authors),
        "published": published_text(found),
        "precision": found.published_precision,
        "source": found.published_source,
        "modified": found.modified_at and found.modified_at.to_utc_datetime(has_tz=True).isoformat(),
        "language": found.language,
        "access": found.access,
        "canonical": found.canonical_url,
        "feeds": list(found.feed_links),
        "amp": found.amp_url,
        "method": found.method,
        "first": lines[0],
        "last": lines[-1],
        "lines": len(lines),
        "text": lines,
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_gives_what_stands_beside_it(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text())
    found = extract_article(page.read_bytes(), expected.pop("url"), now=NOW)
    given = actual(found)
    for name in ("first", "last"):
        start = expected.get(name)
        if start is not None and given[name].startswith(start):
            given[name] = start
    assert {name: given[name] for name in expected} == expected
    assert not found.is_degraded
    assert not found.is_truncated

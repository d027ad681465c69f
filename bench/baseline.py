"""The script a user would write instead: feedparser, requests in 16 threads, trafilatura with metadata, pyarrow.

    python -m bench.baseline OUTPUT.parquet FEED…

It has no memory, no manners, no limits and no deals; ``bench/run.py`` runs it on the same farm for comparison.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import feedparser
import pyarrow as pa
import pyarrow.parquet as pq
import requests
import trafilatura

THREADS = 16


def read_page(url: str) -> dict[str, Any] | None:
    """Fetches one page and extracts its article."""
    answer = requests.get(url, timeout=10)
    found = trafilatura.bare_extraction(answer.text, url=url, with_metadata=True)
    if found is None:
        return None
    return {"url": url, "title": found.title, "author": found.author, "date": found.date, "text": found.text}


def library_article(html: bytes, url: str) -> object:
    """trafilatura's own extraction with metadata."""
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, fast=True)
    return found.title if found else None


def main() -> None:
    """Reads all pages of all feeds."""
    output, *feeds = sys.argv[1:]
    with ThreadPoolExecutor(THREADS) as pool:
        bodies = pool.map(lambda url: requests.get(url, timeout=10).content, feeds)
        links = [entry.link for body in bodies for entry in feedparser.parse(body).entries]
        rows = [row for row in pool.map(read_page, links) if row]
    pq.write_table(pa.Table.from_pylist(rows), output)
    print(len(rows))


if __name__ == "__main__":
    main()

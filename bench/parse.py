"""Scores the feed parser on saved feeds, and its speed beside feedparser's defaults.

    python bench/parse.py [--misses N] [FOLDER]

FOLDER, by default what BENTPIPE_CORPORA names, holds gzipped JSON lines. ``oracle-*.jsonl.gz``: {id, data or
data_b64, headers, expected: {entries: [{title, link, id, published, updated, summary, content}], match, count}}, a
feed and what another project expects of it.
``feeds-plain.jsonl.gz``: feeds without expectations. Dates compare in UTC seconds, ids and links exactly (but for
white space around them), texts without tags and with entities folded; ``published`` falls back to ``updated``,
``content`` to the summary. ``--misses N`` prints the first N misses of each field.
"""

from __future__ import annotations

import argparse
import base64
import collections
import datetime
import gzip
import html
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedparser
from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Feed
from transforms.collect.items import FeedError
from transforms.collect.parse import entries_of_bytes, parse_feed

FIELDS = ("title", "link", "id", "published", "updated", "summary", "content")
HEAVY_BYTES = 20_000


def feeds_of(path: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The rows of a file, each with its feed's bytes."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            data = row.get("data")
            yield row, base64.b64decode(row["data_b64"]) if data is None else data.encode("utf-8", "surrogatepass")


def parse(row: dict[str, Any], body: bytes) -> list[dict[str, Any]] | FeedError:
    """What ``bentpipe parse`` prints of a feed, or the error it answers with."""
    headers = row.get("headers") or {}
    url = headers.get("content-location") or ""
    try:
        return list(entries_of_bytes(body, row["id"], url, headers.get("content-type")))
    except FeedError as error:
        return error


def folded(text: str | None) -> str:
    """A text without tags, entities and white space."""
    text = html.unescape(html.unescape(re.sub(r"<[^<>]*>", "", text or "")))
    return re.sub(r"\s+", "", re.sub(r"<[^<>]*>", "", text))


def seconds(text: str) -> int:
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp())


def is_right(field: str, expected: str, entry: dict[str, Any] | None) -> bool:
    """Whether the entry says what the oracle expects of a field."""
    if entry is None:
        return False
    if field in ("published", "updated"):
        at = entry["updated_at"] if field == "updated" else entry["published_at"] or entry["updated_at"]
        return at is not None and seconds(at) == seconds(expected)
    if field in ("link", "id"):
        return bool((entry["url"] if field == "link" else entry["guid"]) == expected.strip())
    if field == "content":
        return folded(expected) in (folded(entry["content"]), folded(entry["summary"]))
    return folded(expected) == folded(entry[field])


def score_oracle(path: Path, misses: dict[str, list[str]]) -> tuple[dict[str, list[int]], int]:
    """[right, all] a field, and the feeds that raised something else than FeedError."""
    scores: dict[str, list[int]] = {field: [0, 0] for field in FIELDS}
    raised = 0
    for row, body in feeds_of(path):
        try:
            parsed = parse(row, body)
        except Exception as error:  # the figure this bench is for
            print("RAISED", row["id"], repr(error))
            raised += 1
            continue
        entries = [] if isinstance(parsed, FeedError) else parsed
        by_id = {entry["guid"]: entry for entry in entries} if row["expected"].get("match") == "id" else {}
        for number, expected in enumerate(row["expected"]["entries"]):
            entry = by_id.get(expected.get("id")) or (entries[number] if number < len(entries) else None)
            for field in FIELDS:
                if expected.get(field) is not None:
                    scores[field][1] += 1
                    if is_right(field, expected[field], entry):
                        scores[field][0] += 1
                    else:
                        misses[field].append("%s %r: %s" % (row["id"], expected[field][:150], str(entry)[:600]))
    return scores, raised


def score_plain(path: Path) -> str:
    """Feeds with entries, clean errors, exceptions, feeds whose ids are not distinct."""
    counts: collections.Counter[str] = collections.Counter()
    for row, body in feeds_of(path):
        try:
            parsed = parse(row, body)
        except Exception as error:  # the figure this bench is for
            print("RAISED", row["id"], repr(error))
            counts["raised"] += 1
            continue
        if isinstance(parsed, FeedError):
            counts["errors"] += 1
            continue
        ids = [entry["entry_id"] for entry in parsed]
        counts["feeds"] += 1
        counts["entries"] += len(ids)
        counts["ids not distinct"] += len(ids) != len(set(ids))
    order = ("feeds", "entries", "errors", "raised", "ids not distinct")
    return ", ".join("%s %d" % (name, counts[name]) for name in order)


def is_heavy(body: bytes) -> bool:
    """Whether a feed's fields hold more HTML tags (escaped or in CDATA) than the feed itself has."""
    in_cdata = sum(section.count(b"<") for section in re.findall(rb"<!\[CDATA\[(.*?)\]\]>", body, re.DOTALL))
    inside = in_cdata + body.count(b"&lt;")
    return len(body) >= HEAVY_BYTES and inside > body.count(b"<") - in_cdata


def generated() -> bytes:
    """A feed of 200 entries with 4 KB of HTML each, half of it in CDATA."""
    chance = random.Random(1)
    words = ["satellite", "deal", '<a href="/a?b=1">link</a>', "<strong>capacity</strong>", "’s", '<img src="i.jpg">']
    items = []
    for number in range(200):
        text = "".join("<p>%s</p>" % " ".join(chance.choices(words, k=60)) for _ in range(4))
        body = "<![CDATA[%s]]>" % text if number % 2 else html.escape(text)
        items.append(
            "<item><title>Title %d</title><link>https://news.example/%d</link><description>%s</description>"
            "<pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate></item>" % (number, number, body)
        )
    return ("<rss version='2.0'><channel><title>T</title>%s</channel></rss>" % "".join(items)).encode()


def timed(function: Callable[[], Any]) -> float:
    """The shorter of two runs, in CPU seconds."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def speed(name: str, bodies: list[bytes]) -> str:
    """CPU seconds of both parsers on these feeds."""
    feed, now = Feed("f", "https://news.example/feed"), Timestamp.now()
    ours = sum(timed(lambda body=body: answer(body, feed, now)) for body in bodies)
    theirs = sum(timed(lambda body=body: feedparser.parse(body)) for body in bodies)
    size = sum(map(len, bodies)) / 1e6
    return "%s: %d feeds, %.1f MB: parse_feed %.3f s, feedparser's defaults %.3f s, ratio %.2f" % (
        name, len(bodies), size, ours, theirs, theirs / ours if ours else 0.0,
    )  # fmt: skip


def answer(body: bytes, feed: Feed, now: Timestamp) -> object:
    try:
        return parse_feed(body, "", None, feed, now)
    except FeedError as error:
        return error


def main() -> int:
    """Prints the figures; 1 where a feed raised or ids are not distinct."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, nargs="?", default=os.environ.get("BENTPIPE_CORPORA", "corpora"))
    arguments.add_argument("--misses", type=int, default=0)
    options = arguments.parse_args()
    paths = sorted(options.folder.glob("oracle-*.jsonl.gz"))
    plain = options.folder / "feeds-plain.jsonl.gz"
    if not paths and not plain.exists():
        print("SKIPPED: no oracle-*.jsonl.gz and no feeds-plain.jsonl.gz in %s" % options.folder, file=sys.stderr)
        return 0
    total = {field: [0, 0] for field in FIELDS}
    misses: dict[str, list[str]] = collections.defaultdict(list)
    failed = 0
    print("%-28s" % "oracle" + "".join("%14s" % field for field in FIELDS))
    for path in paths:
        scores, raised = score_oracle(path, misses)
        failed += raised
        print("%-28s" % path.name[7:-9] + "".join("%14s" % ("%d/%d" % tuple(scores[field])) for field in FIELDS))
        for field in FIELDS:
            total[field] = [a + b for a, b in zip(total[field], scores[field])]
    print("%-28s" % "all" + "".join("%13.2f%%" % (100 * a / b if b else 100) for a, b in total.values()))
    for field in FIELDS:
        for miss in misses[field][: options.misses]:
            print("MISS", field, miss)
    if plain.exists():
        line = score_plain(plain)
        print("feeds-plain: " + line)
        failed += "raised 0" not in line or "distinct 0" not in line
        paths.append(plain)
    bodies = [body for path in paths for _, body in feeds_of(path)]
    print(speed("generated, HTML-heavy", [generated()]))
    print(speed("HTML-heavy", [body for body in bodies if is_heavy(body)]))
    print(speed("all of %d KB and more" % (HEAVY_BYTES // 1000), [body for body in bodies if len(body) >= HEAVY_BYTES]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

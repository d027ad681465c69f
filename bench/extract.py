"""Scores extraction on pages with known text, beside trafilatura's modes and other libraries, in one run and one table.

``python -m bench.extract FOLDER``: FOLDER holds ``*.jsonl.gz`` (a row a page: id, url, html or html_b64, expected) or
pairs ``x.html`` and ``x.json`` (url, expected); expected has text and, where known, title, date, authors. Without a
folder the environment's BENTPIPE_CORPORA. ``--hostile``: the pages made to hurt instead, each in a child, and how soon
the next page is answered. Readability-lxml, newspaper4k and resiliparse join where they are installed.

Engines take turns page by page, so that a noisy machine is noisy for all. Times are CPU milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import gzip
import hashlib
import importlib
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from bench.hostile import hostile_pages
from bench.pages import html_of
from bench.scores import (
    authors_overlap,
    date_is_right,
    percentile,
    shingle_f1,
    states_author,
    states_date,
    title_is_right,
    word_f1,
)
from transforms._children import ChildError, Children
from transforms.extract.article import ExtractError, extract_article
from transforms.extract.files import published_text


class Page(NamedTuple):
    """A page, and what it should give."""

    source: str
    id: str
    url: str
    html: bytes
    expected: dict[str, Any]


class Given(NamedTuple):
    """What an engine gave."""

    text: str
    title: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()


Engine = Callable[[Page], Given]


def read_pages(folder: Path) -> Iterator[Page]:
    """Yields the pages of a folder that have an expected text."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                html = html_of(row)
                if html is not None and "text" in row.get("expected", {}):
                    yield Page(path.name.split(".")[0], row["id"], row["url"], html, row["expected"])
    for path in sorted(folder.glob("*.html")):
        with contextlib.suppress(FileNotFoundError):
            row = json.loads(path.with_suffix(".json").read_text())
            if "text" in row.get("expected", {}):
                yield Page(folder.name, path.stem, row.get("url", ""), path.read_bytes(), row["expected"])


def _bentpipe(page: Page) -> Given:
    try:
        found = extract_article(page.html, page.url)
    except ExtractError:
        return Given("")
    return Given(found.text, found.title, published_text(found), found.authors)


def _trafilatura(*, metadata: bool, **options: Any) -> Engine:
    def run(page: Page) -> Given:
        found: Any = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=metadata, **options)
        if found is None:
            return Given("")
        return Given(found.text or "", found.title, found.date, (found.author,) if found.author else ())

    return run


def _readability(page: Page) -> Given:
    document = importlib.import_module("readability").Document(page.html.decode("utf-8", "replace"))
    tree = importlib.import_module("lxml.html").fromstring(document.summary())
    return Given("\n".join(tree.itertext()), document.short_title())


def _newspaper(page: Page) -> Given:
    article = importlib.import_module("newspaper").Article(page.url, fetch_images=False)
    article.download(input_html=page.html.decode("utf-8", "replace"))
    article.parse()
    date = article.publish_date.isoformat() if article.publish_date else None
    return Given(article.text, article.title, date, tuple(article.authors))


def _resiliparse(page: Page) -> Given:
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return Given(extract(page.html.decode("utf-8", "replace"), main_content=True))


def engines() -> dict[str, Engine]:
    """The engines, the others' libraries where they can be imported."""
    found: dict[str, Engine] = {
        "bentpipe": _bentpipe,
        "trafilatura default": _trafilatura(metadata=False),
        "trafilatura fast": _trafilatura(metadata=False, fast=True),
        "trafilatura precise": _trafilatura(metadata=False, favor_precision=True),
        "trafilatura recall": _trafilatura(metadata=False, favor_recall=True),
        "trafilatura fast, metadata": _trafilatura(metadata=True, fast=True),
    }
    others = (("readability", _readability), ("newspaper", _newspaper), ("resiliparse.extract.html2text", _resiliparse))
    for module, engine in others:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
            found[module.partition(".")[0]] = engine
    return found


def run_scores(folder: Path) -> None:
    """Prints a table a source and half of its pages, and one of all times."""
    pages = list(read_pages(folder))
    if not pages:
        sys.exit("no pages with an expected text in %s" % folder)
    table = engines()
    given: dict[str, list[Given]] = {name: [] for name in table}
    cpu_ms: dict[str, list[float]] = {name: [] for name in table}
    for engine in table.values():  # what is loaded at the first page is not a page's cost
        with contextlib.suppress(Exception):
            engine(pages[0])
    gc.freeze()
    for number, page in enumerate(pages):
        names = list(table)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            start = time.process_time()
            try:
                answer = table[name](page)
            except Exception as error:  # an engine that stumbles scores nothing there; it is told
                print("%s: %s on %s" % (name, type(error).__name__, page.id), file=sys.stderr)
                answer = Given("")
            cpu_ms[name].append(1000 * (time.process_time() - start))
            given[name].append(answer)
    for source in dict.fromkeys(page.source for page in pages):
        for half in (None, 0, 1):
            chosen = [n for n, page in enumerate(pages) if page.source == source and half in (None, _half(page))]
            label = "all" if half is None else ("developed on", "held out")[half]
            print("\n%s, %s: %d pages" % (source, label, len(chosen)))
            _print_scores([pages[n] for n in chosen], {name: [rows[n] for n in chosen] for name, rows in given.items()})
    print("\nCPU ms a page%26s %8s %8s %8s %8s" % ("mean", "p50", "p99", "max", "to fast"))
    for name, times in cpu_ms.items():
        mean, base = sum(times) / len(times), sum(cpu_ms["trafilatura fast, metadata"]) / len(times)
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        print("%-30s %8.1f %8.1f %8.1f %8.1f %8.2f" % (name, mean, p50, p99, max(times), mean / base))


def _half(page: Page) -> int:
    """0: pages that the rules were made on; 1: pages held out."""
    return int(hashlib.md5(page.id.encode(), usedforsecurity=False).hexdigest(), 16) % 2


def _print_scores(pages: list[Page], given: dict[str, list[Given]]) -> None:
    """A line an engine. "stated": of the pages whose source holds the expected date or author at all."""
    stated = [_stated(page) for page in pages]
    print("%-30s %8s %8s %8s %8s %8s %8s %8s"
          % ("", "shingles", "words", "title", "date", "stated", "authors", "stated"))  # fmt: skip
    for name, answers in given.items():
        rows = list(zip(pages, answers, stated, strict=True))
        texts = [(page.expected["text"], answer.text) for page, answer, _ in rows]
        titles = [title_is_right(p.expected["title"], a.title) for p, a, _ in rows if p.expected.get("title")]
        dates = [(date_is_right(p.expected["date"], a.date), s.date) for p, a, s in rows if p.expected.get("date")]
        authors = [
            (authors_overlap(p.expected["authors"], a.authors), s.author)
            for p, a, s in rows
            if p.expected.get("authors")
        ]
        if not any(answer.title for answer in answers):
            titles, dates, authors = [], [], []
        columns = [titles]
        for hits in (dates, authors):
            columns += [[hit for hit, _ in hits], [hit for hit, is_stated in hits if is_stated]]
        shares = "".join(" %8s" % ("%.3f" % (sum(hits) / len(hits)) if hits else "-") for hits in columns)
        print("%-30s %8.4f %8.4f%s" % (name, shingle_f1(texts), word_f1(texts), shares))
    print("dates stated on %d pages, authors on %d" % (sum(s.date for s in stated), sum(s.author for s in stated)))


class _Stated(NamedTuple):
    """Whether a page holds the expected date, and one of the expected authors."""

    date: bool
    author: bool


def _stated(page: Page) -> _Stated:
    source = page.html.decode("utf-8", "replace")
    date, authors = page.expected.get("date"), page.expected.get("authors")
    return _Stated(bool(date and states_date(source, date)), bool(authors and states_author(source, authors)))


def run_hostile() -> None:
    """Prints how each hostile page ends in a child, and how long the page after it takes."""
    good = b"<html><body><article><p>%s</p></article></body></html>" % (b"An ordinary page of a few words. " * 20)
    print("%-32s %8s %8s %8s  %s" % ("page", "MB", "s", "next s", "outcome"))
    children = Children(1, preload=["transforms.extract.preload"])
    children.submit(extract_article, good, "https://example.com/a").result()
    for page in hostile_pages(is_full=True):
        start = time.monotonic()
        try:
            found = children.submit(extract_article, page.html, "https://example.com/a").result()
            lost = page.marker is not None and page.marker not in found.text
            marks = [found.kind, found.method, found.detail or "", "cut, and said so" if found.is_truncated else ""]
            outcome = ", ".join(filter(None, marks)) + (", LOST UNSAID" if lost and not found.is_truncated else "")
        except (ExtractError, ChildError) as error:
            outcome = str(error)
        ended = time.monotonic()
        children.submit(extract_article, good, "https://example.com/a").result()
        after = time.monotonic() - ended
        print("%-32s %8.2f %8.2f %8.3f  %s" % (page.name, len(page.html) / 1e6, ended - start, after, outcome))
    children.close()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("largest peak of a child, with what it shares: %.0f MB" % peak)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=os.environ.get("BENTPIPE_CORPORA"))
    parser.add_argument("--hostile", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if options.hostile:
        run_hostile()
    elif options.folder is None:
        sys.exit("skipped: name a folder of pages, or set BENTPIPE_CORPORA")
    else:
        run_scores(Path(options.folder))


if __name__ == "__main__":
    main()

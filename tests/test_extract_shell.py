"""ExtractArticles: what comes of each kind of answer, and when a page is tried again."""

from __future__ import annotations

import asyncio
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.utils.timestamp import Duration

from schemas.rows import Entry, Outcome
from tests import rows
from tests.fakes import FakeEngine, answer, failure
from transforms._children import ChildError
from transforms.extract.transform import MAX_ATTEMPTS, ExtractArticles, _Extract, defer_entry

URL = "https://news.example/a"
WORDS = " ".join("Alpha signed a contract with Beta for %d satellites in the spring." % n for n in range(40))
PAGE = (
    "<html><head><title>Alpha signs Beta</title></head>"
    "<body><article><h1>Alpha signs Beta</h1><p>%s</p></article></body></html>" % WORDS
)
HTML = {"content-type": "text/html; charset=utf-8"}


def outcome_of(response: Any, errors: dict[str, Exception] | None = None, **fields: Any) -> Outcome:
    """What becomes of the entry whose page answers so."""
    shell = _Extract(lambda: FakeEngine({URL: response}, rows.NOW, errors), 600)
    shell.setup()
    (outcome,) = asyncio.run(shell.work(rows.entry("a", **fields)))
    return outcome


def test_a_page_becomes_an_article_with_the_disposition_open() -> None:
    outcome = outcome_of(answer(URL, PAGE, headers=HTML))
    assert outcome.article is not None
    assert outcome.article.title == "Alpha signs Beta"
    assert WORDS in outcome.article.text
    assert outcome.article.article_id == outcome.entry.article_id
    assert outcome.article.http_status == 200
    assert outcome.entry.disposition is None
    assert not outcome.rejects


@pytest.mark.parametrize(
    ("response", "disposition", "codes"),
    [
        (answer(URL, status=404), "fetch_failed", ["http_4xx"]),
        (answer(URL, status=410), "fetch_failed", ["http_410"]),
        (answer(URL, status=503), "deferred", ["http_5xx"]),
        (answer(URL, status=429), "deferred", ["http_429"]),
        (answer(URL, status=403), "bot_wall", []),
        (answer(URL, status=402), "paywalled", []),
        (answer(URL, PAGE, headers={"cf-mitigated": "challenge"}), "bot_wall", []),
        (failure(URL, "timeout_total"), "deferred", ["timeout_total"]),
        (failure(URL, "site_budget"), "deferred", []),
        (answer(URL, status=None, error_code="robots_disallow", stage="robots", retryable=False), "robots_denied", []),
        (answer(URL, status=None, error_code="too_large_wire", retryable=False), "fetch_failed", ["too_large_wire"]),
        (answer(URL, status=None, error_code="ssrf_blocked", retryable=False), "fetch_failed", ["ssrf_blocked"]),
    ],
)
def test_no_page(response: Any, disposition: str, codes: list[str]) -> None:
    outcome = outcome_of(response)
    assert outcome.entry.disposition == disposition
    assert [reject.error_code for reject in outcome.rejects] == codes
    assert (outcome.entry.next_attempt_at is not None) == (disposition == "deferred")
    assert outcome.article is None


@pytest.mark.parametrize("code", ["extract_timeout", "extract_crash", "extract_oom"])
def test_a_page_that_ends_its_child_costs_only_itself(code: str) -> None:
    error = ChildError(code)
    outcome = outcome_of(answer(URL, PAGE, headers=HTML), {"extract_article": error})
    assert outcome.entry.disposition == "extract_failed"
    assert [(reject.stage, reject.error_code) for reject in outcome.rejects] == [("extract", code)]
    assert outcome.rejects[0].payload_head == PAGE.encode()[:4096]


def test_an_error_of_the_extractor_is_a_reject() -> None:
    outcome = outcome_of(answer(URL, PAGE, headers=HTML), {"extract_article": ZeroDivisionError("\x1b[31m\nno")})
    assert outcome.entry.disposition == "extract_failed"
    assert outcome.rejects[0].error_class == "ZeroDivisionError"
    assert outcome.rejects[0].message == "\\x1b[31m\\nno"


def test_the_feeds_full_content_stands_for_a_page_that_is_gone() -> None:
    outcome = outcome_of(answer(URL, status=404), content="<p>%s</p>" % WORDS)
    assert outcome.article is not None
    assert outcome.article.method == "feed_content"
    assert outcome.article.fetched_at is None
    assert outcome.entry.disposition is None


def test_the_summary_stands_for_a_page_that_is_refused() -> None:
    outcome = outcome_of(answer(URL, status=403), summary="Alpha has signed a contract with Beta.")
    assert outcome.article is not None
    assert (outcome.article.method, outcome.article.text) == ("summary", "Alpha has signed a contract with Beta.")
    assert outcome.entry.disposition == "bot_wall"


def test_attempts_wait_twice_as_long_each_time_and_end() -> None:
    waits = []
    entry = rows.entry("a")
    for attempt in range(MAX_ATTEMPTS):
        settled = defer_entry(entry._replace(attempt=attempt), rows.NOW, "HTTP status 503", 600, None)
        if settled.disposition == "deferred":
            assert settled.next_attempt_at is not None
            waits.append(settled.next_attempt_at - rows.NOW)
    assert waits == [Duration(seconds=s) for s in (600, 1200, 2400, 4800)]
    assert settled.disposition == "fetch_failed"


def test_no_attempt_after_three_days() -> None:
    late = rows.NOW + Duration(seconds=73 * 3600)
    assert defer_entry(rows.entry("a"), late, "x", 600, None).disposition == "fetch_failed"


def test_retry_after_is_waited_for() -> None:
    settled = defer_entry(rows.entry("a"), rows.NOW, "x", 600, 7200)
    assert settled.next_attempt_at == rows.NOW + Duration(seconds=7200)


def test_one_outcome_an_entry_on_the_runner() -> None:
    urls = ["https://news.example/%d" % n for n in range(20)]
    pages = {url: answer(url, PAGE, headers=HTML) for url in urls}
    entries = [rows.entry(str(n)) for n in range(30)]

    def key(outcome: Outcome) -> tuple[str, str | None]:
        return outcome.entry.entry_id, outcome.entry.disposition

    def wanted(entry: Entry) -> tuple[str, str | None]:
        return entry.entry_id, None if entry.url in pages else "fetch_failed"

    with beam.Pipeline(runner=FnApiRunner()) as p:
        made = p | beam.Create(entries) | ExtractArticles(lambda: FakeEngine(pages, rows.NOW))
        assert_that(made | beam.Map(key), equal_to([wanted(entry) for entry in entries]))

"""Entries → Outcomes: fetches the pages politely and extracts the articles; ``ExtractArticles`` is the shell."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas.ids import make_id
from schemas.rows import Article, Entry, Outcome, Reject
from transforms._children import ChildError, NoChildError
from transforms._counts import count, observe
from transforms._engine import ConcurrentDoFn, EngineSettings
from transforms._http import Request, Response
from transforms._text import describe_error
from transforms._urls import clean_url, redact_bytes, redact_url, site_of
from transforms.extract.article import Extracted, ExtractError, Hints, extract_article, extract_feed_content, sha256_of

MAX_ATTEMPTS = 5
MAX_AGE_SECONDS = 72 * 3_600
MAX_RETRY_SECONDS = 24 * 3_600
MIN_FEED_CONTENT_WORDS = 150
"""From this length on, the feed's own content stands for a page that cannot be had."""

# No failure of the page: it was not its turn.
_NOT_TRIED = frozenset({"site_budget", "site_closed", "shutdown"})
# Answers that refuse us: the feed's summary is then all there is, and is kept as the article.
_REFUSED = frozenset({"robots_denied", "bot_wall", "consent_wall", "paywalled"})
_BLOCKED_STATUSES = frozenset({401, 403, 406, 451})
_RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


class Failure(typing.NamedTuple):
    """Why no article came of a page."""

    disposition: str
    code: str
    stage: str = "fetch"
    message: str | None = None
    error_class: str | None = None
    is_retryable: bool = False
    retry_after_s: int | None = None
    http_status: int | None = None
    payload_head: bytes | None = None


def judge_response(response: Response) -> Failure | None:
    """Returns why a response holds no page, None where it holds one. Every HTTP status has its place here."""
    status = response.status
    if response.error_code is not None:
        return Failure(
            "robots_denied" if response.error_code == "robots_disallow" else "fetch_failed",
            response.error_code,
            response.stage or "fetch",
            response.message,
            response.error_class,
            response.retryable,
            response.retry_after_s,
            status,
        )
    if response.headers.get("cf-mitigated", "").lower() == "challenge":
        return Failure("bot_wall", "bot_challenge", message="challenge for robots", http_status=status)
    if status == 200:
        return None
    message = "HTTP status %s" % status
    if status in _RETRYABLE_STATUSES:
        code = "http_429" if status == 429 else "http_5xx" if (status or 0) >= 500 else "http_4xx"
        return Failure("fetch_failed", code, "fetch", message, None, True, response.retry_after_s, status)
    if status == 402:
        return Failure("paywalled", "http_4xx", message=message, http_status=status)
    if status in (404, 410):
        return Failure("fetch_failed", "http_410" if status == 410 else "http_4xx", message=message, http_status=status)
    if status in _BLOCKED_STATUSES:
        return Failure("bot_wall", "http_4xx", message=message, http_status=status)
    return Failure("fetch_failed", "http_%dxx" % ((status or 0) // 100), message=message, http_status=status)


def defer_entry(
    entry: Entry, now: Timestamp, detail: str, retry_seconds: int, retry_after_s: int | None, is_tried: bool = True
) -> Entry:
    """Returns the entry deferred, each time twice as long, or as fetch_failed when no try is left.

    is_tried: False where it was not the page's turn; that neither uses up a try nor makes the wait longer.
    """
    age: Duration = now - (entry.first_seen_at or now)
    if (is_tried and entry.attempt + 1 >= MAX_ATTEMPTS) or age >= Duration(seconds=MAX_AGE_SECONDS):
        return entry._replace(disposition="fetch_failed", detail="%s; no more tries" % detail)
    wait = min(max(retry_seconds * (2**entry.attempt if is_tried else 1), retry_after_s or 0), MAX_RETRY_SECONDS)
    return entry._replace(disposition="deferred", detail=detail, next_attempt_at=now + Duration(seconds=wait))


def reject_of(entry: Entry, failure: Failure, now: Timestamp) -> Reject:
    """The dead letter of a failure."""
    return Reject(
        stage=failure.stage,
        error_code=failure.code,
        subject_id=entry.entry_id,
        failed_at=now,
        error_class=failure.error_class,
        message=failure.message,
        retryable=failure.is_retryable,
        feed_id=entry.feed_id,
        entry_id=entry.entry_id,
        url=redact_url(entry.url or ""),
        http_status=failure.http_status,
        attempts=entry.attempt + 1,
        payload_head=failure.payload_head,
    )


def hints_of(entry: Entry) -> Hints:
    """What the feed says of the article."""
    return Hints(
        title=entry.title,
        published_at=entry.published_at,
        author=entry.author,
        language=entry.language,
        content=entry.content,
        summary=entry.summary,
    )


def make_article(entry: Entry, extracted: Extracted, response: Response | None) -> Article:
    """The article row of an extracted page (or of the feed's content, without a response)."""
    url = response.final_url if response else clean_url(entry.url or "")
    return Article(
        article_id=make_id(clean_url(extracted.canonical_url or url)),
        feed_id=entry.feed_id,
        entry_id=entry.entry_id,
        requested_url=redact_url(entry.url or ""),
        url=redact_url(url),
        canonical_url=redact_url(extracted.canonical_url) if extracted.canonical_url else None,
        site=site_of(url),
        title=extracted.title,
        authors=list(extracted.authors),
        language=extracted.language,
        published_at=extracted.published_at,
        published_precision=extracted.published_precision,
        published_source=extracted.published_source,
        modified_at=extracted.modified_at,
        fetched_at=response.fetched_at if response else None,
        http_status=response.status if response else None,
        text=extracted.text,
        text_sha256=sha256_of(extracted.text),
        word_count=len(extracted.text.split()),
        method=extracted.method,
        access=extracted.access,
        is_degraded=extracted.is_degraded,
        is_truncated=extracted.is_truncated,
    )


class _Extract(ConcurrentDoFn):
    """(site, entries) → one Outcome an entry."""

    def __init__(self, engine: EngineSettings | Callable[[], typing.Any], retry_seconds: int) -> None:
        super().__init__(engine)
        self._retry_seconds = retry_seconds

    async def work(self, item: Entry) -> Sequence[Outcome]:
        admitted = False

        async def admit() -> None:
            nonlocal admitted
            await self.engine.admit()
            admitted = True

        try:
            response = await self.engine.fetch(Request(item.url or "", "page"), admit)
            self.note(count, "bytes", response.wire_bytes)
            self.note(observe, "fetch_ms", response.duration_ms)
            failure = judge_response(response)
            if failure is None:
                found = await self._extract(item, response)
                if not isinstance(found, Failure):
                    return [self._read(item, found, response)]
                failure = found
        finally:
            if admitted:
                self.engine.release()
        return [await self._fail(item, failure)]

    def abandon(self, item: Entry) -> Sequence[Outcome]:
        now = self.engine.now()
        return [Outcome(item._replace(disposition="deferred", detail="the run was stopped", next_attempt_at=now))]

    def count(self, output: Outcome) -> None:
        count("pages")

    async def _extract(self, entry: Entry, response: Response) -> Extracted | Failure:
        kind = response.headers.get("content-type")
        try:
            found, seconds = await self.engine.timed(
                extract_article, response.body, response.final_url, kind, hints_of(entry)
            )
        except NoChildError:
            raise
        except ExtractError as error:
            return _tripped(error, error.code, str(error), response)
        except ChildError as error:
            return _tripped(error, error.code, str(error), response)
        except Exception as error:  # a page that our code or a library trips over costs that page, not the run
            return _tripped(error, "extract_crash", describe_error(error), response)
        self.note(observe, "extract_ms", round(1_000 * seconds))
        if found.kind == "article" or (found.kind == "paywalled" and found.text):
            return found
        return Failure(found.kind, found.kind, "extract", found.detail, http_status=response.status)

    def _read(self, entry: Entry, found: Extracted, response: Response) -> Outcome:
        article = make_article(entry, found, response)
        disposition = "paywalled" if found.kind == "paywalled" else None
        return Outcome(
            entry._replace(article_id=article.article_id, disposition=disposition, detail=found.detail), article
        )

    async def _fail(self, entry: Entry, failure: Failure) -> Outcome:
        now = self.engine.now()
        detail = failure.message or failure.code
        is_tried = failure.code not in _NOT_TRIED
        if failure.is_retryable or not is_tried:
            settled = defer_entry(entry, now, detail, self._retry_seconds, failure.retry_after_s, is_tried)
        else:
            settled = entry._replace(disposition=failure.disposition, detail=detail)
        is_failure = failure.disposition in ("fetch_failed", "extract_failed") and is_tried
        rejects = [reject_of(entry, failure, now)] if is_failure else []
        if settled.disposition == "deferred":
            return Outcome(settled, rejects=rejects)
        stand_in = await self._stand_in(settled)
        if stand_in is None:
            return Outcome(settled, rejects=rejects)
        article = make_article(entry, stand_in, None)
        kept = settled.disposition if stand_in.method == "summary" else None
        return Outcome(settled._replace(article_id=article.article_id, disposition=kept), article, rejects=rejects)

    async def _stand_in(self, entry: Entry) -> Extracted | None:
        """The feed's own full content in place of the page; its summary where the page was refused to us."""
        try:
            if entry.content:
                found: Extracted = await self.engine.call(
                    extract_feed_content, entry.content, entry.url, hints_of(entry)
                )
                if len(found.text.split()) >= MIN_FEED_CONTENT_WORDS:
                    return found
        except (ExtractError, ChildError):
            pass  # the feed's content is no better than the page: the entry keeps the page's disposition
        if entry.disposition in _REFUSED and entry.summary:
            return Extracted.of_summary(hints_of(entry))
        return None


def _tripped(error: Exception, code: str, message: str, response: Response) -> Failure:
    """The failure of a page that was fetched and could not be read."""
    head = redact_bytes(response.body[:4_096])
    return Failure("extract_failed", code, "extract", message, type(error).__name__, payload_head=head)


@dataclass(eq=False)
class ExtractArticles(beam.PTransform["PCollection[Entry]", "PCollection[Outcome]"]):
    """Fetches each entry's page and extracts its article.

    In: entries with an address. Out: one Outcome an entry: an article with the disposition still open, or settled as
    what went wrong (deferred where a later run may do better). Rejects: in the Outcome, for pages that could not be
    fetched or extracted. Effects: one request at a time to a site. Counts: pages, bytes, fetch_ms, extract_ms.
    Args: engine: the process's engine settings; retry_seconds: wait before the second attempt, doubled each time.
    """

    engine: EngineSettings | Callable[[], typing.Any]
    retry_seconds: int = 600

    def expand(self, entries: PCollection[Entry]) -> PCollection[Outcome]:
        return (
            entries
            | "BySite"
            >> beam.Map(lambda entry: (site_of(entry.url), entry)).with_output_types(typing.Tuple[str, Entry])  # noqa: UP006
            | "Group" >> beam.GroupByKey()
            | "Extract" >> beam.ParDo(_Extract(self.engine, self.retry_seconds)).with_output_types(Outcome)
        )

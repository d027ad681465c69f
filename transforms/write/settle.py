"""Outcomes → settled Outcomes: entries that turned out to be one article are joined, versions and ids are given."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from apache_beam.coders import registry
from apache_beam.utils.timestamp import Timestamp

from schemas import tables
from schemas.ids import make_id
from schemas.rows import Article, Deal, Entry, Outcome
from schemas.tables import DealParty
from transforms._urls import redact_url

KnownVersion = tuple[int, str] | None
"""Newest version of an article in the warehouse and the hash of its text; None where it has none."""


_CODER = registry.get_coder(Outcome)


def pack_outcome(outcome: Outcome) -> bytes:
    """An outcome as it crosses the shuffle: encoded and compressed.

    The local runner holds what crosses a shuffle in memory, and decoded: a packed outcome takes 2 KB there, not 12.
    The feed's own content has served its purpose by now and stays behind.
    """
    return zlib.compress(_CODER.encode(outcome._replace(entry=outcome.entry._replace(content=None))), level=1)


def unpack_outcome(data: bytes) -> Outcome:
    """The reverse of pack_outcome."""
    outcome: Outcome = _CODER.decode(zlib.decompress(data))
    return outcome


def article_key(outcome: Outcome) -> str:
    """What outcomes are grouped by: the article, or the entry where there is none."""
    return outcome.article.article_id if outcome.article else "entry:" + outcome.entry.entry_id


def settle_outcomes(outcomes: Iterable[Outcome], known: KnownVersion) -> Iterator[Outcome]:
    """Settles the outcomes of one article (or the single one of an entry without).

    The entry first seen keeps the article, with version 1 or one more than the warehouse has; the others, and all
    where the warehouse has the same text, become duplicates.
    """
    first, *others = sorted(outcomes, key=_precedence)
    if first.article is None:
        yield from (first, *others)
        return
    if known is not None and known[1] == first.article.text_sha256:
        yield _as_duplicate(first, "an earlier run has the article")
    else:
        version = 1 if known is None else known[0] + 1
        article = first.article._replace(article_version=version)
        yield first._replace(article=article, deals=[identify_deal(deal, article) for deal in first.deals])
    for outcome in others:
        yield _as_duplicate(outcome, "entry %s has the article" % first.entry.entry_id)


def identify_deal(deal: Deal, article: Article) -> Deal:
    """Returns the deal with its ids, of the article it stands in."""
    companies = ",".join(sorted(party.company_id for party in deal.parties))
    mention_id = make_id(
        article.article_id,
        article.article_version,
        deal.tagger_version,
        deal.deal_type,
        deal.span_start,
        deal.value_span_start,
        companies,
    )
    return deal._replace(
        mention_id=mention_id,
        article_id=article.article_id,
        article_version=article.article_version,
        published_at=article.published_at,
    )


def fact_rows(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    """The rows that a settled outcome leaves, each with its table's name."""
    yield tables.ENTRY.name, _redacted(outcome.entry)
    if outcome.article is not None:
        yield tables.ARTICLE.name, outcome.article
    for deal in outcome.deals:
        yield tables.DEAL_MENTION.name, deal
        for party in deal.parties:
            yield (
                tables.DEAL_PARTY.name,
                DealParty(
                    mention_id=deal.mention_id or "",
                    article_id=deal.article_id or "",
                    company_id=party.company_id,
                    role=party.role,
                    name=party.name,
                    name_as_written=party.name_as_written,
                    span_start=party.span_start,
                    span_end=party.span_end,
                    country=party.country,
                ),
            )
    for reject in outcome.rejects:
        yield tables.REJECT.name, reject


def _redacted(entry: Entry) -> Entry:
    """The entry without secrets in its addresses; a deferred one keeps the address that is to be fetched again."""
    guid = redact_url(entry.guid) if entry.guid else None
    url = redact_url(entry.url) if entry.url and entry.disposition != "deferred" else entry.url
    return entry._replace(guid=guid, url=url)


def _precedence(outcome: Outcome) -> tuple[Timestamp, str, str]:
    entry = outcome.entry
    return (entry.first_seen_at or Timestamp(0), entry.feed_id, entry.entry_id)


def _as_duplicate(outcome: Outcome, detail: str) -> Outcome:
    entry = outcome.entry._replace(disposition="duplicate_url", detail=detail)
    return outcome._replace(entry=entry, article=None, deals=[])

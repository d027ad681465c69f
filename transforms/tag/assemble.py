"""A draft as a row: parties with their spans, the quote, sums in dollars, sectors, topics, countries."""

from __future__ import annotations

import datetime

from schemas.rows import Deal, Party
from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.fx import to_usd
from transforms.tag.lexicon import company_id_of
from transforms.tag.mentions import Mention
from transforms.tag.reading import Page


def build_deal(page: Page, draft: Draft, is_main: bool, day: datetime.date | None, version: str) -> Deal:
    """Returns the row of a draft. Every span counts code points of title, empty line and text."""
    document = page.document
    sentence = document.sentences[draft.sentence]
    start, end = document.starts[sentence.first], document.ends[sentence.last - 1]
    parties = tuple(build_party(page, mention, role) for mention, role in draft.parties)
    value, stake, term, status = draft.value, draft.stake, draft.term, draft.status
    dollars = to_usd(value.amount, value.currency, day) if value is not None else None
    sectors, topics = _subjects(page, draft)
    return Deal(
        deal_type=draft.deal_type,
        status=status.status,
        fact_level=status.level,
        is_main=is_main,
        confidence=round(min(draft.score, 0.99), 4),
        in_headline=draft.in_headline,
        quote=document.full[start:end],
        span_start=start,
        span_end=end,
        tagger_version=version,
        parties=parties,
        status_span_start=document.starts[status.first],
        status_span_end=document.ends[status.last - 1],
        value_amount=value.amount if value else None,
        value_currency=value.currency if value else None,
        value_qualifier=value.qualifier if value else None,
        value_min=value.min if value else None,
        value_max=value.max if value else None,
        value_usd=dollars[0] if dollars else None,
        fx_date=dollars[1] if dollars else None,
        value_span_start=value.start if value else None,
        value_span_end=value.end if value else None,
        stake_pct=stake.pct if stake else None,
        stake_span_start=stake.start if stake else None,
        stake_span_end=stake.end if stake else None,
        term_months=term.months if term else None,
        term_span_start=term.start if term else None,
        term_span_end=term.end if term else None,
        sectors=sectors,
        topics=topics,
        countries=_countries(page, draft),
    )


def build_party(page: Page, mention: Mention, role: str) -> Party:
    document = page.document
    company = mention.company
    known = company is not None and not mention.is_extended
    start, end = document.starts[mention.first], document.ends[mention.end - 1]
    return Party(
        company_id=company.company_id if company is not None and known else company_id_of(mention.name),
        role=role,
        name=mention.name,
        name_as_written=document.full[start:end],
        span_start=start,
        span_end=end,
        country=mention.country,
        kind=kind_of(mention) or None,
        source="lexicon" if company is not None else "text",
    )


def _subjects(page: Page, draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sectors and topics that the deal's sentences, and its companies, speak of."""
    sectors: set[str] = set()
    topics: set[str] = set()
    for index in draft.sentences:
        for kind, value in page.topics[index]:
            (sectors if kind == "sector" else topics).add(value)
    for mention, _ in draft.parties:
        if mention.company is not None and len(mention.company.sectors) == 1:
            sectors.update(mention.company.sectors)
    if not sectors:
        count = page.sector_count
        sectors.add("satellite" if count["satellite"] > count["telecom"] else "telecom")
    return tuple(sorted(sectors, reverse=True)), tuple(sorted(topics))


def _countries(page: Page, draft: Draft) -> tuple[str, ...]:
    """The countries that the deal's sentences name."""
    found = {
        m.country
        for index in draft.sentences
        for m in page.mentions[index]
        if m.kind in ("place", "state") and m.country
    }
    return tuple(sorted(country for country in found if country))

"""Tags as the JSON line that the command ``tag`` prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from schemas.rows import Deal, Party, Tags


def tags_to_json(id: str, tags: Tags, title: str | None, text: str) -> dict[str, Any]:
    """Returns one story's tags. Spans are [start, end) in code points of ``title + "\\n\\n" + text``.

    Raises ValueError where a deal's quote is not what its span reads, which would mean tags of another text.
    """
    full = (title or "") + "\n\n" + text
    for deal in tags.deals:
        if full[deal.span_start : deal.span_end] != deal.quote:
            raise ValueError("these tags are of another text")
    return {
        "id": id,
        "is_deal_story": tags.is_deal_story,
        "deal_score": tags.deal_score,
        "sectors": list(tags.sectors),
        "topics": list(tags.topics),
        "deals": [_deal(deal) for deal in tags.deals],
    }


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _span(start: int | None, end: int | None) -> list[int] | None:
    return None if start is None or end is None else [start, end]


def _deal(deal: Deal) -> dict[str, Any]:
    value = None
    if deal.value_amount is not None:
        value = {
            "amount": _number(deal.value_amount),
            "currency": deal.value_currency,
            "qualifier": deal.value_qualifier,
            "span": _span(deal.value_span_start, deal.value_span_end),
        }
    return {
        "deal_type": deal.deal_type,
        "status": deal.status,
        "fact_level": deal.fact_level,
        "confidence": deal.confidence,
        "parties": [_party(party) for party in deal.parties],
        "value": value,
        "term_months": deal.term_months,
        "stake_pct": _number(deal.stake_pct),
        "sectors": list(deal.sectors),
        "topics": list(deal.topics),
        "countries": list(deal.countries),
        "quote": deal.quote,
        "span": [deal.span_start, deal.span_end],
        "value_span": _span(deal.value_span_start, deal.value_span_end),
        "status_span": _span(deal.status_span_start, deal.status_span_end),
        "term_span": _span(deal.term_span_start, deal.term_span_end),
        "stake_span": _span(deal.stake_span_start, deal.stake_span_end),
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "role": party.role,
        "company_id": party.company_id,
        "name_as_written": party.name_as_written,
        "span": [party.span_start, party.span_end],
    }

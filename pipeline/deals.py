"""``deals``: who deals with whom, about what, for how much, and where it stands."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence

from pipeline.dealtable import print_deals
from pipeline.errors import EXIT_DONE, UserError
from pipeline.warehouse import connect, fetch
from schemas import taxonomy

_DEALS = """
SELECT m.published_at, m.deal_type, m.status, m.fact_level, p.parties, m.value_amount, m.value_currency,
       m.value_qualifier, m.value_usd, m.stake_pct, m.term_months, m.sectors, m.topics, m.countries, m.confidence,
       m.quote, a.title, a.site, a.url, a.article_id, m.mention_id
FROM v_mention m
JOIN fact_article a USING (article_id, article_version)
LEFT JOIN (
    SELECT mention_id, list(name || ' (' || role || ')' ORDER BY span_start, name) AS parties
    FROM fact_deal_party GROUP BY mention_id
) p USING (mention_id)
WHERE %s
ORDER BY m.published_at DESC NULLS LAST, a.article_id, m.is_main DESC, m.span_start
"""
_HAS_PARTY = """
EXISTS (SELECT 1 FROM fact_deal_party q WHERE q.mention_id = m.mention_id
        AND (contains(lower(q.name), lower(?)) OR contains(lower(q.name_as_written), lower(?))))
"""


def deals(args: argparse.Namespace) -> int:
    """The command: prints the deals that fit the flags, newest first."""
    conditions, values = ["true"], []
    if args.since:
        conditions.append("m.published_at >= ?")
        values.append(_day(args.since))
    if args.party:
        conditions.append(_HAS_PARTY)
        values += [args.party, args.party]
    for column, value, known in (
        ("deal_type", args.type, taxonomy.DEAL_TYPES),
        ("status", args.status, taxonomy.STATUSES),
    ):
        if value:
            _check_value(column, value, known)
            conditions.append("m.%s = ?" % column)
            values.append(value)
    rows = fetch(connect(args.output), _DEALS % " AND ".join(conditions), values)
    print_deals(rows, args.format)
    return EXIT_DONE


def _day(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time(), datetime.UTC)
    except ValueError:
        raise UserError("--since %s is no day; write it like 2026-01-31" % text) from None


def _check_value(column: str, value: str, known: Sequence[taxonomy.Value]) -> None:
    names = [each.value for each in known]
    if value not in names:
        raise UserError("no %s %r; there are %s" % (column, value, ", ".join(names)))

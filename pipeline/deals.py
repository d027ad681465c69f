"""``deals``: who deals with whom, about what, for how much, and where it stands."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.errors import EXIT_DONE, UserError
from pipeline.output import print_rows
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
_SCALES = ((10**12, "trn"), (10**9, "bn"), (10**6, "m"))
TABLE_COLUMNS = ("published", "type", "status", "parties", "value", "headline", "site")


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


def new_deals(output: str, run_id: str) -> list[dict[str, Any]]:
    """The deals that a run brought."""
    return fetch(connect(output), _DEALS % "m.run_id = ?", [run_id])


def print_deals(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Prints deals; as a table only what fits a line of reading."""
    if form != "table":
        print_rows(rows, form)
        return
    print_rows([_table_row(row) for row in rows], form, TABLE_COLUMNS)


def _table_row(row: Mapping[str, Any]) -> dict[str, str]:
    published = row["published_at"]
    value = format_money(row["value_amount"], row["value_currency"], row["value_qualifier"])
    term = "%d months" % row["term_months"] if row["term_months"] else ""
    stake = "%s %%" % format(row["stake_pct"].normalize(), "f") if row["stake_pct"] else ""
    cells = (
        published.date().isoformat() if published else "",
        row["deal_type"],
        row["status"],
        ", ".join(row["parties"] or []),
        ", ".join(filter(None, (value, stake, term))),
        row["title"] or "",
        row["site"] or "",
    )
    return dict(zip(TABLE_COLUMNS, cells))


def format_money(amount: Decimal | None, currency: str | None, qualifier: str | None = None) -> str:
    """A value to read: ``EUR 1.5bn``, ``up to USD 300m``."""
    if amount is None:
        return ""
    words = {"up_to": "up to ", "at_least": "at least ", "approximately": "about "}.get(qualifier or "", "")
    for size, name in _SCALES:
        if amount >= size:
            return "%s%s %s%s" % (words, currency or "", format((amount / size).normalize(), "f"), name)
    return "%s%s %s" % (words, currency or "", format(amount.normalize(), ",f"))


def _day(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time(), datetime.UTC)
    except ValueError:
        raise UserError("--since %s is no day; write it like 2026-01-31" % text) from None


def _check_value(column: str, value: str, known: Sequence[taxonomy.Value]) -> None:
    names = [each.value for each in known]
    if value not in names:
        raise UserError("no %s %r; there are %s" % (column, value, ", ".join(names)))

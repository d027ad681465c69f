"""Deals as a table to read, and those that a run brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.output import print_rows
from schemas import tables
from transforms._warehouse import parquet
from transforms._warehouse.store import Store

_SCALES = ((10**12, "trn"), (10**9, "bn"), (10**6, "m"))
TABLE_COLUMNS = ("published", "type", "status", "parties", "value", "headline", "site")
_SHOWN = ("published_at", "deal_type", "status", "value_amount", "value_currency", "value_qualifier", "stake_pct",
          "term_months")  # fmt: skip


def new_deals(store: Store, files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The deals of a commit, newest first, with what the table shows of them.

    Read from the commit's own files: DuckDB takes longer to load than they do to read, and looks into all others too.
    files: as the commit's record lists them.
    """

    def read(table: tables.Table, columns: Sequence[str]) -> list[dict[str, Any]]:
        names = [file["final"] for file in files if file["table"] == table.name]
        return [row for name in names for row in parquet.read_file(store, name, columns).to_pylist()]

    parties: dict[str, list[str]] = {}
    rows = read(tables.DEAL_PARTY, ["mention_id", "name", "role", "span_start"])
    for row in sorted(rows, key=lambda row: (row["span_start"], row["name"])):
        parties.setdefault(row["mention_id"], []).append("%s (%s)" % (row["name"], row["role"]))
    articles = {row["article_id"]: row for row in read(tables.ARTICLE, ["article_id", "title", "site"])}
    deals = read(tables.DEAL_MENTION, [*_SHOWN, "mention_id", "article_id", "is_main", "span_start"])
    deals.sort(key=lambda deal: (deal["article_id"], not deal["is_main"], deal["span_start"]))
    deals.sort(key=lambda deal: deal["published_at"].timestamp() if deal["published_at"] else -1e12, reverse=True)
    return [{**deal, **articles[deal["article_id"]], "parties": parties.get(deal["mention_id"])} for deal in deals]


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

"""The dimension tables: one file of a fixed name each, replaced only when its bytes differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas import tables, taxonomy
from schemas.rows import Feed
from transforms._urls import redact_url
from transforms._warehouse import parquet
from transforms._warehouse.store import Store

ENUMERATIONS = {
    "dim_deal_type": taxonomy.DEAL_TYPES,
    "dim_status": taxonomy.STATUSES,
    "dim_role": taxonomy.ROLES,
    "dim_topic": taxonomy.TOPICS,
    "dim_sector": taxonomy.SECTORS,
    "dim_disposition": taxonomy.DISPOSITIONS,
    "dim_outcome": taxonomy.OUTCOMES,
}


def dim_file(name: str) -> str:
    """The file of a dimension."""
    return "%s/%s.parquet" % (name, name)


def write_dims(store: Store, feeds: Sequence[Feed], companies: Sequence[Mapping[str, Any]]) -> None:
    """Writes all dimensions. companies: the lexicon's rows, with the columns of dim_company."""
    for name, values in ENUMERATIONS.items():
        store.replace(dim_file(name), parquet.from_dicts(tables.DIM_VALUE, [value._asdict() for value in values]))
    store.replace(dim_file("dim_feed"), parquet.from_dicts(tables.DIM_FEED, _all_feeds(store, feeds)))
    seen = _seen_companies(store, {company["company_id"] for company in companies})
    rows = sorted([*companies, *seen], key=lambda row: row["company_id"])
    store.replace(dim_file("dim_company"), parquet.from_dicts(tables.DIM_COMPANY, rows))


def _all_feeds(store: Store, feeds: Iterable[Feed]) -> list[dict[str, Any]]:
    """The feeds listed now, and those listed in earlier runs; without the secrets of their addresses."""
    rows: dict[str, dict[str, Any]] = {}
    if store.read(dim_file("dim_feed")) is not None:
        rows = {row["feed_id"]: row for row in parquet.read_file(store, dim_file("dim_feed")).to_pylist()}
    for feed in feeds:
        site_url = redact_url(feed.site_url) if feed.site_url else None
        shown = {"url": redact_url(feed.url), "site_url": site_url, "tags": list(feed.tags)}
        rows[feed.feed_id] = {**feed._asdict(), **shown}
    return [rows[feed_id] for feed_id in sorted(rows)]


def _seen_companies(store: Store, listed: set[str]) -> list[dict[str, Any]]:
    """Companies of deals that the lexicon lacks; the first name in order stands for all that an id was written as."""
    names: dict[str, dict[str, Any]] = {}
    for batch in parquet.dataset(store, tables.DEAL_PARTY).to_batches(columns=["company_id", "name", "country"]):
        for row in batch.to_pylist():
            company_id = row["company_id"]
            if company_id not in listed and (company_id not in names or row["name"] < names[company_id]["name"]):
                names[company_id] = {
                    "company_id": company_id,
                    "name": row["name"],
                    "aliases": [],
                    "country": row["country"],
                    "sectors": [],
                    "source": "seen",
                }
    return list(names.values())

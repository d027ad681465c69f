"""The warehouse as DuckDB views: one a table, and the two that TABLES asks for (newest attempt, newest mention)."""

from __future__ import annotations

from typing import Any

import duckdb

from pipeline.errors import EXIT_FAILED, UserError
from schemas import tables
from transforms._warehouse import parquet
from transforms._warehouse.store import COMMITS, Store, StoreError, open_store

_VIEWS = {
    "v_entry": "SELECT * FROM fact_entry QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY attempt DESC) = 1",
    "v_article": "SELECT * FROM fact_article"
    " QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY article_version DESC) = 1",
    "v_mention": "SELECT m.* FROM fact_deal_mention m JOIN v_article USING (article_id, article_version)"
    " QUALIFY tagger_version = arg_max(tagger_version, m.ingested_at) OVER (PARTITION BY article_id)",
}


def connect(output: str) -> duckdb.DuckDBPyConnection:
    """Opens an in-memory database with a view for every table of the warehouse; an absent table is an empty view.

    Those of an object store are read through Arrow, as the pipeline reads them; DuckDB would have to download an
    extension first.

    Raises:
        UserError: there is no warehouse, or a file of it cannot be read (exit code 1).
    """
    try:
        store = open_store(output)
        if not store.files(COMMITS):
            raise UserError("no warehouse at %s; `bentpipe run --output %s` makes one" % (output, output))
    except StoreError as error:
        raise UserError(str(error)) from None
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    try:
        _add_views(db, store, output)
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        message = "the warehouse %s cannot be read: %s; see bentpipe verify" % (output, reason)
        raise UserError(message, EXIT_FAILED) from None
    return db


def _add_views(db: duckdb.DuckDBPyConnection, store: Store, output: str) -> None:
    """Adds a view for every table, and those of _VIEWS."""
    for name, table in tables.FACTS.items():
        if "://" in output:
            db.register(name, parquet.with_days(store, table))
        else:
            _add_view(db, name, _paths(store, name), True, table.schema)
    for name in tables.DIM_NOTES:
        schema = {"dim_feed": tables.DIM_FEED, "dim_company": tables.DIM_COMPANY}.get(name, tables.DIM_VALUE)
        if "://" in output and store.files(name):
            db.register(name, parquet.read_file(store, store.files(name)[0]))
        else:
            _add_view(db, name, _paths(store, name), False, schema)
    for name, sql in _VIEWS.items():
        db.execute("CREATE VIEW %s AS %s" % (name, sql))


def _paths(store: Store, table: str) -> list[str]:
    return [str(store.path(name)) for name in store.files(table, ".parquet")]


def _add_view(db: duckdb.DuckDBPyConnection, name: str, paths: list[str], is_parted: bool, schema: Any) -> None:
    if not paths:
        db.register(name, schema.empty_table())
        return
    files = ", ".join("'%s'" % path.replace("'", "''") for path in paths)
    options = "union_by_name = true, hive_partitioning = %s" % ("true" if is_parted else "false")
    db.execute("CREATE VIEW %s AS SELECT * FROM read_parquet([%s], %s)" % (name, files, options))


def fetch(db: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """Runs a statement; returns its rows as dicts."""
    relation = db.sql(sql, params=parameters or [])
    if relation is None:
        return []
    names = relation.columns
    return [dict(zip(names, row)) for row in relation.fetchall()]

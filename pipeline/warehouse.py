"""The warehouse as DuckDB views: one a table, and the two that TABLES asks for (newest attempt, newest mention)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import UserError
from schemas import tables
from transforms.write.dims import dim_file

_VIEWS = {
    "v_entry": "SELECT * FROM fact_entry QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY attempt DESC) = 1",
    "v_article": "SELECT * FROM fact_article"
    " QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY article_version DESC) = 1",
    "v_mention": "SELECT m.* FROM fact_deal_mention m JOIN v_article USING (article_id, article_version)"
    " QUALIFY tagger_version = max(tagger_version) OVER (PARTITION BY article_id)",
}


def connect(output: str) -> duckdb.DuckDBPyConnection:
    """Opens an in-memory database with a view for every table of the warehouse; an absent table is an empty view.

    Raises:
        UserError: there is no warehouse.
    """
    root = Path(output)
    if not (root / "_commits").is_dir():
        raise UserError("no warehouse at %s; `bentpipe run --output %s` makes one" % (output, output))
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for name, table in tables.FACTS.items():
        _add_view(db, name, root / name, "**/*.parquet", table.schema)
    for name in tables.DIM_NOTES:
        schema = {"dim_feed": tables.DIM_FEED, "dim_company": tables.DIM_COMPANY}.get(name, tables.DIM_VALUE)
        _add_view(db, name, root / dim_file(name), None, schema)
    for name, sql in _VIEWS.items():
        db.execute("CREATE VIEW %s AS %s" % (name, sql))
    return db


def _add_view(db: duckdb.DuckDBPyConnection, name: str, where: Path, pattern: str | None, schema: Any) -> None:
    if not (any(where.glob(pattern)) if pattern else where.exists()):
        db.register(name, schema.empty_table())
        return
    files = str(where / pattern if pattern else where).replace("'", "''")
    options = "union_by_name = true, hive_partitioning = %s" % ("true" if pattern else "false")
    db.execute("CREATE VIEW %s AS SELECT * FROM read_parquet('%s', %s)" % (name, files, options))


def fetch(db: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """Runs a statement; returns its rows as dicts."""
    relation = db.sql(sql, params=parameters or [])
    if relation is None:
        return []
    names = relation.columns
    return [dict(zip(names, row)) for row in relation.fetchall()]

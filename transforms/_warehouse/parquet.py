"""Rows to Parquet bytes and back. With ``schemas/tables.py`` the only place that imports pyarrow."""

from __future__ import annotations

import io
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from apache_beam.utils.timestamp import Timestamp

from schemas.tables import Table
from transforms._warehouse.store import Store

_CODEC = "zstd"

# Arrow's own allocator keeps what each thread once had: a stream, whose threads come and go, grows by megabytes.
pa.set_memory_pool(pa.system_memory_pool())


def _plain(value: Any) -> Any:
    """A field as Arrow takes it: Arrow 25 reads a Beam Timestamp as a bare number, a million times off."""
    if isinstance(value, Timestamp):
        return value.to_utc_datetime(has_tz=True)
    return value


def to_arrow(table: Table, rows: Iterable[Any], run_id: str, ingested_at: Timestamp) -> pa.Table:
    """Rows of one table as Arrow, sorted as the table says."""
    schema = table.schema
    names = schema.names[:-2]
    columns: list[list[Any]] = [[] for _ in names]
    count = 0
    for row in rows:
        count += 1
        for column, name in zip(columns, names):
            column.append(_plain(getattr(row, name)))
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema)]
    arrays.append(pa.array([run_id] * count, schema.field("run_id").type))
    arrays.append(pa.array([_plain(ingested_at)] * count, schema.field("ingested_at").type))
    # The whole row breaks ties, so that the same rows give the same bytes in whatever order they come.
    keys = [(name, "ascending") for name in dict.fromkeys([*table.sort_by, *names]) if _sortable(schema.field(name))]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by(keys)


def _sortable(field: pa.Field) -> bool:
    return not pa.types.is_list(field.type)


def to_bytes(data: pa.Table) -> bytes:
    """A Parquet file: zstd, enumerations and ids dictionary-encoded (Parquet's default for what repeats)."""
    sink = io.BytesIO()
    pq.write_table(data, sink, compression=_CODEC)
    return sink.getvalue()


def from_dicts(schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A Parquet file of a dimension's rows."""
    return to_bytes(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))


def read_file(store: Store, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One file."""
    return pq.read_table(store.path(name), columns=columns, partitioning=None, filesystem=store.arrow_fs)


def read_columns(store: Store, name: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Some columns of one file, as a tuple a row."""
    data = read_file(store, name, list(columns))
    return list(zip(*(data.column(column).to_pylist() for column in columns)))


def without_articles(store: Store, table: Table, name: str, run_id: str, taken: set[str]) -> tuple[bytes, int]:
    """A file's bytes and rows as another run's, without these articles; their entries are settled as duplicates."""
    data = read_file(store, name)
    data = data.set_column(data.column_names.index("run_id"), "run_id", pa.array([run_id] * len(data), pa.string()))
    if "article_id" in data.column_names and taken:
        is_taken = pc.fill_null(pc.is_in(data.column("article_id"), pa.array(list(taken), pa.string())), False)
        if "disposition" in data.column_names:
            was_read = pc.is_in(data.column("disposition"), pa.array(["deal", "non_deal"]))
            for column, value in (("disposition", "duplicate_url"), ("detail", "another window brought the article")):
                mended = pc.if_else(pc.and_(is_taken, was_read), value, data.column(column).cast(pa.string()))
                data = data.set_column(data.column_names.index(column), column, mended)
        else:
            data = data.filter(pc.invert(is_taken))
    return to_bytes(data.cast(table.schema)), len(data)


def with_days(store: Store, table: Table) -> ds.Dataset:
    """All of a table, with the partition's day as ``ingest_date``."""
    day = pa.field("ingest_date", pa.date32())
    return ds.dataset(
        [str(store.path(name)) for name in store.files(table.name, ".parquet")],
        schema=table.schema.append(day),
        format="parquet",
        filesystem=store.arrow_fs,
        partitioning=ds.partitioning(pa.schema([day]), flavor="hive"),
    )


def dataset(store: Store, table: Table, days: Sequence[str] | None = None) -> ds.Dataset:
    """What the warehouse holds of a table; days: only these partitions (``ingest_date=…``)."""
    if days is None:
        names = store.files(table.name, ".parquet")
    else:
        names = [name for day in days for name in store.files("%s/%s" % (table.name, day), ".parquet")]
    return files_dataset(store, table, names)


def files_dataset(store: Store, table: Table, names: Sequence[str]) -> ds.Dataset:
    """What these files of a table hold."""
    paths = [str(store.path(name)) for name in names]
    return ds.dataset(paths, schema=table.schema, format="parquet", filesystem=store.arrow_fs)


def to_rows(table: Table, data: pa.Table) -> list[Any]:
    """Arrow rows as the table's row type; fields that are no columns keep their defaults."""
    fields = set(data.column_names) & set(typing.cast(Any, table.row)._fields)
    instants = {f.name for f in table.schema if pa.types.is_timestamp(f.type)} & fields
    for name in instants:
        data = data.set_column(data.column_names.index(name), name, data.column(name).cast(pa.int64()))

    def field(name: str, value: Any) -> Any:
        return Timestamp(micros=value) if name in instants and value is not None else value

    return [table.row(**{n: field(n, v) for n, v in row.items() if n in fields}) for row in data.to_pylist()]


def is_in(column: str, values: Iterable[str]) -> ds.Expression:
    """A filter: the column holds one of the values."""
    return pc.field(column).isin(pa.array(list(values), pa.string()))

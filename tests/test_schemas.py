"""schemas: rows that Beam encodes natively, tables derived from them, enumerations that hold together."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from apache_beam.coders import registry
from apache_beam.portability.api import schema_pb2
from apache_beam.typehints.schemas import named_tuple_to_schema
from apache_beam.utils.timestamp import Timestamp

from pipeline.dictionary import dictionary
from schemas import rows, tables, taxonomy
from schemas.ids import make_id
from tests import rows as make
from tests.files import ROOT

ROW_TYPES = [value for value in vars(rows).values() if isinstance(value, type) and hasattr(value, "_fields")]


def logical_types(schema: schema_pb2.Schema) -> set[str]:
    return {part.split('"')[1] for part in str(schema).split("logical_type")[1:] if '"' in part}


@pytest.mark.parametrize("row", ROW_TYPES, ids=lambda row: row.__name__)
def test_no_field_of_a_row_is_pickled(row: Any) -> None:
    assert not {urn for urn in logical_types(named_tuple_to_schema(row)) if "python" in urn or "pickle" in urn}


def test_a_row_comes_back_from_its_coder() -> None:
    page = make.article(make.entry("a"))
    deal = make.deal(page)._replace(
        value_amount=Decimal("1500000000.50"),
        fx_date=datetime.date(2026, 1, 2),
        sectors=["satellite"],
        topics=[],
        countries=[],
        published_at=Timestamp(micros=1_700_000_000_123_456),
    )
    outcome = rows.Outcome(make.entry("a"), page, [deal], [])
    coder = registry.get_coder(rows.Outcome)
    assert coder.decode(coder.encode(outcome)) == outcome


@pytest.mark.parametrize("table", tables.FACTS.values(), ids=lambda table: table.name)
def test_a_table_has_a_schema_and_sorts_by_its_own_columns(table: tables.Table) -> None:
    assert table.schema.names == [*table.columns, *tables.COMMIT_COLUMNS]
    assert set(table.types) | set(table.sort_by) | set(table.enums) <= set(table.columns)
    assert all(note.endswith(".") for note in table.columns.values())


def test_types_are_those_of_the_contract() -> None:
    mention = tables.DEAL_MENTION.schema
    assert mention.field("value_amount").type == pa.decimal128(20, 2)
    assert mention.field("stake_pct").type == pa.decimal128(7, 4)
    assert mention.field("published_at").type == pa.timestamp("us", "UTC")
    assert mention.field("fx_date").type == pa.date32()
    assert mention.field("span_start").type == pa.int32()
    assert mention.field("topics").type == pa.list_(pa.string())
    assert tables.RUN.schema.field("feeds").type == pa.int64()


def test_values_are_unique_and_defined() -> None:
    for values in (taxonomy.DEAL_TYPES, taxonomy.STATUSES, taxonomy.ROLES, taxonomy.TOPICS, taxonomy.DISPOSITIONS):
        assert len({value.value for value in values}) == len(values)
        assert all(value.definition.endswith(".") for value in values)


def test_ids_are_hashes_of_the_fields_joined_by_the_unit_separator() -> None:
    assert make_id("a", None, 1) == "72e79d69636a773d"
    assert make_id("ab", "c") != make_id("a", "bc")


def test_the_data_dictionary_is_that_of_the_schemas() -> None:
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written.rstrip("\n") == "\n".join(dictionary()).rstrip("\n"), "run `make docs`"

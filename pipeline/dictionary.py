"""The data dictionary: ``docs/tables.md``, written from the schemas (``make docs``)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import tables
from transforms.write.dims import ENUMERATIONS

_INTRODUCTION = """# The tables

Written from `schemas/` by `make docs`; a test keeps it true.

`OUTPUT/<table>/ingest_date=YYYY-MM-DD/part-….parquet` for facts, `OUTPUT/<dim>/<dim>.parquet` for dimensions; whatever
begins with `_` is not for readers. Instants are UTC, money is in units of its currency, spans count characters
(code points) of title, two newlines, text, the title null counting as empty: in DuckDB
`substr(coalesce(title, '') || chr(10) || chr(10) || text, span_start + 1, span_end - span_start)` is the quote.
Unknown is null. `bentpipe query` shows each table as a view, and `v_entry` (an entry's latest attempt), `v_article`
(an article's newest version) and `v_mention` (its newest mentions) beside them.
"""


def dictionary() -> Iterator[str]:
    """The lines of the document."""
    yield _INTRODUCTION
    for table in tables.FACTS.values():
        yield "## %s\n" % table.name
        yield "%s\n" % table.note
        yield "| column | type | |\n|---|---|---|"
        notes = {**table.columns, **tables.COMMIT_COLUMNS}
        for field in table.schema:
            enum = table.enums.get(field.name)
            note = notes[field.name] + (" Values: `dim_%s`." % enum if enum else "")
            yield "| %s | %s | %s |" % (field.name, field.type, note)
        yield ""
    for name, note in tables.DIM_NOTES.items():
        schema = {"dim_feed": tables.DIM_FEED, "dim_company": tables.DIM_COMPANY}.get(name, tables.DIM_VALUE)
        yield "## %s\n" % name
        yield "%s Columns: %s.\n" % (note, ", ".join("%s (%s)" % (field.name, field.type) for field in schema))
        if name in ENUMERATIONS:
            yield "| value | definition |\n|---|---|"
            for value in ENUMERATIONS[name]:
                yield "| %s | %s |" % (value.value, value.definition)
            yield ""


if __name__ == "__main__":
    print("\n".join(dictionary()).rstrip("\n"))

"""The lexicon's companies as the rows of dim_company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transforms.tag.lexicon import company_id_of, lexicon_rows


def company_rows(files: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The companies of the shipped list and of the files, with the columns of dim_company.

    Raises:
        LexiconError: a file that cannot be read.
    """
    rows = lexicon_rows(files)
    ids = {row["name"]: row["id"] or company_id_of(row["name"]) for row in rows}
    return [
        {
            "company_id": ids[row["name"]],
            "name": row["name"],
            "aliases": [alias for alias in row["aliases"].split("|") if alias],
            "kind": row["kind"] or None,
            "country": row["country"] or None,
            "parent_company_id": ids.get(row["parent"]) or row["parent"] or None,
            "ticker": None,
            "sectors": [sector for sector in row["sectors"].split("|") if sector],
            "source": "lexicon",
        }
        for row in rows
    ]

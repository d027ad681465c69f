"""Rows on standard output: a table to read, JSON lines, or CSV that no spreadsheet will run."""

from __future__ import annotations

import csv
import datetime
import json
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from transforms._text import escape_unshown

WIDTH_WITHOUT_TERMINAL = 160
# A cell that begins so is a formula to a spreadsheet (OWASP ASVS 1.2.10, CWE-1236).
# Full-width forms too: some locales read them as their narrow ones.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# What JSON leaves as it is, and a terminal obeys or text cannot be encoded with.
_UNESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def print_rows(rows: Sequence[Mapping[str, Any]], form: str, columns: Sequence[str] = ()) -> None:
    """Prints rows as ``table``, ``json`` (one object a line) or ``csv``. columns: the header of none."""
    names = list(rows[0]) if rows else list(columns)
    if form == "json":
        for row in rows:
            text = json.dumps(row, default=_json_value, ensure_ascii=False)
            print(_UNESCAPED.sub(lambda match: "\\u%04x" % ord(match[0]), text))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([csv_cell(row[name]) for name in names] for row in rows)
    else:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in names:
            table.add_column(Text(escape_unshown(name)), overflow="fold")
        for row in rows:
            table.add_row(*(Text(escape_unshown(_cell(row[name]))) for name in names))
        Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL).print(table)


def csv_cell(value: Any) -> str:
    """A value as a CSV cell: text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = _cell(value)
    is_text = not isinstance(value, (int, float, Decimal))
    return "'" + text if is_text and text.startswith(_FORMULA) else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(part) for part in value)
    return str(value)


def _json_value(value: Any) -> Any:
    """What json cannot write by itself."""
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError("%s in a row" % type(value).__name__)

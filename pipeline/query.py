"""``query``: SQL over the warehouse, one statement or a prompt."""

from __future__ import annotations

import argparse
import sys

import duckdb

from pipeline.errors import EXIT_DONE, UserError
from pipeline.output import print_rows
from pipeline.warehouse import connect, fetch


def query(args: argparse.Namespace) -> int:
    """The command: runs the statement given, else reads statements from a prompt or standard input."""
    db = connect(args.output)
    if args.sql:
        try:
            print_rows(fetch(db, args.sql), args.format)
        except duckdb.Error as error:
            raise UserError(_first_line(error)) from None
        return EXIT_DONE
    if sys.stdin.isatty():
        print("Every table is a view: SHOW TABLES; ends with Ctrl-D.", file=sys.stderr)
    while (statement := _read_statement()) is not None:
        try:
            print_rows(fetch(db, statement), args.format)
        except duckdb.Error as error:
            print(_first_line(error), file=sys.stderr)
    return EXIT_DONE


def _read_statement() -> str | None:
    """The next statement, up to its semicolon; None at the end."""
    lines: list[str] = []
    while True:
        try:
            lines.append(input(("sql> " if not lines else "...> ") if sys.stdin.isatty() else ""))
        except EOFError:
            return "\n".join(lines) if any(line.strip() for line in lines) else None
        if lines[-1].rstrip().endswith(";"):
            return "\n".join(lines)


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]

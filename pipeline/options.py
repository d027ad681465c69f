"""Every flag, its unit, default and help; the only place where flags are read."""

from __future__ import annotations

import argparse
import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from pipeline import VERSION
from pipeline.errors import UserError

DEFAULT_OUTPUT = "warehouse"
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise UserError("%s; see %s --help" % (message, self.prog))


def duration_seconds(text: str) -> int:
    """Reads 90s, 15m, 2h or 1d as seconds."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if match is None or int(match[1]) == 0:
        raise argparse.ArgumentTypeError("%r is no duration; write 90s, 15m, 2h or 1d" % text)
    return int(match[1]) * _UNITS[match[2]]


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise argparse.ArgumentTypeError("%r is no network; write it like 10.0.0.0/8" % text) from None


def _at_least(lowest: float, kind: type[int] | type[float] = int) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number: float = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError("%r is no number" % text) from None
        if not number >= lowest:
            raise argparse.ArgumentTypeError("%s is below %g" % (text, lowest))
        return number

    return read


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", default=DEFAULT_OUTPUT, metavar="DIR", help="the warehouse (default: %(default)s)")


def _add_run_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--runner", default="direct", metavar="NAME", help="direct (default): this machine; prism, flink, spark, dataflow")  # fmt: skip
    add("--max_age_days", type=_at_least(0, float), default=7.0, metavar="N", help="entries published longer ago are not fetched (default: 7)")  # fmt: skip
    add(
        "--limit",
        type=_at_least(1),
        metavar="N",
        help="entries to fetch, the newest; the others wait for a later run (default: no limit)",
    )
    add("--site_delay_seconds", type=_at_least(0, float), default=2.0, metavar="S", help="between two requests to one site (default: 2)")  # fmt: skip
    add("--min_poll_seconds", type=_at_least(1), default=600, metavar="S", help="least time between two polls of a feed, and before a second attempt (default: 600)")  # fmt: skip
    add("--poll_all", action="store_true", help="poll feeds that are not due too, and take up all deferred entries")
    add("--site_budget", type=_at_least(1), default=60, metavar="N", help="requests to one site in a run, of a stream in an hour; the rest is deferred (default: 60)")  # fmt: skip
    add("--contact", metavar="ADDRESS", help="stands in the User-Agent: whom a site may write to")
    add("--allow_private_network", type=_network, action="append", default=[], metavar="CIDR", help="may be fetched from though it is not public; repeatable")  # fmt: skip
    add("--workers", type=_at_least(1), metavar="N", help="processes that extract (default: cores + 1)")
    add("--lexicon", action="append", default=[], metavar="FILE", help="companies (CSV) that add to the lexicon; repeatable")  # fmt: skip


def make_parser() -> argparse.ArgumentParser:
    """The command line, without Beam's own options."""
    parser = _Parser(prog="bentpipe", description="From news feeds to telecom and satellite deal facts, in Parquet.")
    parser.add_argument("--version", action="version", version="bentpipe " + VERSION)
    parser.add_argument("--debug", action="store_true", help="show tracebacks and the libraries' logs")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_, allow_abbrev=False)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        return command

    run = add("run", "Poll the feeds that are due, fetch, extract, tag, write; every Beam option passes through.")
    run.add_argument("--feeds", nargs="+", action="extend", metavar="F", help="OPML, CSV or text files, or feed URLs (default: the list that ships)")  # fmt: skip
    run.add_argument("--every", type=duration_seconds, metavar="TIME", help="run again and again, like 15m; SIGTERM ends it")  # fmt: skip
    _add_output(run)
    _add_run_flags(run)
    stream = add("stream", "The same as a pipeline that never ends; SIGTERM or Ctrl-C commits what is under way.")
    stream.add_argument("--feeds", nargs="+", action="extend", metavar="F", help="OPML, CSV or text files, or feed URLs (default: the list that ships)")  # fmt: skip
    stream.add_argument("--window", type=duration_seconds, default=300, metavar="TIME", help="one commit each, like 1m (default: 5m)")  # fmt: skip
    _add_output(stream)
    _add_run_flags(stream)
    demo = add("demo", "Run on the sample newsroom, served on loopback by the command itself: no network, no set-up.")
    demo.add_argument("--port", type=_at_least(1), metavar="N", help="first of the loopback ports")
    _add_output(demo)
    tag = add("tag", "JSON lines of stories {id, title, text} to JSON lines of their deals.")
    tag.add_argument("files", nargs="*", metavar="FILE", help="without: standard input")
    tag.add_argument("--lexicon", action="append", default=[], metavar="FILE", help="companies (CSV) that add to the lexicon")  # fmt: skip
    extract = add("extract", "Saved pages to JSON lines of their articles.")
    extract.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - reads one page from standard input")  # fmt: skip
    extract.add_argument("--url", help="the address of a single page")
    parse = add("parse", "Saved feeds to JSON lines of their entries.")
    parse.add_argument("files", nargs="+", metavar="FILE")
    deals = add("deals", "The deals in the warehouse.")
    deals.add_argument("--since", metavar="D", help="published on or after this day (YYYY-MM-DD)")
    deals.add_argument("--party", metavar="P", help="a party's name, or part of it")
    deals.add_argument("--type", metavar="T", help="a deal type")
    deals.add_argument("--status", metavar="S", help="a status")
    deals.add_argument("--format", choices=("table", "json", "csv"), default="table")
    query = add("query", "SQL over the warehouse with DuckDB: every table is a view; without SQL, a prompt.")
    query.add_argument("sql", nargs="?", metavar="SQL")
    query.add_argument("--format", choices=("table", "json", "csv"), default="table")
    verify = add("verify", "Check the warehouse's invariants; exit code 1 if one is broken.")
    feeds = add("feeds", "The state of every feed; `feeds check F` polls without writing.")
    feeds.add_argument("check", nargs="*", metavar="check F", help="poll these feeds without writing")
    feeds.add_argument("--format", choices=("table", "json", "csv"), default="table")
    feeds.add_argument("--allow_private_network", type=_network, action="append", default=[], metavar="CIDR", help="may be fetched from though it is not public")  # fmt: skip
    for command in (deals, query, verify, feeds):
        _add_output(command)
    return parser


def read_flags(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Reads a command line.

    Returns: our flags, and what is left for Beam (only ``run`` and ``demo`` take any).
    Raises:
        UserError: a flag that neither we nor Beam know, or a value that does not fit.
    """
    parser = make_parser()
    args, rest = parser.parse_known_args(list(argv))
    if rest and args.command not in ("run", "stream", "demo"):
        raise UserError("unknown option %s; see bentpipe %s --help" % (rest[0], args.command))
    if rest:
        _check_beam_flags(rest, args.command, getattr(args, "runner", "direct"))
    return args, rest


def _check_beam_flags(flags: list[str], command: str, runner: str) -> None:
    """Beam drops flags that it does not know with a log line; a typing error deserves better."""
    from apache_beam.options.pipeline_options import PipelineOptions

    from runners import RunnerError, pick

    try:
        pick(runner)  # an engine may declare flags of its own
    except RunnerError as error:
        raise UserError(str(error)) from None
    beam = _Parser(prog="bentpipe " + command, add_help=False, allow_abbrev=False)
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(beam)  # type: ignore[arg-type]
    _, unknown = beam.parse_known_args(flags)
    if unknown:
        raise UserError("unknown option %s; see bentpipe %s --help" % (unknown[0], command))

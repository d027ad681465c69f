"""The command line: ``bentpipe COMMAND``, or ``python -m pipeline COMMAND`` in a checkout."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence

from pipeline.collector import spare_collector
from pipeline.errors import EXIT_FAILED, UserError
from pipeline.heaps import bound_heaps, share_heaps
from pipeline.logs import set_up_logs
from pipeline.options import read_flags
from transforms._children import start_early
from transforms._text import escape_unshown


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    is_debug = "--debug" in argv
    set_up_logs(is_debug)
    share_heaps()  # before the flags are read: those of Beam are looked up in Beam
    try:
        args, beam_flags = read_flags(argv)
        return _dispatch(args, beam_flags, argv)
    except UserError as error:
        print("bentpipe: %s" % escape_unshown(str(error)), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_FAILED
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:
        if is_debug:
            raise
        print("bentpipe: %s (--debug shows more)" % escape_unshown(_told(error)), file=sys.stderr)
        return EXIT_FAILED


def _told(error: Exception) -> str:
    """What went wrong, in a line. Beam gives a worker's traceback as the message; its last line is the error itself."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    message = lines[-1 if "Traceback" in str(error) else 0]
    of_a_step = re.fullmatch(r"(.*) \[while running '(.*?)(?:-ptransform-\d+)?'\]", message)
    if of_a_step:
        return "%s, in the step %s" % of_a_step.groups()
    return "%s: %s" % (type(error).__name__, message)


def _dispatch(args: argparse.Namespace, beam_flags: list[str], argv: Sequence[str]) -> int:
    """Each command's module is imported when it is asked for: `--help` need not wait for Beam."""
    match args.command:
        case "run" if args.every:
            from pipeline.every import run_every

            return run_every(args.every, without_every(argv))
        case "run":
            bound_heaps()
            with spare_collector():
                start_children(args)
                from pipeline.run import run

                return run(args, beam_flags)
        case "stream":
            bound_heaps()
            from pipeline.stream import stream

            return stream(args, beam_flags)
        case "demo":
            with spare_collector():
                start_early()
                from pipeline.demo import demo

                return demo(args, beam_flags)
        case "tag" | "extract" | "parse":
            from pipeline import files

            return files.COMMANDS[args.command](args)
        case "deals":
            from pipeline.deals import deals

            return deals(args)
        case "query":
            from pipeline.query import query

            return query(args)
        case "verify":
            from pipeline.verify import verify

            return verify(args)
        case _:
            from pipeline.feeds import feeds

            return feeds(args)


def start_children(args: argparse.Namespace) -> None:
    """Starts what reads pages before anything else, where it is to run on this machine."""
    if args.runner == "direct":
        start_early()


def without_every(argv: Sequence[str]) -> list[str]:
    """The arguments without ``--every TIME``: what each of the runs is called with."""
    kept: list[str] = []
    skip = False
    for word in argv:
        if skip:
            skip = False
        elif word == "--every":
            skip = True
        elif not word.startswith("--every="):
            kept.append(word)
    return kept


if __name__ == "__main__":
    sys.exit(main())

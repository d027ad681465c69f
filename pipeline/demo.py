"""``demo``: the real pipeline on the sample newsroom, over HTTP, with no network and no set-up."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from pipeline.errors import UserError
from pipeline.options import read_flags
from pipeline.run import run
from samples.newsroom import BASE_PORT, Newsroom, NewsroomError


def demo(args: argparse.Namespace, beam_flags: Sequence[str]) -> int:
    """Serves the newsroom on loopback and runs ``run --poll_all`` on its feeds. Returns the exit code."""
    try:
        with Newsroom(args.port or BASE_PORT) as newsroom:
            words = ["run", "--output", args.output, "--poll_all", "--site_delay_seconds", "0"]
            words += ["--allow_private_network", "127.0.0.0/8", "--feeds", *newsroom.feeds]
            run_args, _ = read_flags(words)
            return run(run_args, beam_flags, retry_all=False)
    except NewsroomError as error:
        raise UserError(str(error)) from None

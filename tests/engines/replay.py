"""``python -m tests.engines.replay run|stream …``: the command at the time of a recorded history, on any engine."""

from __future__ import annotations

import sys

from pipeline.options import read_flags
from pipeline.run import run
from pipeline.stream import stream
from tests.engines.recorded import recorded_clock

if __name__ == "__main__":
    args, beam_flags = read_flags(sys.argv[1:])
    command = stream if args.command == "stream" else run
    sys.exit(command(args, beam_flags, clock=recorded_clock))

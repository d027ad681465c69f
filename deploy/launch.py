"""What Dataflow's launcher runs in the template's image: the command of the parameter ``command``, with the others.

A template's parameters are strings, ``--name=value``; here they become the words of the command line.
"""

import sys
from collections.abc import Sequence

from pipeline.__main__ import main

COMMANDS = ("run", "stream")
SWITCHES = ("--poll_all", "--debug")
"""Flags without a value; as parameters they are ``true`` or ``false``."""
LISTS = ("--feeds", "--allow_private_network", "--lexicon")
"""Flags that may stand again; as parameters their values are separated by spaces."""


def words_of(parameters: Sequence[str]) -> list[str]:
    """The words of the command line.

    Raises:
        SystemExit: ``command`` is none of COMMANDS.
    """
    command = "run"
    words = []
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "--command":
            command = value
        elif name in SWITCHES:
            words += [name] if value.lower() == "true" else []
        elif name in LISTS:
            words += [word for each in value.split() for word in (name, each)]
        else:
            words.append(parameter)
    if command not in COMMANDS:
        raise SystemExit("the parameter command is %s, not %s" % (command, " or ".join(COMMANDS)))
    # The launcher's own --runner=DataflowRunner is among the words; ours goes by the same name.
    return [command, *words]


if __name__ == "__main__":
    sys.exit(main(words_of(sys.argv[1:])))

"""Where it runs: options and preflight checks of each engine, and nothing else. ``pick`` finds one by its name."""

from __future__ import annotations

import importlib

from runners.target import RunnerError, Target

__all__ = ["RunnerError", "Target", "pick"]

_MODULES = {"direct": "local", "prism": "prism", "flink": "flink", "spark": "spark", "dataflow": "dataflow"}
_BEAM_NAMES = {"FnApiRunner": "direct"} | {"%sRunner" % name.capitalize(): name for name in _MODULES}


def pick(name: str) -> Target:
    """The engine of that name; Beam's own names (PrismRunner …) mean the same.

    Raises:
        RunnerError: there is none.
    """
    known = _BEAM_NAMES.get(name, name)
    if known not in _MODULES:
        raise RunnerError("no runner %s; there are %s" % (name, ", ".join(_MODULES)))
    module = importlib.import_module("runners." + _MODULES[known])
    target: Target = module.TARGET
    return target

"""Linear models: a class, or a probability, from named features. The weights are data, fitted by ``bench/train.py``.

A model is ``data/model_NAME.csv``: a row a feature, a column a class. All of it is exact sums, so the answer is
the same everywhere.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from importlib import resources
from typing import NamedTuple


class Linear(NamedTuple):
    """classes, and for every feature a weight a class."""

    classes: tuple[str, ...]
    weights: dict[str, tuple[float, ...]]

    def sums(self, features: Iterable[str]) -> list[float]:
        """The weight of every class over the features, each of which counts once."""
        found = [weights for weights in map(self.weights.get, features) if weights is not None]
        return list(map(math.fsum, zip(*found))) or [0.0] * len(self.classes)

    def best(self, features: Iterable[str], favoured: str = "", favour: float = 0.0) -> str:
        """The class of the greatest weight, of equals the first. One class may be favoured by so much."""
        totals = self.sums(features)
        if favoured in self.classes:
            totals[self.classes.index(favoured)] += favour
        return self.classes[totals.index(max(totals))]

    def probability(self, features: Iterable[str]) -> float:
        """The probability of the only class of a model of yes and no."""
        return logistic(self.sums(features)[0])


def logistic(total: float) -> float:
    """The probability that a sum of weights stands for."""
    return 1.0 / (1.0 + math.exp(-max(-8.0, min(8.0, total))))


MODELS = ("story", "further", "type", "status", "party", "role", "cast", "value")
LOADED: dict[str, Linear] = {}


def load_model(name: str) -> Linear:
    """The model of that name, read once a process; ``LOADED`` may hold another one to try."""
    if name not in LOADED:
        LOADED[name] = _read(name)
    return LOADED[name]


def _read(name: str) -> Linear:
    text = resources.files("transforms.tag").joinpath("data", "model_%s.csv" % name).read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines())
    header = next(rows)
    return Linear(tuple(header[1:]), {row[0]: tuple(map(float, row[1:])) for row in rows})

"""How probable it is that a story reports a deal: a logistic function of what was found in it.

The weights are ``data/score.csv`` (feature, weight), fitted by ``bench/calibrate.py`` on our own labelled stories.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.gate import CORE, says_field
from transforms.tag.guess import Guess
from transforms.tag.reading import Page
from transforms.tag.vocabulary import read_rows

# Below the first a deal that the rules read is dropped; from the second a story that they read none in has one.
# Both lie where our own labelled stories, tagged with weights fitted on the others, came out best.
KEEP, GUESS = 0.35, 0.7


def evidence(page: Page, deals: Sequence[Draft], guess: Guess | None) -> dict[str, float]:
    """What speaks for and against a deal in a story, by name; every value lies between 0 and 4."""
    found: dict[str, float] = {"bias": 1.0}
    found["negative"] = float(bool(page.headline) and page.is_negative(0))
    found["foreign"] = float(page.language != "en")
    if deals:
        main = deals[0]
        known = sum(1 for m, _ in main.parties if kind_of(m) in CORE or says_field(m))
        found["rules"] = 1.0
        found["rules_parties"] = float(min(len(main.parties), 3) - 1)
        found["rules_fielded"] = float(min(known, 2))
        found["rules_headline"] = float(main.in_headline)
        found["rules_noun"] = float(main.group.has_noun)
        found["rules_sum"] = float(main.value is not None)
        found["rules_told_again"] = float(min(len(main.sentences) - 1, 2))
        found["rules_early"] = float(min(main.sentences) <= 1)
        found["rules_further"] = float(len(deals) > 1)
        found["rules_everyday"] = float(main.group.strength < _PLAIN)
    found["near_misses"] = float(min(page.near_misses, 2))
    if guess is not None:
        kinds = [kind for kind in guess.hints if kind not in ("ordinary", "deal")]
        prefix = "guess_" if not deals else "also_"
        found[prefix + "any"] = 1.0
        found[prefix + "fielded"] = float(min(guess.fielded, 2))
        found[prefix + "parties"] = float(min(len(guess.parties), 2) - 1)
        found[prefix + "kinds"] = float(min(len(kinds), 4))
        found[prefix + "deal"] = float(min(guess.hints["deal"], 3))
        found[prefix + "ordinary"] = float(min(guess.hints["ordinary"], 4))
        found[prefix + "sum"] = float(guess.has_sum)
        found[prefix + "dealt"] = float(guess.is_dealt)
        found[prefix + "priced"] = float(guess.is_priced)
    return found


_PLAIN = 5.0  # groups.rank of everyday verbs lies below


def probability(found: dict[str, float]) -> float:
    """The probability that the weights give to evidence."""
    weights = _weights()
    total = sum(weights.get(name, 0.0) * value for name, value in found.items())
    return 1.0 / (1.0 + math.exp(-max(-8.0, min(8.0, total))))


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    return {row["feature"]: float(row["weight"]) for row in read_rows("score.csv")}

"""How probable it is that a story reports a deal: a logistic function of what was found in it and of its words.

The weights are ``data/model_story.csv``, fitted by ``bench/train.py`` to our own labelled stories.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.features import words
from transforms.tag.gate import CORE, says_field
from transforms.tag.guess import Guess
from transforms.tag.linear import load_model
from transforms.tag.reading import Page

# From where a story has a deal; where our own labelled stories of several kinds, tagged with weights fitted on the
# others, came out well.
KEEP = 0.6
MAX_NAMED = 8  # sentences whose names count
MAX_WORDED = 4  # sentences whose words count, the headline's among them


def evidence(page: Page, deals: Sequence[Draft], guess: Guess | None) -> list[str]:
    """What speaks for and against a deal in a story; its words only where anything does."""
    found = ["always", "language=" + ("en" if page.language == "en" else "other")]
    if page.headline and page.is_negative(0):
        found.append("negative")
    found.append("near_misses=%d" % min(page.near_misses, 2))
    length = sum(len(page.document.sentences) > limit for limit in (4, 8, 16))
    found.append("length=%d" % length)
    if deals:
        found += [*_of_rules(deals), "rules length=%d" % length]
        found.append("rules deals=%d length=%d" % (min(len(deals), 4), length))
    if guess is not None:
        found += _of_guess(guess, "also " if deals else "guess ")
    if deals or guess is not None:
        found += [*_of_field(page, "rules " if deals else "guess "), *_of_words(page, deals)]
    return found


def _of_rules(deals: Sequence[Draft]) -> list[str]:
    main = deals[0]
    known = sum(1 for mention, _ in main.parties if kind_of(mention) in CORE or says_field(mention))
    facts = {
        "headline": main.in_headline,
        "noun": main.group.has_noun,
        "sum": main.value is not None,
        "early": min(main.sentences) <= 1,
        "everyday": main.group.strength < _PLAIN,
    }
    return [
        "rules",
        "rules deals=%d" % min(len(deals), 4),
        "rules parties=%d" % min(len(main.parties), 3),
        "rules fielded=%d" % min(known, 2),
        "rules told=%d" % min(len(main.sentences), 3),
        "rules type=" + main.deal_type,
        "rules lead=" + main.group.lead.family,
        *("rules " + name for name, holds in facts.items() if holds),
    ]


def _of_guess(guess: Guess, mark: str) -> list[str]:
    facts = {"sum": guess.has_sum, "dealt": guess.is_dealt, "priced": guess.is_priced}
    kinds = sum(1 for kind in guess.hints if kind not in ("ordinary", "deal"))
    return [
        mark + "any",
        mark + "fielded=%d" % min(guess.fielded, 2),
        mark + "parties=%d" % min(len(guess.parties), 2),
        mark + "kinds=%d" % min(kinds, 4),
        mark + "deal=%d" % min(guess.hints["deal"], 3),
        mark + "ordinary=%d" % min(guess.hints["ordinary"], 4),
        *(mark + name for name, holds in facts.items() if holds),
    ]


def _of_field(page: Page, mark: str) -> list[str]:
    """How much a story speaks of telecom and satellites: names of such companies, words of the field."""
    names = {m.key for found in page.mentions[:MAX_NAMED] for m in found if kind_of(m) in CORE or says_field(m)}
    topics = sorted({value for found in page.topics for _, value in found})
    spoken = sum(map(bool, page.topics))
    facts = ("names=%d" % min(len(names), 3), "topics=%d" % min(len(topics), 4), "spoken=%d" % min(spoken, 4))
    return [*facts, *(mark + fact for fact in facts), *("topic=" + topic for topic in topics)]


def _of_words(page: Page, deals: Sequence[Draft]) -> list[str]:
    """The words of the beginning, and of the sentences further down that tell the main deal."""
    found: set[str] = set()
    indices = set(range(min(MAX_WORDED, len(page.document.sentences))))
    for index in sorted(indices.union(*(draft.sentences[:2] for draft in deals[:1]))):
        told = list(words(page, index))
        found.update(told)
        if page.headline[index]:
            found.update("title " + word for word in told if " " not in word)
    return sorted(found)


_PLAIN = 5.0  # groups.rank of everyday verbs lies below


def probability(found: Sequence[str]) -> float:
    """The probability that the weights give to evidence."""
    return load_model("story").probability(found)

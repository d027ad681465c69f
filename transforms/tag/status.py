"""How far a deal has come, as of the story, and how the text tells it: status and fact level of one clause.

The words beside the verb decide, weighed by how far from it they stand; strong statuses win over weak ones
("has agreed to sell" is agreed though it could be proposed; "rejected a bid" is terminated).
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.tag.grammar import Item, before
from transforms.tag.groups import Group
from transforms.tag.tokens import Document
from transforms.tag.vocabulary import Node, match_trie

# What wins where several stand in one clause. A collapse, a denial or talks say more than the deal's own verb.
_RANK = {"terminated": 7, "in_talks": 6, "approved": 5, "rumoured": 4, "completed": 3, "agreed": 2, "proposed": 1}
_NEGATIONS = frozenset("not no never n't neither without nor".split())
_ONE_OFF = frozenset("acquire sell merge invest raise lend".split())


class Status(NamedTuple):
    """status with the tokens that say it (first ≤ i < last; equal where the verb's form says it), and the fact level."""

    status: str
    level: str
    first: int
    last: int


class Hit(NamedTuple):
    """One cue in a sentence."""

    value: str
    first: int
    last: int


def read_hits(document: Document, first: int, last: int, cues: Node) -> tuple[list[Hit], list[Hit]]:
    """The status cues and the level cues of a sentence; longer ones hide those inside them."""
    found: dict[str, list[Hit]] = {"status": [], "level": []}
    covered = {"status": first, "level": first}
    for i in range(first, last):
        for length, cue in sorted(match_trie(cues, document.low, i), key=lambda hit: -hit[0]):
            if cue.kind in found and i >= covered[cue.kind] and i + length <= last:
                found[cue.kind].append(Hit(cue.value, i, i + length))
        for kind, hits in found.items():
            if hits and hits[-1].first == i:
                covered[kind] = hits[-1].last
    return found["status"], found["level"]


def read_status(
    group: Group, items: list[Item], document: Document, statuses: list[Hit], levels: list[Hit], language: str
) -> Status:
    """Decides the status of an event from its verb's form and the cues of its clause."""
    verb = items[group.lead.at]
    start = items[group.first].first
    end = items[min(group.last, len(items)) - 1].last
    near = [hit for hit in statuses if start <= hit.first < end]
    if _is_negated(document, verb.first):
        near = [hit for hit in near if hit.value in ("terminated", "in_talks", "rumoured")]
    level = _level(levels, start, end)
    by_form = _by_form(group, items, language)
    best = max(near, key=lambda hit: (_weight(hit, verb, by_form), -abs(hit.first - verb.first)), default=None)
    if best is not None and _weight(best, verb, by_form) > (_RANK.get(by_form, 0) + 0.5 if by_form else 0):
        status = Status(best.value, level, best.first, best.last)
    elif by_form:
        status = Status(by_form, level, verb.first, verb.last)
    else:
        status = Status("agreed", level, verb.first, verb.last)
    if level == "denied" and status.status in ("in_talks", "proposed", "agreed"):
        status = status._replace(status="rumoured")
    return _settle(status, group)


def _weight(hit: Hit, verb: Item, by_form: str) -> float:
    rank: float = _RANK[hit.value]
    inside = verb.first <= hit.first < verb.last
    if inside and hit.value in ("proposed", "agreed", "completed"):
        rank -= 0.5
    distance = min(abs(hit.first - verb.last), abs(verb.first - hit.last))
    return rank - 0.12 * min(distance, 30)


def _level(levels: list[Hit], start: int, end: int) -> str:
    values = {hit.value for hit in levels if start <= hit.first < end}
    for value in ("denied", "background", "speculated", "planned"):
        if value in values:
            return value
    return "asserted"


def _is_negated(document: Document, at: int) -> bool:
    return any(word in _NEGATIONS for word in document.low[max(0, at - 3) : at])


def _by_form(group: Group, items: list[Item], language: str) -> str:
    """What the form of the event's own verb says: "bought" completed, "will buy" agreed, "could buy" rumoured."""
    item = items[group.lead.at]
    if group.lead.is_noun or language != "en":
        return ""
    previous = before(items, group.lead.at)
    word = previous.word if previous is not None else ""
    if item.form == "base":
        if word in ("could", "may", "might"):
            return "rumoured"
        if word in ("would",):
            return "agreed"
        return "agreed"
    if item.form == "past":
        if word in ("be", "being"):
            return "agreed"
        return "completed" if group.lead.family in _ONE_OFF else "agreed"
    return "agreed"


def _settle(status: Status, group: Group) -> Status:
    """A running contract is agreed, not completed; what was bought by an order is, too."""
    if status.status == "completed" and group.lead.family not in _ONE_OFF:
        return status._replace(status="agreed")
    return status

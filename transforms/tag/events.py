"""An event: one deal as one verb or noun of a sentence tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.items import Item
from transforms.tag.mentions import Mention

Parties = list[tuple[Mention, str]]


@dataclass(slots=True)
class Event:
    """One deal as one sentence tells it. family: the verb's or noun's; first, last: the clause, in items."""

    family: str
    parties: Parties
    sentence: int
    at: int
    first: int
    last: int
    is_noun: bool
    objects: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    owners: list[Mention] = field(default_factory=list)
    has_pronoun: bool = False
    has_deal_noun: bool = False
    light: str = ""
    light_at: int = -1
    has_predicate: bool = False
    pronoun_role: str = ""
    is_plain: bool = False
    word: str = ""

    def names(self) -> set[str]:
        return {mention.key for mention, _ in self.parties}


def clause_start(items: list[Item], i: int) -> int:
    """The item at which the clause of item i begins."""
    for k in range(i - 1, -1, -1):
        roles = items[k].roles
        if roles and (roles[0] in (";", "–", "—") or "subord" in roles):
            return k
    return 0

"""Who takes part in a deal and in which role: parties and roles are chosen together, as the likeliest cast."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.events import Parties
from transforms.tag.linear import load_model
from transforms.tag.mentions import Mention, as_party
from transforms.tag.party_features import Candidate, candidates
from transforms.tag.reading import Page
from transforms.tag.roles import VALID, assign_roles

# Of which names a cast is made: so many at most, none less likely than that; and how many casts are kept on the way.
MAX_PARTIES, LEAST_CHANCE, MAX_CASTS = 8, 0.05, 12
# How much the frequency of a cast counts beside its parties and their roles, and what each party gets for being one.
USUAL, EACH = 0.5, 0.6
MAX_OF_A_ROLE = 4  # from so many on their number makes no difference
_Cast = tuple[tuple[Candidate, str], ...]


def cast(page: Page, draft: Draft, drafts: Sequence[Draft], kind: str, trust: float) -> Parties:
    """The parties of a deal of a type, those of the rules first, and their roles.

    drafts: all deals of the story. trust: how much more than the models learned the rules' word on a role counts.
    """
    told = rule_roles(kind, draft)
    if draft.is_share:  # its parties are its own
        return [(as_party(mention), role) for mention, role in told.items()]
    model, usual = load_model("party"), load_model("cast")
    rows = candidates(page, draft, drafts)
    rated = [(model.probability(row.features), -k, row) for k, row in enumerate(rows)]
    casts: list[tuple[float, _Cast]] = [(0.0, ())]
    for chance, _, row in sorted(rated, reverse=True)[:MAX_PARTIES]:
        if chance >= LEAST_CHANCE:
            roles = _role_weights(kind, told.get(row.mention, ""), row, trust)
            casts = _best(casts, row, math.log(1 - chance), math.log(chance) + EACH, roles)

    def weight(each: tuple[float, _Cast]) -> float:
        return each[0] + USUAL * usual.sums([cast_feature(kind, (role for _, role in each[1]))])[0]

    _, found = max(casts, key=weight)
    if not found:
        return [(as_party(mention), role) for mention, role in told.items()]
    order = [*told, *(row.mention for row in rows)]
    found = tuple(sorted(found, key=lambda each: order.index(each[0].mention)))
    return [(as_party(row.mention), role) for row, role in found]


def _best(
    casts: list[tuple[float, _Cast]], row: Candidate, without: float, given: float, roles: dict[str, float]
) -> list[tuple[float, _Cast]]:
    """The best casts without and with one more party, in any role."""
    more = [(weight + without, parties) for weight, parties in casts]
    more += [
        (weight + given + extra, (*parties, (row, role))) for weight, parties in casts for role, extra in roles.items()
    ]
    return sorted(more, key=lambda each: -each[0])[:MAX_CASTS]


def rule_roles(kind: str, draft: Draft) -> dict[Mention, str]:
    """The roles that the rules give their parties in a deal of a type."""
    roles = assign_roles(kind, [(as_party(mention), role) for mention, role in draft.parties], draft.groups)
    return {mention: role for (mention, _), (_, role) in zip(draft.parties, roles)}


def role_features(kind: str, ruled: str, row: Candidate) -> list[str]:
    """What the role of a party goes by, in a deal of a type. ruled: its role by the rules, or ""."""
    company = kind_of(row.mention) or "?"
    own = ["ruled=" + ruled, "ruled=%s %s" % (kind, ruled), "now=" + kind, "now=%s %s" % (kind, company)]
    return own + row.features


def _role_weights(kind: str, ruled: str, row: Candidate, trust: float) -> dict[str, float]:
    """The logarithm of the probability of each role that a party of a deal of the type can have."""
    valid = VALID[kind]
    if len(valid) == 1:
        return dict.fromkeys(valid, 0.0)
    model = load_model("role")
    weights = dict(zip(model.classes, model.sums(role_features(kind, ruled, row))))
    own = {role: weights[role] + (trust if role == ruled else 0.0) for role in model.classes if role in valid}
    most = max(own.values())
    whole = most + math.log(sum(math.exp(weight - most) for weight in own.values()))
    return {role: weight - whole for role, weight in own.items()}


def cast_feature(kind: str, roles: Iterable[str]) -> str:
    """What the frequency of a cast is filed under: the type, and the roles of its parties in order of the alphabet."""
    counts = Counter(roles)
    return " ".join((kind, *(role for role in sorted(counts) for _ in range(min(counts[role], MAX_OF_A_ROLE)))))

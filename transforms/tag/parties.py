"""Who takes part in a deal, and in which role, by the models: they weigh what the rules took with all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.events import Parties
from transforms.tag.gate import may_be_party
from transforms.tag.linear import load_model
from transforms.tag.mentions import Mention, as_party
from transforms.tag.party_features import Candidate, candidates
from transforms.tag.reading import Page
from transforms.tag.roles import VALID, assign_roles

# From which probability a name is a party; a deal seldom has one side only, so for the second party less will do.
FIRST, SECOND = 0.5, 0.3
# The two sides that a deal of the type cannot do without.
_ENDS = {
    "acquisition": ("acquirer", "target"),
    "asset_sale": ("acquirer", "seller"),
    "stake": ("investor", "target"),
    "supply_contract": ("supplier", "customer"),
    "service_contract": ("supplier", "customer"),
    "launch_contract": ("supplier", "customer"),
    "capacity": ("supplier", "customer"),
}


def find_parties(page: Page, draft: Draft, drafts: Sequence[Draft]) -> list[Candidate]:
    """The parties of a deal by their probability: those of the rules first, then those that are added."""
    model = load_model("party")
    rows = [row for row in candidates(page, draft, drafts) if row.role or may_be_party(row.mention, "customer")]
    if draft.is_share:  # its parties are its own
        kept = [row for row in rows if row.role]
    else:
        rated = [(model.probability(row.features), row) for row in rows]
        kept = [row for chance, row in rated if chance >= FIRST]
        if len(kept) < 2:
            left = [(chance, -k, row) for k, (chance, row) in enumerate(rated) if row not in kept]
            kept += [row for chance, _, row in sorted(left, reverse=True)[:1] if chance >= SECOND]
    place = {mention: i for i, (mention, _) in enumerate(draft.parties)}
    return sorted(kept, key=lambda row: place.get(row.mention, len(place))) or [row for row in rows if row.role]


def rule_roles(kind: str, draft: Draft, rows: Sequence[Candidate]) -> Parties:
    """The roles that the rules give the parties in a deal of a type; "first" and "second" for those that were added."""
    told = [(as_party(row.mention), row.role or ("second" if i else "first")) for i, row in enumerate(rows)]
    return assign_roles(kind, told, draft.groups)


def role_features(kind: str, ruled: str, row: Candidate) -> list[str]:
    """What the role of a party goes by, in a deal of a type. ruled: its role by the rules."""
    company = kind_of(row.mention) or "?"
    own = ["ruled=" + ruled, "ruled=%s %s" % (kind, ruled), "now=" + kind, "now=%s %s" % (kind, company)]
    return own + row.features


def settle_roles(kind: str, draft: Draft, rows: Sequence[Candidate], trust: float) -> Parties:
    """The parties with their roles. trust: how much more than the models learned the rules' word counts."""
    ruled = rule_roles(kind, draft, rows)
    valid = VALID[kind]
    if len(valid) == 1 or draft.is_share:
        return ruled
    model = load_model("role")
    classes = [role for role in model.classes if role in valid]
    rated: list[tuple[Mention, dict[str, float]]] = []
    for row, (mention, role) in zip(rows, ruled):
        weights = dict(zip(model.classes, model.sums(role_features(kind, role, row))))
        rated.append((mention, {own: weights[own] + (trust if own == role else 0.0) for own in classes}))
    found = [(mention, max(weights, key=lambda role: weights[role])) for mention, weights in rated]
    ends = _ENDS.get(kind)
    if ends is not None and len(found) >= 2 and not set(ends) <= {role for _, role in found}:
        for k, side in zip(_likeliest_two(rated, found, ends), ends):
            found[k] = (found[k][0], side)
    return found


def _likeliest_two(
    rated: Sequence[tuple[Mention, dict[str, float]]], found: Parties, ends: tuple[str, str]
) -> tuple[int, int]:
    """The two parties that lose least by being the two ends of a deal, in their order."""

    def loss(k: int, side: str) -> float:
        weights = rated[k][1]
        return weights[found[k][1]] - weights[side]

    return min(permutations(range(len(found)), 2), key=lambda two: loss(two[0], ends[0]) + loss(two[1], ends[1]))

"""The roles that the parties of a deal can have, by its type."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.tag.described import kind_of
from transforms.tag.groups import Group
from transforms.tag.mentions import Mention
from transforms.tag.trades import sides

Parties = list[tuple[Mention, str]]
_SIDES = {
    "acquisition": ("acquirer", "target"),
    "asset_sale": ("acquirer", "seller"),
    "stake": ("investor", "target"),
    "financing": ("lender", "borrower"),
    "spectrum": ("acquirer", "seller"),
}
_TRADE = {"supplier", "customer"}
# The roles that a deal of each type can have.
VALID = {
    "acquisition": {"acquirer", "seller", "target"},
    "asset_sale": {"acquirer", "seller", "target"},
    "stake": {"investor", "target", "seller"},
    "financing": {"lender", "investor", "borrower"},
    "spectrum": {"acquirer", "seller", "licensor"},
    "merger": {"merging_party"},
    "joint_venture": {"partner"},
    "partnership": {"partner"},
    "supply_contract": _TRADE,
    "service_contract": _TRADE,
    "launch_contract": _TRADE,
    "capacity": _TRADE,
}
_TRANSLATE: dict[str, dict[str, str]] = {
    "stake": {"acquirer": "investor", "borrower": "target", "lender": "investor"},
    "acquisition": {"investor": "acquirer", "borrower": "target"},
    "financing": {"target": "borrower"},
    "spectrum": {"target": "seller", "customer": "licensor", "supplier": "acquirer"},
}
_WINS = ("win", "won", "bag", "secur", "land", "clinch", "scoop")
_LENDERS = frozenset(("fund", "state", "agency"))
_TRADES = frozenset(("supply_contract", "service_contract", "launch_contract", "capacity"))


def assign_roles(deal_type: str, parties: Parties, groups: Sequence[Group]) -> Parties:
    """Returns the parties with roles that the type knows. groups: all that tells of the deal."""
    if deal_type in _TRADES:
        return sides(deal_type, parties, groups)
    valid = VALID[deal_type]
    if len(valid) == 1:
        (only,) = valid
        return [(mention, only) for mention, _ in parties]
    translate = _TRANSLATE.get(deal_type, {})
    found = []
    for mention, role in parties:
        role = translate.get(role, role)
        found.append((mention, role if role in valid and role != "partner" else _side(deal_type, role)))
    if deal_type == "financing" and len(found) >= 2:
        lends = [kind_of(mention) in _LENDERS for mention, _ in found]
        if all(lends):  # whom the list knows to lend does, beside one whom only the text describes so
            lends = [mention.company is not None for mention, _ in found]
            if all(lends) or not any(lends):
                return [(mention, role if role == "investor" else "lender") for mention, role in found]
        if any(lends):  # a bank lends, whatever the words
            return [
                (m, role if is_lender and role == "investor" else "lender" if is_lender else "borrower")
                for (m, role), is_lender in zip(found, lends)
            ]
    if deal_type == "spectrum":
        is_won = any(event.word.startswith(_WINS) for group in groups for event in group.events)
        public = ("agency", "state", "") if is_won else ("agency", "state")  # who holds an auction
        found = [(m, "licensor" if role == "seller" and kind_of(m) in public else role) for m, role in found]
    return _with_buyer(deal_type, found)


def _with_buyer(deal_type: str, parties: Parties) -> Parties:
    """Where all names are targets, whoever is named first buys."""
    buyer = {"acquisition": "acquirer", "stake": "investor"}.get(deal_type)
    if buyer is None or len(parties) < 2 or {role for _, role in parties} != {"target"}:
        return parties
    first = min((mention for mention, _ in parties), key=lambda mention: mention.first)
    return [(mention, buyer if mention is first else role) for mention, role in parties]


def _side(deal_type: str, role: str) -> str:
    """The role of a party where the words do not say which."""
    first, second = _SIDES[deal_type]
    return first if role in ("first", "investor", "acquirer", "lender") else second

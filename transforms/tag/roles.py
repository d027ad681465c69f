"""The roles that the parties of a deal can have, by its type."""

from __future__ import annotations

from transforms.tag.kinds import kind_of
from transforms.tag.mentions import Mention

Parties = list[tuple[Mention, str]]
_SIDES = {
    "supply_contract": ("supplier", "customer"),
    "service_contract": ("supplier", "customer"),
    "launch_contract": ("supplier", "customer"),
    "capacity": ("supplier", "customer"),
    "acquisition": ("acquirer", "target"),
    "asset_sale": ("acquirer", "seller"),
    "stake": ("investor", "target"),
    "financing": ("lender", "borrower"),
    "spectrum": ("acquirer", "seller"),
}
_VALID = {
    "supply_contract": {"supplier", "customer"},
    "service_contract": {"supplier", "customer"},
    "launch_contract": {"supplier", "customer"},
    "capacity": {"supplier", "customer", "partner"},
    "acquisition": {"acquirer", "seller", "target"},
    "asset_sale": {"acquirer", "seller", "target"},
    "stake": {"investor", "target", "seller"},
    "financing": {"lender", "investor", "borrower"},
    "spectrum": {"acquirer", "seller", "licensor"},
    "merger": {"merging_party"},
    "joint_venture": {"partner"},
    "partnership": {"partner"},
}
_TRANSLATE: dict[str, dict[str, str]] = {
    "stake": {"acquirer": "investor", "borrower": "target", "lender": "investor"},
    "acquisition": {"investor": "acquirer", "borrower": "target"},
    "financing": {"target": "borrower"},
    "spectrum": {"target": "seller", "customer": "licensor", "supplier": "acquirer"},
    "capacity": {"acquirer": "customer", "seller": "supplier", "target": "supplier"},
    "supply_contract": {"acquirer": "customer", "seller": "supplier", "target": "supplier"},
}
_TRADES = frozenset(("supply_contract", "service_contract", "launch_contract", "capacity"))
_SUPPLIERS = frozenset(
    "manufacturer equipment launch integrator satellite_operator ground_segment tower fibre cable".split()
)
_BUYERS = frozenset("state agency military airline shipping mobile_operator fixed_operator mvno media".split())


def assign_roles(deal_type: str, parties: Parties) -> Parties:
    """Returns the parties with roles that the type knows."""
    valid = _VALID[deal_type]
    if len(valid) == 1:
        (only,) = valid
        return [(mention, only) for mention, _ in parties]
    translate = _TRANSLATE.get(deal_type, {})
    found = []
    for mention, role in parties:
        role = translate.get(role, role)
        found.append((mention, role if role in valid and role != "partner" else _side(deal_type, mention, role)))
    if (
        deal_type in ("supply_contract", "service_contract", "launch_contract")
        and len({role for _, role in found}) == 1
        and len(found) == 2
    ):
        found = [
            (mention, _side(deal_type, mention, "first" if i == 0 else "second"))
            for i, (mention, _) in enumerate(found)
        ]
    if deal_type in _TRADES and len(found) == 2 and found[0][1] == found[1][1] != "partner":
        supplier, customer = _SIDES[deal_type]
        found[1] = (found[1][0], customer if found[0][1] == supplier else supplier)
    if deal_type == "spectrum":
        found = [
            (m, "licensor" if role == "seller" and kind_of(m) in ("agency", "state") else role) for m, role in found
        ]
    return found


def _side(deal_type: str, mention: Mention, role: str) -> str:
    """The role of a party where the words do not say who sells: by what the company is."""
    supplier, customer = _SIDES[deal_type]
    if role == "partner" and deal_type == "capacity":
        return role
    known = kind_of(mention)
    if supplier == "supplier":
        if known in _SUPPLIERS and not (deal_type == "launch_contract" and known != "launch"):
            return supplier
        if known in _BUYERS or (deal_type == "launch_contract" and known):
            return supplier if known == "mobile_operator" and deal_type == "capacity" else customer
        return supplier if role in ("first", "supplier", "seller") else customer
    return supplier if role in ("first", "investor", "acquirer", "lender") else customer

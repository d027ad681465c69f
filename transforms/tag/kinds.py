"""The type of a deal: from the verb's family, what is bought, and who the parties are."""

from __future__ import annotations

from collections import Counter

from transforms.tag.described import kind_of
from transforms.tag.groups import Group
from transforms.tag.mentions import Mention
from transforms.tag.trades import trade_type

_MAKERS = frozenset("manufacturer equipment ground_segment integrator".split())


def deal_type(group: Group, parties: list[tuple[Mention, str]], story: Counter[str], stake: float | None) -> str:
    """Returns the deal type. story: object classes of the story's beginning, which decide where the clause does not."""
    family = group.lead.family
    seen = set(group.objects)
    is_ware = bool(seen & _WARES) and not seen & _NO_WARES and not _names_target(parties)
    if family == "acquire" and not group.lead.is_noun and is_ware:
        return trade_type([group], parties, story, {"order"})
    if family in ("acquire", "sell"):
        return _purchase(group, set(group.head) if group.head or _names_target(parties) else seen, parties, stake)
    if family == "merge":
        return "joint_venture" if any(event.family == "jv" and event.is_noun for event in group.events) else "merger"
    if family == "invest":
        return "acquisition" if stake is not None and stake > 50 else "stake"
    if family in ("raise", "lend"):
        rounds = any(event.family == "invest" for event in group.events)
        if (
            family == "raise"
            and not group.lead.is_noun
            and not any(event.family == "raise" and event.is_noun for event in group.events)
        ):
            return "stake"  # money raised, and no word of debt
        return "stake" if rounds or (family == "raise" and "stake" in seen and not group.has_noun) else "financing"
    named = {
        "jv": "joint_venture",
        "spectrum": "spectrum",
        "launch": "launch_contract",
        "capacity": "capacity",
        "service": "service_contract",
        "supply": "supply_contract",
    }
    if group.lead.is_noun and family in named:
        return named[family]
    return trade_type([group], parties, story)


def _names_target(parties: list[tuple[Mention, str]]) -> bool:
    return any(role == "target" for _, role in parties)


def _purchase(group: Group, seen: set[str], parties: list[tuple[Mention, str]], stake: float | None) -> str:
    targets = [mention for mention, role in parties if role == "target"]
    named = [mention for mention in targets if mention.key not in group.owners]
    if "licence" in seen and not targets:
        return "spectrum"
    if "spectrum" in seen and not seen & {"stake", "control"} and (not named or "company" not in seen):
        return "spectrum"
    if "control" in seen and "asset" not in seen:
        return "acquisition"
    if (stake is not None and stake <= 50) or "stake" in seen:
        return "stake"
    if "unit" in seen:
        return "acquisition"  # a country's whole business
    if named or (
        group.lead.is_noun and group.word.startswith(("takeover", "buyout", "take-over", "buy-out", "tender"))
    ):
        return "acquisition"
    if "equipment" in seen and any(role == "seller" and kind_of(m) in _MAKERS for m, role in parties):
        return "supply_contract"
    if "asset" in seen:
        return "asset_sale"
    if "company" in seen:
        return "acquisition"
    if "capacity" in seen:
        return "capacity"
    if "equipment" in seen and "thing" not in seen:
        return "partnership" if group.lead.family == "sell" else "supply_contract"
    is_maker = any(role == "seller" and kind_of(mention) in _MAKERS for mention, role in parties)
    if is_maker and group.lead.family == "sell" and not group.lead.is_noun and "thing" not in seen:
        return "supply_contract"  # "sells more to China Mobile"
    return "asset_sale" if "thing" in seen or not targets else "acquisition"


_WARES = frozenset(("service", "equipment", "capacity", "launch"))
_NO_WARES = frozenset(("asset", "thing", "stake", "control", "company"))

"""The type of a deal: from the verb's family, what is bought, and who the parties are."""

from __future__ import annotations

from collections import Counter

from transforms.tag.groups import Group
from transforms.tag.mentions import Mention

_OPERATORS = frozenset("mobile_operator fixed_operator satellite_operator fibre cable mvno tower".split())
_CUSTOMERS = frozenset("state agency military airline shipping".split())
_MAKERS = frozenset("manufacturer equipment ground_segment integrator".split())


def kind_of(mention: Mention) -> str:
    if mention.kind == "state":
        return "state"
    if mention.company is not None and not mention.is_extended:
        return mention.company.kind
    low = mention.name.lower()
    for kind, words in _KIND_WORDS.items():
        if any(word in low for word in words):
            return kind
    return mention.company.kind if mention.company is not None else ""


_KIND_WORDS = {
    "military": (
        "army",
        "navy",
        "air force",
        "marine corps",
        "space force",
        "special operations",
        "bundeswehr",
        "armed forces",
        "armée",
        "coast guard",
    ),
    "agency": (
        "agency",
        "ministry",
        "department",
        "commission",
        "authority",
        "ministère",
        "ministerio",
        "ministero",
        "agence",
        "agenzia",
    ),
    "airline": ("airlines", "airways", "air lines", "airline", "aerolíneas"),
    "shipping": ("cruise", "shipping", "maritime lines", "ferries", "seaways", "tankers"),
    "fund": (
        "capital",
        "partners",
        "equity",
        "ventures",
        "fund",
        "investment",
        "holdings",
        "pension",
        "infrastructure partners",
        "bank",
    ),
    "launch": ("launch", "rocket"),
    "tower": ("tower",),
}


def deal_type(group: Group, parties: list[tuple[Mention, str]], story: Counter[str], stake: float | None) -> str:
    """Returns the deal type. story: object classes of the story's beginning, which decide where the clause does not."""
    family = group.lead.family
    seen = set(group.objects)
    is_ware = bool(seen & _WARES) and not seen & _NO_WARES and not _names_target(parties)
    if family == "acquire" and not group.lead.is_noun and is_ware:
        return agreement_type(group.families() | {"order"}, seen, parties, story)
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
    return agreement_type(group.families(), set(group.objects), parties, story)


def _names_target(parties: list[tuple[Mention, str]]) -> bool:
    return any(role == "target" for _, role in parties)


def _purchase(group: Group, seen: set[str], parties: list[tuple[Mention, str]], stake: float | None) -> str:
    targets = [mention for mention, role in parties if role == "target"]
    named = [mention for mention in targets if mention.key not in group.owners]
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
    return "asset_sale" if "thing" in seen or not targets else "acquisition"


_WARES = frozenset(("service", "equipment", "capacity", "launch"))
_NO_WARES = frozenset(("asset", "thing", "stake", "control", "company"))
_CLASSES = ("launch", "capacity", "spectrum", "equipment", "service", "ventures", "distribution", "d2d")


def agreement_type(
    families: set[str], objects: set[str], parties: list[tuple[Mention, str]], story: Counter[str]
) -> str:
    """The type of an agreement, contract or order: by its words, what it is about, and who makes it."""
    kinds = [kind_of(mention) for mention, _ in parties]
    about: dict[str, float] = dict.fromkeys(_CLASSES, 0.0)
    about.update(dict.fromkeys(story, 1.5))
    about.update({value: 4.5 if value in story else 3.0 for value in objects})
    known = set(kinds)
    operators = sum(kind in _OPERATORS for kind in kinds)
    makers, customers, launchers = known & _MAKERS, known & _CUSTOMERS, "launch" in known
    bought = 2.0 if families & {"contract", "order", "supply", "award", "select", "lease", "use"} else 0.0
    score = {
        "launch_contract": about["launch"] * (2 if launchers else 0.5 if about["equipment"] else 1.3)
        + (2 if launchers else 0)
        + (6 if "launch" in families else 0),
        "capacity": 1.3 * about["capacity"]
        + (1 if operators >= 2 else 0)
        + (4 if families & {"capacity", "lease"} else 0),
        "spectrum": (1.6 if families & {"award", "sell", "order"} or about["capacity"] >= 3 else 0.8)
        * about["spectrum"]
        + (4 if "lease" in families and about["spectrum"] >= 3 else 0),
        "supply_contract": about["equipment"]
        + bought
        + (4 if makers and not customers else 1 if makers else 0)
        - (2 if customers and not makers and not about["equipment"] else 0),
        "service_contract": about["service"]
        + 0.5 * bought
        + (5 if customers and not about["service"] < 3 <= about["equipment"] else 3.5 if customers else 0)
        + ("serve" in families)
        - (1 if makers else 0),
        "joint_venture": 1.5 * about["ventures"] + (4 if "jv" in families else 0),
        "partnership": 1.2 * about["distribution"]
        + 2 * about["d2d"]
        + (6 if "partner" in families else 0)
        + (1 if bought else 3),
    }
    return max(score, key=lambda kind: (score[kind], kind))

"""The type of a deal: from the verb's family, what is bought, and who the parties are."""

from __future__ import annotations

from collections import Counter

from transforms.tag.frames import Event
from transforms.tag.names import Mention

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


def deal_type(
    event: Event,
    objects: list[str],
    parties: list[tuple[Mention, str]],
    text_objects: Counter[str],
    stake: float | None,
) -> str:
    """Returns the deal type. objects: classes of the things bought; text_objects: those of the story, as a fallback."""
    family = event.family
    seen = set(objects)
    kinds = [kind_of(mention) for mention, _ in parties]
    if family in ("acquire", "sell"):
        return _purchase(event, objects, parties, stake)
    if family == "merge":
        return "merger"
    if family == "invest":
        return "acquisition" if stake is not None and stake > 50 else "stake"
    if family in ("raise", "lend"):
        return "stake" if seen & {"stake"} and "noun" not in seen else "financing"
    if family == "jv":
        return "joint_venture"
    if family == "spectrum":
        return "spectrum"
    if family == "launch":
        return "launch_contract"
    if family == "capacity":
        return "capacity"
    if family == "service":
        return "service_contract"
    if family == "supply" and event.is_noun:
        return "supply_contract"
    return _agreement(event, objects, kinds, text_objects)


def _purchase(event: Event, objects: list[str], parties: list[tuple[Mention, str]], stake: float | None) -> str:
    seen = set(objects)
    has_target = any(role == "target" for _, role in parties)
    if "spectrum" in seen and not (has_target and "company" in seen) and not has_target:
        return "spectrum"
    if stake is not None and not seen & {"control"}:
        return "stake" if stake <= 50 else "acquisition"
    if "control" in seen:
        return "acquisition"
    if "stake" in seen:
        return "stake"
    if has_target and event.owners and "asset" in seen:
        return "asset_sale"
    if has_target:
        return "acquisition"
    if "capacity" in seen and "asset" not in seen and "company" not in seen:
        return "capacity"
    if "asset" in seen:
        return "asset_sale"
    if "company" in seen:
        return "acquisition"
    if seen & {"equipment"}:
        return "supply_contract"
    return "acquisition"


def _agreement(event: Event, objects: list[str], kinds: list[str], text_objects: Counter[str]) -> str:
    votes: Counter[str] = Counter()
    for value in objects:
        votes[value] += 3
    for value, count in text_objects.items():
        votes[value] += min(count, 2)
    known = set(kinds)
    customer = bool(known & _CUSTOMERS)
    maker = bool(known & _MAKERS)
    operators = sum(kind in _OPERATORS for kind in kinds)
    score = {
        "launch_contract": 2.0 * votes["launch"] * (2 if "launch" in known else 0.25),
        "capacity": 1.2 * votes["capacity"] + (1.5 if operators >= 2 else 0),
        "spectrum": 0.9 * votes["spectrum"],
        "supply_contract": 1.0 * votes["equipment"]
        + (5 if maker else 0)
        + (2 if event.family in ("supply", "order", "award") else 0),
        "service_contract": 1.0 * votes["service"] + (5 if customer else 0),
        "joint_venture": 2.0 * votes["ventures"],
        "partnership": 1.6 * votes["distribution"]
        + 2.5 * votes["d2d"]
        + (4 if event.family in ("partner", "jv") else 0)
        + 1.5,
        "asset_sale": 0.4 * votes["asset"] if event.family == "swap" else 0,
    }
    if event.family in ("partner",) and not customer:
        score["partnership"] += 3
    return max(score, key=lambda kind: (score[kind], kind))

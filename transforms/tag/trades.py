"""Trades: who supplies and who buys, and which type of contract it is, by words, goods and kinds of company.

All of it is weighed, nothing decides alone: a verb that names both sides counts most, then what the companies are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from transforms.tag.described import kind_of
from transforms.tag.events import Event
from transforms.tag.groups import Group
from transforms.tag.mentions import Mention

Parties = list[tuple[Mention, str]]
OPERATORS = frozenset("mobile_operator fixed_operator satellite_operator fibre cable mvno tower".split())
CUSTOMERS = frozenset("state agency military airline shipping other fund".split())
MAKERS = frozenset(("manufacturer", "equipment"))
_HELPERS = frozenset(("ground_segment", "integrator"))  # they build for operators and serve everybody else
_RUNNERS = OPERATORS | {"launch"}  # launchers run satellites of their own, too
_CARRIED = OPERATORS | {"media", "tech"}
_CLASSES = ("launch", "capacity", "spectrum", "equipment", "service", "ventures", "distribution", "d2d", "debt")
# How far up the chain of supply a kind of company stands: who is higher supplies who is lower.
_UPSTREAM = {
    "launch": 4.0, "manufacturer": 4.0, "equipment": 4.0, "ground_segment": 3.0, "integrator": 3.0, "tower": 2.5,
    "cable": 1.5, "fibre": 2.0, "satellite_operator": 2.0, "fixed_operator": 0.5, "mobile_operator": 0.0,
    "tech": -1.0, "mvno": -2.0, "media": -2.0, "fund": -2.5, "other": -3.0, "airline": -4.0, "shipping": -4.0,
    "state": -4.0, "agency": -4.0, "military": -4.0,
}  # fmt: skip
# Whoever wins an order supplies; whoever places it buys.
_WINS = (
    "win", "won", "bag", "land", "get", "got", "receiv", "secur", "clinch", "scoop", "captur", "nab", "net", "snag",
    "snare", "gain", "obtain", "pick", "score", "claim", "haul", "book", "take", "took",
)  # fmt: skip
_GIVES = ("award", "give", "gave", "hand", "place", "issue", "grant", "let", "assign")
_BUILDS = (
    "build", "built", "manufactur", "construct", "develop", "design", "install", "deploy", "roll", "upgrad",
    "modern", "overhaul", "lay", "laid", "make", "made", "refit", "replac", "expand", "deliver", "equip", "supply",
    "supplies", "supplied", "suppli", "extend", "revamp", "rebuild", "rebuilt",
)  # fmt: skip
_BOUGHT = frozenset("contract order supply award select lease use obtain".split())
_CONTRACTS = frozenset(("contract", "order", "deal"))
_VOTES = {
    "supplier": 1.0,
    "seller": 1.0,
    "target": 1.0,
    "customer": -1.0,
    "acquirer": -1.0,
    "first": 0.25,
    "second": -0.25,
}
_SURE = frozenset("supply serve select award order lease use launch commit sign".split())


def sides(deal_type: str, parties: Parties, groups: Sequence[Group]) -> Parties:
    """The parties as supplier and customer. deal_type: "" where it is not known yet."""
    votes = _votes(parties, groups)
    if deal_type == "capacity" and _is_mutual(parties, groups):
        return [(mention, "partner") for mention, _ in parties]
    rates = [votes.get(mention.key, 0.0) + _prior(deal_type, mention) for mention, _ in parties]
    if len(rates) == 1:
        supplies = rates[0] > 0 or (rates[0] == 0 and parties[0][1] in ("first", "supplier", "seller"))
        return [(parties[0][0], "supplier" if supplies else "customer")]
    if not rates:
        return []
    high, low = max(rates), min(rates)
    middle = (high + low) / 2
    if high == low:  # nothing tells: who is named first
        return [(mention, "customer" if i else "supplier") for i, (mention, _) in enumerate(parties)]
    return [(mention, "supplier" if rate > middle else "customer") for (mention, _), rate in zip(parties, rates)]


def _prior(deal_type: str, mention: Mention) -> float:
    kind = kind_of(mention)
    if deal_type == "launch_contract":
        return 5.0 if kind == "launch" else -3.0 if kind else 0.0
    return _UPSTREAM.get(kind, 0.0)


def _votes(parties: Parties, groups: Sequence[Group]) -> dict[str, float]:
    """How much the words say that a name supplies (more than 0) or buys (less), over all that tells of the deal."""
    votes: dict[str, float] = {}
    for group in groups:
        for event in group.events:
            for mention, role in event.parties:
                vote = _VOTES.get(role, 0.0) * _weight(event)
                votes[mention.key] = votes.get(mention.key, 0.0) + vote
    for mention, role in parties:
        votes.setdefault(mention.key, _VOTES.get(role, 0.0))
    return votes


def _weight(event: Event) -> float:
    """How much an event says of who supplies."""
    if event.is_noun:
        if event.family in _CONTRACTS:
            return 8.0 if event.light.startswith((*_WINS, *_GIVES)) else 1.0
        return 0.5 if event.family in ("capacity", "launch") else 1.5
    return 3.0 if event.family in _SURE else 1.5


def _is_mutual(parties: Parties, groups: Sequence[Group]) -> bool:
    """Whether companies of one kind give each other the same: "X and Y signed a roaming agreement"."""
    kinds = {kind_of(mention) for mention, _ in parties}
    return len(parties) >= 2 and len(kinds) == 1 and kinds <= OPERATORS and _is_joint(groups)


def _is_joint(groups: Sequence[Group]) -> bool:
    """Whether two names are the subject of one agreement, and nobody is named as its other side."""
    return any(
        len(event.parties) >= 2 and len({role for _, role in event.parties}) == 1
        for group in groups
        for event in group.events
        if event.family in ("deal", "partner", "jv", "capacity", "contract")
    )


def trade_type(
    groups: Sequence[Group], parties: Parties, story: Counter[str], further: frozenset[str] | set[str] = frozenset()
) -> str:
    """The type of an agreement, contract or order. story: object classes of the story's beginning."""
    families = {family for group in groups for family in group.families()} | further
    telling = [group for group in groups if group.has_noun or len(group.parties) >= 2] or groups
    objects = {
        value
        for group in telling
        for event in group.events
        if event.family != "sell" or event is group.lead  # what a buyer sells on is not what he buys
        for value in event.objects
    }
    about: dict[str, float] = dict.fromkeys(_CLASSES, 0.0)
    about.update(dict.fromkeys(story, 1.5))
    about.update({value: 4.5 if value in story else 3.0 for value in objects})
    found = sides("", parties, groups)
    supply = {kind_of(mention) for mention, role in found if role == "supplier"} - {""}
    buy = {kind_of(mention) for mention, role in found if role == "customer"} - {""}
    score = {
        "launch_contract": _launch(about, families, supply, buy),
        "capacity": 1.3 * about["capacity"]
        + (3 if supply & OPERATORS and buy & _CARRIED else 0)
        + (4 if families & {"capacity", "lease"} else 0),
        "spectrum": (1.6 if families & {"award", "sell", "order"} or about["capacity"] >= 3 else 0.8)
        * about["spectrum"]
        + (4 if "lease" in families and about["spectrum"] >= 3 else 0),
        "financing": about["debt"] + 4 if about["debt"] >= 3 and "fund" in supply | buy else 0,
        "supply_contract": _supply(about, groups, families, supply, buy),
        "service_contract": _service(about, families, supply, buy),
        "joint_venture": 1.5 * about["ventures"] + _venture(groups),
        "partnership": 1.2 * about["distribution"]
        + 2 * about["d2d"]
        + (6 if "partner" in families else 0)
        + (1 if families & _BOUGHT else 3)
        + (1.5 if _is_joint(groups) else 0),
    }
    return max(score, key=lambda kind: (score[kind], kind))


def _venture(groups: Sequence[Group]) -> float:
    """The weight of joint_venture: a company formed, networks or sites shared."""
    score = 0.0
    for event in (event for group in groups for event in group.events):
        objects = set(event.objects)
        if event.family == "jv":
            score = max(score, 10.0 if "company" in objects and not event.is_noun else 4.0)
        elif event.family == "partner" and event.word.startswith(("shar", "pool")):
            score = max(score, 12.0)
    return score


def _launch(about: dict[str, float], families: set[str], supply: set[str], buy: set[str]) -> float:
    """The weight of launch_contract."""
    has_launcher = "launch" in supply | buy
    return (
        about["launch"] * (2 if has_launcher else 0.5 if about["equipment"] else 1.3)
        + (2 if has_launcher else 0)
        + (6 if "launch" in families else 0)
    )


def _supply(
    about: dict[str, float], groups: Sequence[Group], families: set[str], supply: set[str], buy: set[str]
) -> float:
    """The weight of supply_contract."""
    builds = any(event.word.startswith(_BUILDS) for group in groups for event in group.events if not event.is_noun)
    score = about["equipment"] + (2 if families & _BOUGHT else 0) + (1.5 if builds else 0)
    is_service = bool(buy & CUSTOMERS) and about["service"] > about["equipment"]
    if supply & MAKERS:
        score += 1 if is_service else 4 if builds or families & _BOUGHT else 2.5
    elif supply & _HELPERS and not buy & CUSTOMERS:
        score += 2
    elif (buy & CUSTOMERS and not about["equipment"]) or (supply & _RUNNERS and not builds):
        score -= 2  # they sell the use of what they have
    return score


def _service(about: dict[str, float], families: set[str], supply: set[str], buy: set[str]) -> float:
    """The weight of service_contract."""
    score = about["service"] + (1 if families & _BOUGHT else 0) + (1 if "serve" in families else 0)
    if buy & CUSTOMERS:
        score += 2.5 if about["service"] < 3 <= about["equipment"] else 5
        if supply & (_RUNNERS | _HELPERS) and not supply & MAKERS:
            score += 2  # who runs satellites or networks sells their use
    elif supply & OPERATORS and not buy & _CARRIED:
        score += 2
    if supply & MAKERS and not supply & _HELPERS and about["service"] <= about["equipment"]:
        score -= 2
    return score

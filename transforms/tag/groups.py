"""The events of one sentence that tell of one deal, taken together: "signed a contract to supply X" is one, not two."""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.events import Event
from transforms.tag.items import Item
from transforms.tag.mentions import Mention, is_brand

# What a deal is called by where several words of a sentence tell of it: the more special first.
_RANKS = {
    ("acquire", False): 9,
    ("sell", False): 9,
    ("merge", False): 9,
    ("invest", False): 8,
    ("raise", True): 7.7,
    ("lend", False): 7.5,
    ("acquire", True): 8.5,
    ("sell", True): 8.5,
    ("merge", True): 9.2,
    ("invest", True): 7.8,
    ("jv", True): 8.2,
    ("launch", True): 8.6,
    ("capacity", True): 8.4,
    ("spectrum", True): 8.7,
    ("supply", True): 7,
    ("service", True): 7,
    ("partner", True): 6.5,
    ("swap", False): 6,
    ("partner", False): 6,
    ("raise", False): 5.5,
    ("launch", False): 5,
    ("select", False): 4.2,
    ("order", False): 4.5,
    ("lease", False): 4.6,
    ("award", False): 4,
    ("supply", False): 4.4,
    ("serve", False): 4.1,
    ("jv", False): 3.5,
    ("obtain", False): 2.5,
    ("deal", True): 3,
    ("contract", True): 3.1,
    ("order", True): 3.1,
    ("deal", False): 3.2,
}
_SIDES = {"acquirer": "target", "seller": "target", "investor": "target"}


@dataclass(slots=True)
class Group:
    """Events of one deal in one sentence; lead is the one that names its kind."""

    lead: Event
    events: list[Event]
    parties: list[tuple[Mention, str]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    word: str = ""
    strength: float = 0.0
    is_aside: bool = False
    is_bare: bool = False
    is_definite: bool = False
    is_headline: bool = False

    @property
    def first(self) -> int:
        return min(event.first for event in self.events)

    @property
    def last(self) -> int:
        return max(event.last for event in self.events)

    @property
    def owners(self) -> set[str]:
        return {mention.key for event in self.events for mention in event.owners}

    @property
    def has_noun(self) -> bool:
        return any(event.is_noun or event.has_deal_noun for event in self.events)

    def families(self) -> set[str]:
        return {event.family for event in self.events}


def rank(event: Event, parties: int) -> float:
    """How special an event is; parties: the number of names in its group."""
    if event.family in ("sell", "acquire") and not event.is_noun:
        seen = set(event.objects)
        if (
            seen & {"equipment", "service", "capacity"}
            and not seen & {"asset", "company", "stake", "control", "thing"}
            and not any(r == "target" for _, r in event.parties)
        ):
            return 4.3
    if event.family == "sell" and not event.is_noun and _is_retail(event):
        return 2.0
    if event.family == "sell" and not event.is_noun and event.is_plain:
        return 4.0
    if event.family == "jv" and not event.is_noun and "company" in event.objects and len(event.names()) >= 2:
        return 6.2
    if event.family == "raise" and event.light.startswith(("financ", "fund", "paid", "pay")):
        return 3.0  # how something else is paid
    if event.family == "acquire" and event.is_noun and parties < 2:
        return 3.1
    return _RANKS.get((event.family, event.is_noun), 3.0)


def _is_retail(event: Event) -> bool:
    """Whether goods are sold to nobody in particular: "will sell phone service under its own name"."""
    sides = {role for _, role in event.parties} & {"acquirer", "target"}
    return not sides and bool(set(event.head) & {"equipment", "service", "capacity"})


def group_events(events: list[Event], items: list[Item], is_headline: bool) -> list[Group]:
    """Returns the groups in order of their first event."""
    groups: list[list[Event]] = []
    for event in events:
        home = next((group for group in groups if any(_belong(other, event) for other in group)), None)
        if home is None:
            groups.append([event])
        else:
            home.append(event)
    return [_group(members, items, is_headline) for members in groups]


def _belong(a: Event, b: Event) -> bool:
    """Whether two events of a sentence are one deal: a shared party and no contradiction, or one inside the other."""
    keys_a, keys_b = a.names(), b.names()
    nested = a.at <= b.at < max(a.last, a.at + 10)
    if not keys_a or not keys_b:
        return nested or (b.is_noun and b.at < a.at + 17)
    if not any(x == y or x.startswith(y + " ") or y.startswith(x + " ") for x in keys_a for y in keys_b):
        return False
    targets_a = {m.key for m, role in a.parties if role == "target"}
    targets_b = {m.key for m, role in b.parties if role == "target"}
    if targets_a and targets_b and not targets_a & targets_b:
        return False
    if keys_a == keys_b or len(keys_a) == 1 or len(keys_b) == 1:
        return nested or b.at - a.at < 25
    return nested and len(keys_a & keys_b) >= 1


def _group(events: list[Event], items: list[Item], is_headline: bool) -> Group:
    names = {mention.key for event in events for mention, _ in event.parties}
    is_told = any(len(event.parties) >= 2 for event in events)
    lead = max(
        events,
        key=lambda event: (
            rank(event, len(names)) - (5 if is_told and not event.parties and not event.light else 0),
            -event.at,
        ),
    )
    if lead.family == "sell" and not any(role == "target" for _, role in lead.parties):
        lead = next(
            (event for event in events if event.family == "raise" and event.is_noun), lead
        )  # bonds are sold, too
    group = Group(lead, events)
    ordered = [lead, *(event for event in events if event is not lead)]
    seen: set[str] = set()
    for event in ordered:
        for mention, role in event.parties:
            if mention.key not in seen and role:
                seen.add(mention.key)
                group.parties.append((mention, role))
            elif mention.company is not None and not is_brand(mention):
                group.parties = [
                    (mention if is_brand(own) and own.key == mention.key else own, given)
                    for own, given in group.parties
                ]
        group.objects += event.objects
        group.head += event.head if event.family in ("acquire", "sell") else []
    group.word = items[lead.at].word
    group.is_headline = is_headline
    group.strength = rank(lead, len(names))
    group.is_bare = all(event.is_noun and not event.light and not event.has_predicate for event in events)
    group.is_aside = all(_is_aside(event, items) for event in events)
    start = max(0, lead.at - 3)
    group.is_definite = lead.is_noun and any(
        item.word in ("the", "this", "der", "la", "el", "il", "o", "a") for item in items[start : lead.at]
    )
    return group


def _is_aside(event: Event, items: list[Item]) -> bool:
    """Whether an event stands in a relative or temporal clause: "X, which bought Y", "formed when X merged"."""
    for k in range(event.at - 1, max(-1, event.at - 12), -1):
        roles = items[k].roles
        if "relative" in roles:
            if items[k].word != "that":
                return k > 0
            head = items[k - 1]  # "said that" and "a report that" report; "payloads that X is building" tell by the way
            return event.sentence > 1 and bool(head.objects) and not head.roles
        if items[k].word in _ASIDES or (items[k].word == "after" and event.family in ("deal", "talks")):
            return k > 0
        if roles and roles[0] in (",", ";", ":"):
            return False
    return False


_ASIDES = frozenset("when since before because until if unless whereas wenn nachdem seit cuando quando lorsque".split())

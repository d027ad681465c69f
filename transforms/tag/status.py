"""How far a deal has come, as of the story, and how the text tells it: status and fact level of one clause.

The words beside the verb decide, weighed by how far from it they stand; strong statuses win over weak ones
("has agreed to sell" is agreed though it could be proposed; "rejected a bid" is terminated).
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.tag.groups import Group
from transforms.tag.items import Item, before
from transforms.tag.reading import Page
from transforms.tag.tokens import Document

# What wins where several stand in one clause. A collapse, a denial or talks say more than the deal's own verb.
_RANK = {
    "terminated": 7.0,
    "in_talks": 6.0,
    "approved": 5.0,
    "rumoured": 4.0,
    "completed": 3.0,
    "agreed": 2.0,
    "proposed": 2.2,
}
_NEGATIONS = frozenset("not no never n't neither without nor".split())
_ONE_OFF = frozenset("acquire sell merge invest raise lend".split())
_BID_FOR = frozenset("acquire sell merge deal contract partner jv".split())
_PLAIN = 8.0  # the weight of what the governing verb itself says
_CLEARABLE = frozenset("acquire sell merge invest jv spectrum swap".split())


class Status(NamedTuple):
    """status with the tokens that say it (first ≤ i < last), the fact level, and how plainly it is said."""

    status: str
    level: str
    first: int
    last: int
    weight: float = 0.0


class Hit(NamedTuple):
    """One cue in a sentence."""

    value: str
    first: int
    last: int


def _read_hits(page: Page, first: int, last: int) -> tuple[list[Hit], list[Hit]]:
    """The status cues and the level cues of a sentence; longer ones hide those inside them."""
    found: dict[str, list[Hit]] = {"status": [], "level": []}
    covered = {"status": first, "level": first}
    for i, hits in page.cues_in(first, last):
        for length, cue in sorted(hits, key=lambda hit: -hit[0]):
            if cue.kind in found and i >= covered[cue.kind] and i + length <= last:
                found[cue.kind].append(Hit(cue.value, i, i + length))
                covered[cue.kind] = i + length
    return found["status"], found["level"]


def read_status(page: Page, group: Group, items: list[Item]) -> Status:
    """Decides the status of a group from its verb's form and the cues of its clause."""
    document, language = page.document, page.language
    sentence = document.sentences[group.lead.sentence]
    statuses, levels = _read_hits(page, sentence.first, sentence.last)
    verb = items[group.lead.at]
    start = items[group.first].first
    end = items[min(group.last, len(items)) - 1].last
    if language != "en":
        start, end = items[0].first, items[-1].last  # the verb comes last, or far from the noun
    level = _level(levels, start, end)
    told = [hit for hit in statuses if start <= hit.first < end + 4 and not _is_void(document, hit)]
    near = [hit for hit in told if hit.first < end]
    form = _by_form(group, items, language)
    best = max(near, key=lambda hit: (_weight(hit, verb, items, group), -abs(hit.first - verb.first)), default=None)
    status = Status(form or "agreed", level, verb.first, verb.last, _RANK.get(form, 0.0) + (0.5 if form else 0.0))
    if best is not None and _weight(best, verb, items, group) > status.weight:
        status = Status(best.value, level, best.first, best.last, _weight(best, verb, items, group))
    for governing in (_by_light(group, items, document, level), _by_collapse(told, status, items, level)):
        if governing is not None and governing.weight > status.weight:
            status = governing
    return _settle(status, group)


def _by_light(group: Group, items: list[Item], document: Document, level: str) -> Status | None:
    """What the verb says that governs the deal's noun, or that the noun is the subject of: "scrapped the sale"."""
    best: Status | None = None
    for event in group.events:
        at = event.light_at
        if at < 0 or not items[at].lights or (event.family != group.lead.family and not event.is_noun):
            continue
        item = items[at]
        value = item.lights[0].value
        if value == "agreed" or (value == "completed" and item.form not in ("past", "s")) or item.form == "ing":
            continue
        if value == "proposed" and group.lead.family not in _BID_FOR:
            continue  # who raises or offers capital has it
        if value == "completed" and at and "be" in items[at - 1].roles and items[at - 1].word in ("be", "being"):
            continue  # "is to be completed"
        if _is_negated(document, item.first):
            value = _NEGATED.get(value, "agreed")
        weight = _RANK[value] + (3.5 if event is group.lead else 1.5)
        if best is None or weight > best.weight:
            best = Status(value, level, item.first, item.last, weight)
    return best


def _by_collapse(near: list[Hit], status: Status, items: list[Item], level: str) -> Status | None:
    """A collapse told in the main clause outdoes the talks or the plan that collapsed: "plans to buy X have failed"."""
    if status.status not in ("in_talks", "proposed", "rumoured"):
        return None
    for hit in near:
        if hit.value != "terminated":
            continue
        between = [item for item in items if min(hit.first, status.first) <= item.first < max(hit.first, status.first)]
        if not any("subord" in item.roles or item.word in ("after", "following", ";") for item in between):
            return Status("terminated", level, hit.first, hit.last, status.weight + 0.5)
    return None


# What a verb says when it is negated: "would not oppose" clears, "will not pursue" ends.
_NEGATED = {
    "terminated": "agreed",
    "completed": "agreed",
    "proposed": "terminated",
    "approved": "terminated",
    "rumoured": "rumoured",
    "in_talks": "rumoured",
}


def _weight(hit: Hit, verb: Item, items: list[Item], group: Group) -> float:
    """How much a cue says of the verb: what governs it directly ("plans to buy") the most."""
    rank = _RANK[hit.value]
    if verb.first <= hit.first < verb.last and hit.value in ("proposed", "agreed", "completed"):
        rank -= 0.7
    if not group.lead.is_noun and verb.form == "base" and 0 <= verb.first - hit.last <= 1:
        rank += 4
    distance = min(abs(hit.first - verb.last), abs(verb.first - hit.last))
    return rank - 0.12 * min(distance, 30)


def _level(levels: list[Hit], start: int, end: int) -> str:
    values = {hit.value for hit in levels if start <= hit.first < end}
    for value in ("denied", "background", "speculated", "planned"):
        if value in values:
            return value
    return "asserted"


def _is_void(document: Document, hit: Hit) -> bool:
    """Whether a cue is negated, or an ending is told of what went before: "after two failed auctions"."""
    is_before = hit.value == "terminated" and any(
        word in ("after", "following", "despite", "nach", "tras", "après", "dopo", "após")
        for word in document.low[max(0, hit.first - 3) : hit.first]
    )
    return is_before or _is_negated(document, hit.first)


def _is_negated(document: Document, at: int) -> bool:
    return any(word in _NEGATIONS for word in document.low[max(0, at - 2) : at])


def _by_form(group: Group, items: list[Item], language: str) -> str:
    """What the form of the verb says: "bought" completed, "will buy" agreed, "could buy" rumoured."""
    lead = group.lead
    item = items[lead.at]
    if language != "en":
        return "completed" if not lead.is_noun and _is_perfect(items, lead.at, language, lead.family) else ""
    if lead.is_noun:
        light = lead.light
        if lead.family in ("invest", "raise") and light.startswith(
            ("raised", "closed", "drew", "drawn", "completed", "secured")
        ):
            return "completed"
        return ""
    previous = before(items, lead.at)
    word = previous.word if previous is not None else ""
    if lead.family in _ONE_OFF and any(
        other.word in ("not", "t", "never") for other in items[max(0, lead.at - 2) : lead.at]
    ):
        return "terminated"
    if (
        lead.family == "acquire"
        and any(cue.value == "bid" for cue in item.verbs)
        and word not in ("could", "may", "might")
    ):
        return "proposed"
    if item.form == "base":
        if word in ("could", "may", "might"):
            return "rumoured"
        return "agreed" if word != "to" or group.is_headline else ""
    if item.form == "past" and "spectrum" in group.objects and any(cue.value == "win" for cue in item.verbs):
        return "agreed"  # what is won is still to be paid
    if item.form == "past" and any(
        other.word in ("could", "may", "might") for other in items[max(0, lead.at - 3) : lead.at]
    ):
        return "rumoured"
    if item.form == "past":
        is_done = (lead.family in _ONE_OFF or group.word.startswith("deliver")) and word not in ("be", "being")
        return "completed" if is_done else "agreed"
    return "agreed"


def _is_perfect(items: list[Item], at: int, language: str, family: str) -> bool:
    """Whether a verb of another language stands in a past tense: "ha vendido", "vendeu", "hat sich getrennt"."""
    if family not in _ONE_OFF:
        return False
    word = items[at].word
    if word.endswith(_PRETERITES.get(language, ("-",))):
        return True
    reach = 14 if language == "de" else 2
    return any(item.word in _PERFECTS[language] for item in items[max(0, at - reach) : at])


_PERFECTS = {
    "es": ("ha", "han"),
    "fr": ("a", "ont"),
    "it": ("ha", "hanno"),
    "de": ("hat", "haben"),
    "pt": ("tem", "têm"),
}
_PRETERITES = {"es": ("ió", "ró"), "pt": ("ou", "eu", "iu")}


def _settle(status: Status, group: Group) -> Status:
    """A running contract is agreed, not completed; only what changes hands is cleared; denied talks are a rumour."""
    family = group.lead.family
    is_delivered = family == "supply" and group.word.startswith(("deliver", "hand"))
    if status.status == "completed" and family not in _ONE_OFF and family != "jv" and not is_delivered:
        return status._replace(status="agreed")
    if status.status == "approved" and family not in _CLEARABLE and status.weight < _PLAIN:
        return status._replace(status="agreed")
    if status.level == "denied" and status.status in ("in_talks", "proposed", "agreed", "terminated"):
        return status._replace(status="rumoured")
    return status

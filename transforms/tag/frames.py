"""Events: what a verb or noun of a sentence says was bought, sold, supplied, leased, financed, merged, and by whom.

Each family of verbs and nouns has its argument structure (``_VERB_ROLES``, ``_NOUN_ROLES``): which slot is which role.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.grammar import PARTY_KINDS, Arguments, Item, is_passive, is_verb, read_right, read_subject
from transforms.tag.names import Mention
from transforms.tag.verbs import VERB_ROLES, interpret

MAX_EVENTS = 12  # of one sentence
Parties = list[tuple[Mention, str]]


@dataclass(slots=True)
class Event:
    """One deal as one sentence tells it. family: the verb's or noun's; first, last: the clause, in items."""

    family: str
    parties: Parties
    sentence: int
    at: int
    first: int
    last: int
    is_noun: bool
    objects: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    owners: list[Mention] = field(default_factory=list)
    has_pronoun: bool = False
    has_deal_noun: bool = False
    light: str = ""
    has_predicate: bool = False
    pronoun_role: str = ""

    def names(self) -> set[str]:
        return {mention.key for mention, _ in self.parties}


# family: (governing subject, {preposition: role}, of, possessive or modifier before)
_NOUN_ROLES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "acquire": (
        "acquirer",
        {"by": "acquirer", "from": "seller", "for": "target", "with": "target"},
        "target",
        "acquirer",
    ),
    "sell": ("seller", {"to": "acquirer", "by": "seller", "with": "acquirer"}, "target", "seller"),
    "merge": (
        "merging_party",
        {"with": "merging_party", "between": "merging_party", "in": "merging_party"},
        "merging_party",
        "merging_party",
    ),
    "invest": (
        "investor",
        {"in": "target", "from": "investor", "by": "investor", "to": "investor"},
        "target",
        "target",
    ),
    "raise": (
        "borrower",
        {"from": "lender", "to": "borrower", "by": "borrower", "with": "lender", "for": "borrower"},
        "lender",
        "borrower",
    ),
    "jv": (
        "partner",
        {"with": "partner", "between": "partner", "of": "partner", "by": "partner"},
        "partner",
        "partner",
    ),
    "partner": ("partner", {"with": "partner", "between": "partner", "by": "partner"}, "partner", "partner"),
    "supply": (
        "supplier",
        {"from": "customer", "with": "customer", "for": "customer", "to": "supplier", "between": "supplier"},
        "supplier",
        "supplier",
    ),
    "launch": (
        "customer",
        {
            "from": "customer",
            "with": "supplier",
            "for": "customer",
            "to": "supplier",
            "between": "customer",
            "by": "supplier",
            "on": "supplier",
        },
        "customer",
        "customer",
    ),
    "capacity": (
        "customer",
        {
            "with": "supplier",
            "from": "supplier",
            "for": "customer",
            "to": "customer",
            "between": "partner",
            "on": "supplier",
        },
        "supplier",
        "customer",
    ),
    "service": (
        "supplier",
        {"with": "customer", "from": "customer", "for": "customer", "to": "supplier", "between": "supplier"},
        "customer",
        "supplier",
    ),
    "spectrum": (
        "acquirer",
        {"from": "seller", "with": "seller", "to": "acquirer", "between": "seller"},
        "seller",
        "seller",
    ),
    "deal": (
        "first",
        {"with": "second", "between": "first", "from": "second", "to": "first", "by": "first", "for": "second"},
        "second",
        "first",
    ),
}
_NOUN_ROLES["contract"] = _NOUN_ROLES["order"] = _NOUN_ROLES["deal"]


def read_events(items: list[Item], sentence: int, is_headline: bool) -> list[Event]:
    """Returns the events of one sentence, in order of their verbs and nouns."""
    events: list[Event] = []
    for i, item in enumerate(items):
        if len(events) >= MAX_EVENTS:
            break
        if item.verbs and is_verb(items, i, is_headline):
            found = (_verb_event(items, i, cue.value, sentence, is_headline) for cue in item.verbs)
            event = next((event for event in found if event is not None), None)
            if event is not None:
                events.append(event)
                continue
        if item.nouns and not (item.form and is_verb(items, i, is_headline)):
            event = _noun_event(items, i, sentence, is_headline)
            events += [event] if event is not None else []
    return events


def subject_role(event: Event) -> str:
    """The role of the subject of an event's verb, or of the verb that governs its noun."""
    return _NOUN_ROLES[event.family][0] if event.is_noun else VERB_ROLES[event.family][0]


def _verb_event(items: list[Item], i: int, family: str, sentence: int, is_headline: bool) -> Event | None:
    right = read_right(items, i, "object", is_headline)
    subject, is_pronoun = read_subject(items, i, is_headline)
    sense = interpret(items, i, family, right, subject, is_headline)
    if sense is None:
        return None
    subject_role, object_role, by_preposition = sense.roles
    agent, objects = sense.subject, sense.objects
    if is_passive(items, i):
        agent = right.get("by")
        objects = sense.subject + [mention for mention in objects if sense.family == "award"]
        is_pronoun = is_pronoun and not agent
        if sense.family == "select":
            by_preposition = {**by_preposition, "for": "customer"}
    parties: Parties = [(mention, subject_role) for mention in agent]
    parties += [(mention, object_role) for mention in objects if object_role]
    for preposition, role in by_preposition.items():
        parties += [(mention, role) for mention in right.get(preposition)]
    parties += _of_and_owner(sense.family, right)
    event = Event(sense.family, parties, sentence, i, _clause_start(items, i), max(right.end, i + 1), False)
    event.objects, event.head, event.owners = right.objects + _modifiers(items, i), right.head, right.owners
    event.has_pronoun = is_pronoun
    if "object?" in right.slots and not objects and object_role and not is_passive(items, i):
        event.pronoun_role = object_role
    event.has_deal_noun = any(item.nouns for item in items[i : right.end])
    return event


# A company that receives or rejects a bid is not the bidder.
_RECEIVES = (
    "receiv",
    "reject",
    "declin",
    "spurn",
    "rebuff",
    "turn",
    "accept",
    "consider",
    "weigh",
    "invit",
    "get",
    "got",
    "attract",
)
_RAISES = ("rais", "clos", "secur", "receiv", "get", "got", "land", "complet", "announc", "win", "won", "obtain")
# Who clears or blocks a deal is an authority or the owners.
_NONE = frozenset("no kein keine keinen ningún ninguna sin aucun aucune pas nessun nessuna niente nenhum nenhuma sem".split())
_CLEARS = ("clear", "approv", "block", "bar", "veto", "okay", "bless", "wave", "back", "pass", "authori")


def _of_and_owner(family: str, right: Arguments) -> Parties:
    """Who owns the thing bought or sold: "Sprint's dial-up business", "the aviation division of Gogo", "a stake in X"."""
    whole = bool({"stake", "control", "company"} & set(right.objects)) and not right.get("object")
    role = {
        "acquire": "target" if whole else "seller",
        "sell": "target" if whole else "seller",
        "invest": "target",
        "order": "supplier",
        "supply": "customer",
        "merge": "merging_party",
        "lend": "borrower",
    }.get(family, "")
    if family in ("acquire", "sell") and "stake" in right.objects:
        role = "target"
    found: Parties = []
    if role:
        found += [(mention, role) for mention in right.of + right.owners]
        if family in ("acquire", "invest", "sell") and right.get("in") and {"stake", "control"} & set(right.objects):
            found += [(mention, "target") for mention in right.get("in") if mention.kind in ("org", "unclear")]
    return found


def _modifiers(items: list[Item], i: int) -> list[str]:
    """Object classes in the five items before a verb or noun."""
    return [value for item in items[max(0, i - 5) : i] for value in item.objects]


def _clause_start(items: list[Item], i: int) -> int:
    for k in range(i - 1, -1, -1):
        roles = items[k].roles
        if roles and (roles[0] in (";", "–", "—") or "subord" in roles):
            return k
    return 0


def _noun_event(items: list[Item], i: int, sentence: int, is_headline: bool) -> Event | None:
    family = items[i].nouns[0]
    subject_role, by_preposition, of_role, before_role = _NOUN_ROLES[family]
    right = read_right(items, i, "np", is_headline)
    start, before, classes = _noun_phrase(items, i)
    parties: Parties = [(mention, before_role) for mention in before]
    light = _governing_verb(items, start, is_headline)
    if items[start].word in _NONE or (i and items[i - 1].word in _NONE):
        return None  # "no approach has been made"
    is_pronoun = False
    light_name = ""
    has_predicate = False
    if light >= 0:
        light_name = items[light].word
        passive = is_passive(items, light)
        subject, is_pronoun = read_subject(items, light, is_headline)
        if passive or items[light].word.startswith("award"):
            inner = [
                item.mention for item in items[light + 1 : start] if item.mention and item.mention.kind in PARTY_KINDS
            ]
            parties += [(mention, "second" if subject_role == "first" else subject_role) for mention in subject]
            parties += [(mention, "first") for mention in inner]
        else:
            inner = [
                item.mention
                for item in items[light + 1 : start]
                if item.mention and item.mention.kind in PARTY_KINDS and not item.mention.is_demonym
            ]
            own = subject_role
            if family == "invest" and light_name.startswith(_RAISES):
                own = "target"
            if family == "acquire" and light_name.startswith(_RECEIVES):
                own = "seller" if "asset" in right.objects else "target"
            if not light_name.startswith(_CLEARS):
                parties += [(mention, own) for mention in subject]
            parties += [(mention, by_preposition.get("with", "second")) for mention in inner]
    elif start >= 1 and items[start - 1].roles[:1] == ("in",) and start >= 2:
        subject, is_pronoun = read_subject(items, start - 1, is_headline)
        parties += [(mention, subject_role) for mention in subject]
    else:
        follow = _following_verb(items, i, right.end)
        has_predicate = follow >= 0 or (right.end < len(items) and bool({"be", "aux"} & set(items[right.end].roles)))
        if has_predicate:
            right.end = min(len(items), right.end + 6)
        if follow >= 0:
            after = read_right(items, follow, "object", is_headline)
            for preposition, role in by_preposition.items():
                parties += [(mention, role) for mention in after.get(preposition)]
            right.objects += after.objects
            right.end = max(right.end, after.end)
    for preposition, role in by_preposition.items():
        parties += [(mention, role) for mention in right.get(preposition)]
    if family == "acquire" and {"asset", "thing"} & set(right.head):
        of_role = "seller"  # "the purchase of 600 towers of X"
    parties += [(mention, of_role) for mention in right.of + right.owners]
    parties += [(mention, of_role) for mention in right.get("np")[:1] if not is_headline]
    return Event(
        family,
        parties,
        sentence,
        i,
        min(_clause_start(items, i), start),
        max(right.end, i + 1),
        True,
        classes + right.objects,
        classes + right.head,
        right.owners,
        is_pronoun,
        True,
        light_name,
        has_predicate,
    )


def _noun_phrase(items: list[Item], i: int) -> tuple[int, list[Mention], list[str]]:
    """Where the noun phrase that ends at i begins; the names and the object classes in it."""
    names: list[Mention] = []
    classes: list[str] = []
    j = i - 1
    while j >= 0 and i - j < 12:
        item = items[j]
        if item.mention is not None:
            if item.mention.kind in PARTY_KINDS and not item.mention.is_demonym:
                if not (names and item.mention.is_possessive):
                    names.insert(0, item.mention)
        elif item.roles and "amount" not in item.roles and "det" not in item.roles:
            break
        elif "det" in item.roles and item.word in (
            "a",
            "an",
            "the",
            "its",
            "their",
            "un",
            "una",
            "une",
            "ein",
            "einen",
            "um",
            "uma",
        ):
            break
        elif (item.verbs or item.lights) and item.form in ("s", "base", "") and not item.objects and not item.nouns:
            break
        elif (
            item.form in ("past", "ing")
            and j >= 1
            and not (items[j - 1].roles and "det" in items[j - 1].roles)
            and not item.objects
        ):
            break
        elif item.word in ("and", "or", ".", "!", "?"):
            if not (item.word == "and" and names):
                break
        else:
            classes += item.objects
        j -= 1
    return j + 1, names, classes


def _governing_verb(items: list[Item], start: int, is_headline: bool) -> int:
    """The light verb whose object the noun phrase at start is: "signed" of "signed a deal"."""
    for k in range(start - 1, max(-1, start - 14), -1):
        item = items[k]
        if (item.lights or item.verbs) and is_verb(items, k, is_headline):
            return k
        if item.roles and (
            item.roles[0] in (",", ";", ":") or "subord" in item.roles or "relative" in item.roles or "of" in item.roles
        ):
            return -1
    return -1


def _following_verb(items: list[Item], i: int, end: int) -> int:
    """The verb that the noun is the passive subject of: "a contract was awarded to"."""
    for k in range(i + 1, min(len(items), i + 14)):
        item = items[k]
        if (
            item.form == "past"
            and (item.lights or item.verbs)
            and ("be" in items[k - 1].roles or k == i + 1 or "by" in _next_roles(items, k))
        ):
            return k
        if item.roles and item.roles[0] in (";", ":"):
            return -1
    return -1


def _next_roles(items: list[Item], k: int) -> tuple[str, ...]:
    return items[k + 1].roles if k + 1 < len(items) else ()

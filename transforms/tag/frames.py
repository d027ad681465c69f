"""Events: what a verb or noun of a sentence says was bought, sold, supplied, leased, financed, merged, and by whom."""

from __future__ import annotations

from transforms.tag.arguments import Arguments, read_right
from transforms.tag.events import Event, Parties, clause_start
from transforms.tag.items import MAX_REACH, Item, is_passive, is_verb
from transforms.tag.nouns import NOUN_ROLES, noun_event
from transforms.tag.subjects import person_before, read_subject
from transforms.tag.verbs import VERB_ROLES, interpret

_ASSETS = frozenset(("asset", "thing", "stake", "control", "company", "spectrum"))
_OWNERS = frozenset(("acquire", "invest", "sell"))
MAX_EVENTS = 10  # of one sentence


def read_events(items: list[Item], sentence: int, is_headline: bool) -> list[Event]:
    """Returns the events of one sentence, in order of their verbs and nouns."""
    events: list[Event] = []
    for i, item in enumerate(items):
        if len(events) >= MAX_EVENTS:
            break
        if item.verbs and is_verb(items, i, is_headline):
            event = _verb_event(items, i, sentence, is_headline)
            if event is not None:
                events.append(event)
                continue
        if item.nouns and not (item.form and is_verb(items, i, is_headline)):
            event = noun_event(items, i, sentence, is_headline)
            events += [event] if event is not None else []
    return events


def subject_role(event: Event) -> str:
    """The role of the subject of an event's verb, or of the verb that governs its noun."""
    return NOUN_ROLES[event.family][0] if event.is_noun else VERB_ROLES[event.family][0]


def _verb_event(items: list[Item], i: int, sentence: int, is_headline: bool) -> Event | None:
    """The event of the verb at item i, as the first of its families that makes sense here."""
    final = _finite_verb(items, i)
    right = read_right(items, i if final < 0 else final, "object", is_headline)
    subject, is_pronoun = read_subject(items, i if final < 0 else final, is_headline)
    senses = (interpret(items, i, cue.value, right, subject, is_headline) for cue in items[i].verbs)
    sense = next((sense for sense in senses if sense is not None), None)
    if sense is None:
        return None
    subject_role, object_role, by_preposition = sense.roles
    agent, objects = sense.subject, sense.objects
    is_object_pronoun = False
    if not agent and not is_pronoun and sense.family in _OWNERS:
        agent = person_before(items, i)
    if is_passive(items, i):
        agent = right.get("by")
        objects = sense.subject + [mention for mention in objects if sense.family == "award"]
        is_pronoun, is_object_pronoun = is_pronoun and not agent, is_pronoun and bool(agent)
        if sense.family == "select":
            by_preposition = {**by_preposition, "for": "customer"}
    parties: Parties = [(mention, subject_role) for mention in agent + right.gapped]
    parties += [(mention, object_role) for mention in objects if object_role]
    for preposition, role in by_preposition.items():
        parties += [(mention, role) for mention in right.get(preposition)]
    parties += _of_and_owner(sense.family, right)
    event = Event(sense.family, parties, sentence, i, clause_start(items, i), max(right.end, i + 1), False)
    event.word = items[i].word
    event.objects, event.head, event.owners = right.objects + _modifiers(items, i), right.head, right.owners
    event.has_pronoun = is_pronoun
    has_sum = any("amount" in item.roles for item in items[i : right.end])
    named = {role for _, role in parties} & {"target", "acquirer"}
    event.is_plain = not (has_sum or named or set(event.objects) & _ASSETS)
    if object_role and not objects and (is_object_pronoun or ("object?" in right.slots and not is_passive(items, i))):
        event.pronoun_role = object_role
    event.has_deal_noun = any(item.nouns for item in items[i : right.end])
    return event


def _finite_verb(items: list[Item], i: int) -> int:
    """The finite verb of a German clause that ends with the verb at i: the "hat" of "hat … verkauft"; else -1."""
    if i + 1 < len(items) and items[i + 1].word not in (".", ",", ";", "!", "(", "und"):
        return -1
    for k in range(i - 1, max(-1, i - MAX_REACH), -1):
        if items[k].word in _FINITE:
            return k
        if items[k].roles and (items[k].roles[0] in (";", ":") or "subord" in items[k].roles):
            return -1
    return -1


_FINITE = frozenset("hat haben hatte hatten wird werden will wollen soll sollen kann könnte möchte darf".split())


def _of_and_owner(family: str, right: Arguments) -> Parties:
    """Who owns what is bought or sold: "Sprint's dial-up business", "the aviation division of Gogo"."""
    whole = bool({"stake", "control", "company"} & set(right.objects)) and not right.get("object")
    role = {
        "acquire": "target" if whole else "seller",
        "sell": "target" if whole else "seller",
        "invest": "target",
        "order": "supplier",
        "supply": "customer",
        "lease": "customer" if right.get("to") else "supplier",
        "merge": "merging_party",
        "lend": "borrower",
    }.get(family, "")
    if family in ("acquire", "sell") and "stake" in right.objects:
        role = "target"
    found: Parties = []
    if role == "seller" and right.get("from"):
        return found  # "the hall of Lessive from Bois": where it stands, not whose it is
    if role:
        found += [(mention, role) for mention in right.of + right.owners]
        if family in ("acquire", "invest", "sell") and right.get("in") and {"stake", "control"} & set(right.objects):
            found += [(mention, "target") for mention in right.get("in") if mention.kind in ("org", "unclear")]
    return found


def _modifiers(items: list[Item], i: int) -> list[str]:
    """Object classes in the five items before a verb or noun."""
    return [value for item in items[max(0, i - 5) : i] for value in item.objects]

"""Nouns of deals: "X's takeover of Y", "signed a contract with Z", "the sale of X to Y was agreed"."""

from __future__ import annotations

from transforms.tag.arguments import Arguments, read_right
from transforms.tag.events import Event, clause_start
from transforms.tag.items import PARTY_KINDS, Item, is_passive, is_verb
from transforms.tag.mentions import Mention
from transforms.tag.subjects import read_subject

_ARTICLES = frozenset("a an the its their un una une ein einen um uma".split())
# family: (governing subject, {preposition: role}, of, possessive or modifier before)
NOUN_ROLES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "acquire": (
        "acquirer",
        {"by": "acquirer", "from": "seller", "for": "target", "with": "target", "on": "target"},
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
NOUN_ROLES["contract"] = NOUN_ROLES["order"] = NOUN_ROLES["deal"]
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
_LENT = ("grant", "loan", "credit", "export", "subsid", "soft", "syndicated")
_RAISES = ("rais", "clos", "secur", "receiv", "get", "got", "land", "complet", "announc", "win", "won", "obtain")
_LENDS = ("grant", "give", "gave", "extend", "provide", "lend", "lent", "offer", "hand", "award", "commit", "approv")
# Who clears or blocks a deal is an authority or the owners.
_NONE = frozenset(
    "no kein keine keinen ningún ninguna sin aucun aucune pas nessun nessuna niente nenhum nenhuma sem".split()
)
_CLEARS = ("clear", "approv", "block", "bar", "veto", "okay", "bless", "wave", "back", "pass", "authori")


def noun_event(items: list[Item], i: int, sentence: int, is_headline: bool) -> Event | None:
    """The event of the noun at item i: its own phrase, the verb that governs it, and what follows it."""
    family = items[i].nouns[0]
    subject_role, by_preposition, of_role, before_role = NOUN_ROLES[family]
    right = read_right(items, i, "np", is_headline)
    start, names, classes = _noun_phrase(items, i)
    if items[start].word in _NONE or (i and items[i - 1].word in _NONE):
        return None  # "no approach has been made"
    event = Event(family, [(mention, before_role) for mention in names], sentence, i, 0, 0, True)
    light = _governing_verb(items, start, is_headline)
    if light >= 0:
        _add_governed(event, items, light, start, right, is_headline)
    elif start >= 2 and "in" in items[start - 1].roles[:1]:  # "X and Y in roaming pact"
        subject, event.has_pronoun = read_subject(items, start - 1, is_headline)
        event.parties += [(mention, subject_role) for mention in subject]
    else:
        _add_predicate(event, items, right, is_headline)
    if family == "raise" and items[i].word.startswith(_LENT):
        by_preposition = {**by_preposition, "by": "lender"}  # a bond sale is by who borrows, a grant by who gives
    for preposition, role in by_preposition.items():
        event.parties += [(mention, role) for mention in right.get(preposition)]
    if family in ("acquire", "sell") and {"asset", "thing", "unit"} & set(right.head):
        of_role = "seller"  # "the purchase of 600 towers of X"
    direct = [] if is_headline else right.get("np")[:1]
    event.parties += [(mention, of_role) for mention in right.of + right.owners + direct]
    event.first, event.last = min(clause_start(items, i), start), max(right.end, i + 1)
    event.objects, event.head, event.owners = classes + right.objects, classes + right.head, right.owners
    event.has_deal_noun, event.word = True, items[i].word
    return event


def _add_governed(event: Event, items: list[Item], light: int, start: int, right: Arguments, is_headline: bool) -> None:
    """Adds the subject of the governing verb, and whom it gives the deal to: "signed a deal", "gave X a contract"."""
    subject_role, by_preposition, _, _ = NOUN_ROLES[event.family]
    event.light, event.light_at = items[light].word, light
    subject, event.has_pronoun = read_subject(items, light, is_headline)
    inner = [item.mention for item in items[light + 1 : start] if item.mention and item.mention.kind in PARTY_KINDS]
    if is_passive(items, light) or event.light.startswith("award"):
        event.parties += [(mention, "second" if subject_role == "first" else subject_role) for mention in subject]
        event.parties += [(mention, "first") for mention in inner]
        return
    if event.family == "raise" and event.light.startswith(_LENDS):
        event.parties += [(mention, "lender") for mention in subject] + [(mention, "borrower") for mention in inner]
        return
    if event.family == "invest" and event.light.startswith(_RAISES):
        subject_role = "target"
    if event.family == "acquire" and event.light.startswith(_RECEIVES):
        subject_role = "seller" if "asset" in right.objects else "target"
    if not event.light.startswith(_CLEARS):
        event.parties += [(mention, subject_role) for mention in subject]
    role = by_preposition.get("with", "second")
    event.parties += [(mention, role) for mention in inner if not mention.is_demonym]


def _add_predicate(event: Event, items: list[Item], right: Arguments, is_headline: bool) -> None:
    """Adds what the noun's own verb says: "a contract was awarded to X", "the sale by Y is complete"."""
    follow = _following_verb(items, event.at)
    event.has_predicate = follow >= 0 or (right.end < len(items) and bool({"be", "aux"} & set(items[right.end].roles)))
    if event.has_predicate:
        right.end = min(len(items), right.end + 6)
    event.light_at = follow
    if follow >= 0:
        after = read_right(items, follow, "object", is_headline)
        for preposition, role in NOUN_ROLES[event.family][1].items():
            event.parties += [(mention, role) for mention in after.get(preposition)]
        right.objects += after.objects
        right.end = max(right.end, after.end)


def _noun_phrase(items: list[Item], i: int) -> tuple[int, list[Mention], list[str]]:
    """Where the noun phrase that ends at i begins; the names and the object classes in it."""
    names: list[Mention] = []
    classes: list[str] = []
    j = i - 1
    while j >= 0 and i - j < 12 and not _begins_phrase(items, j, bool(names)):
        mention = items[j].mention
        if mention is None:
            classes += items[j].objects
        elif mention.kind in PARTY_KINDS and not mention.is_demonym and not (names and mention.is_possessive):
            names.insert(0, mention)
        j -= 1
    return j + 1, names, classes


def _begins_phrase(items: list[Item], j: int, has_names: bool) -> bool:
    """Whether item j stands before a noun phrase and is no part of it: a verb, a preposition, an article, a mark."""
    item = items[j]
    if item.mention is not None:
        return False
    if item.roles and not {"amount", "det"} & set(item.roles):
        return True
    if item.word in _ARTICLES and "det" in item.roles:
        return True
    if (item.verbs or item.lights) and item.form in ("s", "base", "") and not (item.objects or item.nouns):
        return True
    if item.form in ("past", "ing") and j >= 1 and "det" not in items[j - 1].roles and not item.objects:
        return True
    return item.word in ("or", ".", "!", "?") or (item.word == "and" and not has_names)


_MAKING = frozenset(
    "creation formation establishment foundation signing conclusion terms renewal extension création creación "
    "costituzione creazione criação constitución constitution".split()
)


def _governing_verb(items: list[Item], start: int, is_headline: bool) -> int:
    """The light verb whose object the noun phrase at start is: "signed" of "signed a deal"."""
    for k in range(start - 1, max(-1, start - 14), -1):
        item = items[k]
        if (item.lights or item.verbs) and is_verb(items, k, is_headline):
            return k
        if "of" in item.roles and k and items[k - 1].word in _MAKING:
            continue  # "signed the creation of a joint company"
        if item.roles and (
            item.roles[0] in (",", ";", ":") or "subord" in item.roles or "relative" in item.roles or "of" in item.roles
        ):
            return -1
    return -1


def _following_verb(items: list[Item], i: int) -> int:
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

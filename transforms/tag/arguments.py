"""What follows a verb or noun: its objects and prepositional phrases, up to the boundary of the clause.

There is no parser: appositions and brackets are stepped over, "and" before a new subject ends the clause.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.items import MAX_REACH, PARTY_KINDS, PREPOSITIONS, Item, is_adverb, is_verb
from transforms.tag.members import read_members
from transforms.tag.mentions import Mention

_UNITS = frozenset(
    "unit units arm arms business businesses operation operations subsidiary subsidiaries filial filiale "
    "controllata tochter subsidiária division unidad".split()
)


def _is_plain_noun(item: Item) -> bool:
    """Whether an item is an ordinary word and stands for no grammar, verb or mark."""
    is_word = item.mention is None and item.word.isalpha()
    return is_word and not (item.roles or item.verbs or item.lights or is_adverb(item))


_OWNED = frozenset(("asset", "thing", "equipment", "spectrum"))


@dataclass(slots=True)
class Arguments:
    """Who and what stands around a verb or noun: slots by name (subject, object, from, to, with, by, for …)."""

    slots: dict[str, list[Mention]] = field(default_factory=dict)
    owners: list[Mention] = field(default_factory=list)
    of: list[Mention] = field(default_factory=list)
    gapped: list[Mention] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    end: int = 0

    def add(self, slot: str, mention: Mention) -> None:
        self.slots.setdefault(slot, []).append(mention)

    def get(self, *slots: str) -> list[Mention]:
        return [mention for slot in slots for mention in self.slots.get(slot, ())]


def read_right(items: list[Item], i: int, slot: str, is_headline: bool) -> Arguments:
    """Collects what follows item i in its clause; names before the first preposition go to ``slot``."""
    arguments = Arguments()
    place = slot
    in_of = False
    j = i + 1
    end = min(len(items), i + MAX_REACH)
    depth = 0
    while j < end:
        item = items[j]
        mark = item.roles[0] if item.roles else ""
        if mark in ("(", "["):
            depth += 1
        elif mark in (")", "]"):
            depth = max(0, depth - 1)
        elif depth == 0:
            if _stops(items, j, i, is_headline and not in_of) and not (
                in_of and item.word in ("and", "y", "et", "e", "und")
            ):
                break
            if mark == ",":
                after = _after_comma(items, j, end)
                if after < 0:
                    break
                j = after
                continue
            mention = item.mention
            if mention is not None and _is_gapped(items, i, j):
                if not (mention.is_possessive or mention.is_demonym):
                    (arguments.slots[slot] if arguments.slots.get(slot) else arguments.gapped).append(mention)
                j += 1
                continue
            preposition = next((role for role in item.roles if role in PREPOSITIONS), None) if mark else None
            members, after_members = read_members(items, j)
            if members:
                for member in members:
                    arguments.add(place, member)
                j = after_members
                continue
            owners = _owners_after(items, j) if item.mention is not None else []
            if owners:
                for owner in owners:
                    arguments.add(place, owner)
            elif item.mention is not None:
                _place_name(arguments, items, j, place, in_of)
            elif preposition == "to" and item.word in ("a", "o") and j + 1 < end and "company" in items[j + 1].objects:
                pass  # the Portuguese article: "a operadora"
            elif preposition is not None:
                in_of = preposition == "of"
                if preposition == "to" and item.word == "to" and _begins_infinitive(items, j):
                    break
                if not in_of:
                    place = preposition
            else:
                arguments.objects.extend(item.objects)
                if place == slot and not arguments.slots.get(slot):
                    arguments.head.extend(item.objects)
                if "asset" in item.objects and _is_country_unit(items, j):
                    arguments.objects.append("unit")
                    arguments.head.append("unit")
                if "pronoun" in item.roles and j + 1 < end and "of" in items[j + 1].roles:
                    arguments.objects.append("company")  # "a operadora de fibra"
                    arguments.head.append("company")
                elif "pronoun" in item.roles:
                    arguments.slots.setdefault(place + "?", [])
        j += 1
    arguments.end = j
    return arguments


def _is_gapped(items: list[Item], i: int, j: int) -> bool:
    """Whether a name stands with a sum of its own and without the verb at i: "A gets $5m and B $3m"."""
    mention = items[j].mention
    if mention is None or mention.kind not in PARTY_KINDS or items[j - 1].word not in ("and", ",", "while"):
        return False
    if not any("amount" in item.roles for item in items[i + 1 : j]):
        return False
    for item in items[j + 1 : j + 5]:
        if "amount" in item.roles:
            return True
        if (
            item.mention is not None
            or item.verbs
            or (item.roles and not {"for", "det", "other", "with"} & set(item.roles))
        ):
            return False
    return False


def _owners_after(items: list[Item], j: int) -> list[Mention]:
    """Who owns the thing at j, where the text says so at once: "HAVFRUE, a cable owned by A, B and C"."""
    mention = items[j].mention
    if mention is None or mention.company is not None or mention.is_possessive or mention.is_demonym:
        return []
    if j + 3 >= len(items) or items[j + 1].word != "," or "det" not in items[j + 2].roles:
        return []
    is_thing = False
    for k in range(j + 3, min(j + 9, len(items) - 1)):
        if items[k].word == "owned" and is_thing:
            return _names_from(items, k + 1)
        if items[k].mention is not None or "company" in items[k].objects or items[k].word == ",":
            return []
        is_thing = is_thing or bool({"equipment", "asset", "capacity"} & set(items[k].objects))
    return []


def _names_from(items: list[Item], k: int) -> list[Mention]:
    """The names from item k on that stand one after the other, with "and" and commas between them."""
    found: list[Mention] = []
    for item in items[k:]:
        if item.mention is not None and item.mention.kind in PARTY_KINDS:
            found.append(item.mention)
        elif item.mention is not None or item.word not in ("and", ",", "y", "et", "e", "und"):
            break
    return found


def _is_country_unit(items: list[Item], j: int) -> bool:
    """Whether the unit at j is a country's: "its Irish arm", "the unit in Chile"; a subsidiary is a company anyway."""
    if items[j].word not in _UNITS:
        return False
    if items[j].word.startswith(("subsidiar", "filial", "controllata")):
        return True
    mention = items[j - 1].mention if j else None
    if mention is not None and mention.kind == "place":
        return True
    for k in range(j + 1, min(j + 5, len(items) - 1)):
        following = items[k + 1].mention
        if "in" in items[k].roles and following is not None:
            return following.kind in ("place", "unclear")
    return False


def _stops(items: list[Item], j: int, start: int, is_headline: bool) -> bool:
    """Whether the clause that began at start ends before item j."""
    item = items[j]
    roles = item.roles
    if roles:
        if (
            roles[0] in (";", ":", "–", "—")
            or "subord" in roles
            or ("relative" in roles and j > start + 1)
            or "report" in roles
        ):
            return True
        if ("aux" in roles or "be" in roles) and j > start + 1:
            return True
    if (
        item.form in ("past", "s", "")
        and j > start + 1
        and (item.verbs or item.lights)
        and is_verb(items, j, is_headline)
    ):
        if item.form == "past" and j + 1 < len(items) and items[j - 1].mention is None and not items[j - 1].roles:
            return not (set(items[j + 1].roles) & PREPOSITIONS)  # "an order placed with X"
        return True
    if item.word in ("and", "while", "und", "y", "et", "e") and j + 2 < len(items) and items[j + 1].mention is not None:
        verb = j + 2
        while verb < len(items) and (is_adverb(items[verb]) or "aux" in items[verb].roles):
            verb += 1
        if verb < len(items) and (
            "be" in items[verb].roles or (items[verb].form in ("past", "s") and is_verb(items, verb, is_headline))
        ):
            return True
    return (
        item.word in ("and", "or")
        and j + 1 < len(items)
        and bool(items[j + 1].form and is_verb(items, j + 1, is_headline) and not items[j + 1].nouns)
        and items[j + 1].form in ("past", "s", "base")
    )


def _begins_infinitive(items: list[Item], j: int) -> bool:
    """Whether "to" at j begins an infinitive and no phrase: "to expand its network", not "to Vodafone"."""
    if j + 1 >= len(items):
        return False
    following = items[j + 1]
    if following.mention is not None or "det" in following.roles or "amount" in following.roles:
        return False
    if "pronoun" in following.roles or (following.objects and not following.verbs):
        return False
    return bool(following.verbs or following.lights) or not following.roles


def _after_comma(items: list[Item], j: int, end: int) -> int:
    """Where the clause goes on after a comma: in a list, after an apposition, or in a phrase; -1 where it does not."""
    if j + 1 >= end:
        return -1
    following = items[j + 1]
    if following.mention is not None:
        return j + 1
    if following.word in ("and", "or", "y", "e", "et", "und") and j + 2 < end and items[j + 2].mention is not None:
        return j + 2
    if {"from", "to", "for", "by", "with", "between"} & set(following.roles):
        return j + 1
    if "det" in following.roles or not following.roles:
        for k in range(j + 2, min(end, j + 22)):
            if items[k].roles and items[k].roles[0] == ",":
                if k + 1 < end and ({"from", "to", "for", "by", "with", "in"} & set(items[k + 1].roles)):
                    return k + 1
                if (
                    k + 2 < end
                    and items[k + 1].word in ("and", "y", "et", "und", "e")
                    and items[k + 2].mention is not None
                ):
                    return k + 2
                return -1
            if items[k].roles and items[k].roles[0] in (";", ":"):
                return -1
    return -1


def _place_name(arguments: Arguments, items: list[Item], j: int, place: str, in_of: bool) -> None:
    mention = items[j].mention
    if mention is not None and mention.kind == "fleet" and place == "on":
        arguments.add(place, mention)  # "capacity on Astra-2": the fleet's owner
    if mention is None or mention.kind not in PARTY_KINDS:
        return
    following = items[j + 1] if j + 1 < len(items) else None
    is_modifier = mention.is_possessive or mention.is_demonym
    if (
        is_modifier
        and following is not None
        and following.mention is not None
        and following.mention.kind in PARTY_KINDS
    ):
        if mention.company is None or following.mention.company is not None:
            return  # "Egypt's NileSat", "Alphabet's Google"; not "Inmarsat's GX Aviation"
    elif (
        j > 0
        and _is_product(items, j)
        and (_possessor(items, j) or items[j - 1].word in ("its", "their") or items[j + 1].word.isdigit())
    ):
        return  # the Equiano of "Google's Equiano cable"
    if mention.is_demonym or (mention.is_possessive and _is_rival_of(items, j)):
        return
    if place == "with" and following is not None and following.word.endswith("ing"):
        return  # "with X handling the integration"
    if mention.is_possessive:
        if place in ("object", "np"):
            arguments.owners.append(mention)
        else:
            arguments.add(place, mention)
    elif in_of and "company" in arguments.objects and items[j - 1].mention is None and not items[j - 1].roles:
        arguments.add(place, mention)  # "la operadora de fibra Luzalta"
    elif in_of:
        if place in ("object", "np") or (arguments.objects and arguments.objects[-1] in ("stake", "control")):
            arguments.of.append(mention)
        elif not arguments.slots.get(place):
            arguments.add(place, mention)
    elif place == "object" and mention.company is not None and following is not None and _is_plain_noun(following):
        arguments.owners.append(mention)  # "sells Globalstar trackers"
    elif place == "object" and following is not None and "stake" in following.objects and not following.roles:
        arguments.of.append(mention)  # "buys the Sprint stake"
    elif place == "object" and following is not None and _OWNED & set(following.objects) and not following.roles:
        arguments.owners.append(mention)  # "buys the Sprint unit"
    else:
        arguments.add(place, mention)


def _is_rival_of(items: list[Item], j: int) -> bool:
    """Whether the possessor at j only describes the company named next: "Telemach's rival Jadran Net"."""
    is_described = False
    for item in items[j + 1 : j + 5]:
        if item.mention is not None and not item.mention.is_demonym:
            return is_described and item.mention.kind == "org"
        is_described = is_described or "company" in item.objects
        if item.roles and "det" not in item.roles:
            return False
    return False


def _is_product(items: list[Item], j: int) -> bool:
    """Whether an unlisted name is followed by what it is: "the Equiano cable"."""
    mention = items[j].mention
    k = j + 2 if j + 1 < len(items) and items[j + 1].word.isdigit() else j + 1
    return mention is not None and mention.company is None and k < len(items) and bool(items[k].objects)


def _possessor(items: list[Item], j: int) -> bool:
    owner = items[j - 1].mention
    return owner is not None and owner.is_possessive and owner.company is not None

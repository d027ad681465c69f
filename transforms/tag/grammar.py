"""A sentence as items (names, verbs, nouns of deals, prepositions, marks), and the arguments of its verbs and nouns.

There is no parser: the subject is looked for to the left of a verb, objects and prepositional phrases to its right, each
up to the boundary of the clause. Relative clauses, appositions and brackets are stepped over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.names import Mention
from transforms.tag.tokens import Document, Sentence
from transforms.tag.vocabulary import Cue, Trie

MAX_REACH = 45  # Items that are looked at on each side of a verb.
PREPOSITIONS = frozenset("from to with by for of in between on other".split())
_USED = frozenset(("verb", "light", "noun", "object", "grammar"))
_MARKS = frozenset(",;:()–—[]")
PARTY_KINDS = frozenset(("org", "state", "place", "unclear"))


@dataclass(slots=True)
class Item:
    """Tokens first ≤ i < last with what they can be. role: a grammar word, a mark, "amount" or ""."""

    first: int
    last: int
    word: str
    mention: Mention | None = None
    verbs: tuple[Cue, ...] = ()
    lights: tuple[Cue, ...] = ()
    nouns: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The form of the verb, or "" where it is none."""
        cues = self.verbs or self.lights
        return cues[0].form if cues else ""


@dataclass(slots=True)
class Arguments:
    """Who and what stands around a verb or noun: slots by name (subject, object, from, to, with, by, for …)."""

    slots: dict[str, list[Mention]] = field(default_factory=dict)
    owners: list[Mention] = field(default_factory=list)
    of: list[Mention] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    end: int = 0

    def add(self, slot: str, mention: Mention) -> None:
        self.slots.setdefault(slot, []).append(mention)

    def get(self, *slots: str) -> list[Mention]:
        return [mention for slot in slots for mention in self.slots.get(slot, ())]


def read_items(
    document: Document, sentence: Sentence, mentions: list[Mention], cues: Trie, amounts: list[tuple[int, int]]
) -> list[Item]:
    """Returns the items of a sentence. amounts: token spans of sums of money."""
    items: list[Item] = []
    low = document.low
    priced = dict(amounts)
    inside = {i for first, last in amounts for i in range(first, last)}
    named = {mention.first: mention for mention in mentions if mention.first not in inside}
    i = sentence.first
    while i < sentence.last:
        mention = named.get(i)
        if mention is not None and mention.kind != "other":
            items.append(Item(i, mention.last, low[i], mention))
            i = mention.last
            if mention.is_possessive and i < sentence.last:
                i += 2 if low[i + 1 : i + 2] == ["s"] else 1
        elif i in priced:
            items.append(Item(i, priced[i], low[i], roles=("amount",)))
            i = priced[i]
        else:
            item = _read_cues(low, i, sentence.last, cues)
            if item.nouns and item.last < sentence.last and low[item.last] == "-" and document.starts[item.last] == document.ends[item.last - 1]:
                item.nouns = ()  # the "round" of "round-up"
            items.append(item)
            i = item.last
    return items


def _read_cues(low: list[str], i: int, last: int, cues: Trie) -> Item:
    word = low[i]
    if word in _MARKS:
        return Item(i, i + 1, word, roles=(word,))
    found = cues.match(low, i)
    if found:
        found = [hit for hit in found if i + hit[0] <= last and hit[1].kind in _USED]
    if not found:
        return Item(i, i + 1, word)
    length = max(hit[0] for hit in found)
    best = [cue for size, cue in found if size == length]
    return Item(
        i,
        i + length,
        word,
        verbs=tuple(cue for cue in best if cue.kind == "verb"),
        lights=tuple(cue for cue in best if cue.kind == "light"),
        nouns=tuple(cue.value for cue in best if cue.kind == "noun"),
        objects=tuple(cue.value for cue in best if cue.kind == "object"),
        roles=tuple(cue.value for cue in best if cue.kind == "grammar"),
    )


def is_party(item: Item) -> bool:
    return item.mention is not None and item.mention.kind in PARTY_KINDS


def is_adverb(item: Item) -> bool:
    return item.word.endswith("ly") or item.word in (
        "not",
        "also",
        "now",
        "already",
        "recently",
        "just",
        "yet",
        "still",
        "never",
        "once",
        "jointly",
    )


def before(items: list[Item], i: int) -> Item | None:
    """The item before i, adverbs left out."""
    j = i - 1
    while j >= 0 and is_adverb(items[j]):
        j -= 1
    return items[j] if j >= 0 else None


def is_verb(items: list[Item], i: int, is_headline: bool) -> bool:
    """Whether an item that can be a verb is one here, by its form and what stands before it."""
    item = items[i]
    if not (item.verbs or item.lights):
        return False
    form = item.form
    if form == "":
        return not (item.nouns and i and _opens_noun(items[i - 1]))  # the lists hold verb forms only
    previous = before(items, i)
    if previous is None:
        return form in ("past", "ing") or is_headline
    if form in ("base", "past", "s", "ing") and item.nouns and not _may_follow(previous, form):
        return False
    modal = "aux" in previous.roles or "be" in previous.roles or "to" in previous.roles and previous.word == "to"
    if form == "base":
        if not item.nouns and not item.objects and "det" not in previous.roles:
            return (
                modal
                or (previous.mention is not None and (is_headline or _object_follows(items, i)))
                or "pronoun" in previous.roles
                or is_headline
                or previous.word in ("and", "or", "who", "which", ",", "companies")
            )
        return (
            (modal and "be" not in previous.roles and previous.word not in ("has", "have", "had"))
            or ("pronoun" in previous.roles)
            or (
                previous.mention is not None
                and not previous.mention.is_possessive
                and (is_headline and _object_follows(items, i))
            )
        )
    if form == "s":
        if (
            "det" in previous.roles
            or "amount" in previous.roles
            or (previous.mention is not None and previous.mention.is_possessive)
        ):
            return False
        if set(previous.roles) & PREPOSITIONS:
            return False
        if item.nouns or item.objects:
            return _object_follows(items, i)
        return True
    if form == "past":
        if {"det", "amount"} & set(previous.roles) or (previous.mention is not None and previous.mention.is_possessive):
            return False
        return not (set(previous.roles) & PREPOSITIONS) or "by" in previous.roles
    return "det" not in previous.roles


def _opens_noun(previous: Item) -> bool:
    """Whether an article, a preposition or an elided one stands before a word of another language: it is a noun there."""
    return bool({"det", *PREPOSITIONS} & set(previous.roles)) or previous.word in "'’"


def _may_follow(previous: Item, form: str) -> bool:
    """Whether a word that is a noun, too, can be a verb after this item."""
    if form == "ing":
        return "be" in previous.roles
    if previous.mention is not None:
        return not previous.mention.is_possessive
    return bool({"aux", "to", "pronoun", "relative"} & set(previous.roles)) or previous.word in ("and", "or", ",", ")") and form != "base"


def _object_follows(items: list[Item], i: int) -> bool:
    if i + 1 >= len(items):
        return False
    following = items[i + 1]
    if following.form in ("past", "s"):
        return False
    return (
        following.mention is not None
        or "det" in following.roles
        or "to" in following.roles
        or "amount" in following.roles
        or (not following.roles and not following.nouns)
        or "for" in following.roles
    )





def is_passive(items: list[Item], i: int) -> bool:
    """Whether the participle at i is passive: a form of to be before it, or a bare participle with "by" after it."""
    if items[i].form != "past":
        return False
    previous = before(items, i)
    if previous is not None and "be" in previous.roles:
        return True
    if previous is not None and "aux" in previous.roles:
        return False
    following = items[i + 1] if i + 1 < len(items) else None
    return (
        following is not None
        and bool({"by", "to"} & set(following.roles))
        and not following.mention
        and ("by" in following.roles)
        and previous is not None
    )


# -- to the right


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
        if item.roles and item.roles[0] in ("(", "["):
            depth += 1
        elif item.roles and item.roles[0] in (")", "]"):
            depth = max(0, depth - 1)
        elif depth == 0:
            if _stops(items, j, i, is_headline and not in_of) and not (in_of and item.word in ("and", "y", "et", "e", "und")):
                break
            if item.roles and item.roles[0] == ",":
                after = _after_comma(items, j, end)
                if after < 0:
                    break
                j = after
                continue
            preposition = next((role for role in item.roles if role in PREPOSITIONS), None)
            if item.mention is not None:
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
                if "pronoun" in item.roles:
                    arguments.slots.setdefault(place + "?", [])
        j += 1
    arguments.end = j
    return arguments


_UNITS = frozenset("unit units arm arms business businesses operation operations subsidiary subsidiaries filial filiale controllata tochter subsidiária division unidad".split())


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
    if "pronoun" in following.roles or following.objects and not following.verbs:
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
    if is_modifier and following is not None and following.mention is not None and following.mention.kind in PARTY_KINDS:
        if not (mention.company is not None and _is_product(items, j + 1)):
            return  # "Egypt's NileSat", "Alphabet's Google"
    elif j > 0 and _is_product(items, j) and (
        _possessor(items, j) or items[j - 1].word in ("its", "their") or items[j + 1].word.isdigit()
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
    elif place == "object" and following is not None and "stake" in following.objects and not following.roles:
        arguments.of.append(mention)  # "buys the Sprint stake"
    elif place == "object" and following is not None and _OWNED & set(following.objects) and not following.roles:
        arguments.owners.append(mention)  # "buys the Sprint unit"
    else:
        arguments.add(place, mention)


_OWNED = frozenset(("asset", "thing", "equipment", "spectrum"))


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


# -- to the left


def read_subject(items: list[Item], i: int, is_headline: bool, depth: int = 0) -> tuple[list[Mention], bool]:
    """The names of the subject of the verb at i; and whether it is a pronoun instead."""
    j = i - 1
    group: list[Mention] = []
    fallback: list[Mention] = []
    while j >= 0 and i - j < MAX_REACH:
        item = items[j]
        roles = item.roles
        if roles and roles[0] in (")", "]"):
            j = _opening(items, j) - 1
            continue
        if roles and roles[0] == ",":
            if group:
                if items[j - 1].mention is None or items[j + 1].mention is None or j < 1:
                    break
            else:
                jump = _before_apposition(items, j)
                if jump >= 0:
                    j = jump
                    continue
            j -= 1
            continue
        if roles and (roles[0] in (";", ":", "–", "—") or (item.word in ("as", "than") and group)):
            break
        if is_party(item) and items[j + 1].mention is not None and (
            item.mention.is_possessive or item.mention.is_demonym  # type: ignore[union-attr]
        ):
            j -= 1
            continue  # "China's TCL"
        if is_party(item):
            if is_governed(items, j) and not (not group and _offers_to(items, j, i)):
                if not group and any("of" in other.roles for other in items[max(0, j - 4) : j]):
                    fallback.insert(0, item.mention)  # type: ignore[arg-type]
                elif not _coordinated(items, j):
                    break
            elif not group or _coordinated(items, j):
                if (
                    not (item.mention.is_possessive or item.mention.is_demonym)
                    or not group
                    and items[j + 1].mention is None
                ):  # type: ignore[union-attr]
                    group.insert(0, item.mention)  # type: ignore[arg-type]
            else:
                break
        elif group and not ("time" in roles or item.word in ("and", "und", "y", "e", "et", "&") or "det" in roles or not roles):
            break
        elif "pronoun" in roles and not group and i - j <= 12 and not (j + 1 < i and "of" in items[j + 1].roles):
            return [], True
        elif "relative" in roles and not group:
            antecedent = _antecedent(items, j)
            return ([antecedent], False) if antecedent is not None else (fallback, False)
        elif ("subord" in roles or "report" in roles) and not group:
            if item.word == "but" and depth < 3:
                verb = _verb_before(items, j, is_headline)
                if verb >= 0:
                    return read_subject(items, verb, is_headline, depth + 1)
            break
        elif (
            item.word in ("and", "or")
            and not group
            and (items[j + 1].form or "aux" in items[j + 1].roles)
            and depth < 3
        ):
            verb = _verb_before(items, j, is_headline)
            if verb >= 0:
                return read_subject(items, verb, is_headline, depth + 1)
        j -= 1
    return (group or fallback[-1:]), False


def _offers_to(items: list[Item], j: int, i: int) -> bool:
    """Whether the name at j is whose offer it is: "a proposal from X to buy"."""
    if "to" not in items[i - 1].roles or i - j > 3:
        return False
    for k in range(j - 1, max(-1, j - 6), -1):
        if set(items[k].roles) & PREPOSITIONS:
            return "from" in items[k].roles
    return False


def _opening(items: list[Item], j: int) -> int:
    k = j - 1
    while k >= 0 and not (items[k].roles and items[k].roles[0] in ("(", "[")):
        k -= 1
    return max(k, 0)


def _before_apposition(items: list[Item], j: int) -> int:
    """Before the comma that opens the insertion which ends at comma j; -1 where there is none."""
    for k in range(j - 1, max(-1, j - 26), -1):
        item = items[k]
        if item.roles and item.roles[0] == ",":
            opening = items[k + 1] if k + 1 < j else None
            if opening is None:
                return -1
            if (
                {"relative", "pronoun"} & set(opening.roles)
                or "det" in opening.roles
                or "of" in opening.roles
                or "other" in opening.roles
                or not opening.roles
            ):
                return k - 1
            return -1
        if item.roles and item.roles[0] in (";", ":"):
            return -1
    return -1


def is_governed(items: list[Item], j: int) -> bool:
    """Whether the name at j hangs on a preposition: "of Vodafone", "with the German operator Telefónica"."""
    for k in range(j - 1, max(-1, j - 6), -1):
        item = items[k]
        if item.word in ("as", "than", "since", "until") or "relative" in item.roles:
            return False
        if set(item.roles) & PREPOSITIONS:
            return True
        if item.mention is not None and (item.mention.is_possessive or item.mention.is_demonym):
            continue
        if (
            item.word in ("and", "or", "&")
            or item.mention is not None
            or item.form in ("past", "s")
            or (item.roles and "det" not in item.roles)
        ):
            return False
    return False


def _coordinated(items: list[Item], j: int) -> bool:
    """Whether "and", "&" or a comma joins the name at j to the name after it."""
    k = j + 1
    while k < len(items) and items[k].mention is None and k - j < 6:
        if items[k].word in ("and", "&", ",", "y", "e", "et", "und"):
            return True
        if items[k].roles and "det" not in items[k].roles:
            return False
        k += 1
    return False


def _antecedent(items: list[Item], j: int) -> Mention | None:
    for k in range(j - 1, max(-1, j - 14), -1):
        if is_party(items[k]):
            return items[k].mention
    return None


def _verb_before(items: list[Item], j: int, is_headline: bool) -> int:
    for k in range(j - 1, max(-1, j - 30), -1):
        if (items[k].form in ("past", "s", "base") or "aux" in items[k].roles or "be" in items[k].roles) and (
            "aux" in items[k].roles or "be" in items[k].roles or is_verb(items, k, is_headline)
        ):
            return k
    return -1

"""A sentence as items: names, verbs, nouns of deals, prepositions, marks; and which words are verbs here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from transforms.tag.mentions import Mention
from transforms.tag.reading import Page, token_spans
from transforms.tag.vocabulary import Cue, Hits

Values = tuple[str, ...]

MAX_REACH = 45  # Items that are looked at on each side of a verb.
MAX_MEANINGS = 20_000  # kept in memory; the lists have fewer
PREPOSITIONS = frozenset("from to with by for of in between on other".split())

_USED = frozenset(("verb", "light", "noun", "object", "grammar", "plain"))

_MARKS = frozenset(",;:()–—[]")

PARTY_KINDS = frozenset(("org", "state", "place", "unclear"))


@dataclass(slots=True)
class Item:
    """Tokens first ≤ i < last with what they can be. role: a grammar word, a mark, "amount" or "".

    form: that of the verb, or "" where it is none.
    """

    first: int
    last: int
    word: str
    mention: Mention | None = None
    verbs: tuple[Cue, ...] = ()
    lights: tuple[Cue, ...] = ()
    nouns: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    form: str = ""


def read_items(page: Page, index: int) -> list[Item]:
    """Returns the items of a sentence."""
    items: list[Item] = []
    first, last, _ = page.document.sentences[index]
    low, starts, ends, cues = page.document.low, page.document.starts, page.document.ends, page.cues
    priced = dict(token_spans(page, index))
    inside = {i for at, end in priced.items() for i in range(at, end)}
    named = {mention.first: mention for mention in page.mentions[index] if mention.first not in inside}
    i = first
    while i < last:
        word = low[i]
        mention = named.get(i)
        if mention is not None and mention.kind != "other":
            items.append(Item(i, mention.last, word, mention))
            i = mention.last
            if mention.is_possessive and i < last:
                i += 2 if low[i + 1 : i + 2] == ["s"] else 1
            continue
        if i in priced:
            item = Item(i, priced[i], word, roles=("amount",))
        elif word in _MARKS:
            item = Item(i, i + 1, word, roles=(word,))
        elif (start := cues[i]) is not None:
            item = _read_cues(start.match(low, i), word, i, last, named)
            end = item.last
            if item.nouns and end < last and low[end] == "-" and starts[end] == ends[end - 1]:
                item.nouns = ()  # the "round" of "round-up"
        else:
            item = Item(i, i + 1, word)
        items.append(item)
        i = item.last
    return items


def _read_cues(found: Hits, word: str, i: int, last: int, named: dict[int, Mention]) -> Item:
    """The item of a word with which cues begin: of the longest."""
    length = 1
    if found and found[-1][0] > 1:  # the shorter ones come first
        found = [hit for hit in found if hit[1].kind in _USED and (hit[0] == 1 or _is_free(i, hit[0], last, named))]
        length = found[-1][0] if found else 1
        found = tuple(hit for hit in found if hit[0] == length)
    return Item(i, i + length, word, None, *_meaning(tuple(found)))


def _is_free(i: int, length: int, last: int, named: dict[int, Mention]) -> bool:
    """Whether a cue of several words ends with the sentence and runs into no name."""
    return i + length <= last and not any(k in named for k in range(i + 1, i + length))


@lru_cache(maxsize=MAX_MEANINGS)
def _meaning(
    found: tuple[tuple[int, Cue], ...],
) -> tuple[tuple[Cue, ...], tuple[Cue, ...], Values, Values, Values, str]:
    """What the cues of an item say: its verbs, lights, nouns, objects, roles and form."""
    verbs, lights = (tuple(cue for _, cue in found if cue.kind == kind) for kind in ("verb", "light"))
    nouns, objects, roles = (
        tuple(cue.value for _, cue in found if cue.kind == kind) for kind in ("noun", "object", "grammar")
    )
    return verbs, lights, nouns, objects, roles, (verbs or lights)[0].form if verbs or lights else ""


def is_party(item: Item) -> bool:
    return item.mention is not None and item.mention.kind in PARTY_KINDS


def is_adverb(item: Item) -> bool:
    return item.word.endswith("ly") or item.word in _ADVERBS


_ADVERBS = frozenset("not also now already just yet still never once each together again".split())


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
    modal = "aux" in previous.roles or "be" in previous.roles or ("to" in previous.roles and previous.word == "to")
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
    """Whether an article or a preposition stands before a word of another language: it is a noun there."""
    return bool({"det", *PREPOSITIONS} & set(previous.roles)) or previous.word in "'’"


def _may_follow(previous: Item, form: str) -> bool:
    """Whether a word that is a noun, too, can be a verb after this item."""
    if form == "ing":
        return "be" in previous.roles
    if previous.mention is not None:
        return not previous.mention.is_possessive
    return bool({"aux", "to", "pronoun", "relative"} & set(previous.roles)) or (
        previous.word in ("and", "or", ",", ")") and form != "base"
    )


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

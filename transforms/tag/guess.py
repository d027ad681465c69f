"""Deals told in words that no verb or noun list has: companies of the field beside much that speaks of a deal.

``find_guess`` picks the sentence of the story's beginning that says most; whether that makes a deal is for the score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from transforms.tag.deals import Draft, join_drafts
from transforms.tag.described import kind_of
from transforms.tag.drafts import draft_of
from transforms.tag.events import Event, Parties
from transforms.tag.figures import MIN_PRICE
from transforms.tag.gate import CORE, DEALT, may_be_party, says_field
from transforms.tag.groups import group_events
from transforms.tag.items import PREPOSITIONS, Item, read_items
from transforms.tag.mentions import Mention, same_name
from transforms.tag.reading import Page
from transforms.tag.subjects import is_governed
from transforms.tag.verbs import VERB_ROLES
from transforms.tag.vocabulary import Trie, Vocabulary

MAX_SENTENCES = 4
MAX_PARTIES = 2
MAX_FURTHER = 60  # sentences in which further deals are guessed
MAX_GUESSES = 8
MAX_TOKENS = 120
_OWNED = frozenset(("asset", "stake", "control", "thing", "spectrum", "licence", "company"))
_ALSO_DEALT = frozenset(("licence", "stake", "control", "thing"))
# What the hints speak of, as a family of verbs with its roles.
_FAMILIES = {
    "acquire": "acquire",
    "invest": "invest",
    "raise": "lend",
    "capacity": "lease",
    "service": "serve",
    "supply": "supply",
    "launch": "launch",
    "partner": "partner",
}


class Guess(NamedTuple):
    """A sentence that may tell of a deal. hints: how often each kind of hint stands in it and in the headline."""

    sentence: int
    parties: tuple[Mention, ...]
    hints: Counter[str]
    fielded: int
    has_sum: bool
    items: list[Item]

    @property
    def weight(self) -> float:
        """What the choice between sentences goes by."""
        kinds = sum(1 for kind in self.hints if kind != "ordinary")
        return 2.0 * self.fielded + len(self.parties) + 0.7 * min(kinds, 4) + self.has_sum - 0.1 * self.sentence

    @property
    def is_dealt(self) -> bool:
        """Whether something is named that is dealt in."""
        return any(value in DEALT or value in _ALSO_DEALT for item in self.items for value in item.objects)

    @property
    def is_priced(self) -> bool:
        """Whether a sum is what something is given for."""
        items = self.items
        return any("amount" in item.roles and "for" in items[k - 1].roles for k, item in enumerate(items) if k)


def find_guess(page: Page, vocabulary: Vocabulary) -> Guess | None:
    """Returns the sentence of the beginning that speaks most of a deal, or None where no company of the field is."""
    best: Guess | None = None
    hints = vocabulary.hints[page.language]
    has_title = bool(page.headline) and page.headline[0]
    title = _parties(page, 0) if has_title else []
    title_hints = _hints(page, 0, hints) if has_title else Counter()
    beginning = range(min(MAX_SENTENCES, len(page.document.sentences)))
    says_sector = any(kind == "sector" for index in beginning for kind, _ in page.topics[index])
    for index in beginning:
        guess = _guess_at(page, index, hints, title if index else [])
        if not (guess.fielded or says_sector) or not guess.parties:
            continue
        guess = guess._replace(hints=guess.hints + (title_hints if index else Counter()))
        if best is None or guess.weight > best.weight:
            best = guess
    return None if best is None else best._replace(items=read_items(page, best.sentence))


def find_more_guesses(page: Page, vocabulary: Vocabulary, told: Collection[int]) -> list[Guess]:
    """Returns the sentences that no deal was read in and that may tell one. told: those that deals were read in."""
    hints = vocabulary.hints[page.language]
    found: list[Guess] = []
    for index in range(min(MAX_FURTHER, len(page.document.sentences))):
        if index in told or page.headline[index]:
            continue
        guess = _guess_at(page, index, hints, [])
        is_hinted = guess.has_sum or any(kind != "ordinary" for kind in guess.hints)
        if len(guess.parties) >= 2 or (guess.parties and is_hinted):
            found.append(guess)
    best = sorted(found, key=lambda guess: -guess.weight)[:MAX_GUESSES]
    return [guess._replace(items=read_items(page, guess.sentence)) for guess in found if guess in best]


def _guess_at(page: Page, index: int, hints: Trie, others: Sequence[Mention]) -> Guess:
    """What a sentence says. others: the parties that are understood where it names too few."""
    parties = _parties(page, index)
    if len(parties) < 2:
        parties += [m for m in others if not any(same_name(m.key, own.key) for own in parties)]
    parties = _likeliest(parties)
    has_sum = any(amount.amount >= MIN_PRICE for amount in page.amounts[index]) if page.amounts else False
    fielded = sum(_is_fielded(mention) for mention in parties)
    return Guess(index, tuple(parties), _hints(page, index, hints), fielded, has_sum, [])


def guessed_draft(page: Page, vocabulary: Vocabulary, guess: Guess) -> Draft:
    """The guess as a draft: its kind by the most frequent hints, roles by order and prepositions."""
    family = _family(guess)
    items = guess.items
    at = next((k for k, item in enumerate(items) if item.mention is None and not item.roles), 0)
    parties = _with_roles(guess, family)
    event = Event(family, parties, guess.sentence, at, 0, len(items), False)
    event.objects = [value for item in items for value in item.objects]
    event.has_deal_noun = True
    group = group_events([event], items, page.headline[guess.sentence])[0]
    draft = join_drafts([draft_of(page, vocabulary, group, items, parties)])[0]
    draft.source = "guess"
    return draft


def _likeliest(parties: list[Mention]) -> list[Mention]:
    """The parties that are kept, in their order: those that a list knows before the others."""
    kept = sorted(parties, key=lambda mention: mention.company is None and mention.kind != "state")[:MAX_PARTIES]
    return [mention for mention in parties if mention in kept]


def _family(guess: Guess) -> str:
    """What the hints speak of most; of a purchase only where a thing that is owned is named."""
    owned = any(value in _OWNED for item in guess.items for value in item.objects)
    kinds = [(count, kind) for kind, count in guess.hints.items() if kind in _FAMILIES and (kind != "acquire" or owned)]
    return _FAMILIES[max(kinds)[1]] if kinds else "deal"


def _with_roles(guess: Guess, family: str) -> Parties:
    subject, other, by_preposition = VERB_ROLES[family]
    if family == "acquire":
        subject, other, by_preposition = _owner_roles(guess)
    parties: Parties = []
    for mention in guess.parties:
        place = next((k for k, item in enumerate(guess.items) if item.mention is mention), -1)
        preposition = _preposition(guess.items, place)
        role = by_preposition.get(preposition) or (subject if not parties and not preposition else other or subject)
        if may_be_party(mention, role):
            parties.append((mention, role))
    return parties


def _owner_roles(guess: Guess) -> tuple[str, str, dict[str, str]]:
    """The roles of a change of owner: what goes "to" somebody is sold; beside towers or licences stands their owner."""
    things = {value for item in guess.items for value in item.objects} & _OWNED
    other = "seller" if things else "target"
    places = [next((k for k, i in enumerate(guess.items) if i.mention is mention), -1) for mention in guess.parties]
    goes_to = any(_preposition(guess.items, place) == "to" for place in places)
    return other if goes_to else "acquirer", other, {"from": "seller", "to": "acquirer", "for": "acquirer"}


def _preposition(items: list[Item], place: int) -> str:
    if place < 1 or not is_governed(items, place):
        return ""
    for item in reversed(items[max(0, place - 6) : place]):
        role = next((role for role in item.roles if role in PREPOSITIONS), None)
        if role is not None:
            return role
    return ""


def _parties(page: Page, index: int) -> list[Mention]:
    """The names of a sentence that can be parties, each once."""
    found: list[Mention] = []
    for mention in page.mentions[index]:
        if mention.kind not in ("org", "state") or mention.is_demonym or not may_be_party(mention, "customer"):
            continue
        if not any(mention.key.startswith(own.key) or own.key.startswith(mention.key) for own in found):
            found.append(mention)
    return found


def _is_fielded(mention: Mention) -> bool:
    return kind_of(mention) in CORE or says_field(mention)


def _hints(page: Page, index: int, hints: Trie) -> Counter[str]:
    """How often each kind of hint stands in a sentence."""
    sentence, low = page.document.sentences[index], page.document.low
    found: Counter[str] = Counter()
    for i in range(sentence.first, min(sentence.last, sentence.first + MAX_TOKENS)):
        hits = hints.match(low, i)
        if hits:
            found.update({cue.value for _, cue in hits})
    return found

"""Whom a sentence means without a name: pronouns, descriptions, the company of the headline, the other side."""

from __future__ import annotations

from collections import Counter

from transforms.tag.described import kind_of
from transforms.tag.events import Parties
from transforms.tag.frames import subject_role
from transforms.tag.gate import may_be_party, says_field
from transforms.tag.groups import Group
from transforms.tag.items import Item
from transforms.tag.mentions import Mention, same_name
from transforms.tag.reading import Page
from transforms.tag.subjects import is_governed

_TWO_SIDED = frozenset("deal contract order select award partner merge service capacity".split())
_OPERATORS = frozenset("mobile_operator fixed_operator satellite_operator cable fibre mvno".split())
_DESCRIBED = {
    "fund": frozenset(("fund",)),
    "agency": frozenset(("agency", "military")),
    "manufacturer": frozenset(("manufacturer", "equipment")),
    "vendor": frozenset(("equipment", "manufacturer")),
    "operator": _OPERATORS,
    "carrier": _OPERATORS,
    "provider": _OPERATORS,
    "bank": frozenset(("fund",)),
    "airline": frozenset(("airline",)),
}
_CONTRACT_NOUNS = frozenset(("contract", "order", "deal"))
_CONTRACT_VERBS = frozenset(("supply", "launch", "order", "select", "award"))
_JOINT = frozenset(("merge", "partner", "jv"))
_OWN = frozenset(("its", "their", "su", "sus", "sa", "son", "ses", "sua", "suo"))
_NOUNS = frozenset("company firm group operator carrier giant buyer seller suitor manufacturer maker start-up".split())
_FIRST_PERSON = frozenset(("we", "us", "our"))
MAX_RECENT = 12
MAX_VOICES = 40  # sentences in which the company of an interview is looked for


class Whom:
    """Remembers whom a story spoke of, sentence by sentence, and says who is meant."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.title: list[Mention] = []
        self.subject: list[Mention] = []
        self.recent: list[Mention] = []
        self.has_draft = False
        self._paragraph = 0

    def begin(self, index: int, names: list[Mention]) -> None:
        """Notes the names of a headline before its events are read."""
        if self.page.headline[index]:
            self.title = names

    def end(self, index: int, names: list[Mention], items: list[Item]) -> None:
        """Notes whom a sentence was about, after its events were read."""
        self.recent = (self.recent + names)[-MAX_RECENT:]
        paragraph = self.page.document.sentences[index].paragraph
        if paragraph != self._paragraph:
            self._paragraph = paragraph
            self.subject = self.title[:1] or self.subject
        own = set(names)
        for k, item in enumerate(items):
            if item.mention in own and not is_governed(items, k):
                if item.mention is not None and not (item.mention.is_possessive and len(names) > 1):
                    self.subject = [item.mention]
                break

    def complete(self, group: Group, parties: Parties, items: list[Item]) -> Parties:
        """Returns the parties of a group with those that are only to be understood."""
        lead = group.lead
        added, role = self._understood(group, parties, items)
        known = {mention.key for mention, _ in parties}
        parties = parties + [(m, role) for m in added if m.key not in known and may_be_party(m, role)]
        if lead.pronoun_role and len(parties) == 1:
            known = {mention.key for mention, _ in parties}
            meant = self._described(items, lead.last, lead.at) or self.title[:1]
            parties = parties + [(m, lead.pronoun_role) for m in meant if m.key not in known]
        is_agreed = lead.family in _TWO_SIDED or bool(group.families() & _CONTRACT_NOUNS)
        if len(parties) == 1 and is_agreed and group.has_noun and any(item.word in _FIRST_PERSON for item in items):
            own = {mention.key for mention, _ in parties}
            parties = parties + [(m, role) for m in self._speaker() if m.key not in own and may_be_party(m, role)]
        if len(parties) == 1 and lead.sentence <= 2 and is_agreed and not self.page.is_negative(lead.sentence):
            parties = parties + [(m, role) for m in self._other_side(parties, items)]
        return parties

    def _understood(self, group: Group, parties: Parties, items: list[Item]) -> tuple[list[Mention], str]:
        """Who is meant, and in which role: by a pronoun, in a headline, or as the subject of a deal's noun."""
        lead = group.lead
        role = subject_role(lead)
        at, count = lead.at, len(parties)
        if any(event.has_pronoun for event in group.events):
            return self._described(items, at) or _named_before(items, at)[:1] or self.subject, role
        if not count and lead.is_noun and lead.sentence <= 2 and lead.family in _JOINT and _named_before(items, at):
            return _named_before(items, at)[:3], role
        if self.page.headline[lead.sentence] and count < 2 and len(self.title) <= 3:
            return [m for m in self.title if m.company is not None or not m.is_possessive], role
        if not count and lead.is_noun and lead.family == "merge" and len(self.title) == 2 and not self.has_draft:
            return self.title, role  # "the merger of the two largest operators"
        if not count and self._may_be_of_title(lead.sentence, items):
            if len(self.title) >= 2 or lead.family not in _JOINT:
                return sorted(self.title, key=lambda m: m.company is None)[:2], role
            return [], role
        if count == 1 and lead.family == "acquire" and "asset" in group.objects and _has_own(items, at):
            return _named_before(items, at)[:1], "seller"
        if count == 1 and lead.is_noun:
            is_near = group.has_noun and bool(lead.light) and lead.sentence <= 3
            return _named_before(items, at)[:1] or (self.subject if is_near else []), role
        if count == 1 and lead.family in _CONTRACT_VERBS and group.families() & _CONTRACT_NOUNS:
            has_sum = bool(self.page.amounts[lead.sentence])
            return self.subject if lead.sentence <= 4 else self.title[:1] if has_sum else [], role
        return [], role

    def named_by_country(self, parties: Parties, items: list[Item]) -> Parties:
        """The parties, with whom "the Italian company" means in its place: the last company told of from there."""
        found: Parties = []
        for mention, role in parties:
            if mention.is_demonym and mention.kind == "place" and _describes_company(items, mention):
                own = [m for m in reversed(self.recent) if m.kind == "org" and m.country == mention.country]
                meant = own[:1] or [m for m in self.subject[:1] if m.country is None]
                found += [(m, role) for m in meant if not any(m.key == other.key for other, _ in parties)]
            else:
                found.append((mention, role))
        return found

    def _speaker(self) -> list[Mention]:
        """Whose people say "we": the headline's last company, else the one that the story names most often."""
        if self.title:
            return self.title[-1:]
        named = [m for found in self.page.mentions[:MAX_VOICES] for m in found if m.kind == "org" and not m.is_demonym]
        counts = Counter(m.key for m in named)
        return [max(named, key=lambda m: counts[m.key])] if named else []

    def _may_be_of_title(self, sentence: int, items: list[Item]) -> bool:
        """Whether a sentence without names tells of the companies of the headline."""
        has_names = any(item.mention is not None and item.mention.kind in ("org", "state") for item in items)
        return (sentence <= 2 and not self.has_draft) or (sentence == 1 and not has_names)

    def _described(self, items: list[Item], at: int, start: int = 0) -> list[Mention]:
        """Whom "the fund", "the manufacturer" or "the airline" before the item means: the last company of that kind."""
        for item in reversed(items[max(start, at - 12) : at]):
            if "pronoun" in item.roles:
                if item.word in ("we", "us", "our"):
                    return self._speaker()
                kinds = _DESCRIBED.get(self.page.document.low[item.last - 1])
                head = self.page.document.low[item.last - 1]
                named = (m for m in reversed(self.recent) if head in m.name.lower().split())
                meant = next(named, None) or next(
                    (m for m in reversed(self.recent) if kinds and kind_of(m) in kinds), None
                )
                return [meant] if meant is not None else []
        return []

    def _other_side(self, parties: Parties, items: list[Item]) -> list[Mention]:
        """The one other company of a sentence of news, which must be the other side of what one company did."""
        known = {mention.key for mention, _ in parties}
        others = {
            item.mention.key: item.mention
            for item in reversed(items)
            if item.mention is not None and item.mention.kind in ("org", "state") and not item.mention.is_demonym
        }
        found = [m for key, m in others.items() if not any(same_name(key, own) for own in known)]
        return [m for m in found if m.company is not None or says_field(m)] if len(found) == 1 else []


def _describes_company(items: list[Item], mention: Mention) -> bool:
    """Whether a company's noun follows an adjective of nationality: "the Italian company", "the Swedish operator"."""
    for k, item in enumerate(items[:-1]):
        if item.mention is mention:
            following = items[k + 1]
            return following.mention is None and ("company" in following.objects or following.word in _NOUNS)
    return False


def _named_before(items: list[Item], at: int) -> list[Mention]:
    """The names before the item that hang on no preposition: "BlackSky said that it was merging"."""
    return [
        item.mention
        for k, item in enumerate(items[:at])
        if item.mention is not None
        and item.mention.kind in ("org", "state")
        and not (item.mention.is_demonym or item.mention.is_possessive)
        and (not is_governed(items, k) or _begins_list(items, k))
    ]


def _begins_list(items: list[Item], k: int) -> bool:
    """Whether the name at k is the first of three or more: "for Matav, Tevel and Golden Channels"."""
    following = [item.word if item.mention is None else "" for item in items[k + 1 : k + 5]]
    return following[:2] == [",", ""] and following[2:3] in ([","], ["and"], ["y"], ["et"], ["e"], ["und"])


def _has_own(items: list[Item], at: int) -> bool:
    """Whether "its" stands soon after the verb: what is bought is the subject's own."""
    return any(item.word in _OWN for item in items[at + 1 : at + 4])

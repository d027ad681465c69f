"""Drafts of deals, sentence by sentence: which events are deals of the field, of which type, between whom."""

from __future__ import annotations

from collections import Counter

from transforms.tag.deals import Draft, tidy_parties
from transforms.tag.figures import assign_values, find_stake, find_term, is_price
from transforms.tag.frames import Event, read_events, subject_role
from transforms.tag.gate import Parties, is_deal, is_of_the_field, may_be_party, says_field
from transforms.tag.grammar import PARTY_KINDS, Item, is_governed, read_items
from transforms.tag.groups import Group, group_events
from transforms.tag.kinds import deal_type, kind_of
from transforms.tag.names import Mention, same_name
from transforms.tag.reading import Page
from transforms.tag.roles import assign_roles
from transforms.tag.status import Hit, read_hits, read_status
from transforms.tag.vocabulary import Vocabulary

MAX_DRAFTS = 40
MAX_SENTENCES = 150
_TWO_SIDED = frozenset(
    "deal contract order select award partner merge service capacity".split()
)
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
_GIVES = frozenset(("supply", "sell", "award", "lend", "serve"))
_CONTRACT_NOUNS = frozenset(("contract", "order", "deal"))
_JOINT = frozenset(("merge", "partner", "jv"))


def read_drafts(page: Page, vocabulary: Vocabulary) -> list[Draft]:
    """Returns the drafts of a story in order of its sentences, unjoined."""
    reader = _Reader(page, vocabulary)
    drafts: list[Draft] = []
    for index in range(min(len(page.document.sentences), MAX_SENTENCES)):
        drafts += reader.sentence(index)
        if len(drafts) >= MAX_DRAFTS:
            break
    return drafts


class _Reader:
    """Reads sentences in order; remembers who the last ones spoke of."""

    def __init__(self, page: Page, vocabulary: Vocabulary) -> None:
        self.page = page
        self.cues = vocabulary.cues[page.language]
        self.subject: list[Mention] = []
        self.title: list[Mention] = []
        self.targets: list[Mention] = []
        self.has_draft = False
        self.paragraph = 0
        self.recent: list[Mention] = []
        self.known: set[str] = set()

    def sentence(self, index: int) -> list[Draft]:
        page = self.page
        sentence = page.document.sentences[index]
        mentions = page.mentions[index]
        names = [m for m in mentions if m.kind in ("org", "state") and not m.is_demonym]
        if index > 4 and not any(m.kind in PARTY_KINDS for m in mentions):
            return []
        items = read_items(page.document, sentence, mentions, self.cues, _token_spans(page, index))
        if sentence.paragraph <= 1:
            self.page.story_objects.update({value for item in items for value in item.objects})
        if page.headline[index]:
            self.title = names
        events = read_events(items, index, page.headline[index])
        drafts: list[Draft] = []
        if events:
            statuses, levels = read_hits(page.document, sentence.first, sentence.last, self.cues)
            groups = group_events(events, items, page.headline[index])
            has_names = any(group.parties for group in groups)
            for group in groups:
                if has_names and not group.parties and not any(event.has_pronoun for event in group.events):
                    continue
                draft = self._draft(group, items, statuses, levels)
                if draft is not None:
                    drafts.append(draft)
                    self.has_draft = True
                    self.known |= draft.keys()
        self._price(drafts, items, index)
        self.recent = (self.recent + names)[-12:]
        if sentence.paragraph != self.paragraph:
            self.paragraph = sentence.paragraph
            self.subject = self.title[:1] or self.subject
        first = next(
            (item.mention for k, item in enumerate(items) if item.mention in names and not is_governed(items, k)), None
        )
        if first is not None and not (first.is_possessive and len(names) > 1):
            self.subject = [first]
        return drafts

    def _draft(self, group: Group, items: list[Item], statuses: list[Hit], levels: list[Hit]) -> Draft | None:
        lead = group.lead
        parties = [
            (mention, role)
            for mention, role in group.parties
            if may_be_party(mention, role) and not (mention.kind == "place" and self._is_location(mention, role, items, lead))
        ]
        parties = self._complete(group, parties, items)
        parties = tidy_parties(
            [(_as_party(mention), role) for mention, role in parties], lead.family in ("acquire", "sell")
        )
        if not is_deal(group, parties, items, self.page) or not is_of_the_field(group, parties, self.page, self.known):
            return None
        status = read_status(group, items, self.page.document, statuses, levels, self.page.language)
        stake = find_stake(self.page, group, items, parties)
        pct = float(stake.pct) if stake is not None else None
        if lead.family == "acquire" and "control" in group.objects and self.targets and not any(r == "target" for _, r in parties):
            parties = [*parties, (self.targets[0], "target")]
        if stake is not None and lead.family == "acquire" and not any(role == "target" for _, role in parties):
            parties = [(m, "target" if role == "seller" else role) for m, role in parties]
        kind = deal_type(group, parties, self.page.story_objects, pct)
        if lead.family == "deal" and not group.objects and self._is_contested(parties):
            kind = "acquisition"
        draft = Draft(
            kind, status, assign_roles(kind, parties), lead.sentence, group, self.page.headline[lead.sentence]
        )
        if kind == "spectrum":
            self._add_licensor(draft)
        draft.stake = stake
        if kind == "acquisition":
            self.targets += [mention for mention, role in parties if role == "target"]
        draft.term = find_term(self.page, group)
        draft.score = 0.45 + 0.15 * min(len(parties), 3) + (0.1 if group.has_noun else 0)
        return draft

    def _add_licensor(self, draft: Draft) -> None:
        """The regulator that the story names is who licensed, where no seller is."""
        if any(role in ("seller", "licensor") for _, role in draft.parties):
            return
        for found in self.page.mentions[:3]:
            for mention in found:
                if mention.company is not None and mention.company.kind == "agency":
                    draft.parties.append((mention, "licensor"))
                    return

    def _is_contested(self, parties: Parties) -> bool:
        """Whether a party of a bare agreement is what another deal of the story is to buy."""
        return any(mention.key == target.key for mention, _ in parties for target in self.targets)

    def _is_location(self, mention: Mention, role: str, items: list[Item], lead: Event) -> bool:
        """Whether a country is where, and not who: after any preposition but "with" and "from", and some verbs' "to"."""
        allowed = {"with", "from"} if lead.is_noun or lead.family not in _GIVES else {"with", "from", "to", "for"}
        for k, item in enumerate(items):
            if item.mention is not mention:
                continue
            if role in ("seller", "acquirer", "investor") and k > lead.at:
                return True
            if k + 1 < len(items) and items[k + 1].word in (",", ":"):
                return True  # "South Africa, Telkom …"
            if k >= 1 and "from" in items[k - 1].roles and any("to" in other.roles for other in items[k + 1 : k + 4]):
                return True  # "a cable from South Africa to India"
            while k >= 2 and items[k - 1].word in ("and", ",") and items[k - 2].mention is not None:
                k -= 2  # "of Greece and Cyprus"
            if is_governed(items, k):
                near = {role for other in items[max(0, k - 3) : k] for role in other.roles}
                return self.page.language != "en" or not near & allowed
        return False

    def _others(self, parties: Parties, items: list[Item]) -> list[Mention]:
        """The one other company of a sentence of news, which must be the other side of what one company did."""
        known = {mention.key for mention, _ in parties}
        found: dict[str, Mention] = {}
        for item in items:
            mention = item.mention
            if mention is not None and mention.kind in ("org", "state") and not mention.is_demonym:
                if not any(same_name(mention.key, key) for key in known):
                    found.setdefault(mention.key, mention)
        (other, *more) = found.values() or (None,)
        if other is None or more or not (other.company is not None or says_field(other)):
            return []
        return [other]

    def _price(self, drafts: list[Draft], items: list[Item], index: int) -> None:
        document = self.page.document
        spans = []
        for draft in drafts:
            group = draft.group
            start, last = document.starts[items[group.first].first], items[min(group.last, len(items)) - 1].last - 1
            spans.append((start, document.ends[last], document.starts[items[group.lead.at].first]))
        for draft, value in zip(drafts, assign_values(self.page, index, spans)):
            draft.value = value
            if value is not None and draft.group.lead.family == "raise":
                draft.value = max(filter(is_price, self.page.amounts[index]), key=lambda amount: amount.amount)  # and not a part

    def _all_before(self, items: list[Item], at: int) -> list[Mention]:
        """The names before the item that hang on no preposition: "X and Y have been talking about a merger"."""
        found = [
            item.mention
            for k, item in enumerate(items[:at])
            if item.mention is not None
            and item.mention.kind == "org"
            and not (item.mention.is_demonym or item.mention.is_possessive or is_governed(items, k))
        ]
        return found[:3]

    def _described(self, items: list[Item], at: int, start: int = 0) -> list[Mention]:
        """Whom "the fund", "the manufacturer" or "the airline" before the item means: the last company of that kind."""
        for item in reversed(items[max(start, at - 12) : at]):
            if "pronoun" in item.roles:
                if item.word in ("we", "us", "our"):
                    return self.title[-1:]
                kinds = _DESCRIBED.get(self.page.document.low[item.last - 1])
                return next(([m] for m in reversed(self.recent) if kinds and kind_of(m) in kinds), [])
        return []

    def _named_before(self, items: list[Item], at: int) -> list[Mention]:
        """The subject of the sentence before the item: "BlackSky said that it was merging"."""
        for k, item in enumerate(items[:at]):
            mention = item.mention
            if mention is not None and mention.kind in ("org", "state") and not mention.is_demonym and not mention.is_possessive:
                if not is_governed(items, k):
                    return [mention]
        return []

    def _complete(self, group: Group, parties: Parties, items: list[Item]) -> Parties:
        """Adds whom a pronoun, a sentence without a named subject, or a headline leaves to be understood."""
        lead = group.lead
        role = subject_role(lead)
        known = {mention.key for mention, _ in parties}
        add: list[Mention] = []
        if any(event.has_pronoun for event in group.events):
            add = self._described(items, lead.at) or self._named_before(items, lead.at) or self.subject
        elif not parties and lead.is_noun and lead.sentence <= 2 and lead.family in _JOINT and self._all_before(items, lead.at):
            add = self._all_before(items, lead.at)
        elif self.page.headline[lead.sentence] and len(parties) < 2 and len(self.title) <= 3:
            add = [m for m in self.title if m.company is not None or not m.is_possessive]
        elif not parties and (lead.sentence <= 2 and not self.has_draft or lead.sentence == 1 and not _names_any(items)) and (len(self.title) >= 2 or lead.family not in _JOINT):
            add = sorted(self.title, key=lambda m: m.company is None)[:2]
        elif len(parties) == 1 and lead.family == "acquire" and "asset" in group.objects and _has_its(items, lead.at):
            add, role = self._named_before(items, lead.at), "seller"
        elif len(parties) == 1 and lead.is_noun:
            add = [
                item.mention
                for k, item in enumerate(items)
                if item.mention is not None
                and item.mention.kind in ("org", "state")
                and not item.mention.is_demonym
                and not is_governed(items, k)
                and not item.mention.is_possessive
                and k < lead.at
            ][:1]
            add = add or (self.subject if group.has_noun and lead.light and lead.sentence <= 3 else [])
        elif len(parties) == 1 and lead.family in ("supply", "launch", "order", "select", "award") and group.families() & _CONTRACT_NOUNS:
            has_sum = bool(self.page.amounts[lead.sentence])
            add = self.subject if lead.sentence <= 4 else self.title[:1] if has_sum else []
        parties = parties + [(m, role) for m in add if m.key not in known and may_be_party(m, role)]
        is_agreed = lead.family in _TWO_SIDED or bool(group.families() & _CONTRACT_NOUNS)
        if lead.pronoun_role and len(parties) == 1:
            known = {m.key for m, _ in parties}
            meant = self._described(items, lead.last, lead.at) or self.title[:1]
            parties = parties + [(m, lead.pronoun_role) for m in meant if m.key not in known]
        if len(parties) == 1 and lead.sentence <= 2 and is_agreed and not self.page.is_negative(lead.sentence):
            parties = parties + [(m, role) for m in self._others(parties, items)]
        return parties


def _names_any(items: list[Item]) -> bool:
    return any(item.mention is not None and item.mention.kind in ("org", "state") for item in items)


def _has_its(items: list[Item], at: int) -> bool:
    """Whether "its" stands soon after the verb: what is bought is the subject's own."""
    return any(item.word in ("its", "their", "su", "sus", "sa", "son", "ses", "sua", "suo") for item in items[at + 1 : at + 4])


def _as_party(mention: Mention) -> Mention:
    """A country as the actor of a deal is its government."""
    if mention.kind != "place":
        return mention
    return Mention(
        mention.first, mention.end, mention.last, "state", "Government of " + mention.name, country=mention.country
    )


def _token_spans(page: Page, index: int) -> list[tuple[int, int]]:
    """The sums of a sentence as token spans."""
    document = page.document
    sentence = document.sentences[index]
    spans = []
    i = sentence.first
    for amount in page.amounts[index] if page.amounts else ():
        while i < sentence.last and document.ends[i] <= amount.start:
            i += 1
        j = i
        while j < sentence.last and document.starts[j] < amount.end:
            j += 1
        if j > i:
            spans.append((i, j))
            i = j
    return spans

"""Drafts of deals, sentence by sentence: which events are deals of the field, of which type, between whom."""

from __future__ import annotations

from transforms.tag.deals import Draft, tidy_parties
from transforms.tag.events import Event, Parties
from transforms.tag.figures import assign_values, find_stake, find_term, is_price
from transforms.tag.frames import read_events
from transforms.tag.gate import is_deal, is_of_the_field, may_be_party
from transforms.tag.groups import Group, group_events
from transforms.tag.items import PARTY_KINDS, Item, read_items
from transforms.tag.kinds import deal_type
from transforms.tag.mentions import Mention, as_party, same_name
from transforms.tag.reading import Page
from transforms.tag.roles import assign_roles
from transforms.tag.sides import Sides, fits, read_sides
from transforms.tag.status import read_status
from transforms.tag.subjects import is_governed
from transforms.tag.vocabulary import Vocabulary
from transforms.tag.whom import Whom

MAX_DRAFTS = 40
MAX_SENTENCES = 150
MAX_AWAY = 2  # sentences from a deal to the one that names its sides
_GIVES = frozenset(("supply", "sell", "award", "lend", "serve"))


def read_drafts(page: Page, vocabulary: Vocabulary) -> list[Draft]:
    """Returns the drafts of a story in order of its sentences, unjoined."""
    reader = _Reader(page, vocabulary)
    drafts: list[Draft] = []
    for index in range(min(len(page.document.sentences), MAX_SENTENCES)):
        drafts += reader.sentence(index, drafts[-1] if drafts else None)
        if len(drafts) >= MAX_DRAFTS:
            break
    return drafts


def draft_of(page: Page, vocabulary: Vocabulary, group: Group, items: list[Item], parties: Parties) -> Draft:
    """The draft of a group whose parties are given."""
    reader = _Reader(page, vocabulary)
    draft = reader.finish(group, items, tidy_parties(parties))
    reader.price([draft], items, group.lead.sentence)
    return draft


class _Reader:
    """Reads sentences in order; remembers the deals that they told."""

    def __init__(self, page: Page, vocabulary: Vocabulary) -> None:
        self.page = page
        self.cues = vocabulary.cues[page.language]
        self.whom = Whom(page)
        self.targets: list[Mention] = []
        self.known: set[str] = set()

    def sentence(self, index: int, told: Draft | None = None) -> list[Draft]:
        """Returns the drafts of one sentence. told: the draft before it, which gets the sides that are named here."""
        page, sentence, mentions = self.page, self.page.document.sentences[index], self.page.mentions[index]
        if index > 4 and not any(m.kind in PARTY_KINDS for m in mentions):
            return []
        names = [m for m in mentions if m.kind in ("org", "state") and not m.is_demonym]
        items = read_items(page, index)
        if sentence.paragraph <= 1:
            page.story_objects.update({value for item in items for value in item.objects})
        self.whom.begin(index, names)
        drafts: list[Draft] = []
        events = read_events(items, index, page.headline[index])
        if events:
            groups = group_events(events, items, page.headline[index])
            has_names = any(group.parties for group in groups)
            for group in groups:
                if has_names and not group.parties and not any(event.has_pronoun for event in group.events):
                    continue
                draft = self._draft(group, items)
                if draft is not None:
                    drafts.append(draft)
                    self.whom.has_draft = True
                    self.known |= draft.keys()
        if drafts:
            self.price(drafts, items, index)
        if told is not None and index - told.sentence <= MAX_AWAY:
            _add_sides(told, read_sides(items, page.document.low))
        self.whom.end(index, names, items)
        return drafts

    def _draft(self, group: Group, items: list[Item]) -> Draft | None:
        page = self.page
        parties = self._parties(group, items)
        if not is_deal(group, parties, items, page) or not is_of_the_field(group, parties, page, self.known):
            page.near_misses += len(parties) >= 2 and group.lead.sentence <= 2
            return None
        return self.finish(group, items, parties)

    def finish(self, group: Group, items: list[Item], parties: Parties) -> Draft:
        """The draft of a group that is a deal, with its type, roles and figures."""
        lead, page = group.lead, self.page
        stake = find_stake(page, group, items, parties)
        parties = self._with_target(group, parties, stake is not None)
        kind = deal_type(group, parties, page.story_objects, None if stake is None else float(stake.pct))
        if lead.family == "deal" and not group.objects and self._is_contested(parties):
            kind = "acquisition"
        status, roles = read_status(page, group, items), assign_roles(kind, parties, [group])
        draft = Draft(kind, status, roles, lead.sentence, group, page.headline[lead.sentence])
        draft.at = items[lead.at].first
        if kind == "spectrum":
            self._add_licensor(draft)
        if kind == "acquisition":
            self.targets += [mention for mention, role in parties if role == "target"]
        draft.stake, draft.term = stake, find_term(page, group)
        draft.score = 0.45 + 0.15 * min(len(parties), 3) + (0.1 if group.has_noun else 0)
        return draft

    def _parties(self, group: Group, items: list[Item]) -> Parties:
        """Who takes part: those named in their places, and those to be understood."""
        lead = group.lead
        parties = [
            (mention, role)
            for mention, role in self.whom.named_by_country(group.parties, items)
            if may_be_party(mention, role)
            and not (mention.kind == "place" and self._is_location(mention, role, items, lead))
        ]
        parties = self.whom.complete(group, parties, items)
        return tidy_parties([(as_party(m), role) for m, role in parties], lead.family in ("acquire", "sell"))

    def _with_target(self, group: Group, parties: Parties, has_stake: bool) -> Parties:
        """Adds the story's target to a purchase of "the rest", and takes the owner of a stake's company for it."""
        if group.lead.family != "acquire" or any(role == "target" for _, role in parties):
            return parties
        if "control" in group.objects and self.targets:
            return [*parties, (self.targets[0], "target")]
        return [(m, "target" if has_stake and role == "seller" else role) for m, role in parties]

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
        """Whether a country is where, and not who: after any preposition but "with", "from" and some verbs' "to"."""
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

    def price(self, drafts: list[Draft], items: list[Item], index: int) -> None:
        """Gives the drafts of a sentence their sums."""
        document = self.page.document
        spans = []
        for draft in drafts:
            group = draft.group
            start, last = document.starts[items[group.first].first], items[min(group.last, len(items)) - 1].last - 1
            spans.append((start, document.ends[last], document.starts[items[group.lead.at].first]))
        for draft, value in zip(drafts, assign_values(self.page, index, spans)):
            draft.value = value
            if value is not None and draft.group.lead.family == "raise":
                draft.value = max(
                    filter(is_price, self.page.amounts[index]), key=lambda amount: amount.amount
                )  # and not a part


def _add_sides(draft: Draft, sides: Sides) -> None:
    """Adds the sellers, buyers or investors that a later sentence names, where the deal has none but its other side."""
    for mention, role in sides:
        known = any(same_name(mention.key, own.key) for own, _ in draft.parties)
        is_open = role in ("investor", "lender") or role not in draft.roles() or draft.added == role
        if role == "seller" and not is_open and draft.role_keys("seller") <= draft.group.owners:
            draft.parties = [(own, side) for own, side in draft.parties if side != "seller" or own.is_possessive]
            is_open = role not in draft.roles()  # the name before what is sold was its brand
        if fits(draft.deal_type, role) and is_open and not known:
            draft.parties.append((mention, role))
            draft.added = role

"""Drafts of deals, sentence by sentence: which events are deals of the field, of which type, between whom."""

from __future__ import annotations

from collections import Counter

from transforms.tag.deals import Draft, tidy_parties
from transforms.tag.figures import find_stake, find_term, find_value
from transforms.tag.frames import Event, read_events
from transforms.tag.grammar import Item, read_items
from transforms.tag.kinds import deal_type, kind_of
from transforms.tag.names import Mention
from transforms.tag.reading import Page
from transforms.tag.status import Hit, Status, read_hits, read_status
from transforms.tag.vocabulary import Node, Vocabulary

MAX_DRAFTS = 60
MAX_SENTENCES = 150
_OWN = frozenset(("acquire", "sell", "merge"))
_PAIRED = frozenset(
    "supply serve select award order launch partner jv swap host deal partner supply launch capacity service".split()
)
_OUTSIDE = frozenset(
    ("tech", "media", "integrator", "fund", "state", "agency", "military", "airline", "shipping", "other")
)
_PUBLIC_ROLES = frozenset("customer licensor lender investor seller first second partner acquirer".split())


def read_drafts(page: Page, vocabulary: Vocabulary) -> list[Draft]:
    """Returns the drafts of a story in order of its sentences, unjoined."""
    cues = vocabulary.cues[page.language]
    reader = _Reader(page, cues)
    drafts: list[Draft] = []
    for index in range(min(len(page.document.sentences), MAX_SENTENCES)):
        drafts += reader.sentence(index)
        if len(drafts) >= MAX_DRAFTS:
            break
    return drafts


class _Reader:
    def __init__(self, page: Page, cues: Node) -> None:
        self.page = page
        self.cues = cues
        self.subject: list[Mention] = []
        self.story_objects: Counter[str] = Counter()

    def sentence(self, index: int) -> list[Draft]:
        page = self.page
        sentence = page.document.sentences[index]
        mentions = page.mentions[index]
        spans = _token_spans(page, index)
        items = read_items(page.document, sentence, mentions, self.cues, spans)
        statuses, levels = read_hits(page.document, sentence.first, sentence.last, self.cues)
        if sentence.paragraph <= 1:
            self.story_objects.update({value for item in items for value in item.objects})
        drafts = []
        for event in read_events(items, index, page.headline[index]):
            draft = self._draft(event, items, statuses, levels)
            if draft is not None:
                drafts.append(draft)
        first = next((m for m in mentions if m.kind == "org" and not m.is_possessive), None)
        if first is not None:
            self.subject = [first]
        return _merge_sentence(drafts)

    def _draft(self, event: Event, items: list[Item], statuses: list[Hit], levels: list[Hit]) -> Draft | None:
        parties = [(mention, role) for mention, role in event.parties if role and _may_be_party(mention, role)]
        if event.has_pronoun and self.subject:
            parties += [(mention, _subject_role(event)) for mention in self.subject]
        parties = tidy_parties(
            [(self._as_party(mention), role) for mention, role in parties], event.family in ("acquire", "sell")
        )
        status = read_status(event, items, self.page.document, statuses, levels, self.page.language)
        if not self._is_deal(event, parties, items, status):
            return None
        if not self._is_of_the_field(event, parties):
            return None
        stake = find_stake(self.page, event, items)
        pct = float(stake.pct) if stake is not None else None
        kind = deal_type(event, event.objects, parties, self.story_objects, pct)
        draft = Draft(
            kind, status, _roles(kind, event, parties), event.sentence, event, self.page.headline[event.sentence]
        )
        draft.stake = stake
        draft.value = find_value(self.page, event, items)
        draft.term = find_term(self.page, event)
        draft.score = _strength(draft, event)
        return draft

    def _as_party(self, mention: Mention) -> Mention:
        if mention.kind == "place":
            return Mention(
                mention.first, mention.last, "state", "Government of " + mention.name, country=mention.country
            )
        return mention

    def _is_deal(self, event: Event, parties: list[tuple[Mention, str]], items: list[Item], status: Status) -> bool:
        """Whether the event is a transaction between parties, and no plain doing of one company."""
        family = event.family
        n = len(parties)
        objects = set(event.objects)
        if n == 0:
            return False
        has_contract = event.has_deal_noun or any(item.nouns for item in items)
        if family in ("acquire", "sell"):
            things = objects & {"asset", "company", "stake", "control", "spectrum"}
            return n >= 2 or bool(things) or event.is_noun
        if family == "merge":
            return n >= 2
        if family == "invest":
            return n >= 2 or "stake" in objects or (event.is_noun and bool(event.light))
        if family == "raise":
            return event.is_noun or (bool(self.page.amounts[event.sentence]) and (has_contract or "stake" in objects))
        if family == "lend":
            return n >= 2 and bool(self.page.amounts[event.sentence])
        if family in ("launch", "serve", "supply", "order", "award", "host"):
            return n >= 2 and (has_contract or _is_future(items, event.at) or event.is_noun)
        if family in ("jv",):
            return n >= 2 and (event.is_noun or "ventures" in objects or any("jv" in item.nouns for item in items))
        if event.is_noun and family in ("deal", "partner", "supply", "launch", "capacity", "service", "spectrum"):
            return n >= 2
        return n >= 2

    def _is_of_the_field(self, event: Event, parties: list[tuple[Mention, str]]) -> bool:
        """Whether a telecom or satellite company, asset or service is dealt in."""
        here = any(kind == "sector" for kind, _ in self.page.topics[event.sentence])
        near = here or any(kind == "sector" for kind, _ in self.page.topics[0])
        core = [m for m, _ in parties if m.company is not None and m.company.sectors and kind_of(m) not in _OUTSIDE]
        if core:
            return True
        loose = [m for m, _ in parties if m.company is not None and m.company.sectors]
        if loose:
            return near
        return here or (near and event.sentence <= 3)


def _token_spans(page: Page, index: int) -> list[tuple[int, int]]:
    """The sums of a sentence as token spans."""
    document = page.document
    sentence = document.sentences[index]
    spans = []
    amounts = page.amounts[index] if page.amounts else []
    i = sentence.first
    for amount in amounts:
        while i < sentence.last and document.ends[i] <= amount.start:
            i += 1
        j = i
        while j < sentence.last and document.starts[j] < amount.end:
            j += 1
        if j > i:
            spans.append((i, j))
            i = j
    return spans


def _may_be_party(mention: Mention, role: str) -> bool:
    if mention.kind == "unclear":
        return role in ("target", "customer") and mention.company is not None
    if mention.kind == "place":
        return (
            role in ("customer", "lender", "investor", "first", "second", "acquirer", "seller")
            and not mention.is_possessive
        )
    if mention.company is not None and mention.company.kind == "agency":
        return role in _PUBLIC_ROLES
    return mention.kind in ("org", "state")


def _subject_role(event: Event) -> str:
    from transforms.tag.frames import _NOUN_ROLES, _VERB_ROLES

    return _NOUN_ROLES[event.family][0] if event.is_noun else _VERB_ROLES[event.family][0]


def _is_future(items: list[Item], at: int) -> bool:
    """Whether will, would or "to" stands before the verb: what is promised, not what is done every day."""
    for item in items[max(0, at - 4) : at]:
        if item.word in ("will", "would", "to", "ll", "shall") or "be" in item.roles:
            return True
    return items[at].form in ("", "past")


def _merge_sentence(drafts: list[Draft]) -> list[Draft]:
    """Joins the drafts of one sentence that share a party: a verb and the noun beside it tell of one deal."""
    from transforms.tag.deals import join_drafts

    return join_drafts(drafts) if len(drafts) > 1 else drafts


def _strength(draft: Draft, event: Event) -> float:
    score = 0.4 + 0.15 * min(len(draft.parties), 3)
    if event.family in _OWN or event.has_deal_noun:
        score += 0.1
    if draft.value is not None:
        score += 0.1
    return score


_SUPPLY_SIDE = frozenset(
    "manufacturer equipment launch integrator tech satellite_operator ground_segment tower fibre cable".split()
)
_SIDES = {
    "supply_contract": ("supplier", "customer"),
    "service_contract": ("supplier", "customer"),
    "launch_contract": ("supplier", "customer"),
    "capacity": ("supplier", "customer"),
    "acquisition": ("acquirer", "target"),
    "asset_sale": ("acquirer", "seller"),
    "stake": ("investor", "target"),
    "financing": ("lender", "borrower"),
    "spectrum": ("acquirer", "licensor"),
}
_VALID = {
    "supply_contract": {"supplier", "customer"},
    "service_contract": {"supplier", "customer"},
    "launch_contract": {"supplier", "customer"},
    "capacity": {"supplier", "customer", "partner"},
    "acquisition": {"acquirer", "seller", "target"},
    "asset_sale": {"acquirer", "seller", "target"},
    "stake": {"investor", "target", "seller"},
    "financing": {"lender", "investor", "borrower"},
    "spectrum": {"acquirer", "seller", "licensor"},
    "merger": {"merging_party"},
    "joint_venture": {"partner"},
    "partnership": {"partner"},
}
_TRANSLATE = {
    "stake": {"acquirer": "investor"},
    "acquisition": {"investor": "acquirer", "borrower": "target"},
    "financing": {"investor": "investor", "target": "borrower"},
    "merger": {},
    "spectrum": {"target": "seller", "licensor": "licensor"},
    "capacity": {"acquirer": "customer", "seller": "supplier", "target": "supplier"},
    "supply_contract": {"acquirer": "customer", "seller": "supplier", "target": "supplier"},
}


def _roles(kind: str, event: Event, parties: list[tuple[Mention, str]]) -> list[tuple[Mention, str]]:
    """The parties with roles that the type knows."""
    valid = _VALID[kind]
    if len(valid) == 1:
        (only,) = valid
        return [(mention, only) for mention, _ in parties]
    roles = []
    translate = _TRANSLATE.get(kind, {})
    for mention, role in parties:
        role = translate.get(role, role)
        if role not in valid:
            role = _side(kind, mention, role)
        roles.append((mention, role))
    return roles


def _side(kind: str, mention: Mention, role: str) -> str:
    """The role of a party of an agreement whose words do not say who sells: by what the company is."""
    supplier, customer = _SIDES[kind]
    known = kind_of(mention)
    if kind == "capacity":
        return "customer" if known in ("mvno", "media", "tech", "other", "") else "supplier"
    if supplier == "supplier":
        if known in ("state", "agency", "military", "airline", "shipping", "mobile_operator", "fixed_operator"):
            return customer
        if known in _SUPPLY_SIDE:
            return supplier
        return supplier if role in ("first", "supplier") else customer
    return supplier if role in ("first", "investor", "acquirer", "lender") else customer

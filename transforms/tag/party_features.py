"""The names that may be a deal's parties, and what speaks for and against each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.features import MAX_TOLD, beside, near
from transforms.tag.mentions import Mention, as_party, same_name
from transforms.tag.reading import Page

MAX_NAMES = 24
_KINDS = frozenset(("org", "state", "place", "weak", "unclear", "person", "regulator", "adviser", "outlet"))
_BREAKS = frozenset(", ; : ( – — after while which who whose where that than as but said when because".split())
_JOINS = frozenset((",", "and", "&", "or", "y", "et", "e", "und"))
# The sides without which a deal of the type is not whole.
_ENDS = {
    "acquisition": ("acquirer", "target"),
    "asset_sale": ("acquirer", "seller"),
    "stake": ("investor", "target"),
    "financing": ("lender", "borrower"),
    "spectrum": ("acquirer", "seller", "licensor"),
}
Places = dict[str, list[tuple[int, Mention]]]


class Candidate(NamedTuple):
    """A name that may be a party: the rules' mention and role, or else its first mention and ""."""

    mention: Mention
    role: str
    features: list[str]

    @property
    def name(self) -> str:
        """The name of the party that it would be."""
        return as_party(self.mention).name


def candidates(page: Page, draft: Draft, drafts: Sequence[Draft]) -> list[Candidate]:
    """The names that may be a deal's parties, in order of the text. drafts: all deals of the story."""
    parties = {_key(mention): (mention, role) for mention, role in draft.parties}
    places: Places = {}
    for index in near(page, draft):
        for mention in page.mentions[index]:
            if mention.kind in _KINDS and not (mention.is_demonym and mention.kind != "state"):
                _file(places, index, mention, parties)
    for name, (mention, _) in parties.items():
        places.setdefault(name, [(min(draft.sentences), mention)])
    main = drafts[0]
    leads: dict[str, str] = {}  # who takes part in the main deal, and how; a further one may leave them to it
    if draft is not main:
        leads = {_key(mention): role for mention, role in main.parties}
        for mention, _ in main.parties:
            _file(places, min(main.sentences), mention, parties)
    others = {_key(mention) for other in drafts if other is not draft for mention, _ in other.parties}
    own = set(draft.sentences[:MAX_TOLD])
    titled = _order(name for name, at in places.items() if any(page.headline[index] for index, _ in at))
    inside = _order(name for name, at in places.items() if any(index in own for index, _ in at))
    shared = _shared(draft, len(places))
    rows = []
    for place, (name, at) in enumerate(places.items()):
        index, mention = next((entry for entry in at if entry[0] in own), at[0])
        party, role = parties.get(name, (mention, ""))
        facts = [
            *shared,
            *_of_name(draft, party),
            *_of_place(page, draft, drafts, index, mention),
            "times=%d" % min(len(at), 3),
            "place=%d" % min(place, 4),
            "title=%d" % min(titled.get(name, -1), 3),
            "inside=%d" % min(inside.get(name, -1), 4),
        ]
        if name in others:
            facts.append("other")
        if draft is not main:
            facts.append("main=" + leads.get(name, "no"))
        if name in leads:
            facts.append("main=%s %s" % (leads[name], draft.deal_type))
        before, after = beside(page, index, mention.first, mention.last)
        facts += ["< " + before[2], "< %s %s" % (before[1], before[2]), "> " + after[0], "> " + " ".join(after[:2])]
        mark = "+" if role else "-"
        features = [mark, *(mark + fact for fact in facts), *("<<" + w for w in before), *(">>" + w for w in after)]
        if role:
            features += ["role=" + role, "role=%s %s" % (draft.deal_type, role)]
        rows.append(Candidate(party, role, list(dict.fromkeys(features))))
    return rows


def _key(mention: Mention) -> str:
    """What two mentions of one party share: a country is its government."""
    return "government of " + mention.key if mention.kind == "place" else mention.key


def _file(places: Places, index: int, mention: Mention, parties: dict[str, tuple[Mention, str]]) -> None:
    """Files a mention under its name, or a longer or shorter form of it; a party beside its own unit stays apart."""
    name = _key(mention)
    if name not in places and name not in parties:
        name = next((known for known in (*places, *parties) if same_name(known, name)), name)
    if name in places or len(places) < MAX_NAMES:
        places.setdefault(name, []).append((index, mention))


def _order(names: Iterator[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _shared(draft: Draft, names: int) -> list[str]:
    """What holds for all names beside a deal."""
    roles = draft.roles()
    lacking = [role for role in _ENDS.get(draft.deal_type, ()) if role not in roles]
    return [
        "type=" + draft.deal_type,
        "lacking=" + ",".join(lacking),
        "found=%d" % min(len(draft.parties), 3),
        "names=%d" % min(names, 6),
    ]


def _of_name(draft: Draft, mention: Mention) -> list[str]:
    kind = kind_of(mention) or "?"
    return [
        "kind=" + kind,
        "is=" + mention.kind,
        "listed" if mention.company is not None else "unlisted",
        "%s %s" % (draft.deal_type, kind),
    ]


def _of_place(page: Page, draft: Draft, drafts: Sequence[Draft], index: int, mention: Mention) -> Iterator[str]:
    """Where a name stands: in which sentence, how far from the deal's verb or noun, nearer to another deal's or not."""
    yield "away=%d" % max(-1, min(index - min(draft.sentences[:MAX_TOLD]), 4))
    yield "begins" if mention.first - page.document.sentences[index].first < 2 else "within"
    if mention.is_possessive:
        yield "possessive"
    if _is_listed_with(page, draft, index, mention):
        yield "beside a party"
    if index != draft.sentence:
        return
    gap = mention.first - draft.at
    side = "after" if gap > 0 else "before"
    low, high = sorted((mention.first, draft.at))
    between = sum(1 for m in page.mentions[index] if low < m.first < high and m.kind in ("org", "state"))
    yield "%s=%d" % (side, min(abs(gap) // 4, 4))
    yield "%s names=%d" % (side, min(between, 3))
    yield "%s %s" % (side, draft.group.lead.family)
    yield from ("%s %s" % (side, mark) for mark in sorted(_BREAKS.intersection(page.document.low[low:high])))
    if any(
        other is not draft and other.sentence == index and abs(mention.first - other.at) < abs(gap) for other in drafts
    ):
        yield "nearer other"


def _is_listed_with(page: Page, draft: Draft, index: int, mention: Mention) -> bool:
    """Whether a party by the rules stands next to a name in a list: "A, B and C"."""
    keys, low = draft.keys(), page.document.low
    for other in page.mentions[index]:
        first, last = (mention.last, other.first) if other.first > mention.first else (other.last, mention.first)
        if other is not mention and 0 < last - first <= 2 and other.key in keys and {*low[first:last]} <= _JOINS:
            return True
    return False

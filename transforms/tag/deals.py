"""Events become deals: those of one transaction are joined across the sentences of a story."""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.tag.amounts import Amount
from transforms.tag.groups import Group
from transforms.tag.mentions import Mention, is_brand, same_name
from transforms.tag.status import Status
from transforms.tag.terms import Stake, Term

_OWNERSHIP = frozenset(("acquisition", "merger", "asset_sale", "stake"))
_CONTRACTS = frozenset(
    ("supply_contract", "service_contract", "launch_contract", "capacity", "partnership", "joint_venture")
)
_PEERS = frozenset(("merging_party", "partner"))


@dataclass(slots=True)
class Draft:
    """A deal in the making. sentence: where it is asserted first; at: the token of its verb or noun there.

    is_share: one of several deals that were told as one, so its parties and its sum are its own.
    source: how it was found: read by the "rules", "doubted" by them, or a "guess" that marks where a deal may be told.
    """

    deal_type: str
    status: Status
    parties: list[tuple[Mention, str]]
    sentence: int
    group: Group
    in_headline: bool = False
    value: Amount | None = None
    stake: Stake | None = None
    term: Term | None = None
    score: float = 0.0
    added: str = ""  # the role of those whom a later sentence names
    sentences: list[int] = field(default_factory=list)
    statuses: list[tuple[int, Status]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    at: int = -1
    is_share: bool = False
    source: str = "rules"

    def keys(self) -> set[str]:
        return {mention.key for mention, _ in self.parties}

    def roles(self) -> set[str]:
        return {role for _, role in self.parties}

    def role_keys(self, *roles: str) -> set[str]:
        return {mention.key for mention, role in self.parties if role in roles}


def shared(a: set[str], b: set[str]) -> int:
    return sum(any(same_name(x, y) for y in b) for x in a)


def join_drafts(drafts: list[Draft]) -> list[Draft]:
    """Joins the drafts of one transaction, in order of the text; the first keeps its place."""
    joined: list[Draft] = []
    for draft in drafts:
        partner = next((other for other in joined if is_same_deal(other, draft)), None)
        if partner is None:
            draft.sentences.append(draft.sentence)
            draft.statuses.append((draft.sentence, draft.status))
            draft.groups.append(draft.group)
            joined.append(draft)
        else:
            _absorb(partner, draft)
    return joined


def is_same_deal(a: Draft, b: Draft) -> bool:
    """Whether two drafts tell of one transaction: types that go together, shared parties, none that contradict."""
    if a.deal_type != b.deal_type and same_parties(a, b) and (a.in_headline or b.sentence - a.sentence <= 1):
        return not _targets_differ(a, b)
    if {a.deal_type, b.deal_type} == _EQUITY and b.sentence - a.sentence <= 1:
        return shared(a.keys(), b.keys()) > 0
    if a.deal_type != b.deal_type and not (
        {a.deal_type, b.deal_type} <= _OWNERSHIP or {a.deal_type, b.deal_type} <= _CONTRACTS
    ):
        return False
    keys_a, keys_b = a.keys(), b.keys()
    common = shared(keys_a, keys_b)
    if (
        not common
        and b.group.is_definite
        and {a.deal_type, b.deal_type} <= _OWNERSHIP
        and 0 < b.sentence - a.sentence <= 2
    ):
        return not (a.roles() & b.roles())
    if (
        a.value
        and b.value
        and a.value.amount != b.value.amount
        and a.value.kind == "value" == b.value.kind
        and common < 2
    ):
        return False
    if not common:
        return (not keys_b or not keys_a) and abs(a.sentence - b.sentence) <= 2
    if common >= 2 or common == len(keys_a) == len(keys_b):
        return not _targets_differ(a, b)
    if (len(keys_a) == 1 or len(keys_b) == 1) and (a.in_headline or b.sentence - max(a.sentences) <= 3):
        return not _targets_differ(a, b)
    return False


def same_parties(a: Draft, b: Draft) -> bool:
    """Whether two drafts are between the same two or more parties."""
    x, y = a.keys(), b.keys()
    return len(x) >= 2 and len(y) >= 2 and shared(x, y) == min(len(x), len(y))


_EQUITY = frozenset(("stake", "financing"))


def _targets_differ(a: Draft, b: Draft) -> bool:
    x, y = a.role_keys("target"), b.role_keys("target")
    return bool(x and y) and not shared(x, y)


def _absorb(draft: Draft, other: Draft) -> None:
    """Takes in what the other one knows more."""
    known = draft.keys()
    same_sentence = draft.sentence == other.sentence
    room = len(draft.parties) < 2 or draft.in_headline or same_sentence or _nearby(draft, other)
    for mention, role in other.parties:
        if any(same_name(mention.key, key) for key in known) and not _is_owner(draft, mention, role):
            _lengthen(draft, mention)
        elif room:
            draft.parties.append((mention, role))
            known.add(mention.key)
    if draft.in_headline and not other.in_headline and len(draft.groups) == 1:
        _take_roles(draft, other)
    draft.value = draft.value or other.value
    draft.stake = draft.stake or other.stake
    draft.term = draft.term or other.term
    draft.score = max(draft.score, other.score)
    draft.sentences.append(other.sentence)
    draft.statuses.append((other.sentence, other.status))
    draft.groups.append(other.group)
    is_body = draft.in_headline and not other.in_headline and len(draft.groups) == 2
    both_own = {draft.deal_type, other.deal_type} <= _OWNERSHIP and is_body and len(other.parties) >= 2
    if other.deal_type != draft.deal_type and (other.group.strength > draft.group.strength or both_own):
        draft.deal_type, draft.group = other.deal_type, other.group
    if draft.in_headline and not other.in_headline and draft.sentence == 0:
        draft.sentence, draft.at = other.sentence, other.at
        draft.status = other.status


def _take_roles(draft: Draft, other: Draft) -> None:
    """Takes the roles of the text for those of the headline, which leaves out small words."""
    if len(other.roles()) < 2 or (draft.deal_type != other.deal_type and other.deal_type not in _OWNERSHIP):
        return
    for i, (mention, role) in enumerate(draft.parties):
        told = next((own for party, own in other.parties if party.key == mention.key), role)
        draft.parties[i] = (mention, told)


def _nearby(draft: Draft, other: Draft) -> bool:
    return other.sentence - draft.sentences[-1] <= 1


def _is_owner(draft: Draft, mention: Mention, role: str) -> bool:
    """Whether a seller is named as the unit it sells is: Telefónica of Telefónica Chile."""
    if role != "seller" or any(other.key == mention.key for other, _ in draft.parties):
        return False
    return any(own == "target" and other.key.startswith(mention.key + " ") for other, own in draft.parties)


def _lengthen(draft: Draft, mention: Mention) -> None:
    """Prefers the longer writing of one name where no list knows it."""
    for i, (own, role) in enumerate(draft.parties):
        if same_name(own.key, mention.key) and own.company is None and len(mention.name) > len(own.name):
            draft.parties[i] = (mention, role)


def tidy_parties(parties: list[tuple[Mention, str]], keeps_roles: bool = False) -> list[tuple[Mention, str]]:
    """Leaves one entry a company: the first role it was given; an owner beside its own unit stays."""
    kept: list[tuple[Mention, str]] = []
    for mention, role in parties:
        for i, (other, _) in enumerate(kept):
            if same_name(other.key, mention.key) and other.key != "" and not (keeps_roles and other.key != mention.key):
                if (len(mention.name) > len(other.name) and other.company is None) or (
                    is_brand(other) and not is_brand(mention)
                ):
                    kept[i] = (mention, kept[i][1])
                break
        else:
            kept.append((mention, role))
    return kept

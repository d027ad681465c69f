"""One award to several, each with a sum of its own, is one deal each: "$80 million for A and $45 million for B"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from transforms.tag.amounts import Amount
from transforms.tag.deals import Draft
from transforms.tag.figures import is_price
from transforms.tag.mentions import Mention, same_name
from transforms.tag.reading import Page

_SPLIT = ("supplier", "target", "acquirer", "customer", "seller")
_WHOLE = frozenset(("merger", "joint_venture", "partnership", "stake", "financing"))
MAX_GAP = 160  # code points between a name and its sum
MAX_AFTER = 2  # sentences after the deal's own


def split_drafts(page: Page, drafts: list[Draft]) -> list[Draft]:
    """Returns the drafts, with those taken apart whose winners or sellers have each their own sum."""
    found: list[Draft] = []
    for draft in drafts:
        found += _shares(page, draft) or [draft]
    return found


def _shares(page: Page, draft: Draft) -> list[Draft]:
    if draft.deal_type in _WHOLE:
        return []
    if draft.deal_type == "spectrum" and not {"acquirer", "target"} & draft.roles():
        return _winners(page, draft)
    for role in _SPLIT:
        members = [mention for mention, own in draft.parties if own == role]
        if len(members) < 2 or (role == "acquirer" and "target" in draft.roles()):
            continue
        last = max(draft.sentences)
        for index in [*draft.sentences, *range(last + 1, min(last + 1 + MAX_AFTER, len(page.amounts)))]:
            pairs = own_sums(page, index, members)
            if len(pairs) >= 2:
                return [_share(draft, role, members, member, amount) for member, amount in pairs]
    return []


def _winners(page: Page, draft: Draft) -> list[Draft]:
    """The bidders of an auction whom only the sentences after it name, each with what it pays."""
    known, last = draft.keys(), max(draft.sentences)
    for index in range(last, min(last + 1 + MAX_AFTER, len(page.amounts))):
        named = {m.key: m for m in page.mentions[index] if m.kind == "org" and not m.is_demonym}
        winners = [m for key, m in named.items() if key not in known]
        pairs = own_sums(page, index, winners) if len(winners) >= 2 else []
        if len(pairs) >= 2:
            return [_share(draft, "acquirer", winners, member, amount) for member, amount in pairs]
    return []


def _share(draft: Draft, role: str, members: list[Mention], member: Mention, amount: Amount) -> Draft:
    """One member's part of a draft; who is not among the members takes part in all of them."""
    keys = {mention.key for mention in members}
    parties = [(mention, own) for mention, own in draft.parties if own != role or mention.key not in keys]
    return replace(
        draft,
        parties=[(member, role), *parties],
        value=amount,
        is_share=True,
        sentences=list(draft.sentences),
        statuses=list(draft.statuses),
        groups=list(draft.groups),
    )


def own_sums(page: Page, index: int, members: list[Mention]) -> list[tuple[Mention, Amount]]:
    """The members with the sum that stands beside each in a sentence; none unless each of those named has its own."""
    starts = page.document.starts
    places: list[tuple[int, Mention | Amount]] = [
        (starts[mention.first], member)
        for mention in page.mentions[index]
        for member in members
        if same_name(mention.key, member.key)
    ]
    if len({member for _, member in places}) < 2:
        return []
    places += [(amount.start, amount) for amount in page.amounts[index] if is_price(amount)]
    places.sort(key=lambda place: place[0])
    return _pairs(places) or _pairs(places[::-1])[::-1]


def _pairs(places: list[tuple[int, Mention | Amount]]) -> list[tuple[Mention, Amount]]:
    """Every name with the sum next to it in this direction; none where a name has no sum."""
    pairs: dict[str, tuple[Mention, Amount]] = {}
    named = {place.key for _, place in places if isinstance(place, Mention)}
    for (at, place), (then, following) in pairwise(places):
        if isinstance(place, Mention) and isinstance(following, Amount) and abs(then - at) <= MAX_GAP:
            pairs.setdefault(place.key, (place, following))
    return list(pairs.values()) if set(pairs) == named else []

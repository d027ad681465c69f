"""The sums that may be a deal's value, and what speaks for and against each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from transforms.tag.amounts import Amount
from transforms.tag.deals import Draft
from transforms.tag.features import MAX_TOLD, beside, near
from transforms.tag.mentions import Mention, same_name
from transforms.tag.reading import Page

MAX_SUMS = 24


def sums(page: Page, draft: Draft, drafts: Sequence[Draft]) -> list[tuple[Amount, list[str]]]:
    """The sums that may be a deal's value with their features, in order of the text. drafts: all deals of the story."""
    if not page.amounts:
        return []
    found = [(index, amount) for index in near(page, draft) for amount in page.amounts[index]][:MAX_SUMS]
    others = {other.value.start for other in drafts if other is not draft and other.value is not None}
    own = set(draft.sentences[:MAX_TOLD])
    most = max((amount.amount for _, amount in found), default=0)
    strangers = {index: _strangers(page, draft, index) for index, _ in found}
    starts = page.document.starts
    rows = []
    for place, (index, amount) in enumerate(found):
        facts = [
            "any" if draft.value is not None else "none",
            "kind=" + amount.kind,
            "role=%s" % amount.role,
            "qualifier=" + amount.qualifier,
            "title" if page.headline[index] else "text",
            "own" if index in own else "near",
            "other" if amount.start in others else "free",
            "away=%d" % max(-1, min(index - min(own), 4)),
            "place=%d" % min(place, 3),
            "sums=%d" % min(len(found), 4),
            "most" if amount.amount == most else "less",
            "times=%d" % min(sum(is_same_sum(amount, other) for _, other in found), 3),
            "strangers=%d" % min(len(strangers[index]), 2),
            "behind" if any(starts[m.first] < amount.start for m in strangers[index]) else "before",
            "size=%d" % min(amount.amount.adjusted(), 12),
            "type=" + draft.deal_type,
        ]
        mark = "+" if draft.value is not None and is_same_sum(draft.value, amount) else "-"
        features = [mark, *(mark + fact for fact in facts), *facts, *_beside(page, index, amount)]
        rows.append((amount, list(dict.fromkeys(features))))
    return rows


def is_same_sum(a: Amount, b: Amount) -> bool:
    """Whether two figures of a text say the same."""
    return a.amount == b.amount and a.currency == b.currency


def _strangers(page: Page, draft: Draft, index: int) -> list[Mention]:
    """The companies that a sentence names and that are not the deal's parties."""
    own = draft.keys()
    named = [m for m in page.mentions[index] if m.kind == "org" and not m.is_demonym]
    return [m for m in named if not any(same_name(m.key, party) for party in own)]


def _beside(page: Page, index: int, amount: Amount) -> list[str]:
    """The three words before and after a sum."""
    starts = page.document.starts
    before, after = beside(page, index, bisect_left(starts, amount.start), bisect_left(starts, amount.end))
    pairs = ["< " + " ".join(before[1:]), "> " + " ".join(after[:2])]
    return ["<<" + word for word in before] + [">>" + word for word in after] + pairs

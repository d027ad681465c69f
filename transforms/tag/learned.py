"""The last word on a deal's type, status, parties, roles and value: models weigh what the rules read with all the rest.

They were fitted to stories that no rule was written for, so they know how often the rules are right, and on what.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.tag.amounts import Amount
from transforms.tag.deals import Draft
from transforms.tag.features import status_features, type_features
from transforms.tag.linear import load_model
from transforms.tag.parties import cast
from transforms.tag.reading import Page
from transforms.tag.status import Status
from transforms.tag.sum_features import sums

# From where a sum that the rules did not take is taken, and below which theirs is left out.
ADD_SUM, LEAVE_SUM = 0.5, 0.4
# What the rules' own word counts more than the models learned from stories that are hard on rules.
TRUST = 0.4


def refine(page: Page, drafts: Sequence[Draft]) -> None:
    """Settles type, status, parties, roles and value of the deals of a story, in place."""
    settled = []
    for draft in drafts:
        kind = load_model("type").best(type_features(page, draft), draft.deal_type, _trust(draft))
        value = draft.value if draft.is_share else _value(page, draft, drafts)
        settled.append((kind, _status(page, draft), cast(page, draft, drafts, kind, _trust(draft)), value))
    taken: set[int] = set()
    for draft, (kind, status, parties, value) in zip(drafts, settled):
        draft.deal_type, draft.status, draft.parties = kind, status, parties
        draft.value = next((v for v in (value, value and draft.value) if v is None or v.start not in taken), None)
        if draft.value is not None:
            taken.add(draft.value.start)


def _trust(draft: Draft) -> float:
    """How much more than the models learned the rules' word counts; of a guess nothing."""
    return 0.0 if draft.source == "guess" else TRUST


def _status(page: Page, draft: Draft) -> Status:
    """The status, with the words that say it where the rules found some, else with the deal's own verb."""
    value = load_model("status").best(status_features(page, draft), draft.status.status, _trust(draft))
    if value == draft.status.status:
        return draft.status
    told = next((status for _, status in draft.statuses if status.status == value), None)
    return told or draft.status._replace(status=value)


def _value(page: Page, draft: Draft, drafts: Sequence[Draft]) -> Amount | None:
    """The likeliest sum where it is likely enough, else the one that the rules took, if that is not too unlikely."""
    model = load_model("value")
    rated = [(model.probability(features), -amount.start, amount) for amount, features in sums(page, draft, drafts)]
    chance, _, best = max((row for row in rated if row[2].currency is not None), default=(0.0, 0, None))
    if best is not None and chance >= ADD_SUM:
        return best
    if draft.value is None:
        return None
    own = next((row[0] for row in rated if row[2].start == draft.value.start), 1.0)
    return draft.value if own >= LEAVE_SUM else None

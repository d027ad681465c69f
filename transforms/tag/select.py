"""Which drafts are deals of the story, which comes first, and how sure that is."""

from __future__ import annotations

from transforms.tag.deals import Draft
from transforms.tag.figures import value_nearby
from transforms.tag.reading import Page
from transforms.tag.roles import assign_roles
from transforms.tag.status import Status
from transforms.tag.trades import trade_type

MAX_DEALS = 12


def choose_deals(page: Page, drafts: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Returns the deals of the story, main deal first, and the drafts that the rules doubt, in order of the text."""
    kept = [draft for draft in drafts if _counts(page, draft)]
    kept.sort(key=lambda draft: (not draft.in_headline, draft.status.level == "background", min(draft.sentences)))
    if kept and not any(min(draft.sentences) <= 2 or _has_paragraph(draft) for draft in kept):
        kept = []
    taken = {draft.value.start for draft in kept if draft.value is not None}
    _drop_repeated_values(kept)
    for i, draft in enumerate(kept):
        if draft.value is None:
            draft.value = value_nearby(page, max(draft.sentences[:2]), taken, draft.keys(), 2 if i == 0 else 1)
            taken |= {draft.value.start} if draft.value is not None else set()
        if draft.term is None and i == 0:
            draft.term = next(
                (term for i in draft.sentences for k in (i, i + 1) if k < len(page.terms) for term in page.terms[k]),
                None,
            )
    doubted = [draft for draft in drafts if not any(draft is own for own in kept)]
    for draft in kept + doubted:
        _settle(page, draft)
    for draft in doubted:
        draft.source = "doubted" if draft.source == "rules" else draft.source
    return kept[:MAX_DEALS], doubted[:MAX_DEALS]


def _settle(page: Page, draft: Draft) -> None:
    """Settles status, type and roles by all the sentences that tell of a deal."""
    draft.status = _status(draft)
    draft.deal_type = _type(page, draft)
    if draft.value is not None and draft.value.role == "valuation" and draft.deal_type in ("merger", "stake"):
        draft.value = None
    draft.parties = assign_roles(draft.deal_type, draft.parties, draft.groups)


def _counts(page: Page, draft: Draft) -> bool:
    """Whether a draft is a deal: two sides, or one side and news; background needs both sides in a main clause."""
    early = draft.in_headline or min(draft.sentences) <= 2
    if draft.deal_type == "spectrum" and draft.status.status != "terminated" and not _has_bidder(draft):
        return False
    if draft.group.is_aside and not draft.in_headline and len(draft.sentences) == 1:
        return False
    if draft.status.level == "denied" and len(draft.parties) < 2:
        return False
    is_settled = draft.status.status in ("terminated", "approved") and len(draft.parties) >= 2
    if (
        draft.group.is_bare
        and not is_settled
        and not draft.in_headline
        and len(draft.sentences) == 1
        and min(draft.sentences) > 1
    ):
        return False
    if draft.status.level == "background" and not early:
        return len(draft.parties) >= 2
    if early:
        return True
    return len(draft.parties) >= 2


def _has_bidder(draft: Draft) -> bool:
    """Whether somebody but the state is a party: an auction that is only planned has no bidder."""
    return any(m.kind != "state" and (m.company is None or m.company.kind != "agency") for m, _ in draft.parties)


def _has_paragraph(draft: Draft) -> bool:
    return len(draft.sentences) >= 2 or len(draft.parties) >= 2


def _type(page: Page, draft: Draft) -> str:
    """The type of a bare agreement, from all the sentences that tell of it."""
    if max(group.strength for group in draft.groups) >= _PLAIN or draft.deal_type in _SETTLED:
        return draft.deal_type
    return trade_type(draft.groups, draft.parties, page.story_objects)


_PLAIN = 6.4  # groups.rank of the words that name no kind of deal lies below
_RUNNING = frozenset(("supply_contract", "service_contract", "launch_contract", "capacity", "partnership"))
_SETTLED = frozenset(("acquisition", "merger", "asset_sale", "stake", "financing"))


def _drop_repeated_values(drafts: list[Draft]) -> None:
    """A sum belongs to one deal: the one whose verb is nearest."""
    by_start: dict[int, Draft] = {}
    for draft in drafts:
        if draft.value is None:
            continue
        if draft.value.start in by_start:
            draft.value = None
        else:
            by_start[draft.value.start] = draft


def _status(draft: Draft) -> Status:
    """The status told the most plainly, the draft's own sentence and those near it first."""

    def weight(entry: tuple[int, Status]) -> float:
        index, status = entry
        return status.weight - 1.5 * abs(index - draft.sentence) * (index != 0)

    return max(draft.statuses, key=weight)[1] if draft.statuses else draft.status

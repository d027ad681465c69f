"""Which sum, stake and term belong to an event."""

from __future__ import annotations

from transforms.tag.amounts import Amount
from transforms.tag.grammar import Item
from transforms.tag.groups import Group
from transforms.tag.reading import Page
from transforms.tag.terms import Stake, Term

_REFERENCES = frozenset(
    "deal transaction agreement contract price purchase acquisition takeover merger sale offer bid order consideration "
    "stake investment valued worth pays paid pay cost costs buyer acuerdo operación contrato precio accord opération "
    "contrat prix montant accordo operazione contratto prezzo valore vertrag kaufpreis preis geschäft auftrag wert "
    "acordo operação negócio valor preço importe".split()
)


_GENERAL = frozenset(
    "list usually normally typically average norma normalement généralement normalmente üblicherweise".split()
)


def is_price(amount: Amount) -> bool:
    """Whether a sum can be what a deal is worth."""
    return amount.kind == "value" and amount.role in (None, "valuation") and amount.currency is not None


def find_value(page: Page, group: Group, items: list[Item]) -> Amount | None:
    """The sum of the event's own clause that is nearest after its verb, or the nearest of its sentence."""
    amounts = [amount for amount in page.amounts[group.lead.sentence] if is_price(amount)]
    if not amounts:
        return None
    starts = page.document.starts
    verb = starts[items[group.lead.at].first]
    first = starts[items[group.first].first]
    last = page.document.ends[items[min(group.last, len(items)) - 1].last - 1]
    inside = [amount for amount in amounts if first <= amount.start < last]
    return min(inside or amounts, key=lambda amount: _distance(amount, verb))


def _distance(amount: Amount, verb: int) -> tuple[bool, int]:
    plain = amount.role is None
    gap = amount.start - verb
    return (not plain, gap if gap >= 0 else -gap + 25)


def value_nearby(page: Page, sentence: int, taken: set[int]) -> Amount | None:
    """A sum of the next two sentences, where the sentence speaks of the deal and tells of no other."""
    document = page.document
    for index in range(sentence + 1, min(sentence + 3, len(document.sentences))):
        part = document.sentences[index]
        words = document.low[part.first : part.last]
        if not _REFERENCES & set(words) or _GENERAL & set(words):
            continue
        for amount in page.amounts[index]:
            if is_price(amount) and amount.start not in taken:
                return amount
    return None


def find_stake(page: Page, group: Group, items: list[Item]) -> Stake | None:
    """The stake in an event of ownership."""
    if group.lead.family not in ("acquire", "sell", "invest"):
        return None
    starts = page.document.starts
    first = starts[items[group.first].first]
    last = page.document.ends[items[min(group.last, len(items)) - 1].last - 1]
    stakes = [stake for stake in page.stakes[group.lead.sentence] if first <= stake.start < last]
    verb = starts[items[group.lead.at].first]
    return min(stakes, key=lambda stake: abs(stake.start - verb), default=None)


def find_term(page: Page, group: Group) -> Term | None:
    """The first term of the event's sentence."""
    if group.lead.family in ("acquire", "sell", "merge"):
        return None
    return next(iter(page.terms[group.lead.sentence]), None)

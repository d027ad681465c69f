"""Which sum, stake and term belong to an event."""

from __future__ import annotations

import re
from decimal import Decimal

from transforms.tag.amounts import Amount
from transforms.tag.groups import Group
from transforms.tag.items import Item
from transforms.tag.mentions import Mention, same_name
from transforms.tag.reading import Page
from transforms.tag.terms import Stake, Term

MIN_PRICE = 10_000
_REFERENCES = frozenset(
    "custou custaram costó cuesta coûte coûté costa costato kostet zahlt paga pagará paie paiera total sum deal "
    "transaction agreement contract price purchase acquisition takeover merger sale offer bid order consideration "
    "stake investment valued worth pays paid pay cost costs buyer acuerdo operación contrato precio accord "
    "opération contrat prix montant accordo operazione contratto prezzo valore vertrag kaufpreis preis geschäft "
    "auftrag wert acordo operação negócio valor preço importe offre oferta offerta angebot paying payable payment "
    "table tisch mesa tavolo fetch lay shell spend spends spending spent fork hand "
    "fetches fetched priced proceeds outlay transfer bond loan facility round financing grant tag".split()
)


_FOR = re.compile(
    r"\b(?:for|at)(?: (?:about|around|some|roughly|nearly|over|only|just|up to|more than|a price of))? ?$"
)
_PRICE_IS = re.compile(
    r"\b(?:purchase price|price tag|deal price|sale price|consideration|kaufpreis|prix|precio|prezzo|preço|contract"
    r"|(?:the|this) (?:transaction|deal|sale|acquisition|takeover|merger|purchase|agreement|order|contract)) "
    r"(?:is|was|will be|would be|has been|comes to|came to|is put at|was put at|amounts to|runs to|ist|beträgt|est|es|"
    r"è|valued|worth|totals|totalled|of|at)(?: [a-z]+){0,3} ?$"
)
_THE = re.compile(r"(?:^|\n|[.,;:] |[-–—] |\b(?:and|but) )(?:the|los|les|die|gli|i|os) $")
_FOR_IT = re.compile(r" (?:for|pour|por|per|für) (?:it|them|both|the lot|all of it|the whole)\b")
_MARKET = re.compile(r"(?i)\b(?:(?:current|market|closing|trading|today's) prices?|on the (?:exchange|stock market))\b")
MAX_FURTHER = 4  # sentences in which only what is called the price counts
_GENERAL = frozenset(
    "list usually normally typically average norma normalement généralement normalmente üblicherweise".split()
)


def is_price(amount: Amount) -> bool:
    """Whether a sum can be what a deal is worth."""
    if amount.amount < MIN_PRICE:
        return False  # a share, a bill
    return amount.kind == "value" and amount.role in (None, "valuation", "market") and amount.currency is not None


def assign_values(page: Page, sentence: int, spans: list[tuple[int, int, int]]) -> list[Amount | None]:
    """Gives each sum of a sentence to the nearest deal told in it. spans: (start, end, verb) of each, in code points.

    A deal whose clause holds the sum comes first, and sums after a verb before those ahead of it; of several sums of
    one deal the nearest counts.
    """
    best: list[tuple[tuple[bool, bool, bool, int], Amount] | None] = [None] * len(spans)
    for amount in page.amounts[sentence]:
        if not is_price(amount) or not spans:
            continue
        rated = []
        is_paid = _FOR.search(page.document.full, max(0, amount.start - 24), amount.start) is not None
        for i, (start, end, verb) in enumerate(spans):
            gap = amount.start - verb
            is_inside, is_cost = start <= amount.start < end, amount.role is not None
            rated.append(((not is_inside, is_cost, gap <= 0 or not is_paid, gap if gap >= 0 else 25 - gap), i))
        rating, i = min(rated)
        held = best[i]
        if held is None or rating < held[0]:
            best[i] = (rating, amount)
    return [None if held is None else held[1] for held in best]


def value_nearby(page: Page, sentence: int, taken: set[int], names: set[str], reach: int) -> Amount | None:
    """A sum of the next ``reach`` sentences, where the sentence speaks of the deal and of no other company.

    names: the keys of the deal's parties. Further down only what is called the price, or "the $5 million", counts.
    """
    document = page.document
    for index in range(sentence + 1, min(sentence + 1 + reach + MAX_FURTHER, len(document.sentences))):
        part = document.sentences[index]
        words = document.low[part.first : part.last]
        others = [m for m in page.mentions[index] if m.kind == "org" and m.company is not None and not m.is_demonym]
        others = [m for m in others if not any(same_name(m.key, name) for name in names)]
        ceiling = document.starts[others[0].first] if others else document.ends[part.last - 1]
        if _GENERAL & set(words) or _MARKET.search(
            document.full, document.starts[part.first], document.ends[part.last - 1]
        ):
            continue
        is_near = index <= sentence + reach
        speaks_of_deal = is_near and bool(_REFERENCES & set(words))
        for amount in page.amounts[index]:
            if not is_price(amount) or amount.start in taken or amount.start > ceiling:
                continue
            if speaks_of_deal or _is_the_price(document.full, amount, is_near):
                return amount
    return None


def _is_the_price(text: str, amount: Amount, is_near: bool) -> bool:
    """Whether a sum is called the price where it stands; near the deal "the $5 million" and "$5 million for it" do."""
    before, after = text[max(0, amount.start - 60) : amount.start].lower(), text[amount.end : amount.end + 24].lower()
    if _PRICE_IS.search(before):
        return True
    return is_near and bool(_THE.search(before) or _FOR_IT.match(after))


def find_stake(page: Page, group: Group, items: list[Item], parties: list[tuple[Mention, str]]) -> Stake | None:
    """The stake in an event of ownership; one told after the company that is bought is another thing."""
    if group.lead.family not in ("acquire", "sell", "invest"):
        return None
    starts = page.document.starts
    first = starts[items[group.first].first]
    last = page.document.ends[items[min(group.last, len(items)) - 1].last - 1]
    verb = starts[items[group.lead.at].first]
    targets = [starts[m.first] for m, role in parties if role == "target" and starts[m.first] > verb]
    if targets and group.lead.family != "invest":
        last = min(last, min(targets))
    stakes = [stake for stake in page.stakes[group.lead.sentence] if first <= stake.start < last]
    if not stakes and page.language != "en":
        stakes = _foreign_stakes(page.document.full[verb:last], verb)
    return min(stakes, key=lambda stake: abs(stake.start - verb), default=None)


_SHARE_OF = re.compile(
    r"(\d{1,2}(?:[.,]\d{1,2})?) ?(?:%|por ciento|por cento|per cento|pour cent|[Pp]rozent) "
    r"(?:de|del|di|della|du|der|do|da|an|am)\b"
)


def _foreign_stakes(clause: str, offset: int) -> list[Stake]:
    """Shares "of" something after the verb of a purchase: "rilevare il 30% di"."""
    return [
        Stake(offset + match.start(), offset + match.end(1), Decimal(match.group(1).replace(",", ".")))
        for match in _SHARE_OF.finditer(clause)
    ]


def find_term(page: Page, group: Group) -> Term | None:
    """The first term of the event's sentence."""
    if group.lead.family in ("acquire", "sell", "merge"):
        return None
    return next(iter(page.terms[group.lead.sentence]), None)

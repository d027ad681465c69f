"""Amounts of money in the text of news: what is written, in which currency, how exactly, and what it measures.

Reads symbols, ISO codes and words of about 120 currencies, scales in English, Spanish, French, Italian, German and
Portuguese (a Spanish "billón" is 10¹²), Indian crore and lakh, numbers in words, ranges, and tells a conversion in
brackets, a price per share and a rate from a sum. The words are data: currencies.csv and amount_words.csv.

Cost: linear in the text; 0.25 ms for 700 words with two amounts, 0.5 ms with ten.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag import _amount_context as context
from transforms.tag._amount_figures import RANGE, Figure, digit_figures, plain, word_figures
from transforms.tag._figures import lowered
from transforms.tag._money import Page, home_dollar

__all__ = ["Amount", "find_amounts", "home_dollar"]

MAX_AMOUNTS = 300
MAX_SPREAD = 100  # a range wider than this is two figures

_BETWEEN = re.compile(r"\s?(?:and|et|y|e|und|to)\s?(?:about |around )?")
_BETWEEN_BEFORE = re.compile(r"(?:\b(?:between|entre|zwischen|tra|fra)|\brang(?:ing|es?|ed)(?: of)?(?: from)?)\s$")
_FROM_BEFORE = re.compile(r"\b(?:from|de|da|von)\s$")
_BRACKET = re.compile(r"\s?[(\[]\s?(?:[a-z~=≈]+\.?\s){0,3}[~≈=]?$")
_OR_ABOUT = re.compile(r",? (?:or|equivalent to|equal to|i\.e\.,?|soit|oder|o sea|ou|ovvero)(?: [a-z]+){0,2} $")
_NEXT_CONVERSION = re.compile(r"\s?(?:[,;/]|or|and)\s?(?:about |around )?$")
_WORTH = re.compile(r"\b(?:worth|valued at|price of|deal of|contract of|offer of|bid of|sum of)\s(?:[a-z]+\s){0,2}$")
_CURRENCY_FREE_END = re.compile(r"[.,;)]|\s(?:deal|contract|for|from|in|to|over|and|offer|bid)\b|$")


class Amount(NamedTuple):
    """A sum of money in a text.

    start, end: code points of the words of the figure with its currency and scale, without its qualifier.
    amount: in units of the currency; of a range its upper end, as the ceiling of an "up to" is. currency: ISO 4217,
    None where the text gives none. qualifier: exact, approximately, up_to, at_least, range. min, max: of a range.
    kind: value, conversion (another currency's figure for the sum just before), per_share, rate (per year, per user).
    role: None, or what the nearest words make of it: debt, revenue, profit, market_value, valuation (of a whole
    company in a deal), fine, cost, investment_plan, dividend, market, superseded (an older or rival figure), fee,
    aid (an economy, a defence budget), part (of the sum before), total (with earlier sums).
    """

    start: int
    end: int
    amount: Decimal
    currency: str | None
    qualifier: str = "exact"
    min: Decimal | None = None
    max: Decimal | None = None
    kind: str = "value"
    role: str | None = None


def find_amounts(text: str, dollar: str = "USD") -> list[Amount]:
    """Returns the amounts in text, in order, at most MAX_AMOUNTS. dollar: the currency that a bare "$" or "dollars" is.

    Raises nothing on any text. Ambiguous signs and words (kr, Rs, pesos, dinars) go by the countries the text names.
    """
    low = lowered(text)
    page = Page(text, low, dollar)
    figures = sorted(digit_figures(page) + word_figures(page))
    found: list[Amount] = []
    for at, figure in enumerate(figures):
        if figure.currency is None and not _worth(low, figure):
            continue
        if found and figure.start < found[-1].end:
            continue
        previous = figures[at - 1] if at else None
        ceiling = figures[at + 1].start if at + 1 < len(figures) else len(text)
        found.append(_amount(low, figure, previous, found, ceiling))
        if found[-1].qualifier == "range" and len(found) > 1 and found[-2].end > found[-1].start:
            del found[-2]
        if len(found) >= MAX_AMOUNTS:
            break
    return found


def _worth(low: str, figure: Figure) -> bool:
    """True for a figure without currency that can only be money: "a deal worth 2.1 billion"."""
    if not figure.tail.has_scale or figure.tail.factor < 1_000_000:
        return False
    before = low[max(0, figure.start - 32) : figure.start]
    return _WORTH.search(before) is not None and _CURRENCY_FREE_END.match(low, figure.end) is not None


def _amount(low: str, figure: Figure, previous: Figure | None, found: list[Amount], ceiling: int) -> Amount:
    """Returns the amount that figure is, given the figure and the amounts before it."""
    first = _range_start(low, previous, figure) if previous is not None else None
    start = figure.start if first is None else first.start
    older = [amount for amount in found[-2:] if amount.end <= start]
    floor = older[-1].end if older else 0
    before = context.clause_before(low, start, floor)
    if first is None and older and _is_conversion(low[floor:start], older[-1], figure):
        return Amount(start, figure.end, figure.value, figure.currency, kind="conversion")
    is_small = not figure.tail.has_scale and figure.value < 10_000
    kind = context.kind(before, low, figure.end, is_small)
    role = context.role(before, context.clause_after(low, figure.end, ceiling))
    if role is None and context.is_superseded(before, low, start):
        role = "superseded"
    if first is not None:
        lowest = _lowest(first, figure)
        return Amount(start, figure.end, figure.value, figure.currency, "range", lowest, figure.value, kind, role)
    qualifier = "approximately" if figure.is_rough else context.qualifier(before, low, figure.end)
    return Amount(start, figure.end, figure.value, figure.currency, qualifier, kind=kind, role=role)


def _lowest(first: Figure, second: Figure) -> Decimal:
    """Returns the lower end of a range, whose scale may be written once: "$5 to $6 million"."""
    scaled = plain(first.number * second.tail.factor)
    return first.value if first.tail.has_scale or scaled > second.value else scaled


def _range_start(low: str, first: Figure, second: Figure) -> Figure | None:
    """Returns first when first and second are the ends of one range."""
    joint = low[first.end : second.start]
    lowest = _lowest(first, second)
    if len(joint) > 16 or not second.value >= lowest > second.value / MAX_SPREAD:
        return None
    if first.currency is not None and second.currency not in (first.currency, None):
        return None
    before = low[max(0, first.start - 20) : first.start]
    if _BETWEEN_BEFORE.search(before):
        return first if _BETWEEN.fullmatch(joint) or RANGE.fullmatch(joint) else None
    is_bare = first.currency is None and not first.tail.has_scale
    if not RANGE.fullmatch(joint) or (_FROM_BEFORE.search(before) and not (is_bare and not before.endswith("from "))):
        return None
    return first


def _is_conversion(joint: str, older: Amount, figure: Figure) -> bool:
    """True when joint, the text between an amount and figure, says that figure is the same sum in other money."""
    if len(joint) > 32 or figure.currency in (None, older.currency):
        return False
    if older.kind == "conversion" and _NEXT_CONVERSION.match(joint):
        return True
    return bool(_BRACKET.match(joint) or _OR_ABOUT.match(joint))

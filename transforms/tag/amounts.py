"""Amounts of money in the text of news: what is written, in which currency, how exactly, and what it measures.

Reads symbols, ISO codes and words of about 120 currencies, scales in English, Spanish, French, Italian, German and
Portuguese (a Spanish "billón" is 10¹²), Indian crore and lakh, numbers in words, ranges, and tells a conversion in
brackets, a price per share and a rate from a sum. The words are data: currencies.csv and amount_words.csv.

Cost: linear in the text; see docs/tagging.md and bench/tag.py for figures.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag import _amount_context as context
from transforms.tag._figures import digit_runs, lowered, number_words_before, parse_digits, places
from transforms.tag._money import Option, Page, Tail, scales, thousands_sign

MAX_AMOUNTS = 300
# Larger is a misreading (the world's yearly product is 10¹⁴ dollars) and would not fit decimal128(20, 2).
MAX_VALUE = Decimal(10) ** 16

_SCALE_STEMS = ("illi", "illó", "illo", "ilh", "ili", "crore", "lakh", "thousand")
_WORD = re.compile(r"[^\W\d_]+")
_RANGE = re.compile(r"\s?(?:-|–|—|to|bis|à|al?|até|hasta)\s?(?:about |around )?")
_BETWEEN = re.compile(r"\s?(?:and|et|y|e|und|to)\s?(?:about |around )?")
_BETWEEN_BEFORE = re.compile(r"(?:\b(?:between|entre|zwischen|tra|fra)|\brang(?:ing|es?|ed)(?: of)?(?: from)?)\s$")
_FROM_BEFORE = re.compile(r"\b(?:from|de|da|von)\s$")
_BRACKET = re.compile(r"\s?[(\[]\s?(?:[a-z~=≈]+\.?\s){0,3}[~≈=]?$")
_OR_ABOUT = re.compile(r",? (?:or|equivalent to|equal to|i\.e\.,?|soit|oder|o sea|ou|ovvero)(?: [a-z]+){0,2} $")
_NEXT_CONVERSION = re.compile(r"\s?(?:[,;/]|or|and)\s?(?:about |around )?$")
_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_WEIGHT = re.compile(r"\b(?:weigh|mass|heavy|payload|thrust|cargo|kg|kilogram|tonne|lift)")
_WORTH = re.compile(r"\b(?:worth|valued at|price of|deal of|contract of|offer of|bid of|sum of)\s(?:[a-z]+\s){0,2}$")
_CURRENCY_FREE_END = re.compile(r"[.,;)]|\s(?:deal|contract|for|from|in|to|over|and|offer|bid)\b|$")
_VAGUE = re.compile(r"\b(?:multi|billions|millions|several|many|tens|hundreds|few|dozens)[ -](?:of[ -])?$")


class Amount(NamedTuple):
    """A sum of money in a text.

    start, end: code points of the words of the figure with its currency and scale, without its qualifier.
    amount: in units of the currency; of a range its upper end, as the ceiling of an "up to" is. currency: ISO 4217,
    None where the text gives none. qualifier: exact, approximately, up_to, at_least, range. min, max: of a range.
    kind: value, conversion (another currency's figure for the sum just before), per_share, rate (per year, per user).
    role: None, or what the nearest words make of it: debt, revenue, profit, market_value, valuation (of a whole
    company in a deal), fine, cost, investment_plan, dividend, market, superseded (an older or rival figure), fee,
    aid (an economy, a defence budget), part (of the sum before).
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


class _Figure(NamedTuple):
    """A number and the money words on both sides of it; no currency: only a possible end of a range."""

    start: int
    number_start: int
    number_end: int
    end: int
    number: Decimal
    value: Decimal
    tail: Tail
    currency: str | None
    has_prefix: bool
    is_rough: bool = False


def find_amounts(text: str, dollar: str = "USD") -> list[Amount]:
    """Returns the amounts in text, in order, at most MAX_AMOUNTS. dollar: the currency that a bare "$" or "dollars" is.

    Raises nothing on any text. Ambiguous signs and words (kr, Rs, pesos, dinars) go by the countries the text names.
    """
    low = lowered(text)
    page = Page(text, low, dollar)
    figures = sorted(_digit_figures(page) + _word_figures(page))
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


def _digit_figures(page: Page) -> list[_Figure]:
    figures: list[_Figure] = []
    end = 0
    for start, stop in digit_runs(page.text):
        if start >= end:
            figure = _digit_figure(page, start, stop, figures[-1] if figures else None)
            if figure is not None:
                figures.append(figure)
                end = figure.end
    return figures


def _digit_figure(page: Page, start: int, end: int, previous: _Figure | None) -> _Figure | None:
    raw = page.text[start:end]
    prefix = page.before(start)
    if prefix is None and start and (page.text[start - 1].isalnum() or page.text[start - 1] == "_"):
        return None
    if prefix is None and not page.may_follow(end):
        return None
    tail = page.after(end, min(len(page.text), end + 48))
    currency, form = _currency(prefix, tail)
    if currency is None and previous is not None and previous.has_prefix:
        joint = page.low[previous.end : start]
        if len(joint) <= 4 and _RANGE.fullmatch(joint) and (tail.has_scale or "-" in joint):
            currency = previous.currency  # "$300-350 million"
    if tail.is_short and currency is None:
        tail = Tail(end=end)
    grouping = tail.grouping if tail.grouping is not None else thousands_sign(currency, form)
    number = parse_digits(raw, grouping)
    if number is None:
        return None
    value = _plain(number * tail.factor * (1 if prefix is None else prefix[2].factor) + tail.extra)
    if value > MAX_VALUE or not _plausible(page, start, raw, prefix is not None, tail, value):
        return None
    if prefix is not None and prefix[2].kind == "letter" and not tail.has_scale and value < 1000:
        return None
    return _Figure(
        start if prefix is None else prefix[0],
        start,
        end,
        max(end, tail.end),
        number,
        value,
        tail,
        currency,
        prefix is not None,
    )


def _plain(value: Decimal) -> Decimal:
    """Returns value without needless decimals: 1200000000, not 1200000000.0."""
    whole = value.to_integral_value()
    return whole if whole == value else value


def _currency(prefix: tuple[int, str, Option] | None, tail: Tail) -> tuple[str | None, str]:
    """Returns the currency and the form that names it: a trailing word makes a bare $ precise ("$5m Canadian")."""
    if prefix is None:
        return tail.currency, tail.form
    currency = prefix[2].currency
    if tail.currency is not None and prefix[1] == "$" and tail.form not in ("dollars", "dollar"):
        return tail.currency, tail.form
    return currency, prefix[1]


def _plausible(page: Page, start: int, raw: str, has_prefix: bool, tail: Tail, value: Decimal) -> bool:
    """False for years ("in 2004 dollars"), weights ("12,000 pounds") and words that are money only with a scale."""
    if has_prefix or tail.currency is None or tail.has_scale:
        return True
    if tail.needs_scale and value < 1000:
        return False
    before = page.low[max(0, start - 40) : start]
    if tail.form in ("pounds", "pound") and (_WEIGHT.search(before) or page.low.startswith((" of ", " ("), tail.end)):
        return False
    return not (_YEAR.match(raw) and before.endswith("in "))


def _word_figures(page: Page) -> list[_Figure]:
    """Returns the figures written in words before a scale ("half a billion dollars"), and "one euro"."""
    figures: dict[int, _Figure] = {}
    for stem in _SCALE_STEMS:
        for at in places(page.low, stem):
            start = at
            while start and page.low[start - 1].isalpha() and at - start < 8:
                start -= 1
            word = _WORD.match(page.low, start, start + 16)
            if start not in figures and word is not None and word[0] in scales():
                figure = _word_figure(page, start)
                if figure is not None:
                    figures[start] = figure
    for at in places(page.low, "one "):
        tail = page.after(at + 3, min(len(page.low), at + 40))
        if tail.currency is not None and not tail.has_scale and (at == 0 or not page.low[at - 1].isalnum()):
            one = tail.factor
            figures[at] = _Figure(at, at, at + 3, tail.end, Decimal(1), one, tail, tail.currency, False)
    return list(figures.values())


def _word_figure(page: Page, scale_start: int) -> _Figure | None:
    words = number_words_before(page.low, scale_start)
    if words is None:
        return None
    start, number = words
    if _VAGUE.search(page.low[max(0, start - 14) : start]):
        return None
    end = scale_start
    while end and page.low[end - 1] in " \u00a0-":
        end -= 1
    tail = page.after(end, min(len(page.low), end + 48))
    if not tail.has_scale or tail.is_short:
        return None
    value = _plain(number * tail.factor + tail.extra)
    is_rough = page.low[start:end] in ("a", "an") and "-" in page.low[scale_start : tail.end]
    return _Figure(start, start, end, tail.end, number, value, tail, tail.currency, False, is_rough)


def _worth(low: str, figure: _Figure) -> bool:
    """True for a figure without currency that can only be money: "a deal worth 2.1 billion"."""
    if not figure.tail.has_scale or figure.tail.factor < 1_000_000:
        return False
    before = low[max(0, figure.start - 32) : figure.start]
    return _WORTH.search(before) is not None and _CURRENCY_FREE_END.match(low, figure.end) is not None


def _amount(low: str, figure: _Figure, previous: _Figure | None, found: list[Amount], ceiling: int) -> Amount:
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
        lowest = (
            first.value if first.currency is not None or first.tail.has_scale else first.number * figure.tail.factor
        )
        return Amount(
            start, figure.end, figure.value, figure.currency, "range", lowest, figure.value, kind=kind, role=role
        )
    qualifier = "approximately" if figure.is_rough else context.qualifier(before, low, figure.end)
    return Amount(start, figure.end, figure.value, figure.currency, qualifier, kind=kind, role=role)


def _range_start(low: str, first: _Figure, second: _Figure) -> _Figure | None:
    """Returns first when first and second are the ends of one range."""
    joint = low[first.end : second.start]
    if len(joint) > 16 or first.value > second.value or first.value == 0:
        return None
    if first.currency is not None and second.currency not in (first.currency, None):
        return None
    before = low[max(0, first.start - 20) : first.start]
    if _BETWEEN_BEFORE.search(before):
        return first if _BETWEEN.fullmatch(joint) or _RANGE.fullmatch(joint) else None
    if not _RANGE.fullmatch(joint) or _FROM_BEFORE.search(before):
        return None
    return first


def _is_conversion(joint: str, older: Amount, figure: _Figure) -> bool:
    """True when joint, the text between an amount and figure, says that figure is the same sum in other money."""
    if len(joint) > 32 or figure.currency in (None, older.currency):
        return False
    if older.kind == "conversion" and _NEXT_CONVERSION.match(joint):
        return True
    return bool(_BRACKET.match(joint) or _OR_ABOUT.match(joint))

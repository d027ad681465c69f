"""The figures of a text that may be money: a number in digits or words, and the currency and scale beside it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag._figures import digit_runs, number_words_before, parse_digits, places
from transforms.tag._money import Page, Tail, thousands_sign
from transforms.tag._money_words import Option, scales

# Larger is a misreading (the world's yearly product is 10¹⁴ dollars) and would not fit decimal128(20, 2).
MAX_VALUE = Decimal(10) ** 16
_SCALE_STEMS = ("illi", "illó", "illo", "ilh", "ili", "crore", "lakh", "thousand")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_WEIGHT = re.compile(r"\b(?:weigh|mass|heavy|payload|thrust|cargo|kg|kilogram|tonne|lift)")
_VAGUE = re.compile(r"\b(?:multi|billions|millions|several|many|tens|hundreds|few|dozens)[ -](?:of[ -])?$")
RANGE = re.compile(r"\s?(?:-|–|—|-to-|to|bis|à|al?|até|hasta)\s?(?:about |around )?")  # between the two ends


class Figure(NamedTuple):
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


def digit_figures(page: Page) -> list[Figure]:
    figures: list[Figure] = []
    end = 0
    for start, stop in digit_runs(page.text):
        if start >= end:
            figure = _digit_figure(page, start, stop, figures[-1] if figures else None)
            if figure is not None:
                figures.append(figure)
                end = figure.end
    return figures


def _digit_figure(page: Page, start: int, end: int, previous: Figure | None) -> Figure | None:
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
        if len(joint) <= 4 and RANGE.fullmatch(joint) and _shares_sign(joint, previous, tail):
            currency = previous.currency  # "$300-350 million"
    if tail.is_short and currency is None:
        tail = Tail(end=end)
    grouping = tail.grouping if tail.grouping is not None else thousands_sign(currency, form)
    number = parse_digits(raw, grouping)
    if number is None:
        return None
    value = plain(number * tail.factor * (1 if prefix is None else prefix[2].factor) + tail.extra)
    if value > MAX_VALUE or not _plausible(page, start, raw, prefix is not None, tail, value):
        return None
    if prefix is not None and prefix[2].kind == "letter" and not tail.has_scale and value < 1000:
        return None
    return Figure(
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


def _shares_sign(joint: str, previous: Figure, tail: Tail) -> bool:
    """True where the sign of a range's first figure serves the second: "$5 to 6 million", not "$5m to 6 million"."""
    return joint.strip() in "-–—" or (tail.has_scale and not previous.tail.has_scale)


def plain(value: Decimal) -> Decimal:
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


def word_figures(page: Page) -> list[Figure]:
    """Returns the figures written in words before a scale ("half a billion dollars"), and "one euro"."""
    figures: dict[int, Figure] = {}
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
            figures[at] = Figure(at, at, at + 3, tail.end, Decimal(1), one, tail, tail.currency, False)
    return list(figures.values())


def _word_figure(page: Page, scale_start: int) -> Figure | None:
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
    value = plain(number * tail.factor + tail.extra)
    is_rough = page.low[start:end] in ("a", "an") and "-" in page.low[scale_start : tail.end]
    return Figure(start, start, end, tail.end, number, value, tail, tail.currency, False, is_rough)

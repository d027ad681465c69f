"""The words of money as data: ``currencies.csv`` and the scales of ``amount_words.csv``.

``currencies.csv``, one reading a row: kind, currency, forms (parted by ``|``), factor, context. Kinds:
``symbol`` stands before a figure or after it, exact case; ``letter`` before a figure and its scale, without a space
(R500m); ``code`` is an ISO 4217 code on either side (``*``: each form is its own currency); ``word`` stands after a
figure, any case; ``scaled`` is a word that is money only after a scale (real, won, crowns); ``national`` makes a bare
dollar precise ("$30 million Canadian"); ``home`` is the dollar or peso of a country. factor: what one unit is worth in
the currency (0.01 for cents). context: beginnings of words; where a form has several readings, the one whose contexts
stand most often in the text counts, the first listed when none does.

``amount_words.csv``: kind, value, phrases (parted by ``|``), note. Kinds: ``scale`` (value: the factor; note: how the
language parts thousands, en 1,200, continental 1.200, es both), ``number``, ``qualifier`` (value: approximately, up_to,
at_least), ``role_before`` and ``role_after`` (value: the role, or ``none`` for words that end the search), ``filler``
(words that may stand between a figure and the cue after it).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.tag._figures import read_table

# Scales this short are words or units too: they count only beside a currency.
_SHORT_SCALE = 4
# Kinds of rows that stand after a figure, and what their forms are marked with: a nationality, the dollar of a country.
_AFTER_KINDS = {"word": "", "scaled": "", "national": "~", "home": "="}


class Option(NamedTuple):
    """One reading of a currency's sign or word: counts where one of the contexts stands in the text."""

    currency: str
    factor: Decimal
    contexts: tuple[str, ...]
    kind: str


class Scale(NamedTuple):
    """A scale word: its factor, the signs that part thousands beside it, and whether it is an abbreviation."""

    factor: Decimal
    grouping: str
    is_short: bool


@cache
def tables() -> tuple[dict[str, list[Option]], dict[str, list[Option]], frozenset[str]]:
    """Returns the forms that stand before a figure, those that stand after it (lower case), and the codes."""
    before: dict[str, list[Option]] = {}
    after: dict[str, list[Option]] = {}
    late: list[tuple[str, Option]] = []
    codes = set()
    for row in read_table("currencies.csv"):
        contexts, kind = tuple(c for c in row["context"].split("|") if c), row["kind"]
        for form in row["forms"].split("|"):
            option = Option(form if row["currency"] == "*" else row["currency"], Decimal(row["factor"]), contexts, kind)
            if kind in ("symbol", "letter", "code"):
                before.setdefault(form, []).append(option)
            if kind == "code":
                codes.add(form)
            elif kind == "symbol":
                late.append((form.lower(), option))
            elif kind in _AFTER_KINDS:
                after.setdefault(_AFTER_KINDS[kind] + form.lower(), []).append(option)
    words = frozenset(after)
    for form, option in late:  # a sign that is a word too ("Euro") is read as the word
        if form not in words:
            after.setdefault(form, []).append(option)
    return before, after, frozenset(codes)


@cache
def prefix_lengths() -> dict[str, tuple[int, ...]]:
    """Returns, for the last character of a form before a figure, the lengths of such forms, longest first."""
    lengths: dict[str, set[int]] = {}
    forms, codes = tables()[0], tables()[2]
    for form in [*forms, *("M" + code for code in codes)]:
        lengths.setdefault(form[-1], set()).add(len(form))
    return {last: tuple(sorted(found, reverse=True)) for last, found in lengths.items()}


@cache
def first_words() -> frozenset[str]:
    """Returns the words that a form after a figure can begin with."""
    forms, codes = tables()[1], tables()[2]
    return frozenset(form.lstrip("~").split(" ")[0] for form in forms) | {code.lower() for code in codes}


@cache
def scales() -> dict[str, Scale]:
    """Returns the scale words in lower case."""
    found = {}
    groupings = {"en": ",", "es": ".,", "continental": "."}
    for row in read_table("amount_words.csv"):
        if row["kind"] == "scale":
            for phrase in row["phrases"].split("|"):
                found[phrase] = Scale(Decimal(row["value"]), groupings[row["note"]], len(phrase) <= _SHORT_SCALE)
    return found

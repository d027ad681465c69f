"""The currency and the scale that stand before and after a figure, read with currencies.csv and amount_words.csv."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag._money_words import Option, first_words, prefix_lengths, scales, tables

# Scale abbreviations that may carry a point: "1,2 Mrd. Euro", "Rs 500 cr."
_POINTED = frozenset("mio mrd mld mln bln tsd cr md mds bn m mill mia".split())
_LINKS = frozenset({"de", "di", "of", "d"})
_JOINTS = frozenset("to and bis à a al até hasta et y e und".split())
_SIGNS = "$€£¥￥₩₦₱₫₺₽₴₪฿₲₵₡₸₮₼₾₹৳¢"
_TOKEN = re.compile("\\.?[ \u00a0\u202f]{0,2}[-‐‑]?(?:d['’])?(u\\.s\\.|[^\\W\\d_]+\\$?|[%s])" % _SIGNS)
_NATION = re.compile(r" ?\(([^\W\d_]+|u\.s\.)\)")  # "$30 million (Canadian)"
_HALF = re.compile(r" (?:and a half|et demi|y medio|e mezzo|e meio)\b")
# Currencies whose home writes a point between thousands.
_POINT_THOUSANDS = frozenset("EUR BRL IDR DKK NOK SEK TRY ARS COP CLP VND CHF HUF PLN CZK RON".split())


class Tail(NamedTuple):
    """What follows a figure: scale, then currency. end is where the figure's own words end."""

    factor: Decimal = Decimal(1)
    grouping: str | None = None
    has_scale: bool = False
    is_short: bool = False
    currency: str | None = None
    form: str = ""
    needs_scale: bool = False
    extra: Decimal = Decimal(0)
    end: int = 0


class Page:
    """One text, and what its words say of currencies that share a sign or name."""

    def __init__(self, text: str, low: str, dollar: str) -> None:
        self.text, self.low, self.dollar = text, low, dollar
        self._chosen: dict[str, Option] = {}

    def choose(self, form: str, options: list[Option]) -> Option:
        """Returns the reading of form whose country the text names most; the first listed when it names none."""
        if form in self._chosen:
            return self._chosen[form]
        best, best_count = options[0], 0
        if len(options) > 1:
            for option in options:
                count = sum(self.low.count(stem) for stem in option.contexts)
                if count > best_count:
                    best, best_count = option, count
        if best.currency == "USD" and form in ("$", "dollar", "dollars", "cent", "cents"):
            best = best._replace(currency=self.dollar)
        self._chosen[form] = best
        return best

    def before(self, start: int) -> tuple[int, str, Option] | None:
        """Returns (start, form, reading) of the currency that stands before a figure at start."""
        text, end = self.text, start
        while end > max(0, start - 2) and text[end - 1] in " \u00a0\u202f":
            end -= 1
        lengths = prefix_lengths().get(text[end - 1 : end])
        if lengths is None:
            return None
        forms = tables()[0]
        for length in lengths:
            form = text[end - length : end] if length <= end else ""
            options = forms.get(form) or self._glued_before(form)
            if options is None:
                continue
            previous = text[end - length - 1] if end > length else " "
            if form[0].isalpha() and (previous.isalnum() or (len(form) == 1 and previous in "$.&-'’")):
                continue
            option = self.choose(form, options)
            if option.kind == "letter" and end != start:
                continue
            return end - length, form, option
        return None

    def _glued_before(self, form: str) -> list[Option] | None:
        """Reads "MSEK 150": millions of a code, in one word."""
        if len(form) != 4 or form[0] != "M" or form[1:] not in tables()[2]:
            return None
        return [Option(form[1:], Decimal(1_000_000), (), "code")]

    def may_follow(self, end: int) -> bool:
        """False when what follows a bare number makes it no money and no first end of a range: a quick no."""
        match = _TOKEN.match(self.low, end)
        if match is None:
            return self.low[end : end + 2].strip(" ")[:1] in ("-", "–", "—")
        word = match[1]
        return word in scales() or word in first_words() or word in _JOINTS or self._glued(match) is not None

    def after(self, end: int, limit: int) -> Tail:
        """Returns the scale and currency that stand after a figure that ends at end; nothing at limit or later."""
        tail = self._scale(end, limit)
        if tail.currency is not None:
            return tail
        at, dotted_ok = tail.end, tail.has_scale and tail.is_short
        match = self._token(at, limit, dotted_ok) or _NATION.match(self.low, at, limit)
        if match is not None and match[1] in _LINKS and tail.has_scale:
            at = match.end()
            match = self._token(at, limit, False)
        if match is None or match[1] not in first_words():
            return tail
        return self._currency(tail, match, limit)

    def _token(self, at: int, limit: int, dotted_ok: bool) -> re.Match[str] | None:
        match = _TOKEN.match(self.low, at, limit)
        return None if match is None or (self.low[at] == "." and not dotted_ok) else match

    def _scale(self, end: int, limit: int) -> Tail:
        factor, grouping, short, at, count, extra = Decimal(1), None, False, end, 0, Decimal(0)
        while count < 2:
            match = self._token(at, limit, False)
            if match is None:
                break
            word = match[1]
            scale = scales().get(word)
            if scale is None:
                glued = self._glued(match) if not count else None
                if glued is not None:
                    return glued
                break
            if count and (scale.is_short or (factor != 1000 and word not in ("crore", "crores"))):
                break
            factor, grouping, short, at, count = (
                factor * scale.factor,
                scale.grouping,
                scale.is_short,
                match.end(),
                count + 1,
            )
            half = _HALF.match(self.low, at, limit)
            if half is not None:
                extra, at = factor / 2, half.end()
        return Tail(factor, grouping, count > 0, short, extra=extra, end=at)

    def _glued(self, match: re.Match[str]) -> Tail | None:
        """Reads "MEUR" and "mSEK": a scale letter and a code in one word."""
        word = self.text[match.start(1) : match.end(1)]
        if len(word) != 4 or word[0] not in "Mmk" or word[1:] not in tables()[2]:
            return None
        factor = Decimal(1000 if word[0] == "k" else 1_000_000)
        return Tail(factor, None, True, True, word[1:], word, False, Decimal(0), match.end())

    def _currency(self, tail: Tail, match: re.Match[str], limit: int) -> Tail:
        forms, codes = tables()[1], tables()[2]
        written = self.text[match.start(1) : match.end(1)]
        if self.low[match.end() : match.end() + 1].isdigit():
            return tail  # the sign of the next figure: "$300m-$350m"
        if written in codes:
            return tail._replace(currency=written, form=written, end=match.end())
        ends, words = [match.end()], [match[1]]
        while len(words) < 3:
            following = self._token(ends[-1], limit, False)
            if following is None:
                break
            words.append(following[1])
            ends.append(following.end())
        for count in range(len(words), 0, -1):
            form = " ".join(words[:count])
            options = forms.get(form)
            if options is None:
                options = forms.get("~" + form) if self._closes(ends[count - 1]) else None
            if options is None or (form == "p" and match.start() != match.start(1)):
                continue
            option = self.choose(form, options)
            return tail._replace(
                factor=tail.factor * option.factor,
                extra=tail.extra * option.factor,
                currency=option.currency,
                form=form,
                needs_scale=option.kind == "scaled" or (option.kind == "symbol" and form[0].isalpha()),
                end=ends[count - 1],
            )
        return tail

    def _closes(self, at: int) -> bool:
        """True when a phrase ends at at: "$30 million Canadian." and not "$30 million Canadian company"."""
        rest = self.low[at : at + 1]
        return not rest or rest in ".,;:)(\n" or self.low[at - 1] == ")"


_US_DOLLAR = re.compile(r"\bU\.?S\.? ?\$|\bUSD")
_BARE_DOLLAR = re.compile(r"(?<!US )(?<!U\.S\. )(?<![A-Za-z.])\$ ?\d")


def home_dollar(text: str) -> str:
    """Returns the currency that a bare "$" most likely is in text.

    US dollars, unless the text also writes "US$": then bare "$" is another, that of the country it names most.
    """
    if _US_DOLLAR.search(text) is None or _BARE_DOLLAR.search(text) is None:
        return "USD"
    low = text.lower()
    best, most = "USD", 0
    for option in tables()[1]["=$"]:
        count = sum(low.count(stem) for stem in option.contexts)
        if count > most:
            best, most = option.currency, count
    return best


def thousands_sign(currency: str | None, form: str) -> str:
    """Returns the signs that part thousands in a figure without a scale: "€1.500" but "$1.125"."""
    if form.isalpha() and form not in ("dollars", "dollar", "euros", "euro", "pounds"):
        return ","
    return ".," if currency in _POINT_THOUSANDS else ","

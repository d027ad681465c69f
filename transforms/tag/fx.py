"""Sums in US dollars, at the European Central Bank's reference rates and at fixed pegs.

The rates are those that the package currencyconverter ships (42 currencies from 1999 on; no network), so a figure
depends on the installed release only where a day is later than the release. Pegs and the euro's predecessors come from
``data/pegs.csv``, with the source of each. Loading takes about 0.2 s, once a process at the first conversion.
"""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from currency_converter import CurrencyConverter, RateNotFoundError

from transforms.tag._figures import read_table

# The ECB publishes no rate at weekends and holidays; the longest such gap is the five days of an Easter or Christmas.
MAX_GAP_DAYS = 7
# News later than the shipped rates takes the last of them, but not for longer than a quarter: then the rate is unknown.
MAX_AGE_DAYS = 92
_CENT = Decimal("0.01")
_LIMIT = Decimal(10) ** 18  # decimal128(20, 2)


class _Peg(NamedTuple):
    units: Decimal
    anchor: str
    since: datetime.date
    until: datetime.date


@cache
def _rates() -> CurrencyConverter:
    return CurrencyConverter(decimal=True)


@cache
def _pegs() -> dict[str, _Peg]:
    return {
        row["currency"]: _Peg(
            Decimal(row["units"]),
            row["anchor"],
            datetime.date.fromisoformat(row["since"]),
            datetime.date.fromisoformat(row["until"]) if row["until"] else datetime.date.max,
        )
        for row in read_table("pegs.csv")
    }


def to_usd(
    amount: Decimal, currency: str | None, on: datetime.date | None
) -> tuple[Decimal, datetime.date | None] | None:
    """Returns (amount in US dollars to the cent, day of the rate), or None where no rate is known.

    The rate is that of the day, else the last one published in the MAX_GAP_DAYS before it; for a day after the end of
    the shipped rates the last one, if it is at most MAX_AGE_DAYS old. Dollars need no rate: their day is on, even None.
    """
    if currency == "USD":
        return _cents(amount, on)
    if currency is None or on is None:
        return None
    found = _per_dollar(currency, on)
    return None if found is None else _cents(amount / found[0], found[1])


def _cents(amount: Decimal, day: datetime.date | None) -> tuple[Decimal, datetime.date | None] | None:
    return (amount.quantize(_CENT, ROUND_HALF_EVEN), day) if abs(amount) < _LIMIT else None


def _per_dollar(currency: str, on: datetime.date) -> tuple[Decimal, datetime.date] | None:
    """Returns how many units of currency a dollar is, and the day of that rate."""
    peg = _pegs().get(currency)
    if peg is None:
        return _published(currency, on)
    if not peg.since <= on <= peg.until:
        return None
    if peg.anchor == "USD":
        return peg.units, on
    anchor = _published(peg.anchor, on)
    return None if anchor is None else (anchor[0] * peg.units, anchor[1])


@lru_cache(maxsize=4096)
def _published(currency: str, on: datetime.date) -> tuple[Decimal, datetime.date] | None:
    rates = _rates()
    if currency not in rates.currencies:
        return None
    last = rates.bounds["USD"].last_date
    if on > last:
        if (on - last).days > MAX_AGE_DAYS:
            return None
        on = last
    for back in range(min(MAX_GAP_DAYS, (on - datetime.date.min).days) + 1):
        day = on - datetime.timedelta(days=back)
        try:
            return rates.convert(1, "USD", currency, day), day
        except RateNotFoundError:
            continue
    return None

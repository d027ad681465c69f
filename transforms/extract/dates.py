"""Dates as pages write them, with the precision and the zone they were written in; nothing guessed."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from apache_beam.utils.timestamp import Timestamp

_DAY_MICROS = 86_400_000_000
EARLIEST = datetime.datetime(1995, 1, 1, tzinfo=datetime.UTC)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero ene gennaio gen janeiro januari jänner",
            "feb february februar février fevrier fév febrero febbraio fevereiro fev februari",
            "mar march märz mrz maerz mars marzo março marco maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei maj",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august août aout agosto ago augustus augusti",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october oktober okt octobre octubre ottobre ott outubro out",
            "nov november novembre noviembre novembro",
            "dec december dezember dez décembre decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "bst": 60, "cet": 60, "cest": 120, "ist": 330, "jst": 540, "aest": 600,
}  # fmt: skip
_MONTH = "(?P<month>%s)" % "|".join(sorted(_MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:(?:\s*[,|•·–-]|\s+at|\s+um|\s+à|T)?\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>[+-]\d{2}:?\d{2}|z\b|utc|gmt|[a-z]{2,4}t\b)?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month_number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"\b%s\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<year>(?:19|20)\d\d)(?!\d)" % _MONTH,
        r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º|er)?\s*(?:de\s+)?[-/ ]?%s\.?,?(?:\s+de)?[-/ ]?\s*"
        r"(?P<year>(?:19|20)\d\d)(?!\d)" % _MONTH,
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[年년]\s*(?P<month_number>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]",
        r"(?<!\d)(?P<day_or_month>\d{1,2})[-/.](?P<month_or_day>\d{1,2})[-/.](?P<year>(?:19|20)\d\d)(?!\d)",
    )
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?$")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_NUMBER = re.compile(r"[/_-]((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


class Date(NamedTuple):
    """An instant as written. precision: second, minute or day (then at 00:00). utc_offset_minutes: None: not told."""

    at: Timestamp
    precision: str
    utc_offset_minutes: int | None = None


def parse_date(text: str | None, now: Timestamp, is_day_first: bool = True) -> Date | None:
    """Returns the first date in text, or None: none there, impossible, before 1995, or over a day after now.

    A time without a zone is taken as UTC. Where 03/04/2025 could be either, is_day_first decides.
    """
    text = (text or "").strip()[:200]
    if not any(map(str.isdigit, text)):
        return None
    compact = _COMPACT.match(text)
    if compact:
        return _compact(compact, now)
    if _EPOCH.match(text):
        instant = datetime.datetime.fromtimestamp(int(text[:10]), datetime.UTC)
        return _accept(instant, "second", 0, now)
    found = [match for form in _FORMS if (match := form.search(text))]
    for match in sorted(found, key=lambda match: match.start()):
        date = _from_match(match, now, is_day_first)
        if date is not None:
            return date
    return None


def _from_match(match: re.Match[str], now: Timestamp, is_day_first: bool) -> Date | None:
    parts = match.groupdict()
    day, month = _day_and_month(parts, is_day_first)
    hour, minute, second = (int(parts[name]) if parts[name] else 0 for name in ("hour", "minute", "second"))
    half = (parts["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    precision = "day" if parts["hour"] is None else "minute" if parts["second"] is None else "second"
    try:
        instant = datetime.datetime(int(parts["year"]), month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        return None
    return _accept(instant, precision, _offset(parts["zone"]) if precision != "day" else None, now)


def _day_and_month(parts: dict[str, str | None], is_day_first: bool) -> tuple[int, int]:
    if parts.get("day_or_month"):
        first, second = int(parts["day_or_month"] or 0), int(parts["month_or_day"] or 0)
        if first > 12 or (is_day_first and second <= 12):
            return first, second
        return second, first
    if parts.get("month"):
        return int(parts["day"] or 0), _MONTHS[(parts["month"] or "").lower()]
    return int(parts["day"] or 0), int(parts["month_number"] or 0)


def _compact(match: re.Match[str], now: Timestamp) -> Date | None:
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        instant = datetime.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=datetime.UTC,
        )  # fmt: skip
    except ValueError:
        return None
    precision = "day" if hour is None else "minute" if second is None else "second"
    return _accept(instant, precision, _offset(zone), now)


def _offset(zone: str | None) -> int | None:
    """Minutes east of UTC; None for no zone, and for letters that name none."""
    if not zone:
        return None
    if zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        return (-minutes if zone[0] == "-" else minutes) if minutes <= 14 * 60 else None
    return _ZONES.get(zone.lower())


def _accept(instant: datetime.datetime, precision: str, offset: int | None, now: Timestamp) -> Date | None:
    instant -= datetime.timedelta(minutes=offset or 0)
    if instant < EARLIEST:
        return None
    # A day may be tomorrow's in zones ahead of UTC, and a time without a zone ahead by its zone's offset; with a zone
    # an hour is a clock's error. What is accepted is never later than now.
    at = Timestamp.from_utc_datetime(instant)
    if at > now + (86_400 if precision == "day" or offset is None else 3_600):
        return None
    if precision == "day":
        return Date(min(at, Timestamp(micros=now.micros - now.micros % _DAY_MICROS)), precision, offset)
    return Date(min(at, now), precision, offset)


def date_of_url(url: str, now: Timestamp) -> Date | None:
    """Returns the day in an address like /2026/11/24/, or None."""
    match = _URL_DATE.search(url) or _URL_NUMBER.search(url)
    return parse_date("-".join(match.groups()), now) if match else None

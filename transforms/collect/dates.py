"""The dates of feeds: strict forms first, libraries that guess last, and nothing outside of a plausible time."""

from __future__ import annotations

import calendar
import datetime
import re
import warnings
from typing import Any

from apache_beam.utils.timestamp import Timestamp
from dateutil import parser as dateutil_parser
from dateutil import tz

EARLIEST = 788_918_400
"""1995-01-01T00:00:00Z in seconds; no news feed is older than that."""
MAX_AHEAD_S = 48 * 3_600
MAX_DATE_CHARS = 100
MAX_GUESSES = 20
"""Date texts of one feed that dateparser is asked for, at about 1.4 ms each."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS["sept"] = 9
# Minutes east of Greenwich: RFC 822, section 5, and the abbreviations that publishers write. Where one is used for
# several zones, the one that most feeds mean (BST British, IST Indian, CST American).
_ZONES = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "met": 60,
    "mest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "sast": 120, "msk": 180, "trt": 180, "gst": 240,
    "pkt": 300, "ist": 330, "wib": 420, "ict": 420, "sgt": 480, "hkt": 480, "awst": 480, "myt": 480, "jst": 540,
    "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180, "ast": -240,
    "adt": -180, "edt": -240, "est": -300, "et": -300, "cdt": -300, "cst": -360, "mdt": -360, "mst": -420,
    "pdt": -420, "pst": -480, "pt": -480, "akdt": -480, "akst": -540, "hst": -600,
}  # fmt: skip
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,12})?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?P<zone>[A-Za-z]{1,5}|(?:GMT|UTC|Z)?\s?[+-]\s?\d{1,2}:?\d{0,2})?"
_RFC822 = re.compile(
    r"(?:[^\W\d]{2,12}\.?\s*,?\s*)?(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[^\W\d]{3,10})\.?,?[\s-]+"
    r"(?P<year>\d{4}|\d{2})(?:,?\s+" + _TIME + _ZONE + r")?"
)
_RFC3339 = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?:(?P=sep)(?P<day>\d{1,2})(?:[Tt\s]\s*" + _TIME + _ZONE + r")?)?"
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[Tt]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?"
)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?:,?\s+" + _TIME + _ZONE + r")?")
_SLASHED = re.compile(r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<year>\d{4})(?:,?\s+" + _TIME + _ZONE + r")?")
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d{1,6})?")
_COMMENT = re.compile(r"\s*\([^()]*\)\s*$")
# Where a date of slashes has the month first; elsewhere the day is first.
_MONTH_FIRST = frozenset(("US", "PH", "FM", "MH", "PW", "AS", "GU", "MP", "PR"))
_LANGUAGES = frozenset(
    "en de fr es it pt nl pl sv da nb fi cs sk el hu ro bg hr tr ru uk id vi th ar he ja ko zh".split()
)
_COMMON = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru")
"""Languages tried where the feed names none; all at once would take 40 ms a text."""
_WORD = re.compile(r"[^\W\d_]{3}|[^\x00-\u2e7f]")


class DateReader:
    """Reads the dates of one feed. language and country say what an ambiguous or local date means."""

    def __init__(self, now: Timestamp, language: str | None = None, country: str | None = None) -> None:
        self._now = now
        self._language = (language or "").replace("_", "-").lower()
        region = self._language.partition("-")[2].upper()
        where = (country or region or ("US" if self._language in ("", "en") else "")).upper()
        self._month_first = where in _MONTH_FIRST
        self._known: dict[str, Timestamp | None] = {}
        self._guesses = 0

    def read(self, text: str | None) -> Timestamp | None:
        """Returns the instant, in whole seconds; None where the text is no date from 1995 to two days from now.

        A date without a zone is UTC, without a time midnight. A date without a day, where one is due, is none: no
        part of it is made up.
        """
        raw = " ".join((text or "")[: 2 * MAX_DATE_CHARS].split())[:MAX_DATE_CHARS]
        if not raw:
            return None
        if raw not in self._known:
            seconds = self._seconds(raw)
            is_plausible = seconds is not None and EARLIEST <= seconds <= float(self._now) + MAX_AHEAD_S
            self._known[raw] = Timestamp(seconds) if is_plausible and seconds is not None else None
        return self._known[raw]

    def _seconds(self, raw: str) -> int | None:
        bare = _COMMENT.sub("", raw)
        for form in (_RFC822, _RFC3339, _COMPACT, _DAY_FIRST, _SLASHED):
            match = form.fullmatch(bare)
            if match and (form is not _RFC822 or match["name"].lower() in _MONTHS):
                return self._of_match(match.groupdict())
        epoch = _EPOCH.fullmatch(bare)
        if epoch:
            return int(epoch[1])
        return self._by_dateutil(bare) or self._by_dateparser(bare)

    def _of_match(self, parts: dict[str, Any]) -> int | None:
        """Seconds of a strict form's parts, None where they are no real date."""
        year = int(parts["year"])
        if len(parts["year"]) == 2:  # RFC 2822, section 4.3
            year += 2000 if year < 50 else 1900
        month, day = parts.get("month"), parts.get("day") or 1
        if parts.get("name"):
            month = _MONTHS[parts["name"].lower()]
        if "a" in parts:
            a, b = int(parts["a"]), int(parts["b"])
            month, day = (a, b) if (self._month_first and a <= 12) or b > 12 else (b, a)
        hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").lower()
        if half:
            hour = hour % 12 + (12 if half[0] == "p" else 0)
        offset = _offset(parts.get("zone"))
        try:
            moment = datetime.datetime(
                year, int(month or 1), int(day), hour % 24, int(parts.get("minute") or 0),
                min(int(parts.get("second") or 0), 59),
            )  # fmt: skip
        except ValueError:
            return None
        if hour > 24 or offset is None:
            return None
        return calendar.timegm(moment.timetuple()) - 60 * offset + (86_400 if hour == 24 else 0)

    def _by_dateutil(self, raw: str) -> int | None:
        """dateutil's reading, where it does not depend on the parts it fills in."""
        found = []
        for default in (datetime.datetime(2000, 1, 1), datetime.datetime(2001, 2, 2)):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # unknown zones: read below as UTC
                    found.append(
                        dateutil_parser.parse(raw, default=default, tzinfos=_tzinfo, dayfirst=not self._month_first)
                    )
            except (ValueError, ArithmeticError, TypeError, AttributeError):  # what dateutil raises on hostile text
                return None
        if found[0] != found[1]:
            return None
        return _utc_seconds(found[0])

    def _by_dateparser(self, raw: str) -> int | None:
        """dateparser's reading, of months and words in the feed's language and the common ones."""
        if self._guesses >= MAX_GUESSES or not _WORD.search(raw):
            return None
        self._guesses += 1
        import dateparser  # takes 0.3 s to load, and few feeds need it

        own = self._language.partition("-")[0]
        languages = list(dict.fromkeys(([own] if own in _LANGUAGES else []) + list(_COMMON)))
        settings: Any = {
            "TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RELATIVE_BASE": self._now.to_utc_datetime(),
            "DATE_ORDER": "MDY" if self._month_first else "DMY",
        }
        try:
            found = dateparser.parse(raw, languages=languages, settings=settings)
        except (ValueError, ArithmeticError, TypeError, RecursionError):
            return None
        return _utc_seconds(found) if found else None


def _offset(zone: str | None) -> int | None:
    """Minutes east of Greenwich; 0 for no zone and unknown letters (RFC 2822, section 4.3), None for no real offset."""
    zone = (zone or "").strip()
    digits = re.sub(r"\D", "", zone)
    if not digits:
        return _ZONES.get(zone.lower(), 0)
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if "-" in zone else 1)


def _tzinfo(name: str | None, offset: int | None) -> datetime.tzinfo:
    """dateutil's question for a zone: its name, or its offset in seconds."""
    seconds = offset if offset is not None else 60 * _ZONES.get((name or "").lower(), 0)
    return tz.tzoffset(name, seconds)


def _utc_seconds(moment: datetime.datetime) -> int | None:
    try:
        return calendar.timegm(moment.utctimetuple())
    except (ValueError, OverflowError):
        return None

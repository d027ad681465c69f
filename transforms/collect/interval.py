"""How long to wait before a feed's next poll: by what it brought, what its publisher asks for, and how it failed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from apache_beam.utils.timestamp import Timestamp

from transforms.collect.parse import ParsedFeed

DAY_S = 86_400
FIRST_INTERVAL_S = 3_600
BUSY_OF_LEAST = 2
"""The first interval, and that of a feed that brought something, are not above so many of the least: what comes out is
read soon where a stream commits soon, and a busy feed twenty minutes later where the least is ten minutes."""
_LATER, _SOONER = 1.5, 0.5
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"no-cache|no-store", re.IGNORECASE)


@dataclass(frozen=True)
class PollPolicy:
    """The bounds of a feed's interval, in seconds."""

    min_poll_seconds: int = 600
    max_poll_seconds: int = DAY_S

    def clamp(self, seconds: float) -> int:
        """seconds within the bounds, whole."""
        return int(min(max(seconds, self.min_poll_seconds), self.max_poll_seconds))


def next_interval(
    previous_s: int | None, seen: int, new: int, is_first: bool, hint: tuple[int, str] | None, policy: PollPolicy
) -> tuple[int, str]:
    """The interval after a poll that went well, and why.

    The share of entries known before the poll is the risk of missing some (Media Cloud's rule): two thirds or more, or
    nothing at all, later; under one third, sooner. What brought something is not put off beyond BUSY_OF_LEAST. A
    publisher's wish lengthens the interval, and never shortens it.

    Args:
        previous_s: the interval so far.
        seen, new: the document's entries, and those of them that are new; 0 and 0 for an unchanged document.
        is_first: nothing was known before this poll, so its entries say nothing of the pace.
        hint: seconds that the publisher asks for, and where.
    """
    interval: float = previous_s or min(FIRST_INTERVAL_S, BUSY_OF_LEAST * policy.min_poll_seconds)
    known = seen - new
    if is_first:
        reason = "first poll"
    elif not seen:
        interval, reason = interval * _LATER, "later: nothing new"
    elif 3 * known >= 2 * seen:
        interval, reason = interval * _LATER, "later: %d of %d entries known" % (known, seen)
    elif 3 * known < seen:
        interval, reason = interval * _SOONER, "sooner: %d of %d entries known" % (known, seen)
    else:
        reason = "kept: %d of %d entries known" % (known, seen)
    if new and not is_first and interval > BUSY_OF_LEAST * policy.min_poll_seconds:
        interval, reason = BUSY_OF_LEAST * policy.min_poll_seconds, "busy: %d of %d entries new" % (new, seen)
    if hint and hint[0] > interval:
        interval, reason = hint[0], "publisher: " + hint[1]
    clamped = policy.clamp(interval)
    if clamped != int(interval):
        reason += "; %s" % ("not below the least" if clamped > interval else "not above the most")
    return clamped, reason


def publisher_hint(headers: Mapping[str, str], parsed: ParsedFeed | None, now: Timestamp) -> tuple[int, str] | None:
    """The longest interval that the publisher asks for, in seconds, and where: ttl, sy:update*, max-age, Expires."""
    hints = []
    if parsed and parsed.ttl_s:
        hints.append((parsed.ttl_s, "ttl"))
    if parsed and parsed.update_period_s:
        hints.append((parsed.update_period_s, "sy:updatePeriod"))
    cache_control = headers.get("cache-control", "")
    if not _UNCACHED.search(cache_control):
        max_age = _MAX_AGE.search(cache_control)
        if max_age:
            hints.append((int(max_age[1]), "max-age"))
        elif expires := _http_date(headers.get("expires", "")):
            hints.append((int(expires - (_http_date(headers.get("date", "")) or float(now))), "Expires"))
    return max(hints, default=None)


def _http_date(text: str) -> float | None:
    """An HTTP date as seconds since 1970; None where it is none ("0", "-1")."""
    try:
        return parsedate_to_datetime(text[:100]).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):  # what email.utils raises on hostile dates
        return None


def failure_delay(
    interval_s: int | None, failures: int, status: int | None, is_robots: bool, retry_after_s: int | None
) -> tuple[int, str]:
    """Seconds to wait after a poll that failed, and why: the interval times the failures in a row, at most a day.

    Linear, since an exponential back-off of long intervals loses feeds that come back. Who refuses us (401, 403,
    robots.txt) is asked once a day. Retry-After, in seconds, is obeyed where it is longer.
    """
    if status in (401, 403) or is_robots:
        delay, reason = DAY_S, "refused: once a day"
    else:
        delay = min((interval_s or FIRST_INTERVAL_S) * failures, DAY_S)
        reason = "%d failure%s in a row" % (failures, "" if failures == 1 else "s")
    if retry_after_s and retry_after_s > delay:
        return min(retry_after_s, DAY_S), "Retry-After"
    return delay, reason

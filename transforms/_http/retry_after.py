"""When a site wants to be asked again (RFC 9110 section 10.2.3)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from apache_beam.utils.timestamp import Timestamp

MIN_RETRY_AFTER_S = 60
MAX_RETRY_AFTER_S = 86_400

_SECONDS = re.compile(r"\d+", re.ASCII)


def parse_retry_after(value: str, now: Timestamp) -> int | None:
    """Returns the seconds a Retry-After header asks for, as seconds or as a date; None where it is neither.

    A date that is past gives 0.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return int(value[:12])
    try:
        at = parsedate_to_datetime(value)
        return max(0, int(at.timestamp() - float(now)))
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        # email.utils raises all of these on hostile dates.
        return None


def clamp_retry_after(seconds: int) -> int:
    """Returns seconds within [60, 86400]: neither a hammer nor a feed that is lost for a year."""
    return min(MAX_RETRY_AFTER_S, max(MIN_RETRY_AFTER_S, seconds))

"""Limits and manners of fetching: defaults from the hazards measured against hostile servers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

MAX_REDIRECTS = 5
MAX_BACKOFF_SECONDS = 30.0
PRODUCT = "bentpipe"

KIB = 1 << 10
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one kind of fetch may cost.

    total_seconds holds for DNS, connecting, all redirects and the body together, not for waiting for a site's turn.
    """

    connect_seconds: float
    read_seconds: float
    total_seconds: float
    max_wire_bytes: int
    max_decoded_bytes: int


FEED = Limits(connect_seconds=5, read_seconds=10, total_seconds=20, max_wire_bytes=5 * MIB, max_decoded_bytes=10 * MIB)
PAGE = Limits(connect_seconds=5, read_seconds=10, total_seconds=25, max_wire_bytes=3 * MIB, max_decoded_bytes=5 * MIB)
# RFC 9309 section 2.5: at least 500 KiB of a robots.txt are parsed; what is beyond is ignored, not an error.
ROBOTS = Limits(
    connect_seconds=5, read_seconds=5, total_seconds=10, max_wire_bytes=512 * KIB, max_decoded_bytes=512 * KIB
)


@dataclass(frozen=True)
class FetchSettings:
    """How to fetch; can be pickled.

    contact: an address or URL that stands in the User-Agent.
    site_delay_seconds: the least time from one answer of a site to the next request; 0 means no delay, but still one
        request at a time.
    allow_private_networks: networks (CIDR) that may be dialled although they are not public, on any port.
    site_budget: requests to one site, robots.txt, hops and retries counted; None means no limit.
    budget_seconds: the budget is whole again after so long; None: it is for the life of the fetcher.
    max_in_flight: requests on the wire at once.
    feed_robots: robots.txt holds for feeds too.
    retries: further tries in this run after a connect error or a status of 408, 425, 429 or 5xx.
    backoff_seconds: the first back-off; it doubles with each retry, up to 30 s.
    """

    contact: str | None = None
    site_delay_seconds: float = 2.0
    allow_private_networks: tuple[str, ...] = ()
    site_budget: int | None = 60
    budget_seconds: float | None = None
    max_in_flight: int = 32
    feed_robots: bool = True
    retries: int = 2
    backoff_seconds: float = 1.0
    feed: Limits = FEED
    page: Limits = PAGE
    robots: Limits = ROBOTS

    def limits(self, kind: str) -> Limits:
        """Returns the limits of "feed", "page" or "robots"; raises ValueError for another word."""
        if kind not in ("feed", "page", "robots"):
            raise ValueError("no kind of fetch: %r" % kind)
        limits: Limits = getattr(self, kind)
        return limits

    def user_agent(self) -> str:
        """Returns the User-Agent: product/version, and (+contact) where there is one."""
        try:
            version = metadata.version(PRODUCT)
        except metadata.PackageNotFoundError:
            version = "dev"
        contact = "".join(c for c in self.contact or "" if c.isascii() and c.isprintable() and c not in "()").strip()
        return "%s/%s (+%s)" % (PRODUCT, version, contact) if contact else "%s/%s" % (PRODUCT, version)

"""The only network code: fetching with limits, an address guard, robots.txt and manners by site.

    fetcher = Fetcher(FetchSettings(contact="https://example.org/bot"))
    response = await fetcher.fetch(Request("https://example.org/feed", "feed"))

Every answer and every failure is a Response; ``ERRORS`` is the closed list of its error codes.
"""

from __future__ import annotations

from transforms._http.errors import ERRORS
from transforms._http.fetcher import Fetcher
from transforms._http.messages import Request, Response
from transforms._http.settings import FEED, PAGE, ROBOTS, FetchSettings, Limits

__all__ = ["ERRORS", "FEED", "PAGE", "ROBOTS", "FetchSettings", "Fetcher", "Limits", "Request", "Response"]

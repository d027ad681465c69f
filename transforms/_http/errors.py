"""The closed list of what can go wrong on the network, and which exception is which."""

from __future__ import annotations

import aiohttp

from transforms._http.guard import BLOCKED, AddressBlocked
from transforms._text import clean_line
from transforms._urls import redact_url

MAX_MESSAGE_CHARS = 500

# error_code: (stage, a later try could go better)
ERRORS = {
    "bad_url": ("resolve", False),
    "ssrf_blocked": ("resolve", False),
    "dns": ("resolve", True),
    "robots_disallow": ("robots", False),
    "robots_unreachable": ("robots", True),
    "site_budget": ("fetch", True),
    "site_closed": ("fetch", True),
    "connect": ("fetch", True),
    "tls": ("fetch", False),
    "timeout_connect": ("fetch", True),
    "timeout_read": ("fetch", True),
    "timeout_total": ("fetch", True),
    "too_large_wire": ("fetch", False),
    "redirect_loop": ("fetch", False),
    "redirect_limit": ("fetch", False),
    "redirect_refused": ("fetch", False),
    "short_body": ("fetch", True),
    "bad_response": ("fetch", False),
    "too_large_decoded": ("decode", False),
    "bad_encoding": ("decode", False),
}


class FetchError(Exception):
    """A fetch that ended without an answer.

    code: one of ERRORS. error_class: the class of what was underneath. retry_after_s: when a later try makes sense.
    """

    def __init__(self, code: str, message: str, error_class: str | None = None, retry_after_s: int | None = None):
        super().__init__(message)
        self.code = code
        self.stage, self.retryable = ERRORS[code]
        self.message = clean_line(redact_url(message), MAX_MESSAGE_CHARS) or code
        self.error_class = error_class or type(self).__name__
        self.retry_after_s = retry_after_s


# First match wins: aiohttp's classes inherit from OSError, TimeoutError and ValueError in many ways.
_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ConnectionTimeoutError, "timeout_connect"),
    (aiohttp.ServerTimeoutError, "timeout_read"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientConnectorCertificateError, "tls"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientPayloadError, "short_body"),
    (aiohttp.ClientConnectionError, "connect"),
    (aiohttp.ClientResponseError, "bad_response"),
    (aiohttp.InvalidURL, "bad_url"),
    (aiohttp.ClientError, "bad_response"),
    (TimeoutError, "timeout_total"),
    (OSError, "connect"),
    (ValueError, "bad_url"),
)
NETWORK_ERRORS = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


def classify(error: BaseException) -> FetchError:
    """Returns the FetchError of what aiohttp, the socket or the clock raised."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, AddressBlocked) or isinstance(getattr(error, "os_error", None), AddressBlocked):
        return FetchError("ssrf_blocked", BLOCKED, AddressBlocked.__name__)
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "bad_response")
    return FetchError(code, str(error) or code, type(error).__name__)

"""What is asked of the fetcher and what it answers."""

from collections.abc import Mapping
from typing import NamedTuple

from apache_beam.utils.timestamp import Timestamp


class Request(NamedTuple):
    """One address to fetch.

    kind: "feed" or "page"; it chooses the limits and the rules for redirects.
    etag, last_modified: the validators of the copy at hand; sent to the origin of url only.
    """

    url: str
    kind: str
    etag: str | None = None
    last_modified: str | None = None


class Response(NamedTuple):
    """What came of a request: an answer with any HTTP status (error_code is None), or one error of the closed list.

    url: the address asked for. final_url: the address asked last, after redirects. Both, and permanent_url, are as they
    work; who shows or stores one passes it through redact_url.
    headers: names in lower case, values bounded, without control characters.
    body: decoded; of an answer with status 400 or more at most its first 64 KiB.
    duration_ms: spent on the wire over all hops and retries, without waiting for the site's turn.
    wire_bytes: body bytes received over all hops and retries, before decoding.
    permanent_url: the final address when every hop was 301 or 308, else None.
    retry_after_s: Retry-After in seconds, both forms, clamped to [60, 86400].
    message: one line, at most 500 characters, without secrets.
    stage: resolve, robots, fetch or decode; None with an answer.
    retryable: a later try could go better; of an answer: status 408, 425, 429 or 5xx.
    """

    url: str
    final_url: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    fetched_at: Timestamp
    duration_ms: int
    wire_bytes: int
    permanent_url: str | None = None
    retry_after_s: int | None = None
    error_code: str | None = None
    error_class: str | None = None
    message: str | None = None
    stage: str | None = None
    retryable: bool = False

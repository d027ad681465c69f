"""What every reader of a format hands on: one feed, its items, still as they stand in the document."""

from __future__ import annotations

from typing import NamedTuple


class FeedError(ValueError):
    """The document is not a feed that can be read. code: an error_code of fact_reject."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both, so that it survives the way out of a child
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class RawItem(NamedTuple):
    """One item. title and summary are HTML markup (plain text stands escaped), content is HTML or plain text.

    language: what the item says of itself.
    """

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None


class RawFeed(NamedTuple):
    """One feed. ttl_s and update_period_s are what the publisher asks for, in seconds.

    stumbles: elements that the reader could make nothing of, and left out.
    """

    format: str
    items: list[RawItem]
    title: str | None = None
    site_url: str | None = None
    language: str | None = None
    ttl_s: int | None = None
    update_period_s: int | None = None
    is_truncated: bool = False
    stumbles: int = 0

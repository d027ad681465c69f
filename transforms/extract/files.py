"""extract_file: a saved page to the record that the ``extract`` command prints."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from transforms.extract.article import Extracted, ExtractError, extract_article

MAX_FILE_BYTES = 64 << 20


def extract_file(path: str, url: str | None = None) -> dict[str, Any]:
    """Reads a saved page; returns {path, url?, title, authors, …} or {path, error}, and never raises for the page."""
    try:
        with Path(path).open("rb") as file:
            html = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return {"path": path, "error": "cannot be read: %s" % (error.strerror or type(error).__name__)}
    return extract_bytes(path, html, url)


def extract_bytes(path: str, html: bytes, url: str | None = None) -> dict[str, Any]:
    """As extract_file, of a page at hand; path is what the record calls it."""
    if len(html) > MAX_FILE_BYTES:
        return {"path": path, "error": "over %d bytes" % MAX_FILE_BYTES}
    try:
        found = extract_article(html, url or "")
    except ExtractError as error:
        return {"path": path, "error": str(error)}
    return _record(path, url, found)


def _record(path: str, url: str | None, found: Extracted) -> dict[str, Any]:
    record: dict[str, Any] = {"path": path}
    if url or found.canonical_url:
        record["url"] = url or found.canonical_url
    record.update(
        title=found.title,
        authors=list(found.authors),
        published_at=published_text(found),
        language=found.language,
        text=found.text,
        method=found.method,
        is_degraded=found.is_degraded,
    )
    if found.is_truncated:
        record["is_truncated"] = True
    if found.kind != "article":
        record.update(kind=found.kind, detail=found.detail)
    links = {"feeds": list(found.feed_links)} if found.feed_links else {}
    if found.amp_url:
        links["amp"] = [found.amp_url]
    if links:
        record["links"] = links
    return record


def published_text(found: Extracted) -> str | None:
    """When it was published, as the page wrote it: in its own zone, to its own precision (ISO 8601)."""
    if found.published_at is None:
        return None
    instant = found.published_at.to_utc_datetime(has_tz=True)
    if found.published_precision == "day":
        return instant.date().isoformat()
    zone = datetime.timezone(datetime.timedelta(minutes=found.published_utc_offset_minutes or 0))
    return instant.astimezone(zone).isoformat(
        timespec="minutes" if found.published_precision == "minute" else "seconds"
    )

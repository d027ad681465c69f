"""The page's own address, and those of its feeds and its AMP copy."""

from __future__ import annotations

from urllib.parse import urlsplit

from transforms._urls import BadUrl, parse_url, site_of
from transforms.extract.statements import Statements


def find_canonical(said: Statements, url: str) -> tuple[str | None, str | None]:
    """Returns rel=canonical, else og:url, and the source; only an address of the same site that names a page.

    A canonical link to the front page, or to the section a page stands in, is a template's mistake. Of a page whose
    address is not known ("") what it says is taken.
    """
    for address, source in ((said.canonical, "link"), (said.meta.get("og:url"), "meta")):
        found = _absolute(address, url)
        if found and (not url or (site_of(found) == site_of(url) and _names_page(found, url))):
            return found, source
    return None, None


def find_feeds(said: Statements, url: str) -> tuple[str, ...]:
    """The feeds the page links to."""
    return tuple(dict.fromkeys(found for link in said.feeds if (found := _absolute(link, url))))


def find_amp(said: Statements, url: str) -> str | None:
    """The page's AMP copy."""
    return _absolute(said.amp, url)


def _absolute(address: str | None, base: str) -> str | None:
    try:
        return parse_url(address, base or None) if address else None
    except BadUrl:
        return None


def _names_page(found: str, url: str) -> bool:
    parts, own = urlsplit(found), urlsplit(url)
    path, own_path = parts.path.rstrip("/"), own.path.rstrip("/")
    if path == own_path:
        return True
    is_section = path.count("/") <= 1 and own_path.startswith(path + "/")
    return bool(path or parts.query) and not is_section

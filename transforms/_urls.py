"""Web addresses: one cleaned form, the site they belong to, and what must not be shown of them."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import courlan
from tld import get_fld
from yarl import URL

MAX_URL_CHARS = 2_048

# Trackers that courlan 1.4 leaves in place.
_TRACKERS = frozenset(
    "_hsenc _hsmi cmpid cmp ns_mchannel ns_source ns_campaign ns_linkname wt_mc guccounter guce_referrer "
    "guce_referrer_sig ito ncid ttclid at_medium at_campaign at_custom1 at_custom2 mc_cid mc_eid mkt_tok oly_anon_id "
    "oly_enc_id vero_id yclid dclid gbraid wbraid igshid spm smid sref ocid traffic_source feedtype rsslink".split()
)
_TRACKER_VALUES = frozenset({("partner", "rss"), ("source", "rss"), ("from", "rss"), ("ref", "rss"), ("feed", "rss")})
_SECRETS = re.compile(r"(?i)([?&;](?:key|token|sig|signature|api_?key|access_token|auth|password|secret)=)[^&#;]*")

# In the bytes of a document, where an address may stand between quotes or tags, escaped or percent-encoded.
_SECRETS_IN_BYTES = re.compile(
    rb"(?i)((?:key|token|sig|signature|access_token|auth|password|secret)(?:=|%3d))[^&#;\s\"'<>]+"
)
_USER_IN_BYTES = re.compile(rb"//[^/@\s\"'<>]{1,256}@")


class BadUrl(ValueError):
    """The address is not one of the web, or too long."""


def parse_url(url: str, base: str | None = None) -> str:
    """Returns url, resolved against base, as an absolute http(s) address in normal form.

    Host in lower case and IDNA, dot segments resolved, default ports gone, fragment gone.

    Raises:
        BadUrl: no http(s) address, user names in it, or over MAX_URL_CHARS.
    """
    try:
        joined = urljoin(base, url.strip()) if base else url.strip()
        if len(joined) > MAX_URL_CHARS:
            raise BadUrl("address over %d characters" % MAX_URL_CHARS)
        parsed = URL(joined)
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise BadUrl("not an http or https address")
        if parsed.user is not None or parsed.password is not None:
            raise BadUrl("user name in the address")
        return str(parsed.with_fragment(None))
    except BadUrl:
        raise
    except ValueError as error:
        raise BadUrl("address that cannot be read: %s" % error) from None


def clean_url(url: str, base: str | None = None) -> str:
    """Returns the canonical form of an address: parse_url, tracking parameters gone, parameters sorted.

    Raises:
        BadUrl: as parse_url.
    """
    parsed = parse_url(url, base)
    parts = urlsplit(parsed)
    if parts.query:
        pairs = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name.lower() not in _TRACKERS and (name.lower(), value.lower()) not in _TRACKER_VALUES
        ]
        parsed = urlunsplit(parts._replace(query=urlencode(pairs)))
    return courlan.clean_url(parsed) or parsed


def site_of(url: str) -> str:
    """Returns the site an address belongs to: its registrable domain, or host:port for an IP literal or localhost.

    One request at a time goes to a site, whatever its host names.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host != "localhost" and not host.endswith(".localhost"):
            return get_fld(url, fail_silently=True, fix_protocol=True) or host
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return "[%s]:%d" % (host, port) if ":" in host else "%s:%d" % (host, port)


def redact_url(url: str) -> str:
    """Returns url without user names and without the values of query parameters that carry secrets."""
    try:
        parts = urlsplit(url)
        if "@" in parts.netloc:
            url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        url = re.sub(r"//[^/@]*@", "//", url)
    return _SECRETS.sub(r"\1…", url)


def redact_bytes(data: bytes) -> bytes:
    """Returns the bytes of a document without what ``redact_url`` takes out of addresses, wherever it stands."""
    return _SECRETS_IN_BYTES.sub(rb"\1...", _USER_IN_BYTES.sub(b"//", data))

"""The address guard: which addresses may be dialled.

It is asked with the address a socket is about to connect to, after DNS, on every hop, so that neither a redirect nor a
name that changes its address between two look-ups reaches an inner network.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Any

PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})

# IANA's special-purpose registries, and what leads into IPv4 from IPv6. Python's is_global is asked too: it knows most
# of these, but not all in every 3.11.
_SPECIAL = tuple(
    ipaddress.ip_network(cidr)
    for cidr in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "168.63.129.16/32 "  # Azure's host, a public address in form only
        "::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 "
        "3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
)
BLOCKED = "address or port is not allowed"
# Answer to credentials of the machine; refused by name already.
_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog"})
# A last label that reads as a number makes the host an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"(?i)\d+|0x[0-9a-f]*")


class AddressBlocked(OSError):
    """The address is not one that may be dialled."""

    def __init__(self) -> None:
        # One text for all addresses, so that a host with several blocked addresses is reported as blocked.
        super().__init__(errno.EACCES, BLOCKED)


def is_public(address: str) -> bool:
    """Returns whether an IP address (a zone id may follow) is a unicast address of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not any(ip in network for network in _SPECIAL)


class AddressGuard:
    """Decides which addresses may be dialled: public ones on the web's ports, allowed networks on any port."""

    def __init__(self, allow_private_networks: Iterable[str] = ()):
        """Raises ValueError for what is no CIDR."""
        self._allowed = tuple(ipaddress.ip_network(cidr) for cidr in allow_private_networks)

    def allows(self, address: str, port: int) -> bool:
        """Returns whether port at address may be dialled; address is an IP address in the kernel's own form."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        if any(ip in network for network in self._allowed):
            return True
        return port in PUBLIC_PORTS and is_public(address)

    def open_socket(self, addr_info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """Returns a new socket for the address that is about to be dialled; raises AddressBlocked.

        The hook aiohttp's connector calls for every connection it makes.
        """
        family, kind, proto, _, sockaddr = addr_info
        if not self.allows(str(sockaddr[0]), int(sockaddr[1])):
            raise AddressBlocked
        return socket.socket(family=family, type=kind, proto=proto)


def check_host(host: str) -> None:
    """Refuses hosts that no public page has, before any look-up.

    Raises:
        AddressBlocked: a cloud's metadata service.
        ValueError: an IPv4 address in another than the dotted form (2130706433, 0x7f.1, 127.1).
    """
    name = host.rstrip(".").lower()
    if name in _METADATA_NAMES:
        raise AddressBlocked
    if ":" not in name and _NUMBER.fullmatch(name.rpartition(".")[2]):
        ipaddress.IPv4Address(name)

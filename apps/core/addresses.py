"""Which machines the portal may call. Public ones; others only where OUTBOUND_ALLOW names them with their port."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Place = tuple[str, int]  # a host name or a network, and a port

# Written out, since what `is_global` says differs between versions of Python. IANA's special-purpose registries.
NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
PUBLIC_6 = IPv6Network("2000::/3")  # leaves out loopback, mapped, NAT64, unique local, link-local, multicast
NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# Where clouds keep their metadata, and what is no machine at all: a host name opens none of these.
NEVER_BY_NAME = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::/32"),
        ),
    )
)


def is_public(address: Address) -> bool:
    """An ordinary address of the internet; nothing that leads to another one inside it (mapped, 6to4, NAT64)."""
    if isinstance(address, IPv4Address):
        return address.is_global and not _within(address, NOT_PUBLIC_4)
    return address in PUBLIC_6 and not _within(address, NOT_PUBLIC_6) and address.is_global


def may_call(host: str, address: str, port: int, allowed: Iterable[Place]) -> bool:
    """Whether a connection to this address may be opened for this host and port."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return is_public(found) or is_named(host, address, port, allowed)


def is_named(host: str, address: str, port: int, allowed: Iterable[Place]) -> bool:
    """Whether the list names this host, or a network that the address is in, with this port."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(_names(place, host, found) for place, at in allowed if at == port)


def _names(place: str, host: str, address: Address) -> bool:
    network = _network(place)
    if network is None:
        return place.lower() == host and not _within(address, NEVER_BY_NAME)
    return address.version == network.version and address in network


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _network(place: str) -> Network | None:
    try:
        return ip_network(place, strict=False)
    except ValueError:
        return None

"""Which addresses may be contacted for a URL that somebody else chose.

A certificate or a document may name any host. If such a name could lead into the
operator's own network, every verifier would be a way in. So only globally reachable
unicast addresses are contacted for them, unless the operator allow-lists more.

Spec: RFC 6890 (special-purpose address registries), RFC 4291 §2.5.5.2, RFC 6052 §2.1
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from esign.errors import UsageError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = (
    ipaddress.IPv6Network("fec0::/10"),  # site-local: withdrawn, but still routed by some
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of the local network
    ipaddress.IPv4Network("192.0.0.0/24"),
)
"""What Python's tables leave out or name only in newer versions."""
_HOST_ENTRY = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One allow-list entry: a name or a network, and the port it is for (None: any)."""

    host: str | None
    network: IPNetwork | None
    port: int | None


class AllowList:
    """What the operator permits beyond public addresses.

    Entries are a host name, an address, a CIDR range, or one of the first two with a
    port: ``ocsp.example``, ``ocsp.example:8080``, ``10.1.2.3``, ``10.0.0.0/8``,
    ``[::1]:8080``.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[str] = ()) -> None:
        if isinstance(entries, str):
            entries = (entries,)
        self._entries = tuple(_read_entry(entry) for entry in entries)

    def permits_host(self, host: str, port: int) -> bool:
        """True when this very name was allowed, whatever it resolves to."""
        return any(e.host == host and e.port in (None, port) for e in self._entries)

    def permits_address(self, address: IPAddress, port: int) -> bool:
        """True when the address, as it is or unmapped, lies in an allowed range."""
        meant = _unmapped(address)
        return any(
            e.network is not None and meant in e.network and e.port in (None, port)
            for e in self._entries
        )

    def __repr__(self) -> str:
        return f"AllowList({len(self._entries)} entries)"


def refusal(address: IPAddress) -> str | None:
    """Return the kind of address that makes it refused, or None when it is public."""
    if isinstance(address, ipaddress.IPv6Address):
        return _refusal_v6(address)
    return _kind(address)


def number_in_disguise(host: str) -> IPAddress | None:
    """Return the IPv4 address meant by ``2130706433``, ``0x7f.1`` and the like.

    Resolvers read such names as addresses, so they are literal addresses in disguise.
    """
    if not re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _refusal_v6(address: ipaddress.IPv6Address) -> str | None:
    if address.ipv4_mapped is not None:
        return "IPv4-mapped"
    inner = address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and address in _NAT64:
        # Behind NAT64 every IPv4 host looks like this, so what counts is the inside.
        return _kind(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return _kind(address) or (None if inner is None else _kind(inner))


def _kind(address: IPAddress) -> str | None:
    for kind, holds in (
        ("unspecified", address.is_unspecified),
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("private", address.is_private),
        ("reserved", address.is_reserved),
    ):
        if holds:
            return kind
    named = any(address in network for network in _NOT_PUBLIC)
    return None if address.is_global and not named else "not globally reachable"


def _read_entry(entry: str) -> _Entry:
    text = entry.strip().lower()
    network = _network(text)
    if network is not None:
        return _Entry(None, network, None)
    host, port = _split_port(text)
    network = _network(host) if "/" not in host else None
    if network is not None:
        return _Entry(None, network, port)
    host = host.rstrip(".")
    if not _HOST_ENTRY.fullmatch(host):
        raise UsageError(
            "{entry!r} is no host, host:port, address or CIDR range to allow.", entry=entry
        )
    return _Entry(host, None, port)


def _split_port(text: str) -> tuple[str, int | None]:
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::([0-9]{1,5}))?", text)
    plain = re.fullmatch(r"([^:]+):([0-9]{1,5})", text)
    match = bracketed or plain
    if match is None:
        return text, None
    port = None if match[2] is None else int(match[2])
    return (match[1], port) if port is None or 0 < port < 65536 else (text, None)


def _network(text: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _unmapped(address: IPAddress) -> IPAddress:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address if mapped is None else mapped

"""Which machines this node may be made to call (docs/spec/replication.md, "Addresses").

Addresses of peers come from strangers. Without rules, a stranger could make this node knock
at its own network: at the router, the printer, the cloud provider's credentials. So a name
is resolved once, the address is checked, and the connection goes to just that address.

Only global unicast addresses pass. Private, link-local and loopback ones pass when the
operator allowed them for that peer. Addresses that carry another one inside (mapped,
translated, tunnelled), multicast and reserved ones never do, because what they reach is not
what they seem.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from protocol.errors import Malformed, Refused
from protocol.wire.text import read_decimal

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""A name and a port to the addresses behind them."""

_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 200
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_URL = re.compile(
    r"(https?)://(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::([0-9]{1,5}))?"
    r"((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?)"
)
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")

_PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared address space: carriers, and overlays such as VPN meshes
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "169.254.169.254/32",  # cloud metadata: credentials for whoever asks
        "100.100.100.200/32",
        "fd00:ec2::254/128",
        "2001::/23",  # Teredo, ORCHID, benchmarking and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
_GLOBAL_6 = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class PeerUrl:
    """A peer's address, read strictly; `text` has one spelling."""

    text: str
    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port as a request's Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_peer_url(text: str) -> PeerUrl:
    """Read the address of a peer.

    Raises:
        Malformed: not a plain http or https address: user, query, fragment, odd host.
    """
    parts = _URL.fullmatch(text) if len(text) <= _LONGEST_URL else None
    if parts is None:
        raise Malformed("address-malformed", "expected http://host or https://host")
    scheme, bracketed, name, port, path = parts.groups()
    number = _PORTS[scheme] if port is None else read_decimal(port)
    if not 0 < number < 65_536:
        raise Malformed("address-malformed", "no such port")
    host = _read_name(name.lower()) if bracketed is None else _read_ipv6(bracketed)
    url = PeerUrl("", scheme, host, number)
    return PeerUrl(f"{scheme}://{url.authority}{path.rstrip('/')}", scheme, host, number)


def _read_ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise Malformed("address-malformed", "not an IPv6 address") from None


def _read_name(host: str) -> str:
    if not _NAME.fullmatch(host):
        raise Malformed("address-malformed", "not a host name")
    # "127.1", "0x7f000001" and "2130706433" are addresses to some resolvers, names to others.
    if _ENDS_IN_NUMBER.fullmatch(host):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise Malformed("address-malformed", "not an IPv4 address") from None
    return host


def is_literal(host: str) -> bool:
    """Whether a host is an address already, and not a name."""
    return ":" in host or bool(_ENDS_IN_NUMBER.fullmatch(host))


def check_address(text: str, *, allow_private: bool) -> None:
    """Decide whether this node may connect to an address.

    Raises:
        Refused: it may not; `address-private` where the operator could allow it.
    """
    try:
        address = ip_address(text)
    except ValueError:
        raise Refused("address-forbidden", "not an address") from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        address = IPv6Address(int(address))
    if any(address in network for network in _NEVER):
        raise Refused("address-forbidden", f"{address} is never called")
    if any(address in network for network in _PRIVATE):
        if allow_private:
            return
        detail = f"{address} is private; the operator may allow it for this peer"
        raise Refused("address-private", detail)
    right = address.is_global if isinstance(address, IPv4Address) else address in _GLOBAL_6
    if not right:
        raise Refused("address-forbidden", f"{address} is never called")


def choose_address(addresses: Sequence[str], *, allow_private: bool) -> str:
    """The first address that may be called; what is returned is what was checked.

    Raises:
        Refused: there is none.
    """
    problem = Refused("address-unknown", "the name has no address")
    for address in addresses:
        try:
            check_address(address, allow_private=allow_private)
        except Refused as refusal:
            problem = refusal
            continue
        return address
    raise problem


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the operating system.

    Raises:
        Refused: nobody knows the name.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Refused("address-unknown", "the name has no address") from None
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))

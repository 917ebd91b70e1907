"""Who counts as one, of those who come over the network: an address, or what one customer has.

Pure. What a client says of itself is never looked at: an address is the peer's, or what a trusted
proxy has written down.
"""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from frontdesk.web.bounds import Network

# Hosts whose neighbourhood is remembered, at about 300 bytes each.
HOSTS = 4_096


def neighbourhood(client: tuple[str, int] | None, proxies: tuple[Network, ...]) -> str | None:
    """Whom this client is counted with: IPv4 by address, IPv6 by the /64 that one customer gets.

    Returns:
        None for one of these proxies, through which everybody comes, and for no address at all.
    """
    return _of_host(client[0], proxies) if client is not None else None


def remembered(proxies: tuple[Network, ...]) -> Callable[[tuple[str, int] | None], str | None]:
    """The same, with a memory: whoever sends a command sends more."""
    known = lru_cache(HOSTS)(lambda host: _of_host(host, proxies))
    return lambda client: known(client[0]) if client is not None else None


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The address of a peer, one of IPv4 also where it is written as one of IPv6.

    Returns:
        None for what is no address.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _of_host(host: str, proxies: tuple[Network, ...]) -> str | None:
    address = address_of(host)
    if address is None:
        return host
    if any(address in network for network in proxies):
        return None
    if isinstance(address, IPv4Address):
        return str(address)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def wider(place: str) -> str | None:
    """The /48 in which a /64 lies; None for everything else that `neighbourhood` says."""
    network = place.removesuffix("/64")
    if network == place:
        return None
    return f"{IPv6Address(int(IPv6Address(network)) >> 80 << 80)}/48"

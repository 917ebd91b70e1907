"""Who counts as one, of those who come over the network: an address, or what one customer has.

Pure. What a client says of itself is never looked at: an address is the peer's, or what a trusted
proxy has written down.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from frontdesk.web.bounds import Network


def neighbourhood(client: tuple[str, int] | None, proxies: Sequence[Network]) -> str | None:
    """Whom this client is counted with: IPv4 by address, IPv6 by the /64 that one customer gets.

    Returns:
        None for one of these proxies, through which everybody comes, and for no address at all.
    """
    if client is None:
        return None
    try:
        address = ip_address(client[0].partition("%")[0])
    except ValueError:
        return client[0]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
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

"""Where the server listens: sockets from a host and a port, and an address to show."""

import errno
import socket
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from frontdesk.cli.stops import Stop, StopForSetting
from frontdesk.config import Config

# What stands before the path of a socket file.
UNIX = "unix:"


def bind(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of the host, all on one port; none listens yet.

    Raises:
        Stop: the host is unknown, or the port is taken or not ours to take.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise Stop(
            f"There is no host {host!r}. Give --host an address of this machine, such as 127.0.0.1."
        ) from None
    sockets: list[socket.socket] = []
    failed: OSError | None = None
    # IPv4 first: where only one of the two works, that is the one.
    for family, _, _, _, address in sorted(set(found), key=lambda one: one[0] != socket.AF_INET):
        chosen = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bound(family, (address[0], chosen, *address[2:])))
        except OSError as error:
            failed = failed or error
    # `localhost` on a machine without IPv6 has one address that cannot be bound; but a port that
    # is taken on one of two would lead half of the visitors to somebody else.
    if failed is not None and (not sockets or failed.errno == errno.EADDRINUSE):
        for one in sockets:
            one.close()
        raise _cannot(host, port, failed) from None
    return sockets


def _bound(family: int, address: tuple[str | int, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A restart need not wait for the last connections of the one before.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def _cannot(host: str, port: int, error: OSError) -> Stop:
    if error.errno == errno.EADDRINUSE:
        return Stop(
            f"Port {port} on {host} is taken, perhaps by another Frontdesk. Stop that, or choose"
            " another port with --port; 0 takes any free one."
        )
    if error.errno == errno.EACCES:
        return Stop(f"Port {port} needs rights that you do not have. Choose one from 1024 on.")
    return Stop(
        f"This machine cannot listen on {host}: {error.strerror}. Give --host one of its own"
        " addresses, such as 127.0.0.1 or 0.0.0.0."
    )


def as_passed(config: Config, sockets: Sequence[socket.socket]) -> Config:
    """The settings, with where these sockets listen in place of what was set.

    Raises:
        StopForSetting: a certificate is set, and a proxy comes by a Unix socket.
    """
    at = sockets[0].getsockname()
    if sockets[0].family != socket.AF_UNIX:
        return replace(config, uds=None, host=at[0], port=at[1])
    if config.tls_cert is not None:
        raise StopForSetting(
            "A Unix socket was passed, by which a proxy comes that speaks https in our place. Leave"
            " out --tls-cert and --tls-key."
        )
    return replace(config, uds=Path(at))


def url(host: str, sockets: Sequence[socket.socket], scheme: str = "http") -> str:
    """What to type into a browser on this machine."""
    port = sockets[0].getsockname()[1]
    try:
        address = ip_address(host)
    except ValueError:
        return f"{scheme}://{host}:{port}"
    if address.is_unspecified:
        return f"{scheme}://localhost:{port}"
    return (
        f"{scheme}://{address}:{port}" if address.version == 4 else f"{scheme}://[{address}]:{port}"
    )


def public_address(config: Config, sockets: Sequence[socket.socket]) -> str:
    """Where people go: what the world calls the server, or else where it is from this machine."""
    return config.base_url or listens_at(config, sockets)


def links_begin(config: Config, sockets: Sequence[socket.socket]) -> str:
    """How a link for a browser begins; with a word to replace where nobody has said the name."""
    if config.uds is not None and config.base_url is None:
        return "https://NAME-OF-THE-PROXY"
    return public_address(config, sockets)


def host_of(config: Config) -> str | None:
    """The host by which the world knows the server, if that was said."""
    return urlsplit(config.base_url).hostname if config.base_url is not None else None


def listens_at(config: Config, sockets: Sequence[socket.socket]) -> str:
    """Where the server is reached from this machine."""
    if config.uds is not None:
        return f"{UNIX}{config.uds.absolute()}"
    return url(config.host, sockets, "http" if config.tls_cert is None else "https")


def is_for_this_machine(sockets: Sequence[socket.socket]) -> bool:
    """Whether nobody else can connect."""
    return all(
        one.family == socket.AF_UNIX
        or ip_address(one.getsockname()[0].partition("%")[0]).is_loopback
        for one in sockets
    )

"""What may stand in a setting of the server, beside the kinds that a desk has too.

As those (`frontdesk.desk.kinds`): `read` takes what somebody typed, `check` a value of a file.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from frontdesk.desk.sites import origin

Network = IPv4Network | IPv6Network


class Kind(Protocol):
    """What may stand there. Both raise ValueError with words that say it."""

    @property
    def wanted(self) -> str:
        """What somebody types there, in words."""

    def read(self, written: str) -> Any:
        """What somebody typed."""

    def check(self, value: object) -> Any:
        """What a file has."""


class Host(NamedTuple):
    """The name or the address of a machine, without a port."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "a host name or an address, such as 127.0.0.1, 0.0.0.0 or ::1"

    def read(self, written: str) -> str:
        """What somebody typed."""
        host = written.strip()
        if not host or any(sign in host for sign in "/ @[]"):
            raise ValueError(self.wanted)
        return host

    def check(self, value: object) -> str:
        """The host, if it is a text."""
        return self.read(value if isinstance(value, str) else "")


class Folder(NamedTuple):
    """The path of a folder."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "the path of a folder"

    def read(self, written: str) -> Path:
        """What somebody typed, seen from where they are."""
        return _typed_path(written, self.wanted)

    def check(self, value: object) -> Path:
        """The folder, which a file must name in full: it is read from anywhere."""
        return _kept_path(
            value, "the whole path of a folder, such as '/srv/frontdesk' or '~/frontdesk'"
        )


class File(NamedTuple):
    """The path of a file."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "the path of a file"

    def read(self, written: str) -> Path:
        """What somebody typed, seen from where they are."""
        return _typed_path(written, self.wanted)

    def check(self, value: object) -> Path:
        """The file, which a file must name in full."""
        return _kept_path(value, "the whole path of a file, such as '/etc/frontdesk/desk.pem'")


class Address(NamedTuple):
    """What browsers have in their line of addresses: a scheme, a host and perhaps a port."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "an address such as https://desk.example, without a path; http only for localhost"

    def read(self, written: str) -> str:
        """What somebody typed, as a browser writes it in `Origin`."""
        found = origin(written.strip())
        if found is None or "*" in found:
            raise ValueError(self.wanted)
        return found

    def check(self, value: object) -> str:
        """The address, if it is a text."""
        return self.read(value if isinstance(value, str) else "")


class Networks(NamedTuple):
    """Addresses and networks."""

    @property
    def wanted(self) -> str:
        """What somebody types, in words."""
        return "addresses and networks with commas between, such as 10.0.0.5,192.168.0.0/16"

    def read(self, written: str) -> tuple[Network, ...]:
        """What somebody typed, with commas between."""
        return _networks((part.strip() for part in written.split(",") if part.strip()), self.wanted)

    def check(self, value: object) -> tuple[Network, ...]:
        """The array of a file."""
        wanted = "an array of addresses and networks, such as ['10.0.0.5', '192.168.0.0/16']"
        # A number would be an address as well: 1 is 0.0.0.1.
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ValueError(wanted)
        return _networks(value, wanted)


def _networks(written: Iterable[str], wanted: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one) for one in written)
    except ValueError:
        raise ValueError(wanted) from None


def _typed_path(written: str, wanted: str) -> Path:
    if not written.strip():
        raise ValueError(wanted)
    return full_path(written, wanted).absolute()


def _kept_path(value: object, wanted: str) -> Path:
    path = full_path(value if isinstance(value, str) else "", wanted)
    if not path.is_absolute():
        raise ValueError(wanted)
    return path


def full_path(written: str, wanted: str) -> Path:
    """The path, with the home of whoever is named by `~`.

    Raises:
        ValueError: with what is wanted.
    """
    if "\0" in written:
        raise ValueError(wanted)
    try:
        return Path(written).expanduser()
    except RuntimeError:
        raise ValueError(f"{wanted}; this ~ is nobody's home") from None

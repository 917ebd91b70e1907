"""The sites whose pages may show a desk's chat in a frame: a list of origins, one a line.

A browser compares them as they stand in `frame-ancestors` (CSP 3, 6.7.2.8), so they are kept as it
writes them: a scheme, a host in small letters, and a port where it is not the scheme's own. Nothing
that ends a source or a directive there (a space, `;`, `,`) can be part of one. Nothing here may
import more than the standard library: the command line reads it before every command.
"""

import re
from typing import NamedTuple

# A company has a few shops and some places to try things out.
SITES_MOST = 50

# All of them are sent in one header, and a proxy's first buffer for headers is often 4 KiB.
SITES_CHARS = 3_000

# Most that is looked at, since normalising takes time in the length.
_TYPED_CHARS = 4 * SITES_CHARS

_HOST_CHARS = 253
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.*-]+)(?::([0-9]{1,5}))?/?", re.ASCII | re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_PORT_MOST = 65_535
_OCTET = re.compile("0|[1-9][0-9]{0,2}")


class Sites(NamedTuple):
    """Origins, one a line; none at all is any site."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return (
            f"up to {SITES_MOST} origins such as https://shop.example or https://*.shop.example,"
            " one a line; http only for localhost"
        )

    def read(self, written: str) -> str:
        """What somebody typed, also in one line with spaces or commas between."""
        return self.check(re.sub(r"\\n|[,\s]", "\n", written[: _TYPED_CHARS + 1]))

    def check(self, value: object) -> str:
        """The origins as a browser writes them, each once, if they are such."""
        if not isinstance(value, str) or len(value) > _TYPED_CHARS:
            raise ValueError(self.wanted)
        lines = enumerate((line.strip() for line in value.split("\n")), 1)
        origins = tuple(dict.fromkeys(self._origin(line, n) for n, line in lines if line))
        told = "\n".join(origins)
        if len(origins) > SITES_MOST:
            raise ValueError(self.wanted)
        if len(told) > SITES_CHARS:
            raise ValueError(f"{self.wanted}, of {SITES_CHARS} characters in all")
        return told

    def _origin(self, line: str, number: int) -> str:
        found = origin(line)
        if found is None:
            raise ValueError(f"{self.wanted}; line {number} is none")
        return found


def listed(sites: str) -> tuple[str, ...]:
    """The origins of a value that `Sites` has found good."""
    return tuple(sites.split("\n")) if sites else ()


def origin(line: str) -> str | None:
    """The origin as a browser writes it; None if it is none that may be allowed."""
    found = _ORIGIN.fullmatch(line)
    if found is None:
        return None
    scheme, host = found[1].lower(), found[2].lower()
    port = int(found[3] or _PORTS[scheme])
    if not _is_host(host) or not 1 <= port <= _PORT_MOST:
        return None
    if scheme == "http" and not _is_loopback(host):
        # Whoever is on the line between could put a page of their own around the chat.
        return None
    return f"{scheme}://{host}" + (f":{port}" if port != _PORTS[scheme] else "")


def _is_host(host: str) -> bool:
    """Whether this is a name or an IPv4 address. For IPv6 a browser has no such source."""
    labels = host.removeprefix("*.").split(".")
    if len(host) > _HOST_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    if not labels[-1].isdigit():
        return True
    # A browser takes it for an address then, however it is written.
    numbers = [label for label in labels if _OCTET.fullmatch(label) and int(label) <= 255]
    return len(labels) == len(numbers) == 4 and not host.startswith("*")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "127.0.0.1") or host.endswith(".localhost")

"""The table: every setting of the server."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

from frontdesk.config.kinds import Address, File, Folder, Host, Kind, Network, Networks
from frontdesk.desk.kinds import Choice, Switch, Whole

PREFIX = "FRONTDESK_"

# What a connection over a socket file, which has no address, is taken to come from.
LOCAL = ip_network("127.0.0.1/32")


@dataclass(frozen=True)
class Config:
    """What was set. The fields are the settings of the table below, which says what they mean."""

    host: str
    port: int
    data_dir: Path
    memory: bool
    uds: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    base_url: str | None
    connections: int
    trusted_proxies: tuple[Network, ...]
    address_rate: int
    sign_in_rate: int
    metrics_from: tuple[Network, ...]
    log_level: str

    @property
    def database(self) -> Path:
        """The one file with everything in it."""
        return self.data_dir / "frontdesk.db"

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The proxies to believe. Who may open the socket file is one, and counts as `LOCAL`."""
        return self.trusted_proxies if self.uds is None else (*self.trusted_proxies, LOCAL)


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        kind: what may stand there.
        default: as somebody would write it. A function, where it depends on the environment; None
            where it stays unset.
        unit: of a number; empty where there is none.
    """

    name: str
    kind: Kind
    default: str | Callable[[Mapping[str, str]], str] | None
    unit: str
    help: str

    @property
    def flag(self) -> str:
        """As it is written on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """As it is written in the environment."""
        return PREFIX + self.name.upper()

    @property
    def is_switch(self) -> bool:
        """Whether the flag stands without a value."""
        return isinstance(self.kind, Switch)

    def default_in(self, environment: Mapping[str, str]) -> str | None:
        """The default, as somebody would write it; None if it stays unset."""
        return self.default(environment) if callable(self.default) else self.default


def _default_data_dir(environment: Mapping[str, str]) -> str:
    # The specification says that a path which is not absolute is to be ignored.
    data_home = environment.get("XDG_DATA_HOME", "")
    if not os.path.isabs(data_home):
        data_home = "~/.local/share"
    return f"{data_home}/frontdesk"


class Named(NamedTuple):
    """What is said where a setting is, and is none: it names the file in which they stand."""

    name: str
    flag: str
    variable: str
    help: str


FILE = Named(
    "config",
    "--config",
    PREFIX + "CONFIG",
    "The TOML file with settings. What is a flag or a variable too is not taken from there.",
)


# --- the table ----------------------------------------------------------------------------------

SETTINGS = (
    Setting(
        "host",
        Host(),
        "127.0.0.1",
        "",
        "Where to listen. 0.0.0.0 is every network of this machine; signing in needs https then.",
    ),
    Setting("port", Whole(0, 65_535), "8420", "", "On which port; 0 takes any free one."),
    Setting(
        "data_dir",
        Folder(),
        _default_data_dir,
        "",
        "The folder with everything that is kept. Made on the first start.",
    ),
    Setting("memory", Switch(), "no", "", "Keep nothing: try things out, and lose all at the end."),
    Setting(
        "uds",
        File(),
        None,
        "",
        "A Unix socket to listen on instead of host and port, for a proxy on this machine.",
    ),
    Setting(
        "tls_cert",
        File(),
        None,
        "",
        "The certificate with its chain, in PEM, to serve https without a proxy.",
    ),
    Setting(
        "tls_key", File(), None, "", "The key of that certificate, in PEM, without a passphrase."
    ),
    Setting(
        "base_url",
        Address(),
        None,
        "",
        "What the world calls the server, such as https://desk.example. It stands in links.",
    ),
    Setting(
        "connections",
        Whole(1, 1_000_000),
        "10000",
        "connections",
        "How many may be open at once. Whoever comes then is told to come back.",
    ),
    Setting(
        "trusted_proxies",
        Networks(),
        "127.0.0.0/8,::1/128",
        "",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
    Setting(
        "address_rate",
        # Below it one guest who waits and writes is too many; above it nothing is bounded.
        Whole(60, 10_000_000),
        # A company of 500 behind one address, all of them in a conversation.
        "30000",
        "requests a minute",
        "How many may come from one address; agents who are signed in do not count.",
    ),
    Setting(
        "sign_in_rate",
        Whole(1, 10_000),
        # As many slips as a hundred people make on a Monday morning, when 50 come at once.
        "10",
        "wrong passwords a minute",
        "How many may come from one address, whosever they are.",
    ),
    Setting(
        "metrics_from",
        Networks(),
        # Behind a proxy that does not say who asks, everybody seems to come from this machine.
        "",
        "",
        "Addresses and networks that may read the numbers of this server at /metrics; by default"
        " nobody.",
    ),
    Setting(
        "log_level",
        Choice(("debug", "info", "warning", "error")),
        "info",
        "",
        "The least that is logged; debug has a line for every answer.",
    ),
)

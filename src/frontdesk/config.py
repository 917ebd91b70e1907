"""The settings: one table of names, defaults, units and what each is for.

A setting is given as a flag (`--data-dir`), or else in the environment (`FRONTDESK_DATA_DIR`), or
else is its default. The same code reads all of them, so a bad value is refused with the same
sentence wherever it stands. Nothing here may open a file or import more than the standard library:
it is read before every command.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

Network = IPv4Network | IPv6Network

PREFIX = "FRONTDESK_"


class BadSetting(Exception):
    """A setting cannot be used as it is; the message says which, why, and what may stand there."""


@dataclass(frozen=True)
class Config:
    """What was set. The fields are the settings of the table below, which says what they mean."""

    host: str
    port: int
    data_dir: Path
    memory: bool
    connections: int
    trusted_proxies: tuple[Network, ...]
    address_rate: int
    sign_in_rate: int

    @property
    def database(self) -> Path:
        """The one file with everything in it."""
        return self.data_dir / "frontdesk.db"


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        read: makes a value of what somebody wrote; raises ValueError with what may stand there.
        default: as somebody would write it. A function, where it depends on the environment.
        unit: of a number; empty where there is none.
    """

    name: str
    read: Callable[[str], Any]
    default: str | Callable[[Mapping[str, str]], str]
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
        return self.read is _switch

    def default_in(self, environment: Mapping[str, str]) -> str:
        """The default, as somebody would write it."""
        return self.default if isinstance(self.default, str) else self.default(environment)


def load(flags: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Config:
    """The settings, from flags, then the environment, then defaults.

    Args:
        flags: what stands on the command line, by name of the setting.
        environment: this process's own if None. An empty variable counts as not set.

    Raises:
        BadSetting: a value cannot be read, or a variable is none of ours.
    """
    if environment is None:
        environment = os.environ
    _refuse_unknown(environment)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        source, written = _found(setting, flags, environment)
        try:
            values[setting.name] = setting.read(written)
        except ValueError as wrong:
            raise BadSetting(f"{source} is {written[:80]!r}, but it takes {wrong}.") from None
    return Config(**values)


def _found(
    setting: Setting, flags: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[str, str]:
    if setting.name in flags:
        return setting.flag, flags[setting.name]
    if environment.get(setting.variable):
        return setting.variable, environment[setting.variable]
    return f"The default of {setting.flag}", setting.default_in(environment)


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A variable with a slip in its name would be ignored without a word."""
    ours = [setting.name.upper() for setting in SETTINGS]
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in ours:
            near = get_close_matches(name, ours, 1) or ours
            hint = "Did you mean" if len(near) == 1 else "There are"
            names = ", ".join(PREFIX + one for one in near)
            raise BadSetting(f"{variable} is set, but is no setting. {hint}: {names}.")


# --- reading what somebody wrote ----------------------------------------------------------------


def _host(written: str) -> str:
    host = written.strip()
    if not host or any(sign in host for sign in "/ @[]"):
        raise ValueError("a host name or an address, such as 127.0.0.1, 0.0.0.0 or ::1")
    return host


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        number = written.strip()
        if not number.isascii() or not number.isdigit() or not least <= int(number[:18]) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(number)

    return read


def _switch(written: str) -> bool:
    word = written.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError("yes or no")


def _folder(written: str) -> Path:
    if not written.strip() or "\0" in written:
        raise ValueError("the path of a folder")
    try:
        path = Path(written).expanduser()
    except RuntimeError:
        raise ValueError("the path of a folder; this ~ is nobody's home") from None
    return path.absolute()


def _networks(written: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in written.split(",") if part.strip())
    except ValueError:
        raise ValueError(
            "addresses and networks with commas between, such as 10.0.0.5,192.168.0.0/16"
        ) from None


def _default_data_dir(environment: Mapping[str, str]) -> str:
    # The specification says that a path which is not absolute is to be ignored.
    data_home = environment.get("XDG_DATA_HOME", "")
    if not os.path.isabs(data_home):
        data_home = "~/.local/share"
    return f"{data_home}/frontdesk"


# --- the table ----------------------------------------------------------------------------------

SETTINGS = (
    Setting(
        "host",
        _host,
        "127.0.0.1",
        "",
        "Where to listen. 0.0.0.0 is every network of this machine; put a TLS proxy in front then.",
    ),
    Setting("port", _between(0, 65_535), "8420", "", "On which port; 0 takes any free one."),
    Setting(
        "data_dir",
        _folder,
        _default_data_dir,
        "",
        "The folder with everything that is kept. Made on the first start.",
    ),
    Setting("memory", _switch, "no", "", "Keep nothing: try things out, and lose all at the end."),
    Setting(
        "connections",
        _between(1, 1_000_000),
        "10000",
        "connections",
        "How many may be open at once. Whoever comes then is told to come back.",
    ),
    Setting(
        "trusted_proxies",
        _networks,
        "127.0.0.0/8,::1/128",
        "",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
    Setting(
        "address_rate",
        # Below it one guest who waits and writes is too many; above it nothing is bounded.
        _between(60, 10_000_000),
        # A company of 500 behind one address, all of them in a conversation.
        "30000",
        "requests a minute",
        "How many may come from one address; agents who are signed in do not count.",
    ),
    Setting(
        "sign_in_rate",
        _between(1, 10_000),
        # As many slips as a hundred people make on a Monday morning, when 50 come at once.
        "10",
        "wrong passwords a minute",
        "How many may come from one address, whosever they are.",
    ),
)

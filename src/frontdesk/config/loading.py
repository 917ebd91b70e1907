"""From flags, environment and file to settings: which of them holds, and whether it may."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from frontdesk.config.bad import BadSetting
from frontdesk.config.file import read
from frontdesk.config.table import FILE, PREFIX, SETTINGS, Config, Named, Setting
from frontdesk.desk.kinds import hint

# No setting takes a longer one, and nobody reads a longer one in a sentence.
SHOWN_CHARS = 80


def load(flags: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Config:
    """The settings, from flags, then the environment, then the file, then defaults.

    Args:
        flags: what stands on the command line, by name of the setting; `config` names the file.
        environment: this process's own if None. An empty variable counts as not set.

    Raises:
        BadSetting: a value cannot be read, a variable or a key is none of ours, or the file that
            is named cannot be read.
    """
    if environment is None:
        environment = os.environ
    _refuse_unknown(environment)
    path, kept = _file(flags, environment)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        found: tuple[str, object] | None = _typed(setting, flags, environment)
        judge: Callable[[Any], Any] = setting.kind.read
        if found is None and setting.name in kept:
            found, judge = (f"{setting.name} in {path}", kept[setting.name]), setting.kind.check
        source, value = found or (
            f"The default of {setting.flag}",
            setting.default_in(environment),
        )
        try:
            values[setting.name] = judge(value)
        except ValueError as wrong:
            raise BadSetting(f"{source} is {_shown(value)}, but it takes {wrong}.") from None
    return Config(**values)


def _typed(
    setting: Setting | Named, flags: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[str, str] | None:
    """Where it is said as text, and what, if it is."""
    if setting.name in flags:
        return setting.flag, flags[setting.name]
    if environment.get(setting.variable):
        return setting.variable, environment[setting.variable]
    return None


def _file(
    flags: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Path | None, Mapping[str, object]]:
    """The file that is named, if one is, and what stands in it."""
    named = _typed(FILE, flags, environment)
    if named is None:
        return None, {}
    path, kept = read(*named)
    known = [setting.name for setting in SETTINGS]
    for name in kept:
        if name not in known:
            raise BadSetting(
                f"{_shown(name)} stands in {path}, but is no setting. {hint(name, known)}"
            )
    return path, kept


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A variable with a slip in its name would be ignored without a word."""
    ours = [one.name.upper() for one in (*SETTINGS, FILE)]
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in ours:
            raise BadSetting(f"{variable} is set, but is no setting. {hint(name, ours, PREFIX)}")


def _shown(value: object) -> str:
    """A value as somebody would know it again: short, and as it stands in a file."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value[:SHOWN_CHARS])
        case int():
            # Python refuses to write out what is longer than a few thousand digits.
            return str(value) if value.bit_length() < SHOWN_CHARS else "a huge number"
        case list():
            return f"[{', '.join(map(_shown, value))}]"[:SHOWN_CHARS]
        case dict():
            return "a table"
        case _:
            return str(value)[:SHOWN_CHARS]

"""From flags, environment and file to settings: which of them holds, and whether it may."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from frontdesk.config.bad import BadSetting
from frontdesk.config.file import read
from frontdesk.config.table import FILE, PREFIX, SETTINGS, Config, Named, Setting
from frontdesk.desk.kinds import hint

# No setting takes a longer one, and nobody reads a longer one in a sentence.
SHOWN_CHARS = 80

Source = Literal["flag", "variable", "file", "default"]


class Found(NamedTuple):
    """A setting that can be used.

    Args:
        where: as a sentence calls the place where it stands.
    """

    setting: Setting
    value: Any
    source: Source
    where: str


class Judged(NamedTuple):
    """What was found, by name and in the order of the table, and all that cannot be used."""

    found: Mapping[str, Found]
    faults: tuple[str, ...]

    def config(self) -> Config:
        """The settings, if all of them can be used.

        Raises:
            BadSetting: with the first fault.
        """
        if self.faults:
            raise BadSetting(self.faults[0])
        return Config(**{name: one.value for name, one in self.found.items()})


def load(flags: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Config:
    """The settings, as `judge` finds them.

    Raises:
        BadSetting: a value cannot be read, a variable or a key is none of ours, or the file that
            is named cannot be read.
    """
    return judge(flags, environment).config()


def judge(flags: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Judged:
    """The settings, from flags, then the environment, then the file, then defaults.

    Args:
        flags: what stands on the command line, by name of the setting; `config` names the file.
        environment: this process's own if None. An empty variable counts as not set.
    """
    if environment is None:
        environment = os.environ
    faults = list(_unknown_variables(environment))
    path, kept = None, dict[str, object]()
    try:
        path, kept = _file(flags, environment)
    except BadSetting as bad:
        faults.append(str(bad))
    faults += _unknown_keys(path, kept)
    found: dict[str, Found] = {}
    for setting in SETTINGS:
        try:
            found[setting.name] = _found(setting, flags, environment, path, kept)
        except BadSetting as bad:
            faults.append(str(bad))
    return Judged(found, tuple(faults))


def _found(
    setting: Setting,
    flags: Mapping[str, str],
    environment: Mapping[str, str],
    path: Path | None,
    kept: Mapping[str, object],
) -> Found:
    """What holds for this setting.

    Raises:
        BadSetting: it cannot be read.
    """
    judges: Callable[[Any], Any] = setting.kind.read
    value: object
    source: Source
    if typed := _typed(setting, flags, environment):
        source, where, value = typed
    elif setting.name in kept:
        source, where, value = "file", f"{setting.name} in {path}", kept[setting.name]
        judges = setting.kind.check
    else:
        source, where = "default", f"The default of {setting.flag}"
        value = setting.default_in(environment)
        if value is None:
            return Found(setting, None, source, where)
    try:
        return Found(setting, judges(value), source, where)
    except ValueError as wrong:
        raise BadSetting(f"{where} is {_shown(value)}, but it takes {wrong}.") from None


def _typed(
    setting: Setting | Named, flags: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Source, str, str] | None:
    """Where it is said as text, and what, if it is."""
    if setting.name in flags:
        return "flag", setting.flag, flags[setting.name]
    if environment.get(setting.variable):
        return "variable", setting.variable, environment[setting.variable]
    return None


def _file(
    flags: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Path | None, dict[str, object]]:
    """The file that is named, if one is, and what stands in it.

    Raises:
        BadSetting: nothing can be read there.
    """
    named = _typed(FILE, flags, environment)
    if named is None:
        return None, {}
    _, where, written = named
    return read(where, written)


def _unknown_keys(path: Path | None, kept: Mapping[str, object]) -> Iterator[str]:
    known = [setting.name for setting in SETTINGS]
    for name in kept:
        if name not in known:
            yield f"{_shown(name)} stands in {path}, but is no setting. {hint(name, known)}"


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """A variable with a slip in its name would be ignored without a word."""
    ours = [one.name.upper() for one in (*SETTINGS, FILE)]
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in ours:
            # As elsewhere secrets are given in files; of these none is one.
            near = hint(name.removesuffix("_FILE"), ours, PREFIX)
            yield f"{variable} is set, but is no setting. {near}"


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

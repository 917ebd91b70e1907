"""Settings as flags: the table of `frontdesk.config`, given to click."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from frontdesk.cli.stops import StopForSetting
from frontdesk.config import FILE, SETTINGS, BadSetting, Config, Judged, Setting, judge
from frontdesk.config.together import clashes, idle_flags

Command = Callable[..., None]


def takes(*names: str) -> Callable[[Command], Command]:
    """Give a command the flags of these settings; it is called with `config`.

    The flags are read as text and judged with all other settings, so that a bad one ends the
    same way wherever it stands.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_config(judged: Judged, **given: Any) -> None:
            command(config=usable(judged), **given)

        return judges(*names)(with_config)

    return decorate


def judges(*names: str) -> Callable[[Command], Command]:
    """As `takes`, for a command that is called with what was `judged` of the settings."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_judged(**given: Any) -> None:
            flags = {name: given.pop(name) for name in (*names, FILE.name)}
            judged = judge({name: text for name, text in flags.items() if text is not None})
            command(judged=judged, **given)

        decorated: Command = click.option(
            FILE.flag, FILE.name, metavar="FILE", help=f"{FILE.help}  [{FILE.variable}]"
        )(with_judged)
        for setting in reversed([setting for setting in SETTINGS if setting.name in names]):
            decorated = _option(setting)(decorated)
        return decorated

    return decorate


def usable(judged: Judged) -> Config:
    """The settings, if a command can go by them.

    Raises:
        StopForSetting: one is bad.
        UsageError: a flag would mean nothing.
    """
    try:
        config = judged.config()
    except BadSetting as bad:
        raise StopForSetting(str(bad)) from None
    for sentence in clashes(judged.found):
        raise StopForSetting(sentence)
    for sentence in idle_flags(judged.found):
        raise click.UsageError(sentence)
    return config


def _option(setting: Setting) -> Callable[[Callable[..., None]], Callable[..., None]]:
    default = setting.default_in(os.environ)
    about = f"[{setting.variable}{f'; default: {default}' if default else ''}]"
    if setting.is_switch:
        return click.option(
            setting.flag, setting.name, flag_value="yes", help=f"{setting.help}  {about}"
        )
    return click.option(
        setting.flag,
        setting.name,
        metavar=(setting.unit or setting.name).upper(),
        help=f"{setting.help}  {about}",
    )

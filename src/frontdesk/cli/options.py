"""Settings as flags: the table of `frontdesk.config`, given to click."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from frontdesk.cli.stops import StopForSetting
from frontdesk.config import FILE, SETTINGS, BadSetting, Setting, load


def takes(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of these settings; it is called with `config`.

    The flags are read as text and judged with all other settings, so that a bad one ends the
    same way wherever it stands.
    """
    settings = [setting for setting in SETTINGS if setting.name in names]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_config(**given: Any) -> None:
            flags = {name: given.pop(name) for name in (*names, FILE.name)}
            try:
                config = load({name: text for name, text in flags.items() if text is not None})
            except BadSetting as bad:
                raise StopForSetting(str(bad)) from None
            if "memory" in flags and config.memory and flags["data_dir"] is not None:
                raise click.UsageError(
                    "With --memory (or FRONTDESK_MEMORY, or memory in the file of settings) nothing"
                    " is kept, so --data-dir means nothing. Leave one of them out."
                )
            command(config=config, **given)

        decorated: Callable[..., None] = click.option(
            FILE.flag, FILE.name, metavar="FILE", help=f"{FILE.help}  [{FILE.variable}]"
        )(with_config)
        for setting in reversed(settings):
            decorated = _option(setting)(decorated)
        return decorated

    return decorate


def _option(setting: Setting) -> Callable[[Callable[..., None]], Callable[..., None]]:
    about = f"[{setting.variable}; default: {setting.default_in(os.environ)}]"
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

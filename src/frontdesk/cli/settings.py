"""`config`: what is typed to look at the settings of the server before it is started with them.

Each takes the flags that `serve` takes and nothing is opened or made. What can be seen without a
start is in `foresight.py`.
"""

from collections.abc import Mapping
from typing import Any

import click

from frontdesk.cli.options import judges, usable
from frontdesk.cli.people import print_json, print_table
from frontdesk.cli.stops import WRONG_SETTING
from frontdesk.config import SETTINGS, Found, Judged

ALL = tuple(setting.name for setting in SETTINGS)


# What `check` says in front of each thing that it has looked at.
WORDS = {"good": "fine", "look": "note", "bad": "wrong"}


@click.group()
def config() -> None:
    """Look at the settings of the server, without starting it."""


@config.command()
@judges(*ALL)
def check(judged: Judged) -> None:
    """Say what is wrong with them, and what is fine.

    All that is wrong, not only the first. Ends with 3 if anything is.
    """
    from frontdesk.cli.foresight import foreseen

    found = list(foreseen(judged))
    for finding in found:
        click.echo(f"{WORDS[finding.state]:<6}{finding.says}")
    faults = sum(finding.state == "bad" for finding in found)
    if faults:
        click.echo(f"A server would not start: {faults} to put right.", err=True)
        raise SystemExit(WRONG_SETTING)
    click.echo("A server can be started with these settings.", err=True)


@config.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@judges(*ALL)
def show(judged: Judged, as_json: bool) -> None:
    """Show each setting and where it stands.

    That is a flag, a variable, the file, or nowhere: then it is the default.
    """
    usable(judged)
    if as_json:
        print_json({name: _plain(found) for name, found in judged.found.items()})
        return
    print_table(
        ("SETTING", "VALUE", "FROM"),
        [(name, written(found.value), _place(found)) for name, found in judged.found.items()],
    )


def written(value: object) -> str:
    """A value as somebody would type it."""
    match value:
        case None | ():
            return "-"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _place(found: Found) -> str:
    return found.source if found.source == "default" else found.where


def _plain(found: Found) -> Mapping[str, Any]:
    """A setting as a file would have it, and its place."""
    value = found.value
    if isinstance(value, tuple):
        value = [str(one) for one in value]
    elif not isinstance(value, bool | int | None):
        value = str(value)
    return {"value": value, "source": found.source, "place": _place(found)}

"""`guest`: what is typed when somebody asks what is kept of them, or that it be erased.

The work is in `erasure.py`.
"""

from collections.abc import Callable
from typing import Any

import click

from frontdesk.cli.hints import to_type
from frontdesk.cli.options import takes
from frontdesk.cli.people import confirm, print_json, run
from frontdesk.config import Config

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

at_desk: Decorator = click.option(
    "--desk", default="main", show_default=True, help="At which desk the guest was."
)


@click.group()
def guest() -> None:
    """Find, export and erase guests, also while the server runs."""


@guest.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@at_desk
@takes("data_dir")
def find(config: Config, name: str, desk: Any, as_json: bool) -> None:
    """List who has or had exactly the name NAME, the last first."""
    from frontdesk.cli import erasure

    rows = run(config, erasure.found(config, desk, name))
    if as_json:
        from msgspec import to_builtins

        from frontdesk.web.people_api import found_guest

        print_json(to_builtins([found_guest(row) for row in rows]))
        return
    if not rows:
        click.echo(f"No guest of the desk {desk} is or was called exactly {name}.", err=True)
    for row in rows:
        state = "open" if row.rooms[-1].ended_ms is None else ""
        click.echo(f"{row.guest.id}  {_when(row.created_ms)}  {state}".rstrip())


@guest.command()
@click.argument("person", metavar="ID")
@at_desk
@takes("data_dir")
def export(config: Config, person: Any, desk: Any) -> None:
    """Write out all that is kept of the guest ID, as JSON."""
    from msgspec import json

    from frontdesk.cli import erasure

    made = run(config, erasure.exported(config, desk, person))
    click.echo(json.format(json.encode(made), indent=2))


@guest.command()
@click.argument("person", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_desk
@takes("data_dir")
def erase(config: Config, person: Any, desk: Any, yes: bool) -> None:
    """Erase the guest ID for good: the name, what they gave, and their conversations."""
    from frontdesk.cli import erasure

    record = run(config, erasure.looked_up(config, desk, person))
    if not yes:
        _confirm(record.guest.user, len(record.rooms), config, person, desk)
    left = run(config, erasure.erase(config, desk, person))
    done = "If an upgrade had left a copy of the database beside it, that is removed as well."
    click.echo(f"{person} is erased. {left or done}", err=True)
    folder, copies = erasure.backups(config)
    if copies:
        them = "1 backup" if copies == 1 else f"{copies} backups"
        click.echo(
            f"{folder} holds {them} of before. Nobody is erased there: remove what is older than"
            " you mean to keep.",
            err=True,
        )


def _confirm(user: str, rooms: int, config: Config, person: str, desk: str) -> None:
    """Ask, and raise as `confirm`."""
    conversations = "1 conversation" if rooms == 1 else f"{rooms} conversations"
    confirm(
        f"Erase {user}, with {conversations}, for good?",
        to_type("guest", "erase", person, "--desk", desk, "--yes", config=config),
    )


def _when(at_ms: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

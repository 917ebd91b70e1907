"""`user` and `token`: what is typed to make accounts and change them. The work is in `accounts.py`.

A password is never an argument: other people on the machine can read those.
"""

import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from frontdesk.cli.options import takes
from frontdesk.cli.stops import Stop, told
from frontdesk.config import Config

T = TypeVar("T")

ROLES = ["agent", "monitor", "admin"]

from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin."
)


@click.group()
def user() -> None:
    """Make and change accounts, also while the server runs."""


@click.group()
def token() -> None:
    """Make API tokens for bots and scripts."""


@user.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(ROLES), default="agent", show_default=True, help="What it may do."
)
@from_stdin
@takes("data_dir")
def add(config: Config, name: str, role: Any, password_stdin: bool) -> None:
    """Make an account and ask for its password."""
    from frontdesk.cli import accounts

    def password() -> str:
        return _new_password(password_stdin)

    kept = _run(config, accounts.add(config, name, role, password))
    click.echo(f"{kept} can sign in now, as {role}.", err=True)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes("data_dir")
def list_(config: Config, as_json: bool) -> None:
    """List all accounts."""
    from frontdesk.cli import accounts

    rows = _run(config, accounts.listed(config))
    if as_json:
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("There is no account yet. Make one: frontdesk user add NAME", err=True)
    width = max((len(row["user"]) for row in rows), default=0)
    for row in rows:
        state = "disabled" if row["disabled"] else ""
        click.echo(f"{row['user']:<{width}}  {row['role']:<7}  {state}".rstrip())


@user.command()
@click.argument("name")
@from_stdin
@takes("data_dir")
def passwd(config: Config, name: str, password_stdin: bool) -> None:
    """Change a password, and end every session and API token of that account."""
    from frontdesk.cli import accounts

    def password() -> str:
        return _new_password(password_stdin)

    _run(config, accounts.change_password(config, name, password))
    click.echo(
        f"The password of {name} is changed. {name} is signed out everywhere; API tokens have to"
        " be made again.",
        err=True,
    )


@user.command()
@click.argument("name")
@takes("data_dir")
def disable(config: Config, name: str) -> None:
    """Shut an account out, at once. Its guests wait again."""
    from frontdesk.cli import accounts

    _run(config, accounts.disable(config, name))
    click.echo(f"{name} is disabled and signed out everywhere.", err=True)


@user.command()
@click.argument("name")
@takes("data_dir")
def enable(config: Config, name: str) -> None:
    """Let a disabled account in again, with its old password."""
    from frontdesk.cli import accounts

    _run(config, accounts.enable(config, name))
    click.echo(f"{name} can sign in again.", err=True)


@token.command()
@click.argument("name")
@click.option("--label", default="", help="What it is for.")
@takes("data_dir")
def create(config: Config, name: str, label: str) -> None:
    """Make an API token of the account NAME and print it, once."""
    from frontdesk.cli import accounts

    made = _run(config, accounts.create_token(config, name, label))
    click.echo(
        "Keep this token: it is not shown again. It is sent as `Authorization: Bearer TOKEN`, and"
        f" may do all that {name} may.",
        err=True,
    )
    click.echo(made)


def _run(config: Config, work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    with told(str(config.database)):
        return asyncio.run(work)


def _new_password(from_stdin: bool) -> str:
    """Ask for a new password, twice; or read it.

    Raises:
        Stop: it may not be a password.
        UsageError: there is nobody to ask.
    """
    if from_stdin:
        # More than any password may have, so that a wrong file is not read to its end.
        line = sys.stdin.buffer.readline(10_000).decode("utf-8", "surrogateescape")
        return _checked(line.rstrip("\r\n"))
    if not sys.stdin.isatty():
        raise click.UsageError(
            "This is no terminal, so nobody can be asked for a password. Give it on stdin, with"
            " --password-stdin."
        )
    asked: str = click.prompt(
        "Password",
        hide_input=True,
        confirmation_prompt="The same again",
        value_proc=_checked_at_prompt,
        err=True,
    )
    return asked


def _checked(password: str) -> str:
    from frontdesk.desk.refusals import MEANINGS, Refused
    from frontdesk.web.passwords import check_new

    try:
        check_new(password)
    except Refused as refused:
        raise Stop(MEANINGS[refused.reason].sentence) from None
    return password


def _checked_at_prompt(password: str) -> str:
    try:
        return _checked(password)
    except Stop as stop:
        # click says this one and asks again.
        raise click.UsageError(stop.message) from None

"""`user` and `token`: what is typed to make accounts and change them. The work is in `accounts.py`.

A password is never an argument: other people on the machine can read those.
"""

import sys
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import click

from frontdesk.cli.hints import to_type
from frontdesk.cli.options import takes
from frontdesk.cli.stops import Stop, told
from frontdesk.config import Config

T = TypeVar("T")

ROLES = ["agent", "monitor", "admin"]

# Which desks an account works at.
some_desks = click.option(
    "--desk", "desks", multiple=True, metavar="DESK", help="Only at this desk; may stand again."
)

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
@some_desks
@from_stdin
@takes("data_dir")
def add(config: Config, name: str, role: Any, desks: tuple[str, ...], password_stdin: bool) -> None:
    """Make an account, and ask for its password. It works at all desks unless --desk is given."""
    from frontdesk.cli import accounts

    new = accounts.NewAccount(name, role, accounts.allotted(desks))
    run(config, accounts.check_new(config, new))
    words = ["user", "add", name, "--role", role]
    for desk in desks:
        words += ["--desk", desk]
    again = to_type(*words, "--password-stdin", config=config)
    password = _new_password(again, from_stdin=password_stdin)
    kept = run(config, accounts.add(config, new, password))
    where = f" at {', '.join(desks)}" if desks else ""
    click.echo(f"{kept} can sign in now, as {role}{where}.", err=True)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes("data_dir")
def list_(config: Config, as_json: bool) -> None:
    """List all accounts."""
    from frontdesk.cli import accounts

    rows = run(config, accounts.listed(config))
    if as_json:
        print_json(rows)
        return
    if not rows:
        first = to_type("user", "add", "NAME", "--role", "admin", config=config)
        click.echo(f"There is no account yet. Make one: {first}", err=True)
        return
    lines = [
        (
            row["user"],
            row["role"],
            row["desks"] if isinstance(row["desks"], str) else ",".join(row["desks"]),
            "disabled" if row["disabled"] else "",
        )
        for row in rows
    ]
    print_table(("NAME", "ROLE", "DESKS", "STATE"), lines)


@user.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@takes("data_dir")
def role(config: Config, name: str, role: Any) -> None:
    """Change what an account may do, at once."""
    from frontdesk.cli import accounts

    kept = run(config, accounts.change(config, name, role=role))
    click.echo(f"{kept} is {role} now.", err=True)


@user.command()
@click.argument("name")
@some_desks
@click.option("--all-desks", is_flag=True, help="At all desks, also those to come.")
@takes("data_dir")
def assign(config: Config, name: str, desks: tuple[str, ...], all_desks: bool) -> None:
    """Say at which desks an account works. Its guests at other desks wait again."""
    from frontdesk.cli import accounts

    if bool(desks) == all_desks:
        raise click.UsageError("Give either --desk, once or more, or --all-desks.")
    kept = run(config, accounts.change(config, name, desks=accounts.allotted(desks)))
    click.echo(f"{kept} works at {', '.join(desks) or 'all desks'} now.", err=True)


@user.command()
@click.argument("name")
@from_stdin
@takes("data_dir")
def passwd(config: Config, name: str, password_stdin: bool) -> None:
    """Change a password. Ends every session and API token of that account."""
    from frontdesk.cli import accounts

    run(config, accounts.check_known(config, name))
    again = to_type("user", "passwd", name, "--password-stdin", config=config)
    password = _new_password(again, from_stdin=password_stdin)
    kept = run(config, accounts.change_password(config, name, password))
    click.echo(
        f"The password of {kept} is changed. {kept} is signed out everywhere; API tokens have to"
        " be made again.",
        err=True,
    )


@user.command()
@click.argument("name")
@takes("data_dir")
def disable(config: Config, name: str) -> None:
    """Shut an account out. Its guests wait again; its API tokens are ended for good."""
    from frontdesk.cli import accounts

    kept = run(config, accounts.disable(config, name))
    click.echo(
        f"{kept} is disabled and signed out everywhere. Their API tokens are ended too.", err=True
    )


@user.command()
@click.argument("name")
@takes("data_dir")
def enable(config: Config, name: str) -> None:
    """Let an account in again. Its password is the old one; its API tokens stay ended."""
    from frontdesk.cli import accounts

    kept = run(config, accounts.enable(config, name))
    click.echo(
        f"{kept} can sign in again, with the old password. API tokens that were ended stay so.",
        err=True,
    )


@token.command()
@click.argument("name")
@click.option("--label", default="", help="What it is for.")
@takes("data_dir")
def create(config: Config, name: str, label: str) -> None:
    """Make an API token and print it, once. It may do all that the account NAME may."""
    from frontdesk.cli import accounts

    made = run(config, accounts.create_token(config, name, label))
    click.echo(
        "Keep this token: it is not shown again. It is sent as `Authorization: Bearer TOKEN`, and"
        f" may do all that {name} may.",
        err=True,
    )
    click.echo(made)


def run(config: Config, work: Coroutine[Any, Any, T]) -> T:
    """Do this, and turn what it is refused with into a sentence."""
    import asyncio

    with told(str(config.database)):
        return asyncio.run(work)


def confirm(question: str, otherwise: str) -> None:
    """Ask whether to go on, outside of any event loop.

    Args:
        otherwise: the command that says it, for whoever cannot be asked.

    Raises:
        UsageError: there is nobody to ask.
        Abort: no.
    """
    if not sys.stdin.isatty():
        raise click.UsageError(f"This is no terminal, so nobody can be asked. Say it: {otherwise}")
    click.confirm(question, abort=True, err=True)


def print_json(value: object) -> None:
    """A value for scripts, laid out for people who look."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    """Columns, with a head for people; in a pipe it is data, of which every line is a row."""
    shown = [head, *lines] if sys.stdout.isatty() else lines
    widths = [max((len(line[column]) for line in shown), default=0) for column in range(len(head))]
    for line in shown:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _new_password(otherwise: str, *, from_stdin: bool) -> str:
    """Ask for a new password, twice; or read it.

    Called outside of any event loop, which would keep the first Ctrl+C to itself.

    Args:
        otherwise: the command that reads it, for whoever cannot be asked.

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
            "This is no terminal, so nobody can be asked for a password. Give it on stdin:"
            f" {otherwise}"
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
    from frontdesk.desk.refusals import Refused
    from frontdesk.web.passwords import check_new

    try:
        check_new(password)
    except Refused as refused:
        raise Stop(refused.sentence) from None
    return password


def _checked_at_prompt(password: str) -> str:
    try:
        return _checked(password)
    except Stop as stop:
        # click says this one and asks again.
        raise click.UsageError(stop.message) from None

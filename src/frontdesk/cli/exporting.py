"""`export`: what is typed to write conversations out. What is written is `transcripts.py`'s."""

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import click

from frontdesk.cli.options import takes
from frontdesk.cli.stops import Stop, told
from frontdesk.config import Config

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

# Whoever waits for longer wants to know for how long.
PATIENCE_MS = 1_000


def _takes_all(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every one of these commands."""
    for option in (
        click.option("--text", "as_text", is_flag=True, help="To be read, and not as JSON."),
        click.option(
            "--with-direct",
            "direct",
            is_flag=True,
            help="Also what two agents said among themselves, which nobody else reads.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Into this file, for its owner alone, which appears as a whole or not at all.",
        ),
    ):
        command = option(command)
    return takes("data_dir")(command)


at_desk: Decorator = click.option(
    "--desk", default="main", show_default=True, help="At which desk."
)


@click.group()
def export() -> None:
    """Write out what was said, also while the server runs.

    What there is at that moment, as lines of JSON, of which the last says that it is all, or with
    --text to be read. Erased guests are not in it.
    """


@export.command()
@click.argument("room", metavar="ID")
@at_desk
@_takes_all
def room(config: Config, room: str, desk: str, **how: Any) -> None:
    """Write out one room, open or over."""
    _write(config, "room", room, desk, **how)


@export.command()
@click.argument("guest", metavar="GUEST")
@at_desk
@_takes_all
def guest(config: Config, guest: str, desk: str, **how: Any) -> None:
    """Write out every conversation of the guest with the id, or with exactly the name, GUEST."""
    _write(config, "guest", guest, desk, **how)


@export.command()
@click.argument("name")
@_takes_all
def desk(config: Config, name: str, **how: Any) -> None:
    """Write out every room of the desk NAME."""
    _write(config, "desk", name, name, **how)


@export.command("all")
@_takes_all
def all_(config: Config, **how: Any) -> None:
    """Write out every room of every desk."""
    _write(config, "all", "", "main", **how)


def _write(
    config: Config,
    kind: str,
    name: str,
    desk: str,
    *,
    as_text: bool,
    direct: bool,
    output: Path | None,
) -> None:
    from frontdesk.cli import transcripts
    from frontdesk.cli.copies import database_of
    from frontdesk.cli.progress import Bar
    from frontdesk.desk.ids import DeskId
    from frontdesk.store.sqlite.failures import told_apart
    from frontdesk.store.sqlite.snapshot import at_this_moment

    wanted = transcripts.Wanted(kind, name, DeskId(desk), direct)
    bar = Bar("Writing", after_ms=PATIENCE_MS) if sys.stderr.isatty() else None
    form = transcripts.as_text if as_text else transcripts.as_json
    database = database_of(config)
    with told(str(config.database)), told_apart(), at_this_moment(database) as snapshot:
        # What is refused, is refused before anything is written.
        lines = transcripts.written(snapshot, wanted, time.time_ns() // 1_000_000, bar)
        with _into(output) as out:
            for line in lines:
                out.write(form(line))
    if output is not None:
        click.echo(f"{output} has {_counted(line)}.", err=True)


def _counted(done: Any) -> str:
    rooms = "1 conversation" if done.rooms == 1 else f"{done.rooms} conversations"
    return f"{rooms} with {done.messages} message{'' if done.messages == 1 else 's'}"


@contextmanager
def _into(output: Path | None) -> Iterator[IO[str]]:
    """Where to write: stdout, or a file that gets its name when it is whole.

    Raises:
        Stop: there is such a file already, or it cannot be written; or stdout cannot.
    """
    if output is None:
        with _stdout() as out:
            yield out
        return
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}.unfinished")
    try:
        file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(file, "w", encoding="utf-8", newline="\n") as out:
                yield out
                out.flush()
                os.fsync(file)
            # Unlike a rename, never over what is there.
            os.link(draft, output)
        finally:
            draft.unlink()
    except FileExistsError:
        raise Stop(f"There is a file {output} already. Name another.") from None
    except OSError as error:
        raise Stop(
            f"{output} cannot be written: {error.strerror}. Name a file in a folder that is yours."
        ) from None


@contextmanager
def _stdout() -> Iterator[IO[str]]:
    """Stdout, the same bytes in every locale.

    Raises:
        Stop: not all of it could be written.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        # Python writes what is left when it ends, and would fail with a trace.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        raise Stop(
            f"Stdout cannot be written: {error.strerror}. What is there is not all of it. Name a"
            " file with --output."
        ) from None

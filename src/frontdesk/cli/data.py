"""`backup`, `restore` and `migrate`: what is typed to look after the file with everything in it.

The work is in `copies.py`.
"""

import sys
from pathlib import Path
from typing import Any

import click

from frontdesk.cli.folder import has_file
from frontdesk.cli.hints import to_type
from frontdesk.cli.options import takes
from frontdesk.cli.people import confirm, print_json, run
from frontdesk.cli.stops import Stop, told
from frontdesk.config import Config

as_json_too = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.command()
@click.argument("target", required=False, type=click.Path())
@as_json_too
@takes("data_dir")
def backup(config: Config, target: str | None, as_json: bool) -> None:
    """Copy everything into one file, also while the server runs.

    The copy is read as a whole before it gets its name.

    Without TARGET it goes to the folder `backups` in the data folder, named after the time. A
    TARGET that is a folder gets a file of such a name; with `/` at its end it has to be one.
    """
    from frontdesk.cli import copies
    from frontdesk.cli.progress import Bar

    bar = Bar("Copying") if sys.stderr.isatty() else None
    with told(str(config.database)):
        made, dropped = copies.backup(config, _chosen(target), on_progress=bar)
    for left in dropped:
        click.echo(f"An interrupted backup had left {left}, which is removed.", err=True)
    if as_json:
        print_json(_plain(made))
        return
    click.echo(made.path)
    click.echo(f"It is whole: {_megabytes(made.size_bytes)}, {_heads(made)}.", err=True)
    click.echo(
        f"To put it back: {to_type('restore', made.path, config=config)}",
        err=True,
    )


@click.command()
@click.argument("copy", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@takes("data_dir")
def restore(config: Config, copy: Path, yes: bool) -> None:
    """Go back to a copy, with no server running.

    What is there is kept aside, but not if guests were erased since.

    Everybody who was connected begins anew and misses nothing that is in the copy. Guests who were
    erased since are erased again.
    """
    from frontdesk.cli import copies

    with told(str(copy)):
        found = copies.checked(copy)
    # Where nothing is, nothing is lost.
    if not yes and has_file(config.database):
        _confirm(config, copy, f"{_megabytes(found.size_bytes)}, {_heads(found)}")
    kept = run(config, copies.restore(config, copy))
    click.echo(f"{config.database} is now what {copy} holds.", err=True)
    if kept.aside is not None:
        click.echo(f"What was there before is kept as {kept.aside}", err=True)
    elif kept.erased:
        click.echo("What was there before is gone: no file stays that may hold them.", err=True)
    if kept.erased:
        click.echo(f"Erased again, as they were erased since: {kept.erased}.", err=True)
    if not kept.has_secret:
        click.echo(
            f"{copy.name}.secret is not beside the copy, so the next start makes another secret:"
            " sites that vouch for their guests need new keys.",
            err=True,
        )
    if kept.other_secret is not None:
        click.echo(
            f"The secret in {config.data_dir} is another than that of the copy, so sites that vouch"
            " for their guests need new keys. Or put that of the copy in its place before a start:"
            f" {kept.other_secret}",
            err=True,
        )
    if kept.unknown is not None:
        click.echo(
            f"Nobody could read who was erased since that copy ({kept.unknown}) Erase them again:"
            f" {to_type('guest', 'erase', 'ID', config=config)}",
            err=True,
        )


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@as_json_too
@takes("data_dir")
def migrate(config: Config, dry_run: bool, as_json: bool) -> None:
    """Bring the file to what this version writes.

    A start does so too.

    A copy is made beside it first. With --dry-run, says how it stands.
    """
    from frontdesk.cli import copies

    with told(str(config.database)):
        steps = copies.steps(config)
        made = None if dry_run else copies.migrate(config)
    if as_json:
        print_json({"applied": steps.applied, "pending": steps.pending, "copy": made})
        return
    for name in steps.applied:
        click.echo(f"{name}  done")
    for name in steps.pending:
        click.echo(f"{name}  {'to be done' if dry_run else 'done now'}")
    if made is not None:
        click.echo(f"A copy of what was there before: {made}", err=True)


def _chosen(target: str | None) -> Path | None:
    """Where the copy is to go; None if nobody said.

    Raises:
        Stop: it should be a folder, and is none: a disk that is not mounted, perhaps.
    """
    if target is None:
        return None
    if target.endswith("/") and not Path(target).is_dir():
        raise Stop(f"There is no folder {Path(target)}. Make it, or name a file.")
    return Path(target)


def _confirm(config: Config, copy: Path, holds: str) -> None:
    """Ask, and raise as `confirm`."""
    confirm(
        f"Go back to {copy} ({holds})? What was said since is only in what is kept aside, and"
        " nowhere if a guest was erased since.",
        to_type("restore", str(copy), "--yes", config=config),
    )


def _plain(made: Any) -> Any:
    from msgspec import to_builtins

    return to_builtins(made)


def _heads(made: Any) -> str:
    """How far each desk's log goes in it."""
    entries = [f"{one.desk}: {one.offset}" for one in made.desks]
    return "entries at " + ", ".join(entries) if entries else "no desk"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"

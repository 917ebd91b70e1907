"""`desk`: what is typed to open desks and change their settings. The work is in `desks.py`."""

import click

from frontdesk.cli.hints import to_type
from frontdesk.cli.options import takes
from frontdesk.cli.people import print_json, print_table, run
from frontdesk.config import Config


@click.group()
def desk() -> None:
    """Add desks and change their settings, also while it runs."""


@desk.command()
@click.argument("name")
@takes("data_dir")
def add(config: Config, name: str) -> None:
    """Add a desk. Accounts that work at all desks work at this one too."""
    from frontdesk.cli import desks

    if run(config, desks.add(config, name)):
        click.echo(f"The desk {name} is there: /api/v1/desks/{name}", err=True)
    else:
        click.echo(f"There was a desk {name} already.", err=True)


@desk.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes("data_dir")
def list_(config: Config, as_json: bool) -> None:
    """List all desks: whether guests may come, and how many wait and are helped."""
    from frontdesk.cli import desks

    rows = run(config, desks.listed(config))
    if as_json:
        print_json(rows)
        return
    names = ("desk", "state", "waiting", "helped")
    print_table(
        tuple(name.upper() for name in names),
        [tuple(str(row[name]) for name in names) for row in rows],
    )


@desk.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes("data_dir")
def show(config: Config, name: str, as_json: bool) -> None:
    """Show the settings of a desk."""
    from frontdesk.cli import desks

    rows = run(config, desks.shown(config, name))
    if as_json:
        print_json({row.name: row.value for row in rows})
        return
    print_table(
        ("SETTING", "VALUE", "DEFAULT", "TAKES"),
        [(row.name, row.written, row.default, row.takes) for row in rows],
    )


@desk.command()
@click.argument("name")
@takes("data_dir", "base_url", "port")
def snippet(config: Config, name: str) -> None:
    """Print what puts the chat of a desk into a page."""
    from frontdesk.cli import desks

    run(config, desks.shown(config, name))
    base_url = config.base_url
    if base_url is None:
        base_url = f"http://127.0.0.1:{config.port}"
        say_so = to_type(
            "desk", "snippet", name, "--base-url", "https://desk.example", config=config
        )
        click.echo(
            f"For pages on this machine. For the world, say what it calls the server: {say_so}",
            err=True,
        )
    click.echo(f'<script src="{base_url}/widget.js" data-desk="{name}" async></script>')


@desk.command("set")
@click.argument("name")
@click.argument("changes", nargs=-1, required=True, metavar="SETTING=VALUE...")
@takes("data_dir")
def set_(config: Config, name: str, changes: tuple[str, ...]) -> None:
    """Change settings of a desk, at once and for everybody.

    `desk show NAME` says which there are.
    """
    from frontdesk.cli import desks

    settings = {}
    for change in changes:
        setting, is_there, value = change.partition("=")
        if not is_there:
            example = to_type("desk", "set", name, "silence_s=600", config=config)
            raise click.UsageError(f"{change!r} is no SETTING=VALUE. For example: {example}")
        if setting in settings:
            raise click.UsageError(f"{setting} stands there twice.")
        settings[setting] = value
    run(config, desks.change(config, name, settings))
    click.echo(f"Changed at {name}: {', '.join(settings)}.", err=True)


@desk.command()
@click.argument("name")
@takes("data_dir")
def open(config: Config, name: str) -> None:
    """Let guests come to a desk again."""
    from frontdesk.cli import desks

    run(config, desks.change(config, name, {"open": "yes"}))
    click.echo(f"The desk {name} is open.", err=True)


@desk.command()
@click.argument("name")
@takes("data_dir")
def close(config: Config, name: str) -> None:
    """Let no new guests come to a desk. Those who are there are helped on."""
    from frontdesk.cli import desks

    run(config, desks.change(config, name, {"open": "no"}))
    reopen = to_type("desk", "open", name, config=config)
    click.echo(f"The desk {name} is closed. To open it: {reopen}", err=True)

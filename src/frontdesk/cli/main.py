"""The commands, and what each is called with. What they do is in the modules that they import.

Nothing heavy is imported before a command needs it, so that `version` and `--help` answer at once.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a bad setting.
"""

import click

from frontdesk import __version__
from frontdesk.cli.bench import bench
from frontdesk.cli.data import backup, migrate, restore
from frontdesk.cli.demo import demo
from frontdesk.cli.desk import desk
from frontdesk.cli.doctor import doctor, healthcheck
from frontdesk.cli.exporting import export
from frontdesk.cli.guests import guest
from frontdesk.cli.hints import program, to_type
from frontdesk.cli.options import takes
from frontdesk.cli.people import token, user
from frontdesk.cli.settings import ALL, config
from frontdesk.cli.soak import soak
from frontdesk.config import Config

ABOUT_US = ("-h", "--help", "--version")


class Commands(click.Group):
    """A group of commands of which `serve` is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ABOUT_US):
            for at, word in enumerate(args):
                if word in self.commands:
                    better = to_type(*args[at:], *args[:at])
                    raise click.UsageError(f"Options stand behind the command: {better}", ctx)
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """Live support chat that a team can run itself.

    Without a command, starts the server; `serve --help` shows its settings.
    """


@cli.command()
@takes(*ALL)
def serve(config: Config) -> None:
    """Start the server."""
    from frontdesk.cli.serve import run

    raise SystemExit(run(config))


@cli.command()
def version() -> None:
    """Print the version."""
    click.echo(__version__)


cli.add_command(guest)
cli.add_command(user)
cli.add_command(desk)
cli.add_command(token)
cli.add_command(config)
cli.add_command(export)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(migrate)
cli.add_command(doctor)
cli.add_command(healthcheck)
cli.add_command(soak)
cli.add_command(bench)
cli.add_command(demo)


def main() -> None:
    """What the script `frontdesk` runs."""
    cli(prog_name=program())

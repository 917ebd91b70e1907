"""`doctor`: what is typed when something is wrong, or before that. The work is in `symptoms.py`."""

import click

from frontdesk.cli.options import takes
from frontdesk.cli.people import print_json
from frontdesk.config import SETTINGS, Config

# What stands before each line: told apart by the word and not by its colour alone.
MARKS = {"good": ("ok  ", "green"), "look": ("look", "yellow"), "bad": ("BAD ", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes(*(setting.name for setting in SETTINGS))
def doctor(config: Config, as_json: bool) -> None:
    """Find what is wrong with this installation, and say what to do.

    Give it the settings of the server, as flags, variables or the file. It changes nothing, and
    the server may run. Ends with 1 if something is bad.
    """
    from frontdesk.cli import symptoms

    found = []
    for finding in symptoms.examined(config):
        found.append(finding)
        if not as_json:
            mark, color = MARKS[finding.state]
            click.echo(f"{click.style(mark, fg=color)}  {finding.what}: {finding.says}")
            if finding.do:
                click.echo(f"      {finding.do}")
    if as_json:
        from msgspec import to_builtins

        print_json(to_builtins(found))
    raise SystemExit(any(finding.state == "bad" for finding in found))

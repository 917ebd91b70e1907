"""`doctor`: what is typed when something is wrong, or before that. The work is in `symptoms.py`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import click

from frontdesk.cli.options import takes
from frontdesk.cli.people import print_json
from frontdesk.cli.stops import Stop
from frontdesk.config import SETTINGS, Config

# What stands before each line: told apart by the word and not by its colour alone.
MARKS = {"good": ("ok  ", "green"), "look": ("look", "yellow"), "bad": ("BAD ", "red")}


@click.command()
@click.option("--patient", is_flag=True, help="Also see whether a minute of silence is let be.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@takes(*(setting.name for setting in SETTINGS))
def doctor(config: Config, patient: bool, as_json: bool) -> None:
    """Find what is wrong here, and say what to do.

    Give it the settings of the server, as flags, variables or the file. It changes nothing, and
    the server may run. Ends with 1 if something is bad.
    """
    found = []
    for finding in _findings(config, patient=patient):
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


@click.command()
@takes("host", "port", "uds", "tls_cert", "tls_key")
def healthcheck(config: Config) -> None:
    """See whether the server is ready.

    For whatever watches it, a container or a unit: ends with 0 if it is, and with 1 if not.
    """
    from frontdesk.cli.outside import is_ready, near

    why = asyncio.run(is_ready(near(config)))
    if why is not None:
        raise Stop(f"It is not ready: {why}.")


def _findings(config: Config, *, patient: bool) -> Iterator[Any]:
    """What is found here, and outside of this machine if there is a server."""
    from frontdesk.cli import outside, symptoms

    runs = False
    for finding in symptoms.examined(config):
        runs = runs or (finding.what == "server" and finding.state == "good")
        yield finding
    if not runs and config.base_url is None:
        return
    # Where it listens it has said itself, whatever settings it was started with.
    holder = symptoms.running(config) if runs else None
    here = outside.near(config, holder.address if holder is not None else "")
    with asyncio.Runner() as runner:
        found = aiter(outside.examined(config, here, patient=patient))
        while (finding := runner.run(_next(found))) is not None:
            yield finding


async def _next(found: AsyncIterator[Any]) -> Any:
    return await anext(found, None)

"""`bench`: what is typed to see how much a server does here. The work is in `trials/load.py`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from frontdesk.cli.people import print_json

if TYPE_CHECKING:
    from frontdesk.trials.load import Figures
    from frontdesk.trials.raw import Address

TRANSPORTS = ("socket", "sse", "poll")
# Each room of two is three connections or four, and one process may have some thousand.
ROOMS_MOST = 200
ROOMS = 100
ROOMS_EACH = 10
SECONDS_MOST = 300.0


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> "Address | None":
    from frontdesk.trials.raw import Address

    if value is None:
        return None
    try:
        url = urlsplit(value)
        port = url.port or 80
    except ValueError:
        raise click.BadParameter("this is no address; one is http://127.0.0.1:8440") from None
    if url.scheme != "http" or not url.hostname or url.path.strip("/"):
        raise click.BadParameter("it takes the address of a server by http, without a path")
    return Address(url.hostname, port)


@click.command()
@click.argument("transports", nargs=-1, type=click.Choice(TRANSPORTS))
@click.option(
    "--rooms",
    type=click.IntRange(1, ROOMS_MOST),
    help=f"Rooms of a guest and an agent.  [default: {ROOMS}; with --token {ROOMS_EACH} for each,"
    f" at most {ROOMS}]",
)
@click.option(
    "--ahead",
    default=8,
    show_default=True,
    type=click.IntRange(1, 32),
    help="Messages that each guest has under way.",
)
@click.option(
    "--seconds",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.2, SECONDS_MOST),
    help="How long each of the two phases takes, over each transport.",
)
@click.option(
    "--url",
    "address",
    callback=_address,
    metavar="URL",
    help="A server that runs, instead of one of its own. It gets guests and messages that stay, and"
    " the agents are set to available with a limit of ten.",
)
@click.option(
    "--token",
    "tokens",
    multiple=True,
    envvar="FRONTDESK_TOKENS",
    help="With --url: of an agent there, for every ten rooms. May be given again, or stand in"
    " FRONTDESK_TOKENS, where other users of this machine do not see them.",
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def bench(
    transports: Sequence[str],
    rooms: int | None,
    ahead: int,
    seconds: float,
    address: "Address | None",
    tokens: Sequence[str],
    as_json: bool,
) -> None:
    """Measure how many messages a second a server takes.

    A message counts once it is stored and acknowledged; how late it arrives is measured as well.

    TRANSPORTS are those by which people listen: socket, sse, poll; all of them if none is named.
    First everybody writes as fast as they are answered, then half as fast. The server is one of its
    own, on a folder that is thrown away, at whose desk people may write as fast as they like.
    """
    import asyncio

    import uvloop

    if (address is None) != (not tokens):
        raise click.UsageError("--url and --token belong together.")
    many = rooms or min(ROOMS, ROOMS_EACH * len(tokens) if tokens else ROOMS)
    if tokens and many > ROOMS_EACH * len(tokens):
        agents_needed = -(-many // ROOMS_EACH)
        raise click.UsageError(f"{many} rooms take {agents_needed} agents, each with a --token.")

    async def measured() -> list["Figures"]:
        from frontdesk.trials.load import measure, own_server

        found = []
        async with own_server(many) if address is None else _given(address, tokens) as (at, agents):
            for transport in transports or TRANSPORTS:
                click.echo(f"{transport} ...", err=True)
                figures = await measure(
                    at, agents, transport=transport, rooms=many, ahead=ahead, seconds=seconds
                )
                found.append(figures)
        return found

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            found = runner.run(measured())
        except (OSError, RuntimeError) as error:
            raise click.ClickException(f"The server did not take part: {error}") from None
    if as_json:
        print_json([figures._asdict() for figures in found])
    else:
        click.echo("\n".join(map(report, found)))


@asynccontextmanager
async def _given(
    address: "Address", tokens: Sequence[str]
) -> AsyncIterator[tuple["Address", Sequence[str]]]:
    yield address, tokens


def report(figures: "Figures") -> str:
    """One transport, for people."""
    return (
        f"{figures.transport:<7} {figures.rate:>7,.0f} messages/s in {figures.rooms} rooms of two,"
        f" acknowledged within {figures.acknowledged_p99_ms:.0f} ms (p99)\n"
        f"{'at half':<7} {figures.half_rate:>7,.0f} messages/s, received within"
        f" {figures.received_p50_ms:.1f} ms (p50), {figures.received_p99_ms:.1f} ms (p99)"
    )

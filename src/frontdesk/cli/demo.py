"""`demo`: what is typed to see a desk alive. The work is in `demo/house.py`."""

import contextlib
import random
import signal
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from frontdesk.cli.address import bind
from frontdesk.cli.stops import Stop

if TYPE_CHECKING:
    from frontdesk.demo.house import Accounts, Plan
    from frontdesk.trials.server import Server

HERE = "127.0.0.1"

GUESTS = 14
# Nobody looks at a longer line.
GUESTS_MOST = 100
# Beyond it the play waits for the machine.
SPEED_MOST = 100.0

# All that ends it: Ctrl+C, `kill`, and a terminal that is closed.
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# It has nothing to keep, so it is not waited for longer.
STOP_S = 1.0


@click.command()
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65_534),
    help="On which port the server is, on this machine alone; the shop is on the next.  [default:"
    " two free ones]",
)
@click.option(
    "--guests",
    default=GUESTS,
    show_default=True,
    type=click.IntRange(1, GUESTS_MOST),
    help="How many are there at once at most.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.1, SPEED_MOST),
    help="So many times as fast as people are.",
)
@click.option("--seed", type=int, help="Let the same guests come in the same order again.")
def demo(port: int, guests: int, speed: float, seed: int | None) -> None:
    """See a desk alive.

    A shop that does not exist, with guests who come and ask, and agents who help them, all by
    themselves. You may be a guest in the shop, or an agent at the console. It runs on this machine
    alone, on a folder that is thrown away at the end; your own desks are not touched.
    """
    import asyncio
    import tempfile

    import uvloop

    from frontdesk.demo.house import Plan
    from frontdesk.trials.server import Server, free_port

    shop_port = _checked(port)
    plan = Plan(random.SystemRandom().randrange(2**32) if seed is None else seed, guests, speed)
    for number in ENDS:
        signal.signal(number, _interrupt)
    try:
        # The folder goes last: what was begun in it when somebody ended all is waited for.
        with (
            tempfile.TemporaryDirectory(prefix="frontdesk-demo-") as folder,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            server = Server(Path(folder), port or free_port())
            try:
                runner.run(_until_told(server, plan, shop_port))
            finally:
                server.close()
    except KeyboardInterrupt:
        click.echo("Closed. Nothing of it is left.", err=True)


def _checked(port: int) -> int:
    """The shop's port; 0 if any will do.

    Raises:
        Stop: one of the two is taken.
    """
    if not port:
        return 0
    for one in (port, port + 1):
        try:
            for found in bind(HERE, one):
                found.close()
        except Stop as stop:
            raise Stop(f"The demo takes the ports {port} and {port + 1}. {stop.message}") from None
    return port + 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


async def _until_told(server: "Server", plan: "Plan", shop_port: int) -> None:
    """Let it be open until somebody ends it.

    Raises:
        KeyboardInterrupt: somebody has.
        Stop: the server has ended of itself.
    """
    import asyncio

    told = asyncio.Event()
    for number in ENDS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    tasks = [asyncio.create_task(one) for one in (told.wait(), _open(server, plan, shop_port))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if not told.is_set():
        tasks[1].result()
    # First the server: whoever talks to nobody has no good-byes to say.
    if server.is_running:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.stop(), STOP_S)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    raise KeyboardInterrupt


async def _open(server: "Server", plan: "Plan", shop_port: int) -> None:
    import asyncio

    from frontdesk.demo.house import House, ended, open_after_a_night, set_up
    from frontdesk.demo.screenplay import read
    from frontdesk.demo.shop import shop

    click.echo("Opening the shop ...", err=True)
    play = read()
    accounts = await set_up(server)
    await server.start()
    await open_after_a_night(server, play)
    async with shop(server.url, shop_port) as address:
        _announce(address, server.url, accounts, plan)
        house = House(server.url, plan, play, news=_news)
        playing = asyncio.create_task(house.run(accounts))
        try:
            await asyncio.wait(
                {playing, asyncio.create_task(ended(server))},
                return_when=asyncio.FIRST_COMPLETED,
            )
            if playing.done():
                playing.result()
        finally:
            playing.cancel()
            await asyncio.wait({playing})
    raise Stop("The server of the demo has ended, which nobody here had asked for. Start again.")


def _announce(shop: str, desk: str, accounts: "Accounts", plan: "Plan") -> None:
    from frontdesk.demo.house import NEWCOMER

    def strong(text: str) -> str:
        return click.style(text, bold=True)

    password = accounts.passwords[NEWCOMER]
    click.echo(
        f"""
Kettle & Loom is open: a shop that does not exist, with guests and agents who are programs.

  The shop      {strong(shop)}
  The console   {strong(desk + "/console")}
                sign in as {strong(NEWCOMER)} with {strong(password)}

To try: press the button in the shop and ask something. A bot takes you after some seconds. Or sign
in to the console, say that you are available, and take yourself: the bots then wait for longer.
Ctrl+C ends it, and nothing is kept. To see the same again: --seed {plan.seed}
"""
    )


def _news(sentence: str) -> None:
    now = datetime.now().strftime("%H:%M:%S")
    click.echo(f"{click.style(now, dim=True)}  {sentence}")

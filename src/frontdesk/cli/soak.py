"""`soak`: what is typed to see the promises held here. The work is in `trials/soak.py`."""

import random
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from frontdesk.cli.people import print_json

MESSAGES = 20_000
CLIENTS = 20
# As many connections as an ordinary machine lets one process have, twice over the proxy.
CLIENTS_MOST = 200

# What shells say of what was ended by SIGTERM.
TERMINATED = 143

T = TypeVar("T")


@click.command()
@click.option(
    "--messages",
    default=MESSAGES,
    show_default=True,
    type=click.IntRange(1),
    help="How many are said, by all together.",
)
@click.option(
    "--clients",
    default=CLIENTS,
    show_default=True,
    type=click.IntRange(2, CLIENTS_MOST),
    help="How many talk; one in four is an agent, who helps the other three.",
)
@click.option("--seed", type=int, help="Repeat a run, as far as time allows.")
@click.option(
    "--kill-every",
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    type=click.FloatRange(0),
    help="Mean time from a start of the server to its next end; each round of messages has one end"
    " more. 0 lets it live.",
)
@click.option(
    "--most",
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    type=click.FloatRange(1),
    help="Begin no new round of messages after so long.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def soak(
    messages: int, clients: int, seed: int | None, kill_every: float, most: float, as_json: bool
) -> None:
    """See the promises held on this machine.

    No message is lost, doubled or out of order, while guests and agents talk to a server that is
    killed and stopped at random, over lines that are cut, stalled and swallowed at random. It is a
    server of its own, on a folder that is thrown away; yours is not touched. Exit code 0 if all was
    tried and kept, else 1.
    """
    import asyncio
    import tempfile
    from pathlib import Path

    import msgspec
    import uvloop

    from frontdesk.trials.soak import Plan, Result, run

    plan = Plan(
        messages=messages,
        clients=clients,
        seed=random.SystemRandom().randrange(2**32) if seed is None else seed,
        kill_every_s=kill_every,
        most_s=most,
    )
    click.echo(f"Seed {plan.seed}. {messages:,} messages between {clients} clients.", err=True)

    def so_far(result: Result) -> None:
        ends = result.kills + result.stops
        click.echo(
            f"{result.messages:,} messages in {result.seconds:.0f} s, {ends} restarts,"
            f" {sum(result.fates.values())} broken lines, {result.memory_mib} MiB",
            err=True,
        )

    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-soak-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        result = runner.run(_until_told(run(plan, Path(folder), on_news=so_far)))
    if as_json:
        print_json({**msgspec.to_builtins(result), "kept": result.kept})
    else:
        click.echo("\n".join(report(result)))
    raise SystemExit(0 if result.kept else 1)


async def _until_told(trial: Coroutine[Any, Any, T]) -> T:
    """Run it; SIGTERM ends it like Ctrl+C, with its server."""
    import asyncio
    import signal

    task = asyncio.ensure_future(trial)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        click.echo("Cut short by SIGTERM: what was said last is not checked.", err=True)
        raise SystemExit(TERMINATED) from None


def report(result: Any) -> list[str]:
    """What is printed for people."""
    broken = result.broken
    out_of_order = broken.get("reordered", 0)
    lost, doubled = broken.get("lost", 0) + broken.get("gap", 0), broken.get("doubled", 0)
    rate = result.messages / result.seconds if result.seconds else 0.0
    lines = [
        f"messages        {result.messages:,} in {result.seconds:.0f} s, {rate:.0f} a second",
        f"restarts        {result.kills} by kill -9, {result.stops} in good order",
        f"lines broken    {_counts(result.fates)}",
        f"lines opened    {_counts(result.lines)}; {result.changes} changes of transport",
        f"answers lost    {result.replayed} messages had been stored when they were sent again",
        f"memory          {result.memory_mib} MiB at most, of the soak itself",
        f"lost {lost}, doubled {doubled}, out of order {out_of_order}"
        + "".join(f", {rule} {count}" for rule, count in sorted(_others(broken).items())),
        *result.findings,
    ]
    return [*lines, f"{_verdict(result)} Seed {result.seed}."]


def _verdict(result: Any) -> str:
    if result.broken:
        return "PROMISES WERE BROKEN."
    if result.untried:
        return "LITTLE WAS TRIED: the server was never ended. Let it run for longer."
    return "All promises were kept."


def _others(broken: dict[str, int]) -> dict[str, int]:
    named = {"lost", "gap", "doubled", "reordered"}
    return {rule: count for rule, count in broken.items() if rule not in named}


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"

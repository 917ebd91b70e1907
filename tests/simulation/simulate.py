"""One seed, from the first guest to the last check."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog

from tests.simulation import afterwards, weather
from tests.simulation.numbers import small_numbers
from tests.simulation.people import Agent, Guest, Monitor, Person
from tests.simulation.town import Town
from tests.simulation.world import World

# Seconds of the simulated clock in which people come and the weather is bad.
PLAY_S = 15.0
# Within so long after that everybody has an answer.
ANSWERED_S = 60.0

GUESTS = ("Ana", "Ben", "Cem", "Ana", "Dora", "Eli")

# What the server may say of a disk that is broken. The rest is a bug.
LOGGED = ("the engine has ended",)


class Outcome(NamedTuple):
    """What became of a seed. `digest` is of its trace, `end` the last lines of it."""

    seed: int
    findings: Sequence[str]
    digest: str
    steps: int
    callbacks: int
    end: str


def simulate(seed: int) -> Outcome:
    """Let this seed happen."""
    world = World(seed)
    with small_numbers(world.chance), structlog.testing.capture_logs() as logs:
        try:
            world.loop.run_until_complete(_world(Town(world)))
        except Exception as error:
            world.found(f"the simulation has ended: {error!r}")
            with contextlib.suppress(Exception):
                world.loop.run_until_complete(world.end())
    for one in world.loop.unhandled:
        world.found(f"unhandled: {one}")
    for log in logs:
        if log["log_level"] == "error" and log["event"] not in LOGGED:
            world.found(f"logged: {log}")
    trace = world.trace
    return Outcome(seed, world.findings, trace.digest, trace.steps, world.loop.callbacks, trace.end)


async def _world(town: Town) -> None:
    world = town.world
    guests = [Guest(town, name) for name in GUESTS]
    agents: list[Agent] = [Agent(town, "Ida"), Agent(town, "Jon"), Monitor(town, "Mia")]
    people: list[Person] = [*guests, *agents]
    await weather.open_desk(town)
    serving = world.beside(weather.serve(town))
    beside = [
        world.beside(weather.fill_up(town)),
        world.beside(weather.operate(town, guests)),
    ]
    lives = [world.beside(person.live()) for person in people]
    await asyncio.sleep(PLAY_S)
    world.close()
    await _all_done(town, [*lives, *beside], serving)
    world.note("everybody is done")
    await afterwards.check(town, guests, agents)
    await _close(town, people, serving)


async def _all_done(town: Town, tasks: list[Any], serving: Any) -> None:
    _, late = await asyncio.wait(tasks, timeout=ANSWERED_S)
    if late:
        town.world.found(f"{len(late)} have no answer after {ANSWERED_S} s")
    if serving.done():
        serving.result()
    for task in tasks:
        if task.done():
            task.result()


async def _close(town: Town, people: list[Person], serving: Any) -> None:
    """Everybody goes; nothing of them stays in the server's memory."""
    for person in people:
        for ear in person.ears:
            await ear.close()
    await asyncio.sleep(1.0)
    process = town.process
    assert process is not None, "it is calm, so it serves"
    afterwards.nothing_left(town.world, process)
    await process.stop()
    if left := process.left():
        town.world.found(f"left behind: {left}")
    process.kill()
    serving.cancel()
    await asyncio.sleep(0.1)

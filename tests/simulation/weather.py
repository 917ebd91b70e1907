"""What befalls the server: kills, stops, a full disk, and an operator who writes beside it."""

import asyncio
from typing import cast

from frontdesk.desk.commands import AddPerson, ChangeSettings, Erase
from frontdesk.desk.ids import MAIN
from frontdesk.desk.kinds import Value
from frontdesk.desk.refusals import Refused
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Broken, Full, PasswordRow, Store
from tests import examples as eg
from tests.simulation.people import Guest
from tests.simulation.process import PASSWORD, Process, WorldClock
from tests.simulation.town import Town

# Seconds from one end of the process to the next, and how long it is down each time.
LIVES_S = 7.0
DOWN_S = 1.0
# Of a hundred ends, so many are in good order.
STOPS = 30
# Seconds between two things that an operator does, and between two times of a full disk.
OPERATES_S = 8.0
FULL_AFTER_S = 30.0
FULL_S = 1.5


async def open_desk(town: Town) -> None:
    """The desk is there, with its accounts."""
    node = await Node.load(cast(Store, town.disk.platter), WorldClock(town.world))
    for agent in (eg.IDA, eg.JON, eg.MIA):
        rows = [PasswordRow(agent.id, PASSWORD)]
        await node.carry_out(AddPerson(agent.id, agent.user, agent.role), rows=rows)


async def serve(town: Town) -> None:
    """Keep a process alive until the end of the world, and end it now and then."""
    world = town.world
    while True:
        process = town.process = Process(world, town.disk)
        if await process.start():
            await _until_its_end(town, process)
        town.process = None
        await world.pause(0.2 if world.calm else DOWN_S)


async def _until_its_end(town: Town, process: Process) -> None:
    world = town.world
    ended = world.beside(process.ended.wait())
    while not ended.done():
        await asyncio.wait((ended,), timeout=world.chance.expovariate(1 / LIVES_S))
        if ended.done() or world.calm:
            continue
        if world.chance.random() * 100 < STOPS:
            await process.stop()
        world.note("server  is killed")
        process.kill()


async def fill_up(town: Town) -> None:
    """Let the disk be full now and then."""
    while not await town.world.closes_within(FULL_AFTER_S):
        town.world.note("disk  is full")
        town.disk.full = True
        await town.world.closes_within(FULL_S)
        town.disk.full = False
        town.world.note("disk  has room")


async def operate(town: Town, guests: list[Guest]) -> None:
    """Somebody at the command line: another process, which writes to the same disk."""
    world = town.world
    while not await world.closes_within(OPERATES_S):
        drive = town.disk.drive()
        try:
            node = await Node.load(cast(Store, drive), WorldClock(world))
            if world.chance.random() < 0.25:
                await _erase(town, node, world.chance.choice(guests))
            else:
                await node.carry_out_at(MAIN, ChangeSettings(None, _settings(town)))
        except (Refused, Full, Broken) as error:
            world.note(f"operator  fails: {error!r}")
        town.disk.unplug(drive)


def _settings(town: Town) -> dict[str, Value]:
    chance = town.world.chance
    changes: list[dict[str, Value]] = [
        {"queue_most": chance.randint(2, 6)},
        {"open": chance.random() < 0.7},
        {"agent_limit": chance.randint(1, 4)},
        {"availability_to": chance.choice(("all", "agents"))},
        {"silence_s": chance.randint(120, 300)},
    ]
    return chance.choice(changes)


async def _erase(town: Town, node: Node, guest: Guest) -> None:
    if guest.ear is None:
        return
    town.world.note(f"operator  erases {guest.who}")
    person = guest.ear.person
    guest.erase()
    found = await town.disk.platter.guest(MAIN, person)
    rooms = tuple(one.room for one in found.rooms) if found is not None else ()
    await node.carry_out_at(MAIN, Erase(None, person, rooms))

"""What has to be true of a seed when all is over.

Of feeds and answers the log decides (`book.py`); the rest is what the server says and holds.
"""

import asyncio

import msgspec

from frontdesk.desk.ids import MAIN
from frontdesk.desk.view import View
from frontdesk.feed.position import parse
from tests.simulation.book import ON_ITS_WAY_S, Book, plain
from tests.simulation.ear import Ear
from tests.simulation.people import Agent, Guest, Person
from tests.simulation.process import Process
from tests.simulation.town import Json, Town
from tests.simulation.world import World

# Seconds within which everybody who listens has heard all.
HEARD_S = 4.0
# After so long somebody without a line is away: a sign of life counts for 30 s.
LAPSED_S = 34.0
# How often everybody has a last word.
ROUNDS = 3
# Until whoever was busy has taken what there was.
QUIET_S = 16.0
# Looks at the view until nothing has happened in between.
LOOKS = 20


async def check(town: Town, guests: list[Guest], agents: list[Agent]) -> None:
    """Let everything settle, and look at it from all sides."""
    people: list[Person] = [*guests, *agents]
    here = {person.who for person in people if person.ear is not None and person.token}
    await asyncio.sleep(QUIET_S)
    _presence(town, here, gone=False)
    for _ in range(ROUNDS):
        await asyncio.gather(*(_last_word(person) for person in people))
        await asyncio.sleep(HEARD_S)
    log = await town.disk.log()
    book = Book(town, log)
    book.walk()
    for person in people:
        for ear in person.ears:
            await book.heard(ear)
    await book.acknowledged()
    for person in people:
        if person.ear is not None:
            await _replayed(town, person.ear, erased=book.erased)
            await _seen(town, person)
    await _places(town, guests)
    await asyncio.sleep(LAPSED_S)
    _presence(town, here, gone=True)


async def _last_word(person: Person) -> None:
    """Everybody says something once more, so that nobody has heard all only by a heartbeat."""
    room = person.a_room()
    if person.ear is not None and room is not None:
        await person.say(room)


# --- what the server says now ---------------------------------------------------------------------


async def _replayed(town: Town, ear: Ear, *, erased: bool) -> None:
    """That a fresh reader from the same beginning hears the same, backlogs and all."""
    since, heard = ear.began, list[Json]()
    while True:
        query = f"since={since}&wait=0"
        status, events, _ = await town.http("GET", "/listen", query=query, token=ear.token)
        if status != 200:
            return town.world.found(f"{ear.who} may not replay: {events}")
        facts = [one for one in events if "id" in one and one["type"] != "noop"]
        heard += facts
        ids = [one["id"] for one in events if "id" in one]
        if not ids:
            return town.world.found(f"{ear.who} may not replay: {events}")
        since = ids[-1]
        if not facts:
            break
    # What comes while this one asks is on its way to the other.
    await asyncio.sleep(ON_ITS_WAY_S)
    told = ear.facts[: len(heard)]
    if erased:
        heard, told = ([plain(one, True) for one in all] for all in (heard, told))
    if heard != told:
        differs = next((pair for pair in zip(heard, told, strict=False) if pair[0] != pair[1]), "")
        town.world.found(f"{ear.who} heard {len(told)}, replayed {len(heard)}; first: {differs}")


async def _seen(town: Town, person: Person) -> None:
    """That the view from the beginning, with all that was heard, is the view that is given now."""
    ear = person.ear
    assert ear is not None, "whoever looks listens"
    status, state = 0, Json()
    for _ in range(LOOKS):
        began = ear.since
        status, state = await person.get("/state")
        await asyncio.sleep(0.3)
        if ear.since == began or parse(ear.since) == parse(began):
            break
    if status != 200:
        return town.world.found(f"{person.who} may not look: {state}")
    state.pop("id")
    now = msgspec.convert(state, View)
    if ear.view is not None and ear.view != now:
        town.world.found(f"{person.who} folded {ear.view}, and sees {now}")
    if ear.typing:
        town.world.found(f"{person.who} sees somebody type for ever: {ear.typing}")


async def _places(town: Town, guests: list[Guest]) -> None:
    """That everybody who waits was told their place; of a change, within a second."""
    for _ in range(LOOKS):
        wrong = _told_wrong(town, guests)
        if not wrong:
            return
        before = town.disk.appends[-1:]
        await asyncio.sleep(2 * ON_ITS_WAY_S)
        if town.disk.appends[-1:] == before:
            break
    for one in _told_wrong(town, guests):
        town.world.found(one)


def _told_wrong(town: Town, guests: list[Guest]) -> list[str]:
    assert town.process is not None, "it is calm, so it serves"
    state = town.process.engine.live(MAIN).state
    order = [state.label(guest) for guest in state.waiting]
    waiting = [one.ear for one in guests if one.ear is not None and one.who in order]
    return [
        f"{ear.who} is at {order.index(ear.who)}, and was told {ear.told}"
        for ear in waiting
        if ear.told != order.index(ear.who)
    ]


def _presence(town: Town, here: set[str], *, gone: bool) -> None:
    """That whoever listens is there, and nobody else, once they have been `gone` for long."""
    assert town.process is not None, "it is calm, so it serves"
    state = town.process.engine.live(MAIN).state
    lines = {id: one.absent_since_ms for id, one in state.guests.items()}
    lines |= {id: one.absent_since_ms for id, one in state.agents.items()}
    for id, absent in lines.items():
        present, listens = absent is None, state.label(id) in here
        if present != listens and (gone or listens):
            town.world.found(f"{state.label(id)} listens: {listens}; is there: {present}")


def nothing_left(world: World, process: Process) -> None:
    """That the server holds nothing for people who are gone."""
    live, engine = process.engine.live(MAIN), process.engine
    held = {
        "readers": live.presence._readers,
        "sleepers": live.wakeups._asleep,
        "in flight": engine._commits._in_flight,
        "pending": engine._commits._pending,
        "errands": engine._errands._tasks,
        "lines": process.lines,
    }
    for name, what in held.items():
        if what:
            world.found(f"{name} are left: {what}")

"""What every transport awaits: the next that there is for one reader.

The skeleton of each transport is: open a `Reader` at a position; loop: `await next_for(...)`,
encode, write, `advance`; on the end, say the hang-up. They differ in framing alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from msgspec.structs import replace

from frontdesk.desk.commands import Role
from frontdesk.desk.events import Joined, Reset, Transferred
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.view import View, rooms_of, view
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.feed.hangups import HangUp
from frontdesk.feed.hearing import may_hear
from frontdesk.feed.kept import Line, lines
from frontdesk.feed.position import Position, after_entry
from frontdesk.feed.reader import LINES, Lag, Reader, Served

# Lines of one person that may live at once (protocol §5).
READERS_MOST = 20

StillWelcome = Callable[[], Awaitable[bool]]


def reader_for(live: Live, person: PersonId, position: Position) -> Reader:
    """A reader with the rights that this person has now."""
    return Reader(person, position, role=_role_of(live, person))


def _role_of(live: Live, person: PersonId) -> Role | None:
    agent = live.state.agents.get(person)
    return agent.role if agent is not None and agent.works_here else None


async def next_for(
    engine: Engine, live: Live, reader: Reader, wait_ms: int, still_welcome: StillWelcome
) -> Served | Reset | HangUp:
    """What there is for this reader: at once if there is something, or within `wait_ms`.

    A `Served` with nothing in it means that the time is up; its position is how far this reader
    has been served. The caller writes it out and then calls `reader.advance`.

    Args:
        still_welcome: whether the session behind this reader lives; asked before anything is
            given, and again after each wake-up.
    """
    until_ms = engine.clock.monotonic_ms() + wait_ms
    while True:
        if not await still_welcome():
            return HangUp.SIGNED_OUT
        if _role_of(live, reader.person) != reader.role:
            return HangUp.ROLE_CHANGED
        refused = reader.refuse(live.epoch, live.state.offset, live.kept_from)
        if refused is not None:
            return refused
        # From here to the sleep nothing is awaited: what is appended meanwhile wakes the sleeper.
        served = reader.serve(live.ring, live.signals)
        if isinstance(served, Lag):
            found = await _from_store(engine, live, reader)
            if isinstance(found, Reset):
                return found
            served = found
            if not served.lines:
                reader.advance(served)
                continue
        if served.lines or served.signals:
            return replace(served, lines=await filled(engine, live, served.lines))
        if engine.draining:
            return HangUp.RESTART
        left_ms = until_ms - engine.clock.monotonic_ms()
        if left_ms <= 0:
            return served
        await _sleep(live, reader, left_ms)


async def _sleep(live: Live, reader: Reader, most_ms: int) -> None:
    waiter = live.wakeups.sleep(reader.wake_marks(live.ring))
    timer = asyncio.get_running_loop().call_later(most_ms / 1000, waiter.wake)
    try:
        await waiter.future
    finally:
        timer.cancel()
        live.wakeups.forget(waiter)


async def _from_store(engine: Engine, live: Live, reader: Reader) -> Served | Reset:
    place = reader.position.place
    # The log may be ahead of this desk by what is being taken in. It is served from memory in a
    # moment; a reader who stood behind the head would be taken for one from the future.
    head = live.state.offset
    found = await engine.store.replay(
        live.state.id, reader.person, sorted(reader.marks), place, LINES
    )
    # What is old may have gone a moment ago, by this process or by another.
    refused = reader.refuse(live.epoch, head, found.kept_from)
    if refused is not None:
        return refused
    heard = [
        line
        for kept in found.kept
        for line in lines(kept)
        if kept.offset <= head and line.place > place
        if may_hear(line, reader.marks, found.hearings)
    ]
    return reader.replayed(heard, min(found.through, head))


async def filled(engine: Engine, live: Live, heard: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, with the backlog in those events that bring one: a desk holds no texts.

    Those are lines of their own, for their one reader; memory does not keep them.
    """
    return tuple(
        [
            await _filled(engine, live, line, event)
            if isinstance(event := line.event, Joined | Transferred) and event.more is not None
            else line
            for line in heard
        ]
    )


async def _filled(engine: Engine, live: Live, line: Line, event: Joined | Transferred) -> Line:
    room = RoomId(event.room)
    tail = await engine.store.backlog(live.state.id, room, line.place, BACKLOG)
    told = replace(event, backlog=tail.messages, more=tail.more)
    return Line(line.place, line.mark, told, line.author, line.key)


async def state_of(engine: Engine, live: Live, person: PersonId) -> tuple[View, Position]:
    """What this person sees, and the id that it is the state of.

    Raises:
        KeyError: this desk does not know the person.
    """
    # One state throughout; what is committed meanwhile lies behind its place.
    state = live.state
    place = after_entry(state.offset)
    tails = {}
    for room in rooms_of(state, person):
        tail = await engine.store.backlog(state.id, room, place, BACKLOG)
        tails[room] = (tail.messages, tail.more)
    return view(state, person, tails), Position(live.epoch, place)

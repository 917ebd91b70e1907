"""What both streaming transports do: give a reader what there is until the stream has to end.

There is no queue for a reader: what is new is looked up when the last write has gone out, and a
write that does not go out in time ends the stream. So somebody who reads too slowly costs nobody
anything, and comes back to the id that they have.
"""

import asyncio
import random
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from frontdesk.desk.events import Reset
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import StillWelcome, next_for
from frontdesk.engine.live import Live
from frontdesk.feed.hangups import HangUp
from frontdesk.feed.reader import Reader, Served

# A quiet line says `noop` so often, so that its client knows that it lives and how far it has been
# served. Spread, so that ten thousand lines that began together do not all speak together.
HEARTBEAT_MS = (15_000, 25_000)

# How long one write may wait for a reader that takes nothing. What waits is at most `LINES` events
# and the socket's buffers; a phone in a tunnel comes back to its id.
WRITE_MS = 10_000

Write = Callable[[Served | Reset], Coroutine[Any, Any, None]]


def heartbeat_ms() -> int:
    """When to speak next if there is nothing to say."""
    return random.randint(*HEARTBEAT_MS)


async def pump(
    engine: Engine, live: Live, reader: Reader, still_welcome: StillWelcome, write: Write
) -> HangUp:
    """Give this reader what there is, and a heartbeat where there is nothing.

    Args:
        write: puts it on the line; returns when the line has taken it.

    Returns:
        Why the stream has to end.
    """
    while True:
        waits = waits_for_news(live, reader)
        found = await next_for(engine, live, reader, heartbeat_ms(), still_welcome)
        if isinstance(found, HangUp):
            return found
        try:
            await in_time(write(found))
        except TimeoutError:
            return HangUp.TOO_SLOW
        if isinstance(found, Reset):
            return HangUp.RESET
        reader.advance(found)
        if waits:
            count_delivery(engine, live, found)


def waits_for_news(live: Live, reader: Reader) -> bool:
    """Whether this reader has heard all that there is. Others are behind for reasons of theirs."""
    return reader.position.place.offset >= live.state.offset


def count_delivery(engine: Engine, live: Live, served: Served) -> None:
    """Write down how long what was just written had been on its way to a reader who waited."""
    if served.lines:
        at_ms = live.ring.at_ms(served.lines[0].place.offset)
        if at_ms is not None:
            engine.counts.delivery_s.add(max(0, engine.clock.now_ms() - at_ms) / 1000)


async def in_time(writing: Coroutine[Any, Any, None]) -> None:
    """Let a write take `WRITE_MS`. Most are done at once, and for those there is no timer.

    Raises:
        TimeoutError: it has not gone out.
    """
    try:
        waits_for = writing.send(None)
    except StopIteration:
        return
    async with asyncio.timeout(WRITE_MS / 1000):
        await _rest(writing, waits_for)


@types.coroutine
def _rest(begun: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """What is left of a coroutine that has come to its first wait."""
    try:
        yield waits_for
    except BaseException as error:
        begun.throw(error)
        raise
    yield from begun

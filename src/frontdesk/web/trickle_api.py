"""A stream of nothing, for whoever wants to know what stands between a client and the server.

A proxy that buffers gives all of it at the end; one that gives up on silence cuts it. It tells
nothing of any desk, and keeps nothing.
"""

import asyncio
from functools import partial

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.bodies import NoBody
from frontdesk.web.exchange import Ask, Handler, gives
from frontdesk.web.forms import Trickle
from frontdesk.web.queries import TrickleQuery
from frontdesk.web.reply import Send, Streamed, stream_headers
from frontdesk.web.standing import disconnected

KIND = b"text/event-stream; charset=utf-8"

# So many drops, so far apart: a proxy that passes them on in less has kept them.
DROPS = 4
APART_MS = 250

# At once, whoever asks: each looks at the clock four times a second, and few are of any use.
RUNNING_MOST = 20
# About as long as one takes that waits for nothing.
RUNNING_MS = 1_000


class Trickles:
    """The handler."""

    def __init__(self) -> None:
        self._running = 0

    async def __call__(self, ask: Ask[NoBody]) -> Streamed:
        """See what a proxy does to a stream.

        Four events of no meaning, a quarter of a second apart, after `wait` seconds of silence.
        What comes all at once has been buffered; what does not come has been cut.

        Raises:
            Refused: OVERLOADED beyond `RUNNING_MOST` at once.
        """
        assert isinstance(ask.query, TrickleQuery), "the table says so"
        if self._running >= RUNNING_MOST:
            raise Refused(Reason.OVERLOADED, retry_after_ms=RUNNING_MS)
        return Streamed(partial(self._counted, ask, ask.query.wait * 1000))

    async def _counted(self, ask: Ask[NoBody], silent_ms: int, send: Send) -> None:
        self._running += 1
        try:
            await _run(ask, silent_ms, send)
        finally:
            self._running -= 1


async def _run(ask: Ask[NoBody], silent_ms: int, send: Send) -> None:
    gone = asyncio.create_task(disconnected(ask.receive))
    try:
        start = {"type": "http.response.start", "status": 200, "headers": stream_headers(KIND)}
        await send(start)
        for number in range(DROPS):
            if not await _passed(ask, gone, APART_MS if number else silent_ms):
                break
            drop = b"data: %d\n\n" % number
            await send({"type": "http.response.body", "body": drop, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _passed(ask: Ask[NoBody], gone: asyncio.Task[None], ms: int) -> bool:
    """Whether so much time has passed; False if the client is gone, or the server ends."""
    engine = ask.context.engine
    until_ms = engine.clock.now_ms() + ms
    while (left_ms := until_ms - engine.clock.now_ms()) > 0 and not engine.draining:
        # In small steps, since nobody wakes this where the server ends.
        step_ms = engine.clock.now_ms() + min(left_ms, APART_MS)
        step = asyncio.ensure_future(engine.clock.sleep_until(step_ms))
        await asyncio.wait((gone, step), return_when=asyncio.FIRST_COMPLETED)
        step.cancel()
        if gone.done():
            return False
    return not engine.draining


def trickle() -> Handler:
    """The handler, for the table of routes."""
    return gives(Trickle)(Trickles())

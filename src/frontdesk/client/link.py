"""Keeps one feed alive over whatever transport there is, from the last id on.

The only loop: it opens a line, takes what comes, and when the line ends does what it was told or,
told nothing, backs off. What comes is kept for the caller, in order. Nothing is asked for twice
and nothing is left out, whatever happens to lines: that is the server's promise, and an event that
breaks it is a fault, which is never handed on.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from frontdesk.client.backoff import Backoff
from frontdesk.client.failures import WAITED_OUT, Ended, HungUp, Lost, Refused
from frontdesk.client.ladder import Ladder
from frontdesk.client.lines import Asking, Json, Line, Roads, Transport
from frontdesk.client.places import is_misplaced
from frontdesk.client.timing import Timing, now_ms

# Events that wait for the caller. Beyond it the line is closed until half of them are taken: a
# feed can be gone on with at any time, and memory cannot.
AHEAD_MOST = 10_000

# Refusals at the door that pass.
PASSES = WAITED_OUT | {"too_many_readers"}

Pause = Callable[[float], Coroutine[Any, Any, None]]


class Link:
    """One feed of one person.

    Args:
        roads: how to open a line of each transport.
        view: one attempt at what the caller sees now, with its `id`; raises as a command.
        since: the id to go on from; None begins with a view.
        pause: waits so many seconds.
        misplaced: is told of each event that comes twice or out of order.
        lines: counts the lines of each transport.
    """

    def __init__(
        self,
        roads: Roads,
        view: Callable[[], Awaitable[Json]],
        timing: Timing,
        *,
        since: str | None,
        pause: Pause = asyncio.sleep,
        misplaced: Callable[[Json], None],
        lines: Counter[Transport],
    ) -> None:
        self._roads = roads
        self._view = view
        self._timing = timing
        self._since = since
        self._pause = pause
        self._misplaced = misplaced
        self._lines = lines
        self._ladder = Ladder(tuple(roads), timing)
        self._backoff = Backoff(timing)
        self._reason = "start"
        self._ahead: deque[Json] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._line: Line | None = None
        self._reading: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self._for_good = False
        self._tried = self._ladder.pick(now_ms())
        # Whether that one is being tried, and has brought nothing yet: a view comes beside it.
        self._on_trial = False

    # --- for the caller ---------------------------------------------------------------------

    def start(self) -> None:
        """Begin to listen."""
        self._running = asyncio.create_task(self._run())
        # However it ends, also before its first step, whoever waits for an event learns of it.
        self._running.add_done_callback(lambda _: self._news.set())

    async def next(self) -> Json:
        """The next event. A `reset` brings the `view` to go on from.

        Raises:
            StopAsyncIteration: the session is over, which the last event, a `welcome`, said; or
                this was closed.
            HungUp: the server said not to come back.
            Refused: the server does not let us listen.
        """
        while not self._ahead:
            assert self._running is not None, "it was started"
            if self._running.done():
                if not self._running.cancelled():
                    self._running.result()
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        event = self._ahead.popleft()
        if len(self._ahead) == AHEAD_MOST // 2:
            self._room.set()
        return event

    def use(self, transport: Transport | None) -> None:
        """Change to this transport now and stay with it; None takes the best that works.

        Where the server has said when to come back, it is then.
        """
        if self._ladder.fixed is not transport:
            self._ladder.fixed = transport
            # Also of a line that is not there yet, which may take as long as it likes, or a pause.
            if self._tried is not transport and self._reading is not None:
                self._reading.cancel()

    @property
    def transport(self) -> Transport | None:
        """Over which the feed comes just now; None between two lines."""
        return self._tried if self._line is not None else None

    @property
    def takes_commands(self) -> Asking | None:
        """The line, if it takes commands."""
        if self._line is None or self._tried is not Transport.SOCKET:
            return None
        return cast(Asking, self._line)

    async def close(self, *, for_good: bool) -> None:
        """Stop listening. `for_good` lets others see at once that we are gone.

        What the feed ended with is for `next` to say.
        """
        self._for_good = for_good
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            if not self._running.cancelled():
                self._running.exception()  # or asyncio says that nobody has looked at it

    # --- the loop ---------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                self._reading = asyncio.create_task(self._one_line())
                await asyncio.wait({self._reading})
                after_ms = self._judge(self._reading)
                if after_ms is None:
                    return
                if len(self._ahead) > AHEAD_MOST:
                    self._room.clear()
                    await self._room.wait()
                elif after_ms >= 0:
                    await self._rest(after_ms)
        finally:
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.gather(self._reading, return_exceptions=True)

    async def _rest(self, after_ms: int) -> None:
        """Pause; for another transport no longer, unless the server has said how long."""
        pause = self._pause(self._backoff.next_ms(after_ms) / 1000)
        if after_ms > 0:
            await pause
            return
        self._reading = asyncio.create_task(pause)
        await asyncio.wait({self._reading})

    def _judge(self, reading: "asyncio.Task[None]") -> int | None:
        """After how long to come back at least: -1 is at once, None is never."""
        if reading.cancelled():
            return -1  # another transport is wanted
        match reading.exception():
            case None:
                return -1
            case Lost(reached=reached, after_ms=after_ms):
                if reached and self._on_trial:
                    self._ladder.failed(self._tried, now_ms())
                return after_ms
            case Ended(why="signed_out") | Refused(code="not_signed_in"):
                self._put({"type": "welcome"})
                return None
            case Ended(come_back=True, after_ms=after_ms):
                self._ladder.worked(self._tried)
                return after_ms
            case Ended(why=why):
                raise HungUp(why)
            case Refused(code=code, retry_after_ms=after_ms) if code in PASSES:
                return after_ms
            case error:
                raise error

    async def _one_line(self) -> None:
        """Open a line and take what comes, until it ends or a better one is due."""
        self._on_trial = False
        self._tried = self._ladder.pick(now_ms())
        if self._since is None:
            await self._begin_anew()
            assert self._since is not None, "a view has an id"
        self._on_trial = True
        line = await self._roads[self._tried](self._since)
        self._lines[self._tried] += 1
        self._line = line
        try:
            await self._take_all(line)
        finally:
            self._line = None
            await line.close(for_good=self._for_good)

    async def _take_all(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        silence_s = self._timing.silence_ms / 1000
        try:
            async with asyncio.timeout(silence_s) as silence:
                while True:
                    events = await line.next()
                    silence.reschedule(loop.time() + silence_s)
                    for event in events:
                        self._take(event)
                    if len(self._ahead) > AHEAD_MOST or self._ladder.wants_better(now_ms()):
                        return
        except TimeoutError:
            raise Lost("nothing was heard for too long") from None

    def _take(self, event: Json) -> None:
        kind, id = event.get("type"), event.get("id")
        if kind == "reset":
            # No sign that all is well: whoever is reset again and again backs off.
            self._since, self._reason = None, str(event.get("reason", ""))
            raise Ended("reset", come_back=True, after_ms=0)
        if kind == "welcome":
            raise Ended("signed_out", come_back=False, after_ms=0)
        if self._on_trial:
            self._on_trial = False
            self._ladder.worked(self._tried)
            self._backoff.worked()
        if isinstance(id, str):
            if is_misplaced(self._since or "", id, heartbeat=kind == "noop"):
                self._misplaced(event)
                return
            self._since = id
        self._put(event)

    async def _begin_anew(self) -> None:
        view = await self._view()
        self._put({"type": "reset", "reason": self._reason, "view": view})
        self._since = str(view["id"])

    def _put(self, event: Json) -> None:
        self._ahead.append(event)
        self._news.set()

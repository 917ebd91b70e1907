"""A bad network: a proxy on the loopback that breaks the connections which go through it.

Each connection is given a fate when it is made. What was on its way is lost then, as on any
network; bytes are never changed, so that all that goes wrong is what a client has to live with.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import cast

# Between a request that goes through and the cut that its answer meets: enough for a commit.
COMMIT_MS = 15
# How long a stalled line passes nothing on. Below what clients take for dead, and above.
STALL_MS = (200, 6_000)
# A swallowed line is given up here if nobody else has.
SWALLOW_MS = 20_000
# What waits for a reader, before the writer is held up.
BUFFER_BYTES = 64 * 1024


class Fate(StrEnum):
    """How a connection ends, or nearly."""

    CUT = "cut"
    STALL = "stalled"
    ANSWER_LOST = "answer lost"
    SWALLOW = "half open"


class Proxy:
    """Listens on a port of its own while it is entered.

    Args:
        port: of the server.
        every_ms: how long a connection lives on average before its fate.
        tamper: what tests put in to see that a trial can fail: changes what the server says.
    """

    def __init__(
        self,
        port: int,
        chance: random.Random,
        *,
        every_ms: int,
        tamper: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.target = port
        self.every_ms = every_ms
        self.tamper = tamper
        # Nothing happens to any line meanwhile.
        self.calm = False
        self.fates: Counter[Fate] = Counter()
        self._chance = chance
        self.connections: set[_Near] = set()
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> "Proxy":
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: _Near(self), "127.0.0.1", 0)
        return self

    async def __aexit__(self, *ending: object) -> None:
        assert self._listener is not None, "it was entered"
        self._listener.close()
        for near in list(self.connections):
            near.abort()

    @property
    def url(self) -> str:
        """Where clients connect."""
        assert self._listener is not None, "it was entered"
        port = self._listener.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def made(self, near: "_Near") -> None:
        """A connection is there; its fate is drawn."""
        self.connections.add(near)
        self._draw(near)

    def went_on(self, near: "_Near") -> None:
        """A stall is over: the next fate is drawn."""
        self._draw(near)

    def _draw(self, near: "_Near") -> None:
        after_s = self._chance.expovariate(1000 / self.every_ms)
        fate = self._chance.choice(list(Fate))
        stall_ms = self._chance.randint(*STALL_MS)
        near.due = asyncio.get_running_loop().call_later(after_s, self._meet, near, fate, stall_ms)

    def _meet(self, near: "_Near", fate: Fate, stall_ms: int) -> None:
        if not self.calm:
            self.fates[fate] += 1
            near.meet(fate, stall_ms)
        if self.calm:
            self._draw(near)

    def befall(self, fate: Fate) -> None:
        """Let this happen to all connections now."""
        for near in list(self.connections):
            near.meet(fate, STALL_MS[0])

    def gone(self, near: "_Near") -> None:
        """It is no more."""
        self.connections.discard(near)


class _End(asyncio.Protocol):
    """One end of a connection: hands on what it reads."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: uvloop's transports are of no class of asyncio's.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(BUFFER_BYTES)


class _Near(_End):
    """The client's end, which holds both together."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__()
        self.due: asyncio.TimerHandle | None = None
        self._proxy = proxy
        self._far = _Far(self)
        self._kept: list[bytes] = []
        self._kept_down: list[bytes] = []
        self._fate: Fate | None = None
        self._task: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._proxy.made(self)
        self._task = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: self._far, "127.0.0.1", self._proxy.target)
        except OSError:
            self.abort()
            return
        self._flush()

    def meet(self, fate: Fate, stall_ms: int) -> None:
        """Now it happens. What is swallowed once stays so: bytes that are left out in the middle
        of a stream are what no network does.
        """
        if self._fate in (Fate.SWALLOW, Fate.ANSWER_LOST):
            return
        self._fate = fate
        if fate is Fate.CUT:
            self.abort()
        elif fate is Fate.STALL:
            self._later(stall_ms, self.go_on)
        elif fate is Fate.SWALLOW:
            self._later(SWALLOW_MS, self.abort)

    def _later(self, ms: int, act: Callable[[], None]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(ms / 1000, act))

    def go_on(self) -> None:
        """The stall is over."""
        if self._fate is Fate.STALL:
            self._fate = None
            self._flush()
            self._proxy.went_on(self)

    def _flush(self) -> None:
        if self._far.transport is not None and self._kept and self._fate is None:
            self._far.transport.write(b"".join(self._kept))
            self._kept.clear()
        if self.transport is not None and self._kept_down and self._fate is None:
            self.transport.write(b"".join(self._kept_down))
            self._kept_down.clear()

    def data_received(self, data: bytes) -> None:
        """Up, to the server."""
        if self._fate is Fate.ANSWER_LOST and self._far.transport is not None:
            # It gets through, and is done; then the line is cut.
            self._far.transport.write(data)
            self._later(COMMIT_MS, self.abort)
        elif self._fate is not Fate.SWALLOW:
            self._kept.append(data)
            self._flush()

    def told(self, data: bytes) -> None:
        """Down, from the server."""
        if self._fate in (Fate.SWALLOW, Fate.ANSWER_LOST):
            return
        if self._proxy.tamper is not None:
            data = self._proxy.tamper(data)
        self._kept_down.append(data)
        self._flush()

    def pause_writing(self) -> None:
        if self._far.transport is not None:
            self._far.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._far.transport is not None:
            self._far.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.abort()

    def over(self) -> None:
        """The server has ended it: what it has said goes out first, unless all is swallowed."""
        if self._fate is None and self.transport is not None:
            self._flush()
            self.transport.close()
        elif self._fate is not Fate.SWALLOW:
            self.abort()

    def abort(self) -> None:
        """Reset both ends."""
        for timer in (*self._timers, self.due):
            if timer is not None:
                timer.cancel()
        for transport in (self.transport, self._far.transport):
            if transport is not None:
                transport.abort()
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        self._proxy.gone(self)


class _Far(_End):
    """The server's end."""

    def __init__(self, near: _Near) -> None:
        super().__init__()
        self._near = near

    def data_received(self, data: bytes) -> None:
        self._near.told(data)

    def pause_writing(self) -> None:
        if self._near.transport is not None:
            self._near.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._near.transport is not None:
            self._near.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._near.over()

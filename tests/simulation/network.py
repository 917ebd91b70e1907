"""Lines between people and the process: slow, cut, half-open, or with nobody at the other end.

A line is one call of the application. What goes over it takes a while and stays in order. A line
that breaks takes with it what is on its way, and each end finds out at a time of its own, or never.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.simulation.process import Process
from tests.simulation.world import World

Message = dict[str, Any]

# Seconds that a message is on its way: as a rule, and over a bad line.
WAY_S = 0.02
BAD_WAY_S = 0.4
# The server finds out after this long at most: a WebSocket by its pings, others by their buffers.
DEAD_S = 16.0
# What a line holds that nobody takes.
HOLDS = 6

# What may happen to a message on its way down, each with its chance of a thousand.
FATES = {"cut": 5, "cut, and the client does not notice": 2}
# What may become of a call.
CALL_FATES = {"lost": 10, "cut": 25, "bad": 30}


class Cut(Exception):
    """The line is broken, as far as its client knows."""


class Gone(OSError):
    """The line is broken, as far as the server knows. It is uvicorn's to catch."""


class Line:
    """One call of the application."""

    def __init__(self, world: World, process: Process, scope: Message) -> None:
        self._world = world
        self._process = process
        self._scope = scope
        self._up: asyncio.Queue[Message] = asyncio.Queue()
        self._down: asyncio.Queue[Message | None] = asyncio.Queue()
        self._coming_up: deque[Callable[[], None]] = deque()
        self._coming_down: deque[Message | None] = deque()
        self._up_at = self._down_at = 0.0
        self._held = 0
        self._room = asyncio.Event()
        self._broken = False
        self._gone = False
        self._fate = world.fate(CALL_FATES)
        process.lines.append(self)
        self._later(self._arrives)

    def _way_s(self) -> float:
        most_s = BAD_WAY_S if self._fate == "bad" and not self._world.calm else WAY_S
        return self._world.chance.random() * most_s

    def _later(self, call: Callable[..., None], *args: Any) -> None:
        """Call this when what is sent up now has come; what was sent before comes before it."""
        self._up_at = max(self._up_at, self._world.now + self._way_s())
        self._coming_up.append(partial(call, *args))
        self._world.loop.call_at(self._up_at, lambda: self._coming_up.popleft()())

    def _arrives(self) -> None:
        if self._broken or not self._process.serves or self._fate == "lost":
            self.close()
            self._down.put_nowait(None)
            self._leave()
            return
        if self._fate == "cut":
            # After the request has come, so that its answer is lost.
            self._world.loop.call_later(self._world.chance.random() * 0.05, self.breaks)
        self._process.begin(self._call())

    async def _call(self) -> None:
        try:
            with contextlib.suppress(Gone):
                await self._process.app(self._scope, self._up.get, self._send)
        finally:
            self._leave()

    def _leave(self) -> None:
        if self in self._process.lines:
            self._process.lines.remove(self)

    # --- the server's end ---------------------------------------------------------------------

    async def _send(self, message: Any) -> None:
        if self._gone:
            if self._scope["type"] == "websocket":
                raise Gone
            return
        while self._held >= HOLDS and not self._gone:
            self._room.clear()
            await self._room.wait()
        self._held += 1
        if self._broken:
            return
        fate = self._world.fate(FATES)
        if fate:
            self._world.note(f"line  {fate}")
            if (part := self._part_of(message)) is not None:
                self._down_soon(part)
            self.breaks(noticed=fate == "cut")
            return
        self._down_soon(message)
        if message.get("more_body") is False or "more_body" not in message:
            if message["type"] == "http.response.body":
                self._down_soon({"type": "over"})

    def _part_of(self, message: Message) -> Message | None:
        """What gets through of the message during which the line breaks."""
        body = message.get("body")
        if not message.get("more_body"):
            return None
        assert body is not None, "what goes on has a body"
        return {**message, "body": body[: self._world.chance.randrange(len(body))]}

    def _down_soon(self, message: Message | None) -> None:
        """Put this on its way down; None says that the line is broken."""
        self._down_at = max(self._down_at, self._world.now + self._way_s())
        self._coming_down.append(message)
        self._world.loop.call_at(
            self._down_at, lambda: self._down.put_nowait(self._coming_down.popleft())
        )

    def die(self) -> None:
        """The process is gone."""
        self._gone = True
        self.breaks(noticed=self._world.chance.random() < 0.8)

    def shut(self) -> None:
        """The process ends the line, since it stops."""
        self.breaks(noticed=True)
        self._notice()

    def _notice(self) -> None:
        """The server finds out that nobody is there."""
        if not self._gone:
            self._gone = True
            kind = "websocket" if self._scope["type"] == "websocket" else "http"
            self._up.put_nowait({"type": f"{kind}.disconnect", "code": 1006})
            self._room.set()

    # --- the client's end ---------------------------------------------------------------------

    def breaks(self, *, noticed: bool = True) -> None:
        """Nothing gets through any more; the client finds out soon, or not at all."""
        if self._broken:
            return
        self._broken = True
        if noticed or self._world.calm:
            self._down_soon(None)
        else:
            self._world.half_open.append(partial(self._down_soon, None))
        late_s = self._world.chance.random() * (0.1 if self._world.calm else DEAD_S)
        self._world.loop.call_later(late_s, self._notice)

    def send(self, message: Message) -> None:
        """Put this on its way up."""
        self._later(self._comes_up, message)

    def _comes_up(self, message: Message) -> None:
        if not self._broken and not self._gone:
            self._up.put_nowait(message)

    async def take(self, most_s: float) -> Message:
        """What comes next.

        Raises:
            Cut: nothing does, or not in time.
        """
        try:
            async with asyncio.timeout(most_s):
                message = await self._down.get()
        except TimeoutError:
            self.breaks(noticed=False)
            raise Cut from None
        if message is None:
            self.breaks(noticed=False)
            raise Cut
        self._held -= 1
        self._room.set()
        return message

    def close(self, code: int = 1001) -> None:
        """Hang up, so that the server knows."""
        if not self._broken:
            self._broken = True
            kind = "websocket" if self._scope["type"] == "websocket" else "http"
            self._later(self._hung_up, {"type": f"{kind}.disconnect", "code": code})

    def _hung_up(self, message: Message) -> None:
        if not self._gone:
            self._gone = True
            self._up.put_nowait(message)
            self._room.set()


def scope_of(kind: str, method: str, path: str, query: str, headers: Mapping[str, str]) -> Message:
    """What a server hands to the application."""
    named = {"host": "127.0.0.1", **headers}
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 80),
        "extensions": {"websocket.http.response": {}},
    }

"""Lines that say what they were told to, for the loop over them. Time does not pass."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import anyio.lowlevel

from frontdesk.client.failures import Lost
from frontdesk.client.lines import Json, Transport
from frontdesk.client.link import Link
from frontdesk.client.timing import Timing

# What a line does next: events that come together, or how it ends. At the end of its script a
# line is silent.
Said = Sequence[list[Json] | Exception]

TIMING = Timing(pause_ms=0)
EPOCH = "00e0c0de"


def at(offset: int, part: int = 1) -> str:
    """An id."""
    return f"{EPOCH}.{offset}.{part}"


def said(offset: int, part: int = 1) -> Json:
    """A message at this place."""
    return {"type": "message", "id": at(offset, part), "body": f"{offset}.{part}"}


class Scripted:
    """A line."""

    def __init__(self, script: Said) -> None:
        self.script = list(script)
        self.closed: bool | None = None
        # What a good-bye waits for.
        self.lets_go = asyncio.Event()
        self.lets_go.set()
        self.silent = asyncio.Event()

    async def next(self) -> list[Json]:
        if not self.script:
            self.silent.set()
            await asyncio.Event().wait()
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    async def close(self, *, for_good: bool) -> None:
        self.closed = for_good
        await self.lets_go.wait()


class Net:
    """Opens the lines of a script, one after the other, and notes which were wanted.

    A script that is an exception is a line that cannot be opened, and None is one that is never
    there. Behind the last all are silent.
    """

    def __init__(self, *scripts: Said | Exception | None, timing: Timing = TIMING) -> None:
        self.scripts = list(scripts)
        self.opened: list[tuple[Transport, str]] = []
        self.lines: list[Scripted] = []
        self.views: list[Json | Exception] = []
        self.paused_ms: list[int] = []
        # Pauses end when this says so.
        self.wakes = asyncio.Event()
        self.wakes.set()
        self.misplaced: list[Json] = []
        self.timing = timing

    async def _open(self, transport: Transport, since: str) -> Scripted:
        self.opened.append((transport, since))
        script = self.scripts.pop(0) if self.scripts else []
        if isinstance(script, Exception):
            raise script
        if script is None:
            await asyncio.Event().wait()
            raise AssertionError("waits for ever")
        self.lines.append(Scripted(script))
        return self.lines[-1]

    async def _view(self) -> Json:
        view = self.views.pop(0) if self.views else Lost("no more views")
        if isinstance(view, Exception):
            raise view
        return view

    async def _pause(self, seconds: float) -> None:
        self.paused_ms.append(round(seconds * 1000))
        await anyio.lowlevel.checkpoint()
        await self.wakes.wait()

    def link(self, since: str | None = at(1)) -> Link:
        """A link over these lines, which runs."""

        def road(transport: Transport) -> Any:
            return lambda since: self._open(transport, since)

        made = Link(
            {transport: road(transport) for transport in Transport},
            self._view,
            self.timing,
            since=since,
            pause=self._pause,
            misplaced=self.misplaced.append,
            lines=Counter(),
        )
        made.start()
        return made


async def heard(link: Link, many: int) -> list[Any]:
    """The next so many events: bodies of messages, types of others."""
    found = []
    async with asyncio.timeout(5):
        for _ in range(many):
            event = await link.next()
            found.append(event.get("body", event["type"]))
    return found

"""The server as one process after the other: started, killed, stopped, started again."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, cast

from frontdesk.desk.refusals import Refused
from frontdesk.engine.engine import Engine
from frontdesk.engine.ports import Broken, Store
from frontdesk.web.app import make_app
from frontdesk.web.passwords import Passwords
from tests.simulation.disk import Disk
from tests.simulation.world import World

SECRET = b"a secret of the server, 32 bytes"
PASSWORD = "correct horse battery"

# Unix time in milliseconds at which every world begins.
BEGAN_MS = 1_700_000_000_500

# Seconds that a process may take to let its listeners go.
DRAIN_S = 5.0


class WorldClock:
    """The world's time, as the engine is told it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now_ms(self) -> int:
        return BEGAN_MS + self.monotonic_ms()

    def wall_ms(self) -> int:
        return self.now_ms()

    def monotonic_ms(self) -> int:
        return int(self._world.now * 1000)

    async def sleep_until(self, at_ms: int) -> None:
        await asyncio.sleep(max(0, at_ms - self.now_ms() + 1) / 1000)


class PlainPasswords(Passwords):
    """Passwords kept as they are, and looked at in time but not in threads."""

    async def verify(self, kept: str | None, password: str, *, first: bool = False) -> bool:
        await asyncio.sleep(0.2)
        return kept == password

    def needs_rehash(self, kept: str) -> bool:
        return False


class Process:
    """One life of the server."""

    def __init__(self, world: World, disk: Disk) -> None:
        self._world = world
        self._disk = disk
        self._drive = disk.drive()
        self.life = world.life()
        self.lines: list[Any] = []
        self.engine = Engine(cast(Store, self._drive), WorldClock(world))
        self.app = make_app(self.engine, secret=SECRET, passwords=PlainPasswords())
        self.serves = False
        self.ended = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> bool:
        """Begin to serve; whether that went well."""
        self._watch = self.life.begin(self._end_when_broken())
        starting = self.life.begin(self.engine.start())
        ended = self._world.beside(self.ended.wait())
        await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if starting.done() and not starting.cancelled():
            error = starting.exception()
            self.serves = error is None and not self.ended.is_set()
            if error is not None and not isinstance(error, Refused):
                self._world.found(f"a start failed: {error!r}")
        self._world.note("server  serves" if self.serves else "server  does not start")
        if not self.serves:
            self.kill()
        return self.serves

    async def _end_when_broken(self) -> None:
        await self.engine.failed.wait()
        if not isinstance(self.engine.failure, Broken):
            self._world.found(f"the engine has ended: {self.engine.failure!r}")
        self._world.note("server  ends, since the disk is broken")
        self._world.loop.call_soon(self.kill)

    def begin(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Have this done in the process, and note what nobody there has caught."""

        async def caught() -> None:
            try:
                await coroutine
            except Exception as error:
                self._world.found(f"nobody has caught {error!r}")

        _ = self.life.begin(caught())

    def kill(self) -> None:
        """End it here and now: everything in memory is gone, and nothing is finished."""
        if self.ended.is_set():
            return
        self.serves = False
        self.ended.set()
        # What is cancelled may still run what cleans up; nobody hears of it, and nothing of it is
        # kept.
        for line in list(self.lines):
            line.die()
        self._disk.unplug(self._drive)
        _ = self._world.beside(self.life.end())

    def left(self) -> Sequence[object]:
        """The tasks that have not ended, but for the one that waits for the end."""
        return [task for task in self.life.left() if task is not self._watch]

    async def stop(self) -> None:
        """End it in good order, as the server does on SIGTERM."""
        self._world.note("server  is to stop")
        self.serves = False
        self.engine.begin_drain()
        until = self._world.now + DRAIN_S
        while self.lines and self._world.now < until and not self.ended.is_set():
            await self._world.pause(0.05)
        for line in list(self.lines):
            line.shut()
        stopping = self.life.begin(self.engine.stop())
        ended = self._world.beside(self.ended.wait())
        await asyncio.wait((stopping, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        self._world.note("server  has stopped")

"""An engine at work on a store that fails as planned, and time that passes by hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio.lowlevel

from frontdesk.desk.commands import Command
from frontdesk.desk.ids import MAIN
from frontdesk.desk.state import State
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.ports import Batch, Kept, Outcome, Unsure
from frontdesk.store.memory import MemoryStore


class Disk(MemoryStore):
    """A store whose commits wait until `go`, and that fails as planned, one commit each."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.go.set()
        self.planned: list[Exception] = []
        self.written_by_others = False

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        await self.go.wait()
        if self.planned:
            failure = self.planned.pop(0)
            if isinstance(failure, Unsure) and failure.args:
                # It had happened, and nobody was told.
                await super().commit(batches, together=together)
            raise failure
        return await super().commit(batches, together=together)

    async def changed(self) -> bool:
        changed, self.written_by_others = self.written_by_others, False
        return changed

    async def log(self) -> list[Kept]:
        return await self.read(MAIN, 0, 10_000)


HAD_HAPPENED = Unsure("and it had happened")


@asynccontextmanager
async def running(disk: Disk, clock: HandClock, *commands: Command) -> AsyncIterator[Engine]:
    """An engine at which all this has happened."""
    engine = Engine(disk, clock)
    await engine.start()
    try:
        for command in commands:
            await engine.submit(MAIN, command)
        yield engine
    finally:
        disk.go.set()
        await engine.stop()


async def settled() -> None:
    """Let everything run that waits for neither time nor the disk."""
    for _ in range(40):
        await anyio.lowlevel.checkpoint()


async def passes(clock: HandClock, ms: int) -> None:
    """Let time pass, and what it brings about happen."""
    await settled()
    clock.advance(ms)
    await settled()


def state(engine: Engine) -> State:
    return engine.live(MAIN).state


async def welcome() -> bool:
    """The session behind a reader lives."""
    return True

"""Opening what a command works on: the store, and a clock that is not behind what it says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontdesk.config import Config
from frontdesk.engine.clock import SystemClock
from frontdesk.engine.desks import desks_of
from frontdesk.engine.ports import Store
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite.store import SqliteStore


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    """The store that is set, made if it is not there yet, and closed in the end.

    Raises:
        CannotOpen, Held, Broken: as the store says.
    """
    store: Store
    store = MemoryStore() if config.memory else await SqliteStore.open_path(str(config.database))
    try:
        yield store
    finally:
        await store.close()


async def clock_for(store: Store) -> SystemClock:
    """Real time, and not before anything that is written down."""
    clock = SystemClock(await store.last_beat() or 0)
    for desk in await desks_of(store):
        head = await store.open(desk)
        for last in await store.read(desk, max(0, head.offset - 1), 1):
            clock.not_before(last.entry.at_ms)
    return clock

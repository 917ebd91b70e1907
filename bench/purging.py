"""Old conversations that leave the log: what it costs those who write meanwhile.

On the store alone, 100,000 entries of rooms that are over, with somebody who writes all the time.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

from frontdesk.desk.entries import (
    EndReason,
    Entry,
    GuestQueued,
    GuestTaken,
    MessagePosted,
    PersonAdded,
    RoomEnded,
)
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.personal import Profile, Text, Who
from frontdesk.desk.retention import Old
from frontdesk.desk.state import State
from frontdesk.engine.ports import Appended, Batch
from frontdesk.engine.purging import REST
from frontdesk.store.sqlite.store import SqliteStore

ROOMS = 5_000
# Rooms that are open at the same time.
AT_ONCE = 50
MESSAGES = 17
THEN_MS = 1_767_000_000_000
NOW_MS = THEN_MS + 86_400_000
TEXT = "This is about as long as most of what people write to one another in a chat."

IDA = Who(PersonId("agent-ida"), "Ida")
BEN = Profile(PersonId("guest-ben"), "Ben", "", {})
OPEN = RoomId("room-ben")


def _conversation(number: int) -> Iterator[Entry]:
    guest = Profile(PersonId(f"g{number:032x}"), f"Guest {number}", TEXT, {"os": "Debian"})
    room = RoomId(f"r{number:032x}")
    yield GuestQueued(THEN_MS, guest, room, 0)
    yield GuestTaken(THEN_MS, guest, IDA, room, 5_000, None)
    for turn in range(MESSAGES):
        author = IDA if turn % 2 else guest.who
        yield MessagePosted(THEN_MS, author, room, Text(f"{TEXT} {number}.{turn}"))
    members = (guest.id, IDA.id)
    yield RoomEnded(THEN_MS, room, EndReason.AGENT, guest.who, members, IDA, None)


class Writing:
    """A desk with its past, at which Ben goes on writing. `late` are the commits in ms."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.head = 0
        self.late: list[float] = []

    async def commit(self, *entries: Entry) -> None:
        """Write this in one commit."""
        begun = time.perf_counter()
        [outcome] = await self._store.commit([Batch(MAIN, self.head, f"b{self.head}", entries)])
        self.late.append((time.perf_counter() - begun) * 1000)
        assert isinstance(outcome, Appended)
        self.head = outcome.last

    async def past(self) -> None:
        """All rooms, all of them over, and a checkpoint."""
        await self._store.open(MAIN)
        await self.commit(PersonAdded(THEN_MS, IDA, "agent", 3), GuestQueued(THEN_MS, BEN, OPEN, 2))
        for first in range(0, ROOMS, AT_ONCE):
            told = [_conversation(number) for number in range(first, first + AT_ONCE)]
            await self.commit(*(entry for turn in zip(*told, strict=True) for entry in turn))
        while await self._store.index(MAIN, 2_000):
            pass
        state = State(MAIN)
        state.offset = self.head
        await self._store.save_checkpoint(state)

    async def go_on(self) -> None:
        """Write a message every few milliseconds."""
        while True:
            await self.commit(MessagePosted(NOW_MS, BEN.who, OPEN, Text(TEXT)))
            await asyncio.sleep(0.005)


async def main(most_s: float = 60.0) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        path = Path(folder) / "desk.db"
        store = await SqliteStore.open_path(str(path))
        writing = Writing(store)
        await writing.past()
        print(f"{writing.head:,} entries, {path.stat().st_size / 1e6:.0f} MB")
        await _beside(writing, "nothing else", asyncio.sleep(10))
        size = path.stat().st_size
        for rest in (REST, 0):
            head = (await store.purge(MAIN, Old(0))).kept_from
            begun = time.perf_counter()
            await _beside(writing, f"a purge, rests {rest}", _purge(store, rest, most_s))
            gone = (await store.kept_from(MAIN)) - head
            took = time.perf_counter() - begun
            print(f"  {gone:,} entries in {took:.0f} s: {gone / took:,.0f} a second")
        print(f"the file is {path.stat().st_size / size:.2f} times as large")
        await store.close()


async def _purge(store: SqliteStore, rest: int, most_s: float) -> None:
    until = time.perf_counter() + most_s
    more = True
    while more and time.perf_counter() < until:
        begun = time.perf_counter()
        more = (await store.purge(MAIN, Old(NOW_MS))).more
        await asyncio.sleep(rest * (time.perf_counter() - begun))


async def _beside(writing: Writing, what: str, work: Awaitable[None]) -> None:
    writing.late.clear()
    task = asyncio.ensure_future(writing.go_on())
    await work
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    half, tail = statistics.median(writing.late), statistics.quantiles(writing.late, n=100)[98]
    print(
        f"beside {what}: a commit p50 {half:.1f} ms, p99 {tail:.1f} ms,"
        f" max {max(writing.late):.0f} ms, of {len(writing.late):,}"
    )

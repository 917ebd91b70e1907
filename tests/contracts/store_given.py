"""Batches, rows and logs for the tests of stores."""

from collections.abc import Sequence
from itertools import count

from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import MAIN, DeskId, RoomId
from frontdesk.engine.ports import (
    Appended,
    Batch,
    KeyRow,
    Row,
    Store,
)
from frontdesk.feed.kept import Kept
from frontdesk.feed.position import Place
from tests.contracts import stories as eg

NORTH = eg.NORTH
SOUTH = DeskId("south")
DAY_MS = 86_400_000
START = Place(0, 0)

_numbers = count(1)


def batch(
    after: int | None, *entries: Entry, rows: Sequence[Row] = (), desk: DeskId = MAIN
) -> Batch:
    return Batch(desk, after, f"batch-{next(_numbers)}", entries, tuple(rows))


def key(
    name: str = "key-1", *, room: RoomId | None = None, at_ms: int = eg.NOON_MS, first: int = 1
) -> KeyRow:
    return KeyRow(eg.ANA.id, name, MAIN, "message", first, 1, room, at_ms)


async def tell(store: Store, *entries: Entry, desk: DeskId = MAIN) -> list[Kept]:
    """Append these entries and give them back as they were stored."""
    head = await store.open(desk)
    written = await store.commit([batch(head.offset, *entries, desk=desk)])
    assert written == [Appended(head.offset + len(entries))]
    return await store.read(desk, head.offset, len(entries))


async def scrubbed(store: Store) -> bool:
    """Whether nothing is left in the end: somebody else may be in the way at any moment."""
    for _ in range(50):
        if await store.scrub():
            return True
    return False

"""Looking back at what was said at a desk, for those who may.

Nothing here changes anything, and nothing takes longer because a desk is old: an answer is a page.
"""

import contextlib

from msgspec import Struct

from frontdesk.desk.audience import room_mark
from frontdesk.desk.events import Message
from frontdesk.desk.ids import DeskId, RoomId
from frontdesk.engine.exports import LINE_BYTES, Happened, conversation, happened
from frontdesk.engine.ports import Full, Kept, Past, Store, Wanted
from frontdesk.feed.kept import Line, lines
from frontdesk.feed.position import Place, Position

# What a search takes into the index before it looks, if the index is behind: half a second of a
# busy desk, 50 ms. What is further behind is found a little later.
CATCH_UP_TURNS = 10
CATCH_UP_ENTRIES = 200

# About what one part of a conversation holds: longer ones are read in several.
PART_BYTES = 256 * 1024


class PastLine(Happened, frozen=True, omit_defaults=True, kw_only=True):
    """Something of a room, in its place: a `message` with its `body`, a `notification` of who came
    or went, `closing`, or the `end` with its reason in `details`.
    """

    body: str | None = None


class Part(Struct, frozen=True):
    """Some of a conversation; `next` is where the rest begins."""

    lines: tuple[PastLine, ...]
    next: str | None


async def look_back(
    store: Store, desk: DeskId, wanted: Wanted, before: int | None, limit: int
) -> Past:
    """Guests' rooms that were opened before an offset, the last first; see `Store.history`."""
    if wanted.words is not None:
        # On a full disk, what is there can be looked at.
        with contextlib.suppress(Full):
            for _ in range(CATCH_UP_TURNS):
                if not await store.index(desk, CATCH_UP_ENTRIES):
                    break
    return await store.history(desk, wanted, before, limit)


async def part_of(
    store: Store, desk: DeskId, room: RoomId, after: Place, *, most_bytes: int = PART_BYTES
) -> Part:
    """What was said in a room behind `after`, and who came and went, the oldest first."""
    epoch = (await store.open(desk)).epoch
    found: list[PastLine] = []
    left = most_bytes
    async for kept in conversation(store, desk, room, after):
        if left <= 0:
            return Part(tuple(found), str(Position(epoch, Place(kept.offset, 0))))
        for line in lines(kept):
            if line.mark == room_mark(room) and line.place > after:
                one = told(line, str(Position(epoch, line.place)), kept)
                found += [one] if one is not None else []
                left -= LINE_BYTES + len((one and one.body) or "")
    return Part(tuple(found), None)


def told(line: Line, id: str, kept: Kept) -> PastLine | None:
    """What is to be read of this part of an entry; None if it is nothing."""
    at = kept.entry.at_ms // 1000
    match line.event:
        case Message(user=user, body=body):
            return PastLine(id=id, at=at, type="message", user=user, body=body)
        case _:
            one = happened(line, id, at)
    if one is None:
        return None
    return PastLine(id=id, at=at, type=one.type, user=one.user, details=one.details)

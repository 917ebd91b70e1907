"""All that is kept of a guest, for whoever has the right to know it.

Read from the store, page by page, so that it is the same for guests whom the desk has forgotten.
Of those who were erased it says what is left.
"""

from collections.abc import AsyncIterator

from msgspec import Struct, field

from frontdesk.desk.audience import room_mark
from frontdesk.desk.entries import RoomRated
from frontdesk.desk.events import (
    Closing,
    Ended,
    Message,
    Notification,
    PastMessage,
    VouchedFor,
    vouched_for,
)
from frontdesk.desk.ids import DeskId, RoomId
from frontdesk.engine.ports import GuestRecord, GuestRoom, Kept, Store
from frontdesk.feed.kept import Line, lines
from frontdesk.feed.position import Place, Position

# Entries read at a time.
PAGE = 200

# About what one export may hold in memory; what is more is asked for with `after`. Several times
# what the longest conversations are.
EXPORT_BYTES = 8 * 1024 * 1024

# What a message or a status takes up beside its text.
LINE_BYTES = 300


START = Place(0, 0)


class Happened(Struct, frozen=True, omit_defaults=True):
    """Something of a room that is no message: who came, who went, and the end."""

    id: str
    at: int
    type: str
    user: str | None = None
    details: str | None = None


def happened(line: Line, id: str, at: int) -> Happened | None:
    """What has happened by this line; None if it is a message, or nothing to tell of."""
    match line.event:
        case Notification(user=user, details=details):
            return Happened(id, at, "notification", user, details)
        case Closing():
            return Happened(id, at, "closing")
        case Ended(reason=reason):
            return Happened(id, at, "end", details=reason)
        case _:
            return None


class Rating(Struct):
    """What the guest said of how it was, from 1 to 5. `at` is in Unix seconds."""

    rating: int
    comment: str
    at: int


class RoomExport(Struct):
    """A conversation. Times are Unix seconds; an open one has no `ended`.

    Of `ratings`, which stand in the first part of an export, the last one counts.
    """

    room: str
    opened: int
    ended: int | None
    reason: str | None
    messages: list[PastMessage] = field(default_factory=list)
    statuses: list[Happened] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)


class Export(Struct):
    """What is kept of a guest. `next` is where to go on; null where this is all of it."""

    person: str
    user: str
    question: str
    info: dict[str, str]
    vouched: VouchedFor | None
    created: int
    erased: bool
    rooms: list[RoomExport]
    next: str | None = None


async def export(
    store: Store,
    desk: DeskId,
    record: GuestRecord,
    after: Place = START,
    *,
    most_bytes: int | None = None,
) -> Export:
    """What is kept of this guest, with what was said behind `after`, the oldest first.

    About `most_bytes` at most, or `EXPORT_BYTES`; then `next` is the place from which to go on.
    """
    guest = record.guest
    rooms = [_room(one) for one in record.rooms]
    made = Export(
        person=guest.id,
        user=guest.user,
        question=guest.topic,
        info=dict(guest.info),
        vouched=vouched_for(guest.vouched),
        created=record.created_ms // 1000,
        erased=record.erased,
        rooms=rooms,
    )
    epoch = (await store.open(desk)).epoch
    left = most_bytes if most_bytes is not None else EXPORT_BYTES
    if after == START:
        for room in rooms:
            room.ratings = await ratings(store, desk, RoomId(room.room))
            left -= sum(LINE_BYTES + len(one.comment) for one in room.ratings)
    for room in rooms:
        async for kept in conversation(store, desk, RoomId(room.room), after):
            if left <= 0:
                made.next = str(Position(epoch, Place(kept.offset, 0)))
                return made
            for line in lines(kept):
                if line.mark == room_mark(RoomId(room.room)) and line.place > after:
                    left -= _add(room, line, str(Position(epoch, line.place)), kept)
    return made


def _room(room: GuestRoom) -> RoomExport:
    ended = room.ended_ms // 1000 if room.ended_ms is not None else None
    return RoomExport(room.room, room.opened_ms // 1000, ended, room.reason)


async def ratings(store: Store, desk: DeskId, room: RoomId) -> list[Rating]:
    """The ratings of a room, the last one, which counts, at the end."""
    found = [kept.entry for kept in await store.ratings(desk, room)]
    return [
        Rating(one.rating, one.text.body, one.at_ms // 1000)
        for one in found
        if isinstance(one, RoomRated)
    ]


async def conversation(
    store: Store, desk: DeskId, room: RoomId, after: Place
) -> AsyncIterator[Kept]:
    """The entries that hold something of a room behind a place, in order, read page by page."""
    # The entry at `after` itself may have parts behind that place.
    offset = after.offset - 1
    while page := await store.conversation(desk, room, offset, PAGE):
        for kept in page:
            yield kept
        offset = page[-1].offset


def _add(room: RoomExport, line: Line, id: str, kept: Kept) -> int:
    """Write this line down; about how many bytes it takes up."""
    event = line.event
    if isinstance(event, Message):
        said = PastMessage(id, event.room, event.user, event.body, event.sent)
        room.messages.append(said)
        return LINE_BYTES + len(event.body)
    if (one := happened(line, id, kept.entry.at_ms // 1000)) is not None:
        room.statuses.append(one)
    return LINE_BYTES

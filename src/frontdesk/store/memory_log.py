"""One desk's log in memory, and what has to be found in it without reading it all.

For the store that forgets. What is noted of each entry here is what projections are elsewhere.
"""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from frontdesk.desk.checkpoint import Snapshot
from frontdesk.desk.entries import (
    DirectOpened,
    EndReason,
    Entry,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestRequeued,
    GuestTaken,
    GuestTransferred,
    MessagePosted,
    NoteLeft,
    RoomEnded,
    RoomRated,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.personal import Who
from frontdesk.engine.ports import (
    GuestRecord,
    GuestRoom,
    Hearing,
    Kept,
    PastRoom,
)
from frontdesk.feed.hearing import changes
from frontdesk.store.forgetting import entry_without


class DeskLog(Struct):
    """One desk's log, and what has to be found in it without reading it all."""

    epoch: str
    head: int = 0
    kept_from: int = 1
    # By offset; those that are no longer kept are not in it.
    log: dict[int, Kept] = field(default_factory=dict)
    hearings: dict[PersonId, list[Hearing]] = field(default_factory=dict)
    messages: dict[RoomId, list[Kept]] = field(default_factory=dict)
    open_rooms: set[RoomId] = field(default_factory=set)
    # When a room ended, and whose it was; and who had its guest, in order.
    ended: dict[RoomId, tuple[int, PersonId | None]] = field(default_factory=dict)
    helped: dict[RoomId, list[Who]] = field(default_factory=dict)
    # The offsets at which a room was rated.
    ratings: dict[RoomId, list[int]] = field(default_factory=dict)
    guests: dict[PersonId, GuestRecord] = field(default_factory=dict)
    # Guests' rooms in the order in which they were opened: at which offset, and whose.
    opened: dict[RoomId, tuple[int, PersonId]] = field(default_factory=dict)
    checkpoint: tuple[int, Snapshot] | None = None

    def between(self, first: int, last: int) -> Iterator[Kept]:
        """What the log still holds of these offsets, both included, in order."""
        offsets = range(max(first, 1), min(last, self.head) + 1)
        return (one for offset in offsets if (one := self.log.get(offset)) is not None)


def without(kept: Kept, person: PersonId, rooms: set[RoomId]) -> Kept:
    """The entry without what is personal of this guest, and of these rooms of theirs."""
    texts_gone = isinstance(kept.entry, MessagePosted | RoomRated) and kept.entry.room in rooms
    return replace(kept, entry=entry_without(kept.entry, person, text=texts_gone))


def _note_guest(desk: DeskLog, entry: Entry) -> None:
    match entry:
        case GuestQueued() | GuestRequeued():
            guest, room = entry.guest, GuestRoom(entry.room, entry.at_ms, None, None)
            before = desk.guests.get(guest.id)
            rooms = (*before.rooms, room) if before is not None else (room,)
            created_ms = before.created_ms if before is not None else entry.at_ms
            desk.guests[guest.id] = GuestRecord(guest, created_ms, False, rooms)
        case NoteLeft():
            left = GuestRoom(entry.room, entry.at_ms, entry.at_ms, EndReason.MESSAGE.value)
            desk.guests[entry.guest.id] = GuestRecord(entry.guest, entry.at_ms, False, (left,))
        case RoomEnded() if entry.guest.id in desk.guests:
            record = desk.guests[entry.guest.id]
            rooms = tuple(
                replace(one, ended_ms=entry.at_ms, reason=entry.reason.value)
                if one.room == entry.room
                else one
                for one in record.rooms
            )
            desk.guests[entry.guest.id] = replace(record, rooms=rooms)


def past_room(desk: DeskLog, room: RoomId) -> PastRoom:
    """A guest's room as those see it who look back."""
    opened, guest = desk.opened[room]
    record = desk.guests[guest]
    [known] = [one for one in record.rooms if one.room == room]
    return PastRoom(
        room=room,
        guest=record.guest,
        opened=opened,
        opened_ms=known.opened_ms,
        ended_ms=known.ended_ms,
        reason=known.reason,
        agents=tuple(dict.fromkeys(one.user for one in desk.helped.get(room, ()))),
        messages=len(desk.messages.get(room, ())),
        rating=_rating(desk, room),
    )


def _rating(desk: DeskLog, room: RoomId) -> int | None:
    rated = [desk.log[offset].entry for offset in desk.ratings.get(room, ())[-1:]]
    return next((one.rating for one in rated if isinstance(one, RoomRated)), None)


def index(desk: DeskLog, kept: Kept) -> None:
    """Note what has to be found again of this entry, which is in the log already."""
    _note_guest(desk, kept.entry)
    match kept.entry:
        case GuestQueued() | GuestRequeued():
            desk.open_rooms.add(kept.entry.room)
            desk.opened[kept.entry.room] = (kept.offset, kept.entry.guest.id)
        case GroupOpened() | DirectOpened():
            desk.open_rooms.add(kept.entry.room)
        case RoomEnded() | GroupEnded():
            desk.open_rooms.discard(kept.entry.room)
            guest = kept.entry.guest.id if isinstance(kept.entry, RoomEnded) else None
            desk.ended[kept.entry.room] = (kept.entry.at_ms, guest)
        case NoteLeft():
            desk.ended[kept.entry.room] = (kept.entry.at_ms, kept.entry.guest.id)
            desk.opened[kept.entry.room] = (kept.offset, kept.entry.guest.id)
        case RoomRated():
            desk.ratings.setdefault(kept.entry.room, []).append(kept.offset)
        case GuestTaken():
            desk.helped.setdefault(kept.entry.room, []).append(kept.entry.agent)
        case GuestTransferred():
            desk.helped.setdefault(kept.entry.room, []).append(kept.entry.to_agent)
        case MessagePosted():
            desk.messages.setdefault(kept.entry.room, []).append(kept)
    for change in changes(kept):
        mine = desk.hearings.setdefault(change.person, [])
        current = next(
            (at for at, one in enumerate(mine) if one.room == change.room and one.end is None),
            None,
        )
        if change.enters and current is None:
            mine.append(Hearing(change.room, change.place, None))
        elif not change.enters and current is not None:
            mine[current] = replace(mine[current], end=change.place)

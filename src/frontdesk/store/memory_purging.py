"""What is old leaves a log in memory, all at once. The rule is `frontdesk.desk.retention`'s."""

from collections.abc import Iterator

from msgspec.structs import replace

from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.retention import Old, rooms_of, stays
from frontdesk.store.memory_log import DeskLog


def purge(desk: DeskLog, old: Old, checkpointed: int) -> list[PersonId]:
    """Take out what is old.

    Args:
        checkpointed: the offset of the last checkpoint that this version wrote.

    Returns:
        The guests of whom nothing is left.
    """
    young = (one.offset for one in desk.log.values() if one.entry.at_ms >= old.before_ms)
    oldest = next((offset for offset in young if offset >= desk.kept_from), desk.head + 1)
    desk.kept_from = max(desk.kept_from, min(oldest, checkpointed + 1))
    left = desk.between(desk.kept_from, desk.head)
    reaching = {room for one in left for room in rooms_of(one.entry)}
    going = {
        room
        for room, (ended_ms, guest) in desk.ended.items()
        if old.may_go(guest, ended_ms) and room not in reaching
    }
    there = desk.open_rooms | desk.ended.keys()
    for one in list(desk.between(1, desk.kept_from - 1)):
        rooms = there.intersection(rooms_of(one.entry))
        if not stays(one.entry) and going.issuperset(rooms):
            del desk.log[one.offset]
    return [guest for room in going for guest in _forget(desk, room)]


def _forget(desk: DeskLog, room: RoomId) -> Iterator[PersonId]:
    """Nothing is known of this room any more; its guest, if that was the last one."""
    _, guest = desk.ended.pop(room)
    for found in (desk.messages, desk.helped, desk.ratings, desk.opened):
        found.pop(room, None)
    for person, mine in list(desk.hearings.items()):
        desk.hearings[person] = [one for one in mine if one.room != room]
    if guest is not None and (record := desk.guests.get(guest)) is not None:
        left = tuple(one for one in record.rooms if one.room != room)
        desk.guests[guest] = replace(record, rooms=left)
        if not left:
            del desk.guests[guest]
            yield guest

"""Looking back without an index, for the store that forgets: all rooms, one by one. Pure."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.ids import RoomId
from frontdesk.desk.personal import tombstone
from frontdesk.engine.ports import Kept, Past, PastRoom, Wanted
from frontdesk.store.words import Phrase, excerpt, holds, phrases_of


def history(
    rooms: Iterable[PastRoom],
    said: Mapping[RoomId, list[Kept]],
    wanted: Wanted,
    before: int | None,
    limit: int,
) -> Past:
    """Those of these rooms that are wanted; see the port.

    Args:
        rooms: the last opened first.
    """
    phrases = phrases_of(wanted.words) if wanted.words is not None else ()
    if wanted.words is not None and not phrases:
        return Past((), None)
    found: list[PastRoom] = []
    for room in rooms:
        if before is not None and room.opened >= before:
            continue
        if len(found) == limit:
            return Past(tuple(found), found[-1].opened)
        one = _with_words(room, said.get(room.room, []), phrases) if phrases else room
        if one is not None and _fits(one, wanted):
            found.append(one)
    return Past(tuple(found), None)


def _fits(room: PastRoom, wanted: Wanted) -> bool:
    user = room.guest.user if room.guest.user != tombstone(room.guest.id) else None
    return (
        (wanted.user is None or wanted.user == user)
        and wanted.reason in (None, room.reason)
        and (wanted.agent is None or wanted.agent in room.agents)
    )


def _with_words(room: PastRoom, said: list[Kept], phrases: tuple[Phrase, ...]) -> PastRoom | None:
    entries = [one.entry for one in said]
    bodies = [one.text.body for one in entries if isinstance(one, MessagePosted)]
    for text in (room.guest.topic, *bodies):
        if holds(phrases, text):
            return replace(room, excerpt=excerpt(phrases, text))
    return None

"""Looking back without an index, for the store that forgets: all rooms, one by one. Pure."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.ids import RoomId
from frontdesk.desk.personal import Profile, tombstone
from frontdesk.engine.ports import Kept, Past, PastRoom, Sought, Wanted
from frontdesk.store.words import Phrase, excerpt, holds, known_name, phrases_of


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
    return (
        is_sought(room.guest, wanted.sought)
        and wanted.reason in (None, room.reason)
        and (wanted.agent is None or wanted.agent in room.agents)
    )


def is_sought(guest: Profile, sought: Sought) -> bool:
    """Whether this is one of those guests. Whoever was erased has neither name nor `sub`."""
    if sought.user is not None:
        known = known_name(sought.user)
        is_there = known and guest.user != tombstone(guest.id)
        if not is_there or not known_name(guest.user).startswith(known):
            return False
    return sought.sub is None or (guest.vouched is not None and guest.vouched.sub == sought.sub)


def _with_words(room: PastRoom, said: list[Kept], phrases: tuple[Phrase, ...]) -> PastRoom | None:
    entries = [one.entry for one in said]
    bodies = [one.text.body for one in entries if isinstance(one, MessagePosted)]
    for text in (room.guest.topic, *bodies):
        if holds(phrases, text):
            return replace(room, excerpt=excerpt(phrases, text))
    return None

"""The lane of what is never stored: places in the queue, and who is typing. Latest wins.

Each signal is a slot with a version from one counter. An id handed to a client carries the version
up to which its slots were served, so that a reader is answered when a slot is newer than its id.
A slot is given only to a reader who has heard every fact up to now, so a place in the queue never
comes before the fact that it follows from.
"""

from collections.abc import Iterable

from frontdesk.desk.events import QueuePos, Typing
from frontdesk.desk.ids import PersonId, RoomId

# Whoever types says so every 3 s; one lost repeat must not make the typing flicker.
TYPING_MS = 6_000


class PlaceSlot:
    """The place of one guest, as last told."""

    __slots__ = ("event", "version")

    def __init__(self, version: int, event: QueuePos) -> None:
        self.version = version
        self.event = event


class TypingSlot:
    """Whether one person is typing in one room, and until when that is believed."""

    __slots__ = ("event", "until_ms", "version")

    def __init__(self, version: int, event: Typing, until_ms: int) -> None:
        self.version = version
        self.event = event
        self.until_ms = until_ms


class Signals:
    """All slots of one desk.

    Args:
        version: where to begin counting; more than any earlier process can have reached.
    """

    def __init__(self, version: int) -> None:
        self.version = version
        self._places: dict[PersonId, PlaceSlot] = {}
        self._typing: dict[RoomId, dict[PersonId, TypingSlot]] = {}

    def _next(self) -> int:
        self.version += 1
        return self.version

    def set_place(self, guest: PersonId, event: QueuePos) -> None:
        """This is the guest's place from now on."""
        self._places[guest] = PlaceSlot(self._next(), event)

    def void_place(self, guest: PersonId) -> None:
        """The guest has no place any more: joined a room with an agent, or left."""
        self._places.pop(guest, None)

    def set_typing(
        self, person: PersonId, user: str, room: RoomId, *, typing: bool, now_ms: int
    ) -> bool:
        """This person is typing, or not.

        Returns:
            Whether the others in the room have something new to hear. Saying it again only makes
            it last.
        """
        slots = self._typing.setdefault(room, {})
        slot = slots.get(person)
        if slot is None and not typing:
            return False
        if slot is not None and slot.event.is_ == typing:
            slot.until_ms = now_ms + TYPING_MS
            return False
        event = Typing(room, user, "typing", typing)
        slots[person] = TypingSlot(self._next(), event, now_ms + TYPING_MS)
        return True

    def void_typing(self, person: PersonId, room: RoomId) -> None:
        """What this person was typing has come, or they have gone."""
        self._typing.get(room, {}).pop(person, None)

    def end_room(self, room: RoomId) -> None:
        """Nobody types here any more."""
        self._typing.pop(room, None)

    def expire(self, now_ms: int) -> list[RoomId]:
        """Let typing end that was not said again. Returns the rooms in which something changed."""
        changed = []
        for room, slots in self._typing.items():
            for slot in slots.values():
                if slot.event.is_ and slot.until_ms <= now_ms:
                    slot.event = Typing(room, slot.event.user, "typing", False)
                    slot.version = self._next()
                    changed.append(room)
        return changed

    def next_expiry(self) -> int | None:
        """When `expire` has something to do next; None: nobody is typing."""
        return min(
            (
                slot.until_ms
                for slots in self._typing.values()
                for slot in slots.values()
                if slot.event.is_
            ),
            default=None,
        )

    def news(
        self, person: PersonId, rooms: Iterable[RoomId], since: int
    ) -> tuple[list[QueuePos | Typing], int]:
        """What is newer than `since` for this reader, and the version to put into the next id.

        A version of 0 or from another process knows nothing: every slot is news, but for typing
        that is over, which such a reader has never heard of. The version returned is 0 if this
        reader has no slot at all.
        """
        fresh = since == 0 or since > self.version
        found: list[tuple[int, QueuePos | Typing]] = []
        any_slot = False
        place = self._places.get(person)
        if place is not None:
            any_slot = True
            if fresh or place.version > since:
                found.append((place.version, place.event))
        for room in rooms:
            for typist, slot in self._typing.get(room, {}).items():
                if typist == person:
                    continue
                any_slot = True
                newer = slot.event.is_ if fresh else slot.version > since
                if newer:
                    found.append((slot.version, slot.event))
        found.sort(key=lambda row: row[0])
        return [event for _, event in found], self.version if any_slot else 0

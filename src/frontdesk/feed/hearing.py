"""Who was in which room when, exact to the part, so that a replay knows what a reader may hear.

A hearing is an interval of places. Memory holds those that touch the recent past; the store holds
all of them. Current membership is never used for a replay: somebody may have entered and left
again meanwhile.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from frontdesk.desk.audience import Enter, Leave, Mark, Tell, room_mark, script
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.state import State
from frontdesk.feed.kept import Kept, Line
from frontdesk.feed.position import Place


class Hearing(Struct, frozen=True, gc=False):
    """Somebody hears a room: after `start`, and up to and including `end` (None: still)."""

    room: RoomId
    start: Place
    end: Place | None

    def covers(self, place: Place) -> bool:
        """Whether an event at this place is heard."""
        return self.start < place and (self.end is None or place <= self.end)


class Change(Struct, frozen=True, gc=False):
    """Somebody enters or leaves a room after the event at `place`."""

    person: PersonId
    room: RoomId
    place: Place
    enters: bool


def changes(kept: Kept) -> list[Change]:
    """Who enters and leaves by this entry, in order, each after so many of its parts."""
    found, part = [], 0
    for step in script(kept.entry):
        match step:
            case Tell():
                part += 1
            case Enter() | Leave():
                place = Place(kept.offset, part)
                found.append(Change(step.person, step.room, place, isinstance(step, Enter)))
    return found


def may_hear(line: Line, marks: frozenset[Mark], hearings: Sequence[Hearing]) -> bool:
    """Whether a reader hears this line.

    Args:
        marks: those that hold for the reader whenever they read (all, agents, the person).
        hearings: the rooms that the reader heard, and when.
    """
    if line.mark in marks:
        return True
    return any(
        hearing.covers(line.place) and line.mark == room_mark(hearing.room) for hearing in hearings
    )


class RecentHearings:
    """The hearings that touch the recent past, for everybody, kept up by each entry."""

    def __init__(self, state: State) -> None:
        self._of: dict[PersonId, list[Hearing]] = {}
        # Those that have ended, oldest first, so that trimming looks at nothing else.
        self._ended: list[tuple[Place, PersonId]] = []
        for room in state.rooms.values():
            for member in room.members:
                start = Place(member.offset, member.part)
                self._of.setdefault(member.person, []).append(Hearing(room.id, start, None))

    def note(self, kept: Kept) -> None:
        """Let people enter and leave as this entry says."""
        for change in changes(kept):
            if change.enters:
                begun = Hearing(change.room, change.place, None)
                self._of.setdefault(change.person, []).append(begun)
            else:
                self._leave(change)

    def _leave(self, change: Change) -> None:
        mine = self._of.get(change.person, [])
        for index, hearing in enumerate(mine):
            if hearing.room == change.room and hearing.end is None:
                mine[index] = replace(hearing, end=change.place)
                self._ended.append((change.place, change.person))

    def of(self, person: PersonId) -> Sequence[Hearing]:
        """The hearings of this person that touch the recent past."""
        return self._of.get(person, ())

    def trim(self, oldest: int) -> None:
        """Forget what ended before this offset."""
        count = 0
        for place, person in self._ended:
            if place.offset >= oldest:
                break
            count += 1
            mine = self._of.get(person, [])
            left = [one for one in mine if one.end is None or one.end.offset >= oldest]
            if left:
                self._of[person] = left
            else:
                self._of.pop(person, None)
        if count:
            del self._ended[:count]


def current_rooms(hearings: Iterable[Hearing]) -> list[RoomId]:
    """The rooms that are still heard."""
    return [hearing.room for hearing in hearings if hearing.end is None]

"""One listener, free of I/O: where they are, and what they get next.

Every transport is a thin loop around this: ask, write out, wait to be woken, ask again. A reader
has no queue of its own, so a slow one costs nothing but its own lateness.
"""

from enum import Enum

from msgspec import Struct

from frontdesk.desk.audience import AGENTS, ALL, Mark, person_mark, room_mark
from frontdesk.desk.commands import Role
from frontdesk.desk.events import QueuePos, Reset, Typing
from frontdesk.desk.ids import PersonId
from frontdesk.feed.hearing import current_rooms
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.feed.ring import Gap, Ring
from frontdesk.feed.signals import Signals

# Lines in one answer. More is there at once again; this bounds the work of one turn.
LINES = 200


class Lag(Enum):
    """The reader is further back than memory reaches: the store has to answer."""

    LAG = "lag"


class Served(Struct, frozen=True):
    """What a reader gets now: facts, then signals. Both empty: nothing new.

    `position` is where the reader stands once this is written out.
    """

    lines: tuple[Line, ...]
    signals: tuple[QueuePos | Typing, ...]
    position: Position


class Reader:
    """Somebody who listens to one desk.

    Args:
        role: an agent's, as the account is now; None for whoever does not hear what is for agents.
            Rights lost since are lost for the past too.
    """

    def __init__(self, person: PersonId, position: Position, *, role: Role | None) -> None:
        self.person = person
        self.position = position
        self.role = role
        own = (ALL, AGENTS, person_mark(person)) if role else (ALL, person_mark(person))
        self.marks: frozenset[Mark] = frozenset(own)
        # As above, and in an order: it is the one in which everybody is woken at the end.
        self._own: tuple[Mark, ...] = own

    def wake_marks(self, ring: Ring) -> list[Mark]:
        """The marks on which there may be something new for this reader."""
        rooms = current_rooms(ring.hearings.of(self.person))
        return [*self._own, *(room_mark(room) for room in rooms)]

    def refuse(self, epoch: str, head: int, kept_from: int) -> Reset | None:
        """Why this reader's place cannot be served, if so.

        Args:
            head: offset of the last entry.
            kept_from: the first offset that the log still holds.
        """
        if self.position.epoch != epoch:
            return Reset("unknown_epoch")
        if self.position.place > after_entry(head):
            return Reset("from_the_future")
        if self.position.place < Place(kept_from, 0) and kept_from > 1:
            return Reset("no_longer_kept")
        return None

    def serve(self, ring: Ring, signals: Signals) -> Served | Lag:
        """What there is for this reader now, from memory; `Lag` if memory does not reach."""
        lines = ring.since(self.position.place, self.person, self.marks, limit=LINES)
        if isinstance(lines, Gap):
            return Lag.LAG
        if len(lines) >= LINES:
            # There may be more facts, so signals have to wait.
            return self._served(lines, lines[-1].place)
        rooms = current_rooms(ring.hearings.of(self.person))
        news, version = signals.news(self.person, rooms, self.position.signal)
        # Everything up to the head has been looked at for this reader, so that is how far they are
        # served; never further, whatever else the desk has done meanwhile.
        place = after_entry(ring.head)
        position = Position(self.position.epoch, place, version)
        return Served(tuple(lines), tuple(news), position)

    def replayed(self, lines: list[Line], through: int) -> Served:
        """What the store found, having looked at everything up to offset `through`."""
        return self._served(lines, after_entry(through))

    def _served(self, lines: list[Line], place: Place) -> Served:
        return Served(tuple(lines), (), Position(self.position.epoch, place, self.position.signal))

    def advance(self, served: Served) -> None:
        """This has been written out."""
        self.position = served.position

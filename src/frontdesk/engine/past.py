"""The part of the seam to the store that is for looking back; see `ports.py`."""

from typing import Protocol

from msgspec import Struct

from frontdesk.desk.ids import DeskId, RoomId
from frontdesk.desk.personal import Profile


class PastRoom(Struct, frozen=True):
    """A guest's room as those see it who look back; an open one has no `ended_ms` and no `reason`.

    `opened` is the offset of the entry that opened it: a place among all rooms that never changes.
    `agents` are the names of those who had the guest, each once, in order. `rating` is the guest's
    last one. `excerpt` is there if words were looked for: what is around the first place of them.
    """

    room: RoomId
    guest: Profile
    opened: int
    opened_ms: int
    ended_ms: int | None
    reason: str | None
    agents: tuple[str, ...]
    messages: int
    rating: int | None = None
    excerpt: str | None = None


class Sought(Struct, frozen=True):
    """Which guests are looked for; None: any.

    The name begins with `user`, upper case and accents making no difference; a `user` without a
    letter or digit is nobody's. `sub` is exactly who they are to the site that vouched for them.
    """

    user: str | None = None
    sub: str | None = None


class Wanted(Struct, frozen=True):
    """Which rooms are looked for; None: any.

    `words` as somebody types them: all in one message or in the question, the last one as far as
    it goes, and what stands in quotes side by side. Upper case and accents make no difference.
    The guest is one of those `sought`; `agent` is the exact name of somebody who had the guest.
    """

    words: str | None = None
    sought: Sought = Sought()
    agent: str | None = None
    reason: str | None = None


class Past(Struct, frozen=True):
    """Rooms, the last opened first. What was looked at is everything down to `next`, which is where
    to go on: only what was opened before it. None: there is nothing beyond.
    """

    rooms: tuple[PastRoom, ...]
    next: int | None


class History(Protocol):
    """Remembers all rooms of guests that there ever were. What holds for `Store` holds here."""

    async def history(self, desk: DeskId, wanted: Wanted, before: int | None, limit: int) -> Past:
        """Guests' rooms that were opened before an offset, at most `limit`, the last opened first.

        Looks at a bounded number of rooms and messages, so there may be fewer, and more beyond.
        Words are found in what `index` has taken in, and never in what was erased.
        """
        ...

    async def past_room(self, desk: DeskId, room: RoomId) -> PastRoom | None:
        """This guest's room, open or over; None if the desk never had it."""
        ...

    async def earlier(self, desk: DeskId, room: RoomId, limit: int) -> list[PastRoom]:
        """Rooms that this room's guest, or the same person to the site, had before it, at most
        `limit`, the last first.
        """
        ...

    async def index(self, desk: DeskId, limit: int) -> bool:
        """Take up to `limit` further entries of the log into what words are looked for in.

        In the order of the log, each once, whoever else does the same. A few milliseconds in which
        commits wait.

        Returns:
            Whether there is more to do.

        Raises:
            Full, Broken: as they say. What was taken in stays.
        """
        ...

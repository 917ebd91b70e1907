"""All that is kept, read as it was at one moment, however long that takes and whoever writes.

For whoever writes everything out. While one is open, the WAL grows, and what erasures have left in
the file waits: it has to be closed. Nothing is changed, and nothing is brought up to date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import apsw

from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile
from frontdesk.engine.ports import GuestRecord, Kept
from frontdesk.store.sqlite import migrations, reading
from frontdesk.store.sqlite.connect import Database, require_sqlite
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.queries import SQL

# Rooms and entries that are read at a time.
PAGE = 200


class AnyRoom(NamedTuple):
    """A room, open or over, of whatever kind; `guest` is None but for a guest's."""

    desk: DeskId
    room: RoomId
    kind: str
    guest: PersonId | None
    opened: int
    opened_ms: int
    ended_ms: int | None
    reason: str | None


class Snapshot:
    """One state of the file. Make it with `at_this_moment`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def desks(self) -> list[DeskId]:
        """All desks at which something has happened, in order of name."""
        return reading.desks(self._connection)

    def epoch(self, desk: DeskId) -> str:
        """The epoch of a desk's log."""
        found = reading.find_desk(self._connection, desk)
        return found[0].epoch if found is not None else ""

    def count_rooms(self, desk: DeskId) -> int:
        """How many rooms a desk has, of all kinds."""
        return int(self._connection.execute(SQL.count_rooms, {"desk": desk}).get)

    def room(self, desk: DeskId, room: RoomId) -> AnyRoom | None:
        """This room; None if the desk does not have it."""
        row = self._connection.execute(SQL.any_room, {"desk": desk, "room": room}).fetchone()
        return _room(desk, row) if row else None

    def rooms(self, desk: DeskId) -> Iterator[AnyRoom]:
        """Rooms of guests in the order in which they were opened, then the others."""
        for sql in (SQL.rooms_of_guests, SQL.rooms_of_nobody):
            after = 0
            while rows := self._some(sql, desk=desk, after=after):
                for row in rows:
                    yield _room(desk, row)
                after = rows[-1][3]

    def conversation(self, desk: DeskId, room: RoomId) -> Iterator[Kept]:
        """What was heard in a room, in order."""
        after = 0
        while page := reading.conversation(self._connection, desk, room, after, PAGE):
            yield from page
            after = page[-1].offset

    def entry(self, desk: DeskId, offset: int) -> Kept | None:
        """This entry; None if it is not kept."""
        return next(iter(reading.read_some(self._connection, desk, [offset])), None)

    def ratings(self, desk: DeskId, room: RoomId) -> list[Kept]:
        """The ratings of a room, in order."""
        return reading.ratings(self._connection, desk, room)

    def helpers(self, desk: DeskId, room: RoomId) -> list[str]:
        """The names of those who had the guest, each once, in order."""
        rows = self._connection.execute(SQL.helpers, {"desk": desk, "room": room}).fetchall()
        people = reading.People(self._connection)
        return [people(PersonId(str(one))).user for one in dict.fromkeys(row[0] for row in rows)]

    def profile(self, person: PersonId) -> Profile:
        """What is known of a guest."""
        return reading.People(self._connection)(person)

    def guest(self, desk: DeskId, person: PersonId) -> GuestRecord | None:
        """The guest of this id."""
        return reading.guest(self._connection, desk, person)

    def guests_named(self, desk: DeskId, user: str, limit: int) -> list[GuestRecord]:
        """The guests of exactly this name, the last first."""
        return reading.guests_named(self._connection, desk, user, limit)

    def _some(self, sql: str, **asked: object) -> list[Any]:
        return self._connection.execute(sql, {**asked, "limit": PAGE}).fetchall()


def _room(desk: DeskId, row: Any) -> AnyRoom:
    room, kind, guest, opened, opened_ms, ended_ms, reason = row
    return AnyRoom(desk, room, kind, guest, opened, opened_ms, ended_ms, reason)


@contextmanager
def at_this_moment(database: Database) -> Iterator[Snapshot]:
    """The file as it is now.

    Raises:
        CannotOpen: it is none of ours, of a newer Frontdesk, or not brought up to date yet.
    """
    require_sqlite()
    connection = database.connect()
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        if migrations.check_applied(connection, database.path) < len(migrations.ours()):
            raise CannotOpen(
                f"{database.path} is of an older Frontdesk. Bring it up to date first."
            )
        yield Snapshot(connection)
    finally:
        connection.close()

"""The tables that people query, made from the log entry by entry, and made again at any time.

Rows are collected first and written table by table, each table by one `executemany`: next to a
busy event loop every single statement can cost a switch between threads. So what later entries of
the same call do to a row that is not written yet is done to the row in hand.
"""

from collections.abc import Iterable

import apsw

from frontdesk.desk.entries import (
    DirectOpened,
    EndReason,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestRequeued,
    GuestTaken,
    GuestTransferred,
    MessagePosted,
    NoteLeft,
    PersonAdded,
    PersonChanged,
    RoomEnded,
    RoomRated,
)
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.state import RoomKind
from frontdesk.feed.hearing import changes
from frontdesk.feed.kept import Kept
from frontdesk.feed.position import Place
from frontdesk.store.sqlite.queries import SQL

TABLES = ("mark", "hearing", "room", "helped", "rating", "account")

_InRoom = tuple[DeskId, PersonId, RoomId]
_Value = str | int | None
_Ends = RoomEnded | GroupEnded | NoteLeft
_Opens = GuestQueued | GuestRequeued | NoteLeft | GroupOpened | DirectOpened


class Projections:
    """What some entries add to the projections, not written yet."""

    def __init__(self) -> None:
        self._marks: list[tuple[DeskId, str, int]] = []
        self._accounts: dict[PersonId, tuple[PersonId, str, bool]] = {}
        self._opened: dict[tuple[DeskId, RoomId], list[_Value]] = {}
        self._ended: list[tuple[int, str, DeskId, RoomId]] = []
        self._ratings: list[tuple[DeskId, RoomId, int, int]] = []
        self._helped: list[tuple[DeskId, RoomId, int, PersonId]] = []
        # Those who entered in these entries and are still there; the rest of them; and those who
        # had entered before and left.
        self._inside: dict[_InRoom, Place] = {}
        self._visits: list[tuple[_Value, ...]] = []
        self._left: list[tuple[int, int, DeskId, PersonId, RoomId]] = []

    def add(self, desk: DeskId, kept: Kept) -> None:
        """Take in the next entry of a desk."""
        self._marks += [(desk, mark, kept.offset) for mark in dict.fromkeys(kept.marks)]
        entry = kept.entry
        match entry:
            case MessagePosted():
                return  # The most frequent entry by far; nobody enters or leaves by it.
            case GuestQueued() | GuestRequeued():
                self._open(desk, entry, kept.offset, RoomKind.GUEST, entry.guest.id)
            case NoteLeft():
                self._open(desk, entry, kept.offset, RoomKind.GUEST, entry.guest.id)
                self._end(desk, entry, EndReason.MESSAGE)
            case RoomRated():
                self._ratings.append((desk, entry.room, kept.offset, entry.rating))
            case GuestTaken():
                self._helped.append((desk, entry.room, kept.offset, entry.agent.id))
            case GuestTransferred():
                self._helped.append((desk, entry.room, kept.offset, entry.to_agent.id))
            case GroupOpened():
                self._open(desk, entry, kept.offset, RoomKind.GROUP, None)
            case DirectOpened():
                self._open(desk, entry, kept.offset, RoomKind.DIRECT, None)
            case RoomEnded():
                self._end(desk, entry, entry.reason)
            case GroupEnded():
                self._end(desk, entry, EndReason.MONITOR)
            # Every desk's log has every account; the main one's are told first, and of all.
            case PersonAdded() if desk == MAIN:
                self._accounts[entry.person.id] = (entry.person.id, entry.role, False)
            case PersonChanged() if desk == MAIN:
                self._accounts[entry.person.id] = (entry.person.id, entry.role, entry.disabled)
        self._note_changes(desk, kept)

    def _open(
        self, desk: DeskId, entry: _Opens, opened: int, kind: RoomKind, guest: PersonId | None
    ) -> None:
        self._opened[desk, entry.room] = [kind.value, guest, opened, entry.at_ms, None, None]

    def _end(self, desk: DeskId, entry: _Ends, reason: EndReason) -> None:
        row = self._opened.get((desk, entry.room))
        if row is None:
            self._ended.append((entry.at_ms, reason.value, desk, entry.room))
        else:
            row[-2:] = [entry.at_ms, reason.value]

    def _note_changes(self, desk: DeskId, kept: Kept) -> None:
        for change in changes(kept):
            who = (desk, change.person, change.room)
            if change.enters:
                self._inside.setdefault(who, change.place)
            elif (start := self._inside.pop(who, None)) is not None:
                self._visits.append((*who, *start, *change.place))
            else:
                self._left.append((*change.place, *who))

    def write(self, connection: apsw.Connection) -> None:
        """Write all that was taken in. Those who left go first: they may have come back."""
        inside = [(*who, *start, None, None) for who, start in self._inside.items()]
        for sql, rows in (
            (SQL.add_mark, self._marks),
            (SQL.open_room, [(*of, *row) for of, row in self._opened.items()]),
            (SQL.end_room, self._ended),
            (SQL.add_helped, self._helped),
            (SQL.add_rating, self._ratings),
            (SQL.leave_room, self._left),
            (SQL.enter_room, [*self._visits, *inside]),
            (SQL.set_account, list(self._accounts.values())),
        ):
            if rows:
                connection.executemany(sql, rows)


def rebuild(connection: apsw.Connection, log: Iterable[tuple[DeskId, Kept]]) -> None:
    """Make the projections again from the whole log, within the caller's transaction."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of our own
    made, count = Projections(), 0
    for desk, kept in log:
        made.add(desk, kept)
        count += 1
        if count % 1_000 == 0:  # So that a long log need not fit in memory.
            made.write(connection)
            made = Projections()
    made.write(connection)

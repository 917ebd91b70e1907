"""Takes what is old out of the log, a little at a time; the rule is `frontdesk.desk.retention`'s.

Each step is found beside the writer and carried out in one short transaction between two commits:

 1. `kept_from` goes forward, so that readers who stand before it are told before anything is gone.
 2. Each entry before it is looked at once. What belongs to no room goes; what does is noted as a
    `remnant` of that room.
 3. A room that has long been over goes, with its remnants, once all of it is before `kept_from`.

What is left after a crash is found again by the next step. Nothing here counts on being alone.
"""

from collections.abc import Iterable
from typing import Any

import apsw
import msgspec
from msgspec import Struct, field

from frontdesk.desk import checkpoint
from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.retention import Old, rooms_of, stays
from frontdesk.engine.ports import Kept, Purged
from frontdesk.feed.hearing import changes
from frontdesk.store.sqlite import reading
from frontdesk.store.sqlite.connect import Transaction
from frontdesk.store.sqlite.queries import SQL

# Entries that are taken out, or noted, in one transaction: a few milliseconds.
STEP_ENTRIES = 100
# Entries whose age is looked at in one step.
LOOK_ENTRIES = 1_000
# Rooms that ended after so many of which something is young are hardly older.
YOUNG_ROOMS = 50
# Rooms that may go and are looked at in one step, each of which is at least an entry, or is young.
LOOK_ROOMS = STEP_ENTRIES + YOUNG_ROOMS

_Row = tuple[object, ...]

# In this order: words are found by the number of their room.
_STATEMENTS = (
    SQL.add_remnant,
    SQL.drop_remnant,
    SQL.drop_word,
    SQL.drop_hearing,
    SQL.drop_mark,
    SQL.drop_text,
    SQL.drop_entry,
    SQL.drop_helped,
    SQL.drop_ratings,
    SQL.drop_indexed_room,
    SQL.drop_room,
    SQL.drop_sessions_of,
    SQL.drop_keys_of,
    SQL.drop_guest,
)


class Step(Struct):
    """What one step does; `kept_from` and `walked` are what they were when it was found."""

    desk: DeskId
    kept_from: int
    walked: int
    new_kept_from: int | None = None
    new_walked: int | None = None
    rows: dict[str, list[_Row]] = field(default_factory=dict)

    def add(self, sql: str, *values: object) -> None:
        """Have this statement carried out with these values."""
        self.rows.setdefault(sql, []).append(values)


def find(connection: apsw.Connection, desk: DeskId, old: Old) -> Step | None:
    """The next step; None if there is nothing to do."""
    kept_from = reading.kept_from(connection, desk)
    step = Step(desk, kept_from, _walked(connection, desk))
    if step.walked < kept_from - 1:
        _walk(connection, step)
        return step
    if _rooms(connection, step, old):
        return step
    step.new_kept_from = _boundary(connection, desk, kept_from, old)
    return step if step.new_kept_from > kept_from else None


def carry_out(connection: apsw.Connection, step: Step) -> Purged:
    """Do it, unless somebody else has gone on meanwhile; then the next step is another one."""
    with Transaction(connection):
        kept_from, walked = reading.kept_from(connection, step.desk), _walked(connection, step.desk)
        if (kept_from, walked) != (step.kept_from, step.walked):
            return Purged(kept_from, more=True)
        if step.new_kept_from is not None:
            kept_from = step.new_kept_from
            connection.execute(SQL.move_kept_from, {"desk": step.desk, "kept_from": kept_from})
        if step.new_walked is not None:
            asked = {"desk": step.desk, "offset": step.new_walked}
            connection.execute(SQL.move_walked, asked)
        for sql in _STATEMENTS:
            connection.executemany(sql, step.rows.get(sql, ()))
    return Purged(kept_from, more=True)


def _walked(connection: apsw.Connection, desk: DeskId) -> int:
    row = connection.execute(SQL.walked, {"desk": desk}).fetchone()
    return int(row[0]) if row else 0


def _boundary(connection: apsw.Connection, desk: DeskId, kept_from: int, old: Old) -> int:
    """The first offset that has to be kept, or how far it was looked."""
    asked: dict[str, Any] = {"desk": desk, "version": checkpoint.VERSION}
    row: Any = connection.execute(SQL.may_be_dropped, asked).fetchone()
    asked = {"desk": desk, "first": kept_from, "last": row[0] if row else 0, "limit": LOOK_ENTRIES}
    looked: Iterable[Any] = connection.execute(SQL.ages, asked)
    first = kept_from
    for offset, at_ms in looked:
        if at_ms >= old.before_ms:
            return first
        first = offset + 1
    return first


def _walk(connection: apsw.Connection, step: Step) -> None:
    """Look at the next entries: those of no room go, the others are noted."""
    last = step.kept_from - 1
    some = reading.read(connection, step.desk, step.walked, STEP_ENTRIES)
    found = [kept for kept in some if kept.offset <= last]
    step.new_walked = found[-1].offset if len(found) == STEP_ENTRIES else last
    there = _there(connection, step.desk, found)
    for kept in found:
        rooms = there.intersection(rooms_of(kept.entry))
        for room in rooms:
            step.add(SQL.add_remnant, step.desk, room, kept.offset)
        if not rooms and not stays(kept.entry):
            _drop(step, kept)


def _rooms(connection: apsw.Connection, step: Step, old: Old) -> bool:
    """Let some rooms go, the one that ended first before the others; whether there are any."""
    people = msgspec.json.encode(sorted(old.people)).decode()
    asked = {"desk": step.desk, "before_ms": old.before_ms, "people": people, "limit": LOOK_ROOMS}
    looked: list[Any] = connection.execute(SQL.rooms_over, asked).fetchall()
    left, young, going = STEP_ENTRIES, 0, list[RoomId]()
    for room, guest, opened in looked:
        if left <= 0 or young == YOUNG_ROOMS:
            break
        if _last(connection, step.desk, room) >= step.kept_from:
            young += 1
            continue
        of = {"desk": step.desk, "room": room, "limit": left + 1}
        remnants = [offset for (offset,) in connection.execute(SQL.remnants, of)]
        going.append(room)
        _drop_remnants(connection, step, opened, remnants[:left], going)
        if len(remnants) <= left:
            _drop_room(connection, step, opened, guest, going)
        # One that has no entry left costs as much as an entry.
        left -= max(len(remnants), 1)
    return bool(going)


def _last(connection: apsw.Connection, desk: DeskId, room: RoomId) -> int:
    return int(connection.execute(SQL.last_of_room, {"desk": desk, "room": room}).get)


def _drop_remnants(
    connection: apsw.Connection, step: Step, opened: int, offsets: list[int], going: list[RoomId]
) -> None:
    """Let these entries of the last room of `going` go, unless one that stays needs them."""
    room = going[-1]
    for offset in offsets:
        step.add(SQL.drop_remnant, step.desk, room, offset)
    some = reading.read_some(connection, step.desk, offsets)
    there = _there(connection, step.desk, some) - set(going)
    for kept in some:
        if isinstance(kept.entry, MessagePosted) or kept.offset == opened:
            step.add(SQL.drop_word, kept.offset, step.desk, opened)
        for change in changes(kept):
            if change.enters and change.room == room:
                step.add(SQL.drop_hearing, step.desk, change.person, *change.place, room)
        if there.isdisjoint(rooms_of(kept.entry)):
            _drop(step, kept)


def _drop_room(
    connection: apsw.Connection,
    step: Step,
    opened: int,
    guest: PersonId | None,
    going: list[RoomId],
) -> None:
    """Nothing is left of the last room of `going`; nor of its guest, if all of theirs go."""
    room = going[-1]
    step.add(SQL.drop_helped, step.desk, room)
    step.add(SQL.drop_ratings, step.desk, room)
    step.add(SQL.drop_indexed_room, step.desk, opened)
    step.add(SQL.drop_room, step.desk, room)
    if guest is None:
        return
    asked = {"desk": step.desk, "guest": guest, "rooms": msgspec.json.encode(going).decode()}
    if not connection.execute(SQL.has_other_rooms, asked).get:
        for sql in (SQL.drop_sessions_of, SQL.drop_keys_of, SQL.drop_guest):
            step.add(sql, guest)


def _drop(step: Step, kept: Kept) -> None:
    step.add(SQL.drop_entry, step.desk, kept.offset)
    step.add(SQL.drop_text, step.desk, kept.offset)
    for mark in dict.fromkeys(kept.marks):
        step.add(SQL.drop_mark, step.desk, mark, kept.offset)


def _there(connection: apsw.Connection, desk: DeskId, some: Iterable[Kept]) -> set[RoomId]:
    """The rooms of these entries of which anything is known."""
    rooms = {room for kept in some for room in rooms_of(kept.entry)}
    asked = {"desk": desk, "rooms": msgspec.json.encode(sorted(rooms)).decode()}
    found: Iterable[Any] = connection.execute(SQL.rooms_there, asked)
    return {RoomId(room) for (room,) in found}

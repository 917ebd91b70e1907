"""What is read, each function on one state of the file.

The caller holds a read transaction, so that several statements see the same log.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apsw
import msgspec

from frontdesk.desk import checkpoint
from frontdesk.desk.audience import Mark, room_mark
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile, Vouched
from frontdesk.desk.state import State
from frontdesk.engine.ports import (
    Account,
    Audited,
    Backlog,
    Broken,
    GuestRecord,
    GuestRoom,
    Head,
    Hearing,
    InviteRow,
    Kept,
    KeyRow,
    Replay,
    SessionRow,
    Sought,
)
from frontdesk.feed.position import Place
from frontdesk.store import codec, past
from frontdesk.store.looking import gather, window
from frontdesk.store.sqlite.queries import SQL
from frontdesk.store.words import known_name

# Behind the last id that SQLite gives.
LAST_ROW = (1 << 63) - 1
# Behind whatever a name goes on with.
LAST_CHARACTER = "\U0010ffff"


class People:
    """Everybody that one reading comes across, each looked up once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: dict[PersonId, Profile] = {}

    def __call__(self, person: PersonId) -> Profile:
        known = self._known.get(person)
        if known is None:
            known = self._known[person] = self._find(person)
        return known

    def _find(self, person: PersonId) -> Profile:
        row = self._connection.execute(SQL.find_person, {"person": person}).fetchone()
        return _profile(person, *row) if row is not None else codec.erased(person)


def _profile(person: PersonId, user: Any, topic: Any, info: Any, sub: Any, email: Any) -> Profile:
    if user is None:
        return codec.erased(person)
    given = msgspec.json.decode(info, type=dict[str, str]) if info else {}
    vouched = Vouched(sub, email) if sub is not None else None
    return Profile(person, user, topic or "", given, vouched)


def _kept(row: tuple[Any, ...], people: Callable[[PersonId], Profile]) -> Kept:
    offset, batch, kind, v, marks, data, text = msgspec.convert(
        row, tuple[int, str, str, int, str, str, str | None]
    )
    entry = codec.decode(kind, v, data.encode(), people, text)
    return Kept(offset, batch, entry, codec.decode_marks(marks))


def find_desk(connection: apsw.Connection, desk: DeskId) -> tuple[Head, int] | None:
    """Where the desk's log stands and the first offset that it holds."""
    row = connection.execute(SQL.find_desk, {"desk": desk}).fetchone()
    return (Head(row[0], row[1]), row[2]) if row else None


def _known_desk(connection: apsw.Connection, desk: DeskId) -> tuple[Head, int]:
    found = find_desk(connection, desk)
    if found is None:
        raise ValueError(f"desk {desk} was never opened")
    return found


def desks(connection: apsw.Connection) -> list[DeskId]:
    """All desks, in order of name."""
    return [DeskId(desk) for (desk,) in connection.execute(SQL.desks)]


def kept_from(connection: apsw.Connection, desk: DeskId) -> int:
    """The first offset that the log still holds."""
    return _known_desk(connection, desk)[1]


def read(connection: apsw.Connection, desk: DeskId, after: int, limit: int) -> list[Kept]:
    """The log behind an offset."""
    people = People(connection)
    asked = {"desk": desk, "after": after, "limit": limit}
    # Fetched first: the lookups of people must not run in the middle of another statement.
    return [_kept(row, people) for row in connection.execute(SQL.read, asked).fetchall()]


def read_some(connection: apsw.Connection, desk: DeskId, offsets: Sequence[int]) -> list[Kept]:
    """What the log still holds of these offsets, oldest first."""
    people = People(connection)
    asked = {"desk": desk, "offsets": msgspec.json.encode(offsets).decode()}
    return [_kept(row, people) for row in connection.execute(SQL.read_some, asked).fetchall()]


def whole_log(connection: apsw.Connection) -> Iterator[tuple[DeskId, Kept]]:
    """Every entry of every desk, in order."""
    for desk in desks(connection):
        after = 0
        while some := read(connection, desk, after, 500):
            yield from ((desk, kept) for kept in some)
            after = some[-1].offset


def replay(
    connection: apsw.Connection,
    desk: DeskId,
    person: PersonId,
    marks: Sequence[Mark],
    since: Place,
    limit: int,
) -> Replay:
    """What may hold something for a reader; see the port."""
    head, kept_from = _known_desk(connection, desk)
    low, high = window(since, head.offset)
    mine = hearings(connection, desk, person, since)
    if high < low:
        return gather((), mine, marks, since, head.offset, kept_from)
    asked = {
        "desk": desk,
        "person": person,
        "marks": msgspec.json.encode(marks).decode(),
        "low": low,
        "high": high,
        "limit": limit + 1,
    }
    offsets = [offset for (offset,) in connection.execute(SQL.find_marked, asked)]
    through = high
    if len(offsets) > limit:
        offsets = offsets[:limit]
        through = offsets[-1] if offsets else low - 1
    found = read_some(connection, desk, offsets)
    return gather(found, mine, marks, since, through, kept_from)


def hearings(
    connection: apsw.Connection, desk: DeskId, person: PersonId, since: Place
) -> list[Hearing]:
    """The rooms that a person heard behind a place."""
    asked = {"desk": desk, "person": person, "offset": since.offset, "part": since.part}
    return [
        Hearing(
            RoomId(room),
            Place(start_offset, start_part),
            None if end_offset is None else Place(end_offset, end_part),
        )
        for room, start_offset, start_part, end_offset, end_part in connection.execute(
            SQL.hearings, asked
        )
    ]


def backlog(
    connection: apsw.Connection, desk: DeskId, room: RoomId, before: Place | None, limit: int
) -> Backlog:
    """The last messages of a room before a place."""
    head, _ = _known_desk(connection, desk)
    asked = {
        "desk": desk,
        "mark": room_mark(room),
        "kind": "message_posted",
        "end": past.end_of(before),
        "limit": limit + 1,
    }
    rows = connection.execute(SQL.backlog, asked).fetchall()
    people = People(connection)
    told = [past.message(head.epoch, _kept(row, people)) for row in reversed(rows[:limit])]
    return Backlog(tuple(told), len(rows) > limit)


def conversation(
    connection: apsw.Connection, desk: DeskId, room: RoomId, after: int, limit: int
) -> list[Kept]:
    """What was heard in a room behind an offset."""
    people = People(connection)
    asked = {"desk": desk, "mark": room_mark(room), "after": after, "limit": limit}
    return [_kept(row, people) for row in connection.execute(SQL.conversation, asked).fetchall()]


def guest(connection: apsw.Connection, desk: DeskId, person: PersonId) -> GuestRecord | None:
    """What is known of a guest."""
    row = connection.execute(SQL.find_guest, {"desk": desk, "person": person}).fetchone()
    return _guest(connection, desk, row) if row else None


def guests_named(
    connection: apsw.Connection, desk: DeskId, user: str, limit: int
) -> list[GuestRecord]:
    """The guests of that name, the last first."""
    asked = {"desk": desk, "user": user, "limit": limit}
    rows = connection.execute(SQL.find_guests, asked).fetchall()
    return [_guest(connection, desk, row) for row in rows]


def guests_sought(
    connection: apsw.Connection, desk: DeskId, sought: Sought, limit: int
) -> list[GuestRecord]:
    """The guests who are sought; see the port."""
    known = known_range(sought)
    if known["known"] == "":
        return []
    sql = SQL.find_guests_known if sought.sub is None else SQL.find_guests_vouched
    asked = {"desk": desk, "sub": sought.sub, **known, "limit": limit}
    return [_guest(connection, desk, row) for row in connection.execute(sql, asked).fetchall()]


def known_range(sought: Sought) -> dict[str, str | None]:
    """From which to which known name the index is looked at; nothing where no name is sought."""
    if sought.user is None:
        return {"known": None, "beyond": None}
    known = known_name(sought.user)
    return {"known": known, "beyond": f"{known}{LAST_CHARACTER}"}


def _guest(connection: apsw.Connection, desk: DeskId, row: tuple[Any, ...]) -> GuestRecord:
    person, *values, created_ms = row
    rooms: list[Any] = connection.execute(
        SQL.rooms_of_guest, {"desk": desk, "guest": person}
    ).fetchall()
    return GuestRecord(
        guest=_profile(PersonId(person), *values),
        created_ms=created_ms,
        erased=values[0] is None,
        rooms=tuple(GuestRoom(*room) for room in rooms),
    )


def ended_room(connection: apsw.Connection, desk: DeskId, room: RoomId) -> EndedRoom | None:
    """What is known of a room that is over."""
    asked = {"desk": desk, "room": room}
    row: Any = connection.execute(SQL.ended_room, asked).fetchone()
    if row is None:
        return None
    ended_ms, guest, agent, ratings = row
    profile = People(connection)(guest) if guest is not None else None
    return EndedRoom(room, ended_ms, profile, agent, ratings)


def ratings(connection: apsw.Connection, desk: DeskId, room: RoomId) -> list[Kept]:
    """The ratings of a room, in order."""
    people = People(connection)
    asked = {"desk": desk, "room": room}
    return [_kept(row, people) for row in connection.execute(SQL.ratings, asked).fetchall()]


def load_checkpoint(connection: apsw.Connection, desk: DeskId) -> State | None:
    """The last checkpoint that this version wrote, or an earlier one if the log is cut behind that.
    A damaged one is none while the log is whole.

    Raises:
        Broken: it is damaged, and the log does not go back to its beginning.
    """
    asked = {"desk": desk, "version": checkpoint.VERSION}
    row: Any = connection.execute(SQL.load_checkpoint, asked).fetchone()
    if row is None:
        return None
    version, data = row
    try:
        return codec.decode_snapshot(data.encode(), People(connection), version)
    except Broken:
        if kept_from(connection, desk) > 1:
            raise
        return None


def find_key(connection: apsw.Connection, scope: str, key: str) -> KeyRow | None:
    """What was done under a key."""
    row = connection.execute(SQL.find_key, {"scope": scope, "key": key}).fetchone()
    return KeyRow(*row) if row else None


def session(connection: apsw.Connection, token_hash: bytes) -> SessionRow | None:
    """The session of a token."""
    row: Any = connection.execute(SQL.find_session, {"token_hash": token_hash}).fetchone()
    return _session(row) if row is not None else None


def _session(row: Any) -> SessionRow:
    token_hash, person, kind, at_ms, began, label, used_ms = row
    listens_from = msgspec.json.decode(began, type=dict[DeskId, str])
    return SessionRow(token_hash, person, kind, at_ms, listens_from, label, used_ms)


def tokens(connection: apsw.Connection, person: PersonId | None) -> list[SessionRow]:
    """The API tokens of a person, or of everybody, that have not ended; by age."""
    return [_session(row) for row in connection.execute(SQL.tokens, {"person": person})]


def invite(connection: apsw.Connection, token_hash: bytes) -> InviteRow | None:
    """The link of this secret, also one that has ended."""
    row: Any = connection.execute(SQL.find_invite, {"token_hash": token_hash}).fetchone()
    if row is None:
        return None
    token_hash, person, until_ms, ended = row
    return InviteRow(token_hash, PersonId(person), until_ms, ended=bool(ended))


def audit(
    connection: apsw.Connection, desk: DeskId, before: int | None, limit: int, *, shared: bool
) -> list[Audited]:
    """The audit trail of a desk, newest first."""
    asked = {"desk": desk, "shared": shared, "before": before or LAST_ROW, "limit": limit}
    rows: list[Any] = connection.execute(SQL.audit, asked).fetchall()
    return [
        Audited(id, at_ms, (user or "") if known else None, what, about, _detail(detail))
        for id, at_ms, known, user, what, about, detail in rows
    ]


def _detail(written: str) -> dict[str, bool | int | str]:
    return msgspec.json.decode(written, type=dict[str, bool | int | str])


def count_sessions(connection: apsw.Connection, person: PersonId, since_ms: int) -> int:
    """How many sessions of a person began since then, API tokens not counted."""
    asked = {"person": person, "since_ms": since_ms}
    return int(connection.execute(SQL.count_sessions, asked).get)


def account(connection: apsw.Connection, user: str) -> Account | None:
    """The account of exactly this name."""
    row = connection.execute(SQL.find_account, {"user": user}).fetchone()
    return _account(row) if row else None


def accounts(connection: apsw.Connection) -> list[Account]:
    """All accounts, in order of name."""
    return [_account(row) for row in connection.execute(SQL.accounts)]


def _account(row: tuple[Any, ...]) -> Account:
    person, user, role, disabled, password_hash, until_ms = msgspec.convert(
        row, tuple[str, str, str, int, str | None, int | None]
    )
    return Account(PersonId(person), user, role, bool(disabled), password_hash, until_ms)


def last_beat(connection: apsw.Connection) -> int | None:
    """When the server was last known to be alive."""
    row = connection.execute(SQL.last_beat).fetchone()
    return int(row[0]) if row else None

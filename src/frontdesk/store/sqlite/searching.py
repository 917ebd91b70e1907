"""Looking back: guests' rooms, the last opened first, each function on one state of the file.

Whatever is asked, a bounded number of rooms and of places in the index is looked at; the answer
says how far that went.
"""

from collections.abc import Callable, Iterator
from time import perf_counter_ns
from typing import Any

import apsw
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile
from frontdesk.engine.ports import Past, PastRoom, Wanted
from frontdesk.store.sqlite.indexing import NUMBERS, OFFSET_BITS, OFFSETS, desk_word
from frontdesk.store.sqlite.queries import SQL
from frontdesk.store.sqlite.reading import known_range
from frontdesk.store.words import Phrase, excerpt, phrases_of

People = Callable[[PersonId], Profile]

# Rooms looked at in one turn, of which few may be what is wanted: 20 ms.
ROOMS_MOST = 5_000
# Places at which the words stand, looked at in one turn: 20 ms.
HITS_MOST = 20_000

# Words that stand everywhere, but never side by side, give no place to count: FTS5 goes on through
# the whole index, a second for each 700,000 messages. So it is asked for so many rooms at a time;
# for more as long as that is quick, since rare words are found at once in however many. A stretch
# of the most with 20 messages a room takes half a second, and the next page begins behind it.
STRETCH_ROOMS = 1_000
STRETCH_ROOMS_MOST = 16_000
QUICK_MS = 5
SEARCH_MS = 100

# Guests whose rooms are looked up one by one and put in order. A site or a name that more have is
# looked for among the last rooms of everybody.
GUESTS_MOST = 1_000

# Behind all rooms.
END = OFFSETS - 1


class _Candidate(Struct, frozen=True):
    """A room that was looked at, and whether it is wanted; `hit`: the first place of the words."""

    opened: int
    room: RoomId
    guest: PersonId
    opened_ms: int
    ended_ms: int | None
    reason: str | None
    fits: int = True
    hit: int | None = None


def history(
    connection: apsw.Connection,
    people: People,
    desk: DeskId,
    wanted: Wanted,
    before: int | None,
    limit: int,
) -> Past:
    """Guests' rooms that were opened before an offset; see the port."""
    asked: dict[str, Any] = {
        "desk": desk,
        "sub": wanted.sought.sub,
        **known_range(wanted.sought),
        "reason": wanted.reason,
        "agent": None,
        "before": END if before is None else min(before, END),
    }
    if asked["known"] == "":
        return Past((), None)
    if wanted.agent is not None:
        row: Any = connection.execute(SQL.find_account, {"user": wanted.agent}).fetchone()
        if row is None:
            return Past((), None)
        asked["agent"] = row[0]
    phrases = phrases_of(wanted.words) if wanted.words is not None else ()
    if wanted.words is not None and not phrases:
        return Past((), None)
    looked = _hits(connection, asked, phrases) if phrases else _rooms(connection, asked)
    rooms: list[PastRoom] = []
    last = None
    for one in looked:
        if one is None:
            return Past(tuple(rooms), last)
        if len(rooms) == limit:
            return Past(tuple(rooms), last)
        last = one.opened
        if one.fits:
            rooms.append(_past(connection, people, desk, one, phrases))
    return Past(tuple(rooms), None)


def past_room(
    connection: apsw.Connection, people: People, desk: DeskId, room: RoomId
) -> PastRoom | None:
    """A guest's room; see the port."""
    row: Any = connection.execute(SQL.past_room, {"desk": desk, "room": room}).fetchone()
    return _past(connection, people, desk, _Candidate(*row)) if row else None


def earlier(
    connection: apsw.Connection, people: People, desk: DeskId, room: RoomId, limit: int
) -> list[PastRoom]:
    """Rooms that the guest had before; see the port."""
    asked = {"desk": desk, "room": room, "limit": limit}
    rows: list[Any] = connection.execute(SQL.earlier_rooms, asked).fetchall()
    return [_past(connection, people, desk, _Candidate(*row)) for row in rows]


def _past(
    connection: apsw.Connection,
    people: People,
    desk: DeskId,
    one: _Candidate,
    phrases: tuple[Phrase, ...] = (),
) -> PastRoom:
    of = {"desk": desk, "room": one.room}
    helpers: list[Any] = connection.execute(SQL.helpers, of).fetchall()
    guest = people(one.guest)
    found = None
    if one.hit == one.opened:
        found = excerpt(phrases, guest.topic)
    elif one.hit is not None:
        found = excerpt(phrases, _text(connection, desk, one.hit))
    return PastRoom(
        room=one.room,
        guest=guest,
        opened=one.opened,
        opened_ms=one.opened_ms,
        ended_ms=one.ended_ms,
        reason=one.reason,
        # Each once, also those who have had the guest twice.
        agents=tuple(people(agent).user for agent in dict.fromkeys(agent for (agent,) in helpers)),
        messages=int(connection.execute(SQL.messages_of, {**of, "opened": one.opened}).get),
        rating=connection.execute(SQL.last_rating, of).get,
        excerpt=found,
    )


def _text(connection: apsw.Connection, desk: DeskId, offset: int) -> str:
    row = connection.execute(SQL.text_at, {"desk": desk, "offset": offset}).fetchone()
    return str(row[0] or "") if row else ""


# --- what is looked at, the last opened first; None in the end if there may be more -------------


def _rooms(connection: apsw.Connection, asked: dict[str, Any]) -> Iterator[_Candidate | None]:
    sql = SQL.past_rooms
    if asked["known"] is not None or asked["sub"] is not None:
        guests = _guests(connection, asked)
        sql = SQL.past_rooms_of_many if len(guests) > GUESTS_MOST else SQL.past_rooms_of_guests
        asked = {**asked, "guests": msgspec.json.encode(guests).decode()}
    rows = connection.execute(sql, {**asked, "limit": ROOMS_MOST})
    for looked, row in enumerate(rows, start=1):
        yield _candidate(row)
        if looked == ROOMS_MOST:
            yield None


def _guests(connection: apsw.Connection, asked: dict[str, Any]) -> list[str]:
    """Those who are sought, and one too many if there are more than are looked up one by one."""
    sql = SQL.find_guests_known if asked["sub"] is None else SQL.find_guests_vouched
    rows = connection.execute(sql, {**asked, "limit": GUESTS_MOST + 1}).fetchall()
    return [str(person) for person, *_ in rows]


def _hits(
    connection: apsw.Connection, asked: dict[str, Any], phrases: tuple[Phrase, ...]
) -> Iterator[_Candidate | None]:
    """Rooms in which the words stand, each with the first place in it that was looked at."""
    number, hit, rooms, looked = None, 0, 0, 0
    for found in _stretches(connection, asked, phrases):
        if isinstance(found, _Candidate):
            yield from _numbered(connection, asked, number, hit)
            yield found
            yield None
            return
        looked += 1
        if found >> OFFSET_BITS != number:
            yield from _numbered(connection, asked, number, hit)
            rooms += 1
            number = found >> OFFSET_BITS
        hit = found % OFFSETS
        if looked == HITS_MOST or rooms > ROOMS_MOST:
            yield from _numbered(connection, asked, number, hit)
            yield None
            return
    yield from _numbered(connection, asked, number, hit)


def _stretches(
    connection: apsw.Connection, asked: dict[str, Any], phrases: tuple[Phrase, ...]
) -> Iterator[int | _Candidate]:
    """Where the words stand, as ids of rows, stretch by stretch; if that takes too long, the room
    down to which all was looked at.
    """
    row: Any = connection.execute(SQL.number_before, asked).fetchone()
    before, opened = (row[0] if row else NUMBERS - 1) << OFFSET_BITS, asked["before"]
    match, rooms, began_ns = _match(asked["desk"], phrases), STRETCH_ROOMS, perf_counter_ns()
    while True:
        at = {"desk": asked["desk"], "before": opened, "rooms": rooms - 1}
        row = connection.execute(SQL.room_back, at).fetchone()
        low = row[0] << OFFSET_BITS if row else 0
        stretch_ns = perf_counter_ns()
        of = {"asked": match, "low": low, "before": before}
        yield from (rowid for (rowid,) in connection.execute(SQL.find_words, of))
        if row is None:
            return
        before, opened = low, row[1]
        now_ns = perf_counter_ns()
        if now_ns - began_ns >= SEARCH_MS * 1_000_000:
            yield _Candidate(opened, RoomId(""), PersonId(""), 0, None, None, fits=False)
            return
        if now_ns - stretch_ns < QUICK_MS * 1_000_000:
            rooms = min(2 * rooms, STRETCH_ROOMS_MOST)


def _numbered(
    connection: apsw.Connection, asked: dict[str, Any], number: int | None, hit: int
) -> Iterator[_Candidate]:
    row = connection.execute(SQL.past_room_numbered, {**asked, "number": number}).fetchone()
    if row is not None:
        yield _candidate(row, hit)


def _candidate(row: Any, hit: int | None = None) -> _Candidate:
    return replace(_Candidate(*row), hit=hit)


def _match(desk: DeskId, phrases: tuple[Phrase, ...]) -> str:
    """The same for FTS5. What stands in quotes there is text and nothing else."""
    asked = [f'"{desk_word(desk)}"']
    asked += [f'"{" ".join(one.words)}"{"*" if one.begins else ""}' for one in phrases]
    return " AND ".join(asked)

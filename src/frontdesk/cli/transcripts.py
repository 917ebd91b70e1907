"""Conversations written out, as lines of JSON or to be read, each as soon as it is known.

Everything comes from one state of the file (`frontdesk.store.sqlite.snapshot`), and no more than a
page of it is in memory. Nothing here asks or prints: `exporting.py` does.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct, json

from frontdesk import __version__
from frontdesk.cli.stops import Stop
from frontdesk.desk.audience import room_mark
from frontdesk.desk.entries import DirectOpened, GroupOpened, RoomRated
from frontdesk.desk.events import VouchedFor, vouched_for
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.names import clean_name
from frontdesk.desk.personal import tombstone
from frontdesk.desk.refusals import Refused
from frontdesk.engine.history import told
from frontdesk.engine.ports import GuestRecord
from frontdesk.feed.kept import lines
from frontdesk.feed.position import Position
from frontdesk.store.sqlite.snapshot import AnyRoom, Snapshot

# Goes up when a line changes its meaning or loses something.
VERSION = 1

# Guests of one name who are looked at.
GUESTS_MOST = 100

# Called with how many rooms are done, and how many there are.
Progress = Callable[[int, int], None]


class Wanted(NamedTuple):
    """What is to be written out: a room, a guest, a desk, or (`all`) everything.

    `direct`: also what two agents said among themselves, which nobody else reads.
    """

    kind: str
    name: str
    desk: DeskId
    direct: bool


# --- lines of JSON, of which each says what it is ------------------------------------------------


class Begun(Struct, tag_field="type", tag="export", frozen=True):
    """The first line. `made` is in Unix seconds, as are all times here."""

    version: int
    frontdesk: str
    made: int


class Guest(Struct, frozen=True):
    """Whose room it is, and what they gave."""

    person: str
    user: str
    question: str
    info: dict[str, str]
    vouched: VouchedFor | None


class Room(Struct, tag_field="type", tag="room", frozen=True):
    """A room; what was said in it follows. An open one has no `ended` and no `reason`.

    `kind` is guest, group or direct. `name` and `topic` are a group room's. `agents` had the guest,
    or are the two of a direct room. Of somebody who was `erased` nothing else is there.
    """

    desk: str
    room: str
    kind: str
    guest: Guest | None
    erased: bool
    name: str
    topic: str
    agents: list[str]
    opened: int
    ended: int | None
    reason: str | None


class Said(Struct, frozen=True, omit_defaults=True):
    """Something of the room whose line came last, in its place."""

    type: str
    room: str
    id: str
    at: int
    user: str | None = None
    details: str | None = None
    body: str | None = None


class Rated(Struct, tag_field="type", tag="rating", frozen=True):
    """What the guest of the room said of how it was, from 1 to 5; the last one counts."""

    room: str
    at: int
    rating: int
    comment: str


class Done(Struct, tag_field="type", tag="done", frozen=True):
    """The last line: all of it is there."""

    rooms: int
    messages: int


Written = Begun | Room | Said | Rated | Done


def written(
    snapshot: Snapshot, wanted: Wanted, now_ms: int, tell: Progress | None = None
) -> Iterator[Written]:
    """All lines, in order, each made when it is asked for.

    Raises:
        Stop: there is no such room, guest or desk, or it is nobody's to read.
    """
    found, of = _rooms(snapshot, wanted)
    return _written(snapshot, found, of, now_ms, tell or (lambda done, of: None))


def _written(
    snapshot: Snapshot, found: Iterator[AnyRoom], of: int, now_ms: int, tell: Progress
) -> Iterator[Written]:
    rooms = messages = 0
    yield Begun(VERSION, __version__, now_ms // 1000)
    for room in found:
        for line in _of_room(snapshot, room):
            messages += isinstance(line, Said) and line.type == "message"
            yield line
        rooms += 1
        tell(rooms, of)
    tell(of, of)
    yield Done(rooms, messages)


def _rooms(snapshot: Snapshot, wanted: Wanted) -> tuple[Iterator[AnyRoom], int]:
    """The rooms, and about how many they are."""
    desks = snapshot.desks()
    if wanted.kind == "all":
        return _all(snapshot, desks, wanted), sum(map(snapshot.count_rooms, desks))
    if wanted.desk not in desks:
        raise Stop(f"There is no desk {wanted.desk}. There is: {', '.join(desks)}.")
    if wanted.kind == "desk":
        return _all(snapshot, [wanted.desk], wanted), snapshot.count_rooms(wanted.desk)
    some = [_room(snapshot, wanted)] if wanted.kind == "room" else _of_guest(snapshot, wanted)
    return iter(some), len(some)


def _all(snapshot: Snapshot, desks: list[DeskId], wanted: Wanted) -> Iterator[AnyRoom]:
    for desk in desks:
        for room in snapshot.rooms(desk):
            if wanted.direct or room.kind != "direct":
                yield room


def _room(snapshot: Snapshot, wanted: Wanted) -> AnyRoom:
    found = snapshot.room(wanted.desk, RoomId(wanted.name))
    if found is None:
        raise Stop(f"There is no room {wanted.name} at the desk {wanted.desk}, or no longer.")
    if found.kind == "direct" and not wanted.direct:
        raise Stop(
            "That is a room of two agents, which nobody else reads. If you may, add --with-direct."
        )
    return found


def _of_guest(snapshot: Snapshot, wanted: Wanted) -> list[AnyRoom]:
    desk, person = wanted.desk, PersonId(wanted.name)
    found = snapshot.guest(desk, person)
    if found is None:
        named = _named(snapshot, wanted)
        if len(named) > 1:
            raise Stop(
                f"{len(named)} guests are or were called {wanted.name}. Look which one it is with"
                " `guest find`, and name the id."
            )
        if not named:
            raise Stop(f"No guest of the desk {desk} has the id {wanted.name}, or that name.")
        found = named[0]
    rooms = (snapshot.room(desk, one.room) for one in found.rooms)
    return [room for room in rooms if room is not None]


def _named(snapshot: Snapshot, wanted: Wanted) -> list[GuestRecord]:
    """The guests who are or were called that; nobody is called what is no name."""
    try:
        name = clean_name(wanted.name)
    except Refused:
        return []
    return snapshot.guests_named(wanted.desk, name, GUESTS_MOST)


def _of_room(snapshot: Snapshot, room: AnyRoom) -> Iterator[Written]:
    head = _head(snapshot, room)
    yield head
    if head.erased:
        return
    epoch = snapshot.epoch(room.desk)
    for kept in snapshot.conversation(room.desk, room.room):
        for line in lines(kept):
            if line.mark != room_mark(room.room):
                continue
            one = told(line, str(Position(epoch, line.place)), kept)
            if one is not None:
                yield Said(one.type, room.room, one.id, one.at, one.user, one.details, one.body)
    for kept in snapshot.ratings(room.desk, room.room):
        entry = kept.entry
        assert isinstance(entry, RoomRated)
        yield Rated(room.room, entry.at_ms // 1000, entry.rating, entry.text.body)


def _head(snapshot: Snapshot, room: AnyRoom) -> Room:
    name = topic = ""
    agents = snapshot.helpers(room.desk, room.room)
    guest, erased = None, False
    if room.guest is not None:
        who = snapshot.profile(room.guest)
        erased = who.user == tombstone(who.id)
        guest = Guest(who.id, who.user, who.topic, dict(who.info), vouched_for(who.vouched))
    else:
        opened = snapshot.entry(room.desk, room.opened)
        match opened.entry if opened is not None else None:
            case GroupOpened() as group:
                name, topic = group.name, group.topic
            case DirectOpened() as direct:
                agents = [direct.first.user, direct.second.user]
    return Room(
        desk=room.desk,
        room=room.room,
        kind=room.kind,
        guest=None if erased else guest,
        erased=erased,
        name=name,
        topic=topic,
        agents=agents,
        opened=room.opened_ms // 1000,
        ended=room.ended_ms // 1000 if room.ended_ms is not None else None,
        reason=room.reason,
    )


# --- as text ------------------------------------------------------------------------------------

_encode = json.Encoder().encode


def as_json(line: Written) -> str:
    """A line of JSON."""
    return _encode(line).decode() + "\n"


def as_text(line: Written) -> str:
    """What people read; times are in UTC."""
    match line:
        case Begun():
            return ""
        case Room():
            return _titled(line)
        case Said(type="message"):
            return f"{_clock(line.at)}  {line.user}: {_indented(line.body or '', by=7)}\n"
        case Said():
            return f"{_clock(line.at)}  {_happened(line)}\n"
        case Rated():
            comment = f": {_indented(line.comment, by=7)}" if line.comment else ""
            return f"Rated {line.rating} of 5{comment}\n"
        case Done():
            return ""


def _titled(room: Room) -> str:
    ended = f"{_when(room.ended)}, ended: {room.reason}" if room.ended is not None else "open"
    parts = [f"== {_whose(room)}", f"desk {room.desk}, room {room.room}"]
    parts.append(f"{_when(room.opened)} – {ended}")
    if room.kind == "guest" and room.agents:
        parts.append(f"helped by {', '.join(room.agents)}")
    if room.guest is not None:
        parts += [f"{name}: {value}" for name, value in room.guest.info.items()]
        if room.guest.vouched is not None:
            parts.append(f"the site vouches for {room.guest.vouched.sub}")
        if room.guest.question:
            parts.append(f"question: {room.guest.question}")
    if room.topic:
        parts.append(f"topic: {room.topic}")
    lines = "\n".join(_indented(part, by=2) for part in parts)
    return f"\n{lines}\n\n"


def _indented(text: str, *, by: int) -> str:
    """With all its lines but the first moved in, so that none passes for one that we write."""
    return f"\n{' ' * by}".join(text.splitlines())


def _whose(room: Room) -> str:
    if room.erased:
        return "A guest who was erased"
    if room.guest is not None:
        return room.guest.user
    return room.name if room.kind == "group" else " and ".join(room.agents)


def _happened(said: Said) -> str:
    match said.type:
        case "notification":
            return f"{said.user} {said.details}"
        case "closing":
            return "a minute without a word is left"
        case _:
            return f"the end: {said.details}"


def _when(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M")

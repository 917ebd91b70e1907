"""Who hears what: for each entry the events that it yields, in order, and the mark of each.

`script` is total, boring and reviewed line by line. It is run once, when an entry is made; the
marks are stored with the entry, so that live delivery and replay use the same ones. Next to the
events it says where people enter and leave rooms, so that it is exact to the part whether somebody
hears the event before or after: a leaver does not hear "left", an agent who is given a guest does
not hear "agent joined".

`HEARERS` classifies every event type on its own, as a second pair of eyes: an event whose mark is
not of the kind that its type allows is a fault, and a type that stands in neither list fails the
tests.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple, NewType, assert_never

from frontdesk.desk import events as ev
from frontdesk.desk.commands import Status
from frontdesk.desk.entries import (
    AgentGone,
    Became,
    DeskAdded,
    DeskBecame,
    DirectOpened,
    EndReason,
    Entry,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestsForgotten,
    GuestTaken,
    GuestTransferred,
    LimitSet,
    LineLost,
    LineRestored,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    NoteClosed,
    NoteLeft,
    PersonAdded,
    PersonChanged,
    PersonErased,
    Resumed,
    Returned,
    RoomClosing,
    RoomEnded,
    RoomRated,
    SettingsChanged,
    StatusSet,
    VouchKeyEnded,
    VouchKeyMade,
    VouchKeyUsed,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import CONTACT
from frontdesk.desk.personal import Profile, Who, tombstone

Mark = NewType("Mark", str)
"""Who hears an event, as it is stored: `all`, `agents`, `room:<id>` or `person:<id>`."""

ALL = Mark("all")
AGENTS = Mark("agents")


def room_mark(room: RoomId) -> Mark:
    """The members and watchers of a room, at the place of the event."""
    return Mark(f"room:{room}")


def person_mark(person: PersonId) -> Mark:
    """One person."""
    return Mark(f"person:{person}")


class Tell(NamedTuple):
    """An event and who hears it. The Tells of a script, numbered from 1, are its parts."""

    mark: Mark
    event: ev.Fact


class Enter(NamedTuple):
    """From here on this person hears the room."""

    person: PersonId
    room: RoomId


class Leave(NamedTuple):
    """From here on this person no longer hears the room."""

    person: PersonId
    room: RoomId


Step = Tell | Enter | Leave


class Kind(StrEnum):
    """The kinds of mark, and two for events that no entry yields."""

    ALL = "all"
    AGENTS = "agents"
    ROOM = "room"
    PERSON = "person"
    READER = "reader"  # one reader's own stream: heartbeat, reset, welcome
    ASKER = "asker"  # the answer to a command


HEARERS: dict[type[Any], frozenset[Kind]] = {
    ev.Notification: frozenset({Kind.ROOM, Kind.PERSON}),
    ev.Message: frozenset({Kind.ROOM}),
    # An agent's is for all at the desk, a guest's own for agents alone, for privacy.
    ev.Availability: frozenset({Kind.ALL, Kind.AGENTS}),
    ev.Typing: frozenset({Kind.ROOM}),
    ev.Update: frozenset({Kind.AGENTS}),
    ev.Welcome: frozenset({Kind.READER}),
    ev.QueuePos: frozenset({Kind.PERSON}),
    ev.Joined: frozenset({Kind.PERSON}),
    ev.Transferred: frozenset({Kind.PERSON}),
    ev.Closing: frozenset({Kind.ROOM}),
    ev.Left: frozenset({Kind.PERSON}),
    ev.Ended: frozenset({Kind.ROOM}),
    ev.Abandoned: frozenset({Kind.AGENTS}),
    ev.FloorGuest: frozenset({Kind.AGENTS}),
    ev.FloorReleased: frozenset({Kind.AGENTS}),
    ev.FloorGroup: frozenset({Kind.AGENTS}),
    ev.FloorLimit: frozenset({Kind.AGENTS}),
    ev.FloorPerson: frozenset({Kind.AGENTS}),
    ev.FloorPresence: frozenset({Kind.AGENTS}),
    ev.FloorRole: frozenset({Kind.AGENTS}),
    ev.FloorSettings: frozenset({Kind.AGENTS}),
    ev.Desk: frozenset({Kind.ALL}),
    ev.FloorErased: frozenset({Kind.AGENTS}),
    ev.FloorRated: frozenset({Kind.AGENTS}),
    ev.FloorNote: frozenset({Kind.AGENTS}),
    ev.FloorNoteDone: frozenset({Kind.AGENTS}),
    ev.Noop: frozenset({Kind.READER}),
    ev.Reset: frozenset({Kind.READER}),
    ev.Success: frozenset({Kind.ASKER}),
    ev.Error: frozenset({Kind.ASKER}),
}


def kind_of(mark: Mark) -> Kind:
    """The kind of a mark, which is what stands before its colon."""
    return Kind(mark.partition(":")[0])


def script(entry: Entry) -> tuple[Step, ...]:
    """What an entry makes heard, by whom, in which order; the same for everybody."""
    return tuple(_script(entry))


def _script(entry: Entry) -> Iterator[Step]:
    match entry:
        case GuestQueued():
            yield Enter(entry.guest.id, entry.room)
            yield Tell(AGENTS, ev.Update((entry.guest.user,), "queued"))
            yield _floor_guest(entry.guest, entry.room, entry.ticket, entry.at_ms, present=True)
        case GuestTaken():
            yield from _taken(entry)
        case MessagePosted():
            sent = entry.at_ms // 1000
            message = ev.Message(entry.room, entry.author.user, entry.text.body, sent)
            yield Tell(room_mark(entry.room), message)
        case RoomEnded():
            yield from _ended(entry)
        case RoomRated() | NoteLeft() | NoteClosed():
            yield _after_the_end(entry)
        case StatusSet():
            yield _of_agent(entry.agent, entry.status, narrowed=entry.narrowed)
            yield from _became(entry.agent, entry.became)
        case LimitSet():
            yield Tell(AGENTS, ev.FloorLimit(entry.agent.user, entry.limit))
            yield from _became(entry.agent, entry.became)
        case AgentGone():
            yield from _gone(entry)
        case GuestRequeued():
            yield Enter(entry.guest.id, entry.room)
            yield Tell(person_mark(entry.guest.id), ev.Joined(entry.room, entry.guest.topic))
            yield Tell(AGENTS, ev.Update((entry.guest.user,), "queued"))
            yield _floor_guest(entry.guest, entry.room, entry.ticket, entry.at_ms, present=True)
        case GuestTransferred():
            yield from _transferred(entry)
        case GuestReleased():
            yield from _returned(entry.agent, entry.returned, entry.at_ms)
            yield from _became(entry.agent, entry.became)
        case GroupOpened():
            group = ev.FloorGroup(entry.room, entry.name, entry.topic, True)
            yield Tell(AGENTS, group)
        case GroupEnded():
            yield Tell(room_mark(entry.room), ev.Ended(entry.room, EndReason.MONITOR.value))
            for member in entry.members:
                yield Leave(member, entry.room)
            yield Tell(AGENTS, ev.FloorGroup(entry.room, "", "", False))
        case DirectOpened():
            yield from _direct(entry, entry.first, entry.second)
            yield from _direct(entry, entry.second, entry.first)
        case MemberJoined():
            yield from _joined(entry)
        case MemberLeft():
            yield from _left(entry)
        case RoomClosing():
            yield Tell(room_mark(entry.room), ev.Closing(entry.room, entry.seconds))
        case LineLost() | LineRestored() | PersonAdded() | PersonChanged():
            yield from _of_people(entry)
        case SettingsChanged():
            yield Tell(AGENTS, ev.FloorSettings(entry.changed))
        case DeskBecame():
            yield Tell(ALL, ev.Desk(entry.state))
        case PersonErased():
            yield _erased(entry)
        case GuestsForgotten() | DeskAdded() | Resumed():
            pass
        case VouchKeyMade() | VouchKeyUsed() | VouchKeyEnded():
            pass  # admins ask for them
        case _:
            assert_never(entry)


def _of_people(entry: LineLost | LineRestored | PersonAdded | PersonChanged) -> Iterator[Step]:
    match entry:
        case LineLost():
            yield from _line(entry.person, entry.is_agent, entry.room, present=False)
        case LineRestored():
            yield from _line(entry.person, entry.is_agent, entry.room, present=True)
        case PersonAdded():
            if entry.here:
                yield _colleague(entry, present=False)
        case PersonChanged():
            yield from _changed(entry)


def _taken(entry: GuestTaken) -> Iterator[Step]:
    guest, agent, room = entry.guest, entry.agent, entry.room
    yield Tell(AGENTS, ev.Update((guest.user,), "dequeued"))
    yield Tell(AGENTS, ev.Update((guest.user, agent.user), "assigned"))
    yield from _became(agent, entry.became)
    yield Tell(person_mark(guest.id), ev.Joined(room, guest.topic, agent=agent.user))
    yield Tell(room_mark(room), ev.Notification(room, agent.user, "joined"))
    yield Enter(agent.id, room)
    joined = ev.Joined(room, guest.topic, guest=_given(guest), more=False)
    yield Tell(person_mark(agent.id), joined)
    for other in (guest.who, *entry.others):
        yield Tell(person_mark(agent.id), ev.Notification(room, other.user, "joined"))


def _ended(entry: RoomEnded) -> Iterator[Step]:
    yield Tell(room_mark(entry.room), ev.Ended(entry.room, entry.reason.value))
    for member in entry.members:
        yield Leave(member, entry.room)
    if entry.agent is None:
        yield Tell(AGENTS, ev.Abandoned(entry.guest.user))
    else:
        yield Tell(AGENTS, ev.FloorReleased(entry.guest.user, entry.agent.user))
        yield from _became(entry.agent, entry.became)


def _after_the_end(entry: RoomRated | NoteLeft | NoteClosed) -> Tell:
    match entry:
        case RoomRated():
            agent = entry.agent.user if entry.agent is not None else None
            told = ev.FloorRated(entry.room, entry.guest.user, entry.rating, agent)
            return Tell(AGENTS, told)
        case NoteLeft():
            return Tell(AGENTS, ev.FloorNote(note_of(entry.guest, entry.room, entry.at_ms)))
        case NoteClosed():
            return Tell(AGENTS, ev.FloorNoteDone(entry.room, entry.agent.user))


def note_of(guest: Profile, room: RoomId, at_ms: int) -> ev.LeftNote:
    """A message that was left, as agents see it."""
    info = dict(guest.info)
    contact = info.pop(CONTACT, "")
    return ev.LeftNote(room, guest.user, guest.topic, contact, info, at_ms // 1000)


def _transferred(entry: GuestTransferred) -> Iterator[Step]:
    guest, before, after, room = entry.guest, entry.from_agent, entry.to_agent, entry.room
    yield Tell(AGENTS, ev.Update((guest.user, after.user), "assigned"))
    yield from _became(before, entry.from_became)
    yield from _became(after, entry.to_became)
    yield Leave(before.id, room)
    yield Tell(person_mark(before.id), ev.Left(room))
    yield Tell(room_mark(room), ev.Notification(room, before.user, "left"))
    yield Tell(person_mark(guest.id), ev.Joined(room, guest.topic, agent=after.user))
    mine = person_mark(after.id)
    transferred = ev.Transferred(room, guest.topic, _given(guest), more=False)
    if not entry.enters:
        yield Tell(mine, transferred)
        return
    yield Tell(room_mark(room), ev.Notification(room, after.user, "joined"))
    yield Enter(after.id, room)
    yield Tell(mine, transferred)
    for other in (guest.who, *entry.others):
        yield Tell(mine, ev.Notification(room, other.user, "joined"))


def _joined(entry: MemberJoined) -> Iterator[Step]:
    mine, room = person_mark(entry.person.id), entry.room
    given = _given(entry.guest) if entry.guest is not None else None
    topic = given.question if given is not None else entry.topic
    yield Enter(entry.person.id, room)
    yield Tell(
        mine,
        ev.Joined(room, topic, entry.name, watching=entry.watches, guest=given, more=False),
    )
    for other in entry.others:
        yield Tell(mine, ev.Notification(room, other.user, "joined"))
    if not entry.watches:
        yield Tell(room_mark(room), ev.Notification(room, entry.person.user, "joined"))


def _left(entry: MemberLeft) -> Iterator[Step]:
    yield Leave(entry.person.id, entry.room)
    yield Tell(person_mark(entry.person.id), ev.Left(entry.room))
    if not entry.watched:
        left = ev.Notification(entry.room, entry.person.user, "left")
        yield Tell(room_mark(entry.room), left)


def _direct(entry: DirectOpened, one: Who, other: Who) -> Iterator[Step]:
    yield Enter(one.id, entry.room)
    yield Tell(person_mark(one.id), ev.Joined(entry.room, "", more=False))
    yield Tell(person_mark(one.id), ev.Notification(entry.room, other.user, "joined"))


def _given(guest: Profile) -> ev.GuestGiven:
    return ev.GuestGiven(guest.user, guest.topic, dict(guest.info), ev.vouched_for(guest.vouched))


def _gone(entry: AgentGone) -> Iterator[Step]:
    agent = entry.agent
    if entry.was == "available":
        yield _of_agent(agent, "away", narrowed=entry.narrowed)
    yield from _became(agent, entry.became)
    for back in entry.returned:
        yield from _returned(agent, back, entry.at_ms)


def _returned(agent: Who, back: Returned, at_ms: int) -> Iterator[Step]:
    yield Leave(agent.id, back.room)
    yield Tell(person_mark(agent.id), ev.Left(back.room))
    yield Tell(room_mark(back.room), ev.Notification(back.room, agent.user, "left"))
    yield Tell(AGENTS, ev.FloorReleased(back.guest.user, agent.user))
    yield Tell(AGENTS, ev.Update((back.guest.user,), "queued"))
    yield _floor_guest(back.guest, back.room, back.ticket, at_ms, present=back.present)


def _line(person: Who, is_agent: bool, room: RoomId | None, *, present: bool) -> Iterator[Step]:
    if is_agent:
        yield Tell(AGENTS, ev.FloorPresence(person.user, present))
    elif room is not None:
        yield Tell(AGENTS, _availability(person.user, "available" if present else "away"))


def _changed(entry: PersonChanged) -> Iterator[Step]:
    user, works_here = entry.person.user, entry.here and not entry.disabled
    if works_here and entry.was_here:
        yield Tell(AGENTS, ev.FloorRole(user, entry.role))
    elif works_here:
        yield _colleague(entry, present=entry.present)
    elif entry.was_here:
        yield Tell(AGENTS, ev.FloorPerson(user, None))


def _colleague(entry: PersonAdded | PersonChanged, *, present: bool) -> Tell:
    """Somebody is a colleague from now on."""
    user = entry.person.user
    agent = ev.RosterAgent(user, entry.role, "away", False, present, entry.limit, ())
    return Tell(AGENTS, ev.FloorPerson(user, agent))


def _of_agent(agent: Who, status: Status, *, narrowed: bool) -> Tell:
    return Tell(AGENTS if narrowed else ALL, _availability(agent.user, status))


def _erased(entry: PersonErased) -> Tell:
    helped = {one.agent.user: tuple(guest.user for guest in one.guests) for one in entry.helping}
    return Tell(AGENTS, ev.FloorErased(tombstone(entry.person), entry.rooms, helped))


def _availability(user: str, status: Status) -> ev.Availability:
    return ev.Availability("", user, "availability", status)


def _became(agent: Who, became: Became) -> Iterator[Step]:
    if became is not None:
        yield Tell(AGENTS, ev.Update((agent.user,), became))


def _floor_guest(guest: Profile, room: RoomId, ticket: int, at_ms: int, *, present: bool) -> Tell:
    since, vouched = at_ms // 1000, ev.vouched_for(guest.vouched)
    waits = ev.QueuedGuest(guest.user, room, guest.topic, ticket, since, present, vouched)
    return Tell(AGENTS, ev.FloorGuest(waits))

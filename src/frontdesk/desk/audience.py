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
    Entry,
    GuestQueued,
    GuestsForgotten,
    GuestTaken,
    LimitSet,
    LineLost,
    LineRestored,
    MessagePosted,
    PersonAdded,
    PersonChanged,
    Resumed,
    RoomEnded,
    StatusSet,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.personal import Profile, Who

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
    ev.Left: frozenset({Kind.PERSON}),
    ev.Ended: frozenset({Kind.ROOM}),
    ev.Abandoned: frozenset({Kind.AGENTS}),
    ev.FloorGuest: frozenset({Kind.AGENTS}),
    ev.FloorReleased: frozenset({Kind.AGENTS}),
    ev.FloorLimit: frozenset({Kind.AGENTS}),
    ev.FloorPerson: frozenset({Kind.AGENTS}),
    ev.FloorPresence: frozenset({Kind.AGENTS}),
    ev.FloorRole: frozenset({Kind.AGENTS}),
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
            yield Tell(room_mark(entry.room), ev.Ended(entry.room, entry.reason.value))
            for member in entry.members:
                yield Leave(member, entry.room)
            if entry.agent is None:
                yield Tell(AGENTS, ev.Abandoned(entry.guest.user))
            else:
                yield Tell(AGENTS, ev.FloorReleased(entry.guest.user, entry.agent.user))
                yield from _became(entry.agent, entry.became)
        case StatusSet():
            yield Tell(ALL, _availability(entry.agent.user, entry.status))
            yield from _became(entry.agent, entry.became)
        case LimitSet():
            yield Tell(AGENTS, ev.FloorLimit(entry.agent.user, entry.limit))
            yield from _became(entry.agent, entry.became)
        case AgentGone():
            yield from _gone(entry)
        case LineLost():
            yield from _line(entry.person, entry.is_agent, entry.room, present=False)
        case LineRestored():
            yield from _line(entry.person, entry.is_agent, entry.room, present=True)
        case PersonAdded():
            user = entry.person.user
            colleague = ev.RosterAgent(user, entry.role, "away", False, False, entry.limit, ())
            yield Tell(AGENTS, ev.FloorPerson(user, colleague))
        case PersonChanged():
            yield from _changed(entry)
        case GuestsForgotten() | Resumed():
            pass
        case _:
            assert_never(entry)


def _taken(entry: GuestTaken) -> Iterator[Step]:
    guest, agent, room = entry.guest, entry.agent, entry.room
    yield Tell(AGENTS, ev.Update((guest.user,), "dequeued"))
    yield Tell(AGENTS, ev.Update((guest.user, agent.user), "assigned"))
    yield from _became(agent, entry.became)
    yield Tell(person_mark(guest.id), ev.Joined(room, guest.topic, agent=agent.user))
    yield Tell(room_mark(room), ev.Notification(room, agent.user, "joined"))
    yield Enter(agent.id, room)
    given = ev.GuestGiven(guest.user, guest.topic, dict(guest.info))
    yield Tell(person_mark(agent.id), ev.Joined(room, guest.topic, guest=given))
    yield Tell(person_mark(agent.id), ev.Notification(room, guest.user, "joined"))


def _gone(entry: AgentGone) -> Iterator[Step]:
    agent = entry.agent
    if entry.was == "available":
        yield Tell(ALL, _availability(agent.user, "away"))
    yield from _became(agent, entry.became)
    for back in entry.returned:
        yield Leave(agent.id, back.room)
        yield Tell(person_mark(agent.id), ev.Left(back.room))
        yield Tell(room_mark(back.room), ev.Notification(back.room, agent.user, "left"))
        yield Tell(AGENTS, ev.FloorReleased(back.guest.user, agent.user))
        yield Tell(AGENTS, ev.Update((back.guest.user,), "queued"))
        yield _floor_guest(back.guest, back.room, back.ticket, entry.at_ms, present=back.present)


def _line(person: Who, is_agent: bool, room: RoomId | None, *, present: bool) -> Iterator[Step]:
    if is_agent:
        yield Tell(AGENTS, ev.FloorPresence(person.user, present))
    elif room is not None:
        yield Tell(AGENTS, _availability(person.user, "available" if present else "away"))


def _changed(entry: PersonChanged) -> Iterator[Step]:
    user = entry.person.user
    if entry.disabled:
        yield Tell(AGENTS, ev.FloorPerson(user, None))
        return
    if entry.was_disabled:
        colleague = ev.RosterAgent(user, entry.role, "away", False, entry.present, entry.limit, ())
        yield Tell(AGENTS, ev.FloorPerson(user, colleague))
        return
    yield Tell(AGENTS, ev.FloorRole(user, entry.role))


def _availability(user: str, status: Status) -> ev.Availability:
    return ev.Availability("", user, "availability", status)


def _became(agent: Who, became: Became) -> Iterator[Step]:
    if became is not None:
        yield Tell(AGENTS, ev.Update((agent.user,), became))


def _floor_guest(guest: Profile, room: RoomId, ticket: int, at_ms: int, *, present: bool) -> Tell:
    waits = ev.QueuedGuest(guest.user, room, guest.topic, ticket, at_ms // 1000, present)
    return Tell(AGENTS, ev.FloorGuest(waits))

"""The state that a client starts from, for one viewer.

`fold.py` carries it on from event to event; at every moment the two agree, for every viewer, over
everything but signals. That is a test, and it is what lets a client trust its own picture.
"""

from collections.abc import Mapping

from msgspec import Struct

from frontdesk.desk.audience import note_of
from frontdesk.desk.entries import DeskState
from frontdesk.desk.events import (
    GuestGiven,
    LeftNote,
    PastMessage,
    QueuedGuest,
    RosterAgent,
    vouched_for,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.kinds import Value
from frontdesk.desk.settings import as_dict
from frontdesk.desk.state import Agent, Room, RoomKind, State

# The last messages of a room, oldest first, and whether there are older ones.
Tail = tuple[tuple[PastMessage, ...], bool]


class Me(Struct, frozen=True):
    """Who the viewer is. `role` is `guest`, or what the account may do."""

    user: str
    role: str


class RoomView(Struct, frozen=True):
    """A room that the viewer is in. A guest sees `agent`, an agent sees `guest`.

    `name` is a group room's. `users` are those who speak in it; who is `watching` is not seen.
    """

    room: str
    topic: str
    name: str
    watching: bool
    agent: str | None
    guest: GuestGiven | None
    users: tuple[str, ...]
    messages: tuple[PastMessage, ...]
    more: bool


class GroupView(Struct, frozen=True):
    """An open group room, which every agent may join."""

    room: str
    name: str
    topic: str


class View(Struct, frozen=True, omit_defaults=True):
    """What a viewer sees. `queue` and all that follows it are for agents; None for a guest.

    `desk` says whether guests may come. `queue` is in the order of tickets, `roster` in the order
    of names, `groups` as they were opened, `notes` as they were left.
    """

    me: Me
    desk: DeskState
    rooms: tuple[RoomView, ...]
    queue: tuple[QueuedGuest, ...] | None = None
    roster: tuple[RosterAgent, ...] | None = None
    groups: tuple[GroupView, ...] | None = None
    settings: dict[str, Value] | None = None
    notes: tuple[LeftNote, ...] | None = None


def rooms_of(state: State, person: PersonId) -> tuple[RoomId, ...]:
    """The open rooms that this person is in, in the order of entering."""
    guest = state.guests.get(person)
    if guest is not None:
        return (guest.room,) if guest.room is not None else ()
    return state.agents[person].inside


def view(state: State, person: PersonId, tails: Mapping[RoomId, Tail]) -> View:
    """What this person sees.

    Args:
        tails: the last messages of each of `rooms_of`, since a desk holds no texts.

    Raises:
        KeyError: this desk does not know the person.
    """
    rooms = tuple(
        _room(state, state.rooms[id], person, tails[id]) for id in rooms_of(state, person)
    )
    guest = state.guests.get(person)
    if guest is not None:
        return View(Me(guest.profile.user, "guest"), state.admits, rooms)
    agent = state.agents[person]
    staff = (colleague for colleague in state.agents.values() if colleague.works_here)
    return View(
        me=Me(agent.who.user, agent.role),
        desk=state.admits,
        rooms=rooms,
        queue=tuple(queued(state, id) for id in state.waiting),
        roster=tuple(sorted((on_roster(state, one) for one in staff), key=lambda one: one.user)),
        groups=tuple(
            GroupView(room.id, room.name, room.topic)
            for room in state.rooms.values()
            if room.kind is RoomKind.GROUP
        ),
        settings=as_dict(state.settings),
        notes=tuple(note_of(one.guest, one.room, one.since_ms) for one in state.notes.values()),
    )


def _room(state: State, room: Room, viewer: PersonId, tail: Tail) -> RoomView:
    given = None
    agent = None
    topic = room.topic
    if room.guest is not None:
        guest = state.guests[room.guest].profile
        topic = guest.topic
        if viewer != room.guest:
            vouched = vouched_for(guest.vouched)
            given = GuestGiven(guest.user, guest.topic, dict(guest.info), vouched)
        elif room.agent is not None:
            agent = state.label(room.agent)
    users = tuple(sorted(state.label(person) for person in room.speakers))
    watching = viewer not in room.speakers
    return RoomView(room.id, topic, room.name, watching, agent, given, users, *tail)


def queued(state: State, id: PersonId) -> QueuedGuest:
    """A waiting guest, as agents see them."""
    guest = state.guests[id]
    assert guest.room is not None, "a waiting guest has a room"
    return QueuedGuest(
        user=guest.profile.user,
        room=guest.room,
        topic=guest.profile.topic,
        ticket=guest.ticket,
        since=guest.waits_since_ms // 1000,
        present=guest.absent_since_ms is None,
        vouched=vouched_for(guest.profile.vouched),
    )


def on_roster(state: State, agent: Agent) -> RosterAgent:
    """A colleague, as agents see them."""
    return RosterAgent(
        user=agent.who.user,
        role=agent.role,
        status=agent.status,
        available=agent.can_take,
        present=agent.absent_since_ms is None,
        limit=agent.limit,
        guests=tuple(_guest_of(state, id) for id in agent.rooms),
    )


def _guest_of(state: State, id: RoomId) -> str:
    guest = state.rooms[id].guest
    assert guest is not None, "an agent has only guests' rooms"
    return state.label(guest)

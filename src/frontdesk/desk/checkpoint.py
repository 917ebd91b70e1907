"""A desk as plain data, and back: what the store keeps so that a start need not read it all.

Names and what guests gave stay `personal` values, so that the store keeps them apart here too.
What follows from the rest (the index of names) is not kept but made again.
"""

from msgspec import Struct

from frontdesk.desk.entries import DeskState
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.names import skeleton
from frontdesk.desk.settings import Settings
from frontdesk.desk.state import Agent, Deadline, Guest, Note, Room, RoomKind, State, VouchKey

# Goes up when the meaning of a snapshot changes. A checkpoint of another version is ignored and
# the desk is made again from its log.
VERSION = 4


class Snapshot(Struct, frozen=True):
    """A state, in the order of its tables."""

    id: DeskId
    offset: int
    settings: Settings
    admits: DeskState
    agents: tuple[Agent, ...]
    guests: tuple[Guest, ...]
    rooms: tuple[Room, ...]
    waiting: tuple[tuple[PersonId, int], ...]
    notes: tuple[Note, ...]
    due: tuple[tuple[Deadline, str, int], ...]
    taken: tuple[tuple[int, int], ...]
    vouch_keys: tuple[VouchKey, ...] = ()


def dump(state: State) -> Snapshot:
    """The state as plain data."""
    return Snapshot(
        id=state.id,
        offset=state.offset,
        settings=state.settings,
        admits=state.admits,
        agents=tuple(state.agents.values()),
        guests=tuple(state.guests.values()),
        rooms=tuple(state.rooms.values()),
        waiting=tuple(state.waiting.items()),
        notes=tuple(state.notes.values()),
        due=tuple((kind, person, at) for (kind, person), at in state.due.items()),
        taken=state.taken,
        vouch_keys=tuple(state.vouch_keys.values()),
    )


def load(snapshot: Snapshot) -> State:
    """The state that `dump` was given."""
    state = State(snapshot.id)
    state.offset = snapshot.offset
    state.settings = snapshot.settings
    state.admits = snapshot.admits
    for agent in snapshot.agents:
        state.agents.put(agent.who.id, agent)
        state.names.put(skeleton(agent.who.user), agent.who.id)
    for guest in snapshot.guests:
        state.guests.put(guest.profile.id, guest)
        state.names.put(skeleton(guest.profile.user), guest.profile.id)
    for room in snapshot.rooms:
        state.rooms.put(room.id, room)
        if room.kind is RoomKind.DIRECT:
            state.directs.put(frozenset(room.speakers), room.id)
    for person, ticket in snapshot.waiting:
        state.waiting.put(person, ticket)
    for note in snapshot.notes:
        state.notes.put(note.room, note)
    for kind, who, at in snapshot.due:
        state.due.put((kind, who), at)
    state.taken = snapshot.taken
    for key in snapshot.vouch_keys:
        state.vouch_keys.put(key.id, key)
    return state

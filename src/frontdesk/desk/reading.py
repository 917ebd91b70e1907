"""Who may read what was said in a room: the rules, all in one place.

Of a room that is open the desk knows who is in it. Of one that is over it knows nothing any more,
so whoever asks brings along what the store has of it (`EndedRoom`). A room that is none of one's
business is answered as one that never was, so nothing here says why not.
"""

from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.people import is_monitor
from frontdesk.desk.personal import Profile
from frontdesk.desk.state import RoomKind, State


def may_read(state: State, id: RoomId, person: PersonId) -> bool:
    """Whether this is an open room which this person may read: one they are in; for a monitor any
    but a direct room of others.
    """
    room = state.rooms.get(id)
    if room is None:
        return False
    return room.has(person) or (room.kind is not RoomKind.DIRECT and is_monitor(state, person))


def may_read_ended(state: State, room: EndedRoom, person: PersonId) -> bool:
    """Whether this person may read a room that is over.

    Its guest; monitors; of agents who had the guest last, and who is in a room with the same guest
    now. For a room without a guest, monitors.
    """
    if is_monitor(state, person):
        return True
    if room.guest is None:
        return False
    if room.guest.id == person:
        return True
    agent = state.agents.get(person)
    if agent is None or not agent.works_here:
        return False
    return room.agent == person or any(
        is_same_guest(room.guest, other) for other in _guests_with(state, agent.inside)
    )


def is_same_guest(one: Profile, other: Profile) -> bool:
    """Whether two guests are known to be the same person: by their token, or by what the site says
    of both.
    """
    if one.vouched is not None and other.vouched is not None:
        return one.vouched.sub == other.vouched.sub
    return one.id == other.id


def _guests_with(state: State, rooms: tuple[RoomId, ...]) -> list[Profile]:
    """The guests of those of these open rooms that are a guest's."""
    guests = (state.rooms[id].guest for id in rooms)
    return [state.guests[id].profile for id in guests if id is not None]

"""Rooms: who may write, and how a conversation ends.

A guest's room is open from identify until `end`. Agents come and go; the guest stays in it.
"""

from msgspec.structs import replace

from frontdesk.desk import agents, guests
from frontdesk.desk.commands import End, Post
from frontdesk.desk.entries import EndReason, Entry, MessagePosted, RoomEnded
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.people import MONITORS
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Room, State


def room_of(state: State, id: RoomId, person: PersonId) -> Room:
    """The open room, for somebody who is in it.

    Raises:
        Refused: NOT_FOUND if there is none, or none of this person's: the two look the same, so
            that nobody can find out which rooms exist.
    """
    room = state.rooms.get(id)
    if room is None or not room.has(person):
        raise Refused(Reason.NOT_FOUND)
    return room


def post(state: State, command: Post, now_ms: int) -> list[Entry]:
    """Write in a room.

    Raises:
        Refused: NOT_FOUND if this person is in no such open room.
    """
    room = room_of(state, command.room, command.by)
    author = Who(command.by, state.label(command.by))
    return [MessagePosted(now_ms, author, room.id, Text(command.body), command.key)]


def end(state: State, command: End, now_ms: int) -> list[Entry]:
    """End a room: its guest, its agent, or any monitor.

    Raises:
        Refused: NOT_FOUND if there is no such open room for this person.
    """
    room = state.rooms.get(command.room)
    agent = state.agents.get(command.by)
    if room is None:
        raise Refused(Reason.NOT_FOUND)
    if command.by == room.guest:
        reason = EndReason.GUEST
    elif command.by == room.agent:
        reason = EndReason.AGENT
    elif agent is not None and agent.role in MONITORS and not agent.disabled:
        reason = EndReason.MONITOR
    else:
        raise Refused(Reason.NOT_FOUND)
    return [ended(state, room, reason, now_ms)]


def ended(state: State, room: Room, reason: EndReason, now_ms: int) -> RoomEnded:
    """The fact that this room is over."""
    agent = state.agents[room.agent] if room.agent is not None else None
    became = None
    if agent is not None:
        after = replace(agent, rooms=tuple(id for id in agent.rooms if id != room.id))
        became = agents.became(agent, after)
    return RoomEnded(
        at_ms=now_ms,
        room=room.id,
        reason=reason,
        guest=state.guests[room.guest].profile.who,
        members=tuple(member.person for member in room.members),
        agent=agent.who if agent is not None else None,
        became=became,
    )


def apply_ended(state: State, entry: RoomEnded) -> None:
    """The room is over for everybody."""
    room = state.rooms[entry.room]
    state.rooms.drop(entry.room)
    guests.leave_room(state, entry.guest.id, entry.at_ms)
    if room.agent is not None:
        agent = state.agents[room.agent]
        left = tuple(id for id in agent.rooms if id != entry.room)
        after = replace(agent, rooms=left)
        state.agents.put(agent.who.id, after)
        agents.watch(state, after, entry.at_ms)

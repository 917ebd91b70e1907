"""Rooms: who may write, who comes and goes, and how a conversation ends.

A guest's room is open from identify until `end`. Agents come and go; the guest stays in it. A group
room is opened and ended by monitors. A direct room is two agents', opened once and kept.
"""

from msgspec.structs import replace

from frontdesk.desk import agents, guests, silence
from frontdesk.desk.commands import Create, Direct, End, Join, Leave, LeaveQueue, Post
from frontdesk.desk.entries import (
    DirectOpened,
    EndReason,
    Entry,
    GroupEnded,
    GroupOpened,
    GuestReleased,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    RoomEnded,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.people import MONITORS, is_monitor
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, Member, Room, RoomKind, State


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


def speaking_room_of(state: State, id: RoomId, person: PersonId) -> Room:
    """The open room, for somebody who may write in it.

    Raises:
        Refused: NOT_FOUND as for `room_of`; NOT_ALLOWED for a watcher.
    """
    room = room_of(state, id, person)
    if person not in room.speakers:
        raise Refused(Reason.NOT_ALLOWED)
    return room


def post(state: State, command: Post, now_ms: int) -> list[Entry]:
    """Write in a room.

    Raises:
        Refused: NOT_FOUND if this person is in no such open room, NOT_ALLOWED for a watcher.
    """
    room = speaking_room_of(state, command.room, command.by)
    author = Who(command.by, state.label(command.by))
    return [MessagePosted(now_ms, author, room.id, Text(command.body), command.key)]


def direct(state: State, agent: Agent, command: Direct, now_ms: int) -> list[Entry]:
    """Write to a colleague; the room of the two is opened with the first message.

    Raises:
        Refused: NOT_FOUND if there is no such other agent.
    """
    other = state.account(command.agent)
    if other is None or not other.works_here or other.who.id == agent.who.id:
        raise Refused(Reason.NOT_FOUND)
    entries: list[Entry] = []
    room = state.directs.get(frozenset((agent.who.id, other.who.id)))
    if room is None:
        room = command.room
        entries.append(DirectOpened(now_ms, room, agent.who, other.who))
    entries.append(MessagePosted(now_ms, agent.who, room, Text(command.body), command.key))
    return entries


def create(agent: Agent, command: Create, now_ms: int) -> list[Entry]:
    """Open a group room.

    Raises:
        Refused: NOT_ALLOWED unless a monitor asks.
    """
    if agent.role not in MONITORS:
        raise Refused(Reason.NOT_ALLOWED)
    return [GroupOpened(now_ms, agent.who, command.room, command.name, command.topic)]


def join(state: State, agent: Agent, command: Join, now_ms: int) -> list[Entry]:
    """Enter a room. Who is in it already enters anew, as what they ask to be now.

    Raises:
        Refused: NOT_FOUND if there is no such room for this agent: group rooms are for all, guests'
            rooms for monitors. NOT_ALLOWED for the agent who has the guest, who is in it.
    """
    room = state.rooms.get(command.room)
    if room is None or room.kind is RoomKind.DIRECT:
        raise Refused(Reason.NOT_FOUND)
    if room.kind is RoomKind.GUEST and agent.role not in MONITORS:
        raise Refused(Reason.NOT_FOUND)
    me = agent.who.id
    if room.agent == me:
        raise Refused(Reason.NOT_ALLOWED)
    guest = state.guests[room.guest].profile if room.guest is not None else None
    others = state.speakers(room, me)
    joined = MemberJoined(
        now_ms, agent.who, room.id, command.watch, room.name, room.topic, guest, others
    )
    return [*agents.leaving(agent, room, now_ms), joined]


def leave(state: State, agent: Agent, command: Leave, now_ms: int) -> list[Entry]:
    """Leave a room that goes on. Who leaves their guest sends the guest back to the old place.

    Raises:
        Refused: NOT_FOUND if this agent is in no such room; NOT_ALLOWED for a direct room.
    """
    room = room_of(state, command.room, agent.who.id)
    if room.kind is RoomKind.DIRECT:
        raise Refused(Reason.NOT_ALLOWED)
    if room.agent == agent.who.id:
        after = replace(agent, rooms=tuple(one for one in agent.rooms if one != room.id))
        returned = agents.going_back(state, room.id)
        return [GuestReleased(now_ms, agent.who, agents.became(agent, after), returned)]
    return agents.leaving(agent, room, now_ms)


def end(state: State, command: End, now_ms: int) -> list[Entry]:
    """End a room: its guest, its agent, or any monitor. A group room: a monitor.

    Raises:
        Refused: NOT_FOUND if there is no such open room for this person; NOT_ALLOWED for a direct
            room, and for a group room unless a monitor asks.
    """
    room = state.rooms.get(command.room)
    if room is None:
        raise Refused(Reason.NOT_FOUND)
    if room.kind is not RoomKind.GUEST:
        return _end_of_staff(state, room, command, now_ms)
    if command.by == room.guest:
        reason = EndReason.GUEST
    elif command.by == room.agent:
        reason = EndReason.AGENT
    elif is_monitor(state, command.by):
        reason = EndReason.MONITOR
    else:
        raise Refused(Reason.NOT_FOUND)
    return [ended(state, room, reason, now_ms)]


def _end_of_staff(state: State, room: Room, command: End, now_ms: int) -> list[Entry]:
    agent = state.agents.get(command.by)
    if agent is None or (room.kind is RoomKind.DIRECT and not room.has(command.by)):
        raise Refused(Reason.NOT_FOUND)
    if room.kind is RoomKind.DIRECT or not is_monitor(state, command.by):
        raise Refused(Reason.NOT_ALLOWED)
    members = tuple(member.person for member in room.members)
    return [GroupEnded(now_ms, agent.who, room.id, members)]


def leave_queue(state: State, command: LeaveQueue, now_ms: int) -> list[Entry]:
    """A guest no longer wants to wait. Who has an agent ends the room instead.

    Raises:
        Refused: NOT_ALLOWED for somebody who is no guest; NOT_WAITING for one who is not waiting.
    """
    guest = state.guests.get(command.by)
    if guest is None:
        raise Refused(Reason.NOT_ALLOWED)
    if command.by not in state.waiting or guest.room is None:
        raise Refused(Reason.NOT_WAITING)
    return [ended(state, state.rooms[guest.room], EndReason.LEFT_QUEUE, now_ms)]


def ended(state: State, room: Room, reason: EndReason, now_ms: int) -> RoomEnded:
    """The fact that this guest's room is over."""
    assert room.guest is not None, "a guest's room"
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
    _close(state, room)
    silence.expect_nothing(state, room.id)
    guests.leave_room(state, entry.guest.id, entry.at_ms)
    if room.agent is not None:
        agents.drop_room(state, room.agent, room.id)
        agents.watch(state, state.agents[room.agent], entry.at_ms)


def apply_group_ended(state: State, entry: GroupEnded) -> None:
    """The group room is over for everybody."""
    _close(state, state.rooms[entry.room])


def _close(state: State, room: Room) -> None:
    state.rooms.drop(room.id)
    for member in room.members:
        if member.person in state.agents:
            agents.leave_room(state, member.person, room.id)


def apply_group_opened(state: State, entry: GroupOpened) -> None:
    """There is a room; nobody is in it."""
    room = Room(entry.room, kind=RoomKind.GROUP, name=entry.name, topic=entry.topic)
    state.rooms.put(entry.room, room)


def apply_direct_opened(state: State, entry: DirectOpened, parts: tuple[int, int]) -> None:
    """There is a room with both in it, each from their part on."""
    pair = (entry.first.id, entry.second.id)
    members = tuple(
        Member(person, state.offset, part) for person, part in zip(pair, parts, strict=True)
    )
    state.rooms.put(entry.room, Room(entry.room, members, kind=RoomKind.DIRECT))
    state.directs.put(frozenset(pair), entry.room)
    for person in pair:
        agents.enter_room(state, person, entry.room)


def apply_joined(state: State, entry: MemberJoined, part: int) -> None:
    """The agent is in the room from `part` on."""
    room = state.rooms[entry.room]
    member = Member(entry.person.id, state.offset, part, entry.watches)
    state.rooms.put(room.id, replace(room, members=(*room.members, member)))
    agents.enter_room(state, entry.person.id, room.id)


def apply_left(state: State, entry: MemberLeft) -> None:
    """The agent is no longer in the room."""
    room = state.rooms[entry.room]
    state.rooms.put(room.id, replace(room, members=room.without(entry.person.id)))
    agents.leave_room(state, entry.person.id, room.id)


def apply_posted(state: State, entry: MessagePosted) -> None:
    """Somebody has written, so the room is not silent."""
    silence.expect_words(state, entry.room, entry.at_ms)

"""Handing a guest from one agent to another.

The guest keeps the room and everything in it; only who helps changes, in one entry, so that nobody
ever sees a guest with two agents or with none.
"""

from msgspec.structs import replace

from frontdesk.desk import agents, people, silence
from frontdesk.desk.commands import Transfer
from frontdesk.desk.entries import Entry, GuestTransferred
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, Member, Room, RoomKind, State


def transfer(state: State, agent: Agent, command: Transfer, now_ms: int) -> list[Entry]:
    """Let another agent have this guest: by the agent who has the guest, or by a monitor.

    A guest who still waits is given to the agent as if they had taken the guest. Nothing happens
    if that agent has the guest already.

    Raises:
        Refused: NOT_FOUND if there is no such room for this agent, or no such agent;
            AGENT_UNAVAILABLE if that one is not there, away or full, unless it is forced.
    """
    room = state.rooms.get(command.room)
    if room is None or room.kind is not RoomKind.GUEST:
        raise Refused(Reason.NOT_FOUND)
    if room.agent != agent.who.id and not people.is_monitor(state, agent.who.id):
        raise Refused(Reason.NOT_FOUND)
    target = state.account(command.agent)
    if target is None or not target.works_here:
        raise Refused(Reason.NOT_FOUND)
    if target.who.id == room.agent:
        return []
    there = target.absent_since_ms is None and target.can_take
    if not there and not command.force:
        raise Refused(Reason.AGENT_UNAVAILABLE)
    return _handed(state, room, target, now_ms)


def _handed(state: State, room: Room, target: Agent, now_ms: int) -> list[Entry]:
    assert room.guest is not None, "a guest's room"
    if room.agent is None:
        return agents.taken(state, target, room.guest, now_ms)
    guest = state.guests[room.guest]
    speaks = target.who.id in room.speakers
    # Who watched comes in anew, for all to see.
    entries = [] if speaks else agents.leaving(target, room, now_ms)
    after = replace(target, rooms=(*target.rooms, room.id))
    before = state.agents[room.agent]
    left = replace(before, rooms=tuple(one for one in before.rooms if one != room.id))
    handed = GuestTransferred(
        at_ms=now_ms,
        guest=guest.profile,
        room=room.id,
        from_agent=before.who,
        to_agent=target.who,
        from_became=agents.became(before, left),
        to_became=agents.became(target, after),
        enters=not speaks,
        others=state.speakers(room, room.guest, before.who.id, target.who.id),
    )
    return [*entries, handed]


def apply_transferred(state: State, entry: GuestTransferred, part: int) -> None:
    """The guest has the other agent, who is in the room from `part` on if they were not before."""
    before, after = entry.from_agent.id, entry.to_agent.id
    room = state.rooms[entry.room]
    members = room.without(before)
    agents.drop_room(state, before, room.id)
    agents.leave_room(state, before, room.id)
    agents.take_room(state, after, room.id)
    if entry.enters:
        members = (*members, Member(after, state.offset, part))
        agents.enter_room(state, after, room.id)
    state.rooms.put(room.id, replace(room, agent=after, members=members))
    silence.expect_words(state, room.id, entry.at_ms)
    for id in (before, after):
        agents.watch(state, state.agents[id], entry.at_ms)

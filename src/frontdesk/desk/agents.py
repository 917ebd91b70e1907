"""Agents: taking guests, being there or away, how many at once, and what happens when they go.

An agent is away until they say available. Being able to take another guest (`can_take`) follows
from status, limit and load; each entry that changes it says so (`became`), once, on a change only.
"""

from msgspec.structs import replace

from frontdesk.desk import guests, queue, silence
from frontdesk.desk.commands import Assist, SetLimit, SetStatus, SignOff
from frontdesk.desk.entries import (
    AgentGone,
    Became,
    Entry,
    GoneReason,
    GuestReleased,
    GuestTaken,
    LimitSet,
    MemberLeft,
    Returned,
    StatusSet,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import AGENT_LIMIT_MOST
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, Deadline, Room, State


def became(before: Agent, after: Agent) -> Became:
    """What a change does to an agent's being able to take another guest."""
    if before.can_take == after.can_take:
        return None
    return "available" if after.can_take else "unavailable"


def assist(state: State, agent: Agent, command: Assist, now_ms: int) -> list[Entry]:
    """Give a waiting guest to this agent.

    One entry does both, so nobody ever sees a guest who waits and is helped at once, or neither.

    Raises:
        Refused: NOT_WAITING if the chosen guest left or a colleague was faster;
            AGENT_UNAVAILABLE if the agent is away or has as many guests as the limit allows;
            NO_QUEUED_GUESTS if nobody waits, or nobody who is present.
    """
    chosen: PersonId | None = None
    if command.guest is not None:
        # The race with a colleague is the common case, so it is checked first: "someone else took
        # them" is the answer that a busy agent needs to read.
        chosen = state.find(command.guest)
        if chosen is None or chosen not in state.waiting:
            raise Refused(Reason.NOT_WAITING)
    if not agent.can_take:
        raise Refused(Reason.AGENT_UNAVAILABLE)
    if chosen is None:
        chosen = queue.next_guest(state)
    if chosen is None:
        raise Refused(Reason.NO_QUEUED_GUESTS)
    return taken(state, agent, chosen, now_ms)


def taken(state: State, agent: Agent, person: PersonId, now_ms: int) -> list[Entry]:
    """The facts that this guest, who waits, has this agent. Who is in the room comes in anew."""
    guest = state.guests[person]
    assert guest.room is not None, "a waiting guest has a room"
    room = state.rooms[guest.room]
    after = replace(agent, rooms=(*agent.rooms, room.id))
    entry = GuestTaken(
        at_ms=now_ms,
        guest=guest.profile,
        agent=agent.who,
        room=room.id,
        wait_ms=max(0, now_ms - guest.waits_since_ms),
        became=became(agent, after),
        others=state.speakers(room, person, agent.who.id),
    )
    return [*leaving(agent, room, now_ms), entry]


def leaving(agent: Agent, room: Room, now_ms: int) -> list[Entry]:
    """The fact that an agent who does not have the guest leaves; none if they are not in it."""
    inside = room.member(agent.who.id)
    return [MemberLeft(now_ms, agent.who, room.id, inside.watches)] if inside is not None else []


def set_status(state: State, agent: Agent, command: SetStatus, now_ms: int) -> list[Entry]:
    """Say available or away; nothing happens if it is so already. Guests stay."""
    if agent.status == command.status:
        return []
    after = replace(agent, status=command.status)
    change = became(agent, after)
    return [StatusSet(now_ms, agent.who, command.status, change, narrowed(state))]


def set_limit(state: State, agent: Agent, command: SetLimit, now_ms: int) -> list[Entry]:
    """Change how many guests one has at once. Below the load: the rooms stay.

    Raises:
        Refused: MALFORMED beyond 1 to `AGENT_LIMIT_MOST`; NOT_ALLOWED for another's limit unless
            a monitor asks; NOT_FOUND if there is no such agent.
    """
    if not 1 <= command.limit <= AGENT_LIMIT_MOST:
        raise Refused(Reason.MALFORMED, "$.limit")
    target = agent
    if command.agent is not None and command.agent != agent.who.user:
        if agent.role == "agent":
            raise Refused(Reason.NOT_ALLOWED)
        found = state.account(command.agent)
        if found is None or not found.works_here:
            raise Refused(Reason.NOT_FOUND)
        target = found
    if target.limit == command.limit:
        return []
    after = replace(target, limit=command.limit)
    return [LimitSet(now_ms, target.who, command.limit, became(target, after))]


def sign_off(state: State, command: SignOff, now_ms: int) -> list[Entry]:
    """The last session of an agent has ended: away at once, and the guests wait again."""
    agent = state.agents.get(command.by)
    return gone(state, agent, GoneReason.SIGNED_OFF, now_ms) if agent is not None else []


def gone(state: State, agent: Agent, reason: GoneReason, now_ms: int) -> list[Entry]:
    """An agent is no longer there; nothing if that was so, with nobody to give back."""
    if agent.status == "away" and not agent.rooms:
        return []
    after = replace(agent, status="away", rooms=())
    returned = [going_back(state, id) for id in agent.rooms]
    change = became(agent, after)
    return [
        AgentGone(
            at_ms=now_ms,
            agent=agent.who,
            reason=reason,
            was=agent.status,
            became=change,
            returned=tuple(returned),
            narrowed=narrowed(state),
        )
    ]


def narrowed(state: State) -> bool:
    """Whether the desk tells nobody but agents who of them is available."""
    return state.settings.availability_to == "agents"


def attended(state: State) -> bool | None:
    """Whether an agent is there who takes guests, now or once there is room again.

    Whoever is away is not, also in the middle of a conversation; whose line is dead is until the
    desk gives them up. None where it tells nobody but agents who is available.
    """
    if narrowed(state):
        return None
    return any(agent.status == "available" for agent in state.agents.values())


def going_back(state: State, id: RoomId) -> Returned:
    """The guest of this room, as somebody who waits again."""
    person = state.rooms[id].guest
    assert person is not None, "only a guest's room has an agent"
    guest = state.guests[person]
    present = guest.absent_since_ms is None
    return Returned(guest.profile, id, guest.ticket, present)


def apply_status(state: State, entry: StatusSet) -> None:
    """The agent's status is now this; who is away already is not waited for any more."""
    agent = replace(state.agents[entry.agent.id], status=entry.status)
    state.agents.put(entry.agent.id, agent)
    watch(state, agent, entry.at_ms)


def apply_limit(state: State, entry: LimitSet) -> None:
    """The agent's limit is now this."""
    agent = state.agents[entry.agent.id]
    state.agents.put(entry.agent.id, replace(agent, limit=entry.limit))


def apply_gone(state: State, entry: AgentGone) -> None:
    """The agent has left every guest; the guests are where their tickets say."""
    id = entry.agent.id
    for back in entry.returned:
        give_back(state, id, back, entry)
    agent = replace(state.agents[id], status="away")
    state.agents.put(id, agent)
    watch(state, agent, entry.at_ms)


def apply_released(state: State, entry: GuestReleased) -> None:
    """The guest is where the ticket says."""
    give_back(state, entry.agent.id, entry.returned, entry)
    watch(state, state.agents[entry.agent.id], entry.at_ms)


def give_back(state: State, id: PersonId, back: Returned, entry: AgentGone | GuestReleased) -> None:
    """One guest waits again, at the old place; the agent is no longer in the room."""
    room = state.rooms[back.room]
    state.rooms.put(room.id, replace(room, agent=None, members=room.without(id)))
    silence.expect_nothing(state, room.id)
    before = state.guests[back.guest.id]
    guest = replace(
        before,
        state=guests.LIFECYCLE[before.state, type(entry)],
        waits_since_ms=entry.at_ms,
    )
    state.guests.put(back.guest.id, guest)
    queue.join(state, back.guest.id, back.ticket)
    if guest.absent_since_ms is not None:
        # The time in the queue begins again, so the time to come back does too.
        guest_due = (Deadline.GUEST_ABSENCE, back.guest.id)
        state.due.put(guest_due, entry.at_ms + guests.absence_ms(state))
    drop_room(state, id, room.id)
    leave_room(state, id, room.id)


def take_room(state: State, id: PersonId, room: RoomId) -> None:
    """The agent has the guest of this room."""
    agent = state.agents[id]
    state.agents.put(id, replace(agent, rooms=(*agent.rooms, room)))


def drop_room(state: State, id: PersonId, room: RoomId) -> None:
    """The agent no longer has the guest of this room."""
    agent = state.agents[id]
    state.agents.put(id, replace(agent, rooms=tuple(one for one in agent.rooms if one != room)))


def enter_room(state: State, id: PersonId, room: RoomId) -> None:
    """The agent is in this room."""
    agent = state.agents[id]
    state.agents.put(id, replace(agent, inside=(*agent.inside, room)))


def leave_room(state: State, id: PersonId, room: RoomId) -> None:
    """The agent is no longer in this room."""
    agent = state.agents[id]
    state.agents.put(id, replace(agent, inside=tuple(one for one in agent.inside if one != room)))


def watch(state: State, agent: Agent, at_ms: int) -> None:
    """Keep or drop the deadline of an absent agent: only one whom somebody waits for has one."""
    due = (Deadline.AGENT_ABSENCE, agent.who.id)
    needed = agent.status == "available" or bool(agent.rooms)
    if agent.absent_since_ms is None or not needed:
        state.due.drop(due)
    elif due not in state.due:
        state.due.put(due, at_ms + state.settings.agent_absence_s * 1_000)

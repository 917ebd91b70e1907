"""What time alone brings about, and the lines of people, which only time tells.

Deadlines are data in the desk (`State.due`), so that they survive a restart and can be moved by
the time in which the server was down. The engine arms one timer for the earliest and sends `Tick`.
"""

from msgspec.structs import replace

from frontdesk.desk import agents, guests, rooms, silence
from frontdesk.desk.commands import LoseLine, RestoreLine
from frontdesk.desk.entries import (
    EndReason,
    Entry,
    GoneReason,
    GuestsForgotten,
    LineLost,
    LineRestored,
    Resumed,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import TICK_ENTRIES
from frontdesk.desk.personal import Who
from frontdesk.desk.state import Deadline, State


def next_deadline(state: State) -> int | None:
    """When to send the next `Tick`, in milliseconds of Unix time; None: nothing is due."""
    return min(state.due.values(), default=None)


def tick(state: State, now_ms: int) -> list[Entry]:
    """What is due by now, the earliest first, at most `TICK_ENTRIES` of it.

    The entries do not depend on one another: a guest who waits has no agent, and of what has to do
    with one agent there is only the first. The rest is due still, and decided on what is so then.
    """
    ready = sorted((at, due) for due, at in state.due.items() if at <= now_ms)
    entries: list[Entry] = []
    touched: set[PersonId] = set()
    for _, (kind, whose) in ready[:TICK_ENTRIES]:
        agent = _agent_of(state, kind, whose)
        if agent is not None and agent in touched:
            break
        if agent is not None:
            touched.add(agent)
        entries += _due(state, kind, whose, now_ms)
    return entries


def _agent_of(state: State, kind: Deadline, whose: str) -> PersonId | None:
    """The agent whom this has to do with, if any."""
    if kind is Deadline.AGENT_ABSENCE:
        return PersonId(whose)
    if kind in (Deadline.CLOSING, Deadline.SILENCE):
        return state.rooms[RoomId(whose)].agent
    return None


def _due(state: State, kind: Deadline, whose: str, now_ms: int) -> list[Entry]:
    if kind is Deadline.GUEST_ABSENCE:
        room = state.guests[PersonId(whose)].room
        assert room is not None, "only a guest who waits has this deadline"
        return [rooms.ended(state, state.rooms[room], EndReason.GUEST_GONE, now_ms)]
    if kind is Deadline.AGENT_ABSENCE:
        return agents.gone(state, state.agents[PersonId(whose)], GoneReason.LINE_LOST, now_ms)
    if kind is Deadline.CLOSING:
        return silence.closing(RoomId(whose), now_ms)
    if kind is Deadline.SILENCE:
        return [rooms.ended(state, state.rooms[RoomId(whose)], EndReason.SILENCE, now_ms)]
    gone = (id for id, guest in state.guests.items() if guests.forgettable(guest, now_ms))
    return [GuestsForgotten(now_ms, tuple(gone))]


def lose_line(state: State, command: LoseLine, now_ms: int) -> list[Entry]:
    """Nothing listens for this person; nothing happens if it was so already."""
    absent, who, is_agent, room = _line(state, command.person)
    return [] if who is None or absent else [LineLost(now_ms, who, is_agent, room)]


def restore_line(state: State, command: RestoreLine, now_ms: int) -> list[Entry]:
    """This person listens again; nothing happens if they did."""
    absent, who, is_agent, room = _line(state, command.person)
    return [] if who is None or not absent else [LineRestored(now_ms, who, is_agent, room)]


def _line(state: State, person: PersonId) -> tuple[bool, Who | None, bool, RoomId | None]:
    guest = state.guests.get(person)
    if guest is not None:
        return guest.absent_since_ms is not None, guest.profile.who, False, guest.room
    agent = state.agents.get(person)
    if agent is not None and agent.works_here:
        return agent.absent_since_ms is not None, agent.who, True, None
    return False, None, False, None


def apply_line_lost(state: State, entry: LineLost) -> None:
    """This person is away."""
    if not entry.is_agent:
        guests.apply_line_lost(state, entry)
        return
    agent = replace(state.agents[entry.person.id], absent_since_ms=entry.at_ms)
    state.agents.put(entry.person.id, agent)
    agents.watch(state, agent, entry.at_ms)


def apply_line_restored(state: State, entry: LineRestored) -> None:
    """This person is back."""
    if not entry.is_agent:
        guests.apply_line_restored(state, entry)
        return
    agent = replace(state.agents[entry.person.id], absent_since_ms=None)
    state.agents.put(entry.person.id, agent)
    agents.watch(state, agent, entry.at_ms)


def apply_resumed(state: State, entry: Resumed) -> None:
    """Everything that was due is due later: nobody could speak meanwhile."""
    for due, at in list(state.due.items()):
        state.due.put(due, at + entry.down_ms)
    for id, guest in list(state.guests.items()):
        if guest.absent_since_ms is not None:
            later = guest.absent_since_ms + entry.down_ms
            state.guests.put(id, replace(guest, absent_since_ms=later))
    for id, agent in list(state.agents.items()):
        if agent.absent_since_ms is not None:
            later = agent.absent_since_ms + entry.down_ms
            state.agents.put(id, replace(agent, absent_since_ms=later))

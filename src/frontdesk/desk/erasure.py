"""Erasing a guest: what ends with it, and what the desk no longer knows.

The store forgets the values with the very entry that says so; here the guest leaves the state. The
desk may have forgotten the guest long ago, so who may be erased is for the caller to find out.
"""

from frontdesk.desk import notes, people, rooms
from frontdesk.desk.commands import Erase
from frontdesk.desk.entries import EndReason, Entry, Helping, PersonErased
from frontdesk.desk.ids import RoomId
from frontdesk.desk.names import skeleton
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Deadline, State


def erase(state: State, command: Erase, now_ms: int) -> list[Entry]:
    """Erase a guest; an open room is over first. Nothing happens if it was done before.

    Raises:
        Refused: NOT_ALLOWED unless an admin or an operator asks, and for an account, which is
            disabled and not erased; NOT_FOUND if there never was such a guest.
    """
    if command.by is not None and people.agent_of(state, command.by).role != "admin":
        raise Refused(Reason.NOT_ALLOWED)
    if command.person in state.agents:
        raise Refused(Reason.NOT_ALLOWED)
    guest = state.guests.get(command.person)
    # Every guest has a room from the start, so whoever has none was never here.
    if guest is None and not command.rooms:
        raise Refused(Reason.NOT_FOUND)
    if command.already:
        return []
    entries: list[Entry] = []
    theirs = dict.fromkeys(command.rooms)
    if guest is not None and guest.room is not None:
        entries.append(rooms.ended(state, state.rooms[guest.room], EndReason.ERASED, now_ms))
        theirs[guest.room] = None
    helping = _helping(state, theirs)
    return [*entries, PersonErased(now_ms, command.person, tuple(theirs), helping)]


def _helping(state: State, but: dict[RoomId, None]) -> tuple[Helping, ...]:
    """Who has whom, without these rooms."""
    found = []
    for agent in state.agents.values():
        helped = [state.rooms[id].guest for id in agent.rooms if id not in but]
        guests = tuple(Who(one, state.label(one)) for one in helped if one is not None)
        if guests:
            found.append(Helping(agent.who, guests))
    return tuple(found)


def apply_erased(state: State, entry: PersonErased) -> None:
    """The guest was never here, and the name is free; whatever room there was is over already."""
    notes.forget_notes_of(state, entry.person)
    guest = state.guests.get(entry.person)
    if guest is None:
        return
    name = skeleton(guest.profile.user)
    if state.names.get(name) == entry.person:
        state.names.drop(name)
    state.guests.drop(entry.person)
    state.waiting.drop(entry.person)
    state.due.drop((Deadline.GUEST_ABSENCE, entry.person))

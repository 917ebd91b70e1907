"""Conversations in which nobody writes any more: warned of first, then over.

Only while an agent is there: a guest who waits is not silent, but patient.
"""

from frontdesk.desk.entries import Entry, RoomClosing
from frontdesk.desk.ids import RoomId
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.desk.state import Deadline, RoomKind, State


def expect_words(state: State, id: RoomId, at_ms: int) -> None:
    """Somebody has written, or an agent has come: the silence begins anew."""
    room = state.rooms[id]
    state.due.drop((Deadline.SILENCE, id))
    if room.kind is RoomKind.GUEST and room.agent is not None:
        silence_ms = state.settings.silence_s * 1_000
        state.due.put((Deadline.CLOSING, id), at_ms + silence_ms - CLOSING_MS)


def expect_nothing(state: State, id: RoomId) -> None:
    """The room is over, or the guest waits again."""
    state.due.drop((Deadline.CLOSING, id))
    state.due.drop((Deadline.SILENCE, id))


def closing(id: RoomId, now_ms: int) -> list[Entry]:
    """The room is about to end."""
    return [RoomClosing(now_ms, id, CLOSING_MS // 1000)]


def apply_closing(state: State, entry: RoomClosing) -> None:
    """Everybody has been warned."""
    state.due.drop((Deadline.CLOSING, entry.room))
    state.due.put((Deadline.SILENCE, entry.room), entry.at_ms + CLOSING_MS)

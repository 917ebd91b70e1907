"""Whether the desk is open, closed or full, and what follows from it for guests who come.

The state is a fact of its own (`DeskBecame`), which comes with the entry that brought it about: so
everybody hears of it once, on a change only, and no entry has to know of the queue's length.
"""

from collections.abc import Sequence

from frontdesk.desk.entries import (
    AgentGone,
    DeskBecame,
    DeskState,
    Entry,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestTaken,
    RoomEnded,
    SettingsChanged,
)
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.settings import Settings, changed
from frontdesk.desk.state import State

# A full desk opens again when this part of the queue is free, and not with the first place: else
# everybody would be told "full" and "open" in turns, with each guest who is taken.
FREE_PART = 20


def check_admits(state: State) -> None:
    """Let in a guest who comes.

    Raises:
        Refused: DESK_CLOSED, QUEUE_FULL.
    """
    reason = why_not(state)
    if reason is not None:
        raise Refused(reason)


def why_not(state: State) -> Reason | None:
    """Why guests may not come; None if they may."""
    if state.admits == "closed":
        return Reason.DESK_CLOSED
    # The queue may be as long as it may be before the state says so: within one batch.
    if state.admits == "full" or len(state.waiting) >= state.settings.queue_most:
        return Reason.QUEUE_FULL
    return None


def followed(state: State, entries: Sequence[Entry], now_ms: int) -> list[Entry]:
    """These entries, and that the desk has become open, closed or full by them if it has."""
    settings, waiting = state.settings, len(state.waiting)
    for entry in entries:
        if isinstance(entry, SettingsChanged):
            settings = changed(settings, entry.changed)
        waiting += _joined(entry)
    now = admits(settings, waiting, before=state.admits)
    if now == state.admits:
        return list(entries)
    return [*entries, DeskBecame(now_ms, now)]


def admits(settings: Settings, waiting: int, *, before: DeskState) -> DeskState:
    """What a desk is at which so many wait."""
    if not settings.open:
        return "closed"
    most = settings.queue_most
    if waiting >= most or (before == "full" and waiting > most - max(1, most // FREE_PART)):
        return "full"
    return "open"


def _joined(entry: Entry) -> int:
    """How many join the queue by this entry; below 0 where somebody leaves it."""
    match entry:
        case GuestQueued() | GuestRequeued() | GuestReleased():
            return 1
        case GuestTaken() | RoomEnded(agent=None):
            return -1
        case AgentGone():
            return len(entry.returned)
        case _:
            return 0

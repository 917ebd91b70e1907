"""What a desk no longer keeps: which entries may leave its log, and when.

    old    of accounts                                                       stays
           of a room that is open, or ended later, or of a guest who is known    stays with it
           all else                                                          goes
    ────── `kept_from` ──────────────────────────────────────────────────────────────────────
    young  than `log_days`, or not behind a checkpoint                       stays

A room goes whole or not at all: half a conversation helps nobody. Whoever reads from a place before
`kept_from` is told so (`reset`). The desk itself never notices: it is its state, and not its log.
"""

from typing import assert_never

from msgspec import Struct

from frontdesk.desk.entries import (
    AgentGone,
    DeskAdded,
    DeskBecame,
    DirectOpened,
    Entry,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestsForgotten,
    GuestTaken,
    GuestTransferred,
    LimitSet,
    LineLost,
    LineRestored,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    NoteClosed,
    NoteLeft,
    PersonAdded,
    PersonChanged,
    PersonErased,
    Resumed,
    RoomClosing,
    RoomEnded,
    RoomRated,
    SettingsChanged,
    StatusSet,
    VouchKeyEnded,
    VouchKeyMade,
    VouchKeyUsed,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.state import State

DAY_MS = 86_400_000


class Old(Struct, frozen=True):
    """What a desk need not keep: what was before `before_ms`, but for rooms of `people`, the guests
    whom it knows. Those may come back to theirs, or have left a message that waits for an answer.
    """

    before_ms: int
    people: frozenset[PersonId] = frozenset()

    def may_go(self, guest: PersonId | None, ended_ms: int | None) -> bool:
        """Whether a room of this guest (None: it is nobody's), which ended then (None: it is open),
        may go as soon as all of it is before `kept_from`.
        """
        return ended_ms is not None and ended_ms < self.before_ms and guest not in self.people


def before_ms(log_days: int, now_ms: int) -> int | None:
    """Before when nothing need be kept; None: all of it is."""
    return now_ms - log_days * DAY_MS if log_days else None


def old(state: State, before_ms: int) -> Old:
    """What need not be kept of a desk of which this state is."""
    notes = state.notes.values()
    return Old(before_ms, frozenset(state.guests.keys()) | {note.guest.id for note in notes})


def stays(entry: Entry) -> bool:
    """Whether the log keeps it for good: the few entries that say which accounts there are."""
    return isinstance(entry, PersonAdded | PersonChanged)


def rooms_of(entry: Entry) -> tuple[RoomId, ...]:
    """The rooms that this entry belongs to: it stays as long as one of them does.

    Those are what was said in a room, and who came and went. What tells agents alone of it, such as
    a line that was lost, belongs to none.
    """
    match entry:
        case GuestQueued() | GuestRequeued() | GuestTaken() | GuestTransferred() | NoteLeft():
            return (entry.room,)
        case GroupOpened() | GroupEnded() | DirectOpened() | MemberJoined() | MemberLeft():
            return (entry.room,)
        case MessagePosted() | RoomClosing() | RoomEnded() | RoomRated():
            return (entry.room,)
        case AgentGone():
            return tuple(back.room for back in entry.returned)
        case GuestReleased():
            return (entry.returned.room,)
        case NoteClosed() | LineLost() | LineRestored() | PersonErased() | GuestsForgotten():
            return ()
        case StatusSet() | LimitSet() | PersonAdded() | PersonChanged() | SettingsChanged():
            return ()
        case DeskAdded() | DeskBecame() | Resumed():
            return ()
        case VouchKeyMade() | VouchKeyUsed() | VouchKeyEnded():
            return ()
        case _:
            assert_never(entry)

"""Everything that can have happened at a desk: the facts that its log is made of.

An entry states outcomes (the ticket, who became unavailable by it), so that applying it needs no
rule. Names, what guests gave and texts are `personal` values, which the store keeps apart.

`KINDS` gives each entry the name and the version under which it is stored, explicitly, so that
renaming a class cannot change the log. An entry that changes its form gets the next version and a
step in `frontdesk.store.upgrades`; what was written once decodes for ever.
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

from frontdesk.desk.commands import Allotted, Role, Status
from frontdesk.desk.ids import KeyId, PersonId, RoomId
from frontdesk.desk.kinds import Value
from frontdesk.desk.personal import Profile, Text, Who

# What an entry did to an agent's being able to take another guest; None: nothing.
Became = Literal["available", "unavailable"] | None

# Whether guests may come to a desk (protocol §3, `desk`).
DeskState = Literal["open", "closed", "full"]


class EndReason(StrEnum):
    """Why a room is over (protocol §3, `end`)."""

    GUEST = "guest"
    AGENT = "agent"
    MONITOR = "monitor"
    GUEST_GONE = "guest_gone"
    LEFT_QUEUE = "left_queue"
    SILENCE = "silence"
    ERASED = "erased"
    MESSAGE = "message"


class GoneReason(StrEnum):
    """Why an agent is no longer there."""

    SIGNED_OFF = "signed_off"
    LINE_LOST = "line_lost"
    DISABLED = "disabled"
    OTHER_DESK = "other_desk"


class GuestQueued(Struct, frozen=True, gc=False):
    """A guest has a room and waits. `ticket` is this entry's own offset."""

    at_ms: int
    guest: Profile
    room: RoomId
    ticket: int


class GuestTaken(Struct, frozen=True, gc=False):
    """A waiting guest has an agent. `others` are the rest who speak in the room."""

    at_ms: int
    guest: Profile
    agent: Who
    room: RoomId
    wait_ms: int
    became: Became
    others: tuple[Who, ...] = ()


class MessagePosted(Struct, frozen=True, gc=False):
    """Somebody has written in a room."""

    at_ms: int
    author: Who
    room: RoomId
    text: Text
    key: str = ""


class RoomEnded(Struct, frozen=True, gc=False):
    """A guest's room is over. `agent` is who had the guest; None if the guest was waiting."""

    at_ms: int
    room: RoomId
    reason: EndReason
    guest: Who
    members: tuple[PersonId, ...]
    agent: Who | None
    became: Became


class RoomRated(Struct, frozen=True, gc=False):
    """A guest has said how it was in a room that is over. `agent` is who had the guest last."""

    at_ms: int
    room: RoomId
    guest: Who
    rating: int
    agent: Who | None
    text: Text


class NoteLeft(Struct, frozen=True, gc=False):
    """Somebody has left a message, which is the guest's topic; the room is over at once."""

    at_ms: int
    guest: Profile
    room: RoomId


class NoteClosed(Struct, frozen=True, gc=False):
    """An agent has dealt with the message that was left in this room."""

    at_ms: int
    room: RoomId
    agent: Who


class StatusSet(Struct, frozen=True, gc=False):
    """An agent has said: available, or away. `narrowed`: told to agents alone."""

    at_ms: int
    agent: Who
    status: Status
    became: Became
    narrowed: bool = False


class LimitSet(Struct, frozen=True, gc=False):
    """An agent's guest limit is now this."""

    at_ms: int
    agent: Who
    limit: int
    became: Became


class Returned(Struct, frozen=True, gc=False):
    """One guest who waits again, at the old place, since their agent is gone."""

    guest: Profile
    room: RoomId
    ticket: int
    present: bool


class AgentGone(Struct, frozen=True, gc=False):
    """An agent is no longer there; the guests wait again. `was` is the status until now.

    `narrowed`: that the agent is away is told to agents alone.
    """

    at_ms: int
    agent: Who
    reason: GoneReason
    was: Status
    became: Became
    returned: tuple[Returned, ...]
    narrowed: bool = False


class GuestRequeued(Struct, frozen=True, gc=False):
    """A guest who was here before waits again, in a new room. `ticket` is this entry's offset."""

    at_ms: int
    guest: Profile
    room: RoomId
    ticket: int


class GuestTransferred(Struct, frozen=True, gc=False):
    """A guest has another agent. `others` are the rest who speak in the room, but for the guest.

    `enters` says whether the new agent was not in the room before.
    """

    at_ms: int
    guest: Profile
    room: RoomId
    from_agent: Who
    to_agent: Who
    from_became: Became
    to_became: Became
    enters: bool
    others: tuple[Who, ...]


class GuestReleased(Struct, frozen=True, gc=False):
    """An agent has left a guest, who waits again at the old place."""

    at_ms: int
    agent: Who
    became: Became
    returned: Returned


class GroupOpened(Struct, frozen=True, gc=False):
    """There is a group room; nobody is in it yet."""

    at_ms: int
    by: Who
    room: RoomId
    name: str
    topic: str


class GroupEnded(Struct, frozen=True, gc=False):
    """A group room is over."""

    at_ms: int
    by: Who
    room: RoomId
    members: tuple[PersonId, ...]


class DirectOpened(Struct, frozen=True, gc=False):
    """Two agents have a room of their own, for good."""

    at_ms: int
    room: RoomId
    first: Who
    second: Who


class MemberJoined(Struct, frozen=True, gc=False):
    """An agent is in a room, to speak or to watch. `others` are those who speak in it already.

    `guest` is whose room it is, and their question the topic; None for a group room, which has the
    `name` and the `topic`.
    """

    at_ms: int
    person: Who
    room: RoomId
    watches: bool
    name: str
    topic: str
    guest: Profile | None
    others: tuple[Who, ...]


class MemberLeft(Struct, frozen=True, gc=False):
    """An agent who did not have the guest has left a room, which goes on."""

    at_ms: int
    person: Who
    room: RoomId
    watched: bool


class RoomClosing(Struct, frozen=True, gc=False):
    """Nobody has written for a while: the room ends in `seconds` unless somebody does."""

    at_ms: int
    room: RoomId
    seconds: int


class LineLost(Struct, frozen=True, gc=False):
    """Nothing listens for this person any more. `room` is a guest's open room."""

    at_ms: int
    person: Who
    is_agent: bool
    room: RoomId | None


class LineRestored(Struct, frozen=True, gc=False):
    """This person listens again. `room` is a guest's open room."""

    at_ms: int
    person: Who
    is_agent: bool
    room: RoomId | None


class PersonAdded(Struct, frozen=True, gc=False):
    """There is an account. `here`: this desk is one of its own."""

    at_ms: int
    person: Who
    role: Role
    limit: int
    desks: Allotted = "all"
    here: bool = True


class PersonChanged(Struct, frozen=True, gc=False):
    """What an account may do is now this. `was_here`: it could act at this desk until now."""

    at_ms: int
    person: Who
    role: Role
    limit: int
    disabled: bool
    desks: Allotted
    here: bool
    was_here: bool
    present: bool


class Helping(Struct, frozen=True, gc=False):
    """An agent and the guests whom they have, in the order in which they took them."""

    agent: Who
    guests: tuple[Who, ...]


class PersonErased(Struct, frozen=True, gc=False):
    """Whatever was known of a guest is gone. `rooms` are all that the guest ever had.

    `helping` is who has whom now, for readers who knew the name: what they hear of the guest from
    here on does not hold it any more, so they cannot find it by themselves.
    """

    at_ms: int
    person: PersonId
    rooms: tuple[RoomId, ...]
    helping: tuple[Helping, ...]


class GuestsForgotten(Struct, frozen=True, gc=False):
    """These guests were last seen so long ago that their names are free again."""

    at_ms: int
    guests: tuple[PersonId, ...]


class DeskAdded(Struct, frozen=True, gc=False):
    """The desk is there; the first entry of every desk but the one that was always there."""

    at_ms: int


class SettingsChanged(Struct, frozen=True, gc=False):
    """These settings have these values from now on. `by` is None for an operator."""

    at_ms: int
    by: Who | None
    changed: dict[str, Value]


class VouchKeyMade(Struct, frozen=True, gc=False):
    """A site may vouch for guests with this key. Its secret stands in no entry."""

    at_ms: int
    by: Who
    key: KeyId
    label: str


class VouchKeyUsed(Struct, frozen=True, gc=False):
    """A guest was vouched for with this key, and for a while before none was."""

    at_ms: int
    key: KeyId


class VouchKeyEnded(Struct, frozen=True, gc=False):
    """Nobody is vouched for with this key any more."""

    at_ms: int
    by: Who
    key: KeyId
    label: str


class DeskBecame(Struct, frozen=True, gc=False):
    """The desk is open, closed or full, by the entries before this one."""

    at_ms: int
    state: DeskState


class Resumed(Struct, frozen=True, gc=False):
    """The server was down for so long; deadlines have moved by it."""

    at_ms: int
    down_ms: int


Entry = (
    GuestQueued
    | GuestTaken
    | MessagePosted
    | RoomEnded
    | RoomRated
    | NoteLeft
    | NoteClosed
    | StatusSet
    | LimitSet
    | AgentGone
    | GuestRequeued
    | GuestTransferred
    | GuestReleased
    | GroupOpened
    | GroupEnded
    | DirectOpened
    | MemberJoined
    | MemberLeft
    | RoomClosing
    | LineLost
    | LineRestored
    | PersonAdded
    | PersonChanged
    | PersonErased
    | GuestsForgotten
    | DeskAdded
    | SettingsChanged
    | VouchKeyMade
    | VouchKeyUsed
    | VouchKeyEnded
    | DeskBecame
    | Resumed
)

KINDS: dict[str, tuple[type[Entry], int]] = {
    "guest_queued": (GuestQueued, 1),
    "guest_taken": (GuestTaken, 2),
    "message_posted": (MessagePosted, 1),
    "room_ended": (RoomEnded, 1),
    "room_rated": (RoomRated, 1),
    "note_left": (NoteLeft, 1),
    "note_closed": (NoteClosed, 1),
    "status_set": (StatusSet, 2),
    "limit_set": (LimitSet, 1),
    "agent_gone": (AgentGone, 2),
    "guest_requeued": (GuestRequeued, 1),
    "guest_transferred": (GuestTransferred, 1),
    "guest_released": (GuestReleased, 1),
    "group_opened": (GroupOpened, 1),
    "group_ended": (GroupEnded, 1),
    "direct_opened": (DirectOpened, 1),
    "member_joined": (MemberJoined, 1),
    "member_left": (MemberLeft, 1),
    "room_closing": (RoomClosing, 1),
    "line_lost": (LineLost, 1),
    "line_restored": (LineRestored, 1),
    "person_added": (PersonAdded, 2),
    "person_changed": (PersonChanged, 2),
    "person_erased": (PersonErased, 1),
    "guests_forgotten": (GuestsForgotten, 1),
    "desk_added": (DeskAdded, 1),
    "settings_changed": (SettingsChanged, 1),
    "vouch_key_made": (VouchKeyMade, 1),
    "vouch_key_used": (VouchKeyUsed, 1),
    "vouch_key_ended": (VouchKeyEnded, 1),
    "desk_became": (DeskBecame, 1),
    "resumed": (Resumed, 1),
}

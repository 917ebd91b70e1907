"""What clients hear: the six event types, which never change, and our own.

These structs are the wire format itself (protocol §2 and §3): what is a field here is a key there.
The place of an event (`id`) and the sender's own `key` are added when it is written out, since
they belong to the reader's feed and not to the event.

Who hears which is `audience.py`.
"""

from typing import Any, Literal

from msgspec import Struct, field

from frontdesk.desk.commands import Role, Status
from frontdesk.desk.kinds import Value
from frontdesk.desk.personal import Vouched


class Notification(Struct, frozen=True, gc=False, tag_field="type", tag="notification"):
    """Somebody has joined or left a room."""

    room: str
    user: str
    details: Literal["joined", "left"]


class Message(Struct, frozen=True, gc=False, tag_field="type", tag="message"):
    """Somebody has written in a room. `sent` is a Unix timestamp in whole seconds."""

    room: str
    user: str
    body: str
    sent: int


class Availability(Struct, frozen=True, gc=False, tag_field="type", tag="status"):
    """Somebody is available or away. It is about the desk, so `room` is empty."""

    room: Literal[""]
    user: str
    of: Literal["availability"]
    is_: Status = field(name="is")


class Typing(Struct, frozen=True, gc=False, tag_field="type", tag="status"):
    """Somebody in a room is typing, or no longer. A signal: never stored."""

    room: str
    user: str
    of: Literal["typing"]
    is_: bool = field(name="is")


class Update(Struct, frozen=True, gc=False, tag_field="type", tag="update"):
    """What has become of a guest or an agent, for agents. `assigned` names guest, then agent."""

    users: tuple[str, ...]
    details: Literal["assigned", "available", "unavailable", "queued", "dequeued"]


class Welcome(Struct, frozen=True, gc=False, tag_field="type", tag="welcome"):
    """Whoever listens has no session: identify or sign in."""


class QueuePos(Struct, frozen=True, gc=False, tag_field="type", tag="queuepos"):
    """A guest's place: how many are ahead, and the average wait in seconds. A signal."""

    position: int
    wait: int


class VouchedFor(Struct, frozen=True, gc=False, omit_defaults=True):
    """What the site has signed of a guest: who that is to the site, and an address."""

    sub: str
    email: str | None = None


def vouched_for(vouched: Vouched | None) -> VouchedFor | None:
    """The same as the wire has it."""
    return VouchedFor(vouched.sub, vouched.email) if vouched is not None else None


class GuestGiven(Struct, frozen=True, gc=False):
    """All that a guest gave at identify. Of that, `vouched` alone is signed by a site."""

    user: str
    question: str
    info: dict[str, str]
    vouched: VouchedFor | None


class PastMessage(Struct, frozen=True, gc=False):
    """A message as it stands in a backlog or a state, with its id."""

    id: str
    room: str
    user: str
    body: str
    sent: int


class Joined(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag="joined"):
    """The reader is in this room from now on.

    A guest is told `agent`. An agent is told `guest` in a guest's room and `name` in a group room,
    and the last messages as `backlog`, oldest first, with `more` if there are older ones. A desk
    holds no texts: where `more` stands, the backlog is put in as the event is written out for its
    one reader. `watching` says that the reader is not to be seen.
    """

    room: str
    topic: str
    name: str = ""
    watching: bool = False
    agent: str | None = None
    guest: GuestGiven | None = None
    backlog: tuple[PastMessage, ...] | None = None
    more: bool | None = None


class Transferred(
    Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag="transfer"
):
    """The reader has this guest from now on. As `joined` for an agent."""

    room: str
    topic: str
    guest: GuestGiven
    backlog: tuple[PastMessage, ...] | None = None
    more: bool | None = None


class Closing(Struct, frozen=True, gc=False, tag_field="type", tag="closing"):
    """Nobody has written for a while: the room ends in so many seconds unless somebody does."""

    room: str
    seconds: int


class Left(Struct, frozen=True, gc=False, tag_field="type", tag="left"):
    """The reader is no longer in this room, and it goes on."""

    room: str


class Ended(Struct, frozen=True, gc=False, tag_field="type", tag="end"):
    """The room is over, for everybody in it. `reason` is an `entries.EndReason`."""

    room: str
    reason: str


class Abandoned(Struct, frozen=True, gc=False, tag_field="type", tag="abandoned"):
    """A guest has left the queue unhelped."""

    user: str


class QueuedGuest(Struct, frozen=True, gc=False):
    """A guest in the queue, as agents see them. `since` is a Unix timestamp in whole seconds."""

    user: str
    room: str
    topic: str
    ticket: int
    since: int
    present: bool
    vouched: VouchedFor | None


class RosterAgent(Struct, frozen=True, gc=False):
    """A colleague, as agents see them. `available` says: can take another guest now."""

    user: str
    role: Role
    status: Status
    available: bool
    present: bool
    limit: int
    guests: tuple[str, ...]


class FloorGuest(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This guest waits."""

    guest: QueuedGuest
    what: Literal["guest"] = "guest"


class FloorReleased(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This agent no longer has this guest."""

    user: str
    agent: str
    what: Literal["released"] = "released"


class FloorGroup(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """There is a group room; or there was, if it is not `open`."""

    room: str
    name: str
    topic: str
    open: bool
    what: Literal["group_room"] = "group_room"


class FloorLimit(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This agent's guest limit is now this."""

    user: str
    limit: int
    what: Literal["limit"] = "limit"


class FloorPerson(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """What is new about a colleague: all of it for a new one, None for a disabled one."""

    user: str
    agent: RosterAgent | None
    what: Literal["person"] = "person"


class FloorPresence(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This colleague is there or not: something listens for them, or nothing does."""

    user: str
    present: bool
    what: Literal["presence"] = "presence"


class FloorRole(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This colleague's role is now this."""

    user: str
    role: Role
    what: Literal["role"] = "role"


class FloorSettings(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """These settings of the desk have these values from now on."""

    settings: dict[str, Value]
    what: Literal["settings"] = "settings"


class Desk(Struct, frozen=True, gc=False, tag_field="type", tag="desk"):
    """Whether guests may come: the desk has become open, closed or full."""

    state: Literal["open", "closed", "full"]


class FloorErased(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """A guest was erased: drop whatever you keep of these rooms, and of who had whom.

    `user` is what the guest is called from now on; `helped` is all that is left to know of who has
    whom: agent to guests.
    """

    user: str
    rooms: tuple[str, ...]
    helped: dict[str, tuple[str, ...]]
    what: Literal["erased"] = "erased"


class FloorRated(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """A guest has said how it was, from 1 to 5, in a room that is over. `agent` had them last."""

    room: str
    user: str
    rating: int
    agent: str | None
    what: Literal["rated"] = "rated"


class LeftNote(Struct, frozen=True, gc=False):
    """A message that somebody left, as agents see it. `since` is a Unix timestamp in whole seconds.

    `topic` is the message, `contact` where whoever left it wants to be answered, `info` what else
    they gave.
    """

    room: str
    user: str
    topic: str
    contact: str
    info: dict[str, str]
    since: int


class FloorNote(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """Somebody has left a message."""

    note: LeftNote
    what: Literal["note"] = "note"


class FloorNoteDone(Struct, frozen=True, gc=False, tag_field="type", tag="floor"):
    """This agent has dealt with the message that was left in this room."""

    room: str
    user: str
    what: Literal["note_done"] = "note_done"


class Noop(Struct, frozen=True, gc=False, tag_field="type", tag="noop"):
    """Nothing; the line is alive, and `id` says how far this reader has been served."""

    id: str


class Reset(Struct, frozen=True, gc=False, tag_field="type", tag="reset"):
    """The reader's place cannot be served: get the state and go on from its id."""

    reason: Literal["unknown_epoch", "from_the_future", "no_longer_kept", "malformed_id"]


class Success(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag="success"):
    """A command was carried out. `success` is a sentence, `code` the name of the command."""

    success: str
    code: str
    id: str | None = None
    sent: int | None = None
    room: str | None = None
    user: str | None = None
    role: str | None = None
    token: str | None = None
    replayed: bool = False


class Error(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag="error"):
    """A command was refused. `error` is a sentence, `code` a `refusals.Reason`.

    `retry_after` is in whole seconds, where waiting helps.
    """

    error: str
    code: str
    where: str = ""
    ref: str = ""
    retry_after: int = 0


Fact = (
    Notification
    | Message
    | Availability
    | Update
    | Joined
    | Transferred
    | Closing
    | Left
    | Ended
    | Abandoned
    | FloorGuest
    | FloorReleased
    | FloorGroup
    | FloorLimit
    | FloorPerson
    | FloorPresence
    | FloorRole
    | FloorSettings
    | Desk
    | FloorErased
    | FloorRated
    | FloorNote
    | FloorNoteDone
)
Signal = Typing | QueuePos | Welcome | Noop
Answer = Success | Error | Reset
Event = Fact | Signal | Answer

EVENT_TYPES: tuple[type[Any], ...] = Event.__args__

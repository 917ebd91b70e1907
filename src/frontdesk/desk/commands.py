"""Everything that can be asked of a desk: by people, by their lines, and by time.

Commands are imperative. They carry the identifiers that they may need, made by whoever sends
them, so that a command decided a second time means the same.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.ids import DeskId, KeyId, PersonId, RoomId
from frontdesk.desk.kinds import Value

Role = Literal["agent", "monitor", "admin"]
Status = Literal["available", "away"]

# The desks that an account belongs to; also those to come if it is all.
Allotted = tuple[DeskId, ...] | Literal["all"]


class Vouch(Struct, frozen=True):
    """What a site has signed of a guest, with this key. `name` is what it calls them, if it does.

    The signature is good; whether the key still counts is for the desk to say.
    """

    key: KeyId
    sub: str
    name: str | None = None
    email: str | None = None


class Identify(Struct, frozen=True):
    """A guest asks for help. `person` and `room` are fresh."""

    person: PersonId
    room: RoomId
    user: str
    question: str
    info: Mapping[str, str] = {}
    vouch: Vouch | None = None


class Assist(Struct, frozen=True):
    """An agent takes the next guest, or the one of that name."""

    by: PersonId
    guest: str | None = None


class Post(Struct, frozen=True):
    """A member writes in a room. `body` is clean already; `key` is the sender's own."""

    by: PersonId
    room: RoomId
    body: str
    key: str = ""


class End(Struct, frozen=True):
    """A room is to be over."""

    by: PersonId
    room: RoomId


class Transfer(Struct, frozen=True):
    """A guest is to have another agent. `force`: also one who is away, gone or full."""

    by: PersonId
    room: RoomId
    agent: str
    force: bool = False


class Create(Struct, frozen=True):
    """A monitor opens a group room. `room` is fresh."""

    by: PersonId
    room: RoomId
    name: str
    topic: str = ""


class Join(Struct, frozen=True):
    """An agent enters a room, to speak in it or to watch."""

    by: PersonId
    room: RoomId
    watch: bool = False


class Leave(Struct, frozen=True):
    """Somebody leaves a room that goes on."""

    by: PersonId
    room: RoomId


class Direct(Struct, frozen=True):
    """An agent writes to a colleague. `room` is fresh, and used if they have none yet."""

    by: PersonId
    agent: str
    body: str
    room: RoomId
    key: str = ""


class Queue(Struct, frozen=True):
    """A guest asks again, after an end. `room` is fresh."""

    by: PersonId
    room: RoomId


class LeaveQueue(Struct, frozen=True):
    """A guest no longer wants to wait."""

    by: PersonId


class Rate(Struct, frozen=True):
    """A guest says how it was in a room that is over, from 1 to 5.

    `ended` is what the store knows of that room; None if it is not over, or never was.
    """

    by: PersonId
    room: RoomId
    rating: int
    comment: str = ""
    ended: EndedRoom | None = None


class LeaveNote(Struct, frozen=True):
    """Somebody who finds nobody leaves a message. `person` and `room` are fresh.

    `contact` is where they want to be answered.
    """

    person: PersonId
    room: RoomId
    user: str
    body: str
    contact: str
    info: Mapping[str, str] = {}
    vouch: Vouch | None = None


class CloseNote(Struct, frozen=True):
    """An agent has dealt with a message that was left."""

    by: PersonId
    room: RoomId


class SetStatus(Struct, frozen=True):
    """An agent is there for guests, or is not."""

    by: PersonId
    status: Status


class SetLimit(Struct, frozen=True):
    """How many guests an agent will have at once: one's own, or another's by a monitor."""

    by: PersonId
    limit: int
    agent: str | None = None


class SignOff(Struct, frozen=True):
    """An agent's last session has ended."""

    by: PersonId


class LoseLine(Struct, frozen=True):
    """Nothing has listened for this person for a while."""

    person: PersonId


class RestoreLine(Struct, frozen=True):
    """This person listens again."""

    person: PersonId


class AddPerson(Struct, frozen=True):
    """An admin, or an operator (None), makes an account.

    `person` is fresh; again with the same one is no change.
    """

    person: PersonId
    user: str
    role: Role
    desks: Allotted = "all"
    by: PersonId | None = None


class ChangePerson(Struct, frozen=True):
    """An admin, or an operator (`by` is None), changes what an account may do.

    None leaves a thing as it is.
    """

    user: str
    role: Role | None = None
    disabled: bool | None = None
    desks: Allotted | None = None
    by: PersonId | None = None


class AddDesk(Struct, frozen=True):
    """An admin, or an operator (None), opens a desk; nothing happens to one that is there."""

    by: PersonId | None = None


class ChangeSettings(Struct, frozen=True):
    """An admin, or an operator (None), changes settings of the desk."""

    by: PersonId | None
    changes: Mapping[str, Value]


class MakeKey(Struct, frozen=True):
    """An admin wants a key with which a site vouches for guests. `id` is fresh."""

    by: PersonId
    id: KeyId
    label: str


class EndKey(Struct, frozen=True):
    """An admin wants a key to count no more."""

    by: PersonId
    id: KeyId


class Erase(Struct, frozen=True):
    """A guest is to be erased: by an admin, or by an operator at the command line (None).

    `rooms` are all that the guest ever had, and `already` says whether it was done before; only
    the store knows both, since a desk forgets its guests.
    """

    by: PersonId | None
    person: PersonId
    rooms: tuple[RoomId, ...]
    already: bool = False


class Tick(Struct, frozen=True):
    """Time has passed; some deadlines may be due."""


class Resume(Struct, frozen=True):
    """The server is back after `down_ms` in which nobody could speak."""

    down_ms: int


Command = (
    Identify
    | Assist
    | Post
    | End
    | Transfer
    | Create
    | Join
    | Leave
    | Direct
    | Queue
    | LeaveQueue
    | Rate
    | LeaveNote
    | CloseNote
    | SetStatus
    | SetLimit
    | SignOff
    | LoseLine
    | RestoreLine
    | AddPerson
    | ChangePerson
    | AddDesk
    | ChangeSettings
    | MakeKey
    | EndKey
    | Erase
    | Tick
    | Resume
)

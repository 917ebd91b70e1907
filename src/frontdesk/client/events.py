"""What one hears, as types: the six that never change, and those of our own (protocol §2 and §3).

They grow: keys that are new are dropped here, and a type that is new is `Unknown`. Closed lists
are plain words, for the same reason. `id` is empty where an event has no place in the log.
"""

import msgspec
from msgspec import Struct, field

from frontdesk.client.lines import Json


class Event(Struct, frozen=True, kw_only=True):
    """Something was heard."""

    id: str = ""


class Message(Event, frozen=True, kw_only=True):
    """Somebody has written. `key` is there on one's own; `sent` is a Unix timestamp in seconds."""

    room: str
    user: str
    body: str
    sent: int
    key: str = ""


class Notification(Event, frozen=True, kw_only=True):
    """Somebody has `joined` or `left` a room."""

    room: str
    user: str
    details: str


class Status(Event, frozen=True, kw_only=True):
    """`of` is `typing`, and `is_` whether; or `availability`, and `is_` `available` or `away`."""

    room: str
    user: str
    of: str
    is_: bool | str = field(name="is")


class Update(Event, frozen=True, kw_only=True):
    """What has become of a guest or an agent: `assigned` names guest, then agent."""

    users: list[str]
    details: str


class Welcome(Event, frozen=True, kw_only=True):
    """The session is over: sign in or identify. The last event of a feed."""


class QueuePos(Event, frozen=True, kw_only=True):
    """How many guests are ahead, and the average wait in seconds."""

    position: int
    wait: int


class Vouched(Struct, frozen=True):
    """What a site has signed of a guest: who that is to it, and an address."""

    sub: str
    email: str | None = None


class Asker(Struct, frozen=True):
    """A guest, as given at identify."""

    user: str
    question: str
    info: dict[str, str]
    vouched: Vouched | None = None


class Past(Struct, frozen=True):
    """A message of before."""

    id: str
    room: str
    user: str
    body: str
    sent: int


class Joined(Event, frozen=True, kw_only=True):
    """One is in this room: `guest` in a guest's, `agent` to the guest, `name` in a group's."""

    room: str
    topic: str
    name: str = ""
    watching: bool = False
    agent: str | None = None
    guest: Asker | None = None
    backlog: list[Past] = []
    more: bool = False


class Transfer(Event, frozen=True, kw_only=True):
    """One has this guest from now on, from a colleague."""

    room: str
    topic: str
    guest: Asker
    backlog: list[Past] = []
    more: bool = False


class Closing(Event, frozen=True, kw_only=True):
    """The room ends in so many seconds unless somebody writes."""

    room: str
    seconds: int


class Left(Event, frozen=True, kw_only=True):
    """One is no longer in this room, and it goes on."""

    room: str


class End(Event, frozen=True, kw_only=True):
    """The room is over."""

    room: str
    reason: str


class Abandoned(Event, frozen=True, kw_only=True):
    """A guest has left the queue unhelped."""

    user: str


class DeskState(Event, frozen=True, kw_only=True):
    """The desk is `open`, `closed` or `full`."""

    state: str


class Noop(Event, frozen=True, kw_only=True):
    """Nothing; `id` says how far one has been served."""


class Reset(Event, frozen=True, kw_only=True):
    """Start afresh: `view` is what one sees now, and the next event is the one behind it.

    `reason` is `start` where one began without an id.
    """

    reason: str
    view: Json = {}


class Floor(Event, frozen=True, kw_only=True):
    """What agents need to keep their picture of the desk; by `what`, the rest is in `fields`."""

    what: str
    fields: Json


class Unknown(Event, frozen=True, kw_only=True):
    """Of a type, or in a form, that this client does not know."""

    type: str
    fields: Json


TYPES: dict[str, type[Event]] = {
    "message": Message,
    "notification": Notification,
    "status": Status,
    "update": Update,
    "welcome": Welcome,
    "queuepos": QueuePos,
    "joined": Joined,
    "transfer": Transfer,
    "closing": Closing,
    "left": Left,
    "end": End,
    "abandoned": Abandoned,
    "desk": DeskState,
    "noop": Noop,
    "reset": Reset,
}


def read(told: Json) -> Event:
    """An event as it came, as its type."""
    id, kind = str(told.get("id", "")), str(told.get("type", ""))
    if kind == "floor":
        return Floor(id=id, what=str(told.get("what", "")), fields=told)
    form = TYPES.get(kind)
    if form is not None:
        try:
            return msgspec.convert(told, form)
        except msgspec.ValidationError:
            pass
    return Unknown(id=id, type=kind, fields=told)


class Sent(Struct, frozen=True):
    """A message is stored: its place, and when, as a Unix timestamp in whole seconds."""

    id: str
    sent: int
    room: str = ""

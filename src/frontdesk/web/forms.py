"""What stands in the answers of routes, key by key; the bodies of requests are in `bodies.py`.

The wire format itself: what is a field here is a key there. Answers grow, so clients ignore keys
that they do not know. The tests decode every answer that they get into its form and let none pass
that holds more or less.
"""

from typing import Literal

from msgspec import Struct

from frontdesk.desk.commands import Allotted, Role
from frontdesk.desk.entries import DeskState
from frontdesk.desk.events import GuestGiven, Joined, Left, PastMessage
from frontdesk.desk.view import View
from frontdesk.engine.history import PastLine
from frontdesk.engine.ports import What


class Here(Struct, frozen=True):
    """What runs at this address, and where to go on.

    `url` is what the world calls the server, for links and snippets, if it was told.
    """

    here: str
    url: str | None
    api: str
    desk: str
    docs: str
    openapi: str


class Health(Struct, frozen=True):
    """How the server is, in one word."""

    status: Literal["alive", "ready"]


class WaitTime(Struct, frozen=True):
    """What somebody would meet who joined now.

    `position` counts the guests ahead, and `waittime` is the average wait in whole seconds.
    """

    state: DeskState
    position: int
    waittime: int


class FieldAsked(Struct, frozen=True):
    """A field that a desk adds to its form; what is given stands in `info` under its label.

    Where there are `options`, one of them is the answer.
    """

    label: str
    required: bool
    options: tuple[str, ...]


class Face(Struct, frozen=True):
    """All that a guest is shown before anything is asked.

    What somebody would meet who joined now, as `waittime` tells it; what the desk is called, says
    and asks, and in which colour. Empty is what the desk has not set. `attended`: an agent is there
    who takes guests; null where the desk tells nobody but agents. `ratings`: guests are asked how
    it was. `leave_messages`: who finds the desk closed or full, or nobody there, may leave a
    message.
    """

    state: DeskState
    position: int
    waittime: int
    attended: bool | None
    title: str
    greeting: str
    color: str
    fields: tuple[FieldAsked, ...]
    ratings: bool
    leave_messages: bool


class People(Struct, frozen=True):
    """Who is around, by name and in the order of names.

    Agents who can take another guest, agents who cannot, and all guests who have an open room.
    """

    available_agents: tuple[str, ...]
    unavailable_agents: tuple[str, ...]
    guests: tuple[str, ...]


class OpenRoom(Struct, frozen=True):
    """A guest's room that is open: whose it is, what they asked, and who helps, if anybody does."""

    room: str
    user: str
    question: str
    agent: str | None


class History(Struct, frozen=True):
    """Messages of a room, newest first, and whether there are older ones."""

    messages: tuple[PastMessage, ...]
    more: bool


class WhoAmI(Struct, frozen=True):
    """Whose session this is, and the desks at which this account works, the main one first."""

    user: str
    role: Role
    desks: tuple[str, ...]


class DeskSeen(Struct, frozen=True):
    """A desk at which one works, and whether guests may come to it."""

    desk: str
    state: DeskState


class AccountSeen(Struct, frozen=True):
    """An account. `invited`: nobody has chosen a password for it yet.

    `until` is until when its link is good, as a Unix timestamp; null if there is none that is.
    """

    user: str
    role: Role
    disabled: bool
    desks: Allotted
    invited: bool
    until: int | None


class LinkSeen(Struct, frozen=True):
    """Whom a link is for. `first`: for whoever comes first of all, and chooses a name too."""

    user: str | None
    first: bool


class TokenSeen(Struct, frozen=True):
    """An API token. Times are Unix timestamps; `last_used` is at most an hour behind."""

    id: str
    user: str
    label: str
    created: int
    last_used: int | None


class AuditEvent(Struct, frozen=True):
    """What somebody has changed. `by` is an account, or null: the command line on the server.

    `detail` says more of it.
    """

    at: int
    by: str | None
    what: What
    about: str
    detail: dict[str, bool | int | str]


class AuditTrail(Struct, frozen=True):
    """What was changed, the last first. `next` is the `before` of the rest; null if that is all."""

    events: tuple[AuditEvent, ...]
    next: str | None


SettingKind = Literal["number", "switch", "choice", "text", "lines", "color"]


class SettingSeen(Struct, frozen=True):
    """A setting of a desk: what it is, what it would be by itself, and what it takes.

    `kind` is `number`, with `least` and `most`; `switch`; `choice`, with `options`; `text`, of at
    most so many characters; `lines`, a text of several; or `color`, as `#rrggbb` or empty.
    """

    name: str
    value: bool | int | str
    default: bool | int | str
    kind: SettingKind
    unit: str
    help: str
    least: int | None = None
    most: int | None = None
    options: tuple[str, ...] | None = None


class Seen(View, frozen=True, omit_defaults=True, kw_only=True):
    """What one sees now, and the `id` from which to go on listening."""

    id: str


class FoundGuest(Struct, frozen=True):
    """A guest who has or had the name. Times are Unix timestamps; `room` is the last one."""

    person: str
    user: str
    created: int
    room: str
    open: bool


class FoundGuests(Struct, frozen=True):
    """Guests, the last first, and whether there are more than fit."""

    people: tuple[FoundGuest, ...]
    more: bool


class PastRoom(Struct, frozen=True):
    """A room that a guest had, or has: then `ended` and `reason` are null. Times are Unix seconds.

    `agents` are those who had the guest, in order; `messages` how many there are. `excerpt` is what
    stands around the first of the words that were looked for.
    """

    room: str
    user: str
    question: str
    opened: int
    ended: int | None
    reason: str | None
    agents: tuple[str, ...]
    rating: int | None
    messages: int
    excerpt: str | None


class PastRooms(Struct, frozen=True):
    """Rooms, the last opened first, and where to go on; null where there is nothing beyond.

    A page may be short, or empty, and not the last: what is looked at for one answer is bounded.
    """

    rooms: tuple[PastRoom, ...]
    next: str | None


class Conversation(Struct, frozen=True):
    """A conversation from its beginning, with who came and went.

    `person` is the guest's id, for admins alone; `comment` what the guest said with the rating.
    `next` is where the rest of `lines` begins, or null.
    """

    room: str
    user: str
    opened: int
    ended: int | None
    reason: str | None
    agents: tuple[str, ...]
    rating: int | None
    comment: str | None
    messages: int
    guest: GuestGiven
    person: str | None
    lines: tuple[PastLine, ...]
    next: str | None


class EarlierRoom(Struct, frozen=True):
    """A room that the guest had before. Times are Unix seconds."""

    room: str
    question: str
    opened: int
    ended: int | None
    reason: str | None
    rating: int | None


class EarlierRooms(Struct, frozen=True):
    """Rooms of the same guest, the last opened first, at most 20."""

    rooms: tuple[EarlierRoom, ...]


class Feed:
    """Events, oldest first; never none."""


class Stream:
    """Server-sent events that go on until one of the two ends it."""


class Trickle:
    """Server-sent events without a meaning, which end by themselves."""


class Page:
    """A page for people, in HTML."""


class Metrics:
    """Numbers, in the text format of Prometheus."""


class Script:
    """A script that a page loads."""


class Style:
    """How a page looks."""


# --- answers to commands ----------------------------------------------------

# The names in `code` of those commands that have nothing to add.
Code = Literal[
    "transfer",
    "set_limit",
    "status",
    "end",
    "queue",
    "leave_queue",
    "change_settings",
    "end_key",
    "erase",
    "rate",
    "note_done",
    "change_account",
    "password",
    "end_token",
    "add_desk",
]


class Entered(Joined, frozen=True, omit_defaults=True, kw_only=True, tag="joined"):
    """You are in this room: the same event as in your feed, under the same `id`."""

    id: str
    replayed: bool = False


class HasLeft(Left, frozen=True, omit_defaults=True, kw_only=True, tag="left"):
    """You are no longer in this room: the same event as in your feed, under the same `id`."""

    id: str
    replayed: bool = False


class Carried(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """It was carried out. `success` is a sentence, `code` the name of the command.

    `replayed` says that it had been carried out before, under the same key.
    """

    success: str
    code: Code
    replayed: bool = False


class Noted(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"):
    """It is so. This takes no notice of keys: said twice, it is true twice."""

    success: str
    code: Literal["session", "typing"]


class Identified(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """You wait: under this name, in this room. `id` is where to listen from.

    `token` is all that you need from now on. Keep it to yourself.
    """

    success: str
    code: Literal["identify"]
    id: str
    room: str
    user: str
    token: str
    replayed: bool = False


class NoteTaken(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """The message is stored, as that of a guest whose room is over."""

    success: str
    code: Literal["leave_message"]
    room: str
    replayed: bool = False


class SignedIn(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """You are signed in. The session is in the cookie and nowhere else."""

    success: str
    code: Literal["session"]
    user: str
    role: Role


class Invited(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """There is a link with which this person chooses a password, once, until a Unix timestamp.

    `invite` is its secret: it goes behind the `#` of an address, where no log ever sees it.
    """

    success: str
    code: Literal["add_account", "invite"]
    user: str
    invite: str
    until: int
    replayed: bool = False


class NewToken(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """There is such an API token. It is told this once."""

    success: str
    code: Literal["create_token"]
    id: str
    token: str
    replayed: bool = False


class Sent(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"):
    """The message is stored. `id` is its place in the feed, `sent` a Unix timestamp in seconds."""

    success: str
    code: Literal["message"]
    id: str
    sent: int
    replayed: bool = False


class SentDirect(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """The message is stored, in the room of the two of you."""

    success: str
    code: Literal["direct_message"]
    id: str
    sent: int
    room: str
    replayed: bool = False


class Created(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """There is such a group room. Nobody is in it yet."""

    success: str
    code: Literal["create"]
    room: str
    replayed: bool = False


class Queued(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """You wait. `id` and `room` of the new room; neither if you had an open one already."""

    success: str
    code: Literal["queue"]
    id: str | None = None
    room: str | None = None
    replayed: bool = False

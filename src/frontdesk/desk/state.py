"""What a desk knows: its people, the queue, the open rooms, and what is due. Never a text.

The records are frozen and live in tables; `fork` gives a desk to decide on, at no cost.
"""

from enum import StrEnum

from msgspec import Struct

from frontdesk.desk.commands import Allotted, Role, Status
from frontdesk.desk.entries import DeskState
from frontdesk.desk.ids import DeskId, KeyId, PersonId, RoomId
from frontdesk.desk.names import skeleton
from frontdesk.desk.personal import Profile, Who
from frontdesk.desk.settings import Settings
from frontdesk.desk.table import Table


class GuestState(StrEnum):
    """Where a guest stands. `guests.LIFECYCLE` says how they move."""

    WAITING = "waiting"
    HELPED = "helped"
    IDLE = "idle"


class Guest(Struct, frozen=True, gc=False):
    """Somebody who asked for help, until a day after the last sign of life.

    `ticket` is kept while the room is open, also with an agent, for the way back. `waits_since_ms`
    is when this wait began; `absent_since_ms` is None while something listens.
    """

    profile: Profile
    state: GuestState
    room: RoomId | None
    ticket: int
    waits_since_ms: int
    absent_since_ms: int | None = None


class Agent(Struct, frozen=True, gc=False):
    """An account. `rooms` are the guests' rooms that are this agent's to help in.

    Every desk knows every account, so that no guest anywhere passes for one; who may act at this
    desk is `works_here`.
    """

    who: Who
    role: Role
    limit: int
    status: Status = "away"
    disabled: bool = False
    desks: Allotted = "all"
    here: bool = True
    rooms: tuple[RoomId, ...] = ()
    # All rooms that this agent is in, also those of others, in the order of entering.
    inside: tuple[RoomId, ...] = ()
    # None while something listens. Whoever has never listened is absent since the account exists.
    absent_since_ms: int | None = None

    @property
    def works_here(self) -> bool:
        """Whether this account may act at this desk."""
        return self.here and not self.disabled

    @property
    def can_take(self) -> bool:
        """Whether this agent can take another guest."""
        return self.status == "available" and self.works_here and len(self.rooms) < self.limit


class Member(Struct, frozen=True, gc=False):
    """Who is in a room, and from where on they hear it: after this part of this offset."""

    person: PersonId
    offset: int
    part: int
    watches: bool = False


class VouchKey(Struct, frozen=True, gc=False):
    """A key with which a site vouches for guests. `used_ms`: when it was last, about."""

    id: KeyId
    label: str
    made_ms: int
    used_ms: int | None = None


class RoomKind(StrEnum):
    """What a room is for."""

    GUEST = "guest"
    GROUP = "group"
    DIRECT = "direct"


class Room(Struct, frozen=True, gc=False):
    """An open room.

    A guest's room has a `guest`, and an `agent` who has the guest; None while the guest waits. A
    group room has a `name`. A direct room has two members and is never over.
    """

    id: RoomId
    members: tuple[Member, ...] = ()
    kind: RoomKind = RoomKind.GUEST
    guest: PersonId | None = None
    agent: PersonId | None = None
    name: str = ""
    topic: str = ""

    def member(self, person: PersonId) -> Member | None:
        """This person in the room; None if they are not in it."""
        return next((one for one in self.members if one.person == person), None)

    def has(self, person: PersonId) -> bool:
        """Whether this person is in the room, speaking or watching."""
        return self.member(person) is not None

    def without(self, person: PersonId) -> tuple[Member, ...]:
        """The members but for this one."""
        return tuple(member for member in self.members if member.person != person)

    @property
    def speakers(self) -> tuple[PersonId, ...]:
        """Who is in the room for all to see."""
        return tuple(one.person for one in self.members if not one.watches)


class Note(Struct, frozen=True, gc=False):
    """A message that somebody left, until an agent has dealt with it. It is the guest's topic."""

    guest: Profile
    room: RoomId
    since_ms: int


class Deadline(StrEnum):
    """What time alone can bring about."""

    GUEST_ABSENCE = "guest_absence"
    AGENT_ABSENCE = "agent_absence"
    FORGET = "forget"
    CLOSING = "closing"
    SILENCE = "silence"


# Of whom or of which room.
Due = tuple[Deadline, str]

# There is one round of forgetting for all, so its deadline is nobody's in particular.
NOBODY = PersonId("")
FORGET_ROUND: Due = (Deadline.FORGET, NOBODY)


class State:
    """A desk's whole state, as of `offset`.

    `waiting` is the queue: person to ticket, in the order of tickets. `names` finds people by the
    skeleton of their name, `directs` the room of two agents, `notes` what was left in a room, in
    order. `taken` are the last waits: when they ended and how long they took. `admits` says whether
    guests may come. `vouch_keys` are those that count, in the order in which they were made.
    """

    __slots__ = (
        "admits",
        "agents",
        "directs",
        "due",
        "guests",
        "id",
        "names",
        "notes",
        "offset",
        "rooms",
        "settings",
        "taken",
        "vouch_keys",
        "waiting",
    )

    def __init__(self, id: DeskId) -> None:
        self.id = id
        self.offset = 0
        self.settings = Settings()
        self.admits: DeskState = "open"
        self.agents: Table[PersonId, Agent] = Table()
        self.guests: Table[PersonId, Guest] = Table()
        self.rooms: Table[RoomId, Room] = Table()
        self.waiting: Table[PersonId, int] = Table()
        self.names: Table[str, PersonId] = Table()
        self.directs: Table[frozenset[PersonId], RoomId] = Table()
        self.notes: Table[RoomId, Note] = Table()
        self.due: Table[Due, int] = Table()
        self.taken: tuple[tuple[int, int], ...] = ()
        self.vouch_keys: Table[KeyId, VouchKey] = Table()

    def fork(self) -> "State":
        """The same desk, to decide on; this one stays as it is."""
        other = State.__new__(State)
        other.id = self.id
        other.offset = self.offset
        other.settings = self.settings
        other.admits = self.admits
        other.agents = self.agents.fork()
        other.guests = self.guests.fork()
        other.rooms = self.rooms.fork()
        other.waiting = self.waiting.fork()
        other.names = self.names.fork()
        other.directs = self.directs.fork()
        other.due = self.due.fork()
        other.notes = self.notes.fork()
        other.taken = self.taken
        other.vouch_keys = self.vouch_keys.fork()
        return other

    def find(self, user: str) -> PersonId | None:
        """Whoever is called exactly so, agent or guest."""
        person = self.names.get(skeleton(user))
        return person if person is not None and self.label(person) == user else None

    def account(self, user: str) -> Agent | None:
        """The account that is called exactly so, also a disabled one."""
        person = self.find(user)
        return self.agents.get(person) if person is not None else None

    def speakers(self, room: Room, *known: PersonId) -> tuple[Who, ...]:
        """Who is in the room for all to see, but for those who are known already."""
        return tuple(Who(one, self.label(one)) for one in room.speakers if one not in known)

    def label(self, person: PersonId) -> str:
        """What people see for this person.

        Raises:
            KeyError: this desk does not know the person.
        """
        guest = self.guests.get(person)
        return guest.profile.user if guest is not None else self.agents[person].who.user

    def knows(self, person: PersonId) -> bool:
        """Whether this desk knows the person."""
        return person in self.guests or person in self.agents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and all(
            getattr(self, name) == getattr(other, name) for name in State.__slots__
        )

    __hash__ = None  # type: ignore[assignment]  # mutable

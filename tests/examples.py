"""The people, texts and times that tests speak of, and the commands by which they come and go.

Ana, Ben, Cem and Dora are guests; Ida and Jon agents; Mia a monitor; Ada an admin. Import it as
`eg`.
"""

from typing import NamedTuple

from frontdesk.desk.commands import (
    AddPerson,
    Assist,
    ChangePerson,
    ChangeSettings,
    CloseNote,
    Command,
    Create,
    Direct,
    End,
    EndKey,
    Erase,
    Identify,
    Join,
    Leave,
    LeaveNote,
    LeaveQueue,
    LoseLine,
    MakeKey,
    Post,
    Queue,
    Rate,
    RestoreLine,
    Role,
    SetLimit,
    SetStatus,
    SignOff,
    Transfer,
    Vouch,
)
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.ids import KeyId, PersonId, RoomId
from frontdesk.desk.kinds import Value
from frontdesk.desk.personal import Profile
from frontdesk.desk.settings import DEFAULTS

# Unix time in milliseconds, in the middle of a second so that rounding would show.
NOW = 1_700_000_000_500

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# As it is where nobody has set anything else.
GUEST_ABSENCE_MS = DEFAULTS.guest_absence_s * SECOND
AGENT_ABSENCE_MS = DEFAULTS.agent_absence_s * SECOND
AGENT_LIMIT = DEFAULTS.agent_limit
SILENCE_MS = DEFAULTS.silence_s * SECOND

EPOCH = "00e0c0de"


class Guest(NamedTuple):
    """Somebody who asks for help, with the room that `identify` opens."""

    id: PersonId
    user: str
    room: RoomId
    question: str
    info: dict[str, str]


class Agent(NamedTuple):
    """Somebody who helps."""

    id: PersonId
    user: str
    role: Role


def _guest(user: str, question: str, **info: str) -> Guest:
    key = user.lower().replace(" ", "-")
    return Guest(PersonId(f"guest-{key}"), user, RoomId(f"room-{key}"), question, info)


ANA = _guest("Ana", "My invoice is wrong", os="Debian 12", page="/invoices/7")
BEN = _guest("Ben", "Where is my parcel?")
CEM = _guest("Cem", "How do I reset my password?")
DORA = _guest("Dora", "Do you ship to Malta?")
GUESTS = (ANA, BEN, CEM, DORA)

IDA = Agent(PersonId("agent-ida"), "Ida", "agent")
JON = Agent(PersonId("agent-jon"), "Jon", "agent")
MIA = Agent(PersonId("agent-mia"), "Mia", "monitor")
ADA = Agent(PersonId("agent-ada"), "Ada", "admin")
AGENTS = (IDA, JON, MIA, ADA)

# A group room, a direct one, and the room of a guest who asks again.
TEAM = RoomId("room-team")
ASIDE = RoomId("room-aside")
AGAIN = RoomId("room-again")

HELLO = "Hello, how can I help?"
THANKS = "Thanks, that was *it*."

CONTACT = "me@mail.example"

KEY = "0123456789abcdef"

# With this key a site says of Ana who she is to it.
SHOP_KEY = KeyId("key-of-the-shop")
VOUCH = Vouch(SHOP_KEY, "customer-1042", email="ana@example.org")


def identify(guest: Guest) -> Identify:
    """The guest asks for help."""
    return Identify(guest.id, guest.room, guest.user, guest.question, guest.info)


def identify_vouched(guest: Guest, vouch: Vouch = VOUCH) -> Identify:
    """The guest asks for help, and the site says who that is."""
    return Identify(guest.id, guest.room, guest.user, guest.question, guest.info, vouch)


def make_key(by: Agent = ADA, key: KeyId = SHOP_KEY) -> MakeKey:
    """An admin makes a key for a site."""
    return MakeKey(by.id, key, "Web shop")


def end_key(by: Agent = ADA, key: KeyId = SHOP_KEY) -> EndKey:
    """An admin ends the key."""
    return EndKey(by.id, key)


def account(agent: Agent) -> AddPerson:
    """An operator makes the agent's account."""
    return AddPerson(agent.id, agent.user, agent.role)


def available(agent: Agent) -> SetStatus:
    """The agent says available."""
    return SetStatus(agent.id, "available")


def away(agent: Agent) -> SetStatus:
    """The agent says away."""
    return SetStatus(agent.id, "away")


def settings(**changes: Value) -> ChangeSettings:
    """An operator changes settings."""
    return ChangeSettings(None, changes)


def limit(agent: Agent, most: int) -> SetLimit:
    """The agent wants at most so many guests."""
    return SetLimit(agent.id, most)


def assist(agent: Agent, guest: Guest | None = None) -> Assist:
    """The agent takes that guest, or the next one."""
    return Assist(agent.id, guest.user if guest is not None else None)


def post(author: Guest | Agent, guest: Guest, body: str = HELLO) -> Post:
    """Somebody writes in that guest's room."""
    return Post(author.id, guest.room, body)


def end(by: Guest | Agent, guest: Guest) -> End:
    """Somebody ends that guest's room."""
    return End(by.id, guest.room)


def transfer(by: Agent, guest: Guest, to: Agent, *, force: bool = False) -> Transfer:
    """That agent is to have the guest."""
    return Transfer(by.id, guest.room, to.user, force)


def create(by: Agent) -> Create:
    """The group room is opened."""
    return Create(by.id, TEAM, "Returns", "Who may send back what")


def join(agent: Agent, room: RoomId = TEAM) -> Join:
    """The agent enters a room to speak in it."""
    return Join(agent.id, room)


def watch(agent: Agent, room: RoomId = TEAM) -> Join:
    """The agent enters a room to watch it."""
    return Join(agent.id, room, watch=True)


def leave(agent: Agent, room: RoomId = TEAM) -> Leave:
    """The agent leaves a room."""
    return Leave(agent.id, room)


def direct(by: Agent, to: Agent, body: str = HELLO) -> Direct:
    """An agent writes to a colleague."""
    return Direct(by.id, to.user, body, ASIDE)


def queue_again(guest: Guest) -> Queue:
    """The guest asks again, in the room `AGAIN`."""
    return Queue(guest.id, AGAIN)


def rated_room(guest: Guest) -> EndedRoom:
    """The guest's room, which is over: Ida had them, and it ended just now."""
    profile = Profile(guest.id, guest.user, guest.question, guest.info)
    return EndedRoom(guest.room, NOW, profile, IDA.id)


def rate(guest: Guest, rating: int = 5, comment: str = "") -> Rate:
    """The guest says how it was."""
    return Rate(guest.id, guest.room, rating, comment, rated_room(guest))


def leave_note(guest: Guest) -> LeaveNote:
    """The guest finds nobody and leaves a message."""
    body = guest.question
    return LeaveNote(guest.id, guest.room, guest.user, body, CONTACT, guest.info)


def close_note(agent: Agent, guest: Guest) -> CloseNote:
    """The agent has dealt with the message of that guest."""
    return CloseNote(agent.id, guest.room)


def leave_queue(guest: Guest) -> LeaveQueue:
    """The guest no longer wants to wait."""
    return LeaveQueue(guest.id)


def sign_off(agent: Agent) -> SignOff:
    """The agent's last session ends."""
    return SignOff(agent.id)


def erase(by: Agent | None, guest: Guest, *rooms: RoomId) -> Erase:
    """An admin, or an operator, erases the guest; `rooms` are more than the first one."""
    return Erase(by.id if by is not None else None, guest.id, (guest.room, *rooms))


def disable(agent: Agent) -> ChangePerson:
    """An operator takes the agent's account away."""
    return ChangePerson(agent.user, disabled=True)


def enable(agent: Agent) -> ChangePerson:
    """An operator gives the agent's account back."""
    return ChangePerson(agent.user, disabled=False)


def lose_line(person: Guest | Agent) -> LoseLine:
    """Nothing listens for this person any more."""
    return LoseLine(person.id)


def restore_line(person: Guest | Agent) -> RestoreLine:
    """This person listens again."""
    return RestoreLine(person.id)


def at_work(*agents: Agent) -> tuple[Command, ...]:
    """These agents have accounts, listen, and are available."""
    return tuple(
        command
        for agent in agents
        for command in (account(agent), restore_line(agent), available(agent))
    )


def waiting(*guests: Guest) -> tuple[Command, ...]:
    """These guests wait, in this order."""
    return tuple(identify(guest) for guest in guests)

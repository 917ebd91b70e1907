"""What happened at a desk, as entries, for tests that stand below the desk's own rules."""

from frontdesk.desk.entries import (
    AgentGone,
    DeskAdded,
    DeskBecame,
    DirectOpened,
    EndReason,
    Entry,
    GoneReason,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestsForgotten,
    GuestTaken,
    GuestTransferred,
    Helping,
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
    Returned,
    RoomClosing,
    RoomEnded,
    RoomRated,
    SettingsChanged,
    StatusSet,
    VouchKeyEnded,
    VouchKeyMade,
    VouchKeyUsed,
)
from frontdesk.desk.ids import DeskId, KeyId, PersonId, RoomId
from frontdesk.desk.personal import Profile, Text, Vouched, Who

NOON_MS = 1_767_268_800_000

ANA = Profile(
    PersonId("guest-ana-000001"),
    "Ana",
    "My **parcel** is lost",
    {"os": "Debian"},
    Vouched("customer-1042", "ana@example.org"),
)
BEN = Profile(PersonId("guest-ben-000002"), "Ben", "", {})
CEM = Profile(
    PersonId("guest-cem-000006"), "Cem", "Call me *back*", {"os": "BSD", "contact": "+49 30 1234"}
)
IDA = Who(PersonId("agent-ida-000003"), "Ida")
JON = Who(PersonId("agent-jon-000004"), "Jon")
ANAS_ROOM = RoomId("room-ana")
BENS_ROOM = RoomId("room-ben")
GROUP = RoomId("room-group")
DIRECT = RoomId("room-direct")
NOTE = RoomId("room-note")
NORTH = DeskId("north")
VOUCH_KEY = KeyId("key-000007")


def added(who: Who) -> Entry:
    return PersonAdded(NOON_MS, who, "agent", 3)


def queued(guest: Profile, room: RoomId, ticket: int = 1) -> Entry:
    return GuestQueued(NOON_MS, guest, room, ticket)


def taken(guest: Profile, agent: Who, room: RoomId) -> Entry:
    return GuestTaken(NOON_MS + 5_000, guest, agent, room, 5_000, None)


def said(author: Who, room: RoomId, body: str = "Hello?", key: str = "") -> Entry:
    return MessagePosted(NOON_MS + 7_500, author, room, Text(body), key)


def gone(agent: Who, guest: Profile, room: RoomId) -> Entry:
    back = Returned(guest, room, 1, True)
    reason = GoneReason.LINE_LOST
    return AgentGone(NOON_MS + 9_000, agent, reason, "available", "unavailable", (back,))


def erased(guest: Profile, *rooms: RoomId) -> Entry:
    return PersonErased(NOON_MS + 70_000, guest.id, rooms, ())


def rated(guest: Profile, room: RoomId, comment: str, rating: int = 5) -> Entry:
    return RoomRated(NOON_MS + 65_000, room, guest.who, rating, IDA, Text(comment))


def ended(guest: Profile, agent: Who | None, room: RoomId) -> Entry:
    members = (guest.id,) if agent is None else (guest.id, agent.id)
    at_ms = NOON_MS + 60_000
    return RoomEnded(at_ms, room, EndReason.AGENT, guest.who, members, agent, None)


# One entry of each kind, under the name by which it is stored. Whoever adds a kind adds one here
# and a fixture of what was stored beside `tests/store/test_codec.py`.
OF_EACH_KIND: dict[str, Entry] = {
    "guest_queued": GuestQueued(NOON_MS, ANA, ANAS_ROOM, 4),
    "guest_taken": GuestTaken(NOON_MS, ANA, IDA, ANAS_ROOM, 5_000, "unavailable"),
    "message_posted": MessagePosted(
        NOON_MS, IDA, ANAS_ROOM, Text("*Hello* ñ 👋"), "key-0123456789abc"
    ),
    "room_ended": RoomEnded(
        NOON_MS, ANAS_ROOM, EndReason.GUEST, ANA.who, (ANA.id, IDA.id), IDA, "available"
    ),
    "room_rated": RoomRated(NOON_MS, ANAS_ROOM, ANA.who, 4, IDA, Text("Quick, and *kind* ñ")),
    "note_left": NoteLeft(NOON_MS, CEM, NOTE),
    "note_closed": NoteClosed(NOON_MS, NOTE, IDA),
    "status_set": StatusSet(NOON_MS, IDA, "available", "available"),
    "limit_set": LimitSet(NOON_MS, IDA, 5, None),
    "agent_gone": AgentGone(
        NOON_MS,
        IDA,
        GoneReason.SIGNED_OFF,
        "available",
        "unavailable",
        (Returned(ANA, ANAS_ROOM, 4, True), Returned(BEN, BENS_ROOM, 5, False)),
    ),
    "guest_requeued": GuestRequeued(NOON_MS, ANA, ANAS_ROOM, 4),
    "guest_transferred": GuestTransferred(
        NOON_MS, ANA, ANAS_ROOM, IDA, JON, "available", None, True, (IDA,)
    ),
    "guest_released": GuestReleased(NOON_MS, IDA, "available", Returned(ANA, ANAS_ROOM, 4, True)),
    "group_opened": GroupOpened(NOON_MS, IDA, GROUP, "Returns", "Who may send back what"),
    "group_ended": GroupEnded(NOON_MS, IDA, GROUP, (IDA.id, JON.id)),
    "direct_opened": DirectOpened(NOON_MS, DIRECT, IDA, JON),
    "member_joined": MemberJoined(NOON_MS, JON, ANAS_ROOM, True, "", "", ANA, (ANA.who, IDA)),
    "member_left": MemberLeft(NOON_MS, JON, ANAS_ROOM, True),
    "room_closing": RoomClosing(NOON_MS, ANAS_ROOM, 60),
    "line_lost": LineLost(NOON_MS, ANA.who, False, ANAS_ROOM),
    "line_restored": LineRestored(NOON_MS, IDA, True, None),
    "person_added": PersonAdded(NOON_MS, IDA, "monitor", 3),
    "person_changed": PersonChanged(NOON_MS, IDA, "agent", 3, True, "all", True, True, True),
    "desk_added": DeskAdded(NOON_MS),
    "settings_changed": SettingsChanged(
        NOON_MS, IDA, {"open": False, "silence_s": 600, "availability_to": "agents"}
    ),
    "vouch_key_made": VouchKeyMade(NOON_MS, IDA, VOUCH_KEY, "Web shop"),
    "vouch_key_used": VouchKeyUsed(NOON_MS, VOUCH_KEY),
    "vouch_key_ended": VouchKeyEnded(NOON_MS, IDA, VOUCH_KEY, "Web shop"),
    "desk_became": DeskBecame(NOON_MS, "closed"),
    # Of somebody who is in no other story: what is erased is gone from all that is read.
    "person_erased": PersonErased(
        NOON_MS,
        PersonId("guest-eva-000005"),
        (RoomId("room-eva"), RoomId("room-eva-2")),
        (Helping(IDA, (ANA.who, BEN.who)),),
    ),
    "guests_forgotten": GuestsForgotten(NOON_MS, (ANA.id, BEN.id)),
    "resumed": Resumed(NOON_MS, 90_000),
}

# Everybody, so that whatever is read finds its people.
PEOPLE: tuple[Entry, ...] = (
    added(IDA),
    added(JON),
    queued(ANA, ANAS_ROOM),
    queued(BEN, BENS_ROOM),
)

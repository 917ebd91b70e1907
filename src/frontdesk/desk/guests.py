"""Guests: asking for help, waiting, being away and coming back, and being forgotten.

    (new) ──GuestQueued──▶ WAITING ──GuestTaken──▶ HELPED
                              │ ▲                    │
                              │ └──AgentGone, ───────┤
                              │    GuestReleased     │
                          RoomEnded              RoomEnded
                              └───────▶ IDLE ◀───────┘
                   WAITING ◀──GuestRequeued─┘
    (new) ──NoteLeft──▶ IDLE

A guest's room is open exactly while the guest is WAITING or HELPED. A line that dies changes
nothing of this by itself: the ticket is kept, the guest is passed over meanwhile, and only a
deadline ends the wait (`deadlines.py`). `LIFECYCLE` is that picture as a table; what it does not
hold cannot happen, and would be a bug.
"""

from msgspec.structs import replace

from frontdesk.desk import admission, agents, queue, silence, vouching
from frontdesk.desk.commands import Identify, Queue, Vouch
from frontdesk.desk.entries import (
    AgentGone,
    Entry,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestsForgotten,
    GuestTaken,
    LineLost,
    LineRestored,
    NoteLeft,
    RoomEnded,
)
from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import (
    FORGET_ROUND_MS,
    NAME_KEPT_MS,
)
from frontdesk.desk.names import clean_name, is_reserved, numbered, skeleton
from frontdesk.desk.personal import Profile
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import (
    FORGET_ROUND,
    Deadline,
    Guest,
    GuestState,
    Member,
    Room,
    State,
)

LIFECYCLE: dict[tuple[GuestState | None, type[Entry]], GuestState] = {
    (None, GuestQueued): GuestState.WAITING,
    (None, NoteLeft): GuestState.IDLE,
    (GuestState.WAITING, GuestTaken): GuestState.HELPED,
    (GuestState.HELPED, AgentGone): GuestState.WAITING,
    (GuestState.HELPED, GuestReleased): GuestState.WAITING,
    (GuestState.IDLE, GuestRequeued): GuestState.WAITING,
    (GuestState.WAITING, RoomEnded): GuestState.IDLE,
    (GuestState.HELPED, RoomEnded): GuestState.IDLE,
}


def identify(state: State, command: Identify, now_ms: int) -> list[Entry]:
    """Let a new guest wait, in a room of their own.

    Raises:
        Refused: NAME_NOT_ALLOWED if the name cannot be shown, is reserved, or looks like an
            account's; VOUCH_NOT_VALID if the key does not count here; DESK_CLOSED, QUEUE_FULL.
    """
    vouching.check(state, command.vouch)
    user = name_for(state, command.user, command.vouch)
    admission.check_admits(state)
    vouched = vouching.vouched(command.vouch)
    profile = Profile(command.person, user, command.question, command.info, vouched)
    queued = GuestQueued(now_ms, profile, command.room, ticket=state.offset + 1)
    return [queued, *vouching.used(state, command.vouch, now_ms)]


def name_for(state: State, typed: str, vouch: Vouch | None) -> str:
    """What the guest is called: as the site says, or as they say, with a number if it is taken.

    What a site calls somebody may be no name for a guest here. Guests can do nothing about that, so
    it is no reason to turn them away.

    Raises:
        Refused: NAME_NOT_ALLOWED.
    """
    if vouch is not None and vouch.name is not None:
        try:
            return free_name(state, vouch.name)
        except Refused:
            pass
    return free_name(state, typed)


def queue_again(state: State, command: Queue, now_ms: int) -> list[Entry]:
    """Let a guest wait again whose room is over; nothing happens if the guest has one.

    Raises:
        Refused: NOT_ALLOWED for somebody who is no guest; DESK_CLOSED, QUEUE_FULL.
    """
    guest = state.guests.get(command.by)
    if guest is None:
        raise Refused(Reason.NOT_ALLOWED)
    if guest.room is not None:
        return []
    admission.check_admits(state)
    return [GuestRequeued(now_ms, guest.profile, command.room, ticket=state.offset + 1)]


def free_name(state: State, user: str) -> str:
    """The name, made clean, or `Name 2` and so on where a guest has it.

    Raises:
        Refused: NAME_NOT_ALLOWED if it is none, or would pass for staff.
    """
    name = clean_name(user)
    if is_reserved(name) or state.names.get(skeleton(name)) in state.agents:
        detail = "This one is that of an account, or reserved, or looks like one of those."
        raise Refused(Reason.NAME_NOT_ALLOWED, detail=detail)
    if not _taken(state, name):
        return name
    # A thousand guests may all be "Guest". Doubling finds a free number in a few looks; going back
    # by halves finds one whose predecessor is taken.
    free = 2
    while _taken(state, numbered(name, free)):
        free *= 2
    taken = free // 2
    while free - taken > 1:
        middle = (free + taken) // 2
        if _taken(state, numbered(name, middle)):
            taken = middle
        else:
            free = middle
    return numbered(name, free)


def _taken(state: State, name: str) -> bool:
    """Whether a person has this name: any account, and any guest who is not forgotten yet.

    A round of forgetting may come `FORGET_ROUND_MS` late. Until then the guest may still be back,
    and two people would wait under one name.
    """
    return skeleton(name) in state.names


def forgettable(guest: Guest, now_ms: int) -> bool:
    """Whether a guest's last sign of life is so long ago that the name is free again."""
    absent = guest.absent_since_ms
    return guest.state is GuestState.IDLE and absent is not None and now_ms - absent >= NAME_KEPT_MS


def apply_queued(state: State, entry: GuestQueued | GuestRequeued) -> None:
    """The guest waits and has a room."""
    id = entry.guest.id
    before = state.guests.get(id)
    moved = LIFECYCLE[before.state if before else None, type(entry)]
    state.guests.put(id, Guest(entry.guest, moved, entry.room, entry.ticket, entry.at_ms))
    state.names.put(skeleton(entry.guest.user), id)
    member = Member(id, state.offset, 0)
    room = Room(entry.room, (member,), guest=id)
    state.rooms.put(entry.room, room)
    queue.join(state, id, entry.ticket)


def apply_passed(state: State, entry: NoteLeft) -> None:
    """Somebody was here who does not wait, and is gone."""
    id = entry.guest.id
    idle = LIFECYCLE[None, NoteLeft]
    guest = Guest(entry.guest, idle, None, 0, entry.at_ms, absent_since_ms=entry.at_ms)
    state.guests.put(id, guest)
    state.names.put(skeleton(entry.guest.user), id)
    _let_forget(state, guest, entry.at_ms)


def apply_taken(state: State, entry: GuestTaken, part: int) -> None:
    """The guest has an agent, who is in the room from `part` on."""
    id = entry.guest.id
    guest = state.guests[id]
    state.guests.put(id, replace(guest, state=LIFECYCLE[guest.state, GuestTaken]))
    state.waiting.drop(id)
    state.due.drop((Deadline.GUEST_ABSENCE, id))
    queue.note_taken(state, entry.at_ms, entry.wait_ms)
    room = state.rooms[entry.room]
    members = (*room.members, Member(entry.agent.id, state.offset, part))
    state.rooms.put(room.id, replace(room, agent=entry.agent.id, members=members))
    agents.take_room(state, entry.agent.id, room.id)
    agents.enter_room(state, entry.agent.id, room.id)
    agents.watch(state, state.agents[entry.agent.id], entry.at_ms)
    silence.expect_words(state, room.id, entry.at_ms)


def apply_line_lost(state: State, entry: LineLost) -> None:
    """The guest is away; whoever waits has a while to come back."""
    id = entry.person.id
    guest = replace(state.guests[id], absent_since_ms=entry.at_ms)
    state.guests.put(id, guest)
    if guest.state is GuestState.WAITING:
        state.due.put((Deadline.GUEST_ABSENCE, id), entry.at_ms + absence_ms(state))
    _let_forget(state, guest, entry.at_ms)


def absence_ms(state: State) -> int:
    """How long a guest who waits may be away."""
    return state.settings.guest_absence_s * 1_000


def apply_line_restored(state: State, entry: LineRestored) -> None:
    """The guest is back, at the old place."""
    id = entry.person.id
    state.guests.put(id, replace(state.guests[id], absent_since_ms=None))
    state.due.drop((Deadline.GUEST_ABSENCE, id))


def apply_forgotten(state: State, entry: GuestsForgotten) -> None:
    """These guests are as if they had never been; the next round is set."""
    for id in entry.guests:
        state.names.drop(skeleton(state.guests[id].profile.user))
        state.guests.drop(id)
    state.due.drop(FORGET_ROUND)
    for guest in state.guests.values():
        _let_forget(state, guest, entry.at_ms + FORGET_ROUND_MS)


def _let_forget(state: State, guest: Guest, soonest_ms: int) -> None:
    """Have the next round of forgetting come in time for this guest, but not before `soonest_ms`.

    Only for one who is absent and has no room: with a room the guest is needed, however long the
    silence, and a round for their sake would find nobody, again and again.
    """
    if guest.state is not GuestState.IDLE or guest.absent_since_ms is None:
        return
    at = max(guest.absent_since_ms + NAME_KEPT_MS, soonest_ms)
    round_at = state.due.get(FORGET_ROUND)
    if round_at is None or at < round_at:
        state.due.put(FORGET_ROUND, at)


def leave_room(state: State, id: PersonId, at_ms: int) -> None:
    """The guest's room is over; the guest no longer waits and no longer is helped."""
    before = state.guests[id]
    guest = replace(before, state=LIFECYCLE[before.state, RoomEnded], room=None)
    state.guests.put(id, guest)
    state.waiting.drop(id)
    state.due.drop((Deadline.GUEST_ABSENCE, id))
    _let_forget(state, guest, at_ms)

"""A support desk: decide what a command brings about, then apply it. Dispatch only.

`decide` changes nothing and says no by raising; `apply` is the only thing that changes a desk and
has no rules: entries state outcomes. The rules live in the nouns (`guests`, `agents`, `rooms`,
`people`, `queue`, `deadlines`).
"""

from typing import assert_never

from frontdesk.desk import (
    administration,
    admission,
    agents,
    deadlines,
    erasure,
    guests,
    notes,
    people,
    ratings,
    rooms,
    silence,
    transfers,
    vouching,
)
from frontdesk.desk.audience import Enter, Tell, script
from frontdesk.desk.commands import (
    AddDesk,
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
    Resume,
    SetLimit,
    SetStatus,
    SignOff,
    Tick,
    Transfer,
)
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
from frontdesk.desk.state import State


def decide(state: State, command: Command, now_ms: int) -> list[Entry]:
    """What this command brings about, as facts; none where it is so already.

    Args:
        now_ms: Unix time, not before that of the last entry.

    Raises:
        Refused: the desk says no, for the reason given.
    """
    return admission.followed(state, _decide(state, command, now_ms), now_ms)


def _decide(state: State, command: Command, now_ms: int) -> list[Entry]:
    match command:
        case Identify():
            return guests.identify(state, command, now_ms)
        case Assist():
            return agents.assist(state, people.agent_of(state, command.by), command, now_ms)
        case Post():
            return rooms.post(state, command, now_ms)
        case End():
            return rooms.end(state, command, now_ms)
        case Queue():
            return guests.queue_again(state, command, now_ms)
        case LeaveQueue():
            return rooms.leave_queue(state, command, now_ms)
        case LeaveNote():
            return notes.leave_note(state, command, now_ms)
        case Rate():
            return ratings.rate(state, command, now_ms)
        case Transfer() | Create() | Join() | Leave() | Direct() | CloseNote():
            return _decide_of_staff(state, command, now_ms)
        case SetStatus():
            return agents.set_status(state, people.agent_of(state, command.by), command, now_ms)
        case SetLimit():
            return agents.set_limit(state, people.agent_of(state, command.by), command, now_ms)
        case SignOff():
            return agents.sign_off(state, command, now_ms)
        case LoseLine():
            return deadlines.lose_line(state, command, now_ms)
        case RestoreLine():
            return deadlines.restore_line(state, command, now_ms)
        case AddPerson() | ChangePerson() | Erase() | AddDesk() | ChangeSettings():
            return _decide_of_operators(state, command, now_ms)
        case MakeKey():
            return vouching.make(state, command, now_ms)
        case EndKey():
            return vouching.end(state, command, now_ms)
        case Tick():
            return deadlines.tick(state, now_ms)
        case Resume():
            return [Resumed(now_ms, max(0, command.down_ms))]
        case _:
            assert_never(command)


def _decide_of_staff(
    state: State, command: Transfer | Create | Join | Leave | Direct | CloseNote, now_ms: int
) -> list[Entry]:
    agent = people.agent_of(state, command.by)
    match command:
        case Transfer():
            return transfers.transfer(state, agent, command, now_ms)
        case Create():
            return rooms.create(agent, command, now_ms)
        case Join():
            return rooms.join(state, agent, command, now_ms)
        case Leave():
            return rooms.leave(state, agent, command, now_ms)
        case CloseNote():
            return notes.close_note(state, agent, command, now_ms)
        case Direct():
            return rooms.direct(state, agent, command, now_ms)


def _decide_of_operators(
    state: State, command: AddPerson | ChangePerson | Erase | AddDesk | ChangeSettings, now_ms: int
) -> list[Entry]:
    match command:
        case AddPerson():
            return people.add(state, command, now_ms)
        case ChangePerson():
            return people.change(state, command, now_ms)
        case Erase():
            return erasure.erase(state, command, now_ms)
        case AddDesk():
            return administration.add_desk(state, now_ms)
        case ChangeSettings():
            return administration.change_settings(state, command, now_ms)


def apply(state: State, entry: Entry) -> None:
    """Let this have happened, as the next entry of the desk's log."""
    state.offset += 1
    match entry:
        case GuestQueued() | GuestRequeued():
            guests.apply_queued(state, entry)
        case GuestTaken():
            guests.apply_taken(state, entry, entrances(entry)[0])
        case GuestTransferred():
            transfers.apply_transferred(state, entry, [*entrances(entry), 0][0])
        case GuestReleased():
            agents.apply_released(state, entry)
        case StatusSet():
            agents.apply_status(state, entry)
        case LimitSet():
            agents.apply_limit(state, entry)
        case AgentGone():
            agents.apply_gone(state, entry)
        case LineLost():
            deadlines.apply_line_lost(state, entry)
        case LineRestored():
            deadlines.apply_line_restored(state, entry)
        case PersonAdded():
            people.apply_added(state, entry)
        case PersonChanged():
            people.apply_changed(state, entry)
        case PersonErased():
            erasure.apply_erased(state, entry)
        case GuestsForgotten():
            guests.apply_forgotten(state, entry)
        case NoteLeft():
            notes.apply_left(state, entry)
        case NoteClosed():
            notes.apply_closed(state, entry)
        case DeskAdded() | RoomRated():
            pass
        case SettingsChanged():
            administration.apply_settings_changed(state, entry)
        case VouchKeyMade() | VouchKeyUsed() | VouchKeyEnded():
            vouching.apply(state, entry)
        case DeskBecame():
            administration.apply_became(state, entry)
        case Resumed():
            deadlines.apply_resumed(state, entry)
        case _:
            _apply_to_room(state, entry)


InRoom = (
    MessagePosted
    | RoomEnded
    | RoomClosing
    | GroupOpened
    | GroupEnded
    | DirectOpened
    | MemberJoined
    | MemberLeft
)


def _apply_to_room(state: State, entry: InRoom) -> None:
    match entry:
        case MessagePosted():
            rooms.apply_posted(state, entry)
        case RoomEnded():
            rooms.apply_ended(state, entry)
        case RoomClosing():
            silence.apply_closing(state, entry)
        case GroupOpened():
            rooms.apply_group_opened(state, entry)
        case GroupEnded():
            rooms.apply_group_ended(state, entry)
        case DirectOpened():
            first, second = entrances(entry)
            rooms.apply_direct_opened(state, entry, (first, second))
        case MemberJoined():
            rooms.apply_joined(state, entry, entrances(entry)[0])
        case MemberLeft():
            rooms.apply_left(state, entry)
        case _:
            assert_never(entry)


def entrances(entry: Entry) -> list[int]:
    """After which parts of this entry somebody enters a room, in order."""
    parts, part = [], 0
    for step in script(entry):
        if isinstance(step, Enter):
            parts.append(part)
        part += isinstance(step, Tell)
    return parts

"""Notes: messages that were left while nobody could come.

Whoever leaves one is a guest who never waits, with a room that is over at once, whose topic is the
message. For agents it is open until one of them has dealt with it.
"""

from frontdesk.desk import admission, agents, guests, vouching
from frontdesk.desk.commands import CloseNote, LeaveNote
from frontdesk.desk.entries import Entry, NoteClosed, NoteLeft
from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import CONTACT, NOTE_INFO_BYTES, NOTES_BYTES, NOTES_MOST
from frontdesk.desk.personal import Profile
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, Note, State


def leave_note(state: State, command: LeaveNote, now_ms: int) -> list[Entry]:
    """Leave a message for those who are not there.

    Raises:
        Refused: NAME_NOT_ALLOWED, VOUCH_NOT_VALID as for `guests.identify`; DESK_OPEN while guests
            may come and somebody takes them, or nobody is told whether; DESK_OPEN, DESK_CLOSED,
            QUEUE_FULL where no messages are taken either; QUEUE_FULL also where `NOTES_MOST` are
            open already, or with this one more than `NOTES_BYTES`; TOO_LARGE for an `info` beyond
            `NOTE_INFO_BYTES`.
    """
    vouching.check(state, command.vouch)
    user = guests.name_for(state, command.user, command.vouch)
    closed = admission.why_not(state)
    if closed is None and agents.attended(state) is not False:
        raise Refused(Reason.DESK_OPEN)
    if not state.settings.leave_messages:
        raise Refused(closed or Reason.DESK_OPEN)
    if _bytes(*command.info, *command.info.values()) > NOTE_INFO_BYTES:
        detail = f"`info` has more than {NOTE_INFO_BYTES} bytes."
        raise Refused(Reason.TOO_LARGE, detail=detail)
    if len(state.notes) >= NOTES_MOST:
        raise Refused(Reason.QUEUE_FULL)
    info = {**command.info, CONTACT: command.contact}
    vouched = vouching.vouched(command.vouch)
    guest = Profile(command.person, user, command.body, info, vouched)
    if sum(map(_size, (guest, *(note.guest for note in state.notes.values())))) > NOTES_BYTES:
        raise Refused(Reason.QUEUE_FULL)
    left = NoteLeft(now_ms, guest, command.room)
    return [left, *vouching.used(state, command.vouch, now_ms)]


def _size(guest: Profile) -> int:
    """What a message takes in a view, in bytes, but for the little that each of them has."""
    return _bytes(guest.user, guest.topic, *guest.info, *guest.info.values())


def _bytes(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)


def close_note(state: State, agent: Agent, command: CloseNote, now_ms: int) -> list[Entry]:
    """Say that a message has been dealt with.

    Raises:
        Refused: NOT_FOUND if there is no such note, or it has been dealt with.
    """
    if command.room not in state.notes:
        raise Refused(Reason.NOT_FOUND)
    return [NoteClosed(now_ms, command.room, agent.who)]


def apply_left(state: State, entry: NoteLeft) -> None:
    """The message is there, and whoever left it is a guest who has gone."""
    guests.apply_passed(state, entry)
    state.notes.put(entry.room, Note(entry.guest, entry.room, entry.at_ms))


def apply_closed(state: State, entry: NoteClosed) -> None:
    """Nobody has to look at it any more."""
    state.notes.drop(entry.room)


def forget_notes_of(state: State, person: PersonId) -> None:
    """This guest has left no message, also one whom the desk has forgotten."""
    for note in list(state.notes.values()):
        if note.guest.id == person:
            state.notes.drop(note.room)

"""What somebody hears whose command was carried out (protocol §6).

Made from the entries and from nothing else, so that the answer to a repeated key is the answer to
the first time, but for `replayed`.
"""

from typing import cast

from frontdesk.desk.audience import Tell, person_mark, script
from frontdesk.desk.entries import (
    DirectOpened,
    GroupOpened,
    GuestQueued,
    GuestRequeued,
    MessagePosted,
    NoteLeft,
    VouchKeyMade,
)
from frontdesk.desk.events import Joined, Left
from frontdesk.desk.ids import PersonId
from frontdesk.engine.batches import Done
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import filled
from frontdesk.engine.live import Live
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.web.codec import encode, id_of, line_for, spliced
from frontdesk.web.forms import (
    Carried,
    Code,
    Created,
    Identified,
    NoteTaken,
    Queued,
    Sent,
    SentDirect,
)
from frontdesk.web.key_forms import KeyMade
from frontdesk.web.vouching import Vouching

# Command → the name under which it stands in `code`, and its sentence.
SENTENCES = {
    "Post": ("message", "message sent"),
    "Direct": ("direct_message", "message sent"),
    "End": ("end", "room ended"),
    "SetStatus": ("status", "status updated"),
    "SetLimit": ("set_limit", "limit changed"),
    "Transfer": ("transfer", "room transferred"),
    "Create": ("create", "room created"),
    "Queue": ("queue", "queued"),
    "Erase": ("erase", "guest erased"),
    "CloseNote": ("note_done", "note done"),
    "Rate": ("rate", "rated"),
    "LeaveQueue": ("leave_queue", "left the queue"),
    "ChangeSettings": ("change_settings", "settings changed"),
    "MakeKey": ("make_key", "key made"),
    "EndKey": ("end_key", "key ended"),
}

# The same of what is changed for all desks at once (`once.py`).
SHARED = {
    "AddAccount": ("add_account", "account added"),
    "ChangeAccount": ("change_account", "account changed"),
    "Invite": ("invite", "link made"),
    "ChangePassword": ("password", "password changed"),
    "CreateToken": ("create_token", "token created"),
    "EndToken": ("end_token", "token ended"),
    "AddDesk": ("add_desk", "desk added"),
}

# Commands that are answered with an event of the asker's own, which stands in the feed too.
EVENTS: dict[str, type[Joined] | type[Left]] = {"Assist": Joined, "Join": Joined, "Leave": Left}


async def answer(
    engine: Engine, live: Live, done: Done, asker: PersonId, vouching: Vouching
) -> bytes:
    """The body that answers a command."""
    if done.command in EVENTS:
        body = await _own_event(engine, live, done, asker)
    else:
        body = encode(_success(done, vouching))
    return spliced(body, replayed=True) if done.replayed else body


def _success(
    done: Done, vouching: Vouching
) -> Carried | Sent | SentDirect | Created | Queued | KeyMade:
    code, success = SENTENCES[done.command]
    match done.entries:
        # Behind any of these the desk may have become open, closed or full.
        case (MessagePosted() as posted, *_) | (DirectOpened(), MessagePosted() as posted, *_):
            id = id_of(done.epoch, Place(done.first + done.entries.index(posted), 1))
            sent = posted.at_ms // 1000
            if done.command == "Direct":
                return SentDirect(
                    code="direct_message", success=success, id=id, sent=sent, room=posted.room
                )
            return Sent(success=success, code="message", id=id, sent=sent)
        case (GroupOpened() as opened, *_):
            return Created(success=success, code="create", room=opened.room)
        case (VouchKeyMade(key=key),):
            secret = vouching.secret_of(done.desk, key)
            return KeyMade(success=success, code="make_key", id=key, secret=secret)
        case (GuestRequeued() as queued, *_):
            # The place of the guest's own `joined`.
            own = id_of(done.epoch, Place(done.first, 1))
            return Queued(success=success, code="queue", id=own, room=queued.room)
        case _:
            return Carried(success=success, code=cast(Code, code))


def identified(done: Done, token: str) -> bytes:
    """The body that answers a guest's identify. Its id is where the guest listens from."""
    queued = done.entries[0]
    assert isinstance(queued, GuestQueued), "an identify yields it first"
    success = Identified(
        success="identity set",
        code="identify",
        id=str(Position(done.epoch, after_entry(done.first))),
        room=queued.room,
        user=queued.guest.user,
        token=token,
        replayed=done.replayed,
    )
    return encode(success)


def note_taken(done: Done) -> bytes:
    """The body that answers whoever has left a message."""
    note = done.entries[0]
    assert isinstance(note, NoteLeft), "leaving a message yields nothing else"
    success = NoteTaken(
        success="message left", code="leave_message", room=note.room, replayed=done.replayed
    )
    return encode(success)


async def _own_event(engine: Engine, live: Live, done: Done, asker: PersonId) -> bytes:
    """The asker's own `joined` or `left`, as it stands in the feed, under the same id."""
    mark, wanted = person_mark(asker), EVENTS[done.command]
    for offset, entry in enumerate(done.entries, start=done.first):
        tells = [step for step in script(entry) if isinstance(step, Tell)]
        for part, tell in enumerate(tells, start=1):
            if tell.mark == mark and isinstance(tell.event, wanted):
                line = Line(Place(offset, part), mark, tell.event, None, "")
                (line,) = await filled(engine, live, [line])
                return line_for(line, done.epoch, asker)
    raise AssertionError("the asker is told of it")

"""What somebody hears whose command was carried out (protocol §6).

Made from the entries and from nothing else, so that the answer to a repeated key is the answer to
the first time, but for `replayed`.
"""

from frontdesk.desk.audience import Tell, person_mark, script
from frontdesk.desk.entries import GuestQueued, GuestTaken, MessagePosted
from frontdesk.desk.events import Success
from frontdesk.desk.ids import PersonId
from frontdesk.engine.batches import Done
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import filled
from frontdesk.engine.live import Live
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.web.codec import encode, id_of, line_for, spliced

# Command → the name under which it stands in `code`, and its sentence.
SENTENCES = {
    "Post": ("message", "message sent"),
    "End": ("end", "room ended"),
    "SetStatus": ("status", "status updated"),
    "SetLimit": ("set_limit", "limit changed"),
}


async def answer(engine: Engine, live: Live, done: Done, asker: PersonId) -> bytes:
    """The body that answers a command."""
    match done.entries:
        case (GuestTaken() as taken,):
            body = await _joined(engine, live, done, taken, asker)
        case (MessagePosted() as posted,):
            code, sentence = SENTENCES["Post"]
            place = id_of(done.epoch, Place(done.first, 1))
            body = encode(Success(sentence, code, id=place, sent=posted.at_ms // 1000))
        case _:
            code, sentence = SENTENCES[done.command]
            body = encode(Success(sentence, code))
    return spliced(body, replayed=True) if done.replayed else body


def identified(done: Done, token: str) -> bytes:
    """The body that answers a guest's identify. Its id is where the guest listens from."""
    queued = done.entries[0]
    assert isinstance(queued, GuestQueued), "an identify yields nothing else"
    success = Success(
        success="identity set",
        code="identify",
        id=str(Position(done.epoch, after_entry(done.first))),
        room=queued.room,
        user=queued.guest.user,
        token=token,
        replayed=done.replayed,
    )
    return encode(success)


async def _joined(
    engine: Engine, live: Live, done: Done, taken: GuestTaken, asker: PersonId
) -> bytes:
    """The agent's own `joined`, as it stands in the feed, under the same id."""
    mark = person_mark(taken.agent.id)
    tells = [step for step in script(taken) if isinstance(step, Tell)]
    part = next(number for number, tell in enumerate(tells, start=1) if tell.mark == mark)
    line = Line(Place(done.first, part), mark, tells[part - 1].event, None, "")
    (line,) = await filled(engine, live, [line])
    return line_for(line, done.epoch, asker)

"""Talking in a room, reading it and ending it; and the view, from which a client starts."""

from frontdesk.desk.commands import End, Post
from frontdesk.desk.limits import MESSAGE_BYTES
from frontdesk.desk.reading import may_read, may_read_ended
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.listening import state_of
from frontdesk.web.bodies import MessageBody, NoBody, TypingBody
from frontdesk.web.codec import encode, spliced
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Carried, History, Noted, Seen, Sent
from frontdesk.web.queries import MessagesQuery
from frontdesk.web.reply import Reply
from frontdesk.web.standing import place_asked
from frontdesk.web.text import clean_body


@gives(Sent, Reason.NOT_ALLOWED, Reason.TEXT_NOT_ALLOWED)
async def message(ask: Ask[MessageBody]) -> Reply:
    """Write in a room.

    The body is Markdown, of which HTML is made harmless. Watchers may not write.
    """
    body = clean_body(ask.body.body, most_bytes=MESSAGE_BYTES)
    return await ask.do(Post(ask.person, ask.room, body, ask.key or ""), room=ask.room)


@gives(Noted, Reason.NOT_ALLOWED)
async def typing(ask: Ask[TypingBody]) -> Reply:
    """Show that you type.

    The others in the room see it for 6 seconds, so repeat `true` every 3. It is not stored, and
    takes no notice of keys.
    """
    desk = ask.live.state.id
    ask.context.engine.typing(desk, ask.person, ask.room, typing=ask.body.state)
    return Reply(encode(Noted(success="typing sent", code="typing")))


@gives(Carried, Reason.NOT_ALLOWED)
async def end(ask: Ask[NoBody]) -> Reply:
    """End a room.

    A guest's room: its guest, its agent, or a monitor. A group room: a monitor.
    """
    return await ask.do(End(ask.person, ask.room), room=ask.room)


@gives(History)
async def messages(ask: Ask[NoBody]) -> Reply:
    """Read earlier messages.

    Newest first, before an id. For who is in the room, and for monitors; direct rooms are their
    two agents' alone. A room that is over: for its guest, monitors, the agent who had the guest
    last, and an agent who is in a room with the same guest now.
    """
    await _check_may_read(ask)
    assert isinstance(ask.query, MessagesQuery), "the table says so"
    takes = "the id of an event of this desk"
    before = place_asked(ask.live, "before", ask.query.before, takes=takes)
    store, desk = ask.context.engine.store, ask.live.state.id
    tail = await store.backlog(desk, ask.room, before, ask.query.limit)
    newest_first = tuple(reversed(tail.messages))
    return Reply(encode(History(newest_first, tail.more)))


async def _check_may_read(ask: Ask[NoBody]) -> None:
    """Let in who may read this room, open or over.

    Raises:
        Refused: NOT_FOUND for somebody else, and where there is no such room.
    """
    if may_read(ask.live.state, ask.room, ask.person):
        return
    # Asked also where such a room is open: whether there is one must not show in the work.
    store, desk = ask.context.engine.store, ask.live.state.id
    room = await store.ended_room(desk, ask.room)
    if room is None or not may_read_ended(ask.live.state, room, ask.person):
        raise Refused(Reason.NOT_FOUND)


@gives(Seen)
async def state(ask: Ask[NoBody]) -> Reply:
    """Get the view.

    What you see now, and the id from which to go on listening. Fold what you hear into it, and it
    stays true.
    """
    seen, position = await state_of(ask.context.engine, ask.live, ask.person)
    return Reply(spliced(encode(seen), id=str(position)))

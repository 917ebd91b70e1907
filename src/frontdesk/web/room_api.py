"""What anybody may ask in a room that they are in, and what they see: write, type, end, state."""

import re

from frontdesk.desk.commands import End, Post
from frontdesk.desk.events import Success
from frontdesk.desk.limits import MESSAGE_BYTES
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.rooms import visible_room
from frontdesk.engine.listening import state_of
from frontdesk.feed.position import parse
from frontdesk.web.bodies import MessageBody, NoBody, TypingBody
from frontdesk.web.codec import encode, spliced
from frontdesk.web.exchange import Ask
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_body

HISTORY = 50
HISTORY_MOST = 200


async def message(ask: Ask[MessageBody]) -> Reply:
    """Write in a room."""
    body = clean_body(ask.body.body, most_bytes=MESSAGE_BYTES)
    return await ask.do(Post(ask.person, ask.room, body, ask.key or ""), room=ask.room)


async def typing(ask: Ask[TypingBody]) -> Reply:
    """Say that one is typing, or no longer. Not stored."""
    desk = ask.live.state.id
    ask.context.engine.typing(desk, ask.person, ask.room, typing=ask.body.state)
    return Reply(encode(Success("typing sent", "typing")))


async def end(ask: Ask[NoBody]) -> Reply:
    """End a room."""
    return await ask.do(End(ask.person, ask.room), room=ask.room)


async def messages(ask: Ask[NoBody]) -> Reply:
    """Earlier messages of a room, newest first, before an id."""
    room = visible_room(ask.live.state, ask.room, ask.person)
    before = ask.query("before")
    position = parse(before) if before is not None else None
    if before is not None and (position is None or position.epoch != ask.live.epoch):
        detail = "It takes the id of an event of this desk."
        raise Refused(Reason.MALFORMED, "?before", detail=detail)
    limit = _limit(ask.query("limit"))
    place = position.place if position is not None else None
    tail = await ask.context.engine.store.backlog(ask.live.state.id, room.id, place, limit)
    newest_first = list(reversed(tail.messages))
    return Reply(encode({"messages": newest_first, "more": tail.more}))


def _limit(given: str | None) -> int:
    if given is None:
        return HISTORY
    if not re.fullmatch("[0-9]{1,3}", given) or not 1 <= int(given) <= HISTORY_MOST:
        raise Refused(Reason.MALFORMED, "?limit", detail=f"A limit is 1 to {HISTORY_MOST}.")
    return int(given)


async def state(ask: Ask[NoBody]) -> Reply:
    """What one sees now, and the id from which to go on listening."""
    seen, position = await state_of(ask.context.engine, ask.live, ask.person)
    return Reply(spliced(encode(seen), id=str(position)))

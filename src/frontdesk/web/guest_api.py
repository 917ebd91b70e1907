"""Asking for help, and knowing how long it will take. What a guest may ask, and what anyone may."""

import secrets
from collections.abc import Mapping

from frontdesk.desk.agents import attended
from frontdesk.desk.commands import Identify, LeaveNote, LeaveQueue, Queue, Rate, Vouch
from frontdesk.desk.entries import GuestQueued
from frontdesk.desk.fields import listed
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import (
    CONTACT_CHARS,
    INFO_KEY_CHARS,
    INFO_VALUE_CHARS,
    RATING_COMMENT_BYTES,
    TOPIC_BYTES,
)
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import Done, KeyUse
from frontdesk.engine.ports import SessionRow
from frontdesk.feed.position import Position, after_entry
from frontdesk.web import answers
from frontdesk.web.bodies import IdentifyBody, NoBody, NoteBody, RateBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id, gives
from frontdesk.web.forms import Carried, Face, FieldAsked, Identified, NoteTaken, Queued, WaitTime
from frontdesk.web.identity import hash_of
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_remark, clean_topic, clean_value


@gives(
    Identified,
    Reason.DESK_CLOSED,
    Reason.NAME_NOT_ALLOWED,
    Reason.TEXT_NOT_ALLOWED,
    Reason.QUEUE_FULL,
    Reason.VOUCH_NOT_VALID,
    status=201,
)
async def identify(ask: Ask[IdentifyBody]) -> Reply:
    """Ask for help.

    From now on the guest waits, in a room of their own in which they may write already. A taken
    name gets a number, so `user` is the name to go by. The same key again gives the same guest
    and token. What the site has signed of them goes into `vouch`; a `name` in it counts for
    `username`.
    """
    desk, engine = ask.live.state.id, ask.context.engine
    secret = ask.key if ask.key is not None else secrets.token_hex(16)

    def token(done: Done) -> str:
        return ask.context.sessions.guest_token(queued(done).guest.id, secret)

    def rows(done: Done) -> list[SessionRow]:
        began = {desk: str(Position(done.epoch, after_entry(done.first)))}
        guest, at_ms = queued(done).guest.id, queued(done).at_ms
        return [SessionRow(hash_of(token(done)), guest, "guest", at_ms, began)]

    room = RoomId("r" + fresh_id())
    key = KeyUse(f"identify:{desk}", ask.key, room) if ask.key is not None else None
    vouch, before = await _vouch_of(ask, key)
    if before is not None:
        return Reply(answers.identified(before, token(before)), 201)
    command = Identify(
        person=PersonId("g" + fresh_id()),
        room=room,
        user=ask.body.username,
        question=clean_topic(ask.body.question, most_bytes=TOPIC_BYTES),
        info=_clean(ask.body.info),
        vouch=vouch,
    )
    with ask.context.throttle.arriving():
        done = await engine.submit(desk, command, key=key, rows=rows)
    return Reply(answers.identified(done, token(done)), 201)


async def _vouch_of(
    ask: Ask[IdentifyBody] | Ask[NoteBody], key: KeyUse | None
) -> tuple[Vouch | None, Done | None]:
    """What the site says of who asks, if it says anything; and what was done under the key before
    if that counts no more: what was done was done, however late the answer is asked for again.

    Raises:
        Refused: VOUCH_NOT_VALID.
    """
    engine, vouching = ask.context.engine, ask.context.vouching
    try:
        return await vouching.read(ask.live.state, ask.body.vouch, engine.clock.now_ms()), None
    except Refused:
        before = await engine.done_before(key) if key is not None else None
        if before is None:
            raise
        return None, before


def _clean(info: Mapping[str, str]) -> dict[str, str]:
    return {
        clean_value(name, most_chars=INFO_KEY_CHARS): clean_value(
            value, most_chars=INFO_VALUE_CHARS
        )
        for name, value in info.items()
    }


@gives(
    NoteTaken,
    Reason.DESK_OPEN,
    Reason.DESK_CLOSED,
    Reason.NAME_NOT_ALLOWED,
    Reason.TEXT_NOT_ALLOWED,
    Reason.QUEUE_FULL,
    Reason.VOUCH_NOT_VALID,
    status=201,
)
async def leave_message(ask: Ask[NoteBody]) -> Reply:
    """Leave a message.

    While the desk is closed or full, or no agent takes guests. Agents see it until one has dealt
    with it; `desk_closed` and `queue_full` where the desk takes none, or has 500, or 1 MiB of
    them, that nobody has dealt with.
    """
    contact = clean_value(ask.body.contact, most_chars=CONTACT_CHARS)
    if not contact:
        raise Refused(Reason.TEXT_NOT_ALLOWED)
    desk, room = ask.live.state.id, RoomId("r" + fresh_id())
    key = KeyUse(f"leave_message:{desk}", ask.key, room) if ask.key is not None else None
    vouch, before = await _vouch_of(ask, key)
    if before is not None:
        return Reply(answers.note_taken(before), 201)
    command = LeaveNote(
        person=PersonId("g" + fresh_id()),
        room=room,
        user=ask.body.username,
        body=clean_topic(ask.body.body, most_bytes=TOPIC_BYTES),
        contact=contact,
        info=_clean(ask.body.info),
        vouch=vouch,
    )
    with ask.context.throttle.arriving():
        done = await ask.context.engine.submit(desk, command, key=key)
    return Reply(answers.note_taken(done), 201)


def queued(done: Done) -> GuestQueued:
    """The entry that an identify yields; the desk may have become full by it."""
    entry = done.entries[0]
    assert isinstance(entry, GuestQueued), "an identify yields it first"
    return entry


@gives(WaitTime)
async def waittime(ask: Ask[NoBody]) -> Reply:
    """See how long the wait is."""
    return Reply(encode(_outlook(ask)))


def _outlook(ask: Ask[NoBody]) -> WaitTime:
    now_ms = ask.context.engine.clock.now_ms()
    waiting = len(ask.live.state.waiting)
    return WaitTime(ask.live.state.admits, waiting, ask.live.wait_s(now_ms))


@gives(Face)
async def face(ask: Ask[NoBody]) -> Reply:
    """See how the desk presents itself.

    What it is called and says, what it asks, whether anybody is there, and how long the wait is.
    """
    outlook, settings = _outlook(ask), ask.live.state.settings
    answer = Face(
        state=outlook.state,
        position=outlook.position,
        waittime=outlook.waittime,
        attended=attended(ask.live.state),
        title=settings.title,
        greeting=settings.greeting,
        color=settings.color,
        fields=tuple(FieldAsked(*field) for field in listed(settings.fields)),
        ratings=settings.ratings,
        leave_messages=settings.leave_messages,
    )
    return Reply(encode(answer))


@gives(Queued, Reason.DESK_CLOSED, Reason.QUEUE_FULL)
async def queue(ask: Ask[NoBody]) -> Reply:
    """Wait again.

    After an end, with the same question, in a new room. Who has an open room keeps that.
    """
    return await ask.do(Queue(ask.person, RoomId("r" + fresh_id())))


@gives(Carried, Reason.TEXT_NOT_ALLOWED)
async def rate(ask: Ask[RateBody]) -> Reply:
    """Say how it was.

    Of an own room that is over, within a day. Again: the later one counts. `not_allowed` where
    the desk does not ask, and for who has rated it ten times.
    """
    store, desk = ask.context.engine.store, ask.live.state.id
    comment = clean_remark(ask.body.comment, most_bytes=RATING_COMMENT_BYTES)
    ended = await store.ended_room(desk, ask.room)
    rating = Rate(ask.person, ask.room, ask.body.rating, comment, ended)
    return await ask.do(rating, room=ask.room)


@gives(Carried, Reason.NOT_WAITING)
async def leave_queue(ask: Ask[NoBody]) -> Reply:
    """Leave the queue.

    The room ends. Not for guests who have an agent: they end the conversation.
    """
    return await ask.do(LeaveQueue(ask.person))

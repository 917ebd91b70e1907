"""What was: guests' rooms of all times, what was said in them, and what a guest had before."""

from frontdesk.desk.entries import EndReason
from frontdesk.desk.events import GuestGiven, vouched_for
from frontdesk.desk.people import is_monitor
from frontdesk.desk.reading import may_read
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import exports, ports
from frontdesk.engine.history import look_back, part_of
from frontdesk.feed.position import Place, Position
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Conversation, EarlierRoom, EarlierRooms, PastRoom, PastRooms
from frontdesk.web.queries import ConversationQuery, HistoryQuery
from frontdesk.web.reply import Reply
from frontdesk.web.standing import NEXT, place_asked

# Whoever helps a guest looks at the last few; the rest is for who looks through the history.
EARLIER_MOST = 20

REASONS = frozenset(reason.value for reason in EndReason)


@gives(PastRooms)
async def history(ask: Ask[NoBody]) -> Reply:
    """Search the history.

    For monitors: guests' rooms, open and over, the last opened first, with what was looked for.
    """
    query = ask.query
    assert isinstance(query, HistoryQuery), "the table says so"
    if query.reason and query.reason not in REASONS:
        detail = f"It takes {', '.join(sorted(REASONS))}."
        raise Refused(Reason.MALFORMED, "?reason", detail=detail)
    before = place_asked(ask.live, "before", query.before, takes=NEXT)
    # What nobody typed anything into is not looked for.
    wanted = ports.Wanted(
        words=(query.q or "").strip() or None,
        sought=ports.Sought((query.user or "").strip() or None, query.sub or None),
        agent=query.agent or None,
        reason=query.reason or None,
    )
    store, desk = ask.context.engine.store, ask.live.state.id
    opened = before.offset if before is not None else None
    past = await look_back(store, desk, wanted, opened, query.limit)
    following = None
    if past.next is not None:
        following = str(Position(ask.live.epoch, Place(past.next, 0)))
    return Reply(encode(PastRooms(tuple(_seen(room) for room in past.rooms), following)))


@gives(Conversation)
async def conversation(ask: Ask[NoBody]) -> Reply:
    """Read a conversation.

    For monitors: all of a guest's room, open or over, from its beginning, part by part.
    """
    assert isinstance(ask.query, ConversationQuery), "the table says so"
    room = await _past_room(ask)
    after = place_asked(ask.live, "after", ask.query.after, takes=NEXT) or exports.START
    store, desk = ask.context.engine.store, ask.live.state.id
    part = await part_of(store, desk, room.room, after)
    rated = await exports.ratings(store, desk, room.room) if room.rating is not None else ()
    guest = room.guest
    is_admin = ask.live.state.agents[ask.person].role == "admin"
    told = Conversation(
        room=room.room,
        user=room.guest.user,
        opened=room.opened_ms // 1000,
        ended=_seconds(room.ended_ms),
        reason=room.reason,
        agents=room.agents,
        rating=room.rating,
        comment=rated[-1].comment if rated else None,
        messages=room.messages,
        guest=GuestGiven(guest.user, guest.topic, dict(guest.info), vouched_for(guest.vouched)),
        person=room.guest.id if is_admin else None,
        lines=part.lines,
        next=part.next,
    )
    return Reply(encode(told))


@gives(EarlierRooms)
async def earlier(ask: Ask[NoBody]) -> Reply:
    """See what a guest had before.

    Rooms of the same guest that were opened before this one. For agents who are in this room, and
    for monitors.
    """
    state = ask.live.state
    if not may_read(state, ask.room, ask.person) and not is_monitor(state, ask.person):
        raise Refused(Reason.NOT_FOUND)
    room = await _past_room(ask)
    store = ask.context.engine.store
    found = await store.earlier(state.id, room.room, EARLIER_MOST)
    rooms = (
        EarlierRoom(
            room=one.room,
            question=one.guest.topic,
            opened=one.opened_ms // 1000,
            ended=_seconds(one.ended_ms),
            reason=one.reason,
            rating=one.rating,
        )
        for one in found
    )
    return Reply(encode(EarlierRooms(tuple(rooms))))


async def _past_room(ask: Ask[NoBody]) -> ports.PastRoom:
    """The guest's room in the path.

    Raises:
        Refused: NOT_FOUND if this desk never had it.
    """
    store = ask.context.engine.store
    found = await store.past_room(ask.live.state.id, ask.room)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return found


def _seen(room: ports.PastRoom) -> PastRoom:
    return PastRoom(
        room=room.room,
        user=room.guest.user,
        question=room.guest.topic,
        opened=room.opened_ms // 1000,
        ended=_seconds(room.ended_ms),
        reason=room.reason,
        agents=room.agents,
        rating=room.rating,
        messages=room.messages,
        excerpt=room.excerpt,
    )


def _seconds(at_ms: int | None) -> int | None:
    return at_ms // 1000 if at_ms is not None else None

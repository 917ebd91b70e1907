"""What an agent may ask: taking guests, being there or not, and who is around."""

from frontdesk.desk.commands import (
    Assist,
    Create,
    Direct,
    Join,
    Leave,
    SetLimit,
    SetStatus,
    Transfer,
)
from frontdesk.desk.ids import RoomId
from frontdesk.desk.limits import INFO_VALUE_CHARS, MESSAGE_BYTES, ROOM_NAME_CHARS
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.bodies import (
    AssistBody,
    CreateBody,
    DirectBody,
    JoinBody,
    LimitBody,
    NoBody,
    StatusBody,
    TransferBody,
)
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id, gives
from frontdesk.web.forms import Carried, Created, Entered, HasLeft, People, SentDirect
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_body, clean_value


@gives(Entered, Reason.NOT_WAITING, Reason.AGENT_UNAVAILABLE, Reason.NO_QUEUED_GUESTS)
async def assist(ask: Ask[AssistBody]) -> Reply:
    """Take the next guest, or the one of that name; answers with `joined`."""
    return await ask.do(Assist(ask.person, ask.body.guest))


@gives(Carried)
async def set_status(ask: Ask[StatusBody]) -> Reply:
    """Be available or away."""
    return await ask.do(SetStatus(ask.person, ask.body.status))


@gives(Carried)
async def set_limit(ask: Ask[LimitBody]) -> Reply:
    """Have so many guests at once, or let another agent."""
    return await ask.do(SetLimit(ask.person, ask.body.limit, ask.body.agent))


@gives(list[str])
async def guests(ask: Ask[NoBody]) -> Reply:
    """Who waits, in order."""
    state = ask.live.state
    return Reply(encode([state.label(guest) for guest in state.waiting]))


@gives(People)
async def people(ask: Ask[NoBody]) -> Reply:
    """Who is around: agents who can take another guest, those who cannot, and all guests."""
    state = ask.live.state
    staff = [agent for agent in state.agents.values() if agent.works_here]
    rooms = state.rooms.values()
    answer = People(
        available_agents=tuple(sorted(agent.who.user for agent in staff if agent.can_take)),
        unavailable_agents=tuple(sorted(agent.who.user for agent in staff if not agent.can_take)),
        guests=tuple(sorted(state.label(room.guest) for room in rooms if room.guest is not None)),
    )
    return Reply(encode(answer))


@gives(Carried, Reason.AGENT_UNAVAILABLE)
async def transfer(ask: Ask[TransferBody]) -> Reply:
    """Let another agent have this guest."""
    command = Transfer(ask.person, ask.room, ask.body.agent, ask.body.force)
    return await ask.do(command, room=ask.room)


@gives(SentDirect, Reason.TEXT_NOT_ALLOWED)
async def direct_message(ask: Ask[DirectBody]) -> Reply:
    """Write to a colleague."""
    body = clean_body(ask.body.body, most_bytes=MESSAGE_BYTES)
    room = RoomId("r" + fresh_id())
    return await ask.do(Direct(ask.person, ask.body.agent, body, room, ask.key or ""))


@gives(Created, Reason.TEXT_NOT_ALLOWED)
async def create(ask: Ask[CreateBody]) -> Reply:
    """Open a group room."""
    name = clean_value(ask.body.name, most_chars=ROOM_NAME_CHARS)
    if not name:
        raise Refused(Reason.MALFORMED, "$.name", detail="A group room has a name.")
    topic = clean_value(ask.body.topic, most_chars=INFO_VALUE_CHARS)
    return await ask.do(Create(ask.person, RoomId("r" + fresh_id()), name, topic))


@gives(Entered)
async def join(ask: Ask[JoinBody]) -> Reply:
    """Enter a room, to speak in it or to watch; answers with `joined`."""
    return await ask.do(Join(ask.person, ask.room, ask.body.as_ == "watcher"), room=ask.room)


@gives(HasLeft)
async def leave(ask: Ask[NoBody]) -> Reply:
    """Leave a room that goes on; answers with `left`."""
    return await ask.do(Leave(ask.person, ask.room), room=ask.room)

"""Taking guests, handing them on, being there or away, and talking among agents."""

from frontdesk.desk.commands import (
    Assist,
    CloseNote,
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
from frontdesk.desk.people import is_monitor
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
from frontdesk.web.forms import Carried, Created, Entered, HasLeft, OpenRoom, People, SentDirect
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_body, clean_value


@gives(Entered, Reason.NOT_WAITING, Reason.AGENT_UNAVAILABLE, Reason.NO_QUEUED_GUESTS)
async def assist(ask: Ask[AssistBody]) -> Reply:
    """Take a guest.

    The next one who is there, or the one of that name. The answer is the event that is in your
    feed as well, under the same `id`.
    """
    return await ask.do(Assist(ask.person, ask.body.guest))


@gives(Carried)
async def set_status(ask: Ask[StatusBody]) -> Reply:
    """Be available or away.

    Guests whom you have stay.
    """
    return await ask.do(SetStatus(ask.person, ask.body.status))


@gives(Carried)
async def set_limit(ask: Ask[LimitBody]) -> Reply:
    """Set a guest limit.

    How many guests you have at once. Another agent's is a monitor's to set. Rooms stay, also below
    the load.
    """
    return await ask.do(SetLimit(ask.person, ask.body.limit, ask.body.agent))


@gives(list[str])
async def guests(ask: Ask[NoBody]) -> Reply:
    """List who waits.

    Names, in order, also of those who are not there at the moment.
    """
    state = ask.live.state
    return Reply(encode([state.label(guest) for guest in state.waiting]))


@gives(tuple[OpenRoom, ...], Reason.NOT_ALLOWED)
async def rooms(ask: Ask[NoBody]) -> Reply:
    """List rooms of guests.

    Those that are open, in the order in which they were opened. For monitors, who may join them.
    """
    state = ask.live.state
    if not is_monitor(state, ask.person):
        raise Refused(Reason.NOT_ALLOWED)
    found = [
        OpenRoom(
            room=room.id,
            user=state.label(room.guest),
            question=state.guests[room.guest].profile.topic,
            agent=state.label(room.agent) if room.agent is not None else None,
        )
        for room in state.rooms.values()
        if room.guest is not None
    ]
    return Reply(encode(found))


@gives(People)
async def people(ask: Ask[NoBody]) -> Reply:
    """List agents and guests, present or not.

    An agent whose line is dead counts as available until they say away, or are gone after
    `agent_absence_s`.
    """
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
    """Hand a guest on.

    By the agent who has the guest, or a monitor. The other agent must be there, available and
    below the limit; `force` is the one way over that.
    """
    command = Transfer(ask.person, ask.room, ask.body.agent, ask.body.force)
    return await ask.do(command, room=ask.room)


@gives(SentDirect, Reason.TEXT_NOT_ALLOWED)
async def direct_message(ask: Ask[DirectBody]) -> Reply:
    """Write to a colleague.

    The room of the two of you is opened with the first message, and never over.
    """
    body = clean_body(ask.body.body, most_bytes=MESSAGE_BYTES)
    room = RoomId("r" + fresh_id())
    return await ask.do(Direct(ask.person, ask.body.agent, body, room, ask.key or ""))


@gives(Created, Reason.TEXT_NOT_ALLOWED)
async def create(ask: Ask[CreateBody]) -> Reply:
    """Open a group room.

    For monitors. Nobody is in it yet, the monitor neither.
    """
    name = clean_value(ask.body.name, most_chars=ROOM_NAME_CHARS)
    if not name:
        raise Refused(Reason.MALFORMED, "$.name", detail="A group room has a name.")
    topic = clean_value(ask.body.topic, most_chars=INFO_VALUE_CHARS)
    return await ask.do(Create(ask.person, RoomId("r" + fresh_id()), name, topic))


@gives(Entered)
async def join(ask: Ask[JoinBody]) -> Reply:
    """Enter a room.

    To speak in it, or to watch: watchers hear all, may not write and are not seen. Group rooms are
    for all agents, guests' rooms for monitors. The answer is in your feed as well.
    """
    return await ask.do(Join(ask.person, ask.room, ask.body.as_ == "watcher"), room=ask.room)


@gives(Carried)
async def note_done(ask: Ask[NoBody]) -> Reply:
    """Say that a message is dealt with.

    One that was left while nobody could come; `room` is that of the note.
    """
    return await ask.do(CloseNote(ask.person, ask.room), room=ask.room)


@gives(HasLeft)
async def leave(ask: Ask[NoBody]) -> Reply:
    """Leave a room that goes on.

    Who leaves their guest sends the guest back into the queue, to the old place.
    """
    return await ask.do(Leave(ask.person, ask.room), room=ask.room)

"""What an agent may ask: taking guests, being there or not, and who is around."""

from frontdesk.desk.commands import Assist, SetLimit, SetStatus
from frontdesk.web import answers
from frontdesk.web.bodies import AssistBody, LimitBody, NoBody, StatusBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask
from frontdesk.web.reply import Reply


async def assist(ask: Ask[AssistBody]) -> Reply:
    """Take the next guest, or the one of that name; answers with `joined`."""
    done = await ask.submit(Assist(ask.person, ask.body.guest))
    return Reply(await answers.answer(ask.context.engine, ask.live, done, ask.person))


async def set_status(ask: Ask[StatusBody]) -> Reply:
    """Be available or away."""
    done = await ask.submit(SetStatus(ask.person, ask.body.status))
    return Reply(await answers.answer(ask.context.engine, ask.live, done, ask.person))


async def set_limit(ask: Ask[LimitBody]) -> Reply:
    """Have so many guests at once, or let another agent."""
    done = await ask.submit(SetLimit(ask.person, ask.body.limit, ask.body.agent))
    return Reply(await answers.answer(ask.context.engine, ask.live, done, ask.person))


async def guests(ask: Ask[NoBody]) -> Reply:
    """Who waits, in order."""
    state = ask.live.state
    return Reply(encode([state.label(guest) for guest in state.waiting]))


async def people(ask: Ask[NoBody]) -> Reply:
    """Who is around: agents who can take another guest, those who cannot, and all guests."""
    state = ask.live.state
    staff = [agent for agent in state.agents.values() if not agent.disabled]
    answer = {
        "available_agents": sorted(agent.who.user for agent in staff if agent.can_take),
        "unavailable_agents": sorted(agent.who.user for agent in staff if not agent.can_take),
        "guests": sorted(state.label(room.guest) for room in state.rooms.values()),
    }
    return Reply(encode(answer))

"""What ends a stream: each cause, on each transport, in process and over real connections."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from frontdesk.desk.commands import ChangePerson
from frontdesk.feed.hangups import HangUp
from tests import examples as eg
from tests.load import promised
from tests.web.front import SESSION, Front, Someone
from tests.web.lines import IN_PROCESS_AND_REAL, Connect, Poll

pytestmark = IN_PROCESS_AND_REAL

# How long anybody goes on hearing what is theirs no more.
END_S = 1.0


@pytest.fixture
def anyio_backend():
    # As it is served; uvloop's transports differ from asyncio's where they close.
    return ("asyncio", {"use_uvloop": True})


async def bearer(front: Front, agent: eg.Agent) -> Someone:
    """This agent, who listens by token as every client can."""
    signed_in = await front.agent(agent)
    person = front.someone(token=signed_in.token)
    person.user, person.token, person.since = agent.user, signed_in.token, signed_in.since
    return person


async def sign_out(front: Front, who: Someone) -> None:
    await who.client.delete(SESSION)


async def disable(front: Front, who: Someone) -> None:
    await front.operator(ChangePerson(who.user, disabled=True))


async def assign_to_no_desk(front: Front, who: Someone) -> None:
    await front.operator(ChangePerson(who.user, desks=()))


async def erase(front: Front, who: Someone) -> None:
    ada = await front.agent(eg.ADA)
    (found,) = (await ada.get("/people", user=who.user)).json()["people"]
    answer = await ada.client.delete(f"/api/v1/desks/main/people/{found['person']}")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("cause", [sign_out, disable, assign_to_no_desk, erase])
async def test_who_is_nobody_here_any_more_is_told_so_within_a_second(
    front: Front, connect: Connect, cause: Callable[[Front, Someone], Awaitable[None]]
):
    who = await (front.guest(eg.ANA) if cause is erase else bearer(front, eg.IDA))
    line = await connect(who, who.since)
    await line.all()
    rest = front.task(line.rest())
    await front.settled()

    await cause(front, who)

    async with asyncio.timeout(promised(END_S)):
        told = await rest
    assert told[-1] == {"type": "welcome"}
    assert line.ended is HangUp.SIGNED_OUT


@pytest.mark.parametrize("role", ["monitor", "admin"])
async def test_whose_role_changes_comes_back_with_the_new_one_and_misses_nothing(
    front: Front, connect: Connect, role: str
):
    ida = await bearer(front, eg.IDA)
    line = await connect(ida, ida.since)
    heard = await line.all()
    ending = front.task(line.next() if isinstance(line, Poll) else line.rest())
    await front.settled()

    await front.operator(ChangePerson("Ida", role=role))  # type: ignore[arg-type]

    async with asyncio.timeout(promised(END_S)):
        told = await ending
    if isinstance(line, Poll):
        assert told["type"] == "noop"
    else:
        assert line.ended is HangUp.ROLE_CHANGED
        heard += told
    places = [event["id"] for event in heard if "id" in event]
    again = await connect(ida, places[-1] if places else ida.since)
    heard += await again.all()
    roles = [event for event in heard if event.get("what") == "role"]
    assert [(event["user"], event["role"]) for event in roles] == [("Ida", role)]
    assert again.ended is None


async def test_a_role_that_stays_as_it_is_ends_nothing(front: Front, connect: Connect):
    ida = await bearer(front, eg.IDA)
    line = await connect(ida, ida.since)
    await line.all()

    await front.operator(ChangePerson("Jon", role="monitor"))

    assert "role" in [event.get("what") for event in await line.all()]
    assert line.ended is None


async def test_a_drain_lets_everybody_leave_with_what_to_do(front: Front, connect: Connect):
    ana = await front.guest(eg.ANA)
    line = await connect(ana, ana.since)
    await line.all()
    rest = front.task(line.next() if isinstance(line, Poll) else line.rest())
    await front.settled()

    front.drain()

    async with asyncio.timeout(promised(END_S)):
        told = await rest
    if isinstance(line, Poll):
        assert told == {"type": "noop", "id": line.since}
    else:
        assert told == []
        assert line.ended is HangUp.RESTART

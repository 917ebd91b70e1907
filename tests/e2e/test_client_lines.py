"""Clients over real lines: each transport, commands over a socket, and a server that goes away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from frontdesk.client import Desk, NoAnswer, Refused, Timing, Transport
from frontdesk.client.events import Message
from tests.e2e.server import Server, free_port, serving

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
# A text in which other libraries see several lines.
TEXT = "one\u2028line of text"
TIMING = Timing(pause_ms=30, pause_most_ms=300)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, port=free_port(), users=[("Ida", PASSWORD)]) as running:
        yield running


async def guest(server: Server, transport: Transport | None = None) -> Desk:
    return await Desk.identify(
        *(server.url,),
        username="Ana",
        question="Why?",
        transport=transport,
        timing=TIMING,
        trust_env=False,
    )


async def agent(server: Server, transport: Transport | None = None) -> Desk:
    return await Desk.sign_in(
        server.url, "Ida", PASSWORD, transport=transport, timing=TIMING, trust_env=False
    )


@pytest.mark.parametrize("transport", list(Transport))
async def test_two_talk_over_each_transport_across_a_kill(server: Server, transport: Transport):
    heard: list[str] = []
    async with await agent(server, transport) as ida, await guest(server, transport) as ana:
        async with asyncio.timeout(40), aclosing(ana.events()) as events:
            async for event in events:
                if not heard:
                    assert ana.listening_over is transport
                    await ida.status("available")
                    room = (await ida.assist()).room
                    await ida.say(room, TEXT)
                    heard.append("")
                elif isinstance(event, Message):
                    heard.append(event.body)
                    if len(heard) == 2:
                        await server.kill()
                        starting = asyncio.create_task(server.start())
                        # Over the line, if there is one, and beside it once it is gone.
                        await ana.say(ana.room, "still here")
                        await starting
                    elif len(heard) == 3:
                        break
        assert ana.misplaced == 0
    assert heard == ["", TEXT, "still here"]


async def test_commands_go_over_the_socket_in_order_and_are_refused_there_too(server: Server):
    async with await guest(server) as ana, aclosing(ana.events()) as events:
        await anext(events)
        assert ana.listening_over is Transport.SOCKET
        await ana.calls.http.aclose()  # there is no other way than the socket now

        sent = await asyncio.gather(*(ana.say(ana.room, str(number)) for number in range(50)))
        with pytest.raises(Refused, match="not_allowed"):
            await ana.assist()
        (past, more) = await ana.messages(ana.room, limit=3)

        assert ([one.body for one in past], more) == (["49", "48", "47"], True)
        assert past[0].id == sent[-1].id


async def test_without_a_server_one_is_told_in_time(server: Server):
    async with await guest(server) as ana:
        await server.kill()
        with pytest.raises(NoAnswer, match="end"):
            await ana.end(ana.room, deadline_ms=500)

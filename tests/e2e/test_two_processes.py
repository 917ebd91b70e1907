"""Operators at the command line while the server runs: another process on the same file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest

from frontdesk.client import Refused
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.trials.history import History
from frontdesk.trials.people import Agent, Guest, Person, closing
from tests.e2e.raw import asked, listening
from tests.e2e.server import DESK, SESSION, Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
# What is promised; a start of the command line comes on top.
SEEN_S = 1.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, users=[("Ida", PASSWORD)]) as running:
        yield running


def agent(server: Server, user: str) -> Agent:
    return Agent(server.url, History(), user, PASSWORD)


async def run(server: Server, *arguments: str, typed: str = "") -> str:
    """A command that must succeed; returns what it printed."""
    told = await asyncio.to_thread(server.run, *arguments, typed=typed)
    assert told.returncode == 0, told.stderr
    return told.stdout


async def test_a_new_account_is_seen_within_a_second(server: Server):
    ida, jon = agent(server, "Ida"), agent(server, "Jon")

    def ida_has_heard_of_jon() -> bool:
        return any(event.get("what") == "person" and event["user"] == "Jon" for event in ida.heard)

    async with closing(ida, jon):
        await ida.sign_in()
        await run(server, "user", "add", "Jon", "--password-stdin", typed=PASSWORD)
        await ida.until(ida_has_heard_of_jon, most_s=promised(SEEN_S))
        await jon.sign_in()
        state = await ida.look_at_state()

    assert [one["user"] for one in state["roster"]] == ["Ida", "Jon"]


async def test_who_is_disabled_is_hung_up_on_within_a_second_and_their_guests_wait(server: Server):
    ida, ana = agent(server, "Ida"), Guest(server.url, History())
    async with closing(ida, ana):
        await ida.sign_in()
        await ida.command("status", status="available")
        await ana.identify("Ana", "Why?")
        await ida.command("assist")
        await ana.until(lambda: ana.agent == "Ida")
        await run(server, "user", "disable", "Ida")
        await ida.dismissed(most_s=promised(SEEN_S))
        await ana.until(lambda: ana.agent is None, most_s=promised(SEEN_S))
        await ana.until(lambda: ana.heard[-1].get("position") == 0, most_s=promised(SEEN_S))
        for ask in (ida.desk.state, ida.desk.desks):
            with pytest.raises(Refused, match="not_signed_in"):
                await ask()
        with pytest.raises(Refused, match="wrong_credentials"):
            await ida.sign_in()

    assert ida.heard[-1] == {"type": "welcome"}


async def test_whose_role_changes_comes_back_on_every_transport_within_a_second(server: Server):
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=server.url))
        await http.post(SESSION, json={"username": "Ida", "password": PASSWORD})
        token = next(iter(http.cookies.values()))
        since = (await http.get(f"{DESK}/state")).json()["id"]
        socket = await listening(server.port, token, since)
        stack.callback(socket.writer.close)
        events, poll = [
            await asked(server.port, stack, path, token, since) for path in ("events", "listen")
        ]
        await events.readuntil(b"\r\n\r\n")

        await run(server, "user", "role", "Ida", "monitor")

        async with asyncio.timeout(promised(SEEN_S)):
            assert await socket.code() == ADVICE[HangUp.ROLE_CHANGED].code
            assert b'"why":"role_changed"' in await events.readuntil(b'"after_ms"')
            assert b"200 OK" in await poll.readuntil(b"\r\n\r\n")


async def test_a_token_is_good_at_once_and_ends_with_its_account(server: Server):
    token = (await run(server, "token", "create", "Ida")).strip()
    bot = Person(server.url, History(), "Ida", "agent", token=token)
    async with closing(bot):
        bot.listen((await bot.look_at_state())["id"])
        await bot.command("status", status="available")
        await bot.until(lambda: any(event["type"] == "update" for event in bot.heard))
        await run(server, "user", "disable", "Ida")
        await bot.dismissed(most_s=promised(SEEN_S))
        with pytest.raises(Refused, match="not_signed_in"):
            await bot.desk.state()


async def test_a_second_server_on_the_same_folder_is_refused(server: Server):
    told = await asyncio.to_thread(server.run, "serve", "--port", "0")
    ida = agent(server, "Ida")
    async with closing(ida):
        await ida.sign_in()

    assert told.returncode == 1
    assert str(server.data) in told.stderr
    assert "Traceback" not in told.stderr


async def test_a_desk_closes_and_is_added_within_a_second(server: Server):
    ida, ana = agent(server, "Ida"), Guest(server.url, History())

    def has_closed(person: Person) -> bool:
        return any(one["type"] == "desk" and one["state"] == "closed" for one in person.heard)

    async with closing(ida, ana):
        await ida.sign_in()
        await ana.identify("Ana", "Why?")
        await run(server, "desk", "close", "main")
        for person in (ida, ana):
            await person.until(partial(has_closed, person), most_s=promised(SEEN_S))
        await run(server, "desk", "add", "sales")
        await run(server, "desk", "set", "main", "open=yes", "queue_most=1")
        await ida.until(lambda: ida.heard[-1].get("state") == "full", most_s=promised(SEEN_S))
        there = await ida.desk.desks()

    assert there == [{"desk": "main", "state": "full"}, {"desk": "sales", "state": "open"}]

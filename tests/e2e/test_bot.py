"""The bot of docs/clients.md, run as it stands there: guests ask, and are helped by it."""

import asyncio
import contextlib
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from frontdesk.client import Desk, Transport
from frontdesk.client.events import Event, Message, Status
from tests.e2e.server import Server, environment, serving
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
FENCE = re.compile(r"^```python bot\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_MOST = 30

PASSWORD = "correct horse battery"
# A guest whose lines have closed is absent after 12 s; the rest is for a slow machine.
PATIENCE_S = 40.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    users = [("Robot", PASSWORD), ("Ida", PASSWORD)]
    async with serving(tmp_path, users=users) as server, asyncio.timeout(promised(PATIENCE_S)):
        yield server


@asynccontextmanager
async def robot(server: Server) -> AsyncIterator[Process]:
    """The bot of the page, at work; killed at the end, if it has not ended."""
    (text,) = FENCE.findall(PAGE.read_text())
    assert len(text.splitlines()) < LINES_MOST
    script = server.folder / "bot.py"
    script.write_text(text)
    token = server.run("token", "create", "Robot").stdout.strip()
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", str(script), server.url, token),
        env=environment(server.folder),
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield bot
    finally:
        with contextlib.suppress(ProcessLookupError):
            bot.kill()
        await bot.wait()


async def guest(server: Server, name: str) -> Desk:
    return await Desk.identify(server.url, username=name, question="Why?", trust_env=False)


async def heard(events: AsyncGenerator[Event, None], many: int) -> Sequence[tuple[str, str]]:
    """The next so many messages: who, and what."""
    found = []
    async for event in events:
        if isinstance(event, Message):
            found.append((event.user, event.body))
            if len(found) == many:
                return found
    raise AssertionError(f"the feed ended after {found}")


async def test_three_who_wait_are_all_taken_and_answered(server: Server):
    names = ["Ana", "Ben", "Cleo"]
    async with contextlib.AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(await guest(server, name)) for name in names]
        feeds = [await stack.enter_async_context(aclosing(desk.events())) for desk in desks]
        await stack.enter_async_context(robot(server))
        for name, desk, events in zip(names, desks, feeds, strict=True):
            assert await heard(events, 1) == [("Robot", f"Hello {name}, I am a robot.")]
            await desk.say(desk.room, "Thanks!")
            assert await heard(events, 2) == [(name, "Thanks!"), ("Robot", "You said: Thanks!")]


async def test_a_guest_who_was_absent_is_taken_when_back(server: Server):
    async with (
        await Desk.sign_in(server.url, "Ida", PASSWORD, trust_env=False) as ida,
        aclosing(ida.events()) as ida_hears,
    ):
        async with await guest(server, "Ana") as before:
            before.use(Transport.SOCKET)
            async with aclosing(before.events()) as events:
                await anext(events)
        async for event in ida_hears:
            if isinstance(event, Status) and (event.user, event.is_) == ("Ana", "away"):
                break
        async with robot(server) as bot:
            assert bot.stdout is not None
            assert await bot.stdout.readline() == b"no_queued_guests\n"
            async with (
                Desk(server.url, token=before.token, trust_env=False) as ana,
                aclosing(ana.events(before.since)) as events,
            ):
                assert await heard(events, 1) == [("Robot", "Hello Ana, I am a robot.")]


async def test_a_colleague_is_not_answered(server: Server):
    async with (
        await Desk.sign_in(server.url, "Ida", PASSWORD, trust_env=False) as ida,
        await guest(server, "Ana") as ana,
        aclosing(ana.events()) as events,
        robot(server),
    ):
        await heard(events, 1)
        room = (await ida.direct_message("Robot", "Are you there?")).room
        # It answers one after the other.
        await ana.say(ana.room, "Thanks!")
        assert (await heard(events, 2))[-1] == ("Robot", "You said: Thanks!")
        found, _ = await ida.messages(room)
        assert [one.user for one in found] == ["Ida"]


async def test_a_bot_whose_account_is_disabled_says_so_and_fails(server: Server):
    async with (
        await guest(server, "Ana") as ana,
        aclosing(ana.events()) as events,
        robot(server) as bot,
    ):
        await heard(events, 1)
        told = await asyncio.to_thread(server.run, "user", "disable", "Robot")
        assert told.returncode == 0, told.stderr
        _, said = await bot.communicate()

    assert bot.returncode == 1
    assert said.startswith(b"The session is over")

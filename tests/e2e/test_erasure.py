"""A guest is erased while the server is at work: no byte of theirs is left in any file.

The guest's words are canaries: strings that stand nowhere else. Around them are hundreds of others
at two desks, some of whom listen. What is looked through is every file of the data folder, and the
server's log.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import httpx2
import pytest

from frontdesk.store.sqlite.store import SqliteStore
from frontdesk.trials.history import History, Json
from frontdesk.trials.people import Agent, Guest, closing
from tests.e2e.server import DESK, SESSION, Server, serving
from tests.load import promised
from tests.store.canaries import busy_day, seen

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
GUESTS = 400
# From the answer to the last byte; a retry takes a second.
GONE_S = 5.0
WORDS = ("quexname", "quexquestion", "quexinfo", "quexguest", "quexagent", "quexed")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    data = tmp_path / "data"
    store = await SqliteStore.open_path(str(data / "frontdesk.db"))
    await busy_day(store, GUESTS)
    await store.close()
    users = [("Ida", PASSWORD)]
    async with serving(tmp_path, users=users, data=data) as running:
        await asyncio.to_thread(running.add_user, "Ada", PASSWORD, role="admin")
        yield running


class Desk:
    """Zoe, who is to be erased, Ida, who helps her, Ada, who erases; and Ben, who waits."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.zoe, self.ben = (Guest(server.url, History()) for _ in range(2))
        self.ida = Agent(server.url, History(), "Ida", PASSWORD)
        self.ada = httpx2.AsyncClient(base_url=server.url, timeout=60, trust_env=False)

    async def opens(self) -> None:
        """Everybody listens; Zoe and Ida have talked."""
        body = {"username": "Ada", "password": PASSWORD}
        assert (await self.ada.post(SESSION, json=body)).status_code == 201
        await self.ida.sign_in()
        await self.ida.command("status", status="available")
        info = {"os": 'quexinfo "1"', "é": "quexinfo 2"}
        await self.zoe.identify("Quexname", "quexquestion?", info=info)
        await self.ben.identify("Ben", "Where is my parcel?")
        await self.ida.command("assist", guest="Quexname")
        for number in range(30):
            await self.zoe.say(self.zoe.room, f"quexguest {number} " + "z" * 100 * number)
            await self.ida.say(self.zoe.room, f"Dear Quexname, quexagent é {number}. quexed")

    async def found(self, user: str) -> list[Json]:
        answer = await self.ada.get(f"{DESK}/people", params={"user": user})
        people: list[Json] = answer.json()["people"]
        return people

    async def export(self, person: str) -> str:
        return (await self.ada.get(f"{DESK}/people/{person}")).text

    async def erase(self, person: str) -> None:
        headers = {"Idempotency-Key": f"a-key-of-{person}"[:64]}
        answer = await self.ada.delete(f"{DESK}/people/{person}", headers=headers)
        assert answer.json()["success"] == "guest erased", answer.text

    def traces(self) -> list[str]:
        """Where anything of Zoe stands, in any file."""
        words = [*WORDS, *(word.title() for word in WORDS)]
        logged = [word for word in words if word in self.server.logs()]
        return seen(self.server.data, words) + logged

    async def clean(self) -> None:
        """Wait until nothing of Zoe is left."""
        until = time.monotonic() + promised(GONE_S)
        while left := self.traces():
            assert time.monotonic() < until, left
            await asyncio.sleep(0.02)


async def test_an_erased_guest_is_in_no_file_while_everybody_else_goes_on(server: Server):
    desk = Desk(server)
    async with closing(desk.zoe, desk.ben, desk.ida):
        await desk.opens()
        [row] = await desk.found("Quexname")
        exported = await desk.export(row["person"])
        for word in (*WORDS, "Quexname"):
            assert word.title() in exported or word in exported
        assert len(desk.traces()) >= len(WORDS)
        neighbours = await asyncio.to_thread(some_of_the_day, server)
        before = [await desk.export(person) for person in neighbours]

        await desk.erase(row["person"])
        heard = len(desk.ben.heard)
        talk = asyncio.create_task(talks(desk))
        await desk.clean()
        await talk

        await desk.zoe.dismissed(most_s=promised(2))
        await desk.ida.until(lambda: any(one.get("what") == "erased" for one in desk.ida.heard))
        assert [await desk.export(person) for person in neighbours] == before
        assert len(desk.ben.heard) >= heard
        assert await desk.found("Quexname") == []
        assert "quex" not in (await desk.export(row["person"])).lower()
        assert desk.traces() == []
    await server.stop()
    assert desk.traces() == []
    await server.start()
    await server.stop()
    assert desk.traces() == []
    await desk.ada.aclose()


async def talks(desk: Desk) -> None:
    """The chat goes on: Ida takes Ben, and they write."""
    await desk.ida.command("assist", guest="Ben")
    for number in range(40):
        await desk.ben.say(desk.ben.room, f"number {number}")


def some_of_the_day(server: Server) -> list[str]:
    """A few of those who were here before."""
    connection = apsw.Connection(str(server.data / "frontdesk.db"))
    rows = connection.execute(
        "SELECT person FROM person WHERE desk = 'main' AND user LIKE 'canary%' LIMIT 20"
    ).fetchall()
    connection.close()
    return [str(person) for (person,) in rows]


async def test_a_crash_before_the_file_is_gone_through_only_delays_it(server: Server):
    desk = Desk(server)
    async with closing(desk.zoe, desk.ben, desk.ida):
        await desk.opens()
        [row] = await desk.found("Quexname")
        # Somebody who makes a backup just now still sees the file as it was.
        backup = apsw.Connection(str(server.data / "frontdesk.db"))
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM entry").fetchall()

        await desk.erase(row["person"])
        await server.kill()

        backup.execute("ROLLBACK")
        assert desk.traces()
        await server.start()
        await desk.clean()
        backup.close()
        assert "quex" not in (await desk.export(row["person"])).lower()
    await server.stop()
    assert desk.traces() == []
    await desk.ada.aclose()


async def test_a_command_line_beside_the_server_leaves_nothing_in_either(server: Server):
    desk = Desk(server)
    async with closing(desk.zoe, desk.ben, desk.ida):
        await desk.opens()
        [row] = await desk.found("Quexname")

        told = await asyncio.to_thread(server.run, "guest", "erase", row["person"], "--yes")

        assert told.returncode == 0, told.stderr
        await desk.zoe.dismissed(most_s=promised(2))
        await talks(desk)
        await desk.clean()
        assert "quex" not in (await desk.ada.get(f"{DESK}/state")).text.lower()
    await server.stop()
    assert desk.traces() == []
    await desk.ada.aclose()

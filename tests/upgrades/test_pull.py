"""A newer version is laid over the one that runs: nothing changes until it is started again."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from frontdesk.client import Desk
from frontdesk.client.events import Message
from tests.e2e.server import DESK, SESSION, free_port
from tests.load import promised
from tests.upgrades.checkout import PACKAGE, Checkout

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


async def test_a_server_that_runs_goes_on_with_its_own_version(checkout: Checkout, tmp_path: Path):
    server = checkout.server(tmp_path / "desk")
    server.add_user("Ida", PASSWORD)
    try:
        await server.start()
        checkout.becomes_unusable()

        async with httpx2.AsyncClient(base_url=server.url, timeout=promised(30)) as client:
            shown = [(await client.get(path)).text for path in ("/console", "/chat/main")]
            assert (await client.get("/api/docs")).status_code == 200
            found = {one for page in shown for one in re.findall(r"/assets/\w+/[\w.-]+", page)}
            assert {Path(one).suffix for one in found} == {".js", ".css"}
            for path in (*found, "/widget.js"):
                answer = await client.get(path)
                assert answer.status_code == 200
                assert answer.content == (PACKAGE / "web/assets" / Path(path).name).read_bytes()
            for language in ("ar", "de", "en"):
                page = await client.get("/chat/main", headers={"accept-language": language})
                assert f"<html lang={language} " in page.text
            assert (await client.get("/api/openapi.json")).status_code == 200
            asked = {"username": "Ana", "question": "Why?"}
            assert (await client.post(f"{DESK}/identify", json=asked)).status_code == 201
            told = {"username": "Ida", "password": PASSWORD}
            assert (await client.post(SESSION, json=told)).status_code == 201
            assert (await client.get(f"{DESK}/state")).status_code == 200
        assert (await server.stop())[0] == 0
    finally:
        server.close()
    assert "of another version" not in server.logs()


async def test_a_start_of_the_newer_version_waits_for_the_end_of_the_older_one(
    checkout: Checkout, tmp_path: Path
):
    older, newer = checkout.server(tmp_path / "desk"), checkout.server(tmp_path / "desk")
    try:
        await older.start()
        checkout.becomes_newer("99.0.0")

        newer.spawn()
        assert await newer.ended() == 1

        assert f"Another server (process {older.pid}, at {older.url}) has" in newer.logs()
        assert older.is_running
        assert not list(older.data.glob("*.backup"))
    finally:
        older.close()
        newer.close()


async def test_clients_come_back_to_the_newer_version_and_miss_nothing(
    checkout: Checkout, tmp_path: Path
):
    port = free_port()
    older = checkout.server(tmp_path / "desk")
    older.port = port
    try:
        await older.start()
        async with await Desk.identify(older.url, username="Ana", question="Why?") as ana:
            bodies = aiter(heard(ana))
            await ana.say(ana.room, "before")
            assert await anext(bodies) == "before"
            checkout.becomes_newer("99.0.0")
            assert (await older.stop())[0] == 0
            said = asyncio.create_task(ana.say(ana.room, "in between"))

            newer = checkout.server(tmp_path / "desk")
            newer.port = port
            try:
                await newer.start()
                await said
                await ana.say(ana.room, "after")
                async with asyncio.timeout(promised(30)):
                    assert [await anext(bodies), await anext(bodies)] == ["in between", "after"]
                async with httpx2.AsyncClient(base_url=newer.url) as client:
                    told = (await client.get("/api/openapi.json")).json()
                assert told["info"]["version"] == "99.0.0"
            finally:
                newer.close()
        [copy] = older.data.glob("*.backup")
        assert copy.name.startswith("frontdesk.db.schema-")
    finally:
        older.close()


async def heard(desk: Desk) -> AsyncIterator[str]:
    """What is said in this guest's room, as it comes."""
    async for event in desk.events():
        if isinstance(event, Message):
            yield event.body


async def test_the_older_version_does_not_touch_what_the_newer_one_has_written(
    checkout: Checkout, tmp_path: Path
):
    newer = Checkout(tmp_path / "newer")
    newer.becomes_newer("99.0.0")
    later, older = newer.server(tmp_path / "desk"), checkout.server(tmp_path / "desk")
    try:
        await later.start()
        await later.stop()
        before = (later.data / "frontdesk.db").read_bytes()
        older.spawn()
        assert await older.ended() == 1

        assert "was written by a newer Frontdesk" in older.logs()
        assert (older.data / "frontdesk.db").read_bytes() == before
    finally:
        later.close()
        older.close()

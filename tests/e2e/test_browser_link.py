"""The browser's link against a real server, in Node: what is heard, over every transport.

The server is stopped and started in the middle, and killed and started again.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.server import DESK, Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
NODE = ROOT / "requirements" / "node.sh"
EACH = 100


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, users=[("Ida", "correct horse battery")]) as running:
        told = running.run("desk", "set", "main", "guest_rate=60000", "account_rate=600000")
        assert told.returncode == 0, told.stderr
        yield running


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guest and the agent, as one file."""
    file = tmp_path_factory.mktemp("browser") / "drive.cjs"
    bundle = ("esbuild", "--bundle", "--platform=node", "tests/drive.ts", f"--outfile={file}")
    subprocess.run([NODE, *bundle], check=True, capture_output=True, timeout=300)
    return file


@pytest.mark.parametrize("via", ["socket", "events", "polls"])
async def test_a_guest_and_an_agent_talk_through_restarts(server: Server, program: Path, via: str):
    async with httpx2.AsyncClient(base_url=server.url) as http:
        body = {"username": "Ana", "question": "Where is it?"}
        ana = (await http.post(f"{DESK}/identify", json=body)).json()
        token = server.run("token", "create", "Ida").stdout.split()[-1]
        words = (server.url + DESK, ana["token"], token, ana["room"], via, str(EACH))
        talk = await asyncio.create_subprocess_exec(
            NODE, "node", str(program), *words, stdout=subprocess.PIPE
        )
        try:
            async with asyncio.timeout(promised(50)):
                await said(talk, EACH // 3)
                await server.stop()
                await server.start()
                await said(talk, 2 * EACH // 3)
                await server.kill()
                await server.start()
                guest, agent = json.loads(await line(talk, "["))
                assert await talk.wait() == 0
        finally:
            if talk.returncode is None:
                talk.kill()
        stored = await all_of(http, ana)
        view = (await http.get(f"{DESK}/state", headers=bearer(ana["token"]))).json()

    for who in ("guest", "agent"):
        mine = [text for text in stored if text.startswith(who)]
        assert mine == [f"{who} {number}" for number in range(1, EACH + 1)]
    for one in (guest, agent):
        assert one["heard"] == stored
        assert one["views"] == 1
        assert {"live", "waiting"} <= set(one["statuses"])
    del view["id"]
    assert guest["view"] == view


async def line(talk: asyncio.subprocess.Process, start: str) -> str:
    """The next line that begins so."""
    assert talk.stdout is not None
    while True:
        told = (await talk.stdout.readline()).decode()
        assert told, "it ended"
        if told.startswith(start):
            return told


async def said(talk: asyncio.subprocess.Process, number: int) -> None:
    await line(talk, f"said {number}\n")


async def all_of(http: httpx2.AsyncClient, ana: dict[str, Any]) -> list[str]:
    """All that is stored of the room, oldest first."""
    path = f"{DESK}/rooms/{ana['room']}/messages?limit=200"
    answer = await http.get(path, headers=bearer(ana["token"]))
    return [message["body"] for message in reversed(answer.json()["messages"])]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

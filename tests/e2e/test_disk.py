"""A real server whose disk is full, fails or is damaged: a clear no, and nothing lost."""

import asyncio
import resource
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from tests.e2e.server import DESK, SESSION, Server

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
LONG = "x" * 3_000
# More than any file has room for without growing.
MANY = 200
AVAILABLE = {"status": "available"}


class Full(Server):
    """A server on a small disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sign = folder / "full"
        program = Path(__file__).with_name("small_disk.py")
        self.program = (sys.executable, str(program), str(self.sign))


class Client:
    """Somebody who writes in a room, and knows what was acknowledged."""

    def __init__(self, http: httpx2.AsyncClient, given: dict[str, str]) -> None:
        self.http, self.room, self.since = http, given["room"], given["id"]
        self.headers = {"Authorization": f"Bearer {given['token']}"}
        self.acknowledged: list[str] = []

    async def post(self, path: str, body: object) -> httpx2.Response:
        return await self.http.post(DESK + path, json=body, headers=self.headers)

    async def get(self, path: str, **query: str) -> httpx2.Response:
        return await self.http.get(DESK + path, params=query, headers=self.headers)

    async def say(self, body: str, key: str = "") -> httpx2.Response:
        given = {"body": body, "key": key or secrets.token_hex(8)}
        answer = await self.post(f"/message/{self.room}", given)
        if answer.status_code == 200 and "replayed" not in answer.json():
            self.acknowledged.append(body)
        return answer

    async def history(self) -> list[str]:
        """All that is kept of the room, oldest first."""
        found: list[str] = []
        query = {"limit": "200"}
        while True:
            answer = await self.get(f"/rooms/{self.room}/messages", **query)
            assert answer.status_code == 200, answer.text
            found += [one["body"] for one in answer.json()["messages"]]
            if not answer.json()["more"]:
                return found[::-1]
            query["before"] = answer.json()["messages"][-1]["id"]

    async def heard(self) -> list[str]:
        """All the messages that a listener is told, from the beginning."""
        found: list[str] = []
        since = self.since
        while True:
            answer = await self.get("/listen", since=since, wait="0")
            assert answer.status_code == 200, answer.text
            events = answer.json()
            found += [one["body"] for one in events if one["type"] == "message"]
            places = [one["id"] for one in events if "id" in one]
            if places[-1] == since:
                return found
            since = places[-1]


async def guest(http: httpx2.AsyncClient, user: str) -> Client:
    answer = await http.post(f"{DESK}/identify", json={"username": user, "question": "Why?"})
    assert answer.status_code == 201, answer.text
    return Client(http, answer.json())


@asynccontextmanager
async def http_of(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as http:
        yield http


def refused_for_now(answer: httpx2.Response) -> bool:
    """Whether this is the clear no of a server whose disk takes nothing."""
    if answer.status_code != 503:
        return False
    body = answer.json()
    assert (body["type"], body["code"]) == ("error", "overloaded"), body
    assert int(answer.headers["retry-after"]) >= 1
    return True


async def until_refused(ana: Client) -> str:
    """Write until the disk is full; returns what was not taken."""
    for number in range(MANY):
        body = f"{number} {LONG}"
        answer = await ana.say(body, key=f"key-of-a-message-{number}")
        if refused_for_now(answer):
            return body
        assert answer.status_code == 200, answer.text
    raise AssertionError("the disk never was full")


def let_write(server: Server) -> None:
    """Nobody types as fast as this; the limits of the desk are not what is tested."""
    told = server.run("desk", "set", "main", "guest_rate=60000")
    assert told.returncode == 0, told.stderr


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Full]:
    server = Full(tmp_path)
    await asyncio.to_thread(server.add_user, "Ida", PASSWORD)
    let_write(server)
    await server.start()
    yield server
    server.close()


async def test_on_a_full_disk_people_read_on_and_whoever_writes_is_told_to_come_back(full: Full):
    async with http_of(full) as http, http_of(full) as console:
        ana, ben = await guest(http, "Ana"), await guest(http, "Ben")
        for number in range(5):
            assert (await ana.say(f"before {number}")).status_code == 200
        signed_in = await console.post(SESSION, json={"username": "Ida", "password": PASSWORD})
        assert signed_in.status_code == 201

        full.sign.touch()
        lost = await until_refused(ana)

        for _ in range(3):
            assert refused_for_now(await ana.say(lost, key="the-key-of-one-that-waits"))
            assert refused_for_now(await ben.say(LONG))
            assert refused_for_now(
                await http.post(
                    f"{DESK}/identify", json={"username": "Cem", "question": LONG[:2_000]}
                )
            )
            assert refused_for_now(await console.post(f"{DESK}/status", json=AVAILABLE))
            somebody = {"username": "Ida", "password": PASSWORD}
            assert refused_for_now(await http.post(SESSION, json=somebody))
        assert await ana.history() == ana.acknowledged
        assert await ana.heard() == ana.acknowledged
        state = (await ana.get("/state")).json()
        assert state["rooms"][0]["messages"][-1]["body"] == ana.acknowledged[-1]
        assert (await console.get(f"{DESK}/guests")).json() == ["Ana", "Ben"]
        assert (await console.get(SESSION)).json()["user"] == "Ida"
        assert (await http.get(f"{DESK}/waittime")).json()["position"] == 2
        typing = await ana.post(f"/message/{ana.room}/typing", {"state": True})
        assert typing.status_code == 200

        full.sign.unlink()
        assert (await ana.say(lost, key="the-key-of-one-that-waits")).status_code == 200
        again = await ana.say(lost, key="the-key-of-one-that-waits")
        assert again.json()["replayed"] is True
        assert (await console.post(f"{DESK}/status", json=AVAILABLE)).status_code == 200
        assert (await console.post(f"{DESK}/assist", json={})).status_code == 200
        assert await ana.history() == await ana.heard() == ana.acknowledged
    assert (await full.stop())[0] == 0
    assert "Traceback" not in full.logs()


async def test_a_start_on_a_full_disk_says_what_to_do_and_loses_nothing(full: Full):
    async with http_of(full) as http:
        ana = await guest(http, "Ana")
        full.sign.touch()
        await until_refused(ana)
        await full.stop()

        full.spawn()
        assert await full.ended() == 1
        assert "the disk is full" in full.logs()
        assert "Free some space" in full.logs()
        assert "Traceback" not in full.logs()

        full.sign.unlink()
        await full.start()
        assert await ana.history() == ana.acknowledged
        assert (await ana.say("there is room again")).status_code == 200


async def test_a_disk_that_fails_ends_the_server_with_a_sentence_and_loses_nothing(tmp_path: Path):
    server = Server(tmp_path)
    try:
        await server.start()
        let_write(server)
        async with http_of(server) as http:
            ana = await guest(http, "Ana")
            for number in range(20):
                assert (await ana.say(f"{number} {LONG}")).status_code == 200
            # From here on the kernel fails each write beyond this, not with "no space".
            wal = (server.data / "frontdesk.db-wal").stat().st_size
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (wal, resource.RLIM_INFINITY))
            answers = [await ana.say(LONG)]
            assert refused_for_now(answers[0])
            assert await server.ended() == 1
            assert "could not be written. Check the disk and start again" in server.logs()

            await server.start()
            assert await ana.history() == ana.acknowledged
    finally:
        server.close()


def damage_page_with(file: Path, text: bytes) -> None:
    """Write nonsense over the page of the database in which this stands."""
    content = bytearray(file.read_bytes())
    page = content.index(text) // 4096 * 4096
    content[page : page + 4096] = b"\xa5" * 4096
    file.write_bytes(content)


async def test_a_damaged_page_is_refused_where_it_is_read_and_nowhere_else(tmp_path: Path):
    server = Server(tmp_path)
    try:
        await server.start()
        let_write(server)
        async with http_of(server) as http:
            ana, ben = await guest(http, "Ana"), await guest(http, "Ben")
            await ana.say("a canary " + LONG)
            for number in range(60):
                await ana.say(f"{number} {LONG}")
            await ben.say("hello")
            await server.stop()
            damage_page_with(server.data / "frontdesk.db", b"a canary xxxx")

            await server.start()
            answers = [
                await ana.get(f"/rooms/{ana.room}/messages", limit="200"),
                await ana.get("/listen", since=ana.since, wait="0"),
            ]
            for answer in answers:
                assert refused_for_now(answer), answer.text
            newest = await ana.get(f"/rooms/{ana.room}/messages", limit="50")
            assert newest.json()["messages"][0]["body"] == ana.acknowledged[-1]
            assert (await ana.get("/state")).status_code == 200
            assert await ben.history() == await ben.heard() == ["hello"]
            assert (await ben.say("still here")).status_code == 200
            assert (await ana.say("me too")).status_code == 200
        assert (await server.stop())[0] == 0
        assert "the store could not be read" in server.logs()
        assert "canary" not in server.logs()
    finally:
        server.close()


@pytest.mark.parametrize("what", ["a diary", "cut short", "cut to its head", "no database"])
async def test_a_file_that_cannot_be_served_from_is_refused_with_what_to_do(
    tmp_path: Path, what: str
):
    server = Server(tmp_path)
    try:
        await server.start()
        async with http_of(server) as http:
            ana = await guest(http, "Ana")
            for number in range(60):
                await ana.say(f"{number} {LONG}")
        await server.stop()
        file = server.data / "frontdesk.db"
        content = file.read_bytes()
        file.write_bytes(
            {
                "a diary": b"Dear diary, " * 1_000,
                "cut short": content[: len(content) // 3],
                "cut to its head": content[:4_096],
                "no database": b"\0" * len(content),
            }[what]
        )
        damaged = file.read_bytes()

        server.spawn()
        assert await server.ended() == 1
        said = server.logs().splitlines()[-1]
        assert said.startswith("Error: ")
        assert "estore a backup" in said
        assert "Traceback" not in server.logs()
        # What is left of it is still there for whoever mends it.
        assert file.read_bytes()[:100] == damaged[:100]
    finally:
        server.close()

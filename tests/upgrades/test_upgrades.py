"""A folder of the first server, opened by today's: nobody notices but by what is new."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import apsw
import httpx2
import pytest

from frontdesk.store.sqlite import migrations
from tests.e2e.server import DESK, SESSION, Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
FIRST = json.loads((HERE / "first.json").read_text())
GUESTS = FIRST["guests"]
PEOPLE = [FIRST["ida"], *(GUESTS[name] for name in ("Bo", "Cy", "Di"))]


def lay_down(data: Path) -> None:
    """The folder, as it was left behind."""
    data.mkdir()
    (data / "secret").write_bytes(bytes.fromhex(FIRST["secret"]))
    connection = apsw.Connection(str(data / "frontdesk.db"))
    connection.execute((HERE / "first.sql").read_text())
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_down(tmp_path / "data")
    return tmp_path


@pytest.fixture(scope="module")
def upgraded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upgraded")
    lay_down(folder / "data")
    return folder


@pytest.fixture(scope="module")
async def server(upgraded_folder: Path) -> AsyncIterator[Server]:
    """Today's, on the folder of the first one. Tests look at it, and leave it as it was.

    All listen, as they did: who is silent for long would lose the place or the guest.
    """
    async with serving(upgraded_folder) as running:
        lines = [asyncio.create_task(listens(running, one)) for one in PEOPLE]
        yield running
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


async def listens(server: Server, who: dict[str, str]) -> None:
    """Be there, for ever."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as client:
        since = who["since"]
        while True:
            answer = await client.get(
                f"{DESK}/listen", params={"since": since, "wait": 20}, headers=bearer(who)
            )
            since = answer.json()[-1].get("id", since)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=promised(30)) as one:
        yield one


def bearer(who: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {who['token']}"}


async def state(client: httpx2.AsyncClient, who: dict[str, str]) -> Any:
    answer = await client.get(f"{DESK}/state", headers=bearer(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(file: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    yield from connection.execute(sql).fetchall()
    connection.close()


# --- the file -----------------------------------------------------------------------------------


def test_a_dry_run_says_which_steps_are_to_be_done_and_does_none(folder: Path):
    server = Server(folder)
    before = (server.data / "frontdesk.db").read_bytes()

    told = server.run("migrate", "--dry-run", "--json")

    steps = [f"{one.number:04} {one.name}" for one in migrations.ours()]
    assert json.loads(told.stdout) == {"applied": steps[:1], "pending": steps[1:], "copy": None}
    assert (server.data / "frontdesk.db").read_bytes() == before
    assert {path.name for path in server.data.iterdir()} <= {
        *("frontdesk.db", "secret"),
        *("frontdesk.db-wal", "frontdesk.db-shm"),
    }


async def test_a_start_keeps_the_file_of_before_beside_the_new_one(server: Server):
    copy = server.data / "frontdesk.db.schema-0001.backup"

    everything = "SELECT desk, offset, kind, v, at_ms, data FROM entry ORDER BY desk, offset"
    kept = list(rows(copy, everything))
    assert kept
    assert list(rows(server.data / "frontdesk.db", everything))[: len(kept)] == kept
    assert list(rows(copy, "SELECT number FROM migration")) == [(1,)]
    assert list(rows(copy, "SELECT body FROM text WHERE offset = 15")) == [("Lime Street 3",)]
    assert copy.stat().st_mode & 0o077 == 0


# --- the people ---------------------------------------------------------------------------------


async def test_accounts_are_what_they_were(server: Server, client: httpx2.AsyncClient):
    async def sign_in(name: str, password: str) -> int:
        # Each in a browser of their own: who signs in where another was signs that one out.
        async with httpx2.AsyncClient(base_url=server.url, timeout=promised(30)) as browser:
            body = {"username": name, "password": password}
            return (await browser.post(SESSION, json=body)).status_code

    assert await sign_in("Ida", FIRST["password"]) == 201
    assert await sign_in("Mona", FIRST["password"]) == 201
    assert await sign_in("Ole", FIRST["password"]) == 401
    assert await sign_in("Ida", "something else") == 401
    assert (await state(client, FIRST["ida"]))["me"] == {"user": "Ida", "role": "agent"}


async def test_a_conversation_goes_on_where_it_was(client: httpx2.AsyncClient):
    [room] = (await state(client, GUESTS["Bo"]))["rooms"]

    assert room["room"] == GUESTS["Bo"]["room"]
    assert room["agent"] == "Ida"
    assert [one["body"] for one in room["messages"]] == ["Of course. Where to?", "Lime Street 3"]
    [ours] = (await state(client, FIRST["ida"]))["rooms"]
    assert ours["messages"] == room["messages"]


async def test_who_reads_on_misses_nothing_and_hears_nothing_twice(client: httpx2.AsyncClient):
    heard, since = [], GUESTS["Bo"]["since"]
    for _ in range(5):
        answer = await client.get(
            f"{DESK}/listen", params={"since": since, "wait": 0}, headers=bearer(GUESTS["Bo"])
        )
        events = answer.json()
        heard += events
        since = events[-1].get("id", since)

    assert [one["body"] for one in heard if one["type"] == "message"] == ["Lime Street 3"]
    assert not [one for one in heard if one["type"] == "reset"]


async def test_who_says_a_place_of_another_log_is_told_to_begin_anew(client: httpx2.AsyncClient):
    answer = await client.get(
        f"{DESK}/listen", params={"since": "ffffffff.3.0"}, headers=bearer(GUESTS["Bo"])
    )

    assert answer.json()[0]["type"] == "reset"


async def test_a_retry_that_comes_after_the_upgrade_is_no_second_message(
    client: httpx2.AsyncClient,
):
    bo = GUESTS["Bo"]
    body = {"body": "Lime Street 3", "key": "key-of-lime-street-3"}
    again = await client.post(f"{DESK}/message/{bo['room']}", json=body, headers=bearer(bo))

    assert again.status_code == 200
    [room] = (await state(client, bo))["rooms"]
    assert [one["body"] for one in room["messages"]].count("Lime Street 3") == 1


async def test_who_waited_waits_in_the_same_order(client: httpx2.AsyncClient):
    queue = (await state(client, FIRST["ida"]))["queue"]

    assert [one["user"] for one in queue] == ["Cy", "Di"]
    assert [one["topic"] for one in queue] == ["Is anybody there?", "Hello?"]


async def test_what_was_said_before_is_read_and_found_by_what_is_new(client: httpx2.AsyncClient):
    body = {"username": "Mona", "password": FIRST["password"]}
    assert (await client.post(SESSION, json=body)).status_code == 201

    async def found(words: str) -> list[str]:
        answer = await client.get(f"{DESK}/history", params={"q": words})
        assert answer.status_code == 200, answer.text
        return [one["room"] for one in answer.json()["rooms"]]

    # What was written before there was an index is taken into it behind everything else.
    until = time.monotonic() + promised(30)
    while await found("ünïcödé") != [GUESTS["Ana"]["room"]]:
        assert time.monotonic() < until
    answer = await client.get(f"{DESK}/history/{GUESTS['Ana']['room']}")
    said = [line["body"] for line in answer.json()["lines"] if line["type"] == "message"]
    assert said == ["Hello Ana! Which *order* is it?", r"Number 17. \<b>Ünïcödé\</b> 🎁"]


async def test_people_of_before_are_helped_on_and_forgotten_like_any_others(folder: Path):
    async with (
        serving(folder) as server,
        httpx2.AsyncClient(base_url=server.url, timeout=promised(30)) as client,
    ):
        ida, cy, bo = FIRST["ida"], GUESTS["Cy"], GUESTS["Bo"]
        await client.get(f"{DESK}/listen", headers=bearer(cy))
        end = await client.post(f"{DESK}/end/{bo['room']}", headers=bearer(bo))
        assert end.status_code == 200, end.text
        taken = await client.post(f"{DESK}/assist", json={}, headers=bearer(ida))
        assert taken.json()["guest"]["user"] == "Cy", taken.text

        told = json.loads(server.run("guest", "find", "Bo", "--json").stdout)
        [person] = told
        erased = await asyncio.to_thread(server.run, "guest", "erase", person["person"], "--yes")
        assert erased.returncode == 0, erased.stderr
        assert (await server.stop())[0] == 0

    holding = [
        path.name
        for path in server.data.rglob("*")
        if path.is_file() and b"Lime Street" in path.read_bytes()
    ]
    assert not holding
